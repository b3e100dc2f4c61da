"""Publishers take in each other's data, and answer what needs both."""

from __future__ import annotations

import http.client
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from click.testing import CliRunner, Result
from two_publishers import build, find_port, publish, write_site

from publisher.cli import main
from publisher.release import Release, open_release

CITIES = (("Bergdorf", "Switzerland"), ("Seestadt", "Austria"))
# Each publisher knows its own city's initiatives only.
QUESTION = """SELECT DISTINCT ?city ?body WHERE {
  ?c a lc:LearningCity ; rdfs:label ?city . ?b lc:city ?c ; a lc:Initiative ; rdfs:label ?body .
} ORDER BY ?city"""
ANSWER = ["Bergdorf,Bergdorf Open College", "Seestadt,Seestadt Open College"]
ORIGIN = """SELECT ?g ?source ?license (DATATYPE(?time) = xsd:dateTime AS ?timed) {
  ?g dct:source ?source ; dct:license ?license ; prov:generatedAtTime ?time }"""
# The catalogue describes the release and is no part of the data.
IN_TWO_GRAPHS = """SELECT (COUNT(*) AS ?n) {
  GRAPH ?a { ?s ?p ?o } GRAPH ?b { ?s ?p ?o } FILTER(?a != ?b)
  FILTER(!STRENDS(STR(?a), "/graph/catalog") && !STRENDS(STR(?b), "/graph/catalog")) }"""
# What another publisher says of a thing of the site.
OTHERS_OF_US = """SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o }
  FILTER(CONTAINS(STR(?g), "/graph/harvest/"))
  FILTER(STRSTARTS(STR(?s), REPLACE(STR(?g), "graph/.*", ""))) }"""
