"""Compact JSON-LD: what is read back is what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Graph, URIRef
from rdflib.compare import isomorphic

from publisher.formats import JSONLD, read, write
from publisher.jsonld import Context, write_jsonld
from publisher.quads import to_quads

ROOT = Path(__file__).parents[2]
REFERENCE = "https://example.org/context.jsonld"
EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
DEFINITIONS = {
    "id": "@id",
    "type": "@type",
    "ex": EX,
    "xsd": XSD,
    "City": "ex:City",
    "city": {"@id": "ex:city", "@type": "@id"},
    "label": {"@id": "ex:label", "@container": "@language"},
    "labels": {"@id": "ex:labels", "@container": ["@language", "@set"]},
    "note": {"@id": "ex:note", "@language": "en"},
    "date": {"@id": "ex:date", "@type": "xsd:date"},
    "count": "ex:count",
    "tags": {"@id": "ex:tags", "@container": "@set"},
    "geo": "ex:geo/",
}
CONTEXT = Context.parse({"@context": DEFINITIONS}, REFERENCE)


def iri(local: str) -> ox.NamedNode:
    return ox.NamedNode(EX + local)


def say(predicate: str, *values: ox.NamedNode | ox.Literal) -> list[ox.Quad]:
    return [ox.Quad(iri("s"), iri(predicate), value) for value in values]


def node(quads: list[ox.Quad]) -> dict[str, object]:
    document = json.loads(write_jsonld(quads, CONTEXT))
    assert document["@context"] == REFERENCE
    (found,) = document["@graph"]
    assert isinstance(found, dict)
    return found


def test_terms_shorten_what_they_can_say() -> None:
    typed = ox.Literal("2020-01-01", datatype=ox.NamedNode(XSD + "date"))
    quads = [
        ox.Quad(iri("s"), ox.NamedNode(RDF.type), iri("City")),
        *say("city", iri("t")),
        *say("label", ox.Literal("a", language="en"), ox.Literal("b", language="fr")),
        *say("labels", ox.Literal("a", language="en")),
        *say("note", ox.Literal("n", language="en")),
        *say("date", typed),
        *say("count", ox.Literal("5", datatype=ox.NamedNode(XSD + "integer"))),
        *say("tags", ox.Literal("x")),
    ]
    assert node(quads) == {
        "id": EX + "s",
        "type": "City",
        "city": EX + "t",
        "label": {"en": "a", "fr": "b"},
        "labels": {"en": ["a"]},
        "note": "n",
        "date": "2020-01-01",
        "count": 5,
        "tags": ["x"],
    }


def test_what_no_term_can_say_is_written_out() -> None:
    number = ox.Literal("007", datatype=ox.NamedNode(XSD + "integer"))
    quads = [*say("count", number), *say("date", ox.Literal("soon")), *say("label", iri("x"))]
    assert node(quads) == {
        "id": EX + "s",
        "count": {"type": "xsd:integer", "@value": "007"},
        "ex:date": "soon",
        "ex:label": {"id": EX + "x"},
    }


def test_an_iri_that_looks_like_a_prefixed_name_survives() -> None:
    quads = say("city", ox.NamedNode("geo:1,2"))
    data = write(quads, JSONLD, context=CONTEXT)
    back = read(data, "x", JSONLD, base_iri=EX, context=CONTEXT)
    assert back == quads


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda t, tag: ox.Literal(t, language=tag), TEXTS, st.sampled_from(["en", "fr-ca"])),
    st.builds(
        lambda t, d: ox.Literal(t, datatype=ox.NamedNode(XSD + d)),
        st.sampled_from(["1", "01", "true", "1.50", "1e3", "-0", "2020-01-01", "9" * 20]),
        st.sampled_from(["integer", "boolean", "decimal", "double", "date", "gYear"]),
    ),
)
IRIS = st.sampled_from([iri("t"), ox.NamedNode("geo:1,2"), ox.NamedNode("ex://a"), iri("City")])
NAMES = ["city", "label", "labels", "note", "date", "count", "tags", "other", "geo/x"]
QUADS = st.builds(
    ox.Quad,
    st.sampled_from([iri("s"), iri("t")]),
    st.sampled_from([iri(name) for name in NAMES]),
    st.one_of(LITERALS, IRIS),
    st.sampled_from([iri("g"), iri("h"), ox.DefaultGraph()]),
)


@given(st.lists(QUADS, max_size=12))
def test_every_dataset_comes_back_exactly(quads: list[ox.Quad]) -> None:
    data = write(quads, JSONLD, context=CONTEXT)
    assert set(read(data, "x", JSONLD, base_iri=EX, context=CONTEXT)) == set(quads)


# Its own JSON-LD parser is behind on what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_the_site_context_brings_the_model_back_in_rdflib() -> None:
    model = Graph().parse(ROOT / "tests/shapes/valid.ttl")
    context = Context.parse(json.loads((ROOT / "ontology/context.jsonld").read_text("utf-8")))
    data = write(to_quads({URIRef(EX + "g"): model}), JSONLD, context=context)
    whole = json.loads(data)
    assert whole["@context"] == context.definitions
    (named,) = whole["graph"]
    assert named["id"] == EX + "g"
    document = {"@context": whole["@context"], "graph": named["graph"]}
    back = Graph().parse(data=json.dumps(document), format="json-ld")
    assert isomorphic(back, model)


def test_a_context_without_definitions_is_refused() -> None:
    with pytest.raises(ValueError, match="@context"):
        Context.parse({})
    with pytest.raises(ValueError, match="loop"):
        Context.parse({"@context": {"loop": "loop"}})
