"""Files of saved queries: what they say, and every mistake with its file, line and remedy."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, SH, SKOS, XSD, Graph, Literal, URIRef

from publisher.errors import SourceError
from publisher.executables import convert_saved_queries, read_saved_queries
from publisher.iris import Iris
from publisher.quads import to_quads
from publisher.query_files import parse_saved_query, refuse_alike, refuse_unknown_defaults
from publisher.saved_queries import Kind, SavedQuery
from publisher.vocabulary import LC

BASE = "https://data.example.org/"
HEAD = "# title: Cities\n# description: Which cities are there?\n"
FULL = """# title: Cities of a topic
# description: Which cities work on a topic,
#   by name?
# parameter topic (skos:Concept with skos:inScheme <scheme/topic>,
#   default <topic/health>): Topic
# parameter near (iri, optional): A place nearby
# parameter since (xsd:gYear, default 2015): First year
# parameter words (xsd:string): Words, if any: or none

# A comment of the query itself.
SELECT ?city WHERE {
  ?city lc:topic ?topic ; <urn:near> ?near ; lc:memberKind <member-kind/district> .
  FILTER(?year >= ?since && CONTAINS("x", ?words))
}
"""


def parse(text: str, name: str = "cities") -> SavedQuery:
    return parse_saved_query(text, name, f"data/queries/{name}.rq", BASE)


def test_header_says_title_description_and_parameters() -> None:
    query = parse(FULL)
    assert (query.title, query.form) == ("Cities of a topic", "SELECT")
    assert query.description == "Which cities work on a topic, by name?"
    topic, near, since, words = query.parameters
    assert topic.kind == Kind(None, SKOS.Concept, SKOS.inScheme, URIRef(f"{BASE}id/scheme/topic"))
    assert topic.default == URIRef(f"{BASE}id/topic/health")
    assert (near.kind, near.optional, near.is_required) == (Kind(), True, False)
    assert since.default == Literal("2015", datatype=XSD.gYear)
    assert (words.kind.datatype, words.is_required) == (XSD.string, True)
    assert words.description == "Words, if any: or none"


def test_text_runs_on_any_endpoint_and_has_no_header() -> None:
    query = parse(FULL)
    ox.Store().query(query.text)  # knows none of our prefixes, nor our base
    assert "title" not in query.text
    assert query.text.startswith(f"BASE <{BASE}id/>\nPREFIX lc: <{LC}>\n\n# A comment of the query")


def test_query_that_declares_everything_stays_as_it_is() -> None:
    text = f"BASE <{BASE}>\nPREFIX a: <urn:a:>\nASK {{ <x> a:b ?c }}"
    assert parse(HEAD + text).text == text + "\n"


def test_graph_says_all_that_the_file_does() -> None:
    queries = (parse(FULL), parse(HEAD + "CONSTRUCT WHERE { ?s ?p ?o }", "all"))
    iris = Iris(BASE)
    graph = convert_saved_queries(queries, iris)
    quads = to_quads({iris.graph("queries"): graph})  # refuses blank nodes
    assert read_saved_queries(quads) == (queries[1], queries[0])
    iri = URIRef(f"{BASE}id/query/cities")
    assert (iri, RDF.type, SH.SPARQLSelectExecutable) in graph
    assert (iri, RDFS.label, Literal("Cities of a topic", lang="en")) in graph
    parameter = URIRef(f"{iri}/parameter/topic")
    assert (iri, SH.parameter, parameter) in graph
    assert graph.value(parameter, SH.path) == URIRef(f"{iri}/variable/topic")
    assert graph.value(parameter, SH.optional) == Literal(True)
    assert all(p in SH for p in set(graph.predicates()) if p.startswith(str(SH)))


FAULTS = [
    ("SELECT * WHERE { ?s ?p ?o }", 1, "no title", "# title"),
    ("# title: Cities\n\nASK {}", 1, "no description", "# description"),
    ("# title:\n# description: x\nASK {}", 1, "no title", "# title"),
    ("# title: A\n# title: B\n# description: x\nASK {}", 2, "two lines", "keep one"),
    ("# What is there?\nASK {}", 1, "not a line of the header", "# title: …"),
    (HEAD + "\nSELECT * WHERE {\n  ?s ?p\n}", 6, "not a SPARQL 1.1 query", "correct"),
    (HEAD + "\nASK { ?s x:y ?o }", 4, "prefix x:", "PREFIX x:"),
    (HEAD + "\n", 4, "SPARQL", "correct"),
    (HEAD + "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 3, "SERVICE", "by itself"),
    (HEAD + "CLEAR ALL", 3, "no updates", "SELECT"),
    (HEAD + "DESCRIBE <urn:a>", 3, "DESCRIBE", "SELECT, ASK, CONSTRUCT"),
    (HEAD + "# parameter c (iri): City\nASK { ?s ?p ?o }", 3, "no variable ?c", "rename"),
    (HEAD + "# parameter s: City\nASK { ?s ?p ?o }", 3, "not a parameter", "NAME (KIND)"),
    (HEAD + "# parameter s (): City\nASK { ?s ?p ?o }", 3, "does not say what", "name a class"),
    (HEAD + "# parameter s (city): City\nASK { ?s ?p ?o }", 3, "does not say what", "prefixes"),
    (HEAD + "# parameter s (x:City): City\nASK { ?s ?p ?o }", 3, "does not say what", "prefixes"),
    (HEAD + "# parameter s (xsd:float): A\nASK { ?s ?p ?o }", 3, "does not say", "xsd:decimal"),
    (HEAD + "# parameter s (iri with a): A\nASK { ?s ?p ?o }", 3, "does not say", "prefixes"),
    (
        HEAD + "# parameter s (iri with rdf:type): A\nASK { ?s ?p ?o }",
        3, "does not say", "a class before",
    ),
    (HEAD + "# parameter s (iri, maybe): City\nASK { ?s ?p ?o }", 3, "does not say", "optional"),
    (
        HEAD + "# parameter s (xsd:date, default 2023-02-29): A\nASK { ?s ?p ?o }",
        3, "'2023-02-29' is no default", "a date such as",
    ),
    (HEAD + "# parameter s (iri, default x): A\nASK { ?s ?p ?o }", 3, "no default", "an IRI in <>"),
    (
        HEAD + "# parameter s (iri): A\n# parameter s (iri): B\nASK { ?s ?p ?o }",
        4, "two parameters s", "rename",
    ),
    (HEAD + "# parameter this (iri): A\nASK { ?this ?p ?o }", 3, "no name for", "none of"),
    (HEAD + "# parameter a-b (iri): A\nASK { ?a ?p ?o }", 3, "no name for", "letters"),
    (
        HEAD + "# parameter s (iri): A\nCONSTRUCT WHERE { ?s ?p ?o }",
        3, "no place for the value", "CONSTRUCT { … } WHERE",
    ),
    (
        HEAD + "# parameter s (iri): A\nASK { ?a ?p ?o BIND(STR(?a) AS ?s) }",
        3, "itself gives ?s a value", "another name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message", "remedy"), FAULTS)
def test_mistake_has_line_and_remedy(text: str, line: int, message: str, remedy: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert caught.value.where == f"data/queries/cities.rq, line {line}"
    assert message in caught.value.message
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("name", ["Cities", "my cities", "cities.of.mine", "città", "-"])
def test_name_of_a_file_is_part_of_an_address(name: str) -> None:
    with pytest.raises(SourceError, match="no name for a saved query") as caught:
        parse(HEAD + "ASK {}", name)
    assert "small letters" in caught.value.remedy


def test_titles_tell_queries_apart() -> None:
    alike = [parse(HEAD + "ASK {}", "one"), parse(HEAD.replace("Cities", "CITIES") + "ASK {}")]
    with pytest.raises(SourceError, match="title 'CITIES'") as caught:
        refuse_alike(alike, "data/queries")
    assert caught.value.where == "data/queries/one.rq and data/queries/cities.rq"


def test_default_is_a_thing_of_the_data() -> None:
    query = parse(FULL)
    health, topics = URIRef(f"{BASE}id/topic/health"), URIRef(f"{BASE}id/scheme/topic")
    graph = Graph().add((health, RDF.type, SKOS.Concept))
    with pytest.raises(SourceError, match="not among the things") as caught:
        refuse_unknown_defaults([query], to_quads({URIRef(BASE): graph}), "data/queries")
    assert caught.value.where == "data/queries/cities.rq"
    graph.add((health, SKOS.inScheme, topics))
    refuse_unknown_defaults([query], to_quads({URIRef(BASE): graph}), "data/queries")
