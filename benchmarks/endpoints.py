"""How many requests a second this server answers, and what others make of the same ones.

    python benchmarks/endpoints.py --triples 60000

Starts each server with the same synthetic data, and has one client (wrk) send the same
requests to one after the other, in short rounds, so that what else the machine does hits
all. Prints the median of the rounds, and of their ratios to the Oxigraph server's and
rdflib-endpoint's. A server whose answers are not those of the data is told so.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from scaled import Sample, write_data
from servers import RUNS, NotCompared, Server

_HERE = Path(__file__).parent
_DUMP = _HERE.parent / "build" / "current" / "dumps" / "learning-cities.nq"
_ROWS, _TURTLE = "application/sparql-results+json", "text/turtle"
_POINT = "SELECT ?p ?o {{ <{}> ?p ?o }}"
# So many are asked for again and again, where requests repeat.
_FEW = 100
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")
# Each round of distinct queries begins so far behind the one before.
_STEP = 1_000_000
_numbers = count(1)


@dataclass(frozen=True)
class Case:
    """A kind of request, and by how many connections at a time it is sent."""

    name: str
    connections: int
    is_distinct: bool = False
    is_known: bool = False
    is_document: bool = False

    @property
    def accept(self) -> str:
        return _TURTLE if self.is_document else _ROWS

    def write(self, server: Server, sample: Sample, file: Path) -> None:
        """Writes what the client reads: a path a line, a tab, and the tag it has already."""
        things = sample.things if self.is_distinct else sample.things[:_FEW]
        lines = []
        for thing in things:
            path = server.describe(thing) if self.is_document else server.ask(_POINT.format(thing))
            tag = (_get(server, path, self.accept)[1] or '"unknown"') if self.is_known else ""
            lines.append(f"{path}\t{tag}\n")
        file.write_text("".join(lines))


_CASES = (
    Case("distinct point queries, 8 connections", 8, is_distinct=True),
    Case("distinct point queries, 32 connections", 32, is_distinct=True),
    Case("repeated point queries", 8),
    Case("point queries with If-None-Match", 8, is_known=True),
    Case("documents", 8, is_document=True),
)


def _get(server: Server, path: str, accept: str) -> tuple[bytes, str]:
    """Returns the body and the entity tag of an answer."""
    request = urllib.request.Request(server.address + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), answer.headers["ETag"] or ""


def check(server: Server, sample: Sample) -> int:
    """Returns of how many things a server says just what the data says."""
    return sum(
        _read_rows(_get(server, server.ask(_POINT.format(thing)), _ROWS)[0]) == said
        for thing, said in sample.said.items()
    )


def _read_rows(body: bytes) -> set[tuple[str, str]]:
    rows = json.loads(body)["results"]["bindings"]
    return {(row["p"]["value"], _write_term(row["o"])) for row in rows}


def _write_term(term: dict[str, str]) -> str:
    """Returns a term of a JSON answer in N-Triples."""
    if term["type"] == "uri":
        return f"<{term['value']}>"
    text = term["value"].replace("\\", "\\\\").replace('"', '\\"')
    text = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if "xml:lang" in term:
        return f'"{text}"@{term["xml:lang"]}'
    kind = term.get("datatype", "http://www.w3.org/2001/XMLSchema#string")
    return f'"{text}"' if kind.endswith("#string") else f'"{text}"^^<{kind}>'


def measure(server: Server, case: Case, requests: Path, seconds: int) -> float:
    """Returns requests a second; says so where some failed."""
    environ = {**os.environ, "REQUESTS": str(requests), "ACCEPT": case.accept}
    if case.is_distinct:
        environ["START"] = str(next(_numbers) * _STEP)
    command = ["wrk", "--threads", "1", "--connections", str(case.connections)]
    command += ["--duration", f"{seconds}s", "--timeout", "10s"]
    command += ["--script", str(_HERE / "endpoints.lua"), server.address]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout
    bad = _BAD.search(told)
    if bad:
        print(f"{server.name}, {case.name}: {bad[0]}", file=sys.stderr)
    rate = _RATE.search(told)
    assert rate is not None, told
    return float(rate[1])


@contextlib.contextmanager
def _run_all(data: Path, folder: Path, names: list[str]) -> Iterator[list[Server]]:
    with contextlib.ExitStack() as stack:
        servers = []
        for run in RUNS:
            name = run.__name__.removeprefix("run_")
            if names and name not in names:
                continue
            own = folder / name
            own.mkdir()
            try:
                servers.append(stack.enter_context(run(data, own)))
                print(f"{name} is ready", file=sys.stderr)
            except NotCompared as reason:
                print(f"not compared: {reason}")
        yield servers


def _print_table(servers: list[Server], rates: dict[tuple[str, str], list[float]]) -> None:
    peers = [s.name for s in servers[1:]]
    print(f"\n| requests a second | {servers[0].name} |", end="")
    print("".join(f" {name} | × |" for name in peers))
    print("| --- | --- |" + " --- | --- |" * len(peers))
    for case in _CASES:
        own = rates[case.name, servers[0].name]
        cells = [f"{statistics.median(own):,.0f}"]
        for name in peers:
            others = rates[case.name, name]
            ratio = statistics.median(a / b for a, b in zip(own, others, strict=True))
            cells += [f"{statistics.median(others):,.0f}", f"{ratio:.2f}"]
        print(f"| {case.name} | {' | '.join(cells)} |")


def main() -> None:
    """Compares the servers that are installed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--triples", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of a round, for each server")
    parser.add_argument("--dump", type=Path, default=_DUMP, help="N-Quads of a release")
    parser.add_argument("servers", nargs="*", help="publisher, oxigraph, virtuoso, rdflib")
    arguments = parser.parse_args()
    rates: dict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="endpoints-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        data = folder / "data" / "data.nt"
        sample = write_data(arguments.dump, data, arguments.triples)
        with _run_all(data, folder, arguments.servers) as servers:
            for case in _CASES:
                files = {s.name: folder / f"{s.name}.txt" for s in servers}
                for server in servers:
                    case.write(server, sample, files[server.name])
                    measure(server, case, files[server.name], 1)
                for _ in range(arguments.rounds):
                    for server in servers:
                        rate = measure(server, case, files[server.name], arguments.seconds)
                        rates[case.name, server.name].append(rate)
            right = ", ".join(f"{s.name} {check(s, sample)}" for s in servers)
        print(f"{arguments.triples:,} triples; right of {len(sample.said)} answers: {right}")
        _print_table(servers, rates)


if __name__ == "__main__":
    main()
