"""Comunica, which others wrote in another language, asks the endpoint and reads documents."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from rdflib import FOAF, RDFS, XSD
from SPARQLWrapper import JSON, SPARQLWrapper
from two_publishers import build, find_port, publish, write_site

from publisher.vocabulary import LC, SCHEMA

PREFIXES = f"PREFIX lc: <{LC}> PREFIX rdfs: <{RDFS}> PREFIX schema: <{SCHEMA}>\n"
PREFIXES += f"PREFIX foaf: <{FOAF}> PREFIX xsd: <{XSD}>\n"
# What every row of a query is: a value for each variable.
Rows = list[dict[str, str]]
LAUREATES = f"""{PREFIXES}
SELECT ?name ?profile {{
  ?award a lc:AwardReceipt ; lc:awardYear "2015"^^xsd:gYear ; lc:laureate ?city .
  ?city rdfs:label ?name ; foaf:isPrimaryTopicOf ?profile .
}} ORDER BY ?name"""
# The same sentence follows from either side of a document, hence DISTINCT.
SENTENCE = """SELECT DISTINCT ?name ?sentence {{
  <{city}> lc:initiative ?initiative .
  ?initiative rdfs:label ?name ; lc:evidence ?passage . ?passage schema:text ?sentence .
}}"""
COLLEGE = "entity/ca/lakeside/lakeside-open-college"
SAID = [
    {
        "name": "Lakeside Open College",
        "sentence": "Its Lakeside Open College was founded for that.",
    }
]


@pytest.fixture(scope="module")
def lakeside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site that is served where its IRIs lead, so that links can be followed."""
    base_iri = f"http://127.0.0.1:{find_port()}/"
    root = write_site(tmp_path_factory.mktemp("lakeside"), base_iri, "Lakeside", "Canada")
    with publish(build(root)) as address:
        yield address


def find_command(name: str) -> str:
    """Returns a program of Comunica, on the path or where npm installs; skips without it."""
    found = shutil.which(name)
    npm = shutil.which("npm")
    if found is None and npm is not None:
        asked = [npm, "prefix", "--global"]
        prefix = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        found = shutil.which(name, path=f"{prefix}/bin")
    if found is None:
        pytest.skip(f"{name} is not installed; .ci/run says how to install it")
    return found


def ask_comunica(program: str, query: str, *sources: str) -> Rows:
    """Returns the rows that Comunica finds; it may note on stderr what it could not reach."""
    command = [find_command(program), *sources, "--lenient", "--query", query]
    command += ["--outputType", "application/sparql-results+json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return read_rows(json.loads(done.stdout))


def ask_endpoint(server: str, query: str) -> Rows:
    endpoint = SPARQLWrapper(f"{server}/sparql")
    endpoint.setQuery(query)
    endpoint.setReturnFormat(JSON)
    answer = endpoint.queryAndConvert()
    assert isinstance(answer, dict)
    return read_rows(answer)


def read_rows(answer: dict[str, dict[str, list[dict[str, dict[str, str]]]]]) -> Rows:
    rows = answer["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


@pytest.mark.parametrize("kind", ["", "sparql@"])
def test_comunica_asks_the_endpoint(server: str, kind: str) -> None:
    """Named as an endpoint, and known for one by its service description."""
    rows = ask_comunica("comunica-sparql", LAUREATES, f"{kind}{server}/sparql")
    assert [row["name"] for row in rows] == ["Bahir Dar", "Balanga", "Sorocaba"]
    assert rows == ask_endpoint(server, LAUREATES)


def test_comunica_joins_documents(lakeside: str) -> None:
    things = [f"{lakeside}/id/city/ca/lakeside", f"{lakeside}/id/{COLLEGE}"]
    query = PREFIXES + SENTENCE.format(city=things[0])
    passage = ask_endpoint(lakeside, f"{PREFIXES} SELECT ?p {{ <{things[1]}> lc:evidence ?p }}")
    assert ask_comunica("comunica-sparql", query, *things, passage[0]["p"]) == SAID
    assert ask_endpoint(lakeside, query) == SAID


def test_comunica_follows_links(lakeside: str) -> None:
    """From the address of a city alone, to the sentence that speaks of its initiative."""
    city = f"{lakeside}/id/city/ca/lakeside"
    query = PREFIXES + SENTENCE.format(city=city)
    assert ask_comunica("comunica-sparql-link-traversal", query, city) == SAID
