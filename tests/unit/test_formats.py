"""The table of formats, and that each written form says the same."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.errors import SourceError
from publisher.formats import (
    FORMATS,
    HTML,
    JSONLD,
    NQUADS,
    RDF_FORMATS,
    RDFXML,
    RESULT_FORMATS,
    TRIG,
    TURTLE,
    Format,
    find_format,
    read,
    write,
)

EX = "https://example.org/"
PREFIXES = {"ex": EX, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "un": "urn:unused/"}


def iri(local: str) -> ox.NamedNode:
    return ox.NamedNode(EX + local)


QUADS = [
    ox.Quad(iri("b"), iri("p"), ox.Literal('two\n"lines" .\n', language="en"), iri("g")),
    ox.Quad(iri("a"), iri("p"), iri("b"), iri("h")),
    ox.Quad(iri("a"), iri("p"), ox.Literal("1"), iri("g")),
    ox.Quad(iri("a"), ox.NamedNode(PREFIXES["rdf"] + "type"), iri("T"), iri("g")),
]


@pytest.mark.parametrize("target", RDF_FORMATS, ids=lambda f: f.name)
def test_every_format_is_read_back(target: Format) -> None:
    data = write(QUADS, target, prefixes=PREFIXES)
    back = read(data, "x", target, base_iri=EX)
    if target.named_graphs:
        assert set(back) == set(QUADS)
    else:
        assert {quad.triple for quad in back} == {quad.triple for quad in QUADS}


@pytest.mark.parametrize("target", RDF_FORMATS, ids=lambda f: f.name)
def test_order_and_repetition_make_no_difference(target: Format) -> None:
    assert write([*reversed(QUADS), QUADS[0]], target) == write(QUADS, target)


def test_turtle_is_grouped_and_declares_what_it_uses() -> None:
    text = write(QUADS, TURTLE, prefixes=PREFIXES).decode()
    assert text == (
        f"@prefix ex: <{EX}> .\n"
        f"@prefix rdf: <{PREFIXES['rdf']}> .\n\n"
        'ex:a a ex:T ;\n\tex:p "1" , ex:b .\n\n'
        'ex:b ex:p "two\\n\\"lines\\" .\\n"@en .\n\n'
    )


def test_trig_keeps_the_graphs_apart() -> None:
    text = write(QUADS, TRIG, prefixes=PREFIXES).decode()
    assert "ex:g {" in text
    assert "ex:h {" in text


def test_rdfxml_declares_the_prefixes_in_order() -> None:
    head = write(QUADS, RDFXML, prefixes=PREFIXES).decode().split("<rdf:RDF", 1)[1].split(">")[0]
    declared = [part for part in head.split() if part.startswith("xmlns:")]
    assert declared == sorted(declared)
    assert f'xmlns:ex="{EX}"' in declared


def test_a_web_page_is_not_written_from_quads() -> None:
    with pytest.raises(ValueError, match="Web page"):
        write(QUADS, HTML)


def test_broken_input_is_refused_with_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        read(
            b"<https://a.example/> <https://a.example/p> 1 .\n<x y .", "a.ttl", TURTLE, base_iri=EX
        )
    assert caught.value.where == "a.ttl, line 2"
    with pytest.raises(SourceError, match="JSON-LD"):
        read(b"{", "a.jsonld", JSONLD, base_iri=EX)


def test_relative_addresses_are_resolved() -> None:
    (quad,) = read(b"<a> <p> <b> .", "a.ttl", TURTLE, base_iri=EX)
    assert quad.subject == iri("a")


def test_names_suffixes_and_media_types_are_told_apart() -> None:
    for table in (FORMATS, RESULT_FORMATS):
        for key in ("name", "suffix", "media_type"):
            values = [getattr(row, key) for row in table]
            assert len(set(values)) == len(values)
    assert find_format(".TTL") is TURTLE
    assert find_format("nquads") is NQUADS
    assert find_format(".doc") is None
