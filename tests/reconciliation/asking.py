"""The service of the shipped site, asked as OpenRefine asks."""

from __future__ import annotations

import json
from typing import Any

from answer_schemas import RESULTS, check
from flask.testing import FlaskClient

CITY = "lc:LearningCity"
COUNTRY = "schema:containedInPlace"


def ask(client: FlaskClient, **query: Any) -> list[dict[str, Any]]:
    """The candidates for one query."""
    batch = {"q0": {key: value for key, value in query.items()}}
    response = client.post("/reconcile", data={"queries": json.dumps(batch)})
    assert response.status_code == 200
    answer = response.get_json()
    check(answer, RESULTS)
    return answer["q0"]["result"]


def within(value: object) -> list[dict[str, object]]:
    """The country, as a query asks for it."""
    return [{"pid": COUNTRY, "v": value}]
