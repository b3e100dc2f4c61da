"""A small release of one invented city, served in process and by a real server."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from werkzeug.test import TestResponse

from publisher.answers import Limits
from publisher.dumps import SUMS, find_hashes, write_dumps, write_sums
from publisher.executables import convert_saved_queries
from publisher.formats import NQUADS, write
from publisher.iris import Iris
from publisher.jsonld import Context
from publisher.manifest import RELEASE_FORMAT, Manifest, Withdrawal
from publisher.nquads import write_lines
from publisher.quads import sort_quads, to_quads
from publisher.query_files import parse_saved_query
from publisher.release import Release, open_release
from publisher.settings import Settings
from publisher.site import load_site
from publisher.store import EmbeddedStore
from publisher.tables import write_tables
from publisher.validate import Report

ROOT = Path(__file__).parents[2]
BASE = "https://data.example.org/cities/"
MODEL_BASE = "https://w3id.org/learning-cities/"
LIMITS = Limits(timeout=10, memory=512, result_mib=20, workers=2, queue=4)
# What the example of the shapes' tests lacks: another script, an address of no end.
MORE = f"""
<{BASE}id/profile/xa/example/passage/0000000000aa> <https://schema.org/text> "مدينة التعلم"@ar .
<{BASE}id/membership/xa/example/gnlc/2019> <http://purl.org/dc/terms/source>
    <https://example.org/{"a-very-long-address-" * 6}> .
"""
# Besides those of the example: a parameter of every kind, without and with a default.
QUERIES = {
    "sentences": """# title: Sentences with words
# description: Which sentences have these words?
# parameter words (xsd:string, default "stories"): Words
# parameter city (lc:LearningCity with foaf:isPrimaryTopicOf, optional): City

SELECT ?sentence ?city WHERE {
  ?passage a lc:Passage ; schema:text ?sentence ; lc:city ?city .
  FILTER(CONTAINS(LCASE(?sentence), LCASE(?words)))
}
""",
    "statements": """# title: What is said of a thing
# description: Each statement about a thing, and whether there are many.
# parameter thing (iri): Thing
# parameter least (xsd:integer, default 1): Least number of values

SELECT ?property (COUNT(?value) AS ?values) WHERE { ?thing ?property ?value }
GROUP BY ?property ?least
HAVING(COUNT(?value) >= ?least)
""",
}


def _graphs() -> dict[URIRef, Graph]:
    """The example of the shapes' tests under a base of its own, and the real ontology."""
    text = (ROOT / "tests/shapes/valid.ttl").read_text("utf-8").replace(MODEL_BASE, BASE)
    text = text.replace(f"{BASE}ontology#", f"{MODEL_BASE}ontology#")
    whole = Graph().parse(data=text, format="turtle")
    whole.parse(data=MORE, format="turtle")
    graphs: dict[URIRef, Graph] = {}
    for triple in whole:
        subject = str(triple[0])
        part = "profile/xa/example" if "xa/example" in subject else "concepts"
        if "id/query/" in subject:
            part = "queries"
        graphs.setdefault(URIRef(f"{BASE}graph/{part}"), Graph()).add(triple)
    graphs[URIRef(f"{BASE}graph/queries")] += convert_saved_queries(
        [parse_saved_query(text, name, name, BASE) for name, text in QUERIES.items()], Iris(BASE)
    )
    ontology = Graph().parse(ROOT / "ontology/learning-city.ttl")
    graphs[URIRef(f"{BASE}graph/ontology")] = ontology
    return graphs


def _all_but_reports(_: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith(("report.", "problems"))]


def write_release(path: Path, quads: Sequence[ox.Quad]) -> Release:
    """Writes a release of these quads, and what else belongs to one; opens it."""
    quads = sort_quads(EmbeddedStore.of(quads).quads())
    settings = Settings(base_iri=BASE, title="Example cities", contact="mailto:a@example.org")
    dumps = write_dumps(write_lines(quads), Context.empty())
    tables = write_tables(EmbeddedStore.of(quads), settings, "2026-01-01")
    (path / "dumps").mkdir(parents=True)
    for file in (*dumps, *tables):
        (path / "dumps" / file.dump.name).write_bytes(file.data)
    (path / "dumps" / SUMS).write_bytes(write_sums(file.dump for file in (*dumps, *tables)))
    catalog = ox.Quad(
        ox.NamedNode(f"{BASE}id/release/2026-01-01-0123abcd"),
        ox.NamedNode("http://purl.org/dc/terms/title"),
        ox.Literal("A test"),
        ox.NamedNode(f"{BASE}graph/catalog"),
    )
    (path / "catalog.nq").write_bytes(write([catalog], NQUADS))
    shutil.copy(ROOT / "ontology/context.jsonld", path / "context.jsonld")
    report = Report()
    (path / "report.json").write_text(report.to_json(), "utf-8")
    (path / "report.ttl").write_text(report.to_turtle(), "utf-8")
    (path / "report.txt").write_text(report.to_text(), "utf-8")
    problems = [{"source": "example.txt", "line": 3, "message": "the mayor's name is left out"}]
    (path / "problems.json").write_text(json.dumps(problems), "utf-8")
    shutil.copytree(path, path / "reports/xa/example", ignore=_all_but_reports)
    (path / "shapes.ttl").write_bytes(load_site(ROOT, settings).shapes_document)
    manifest = Manifest(
        format=RELEASE_FORMAT,
        publisher="0.1.0",
        version="2026-01-01-0123abcd",
        base_iri=BASE,
        date="2026-01-01",
        triples=len(quads),
        counts={"cities": 1},
        dumps=tuple(file.dump for file in dumps),
        canonical=find_hashes(dumps),
        tables=tuple(file.dump for file in tables),
        withdrawn=(
            Withdrawal("entity/xa/example/old", "2025-12-24", "It was a mistake.", "entity/xa/new"),
        ),
        settings=settings,
        conforms=True,
        violations=0,
        warnings=0,
        problems=1,
    )
    (path / "manifest.json").write_text(manifest.to_json(), "utf-8")
    return open_release(path)


class BufferedClient(FlaskClient):
    """Reads each answer to its end, so that no file stays open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return write_release(tmp_path_factory.mktemp("release") / "r", to_quads(_graphs()))


@pytest.fixture(scope="session")
def server(release: Release) -> Iterator[str]:
    """The address of a granian that serves the release on a free port."""
    with serve(release, LIMITS) as address:
        yield address


@contextlib.contextmanager
def serve(release: Release, limits: Limits) -> Iterator[str]:
    """Serves a release with killable query workers; returns the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serve_at(port, release, limits) as address:
        yield address


@contextlib.contextmanager
def serve_at(
    port: int, release: Release, limits: Limits, federation: Sequence[str] = ()
) -> Iterator[str]:
    """Serves a release at a port that is free; queries may call the endpoints named."""
    script = str(Path(__file__).with_name("run_server.py"))
    arguments = [str(release.path), str(port), json.dumps(dataclasses.asdict(limits))]
    arguments.append(json.dumps(list(federation)))
    with subprocess.Popen([sys.executable, script, *arguments]) as process:
        try:
            wait_until_open(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Returns as soon as the port is open; a server that ends before is told at once."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise RuntimeError(f"the server ended with {process.wait(timeout=0.05)}")
    raise RuntimeError("the server did not start")
