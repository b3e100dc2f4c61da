"""Graphs that are filled, written out and looked into, in any order."""

from __future__ import annotations

from rdflib import RDFS, Literal, URIRef

from publisher.quads import new_graph

BOAT, PIER = URIRef("urn:boat"), URIRef("urn:pier")
NAMED = (BOAT, RDFS.label, Literal("Boat", lang="en"))
BUILT = (PIER, RDFS.label, Literal("Pier", lang="en"))
NEAR = (BOAT, RDFS.seeAlso, PIER)


def test_a_graph_holds_each_triple_once_before_and_after_it_is_looked_into() -> None:
    graph = new_graph()
    graph.add(NAMED).add(NAMED).add(NEAR)
    assert len(graph) == 2
    assert set(graph) == {NAMED, NEAR}
    assert list(graph.triples((None, None, PIER))) == [NEAR]
    graph.add(BUILT).add(NEAR)
    assert len(graph) == 3
    assert set(graph) == {NAMED, NEAR, BUILT}
    assert graph.value(PIER, RDFS.label) == BUILT[2]


def test_a_triple_can_be_removed_before_anything_was_looked_for() -> None:
    graph = new_graph()
    graph.add(NAMED).add(NEAR)
    graph.remove((BOAT, RDFS.seeAlso, None))
    assert set(graph) == {NAMED}
    assert NEAR not in graph
