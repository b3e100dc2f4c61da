"""Rewritten queries mean what they meant: they are asked of a store."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.sparql_rewrite import declare_prefixes, substitute, take_dataset

EX = "https://example.org/"
PREFIXES = {"ex": EX, "other": "https://other.example/"}


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    turtle = "@prefix ex: <https://example.org/> . ex:a ex:p ex:b, ex:c . ex:b ex:p ex:d ."
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    return store


def test_a_value_stands_wherever_the_pattern_names_the_variable(store: ox.Store) -> None:
    query = """SELECT ?x ?y (COUNT(*) AS ?n) WHERE { # of ?x
      { ?x ex:p+ ?y } UNION { BIND(?x AS ?y) } FILTER NOT EXISTS { ?y ex:q "?x" }
    } GROUP BY ?x ?y ORDER BY ?y"""
    bound = declare_prefixes(substitute(query, {"x": f"<{EX}b>"}), PREFIXES)
    rows = [(row["x"].value, row["y"].value) for row in store.query(bound)]
    assert rows == [(f"{EX}b", f"{EX}b"), (f"{EX}b", f"{EX}d")]


def test_only_prefixes_that_lack_are_declared() -> None:
    query = "PREFIX other: <urn:mine:> SELECT * { ?s ex:p other:o ; none:p 'other:x' }"
    assert declare_prefixes(query, PREFIXES) == f"PREFIX ex: <{EX}> {query}"


@pytest.mark.parametrize(
    ("query", "text", "default", "named"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }", (), ()),
        ("ASK FROM <urn:a> FROM ex:b { ?s ?p ?from }", None, ("urn:a", f"{EX}b"), ()),
        ("ASK from named <urn:a> # FROM <urn:b>\n FROM\n<urn:c> {}", None, ("urn:c",), ("urn:a",)),
        (
            "BASE <http://a.b/c/> PREFIX x: <d/> ASK FROM x:e FROM NAMED <../f> {}",
            None,
            ("http://a.b/c/d/e",),
            ("http://a.b/f",),
        ),
        ("ASK { ?s ?p 'FROM <urn:a>' }", "ASK { ?s ?p 'FROM <urn:a>' }", (), ()),
    ],
)
def test_graphs_of_a_query_are_told_and_taken_out(
    query: str, text: str | None, default: tuple[str, ...], named: tuple[str, ...]
) -> None:
    rest, *found = take_dataset(query, PREFIXES)
    assert tuple(found) == (default, named)
    assert rest == text if text else take_dataset(rest, PREFIXES) == (rest, (), ())
    ox.Store().query(declare_prefixes(rest, PREFIXES))


def test_a_name_that_cannot_be_told() -> None:
    with pytest.raises(SyntaxError):
        take_dataset("ASK FROM none:a {}", PREFIXES)
