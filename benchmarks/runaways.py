"""Point queries and documents while 20 clients send runaway queries to the same server.

    publisher serve --port 8100 &
    python benchmarks/runaways.py http://127.0.0.1:8100 --seconds 20

Prints the latency of both in ms, first of a quiet server, then beside the runaways, with
what these were answered and how long the slowest of them hung.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import itertools
import threading
import time
from urllib.parse import urlencode, urlsplit

_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
_GROWTH = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
_RUNAWAYS = (
    f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}",
    "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (!<urn:x>|^!<urn:x>)* ?c }",
    f"SELECT * {{ {_CROSS} }} ORDER BY ?l ?a",
    f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} "
    'FILTER(REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), "(.*a.*b){30}")) }',
    f'SELECT ?x40 {{ BIND("aaaaaaaa" AS ?x0) {_GROWTH} }}',
    f"SELECT (COUNT(*) AS ?n) {{ VALUES ?x {{ {'1 ' * 300_000} }} {_CROSS} }}",
    "SELECT * {" + "{" * 3000 + "}" * 3000 + "}",
)
_CLIENTS = 20
_ROWS = "application/sparql-results+json"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _ask(connection: http.client.HTTPConnection, path: str, accept: str) -> tuple[int, bytes]:
    connection.request("GET", path, headers={"Accept": accept})
    response = connection.getresponse()
    return response.status, response.read()


def _find_things(netloc: str) -> list[str]:
    """Returns the IRIs of the members, asked of the server itself."""
    connection = http.client.HTTPConnection(netloc, timeout=60)
    query = "SELECT ?city { ?city a <https://w3id.org/learning-cities/ontology#LearningCity> }"
    _, body = _ask(connection, f"/sparql?{urlencode({'query': query})}", "text/csv")
    return body.decode().split()[1:]


class _Runaways:
    """Clients that send one runaway query after the other, none of them twice."""

    def __init__(self, netloc: str) -> None:
        self._netloc = netloc
        self._stopped = threading.Event()
        self._numbers = itertools.count()
        self.answers: collections.Counter[str] = collections.Counter()
        self.slowest = 0.0
        self._threads = [threading.Thread(target=self._run) for _ in range(_CLIENTS)]

    def _run(self) -> None:
        while not self._stopped.is_set():
            number = next(self._numbers)
            query = f"{_RUNAWAYS[number % len(_RUNAWAYS)]} # {number}"
            start = time.monotonic()
            connection = http.client.HTTPConnection(self._netloc, timeout=60)
            try:
                connection.request("POST", "/sparql", urlencode({"query": query}), _FORM)
                response = connection.getresponse()
                response.read()
                self.answers[str(response.status)] += 1
            except OSError as error:
                self.answers[type(error).__name__] += 1
            finally:
                connection.close()
            self.slowest = max(self.slowest, time.monotonic() - start)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()


def _measure(netloc: str, things: list[str], seconds: float) -> None:
    latencies: dict[str, list[float]] = {"point query": [], "document": []}
    refused: collections.Counter[int] = collections.Counter()
    connection = http.client.HTTPConnection(netloc, timeout=60)
    end, numbers = time.monotonic() + seconds, itertools.count(100)
    while time.monotonic() < end:
        number = next(numbers)
        thing = things[number % len(things)]
        query = f"SELECT ?p ?o {{ <{thing}> ?p ?o }} LIMIT {number}"
        document = f"/doc/{thing.partition('/id/')[2]}"
        requests = {
            "point query": (f"/sparql?{urlencode({'query': query})}", _ROWS),
            "document": (document, "text/turtle"),
        }
        for kind, (path, accept) in requests.items():
            start = time.monotonic()
            status, _ = _ask(connection, path, accept)
            latencies[kind].append(1000 * (time.monotonic() - start))
            refused[status] += 1
    for kind, found in latencies.items():
        found.sort()
        at = [found[int(share * len(found))] for share in (0.5, 0.9, 0.99)]
        print(
            f"  {kind:12} p50 {at[0]:6.1f}  p90 {at[1]:6.1f}  p99 {at[2]:6.1f}"
            f"  largest {found[-1]:6.1f} ms  of {len(found)}"
        )
    print(f"  answered with {dict(refused)}")


def main() -> None:
    """Measures the server that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("server", help="its address")
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    netloc = urlsplit(arguments.server).netloc
    things = _find_things(netloc)
    print("quiet")
    _measure(netloc, things, arguments.seconds)
    runaways = _Runaways(netloc)
    runaways.start()
    print(f"beside {_CLIENTS} clients with runaway queries")
    _measure(netloc, things, arguments.seconds)
    runaways.stop()
    print(f"  these were answered with {dict(runaways.answers)}, the slowest in", end=" ")
    print(f"{runaways.slowest:.1f} s")


if __name__ == "__main__":
    main()
