"""What the site knows of an identifier of another dataset: `/same?iri=…`."""

from __future__ import annotations

import json

import pyoxigraph as ox
from flask import Blueprint, Response, request, url_for

from publisher.formats import HTML, JSONLD, NTRIPLES, RDFXML, TURTLE, Format
from publisher.sameness import Linked, find_linked, list_triples
from publisher.web.documents import (
    Document,
    answer_document,
    choose_requested_format,
    write_document,
)
from publisher.web.reader import Reader, get_reader

blueprint = Blueprint("same", __name__)

_JSON = Format("json", ".json", "application/json", "JSON", named_graphs=False, syntax=None)
_FORMATS = (_JSON, HTML, TURTLE, JSONLD, NTRIPLES, RDFXML)


@blueprint.get("/same")
def show_same() -> Response:
    """Answers with the things that are linked to an identifier, and by which property."""
    reader, identifier = get_reader(), request.args.get("iri", "").strip()
    found = find_linked(reader.own, identifier)
    document = Document(
        "",
        {f: url_for(".show_same", iri=identifier, format=f.name) for f in _FORMATS},
        lambda: ("same.html", {"asked": identifier, "found": found}),
        lambda kind: _write(reader, identifier, found, kind),
    )
    return answer_document(document, choose_requested_format(_FORMATS))


def _write(reader: Reader, identifier: str, found: list[Linked], kind: Format) -> bytes:
    if kind is _JSON:
        return json.dumps(_describe(reader, identifier, found), ensure_ascii=False).encode()
    triples = list_triples(reader.own, found)
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    return write_document(reader, quads, kind)


def _describe(reader: Reader, identifier: str, found: list[Linked]) -> dict[str, object]:
    return {
        "iri": identifier,
        "same": [
            {
                "iri": link.thing.value,
                "label": str(reader.label(link.thing.value)),
                "property": reader.shorten(link.relation.value),
                "propertyIri": link.relation.value,
                "value": link.value.value,
            }
            for link in found
        ],
    }
