"""A small reconciliation service, version 0.2 of the API, on a real socket."""

from __future__ import annotations

import json
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
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
}


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(MANIFEST)

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        queries = json.loads(urllib.parse.parse_qs(form)["queries"][0])
        if self.path == "/broken":
            self._answer({key: {"rows": []} for key in queries})
        else:
            self._answer({key: {"result": _find(query)} for key, query in queries.items()})

    def _answer(self, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps the test's output free of a line for every request."""


def _find(query: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = {p["v"] for p in query.get("properties", ()) if p["pid"] == "country"}
    return [
        {"id": id_, "name": name, "type": [{"id": kind, "name": kind}], "score": score,
         "match": match}
        for id_, name, kind, country, score, match in PLACES.get(query["query"], ())
        if not wanted or country in wanted
    ][: query["limit"]]  # fmt: skip


@contextmanager
def serve_places() -> Iterator[str]:
    """Gives the address of the service while it runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
