"""Point queries and documents while 20 clients send runaway queries to the same server.

    publisher serve --port 8100 &
    python benchmarks/runaways.py http://127.0.0.1:8100 --minutes 10

Prints tables for benchmarks/README.md: latencies, first of a quiet server, then beside the
runaways, and whether every answer was the one that the quiet server gave; what the runaways
were answered, and how long the slowest hung; the memory of the server with all it started,
before and after, and whether it is still the same processes. The clients are processes of
their own: threads of one would wait for each other and measure that.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import itertools
import multiprocessing
import multiprocessing.synchronize
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
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


@dataclass
class _Runaways:
    """What one client, or all, got for runaway queries; and the longest it took, in seconds."""

    answers: collections.Counter[str] = field(default_factory=collections.Counter)
    slowest: float = 0.0

    def send(self, netloc: str, number: int) -> None:
        """Sends one, which nobody has sent before."""
        query = f"{_RUNAWAYS[number % len(_RUNAWAYS)]} # {number}"
        body = urlencode({"query": query})
        connection = http.client.HTTPConnection(netloc, timeout=60)
        start = time.monotonic()
        try:
            connection.request("POST", "/sparql", body, _FORM)
            response = connection.getresponse()
            response.read()
            self.answers[str(response.status)] += 1
        except OSError as error:
            self.answers[type(error).__name__] += 1
        finally:
            connection.close()
        self.slowest = max(self.slowest, time.monotonic() - start)


def _run_away(
    netloc: str,
    first: int,
    stopped: multiprocessing.synchronize.Event,
    told: multiprocessing.SimpleQueue[_Runaways],
) -> None:
    """Is one client: sends one runaway query after the other."""
    own = _Runaways()
    for number in itertools.count(first, _CLIENTS):
        if stopped.is_set():
            break
        own.send(netloc, number)
    told.put(own)


@dataclass
class _Measured:
    """What a client of good will saw: latencies in ms, and how many answers were not 200, or
    not those of the quiet server."""

    latencies: dict[str, list[float]] = field(
        default_factory=lambda: {"point query": [], "document": []}
    )
    wrong: int = 0


class _Client:
    """Asks for what is said of one thing after the other, as a query and as a document."""

    def __init__(self, netloc: str, things: list[str]) -> None:
        self._netloc = netloc
        self._things = things
        self._numbers = itertools.count(1000)
        self._known: dict[tuple[str, str], list[bytes]] = {}

    def measure(self, seconds: float) -> _Measured:
        """Asks for so long; what is answered first is what is right."""
        measured = _Measured()
        connection = http.client.HTTPConnection(self._netloc, timeout=60)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            number = next(self._numbers)
            thing = self._things[number % len(self._things)]
            query = f"SELECT ?p ?o {{ <{thing}> ?p ?o }} LIMIT {number}"
            requests = {
                "point query": (f"/sparql?{urlencode({'query': query})}", "text/csv"),
                "document": (f"/doc/{thing.partition('/id/')[2]}", "text/turtle"),
            }
            for kind, (path, accept) in requests.items():
                start = time.monotonic()
                status, body = _ask(connection, path, accept)
                measured.latencies[kind].append(1000 * (time.monotonic() - start))
                lines = sorted(body.splitlines())
                is_right = self._known.setdefault((kind, thing), lines) == lines
                measured.wrong += status != http.HTTPStatus.OK or not is_right
        return measured


def _find_processes(port: int) -> list[int]:
    """Returns the process that listens to a port of this machine, and all that it started
    and that are there for long: none of those that run queries."""
    inodes = {
        f"socket:[{row.split()[9]}]"
        for row in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A"
    }
    return sorted(int(p.name) for p in Path("/proc").iterdir() if _holds(p, inodes))


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(str(handle.readlink()) in inodes for handle in (process / "fd").iterdir())
    except OSError:
        return False


def _measure_memory(processes: list[int]) -> float:
    """Returns the MiB that processes and their descendants hold, shared pages once."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    family = set(processes)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(map(_read_share, family)) / 1024


def _read_share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _print_row(when: str, measured: _Measured) -> None:
    for kind, found in measured.latencies.items():
        found.sort()
        at = [found[int(share * len(found))] for share in (0.5, 0.99)]
        print(
            f"| {kind}, {when} | {len(found):,} | {at[0]:.1f} | {at[1]:.1f} | {found[-1]:.1f} |"
            f" {measured.wrong if kind == 'document' else ''} |"
        )


def main() -> None:
    """Measures the server that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("server", help="its address, of this machine")
    parser.add_argument("--minutes", type=float, default=0.5, help="beside the runaways")
    parser.add_argument("--quiet", type=float, default=20, help="seconds before")
    arguments = parser.parse_args()
    address = urlsplit(arguments.server)
    client = _Client(address.netloc, _find_things(address.netloc))
    port = address.port or socket.getservbyname("http")
    client.measure(arguments.quiet / 2)  # pages are made once; that is not measured
    quiet = client.measure(arguments.quiet)
    processes = _find_processes(port)
    before = _measure_memory(processes)
    stopped, told = multiprocessing.Event(), multiprocessing.SimpleQueue()
    clients = [
        multiprocessing.Process(target=_run_away, args=(address.netloc, n, stopped, told))
        for n in range(_CLIENTS)
    ]
    for process in clients:
        process.start()
    loaded = client.measure(60 * arguments.minutes)
    stopped.set()
    runaways = [told.get() for _ in clients]
    for process in clients:
        process.join()
    client.measure(5)
    print("| what | answers | p50 ms | p99 ms | largest ms | wrong of both |")
    print("| --- | --- | --- | --- | --- | --- |")
    _print_row("quiet", quiet)
    _print_row("loaded", loaded)
    answers = sum((r.answers for r in runaways), collections.Counter())
    print(f"\nrunaways: {dict(answers)}, the slowest in {max(r.slowest for r in runaways):.2f} s")
    print(f"memory: {before:.0f} MiB before, {_measure_memory(processes):.0f} MiB after", end="; ")
    print("the same processes" if _find_processes(port) == processes else "PROCESSES CHANGED")


if __name__ == "__main__":
    main()