SOURCE = """[{name}]
kind = "{kind}"
url = "{url}"
title = "The other city"
license = "https://creativecommons.org/licenses/by/4.0/"
"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tuple(
        write_site(tmp_path_factory.mktemp("site") / "s", f"http://127.0.0.1:{find_port()}/", *city)
        for city in CITIES
    )


@pytest.fixture(scope="module")
def releases(sites: tuple[Path, Path]) -> tuple[Release, ...]:
    return tuple(build(site) for site in sites)


def ask(server: str, query: str) -> list[str]:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    connection.request("GET", f"/sparql?{urlencode({'query': query, 'format': 'csv'})}")
    response = connection.getresponse()
    lines = response.read().decode().splitlines()
    connection.close()
    assert response.status == 200, lines
    return lines[1:]


def harvest(site: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["harvest", "--site", str(site), *arguments])


@pytest.mark.parametrize(
    ("kind", "path", "more"),
    [
        ("rdf", "dump/learning-cities.nq", ""),
        ("dcat", "graph/catalog", ""),
        ("feed", "feed", ""),
        ("construct", "sparql", 'query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"'),
    ],
)
def test_two_publishers_harvest_each_other(
    sites: tuple[Path, Path], releases: tuple[Release, ...], kind: str, path: str, more: str
) -> None:
    with ExitStack() as stack:
        addresses = [stack.enter_context(publish(release)) for release in releases]
        assert [ask(address, QUESTION) for address in addresses] == [ANSWER[:1], ANSWER[1:]]
        for site, other in zip(sites, reversed(addresses), strict=True):
            text = SOURCE.format(name="other", kind=kind, url=f"{other}/{path}") + more
            (site / "data/sources.toml").write_text(text, encoding="utf-8")
            done = harvest(site, "--again")
            assert done.exit_code == 0, done.output
            assert done.output.splitlines()[1].split()[:2] == ["other", "new"]
            assert harvest(site).output.splitlines()[1].split()[:2] == ["other", "unchanged"]
    taken_in = [build(site) for site in sites]
    with ExitStack() as stack:
        for release, other in zip(taken_in, reversed(addresses), strict=True):
            address = stack.enter_context(publish(release))
            assert ask(address, QUESTION) == ANSWER
            assert ask(address, ORIGIN) == [
                f"{address}/graph/harvest/other,{other}/{path},"
                "https://creativecommons.org/licenses/by/4.0/,true"
            ]
            assert ask(address, IN_TWO_GRAPHS) == ["0"]
            assert ask(address, OTHERS_OF_US) == ["0"]


COLLEGE = "Its Seestadt Open College was founded for that."


def publish_anew(site: Path, old: str, new: str) -> Release:
    """Changes the page of a site, and returns the release that it publishes then."""
    page = site / "data/profiles/page.txt"
    page.write_text(page.read_text("utf-8").replace(old, new), "utf-8")
    done = CliRunner().invoke(main, ["release", "--site", str(site)])
    assert done.exit_code == 0, done.output
    return open_release(site / "build")


def read_triples(site: Path, source: str) -> set[str]:
    file = next((site / "data/harvest").glob(f"{source}*.nq"))
    lines = file.read_text("utf-8").splitlines()
    return {line.rpartition(" <")[0] for line in lines}


def test_a_feed_gives_the_graph_that_the_dump_gives_release_after_release(
    tmp_path: Path,
) -> None:
    here, there = (
        write_site(tmp_path / city, f"http://127.0.0.1:{find_port()}/", city, country)
        for city, country in CITIES
    )
    changes = (("", ""), (COLLEGE, "Its Lake School was founded for that."), ("lake", "sea"))
    for old, new in changes:
        with publish(publish_anew(there, old, new)) as address:
            (here / "data/sources.toml").write_text(
                SOURCE.format(name="feed", kind="feed", url=f"{address}/feed")
                + SOURCE.format(name="dump", kind="rdf", url=f"{address}/dump/learning-cities.nq"),
                encoding="utf-8",
            )
            done = harvest(here)
            assert done.exit_code == 0, done.output
            assert read_triples(here, "feed") == read_triples(here, "dump")
            assert harvest(here, "feed").output.splitlines()[1].split()[1] == "unchanged"


def write_source(site: Path, kind: str, **urls: str) -> None:
    text = "".join(SOURCE.format(name=name, kind=kind, url=url) for name, url in urls.items())
    with (site / "data/sources.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_what_a_third_says_is_not_passed_on(tmp_path: Path) -> None:
    """X → A → B → A: what X takes back would stay for ever, and under the licence of B."""
    third, there, here = (
        write_site(tmp_path / city, f"http://127.0.0.1:{find_port()}/", city, country)
        for city, country in (("Waldau", "Germany"), *CITIES)
    )
    with publish(build(third)) as address:
        theirs = f"<{address}/"
        write_source(there, "rdf", third=f"{address}/dump/learning-cities.nq")
        assert harvest(there).exit_code == 0
    with publish(publish_anew(there, "", "")) as address:
        assert ask(address, QUESTION) == [ANSWER[0], "Waldau,Waldau Open College"]
        write_source(here, "feed", feed=f"{address}/feed")
        dump = f"{address}/dump/learning-cities"
        write_source(here, "rdf", nq=f"{dump}.nq.gz", trig=f"{dump}.trig", json=f"{dump}.jsonld")
        done = harvest(here)
    assert done.exit_code == 0, done.output
    assert "nq: " in done.output
    assert "statements that it harvested itself are left out" in done.output
    said = read_triples(here, "feed")
    assert said
    assert not any(triple.startswith(theirs) for triple in said)
    assert all(read_triples(here, name) == said for name in ("nq", "trig", "json"))


# Each asks the other for its city, and adds its own.
FEDERATED = """SELECT DISTINCT ?city ?body WHERE {
  { ?c a lc:LearningCity ; rdfs:label ?city . ?b lc:city ?c ; a lc:Initiative ; rdfs:label ?body }
  UNION { SERVICE <ENDPOINT> {
    ?c a lc:LearningCity ; rdfs:label ?city . ?b lc:city ?c ; a lc:Initiative ; rdfs:label ?body } }
} ORDER BY ?city"""


def test_two_publishers_answer_by_federation(releases: tuple[Release, ...]) -> None:
    endpoints = [f"{release.settings.base_iri}sparql" for release in releases]
    with ExitStack() as stack:
        for release, other in zip(releases, reversed(endpoints), strict=True):
            stack.enter_context(publish(release, (other,)))
        for own, other in zip(endpoints, reversed(endpoints), strict=True):
            assert ask(own.removesuffix("/sparql"), FEDERATED.replace("ENDPOINT", other)) == ANSWER
