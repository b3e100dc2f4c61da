"""Values for the variables of a query: where they are put, and that they count there."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher import sparql_binding

DATA = """
<urn:a> <urn:knows> <urn:b>, <urn:c> . <urn:b> <urn:knows> <urn:c> . <urn:c> <urn:age> 7 .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    return store


def ask(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(tuple(str(term) for term in row) for row in answer)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?y WHERE { ?x <urn:knows> ?y }",
        "SELECT ?y { ?x <urn:knows> ?y }",
        "select ?y where { $x <urn:knows> ?y } ORDER BY ?y",
        "SELECT ?y WHERE { OPTIONAL { ?x <urn:knows> ?y } }",
        "SELECT ?y WHERE { { ?x <urn:knows> ?y } UNION { ?x <urn:likes> ?y } }",
        "SELECT ?y WHERE { ?z <urn:knows> ?y FILTER(?z = ?x) }",
        "SELECT ?y WHERE { ?x <urn:knows> ?y } VALUES ?y { <urn:c> }",
        "SELECT ?y WHERE { SELECT DISTINCT ?y WHERE { ?x <urn:knows> ?y } }",
        "SELECT ?y WHERE { ?y ?p ?o { SELECT ?y WHERE { ?z <urn:knows> ?y FILTER(?z = ?x) } } }",
        "SELECT ?y WHERE { # {\n ?x <urn:knows> ?y FILTER(STR(?y) != '{ SELECT') }",
        "SELECT (EXISTS { ?s <urn:age> ?n } AS ?e) ?y WHERE { ?x <urn:knows> ?y }",
        "SELECT ?y (COUNT(*) AS ?n) FROM <urn:g> WHERE { ?x <urn:knows> ?y } GROUP BY ?y",
    ],
)
def test_value_restricts_every_form_of_query(store: ox.Store, query: str) -> None:
    bound = sparql_binding.bind(query, {"x": "<urn:b>"})
    free = query.replace("WHERE", "").replace("?x", "<urn:b>").replace("$x", "<urn:b>")
    assert ask(store, bound) == ask(store, free)


def test_value_counts_within_aggregates(store: ox.Store) -> None:
    query = "SELECT (COUNT(?y) AS ?n) WHERE { ?x <urn:knows> ?y } GROUP BY ?x"
    assert [row[0].value for row in store.query(sparql_binding.bind(query, {"x": "<urn:a>"}))] == [
        "2"
    ]


def test_several_values_and_none(store: ox.Store) -> None:
    query = "SELECT ?x ?y WHERE { ?x <urn:knows> ?y }"
    both = sparql_binding.bind(query, {"x": "<urn:a>", "y": "<urn:c>"})
    assert ask(store, both) == [("<urn:a>", "<urn:c>")]
    assert sparql_binding.bind(query, {}) == query


def test_construct_binds_its_pattern_and_not_its_template(store: ox.Store) -> None:
    query = "CONSTRUCT { ?y <urn:known> ?x } WHERE { ?x <urn:knows> ?y }"
    triples = [str(t.subject) for t in store.query(sparql_binding.bind(query, {"x": "<urn:b>"}))]
    assert triples == ["<urn:c>"]


def test_ask(store: ox.Store) -> None:
    query = "ASK { ?x <urn:age> ?n }"
    answers = [
        bool(store.query(sparql_binding.bind(query, {"x": x}))) for x in ("<urn:c>", "<urn:a>")
    ]
    assert answers == [True, False]


@pytest.mark.parametrize(
    ("query", "form", "short"),
    [
        ("PREFIX select: <urn:> ASK { ?s select:x 'CONSTRUCT' }", "ASK", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT", True),
        ("construct FROM <urn:g> WHERE { ?s ?p ?o }", "CONSTRUCT", True),
        ("CONSTRUCT{?s ?p ?o}WHERE{?s ?p ?o}", "CONSTRUCT", False),
        ("SELECT * WHERE { }", "SELECT", False),
        ("nothing", "", False),
    ],
)
def test_form_of_a_query(query: str, form: str, short: bool) -> None:
    assert sparql_binding.find_form(query) == form
    assert sparql_binding.is_short_construct(query) == short


def test_base_is_needed_for_relative_iris_only() -> None:
    assert sparql_binding.needs_base("ASK { <city/a> ?p ?o }")
    assert sparql_binding.needs_base("ASK { <> ?p ?o }")
    assert not sparql_binding.needs_base("ASK { <urn:a> ?p '<b>' }")
    assert not sparql_binding.needs_base("BASE <urn:x> ASK { <a> ?p ?o }")
