"""A small reconciliation service, version 0.2 of the API, on a real socket."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MANIFEST = {
    "versions": ["0.2"],
    "name": "Places of the test",
    "identifierSpace": "https://example.org/entity/",
    "schemaSpace": "https://example.org/property/",
}
# By name: (id, name, kind, country, score, match).
PLACES = {
    "Sejong": [("Q1", "Sejong", "city", "KR", 100, True), ("Q2", "Sejong", "king", "", 60, False)],
    "Buan": [("Q3", "Buan", "town", "KR", 100, True)],
    "Lagoa": [("Q4", "Lagoa", "city", "PT", 90, False), ("Q5", "Lagoa", "city", "PT", 90, False)],
    "Bikok": [("Q6", "Bikok Bridge", "bridge", "CM", 95, True)],
    "Firmat": [("Q7", "Firmat", "city", "AR", 88, True), ("Q8", "Firmat", "city", "XX", 99, True)],
    "Villa María": [("Q9", "Villa María", "film", "AR", 100, True)],
    "Gyumri": [("Q10", "Gyumri", "city", "GE", 100, True)],
    "Sevan": [("Q11", "Sevan", "city", "AM", 100, True)],
    "Sisian": [("Q12", "Sisian", "city", "AM", 100, True)],
}
# What it says of things besides the country: in the forms that services have for it.
VALUES = {
    "Q1": {"population": [{"float": 394630.0}], "coordinates": [{"str": "36.59,127.29"}]},
    "Q11": {"population": [{"int": 900}], "coordinates": [{"str": "POINT(44.95 40.55)"}]},
    "Q12": {"population": [], "coordinates": [{"str": "40.8 43.8"}]},
}


class _Service(BaseHTTPRequestHandler):
    """Args: `extends`: whether it offers data extension; `careless`: whether it passes over
    the types and countries that are asked for."""

    def __init__(self, *given: Any, extends: bool, careless: bool) -> None:
        self._extends, self._careless = extends, careless
        super().__init__(*given)

    def do_GET(self) -> None:
        self._answer(
            {**MANIFEST, "extend": {"property_settings": []}} if self._extends else MANIFEST
        )

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: json.loads(value[0]) for name, value in urllib.parse.parse_qs(text).items()}
        if "extend" in form:
            self._answer({"rows": {i: _say(i, form["extend"]["properties"])
                                   for i in form["extend"]["ids"]}})  # fmt: skip
        elif self.path == "/broken":
            self._answer({key: {"rows": []} for key in form["queries"]})
        else:
            self._answer({key: {"result": self._find(query)}
                          for key, query in form["queries"].items()})  # fmt: skip

    def _find(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = {p["v"] for p in query.get("properties", ()) if p["pid"] == "country"}
        types = query.get("type", [])
        types = {types} if isinstance(types, str) else set(types)
        return [
            {"id": id_, "name": name, "type": [{"id": kind, "name": kind}], "score": score,
             "match": match}
            for id_, name, kind, country, score, match in PLACES.get(query["query"], ())
            if self._careless or ((not wanted or country in wanted)
                                  and (not types or kind in types))
        ][: query["limit"]]  # fmt: skip

    def _answer(self, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps the test's output free of a line for every request."""


def _say(thing: str, properties: list[dict[str, str]]) -> dict[str, Any]:
    countries = {row[0]: row[3] for rows in PLACES.values() for row in rows}
    said = {"country": [{"str": countries[thing]}], **VALUES.get(thing, {})}
    return {column["id"]: said.get(column["id"], []) for column in properties}


@contextmanager
def serve_places(*, extends: bool = True, careless: bool = False) -> Iterator[str]:
    """Gives the address of the service while it runs."""
    handler = partial(_Service, extends=extends, careless=careless)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
