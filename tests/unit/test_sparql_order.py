"""A query that orders its answer by values of any kind is answered, in an order of kinds."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.sparql_order import order_by_kind

ODD = Path(__file__).parents[1] / "http/odd.trig"
# Ordered as they are, these end the process of the engine.
MIXED = " ".join(f'{n} "{n}x"' for n in range(1, 40))


def select(query: str, store: ox.Store | None = None) -> list[str]:
    rows = (store or ox.Store()).query(query, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    return [row[0].value for row in rows]


def test_numbers_come_before_texts_each_in_order() -> None:
    rows = select(order_by_kind(f"SELECT ?v {{ VALUES ?v {{ {MIXED} }} }} ORDER BY ?v"))
    assert rows == [str(n) for n in range(1, 40)] + sorted(f"{n}x" for n in range(1, 40))


@pytest.mark.parametrize("seed", range(20))
def test_odd_data_has_an_order_however_it_was_loaded(seed: int) -> None:
    quads = list(ox.parse(path=ODD, format=ox.RdfFormat.TRIG))
    random.Random(seed).shuffle(quads)
    store = ox.Store()
    store.extend(quads)
    query = "SELECT ?o { ?s ?p ?o FILTER(!ISBLANK(?o)) } ORDER BY"
    rows = select(order_by_kind(f"{query} ?o"), store)
    assert sorted(rows) == sorted(select(query.removesuffix("ORDER BY"), store))
    assert rows.index("urn:x:y") < rows.index("-INF") < rows.index("0.5") < rows.index("INF")
    assert rows.index("INF") < rows.index("NaN") < rows.index("2024-02-29") < rows.index("Ann")


@pytest.mark.parametrize(
    "tail",
    [
        "ORDER BY ?v",
        "order by?v",
        "ORDER BY DESC(?v)",
        "ORDER BY desc ( ?v ) LIMIT 3 OFFSET 1",
        "ORDER BY STRLEN(STR(?v)) DESC(?v)",
        "ORDER BY (?v > 2) ASC(-?v)",
        "ORDER BY NOT EXISTS { ?v ?v ?v FILTER(?v IN (1, 2)) } ?v",
        "ORDER BY <http://www.w3.org/2001/XMLSchema#string>(?v) # ) ORDER BY",
        'ORDER BY IF(?v = 3, ")", "(") ?v',
        "ORDER BY xsd:string(?v) VALUES ?v { 10 2 3 }",
        "GROUP BY ?v HAVING (COUNT(*) = 1) ORDER BY DESC(COUNT(*)) ?v",
        "",
    ],
)
def test_what_has_an_order_keeps_it(tail: str) -> None:
    query = (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
        f"SELECT ?v {{ VALUES ?v {{ 10 9 2 3 }} }} {tail}"
    )
    assert select(order_by_kind(query)) == select(query)


def test_the_order_of_a_subquery_is_made_safe() -> None:
    inner = f"SELECT ?v {{ VALUES ?v {{ {MIXED} }} }} ORDER BY DESC(?v) LIMIT 2"
    rows = select(order_by_kind(f"SELECT ?v {{ {{ {inner} }} }} ORDER BY ?v"))
    assert rows == ["8x", "9x"]


@pytest.mark.parametrize("text", ["SELECT ?v {} ORDER BY", "ORDER BY (?v", "ORDER", "ORDER BY NOT"])
def test_what_does_not_parse_stays_as_it_is(text: str) -> None:
    assert order_by_kind(text) == text
