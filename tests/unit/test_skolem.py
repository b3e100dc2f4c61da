"""Blank nodes get IRIs that last, tell apart what differs, and hang on nothing else."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from publisher.skolem import skolemise

URL = "https://other.example.org:8080/data.ttl"
SPACE = "<https://other.example.org:8080/.well-known/genid/"


def read(turtle: str) -> list[ox.Triple]:
    quads = ox.parse(turtle, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    return [quad.triple for quad in quads]


def name(turtle: str, seed: int = 0) -> set[str]:
    triples = read(turtle)
    random.Random(seed).shuffle(triples)
    named = {str(triple) for triple in skolemise(triples, URL)}
    assert len(named) == len(triples)
    assert not any("_:" in triple for triple in named)
    return named


def names(turtle: str) -> set[str]:
    terms = {term for triple in name(turtle) for term in triple.split()}
    return {term for term in terms if term.startswith(SPACE)}


def test_names_stay_while_the_rest_changes() -> None:
    turtle = '<urn:a> <urn:p> [ <urn:q> "x" ; <urn:r> [ <urn:q> "y" ] ] , [] , [] .'
    assert len(names(turtle)) == 4
    assert names(turtle) < names('<urn:b> <urn:p> [ <urn:q> "new" ] . ' + turtle)


LIST = "({})".format(" ".join(["1"] * 200))
GRAPHS = (
    f"<urn:a> <urn:p> {LIST}, {LIST} .",
    f"<urn:a> <urn:p> {LIST} . <urn:b> <urn:p> {LIST} .",
    '<urn:a> <urn:p> [ <urn:q> [ <urn:q> "x" ] , [ <urn:q> "y" ] ] .',
    "_:a <urn:p> _:b . _:b <urn:p> _:c . _:c <urn:p> _:a .",
    "_:a <urn:p> _:a , _:b . <urn:x> <urn:p> _:b .",
)


@pytest.mark.parametrize("turtle", GRAPHS)
def test_names_do_not_hang_on_the_order_of_statements(turtle: str) -> None:
    assert len({frozenset(name(turtle, seed)) for seed in range(5)}) == 1


@pytest.mark.parametrize("turtle", GRAPHS)
def test_the_graph_stays_the_same(turtle: str) -> None:
    """With blank nodes in place of the IRIs again, it is what it was."""
    lines = "".join(f"{triple} .\n" for triple in name(turtle))
    nodes = {term: f"_:n{n}" for n, term in enumerate(sorted(names(turtle)))}
    for term in sorted(nodes, key=len, reverse=True):
        lines = lines.replace(term, nodes[term])
    graphs = [ox.Dataset(ox.parse(t, format=ox.RdfFormat.TURTLE)) for t in (lines, turtle)]
    for graph in graphs:
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(graphs[0]) == set(graphs[1])


@pytest.mark.parametrize("place", [0, 5, 10])
def test_what_is_said_otherwise_has_other_names(place: int) -> None:
    """However far from what the nodes hang on, and from each other."""
    items = ["1"] * 11
    items[place] = "2"
    other = f"<urn:a> <urn:p> ({' '.join(items)}) ."
    assert not names(other) & names(f"<urn:a> <urn:p> ({' '.join(['1'] * 11)}) .")
