"""Saved queries from a site's files to its release, and from there to terminal and pages."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import RDF, SH, Graph, URIRef
from small_site import write_site

from publisher.answers import InProcess, Limits
from publisher.cli import main
from publisher.release import open_release
from publisher.web import create_app

BASE = "https://data.example.org/"
QUERY = """# title: Cities by country
# description: Which cities are in a country?
# parameter country (schema:Country, default <country/ch>): Country
# parameter since (xsd:gYear, optional): Year of joining

SELECT ?city WHERE {
  ?city a lc:LearningCity ; schema:containedInPlace ?country .
  OPTIONAL { ?claim org:member ?city ; lc:memberSince ?since }
}
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a saved query and a release; tests leave it as it is."""
    root = write_site(tmp_path_factory.mktemp("saved") / "site")
    (root / "data/queries").mkdir()
    (root / "data/queries/cities.rq").write_text(QUERY, encoding="utf-8")
    result = run("build", "--site", root)
    assert result.exit_code == 0, result.stderr
    return root


def test_release_has_the_queries_in_their_graph_and_in_the_dumps(site: Path) -> None:
    release = open_release(site / "build")
    assert f"{BASE}graph/queries" in release.store().graphs()
    dump = Graph().parse(release.dump("learning-cities.ttl"))
    assert (URIRef(f"{BASE}id/query/cities"), RDF.type, SH.SPARQLExecutable) in dump


@pytest.mark.parametrize(
    "options",
    [(), ("--param", "country=country/ch"), ("--param", f"country={BASE}id/country/ch")],
)
def test_saved_query_is_asked_from_the_terminal(site: Path, options: tuple[str, ...]) -> None:
    result = run("query", "--site", site, "--saved", "cities", *options, "--format", "csv")
    assert result.exit_code == 0, result.stderr
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows == [["city"], [f"{BASE}id/city/ch/bergdorf"]]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--saved", "towns"), 2, "the saved queries: cities"),
        (("--saved", "cities", "--param", "country"), 2, "write NAME=VALUE"),
        (("--saved", "cities", "--param", "country=country/fr"), 1, "no such schema:Country"),
        (("--saved", "cities", "--param", "town=x"), 1, "its parameters are country, since"),
        (("--saved", "cities", "--param", "since=soon"), 1, "a year such as"),
        (("--saved", "cities", "ASK {}"), 2, "there is one query to ask"),
        (("ASK {}", "--param", "country=country/ch"), 2, "there is one query to ask"),
        ((), 2, "there is one query to ask"),
    ],
)
def test_wrong_calls_say_what_is_right(
    site: Path, options: tuple[str, ...], code: int, message: str
) -> None:
    result = run("query", "--site", site, *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (QUERY.replace("# title: Cities by country\n", ""), "cities.rq, line 1", "no title"),
        (QUERY.replace("?city WHERE", "?city WERE"), "cities.rq, line 6", "not a SPARQL"),
        (QUERY.replace("<country/ch>", "<country/aq>"), "cities.rq", "not among the things"),
    ],
)
def test_build_refuses_a_wrong_file(
    site: Path, tmp_path: Path, text: str, where: str, message: str
) -> None:
    root = write_site(tmp_path / "site")
    (root / "data/queries").mkdir()
    (root / "data/queries/cities.rq").write_text(text, encoding="utf-8")
    result = run("build", "--site", root)
    assert result.exit_code == 1
    assert f"data/queries/{where}" in result.stderr
    assert message in result.stderr
    assert "→" in result.stderr
    assert not (root / "build").exists()


def test_new_site_has_queries_that_find_something(tmp_path: Path) -> None:
    root = tmp_path / "new"
    assert run("init", root).exit_code == 0
    assert run("build", "--site", root).exit_code == 0
    names = sorted(path.stem for path in (root / "data/queries").glob("*.rq"))
    assert len(names) == 2
    for name in names:
        result = run("query", "--site", root, "--saved", name, "--format", "csv")
        assert len(result.stdout.splitlines()) > 1, name


def test_site_without_queries_has_its_pages_all_the_same(tmp_path: Path) -> None:
    root = write_site(tmp_path / "site")
    assert run("build", "--site", root).exit_code == 0
    release = open_release(root / "build")
    client = create_app(release, InProcess(release, Limits.of(release.settings))).test_client()
    headers = {"Accept": "text/html"}
    pages = {path: client.get(path, headers=headers) for path in ("/", "/sparql", "/query/")}
    assert [page.status_code for page in pages.values()] == [200, 200, 200]
    assert "There are none in this release" in pages["/query/"].text
    assert "SELECT ?city" in pages["/sparql"].text
    assert client.get("/query/graphs.csv").status_code == 404
