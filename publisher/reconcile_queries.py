"""A batch of reconciliation queries, read from the JSON of the API's version 0.2. Pure.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.errors import ParameterError, ParameterTooLarge

Json = dict[str, Any]

# What a query may say besides the name: where a thing is, and what it is elsewhere.
PLACE_PROPERTIES: Mapping[str, str] = {
    "schema:containedInPlace": "Country",
    "lc:city": "City",
}
SAME_AS = "owl:sameAs"
MATCHING_PROPERTIES: Mapping[str, str] = {
    **PLACE_PROPERTIES,
    SAME_AS: "Identifier in another dataset",
}
MOST_QUERIES = 200
_MOST_RESULTS = 100
_FEW_RESULTS = 10
_SHOWN = 100
_PROPERTIES_REMEDY = 'write [{"pid": "…", "v": "…"}]'
_HALF = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.A)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A property that things are to have, with any of some values.

    A value is what it may be understood by: a text or number, or an identifier and the name
    beside it.
    """

    property: str
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One reconciliation query; types and properties are named as who asks names them."""

    text: str = ""
    types: tuple[str, ...] = ()
    strictness: str = "any"
    limit: int = _FEW_RESULTS
    constraints: tuple[Constraint, ...] = field(default=())


def parse_batch(text: str) -> dict[str, Query]:
    """Returns the queries of a batch by their keys.

    What is as good as left out (null, an empty text or array) counts as that, a number where
    a text is due as its digits, and an object of the API as its identifier.

    Raises:
        ParameterTooLarge: there are too many queries.
        ParameterError: the text is no batch, or a query asks for what cannot be understood.
    """
    batch = load_object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise ParameterTooLarge(
            f"the parameter queries has {len(batch)} queries",
            parameter="queries",
            remedy=f"send at most {MOST_QUERIES} (batchSize in the manifest)",
        )
    return {key: _parse_query(key, value) for key, value in batch.items()}


def load_object(text: str, parameter: str) -> Json:
    """Returns the JSON object that a parameter holds.

    Raises:
        ParameterError: it holds none, or what no answer could repeat.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        whole = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise _refuse(parameter, f"is no JSON ({error})", "send a JSON object") from error
    if not isinstance(value, dict):
        raise _refuse(parameter, "is no JSON object", "send a JSON object")
    # JSON has escapes for halves of characters, which no text in UTF-8 can have (RFC 7493).
    if _HALF.search(whole):
        raise _refuse(
            parameter, "has half of a character (a surrogate alone)", "send whole characters"
        )
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no value of JSON")


def read_text(value: object) -> str | None:
    """Returns a text or number as a text, an empty one for null; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # of a spreadsheet, whose numbers all are fractions
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value).strip()
    return "" if value is None else None


def read_number(value: object) -> int | float | None:
    """Returns a number, which may be written as a text; None for anything else."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _refuse(parameter: str, message: str, remedy: str) -> ParameterError:
    return ParameterError(
        f"the parameter {parameter} {message}", parameter=parameter, remedy=remedy
    )


def _refuse_query(key: str, what: str, remedy: str) -> ParameterError:
    return _refuse("queries", f"has a query {key[:_SHOWN]!r} {what}", remedy)


def _parse_query(key: str, value: object) -> Query:
    if not isinstance(value, dict):
        raise _refuse_query(key, "that is no object", 'write {"query": "…"}')
    text = read_text(value.get("query"))
    if text is None:
        raise _refuse_query(key, "whose query is no text", "write the name as a string")
    if "query" not in value and not value.get("properties"):
        raise _refuse_query(key, "that asks for nothing", "write query, or properties")
    strictness = value.get("type_strict") or "any"
    if strictness not in ("any", "all", "should"):
        raise _refuse_query(key, "with an unknown type_strict", "write any, all or should")
    return Query(
        text=text,
        types=tuple(_parse_types(key, value.get("type"))),
        strictness=strictness,
        limit=_parse_limit(key, value.get("limit")),
        constraints=tuple(_parse_properties(key, value.get("properties"))),
    )


def _parse_types(key: str, given: object) -> Iterator[str]:
    for item in given if isinstance(given, list) else [given]:
        name = item.get("id") if isinstance(item, dict) else item
        if not isinstance(name, str | None):
            raise _refuse_query(
                key, "whose type is no text", "write one type, or an array of types"
            )
        if name and name.strip():
            yield name.strip()


def _parse_limit(key: str, given: object) -> int:
    if given is None or given == "":
        return _FEW_RESULTS
    number = read_number(given)
    if number is None or number < 1:
        raise _refuse_query(
            key, "whose limit is no number from 1 on", "write such a number, or leave it out"
        )
    return int(min(number, _MOST_RESULTS))


def _parse_properties(key: str, given: object) -> Iterator[Constraint]:
    """Yields the constraints of a query that say something."""
    items = given if isinstance(given, list) else [given] if given else []
    for item in items:
        if not isinstance(item, dict) or not isinstance(pid := item.get("pid"), str):
            raise _refuse_query(key, "with properties without pid", _PROPERTIES_REMEDY)
        if "v" not in item:
            raise _refuse_query(
                key, f"whose property {pid[:_SHOWN]!r} has no v", _PROPERTIES_REMEDY
            )
        given_values = item["v"] if isinstance(item["v"], list) else [item["v"]]
        values = [_read_value(value) for value in given_values]
        if None in values:
            raise _refuse_query(
                key,
                f"whose property {pid[:_SHOWN]!r} has a v that cannot be understood",
                'write a text, a number, {"id": "…", "name": "…"}, or an array of such',
            )
        if said := tuple(value for value in values if value):
            yield Constraint(pid.strip(), said)


def _read_value(value: object) -> tuple[str, ...] | None:
    """Returns what a value may be understood by, nothing for an empty one; None if it is
    no value as the API has them."""
    parts = [value]
    if isinstance(value, dict):
        parts = [value[name] for name in ("id", "name") if name in value] or [value]
    texts = [read_text(part) for part in parts]
    return None if None in texts else tuple(text for text in texts if text)
