"""What each address answers with: the part of the OpenAPI description that Flask does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import RDFS

from publisher.formats import (
    CSV,
    CSVM,
    HTML,
    JSONLD,
    PATCH,
    RDF_FORMATS,
    RESULT_FORMATS,
    TURTLE,
)
from publisher.web.documents import DOCUMENT_FORMATS
from publisher.web.signposting import LINKSET

# A thing that the data does not know, a format that there is none of.
_OF_A_DOCUMENT = (404, 406)
_OF_A_THING = (404, 406, 410)
_OF_A_QUERY = (400, 403, 406, 413, 414, 429, 501, 502, 503)


@dataclass(frozen=True, slots=True)
class Operation:
    """What an address answers with: media types, a redirect, problems; and its parameters.

    `form` names the fields that a POST may have; `summary` is for what no function of
    ours answers.
    """

    media_types: tuple[str, ...] = ()
    redirect: int = 0
    problems: tuple[int, ...] = ()
    parameters: tuple[dict[str, Any], ...] = ()
    form: tuple[str, ...] = ()
    summary: str = ""


def _ask(
    name: str, about: str, kind: str = "string", *, many: bool = False, example: str = ""
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": kind}
    if example:
        schema["examples"] = [example]
    if kind == "integer":
        schema |= {"minimum": 0, "maximum": 99_999}
    if many:
        schema = {"type": "array", "items": schema}
    return {"name": name, "in": "query", "description": about, "schema": schema}


_FORMAT = _ask("format", "The name of a format, in place of the Accept header.")
_LIMIT = _ask("limit", "How many at most.", "integer")
DATASET = (
    _ask("default-graph-uri", "A graph of the default graph.", many=True),
    _ask("named-graph-uri", "A named graph.", many=True),
)
_ARGUMENTS = {
    "name": "arguments",
    "in": "query",
    "description": "Values for the parameters of the query, each under its name.",
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}
_DOCUMENTS = tuple(f.media_type for f in DOCUMENT_FORMATS)
_DATA = tuple(f.media_type for f in RDF_FORMATS)
_GRAPHS = (HTML.media_type, *_DATA)
_ANSWERS = tuple(dict.fromkeys((*(f.media_type for f in RESULT_FORMATS), *_GRAPHS)))
_FEED = tuple(media_type for media_type in _DOCUMENTS if media_type != HTML.media_type)
_DUMPS = (*_DATA, CSV.media_type, CSVM.media_type, "application/gzip", "application/zstd")
_JSON, _XML, _TEXT = "application/json", "application/xml", "text/plain"
_REPORTS = (HTML.media_type, TURTLE.media_type, _JSON, _TEXT)
_EXAMPLE = "SELECT * WHERE { ?thing ?property ?value } LIMIT 3"
_RECONCILED = ("queries", "extend")

OPERATIONS: Mapping[str, Operation] = {
    "static": Operation(
        ("text/css", "text/javascript", "image/svg+xml"),
        problems=(404,),
        summary="Sends a file that the pages need.",
    ),
    "pages.show_home": Operation((HTML.media_type,), redirect=303, problems=(406,)),
    "catalog.find_void": Operation(redirect=302),
    "catalog.show_catalog": Operation(_DOCUMENTS, problems=_OF_A_DOCUMENT),
    "resource.show_resource": Operation(
        _DOCUMENTS,
        redirect=303,
        problems=(400, 404, 406),
        parameters=(
            _ask("iri", "The thing, by its whole IRI.", example=str(RDFS.label)),
            _FORMAT,
        ),
    ),
    "resource.show_graph": Operation(
        _DOCUMENTS,
        problems=(400, 404, 406),
        parameters=(
            _ask("graph", "The graph, by its absolute IRI."),
            _ask("default", "Present, without a value, for the default graph."),
            _FORMAT,
        ),
    ),
    "own.show_own_address": Operation(redirect=303, problems=(404,)),
    "same.show_same": Operation(
        (_JSON, *_DOCUMENTS),
        problems=(400, 404, 406),
        parameters=(_ask("iri", "An identifier of another dataset."), _FORMAT),
    ),
    "sparql.answer_query": Operation(
        _ANSWERS,
        problems=(*_OF_A_QUERY, 415),
        parameters=(_ask("query", "A query in SPARQL 1.1.", example=_EXAMPLE), *DATASET, _FORMAT),
        form=("query", "default-graph-uri", "named-graph-uri", "format"),
    ),
    "saved.list_saved_queries": Operation((HTML.media_type,), redirect=303, problems=(406,)),
    "saved.answer_saved_query": Operation(
        _ANSWERS, problems=(*_OF_A_QUERY, 404), parameters=(_ARGUMENTS,)
    ),
    "reconciliation.ask": Operation(
        (_JSON,),
        problems=(400, 413),
        parameters=(
            _ask("queries", "A batch of queries, in JSON.", example='{"q0": {"query": "name"}}'),
            _ask("extend", "Things and the properties wanted of them, in JSON."),
        ),
    ),
    "reconciliation.ask_by_form": Operation((_JSON,), problems=(400, 413, 415), form=_RECONCILED),
    "reconciliation.suggest": Operation(
        (_JSON,),
        problems=(400, 404),
        parameters=(
            _ask("prefix", "How the name begins."),
            _ask("type", "A type that what is suggested has.", many=True),
            _ask("cursor", "How many to leave out.", "integer"),
            _LIMIT,
        ),
    ),
    "reconciliation.propose_properties": Operation(
        (_JSON,), problems=(400,), parameters=(_ask("type", "The type of the things."), _LIMIT)
    ),
    "reconciliation.preview": Operation(
        (HTML.media_type,), problems=(404,), parameters=(_ask("id", "The thing's identifier."),)
    ),
    "dumps.list_dumps": Operation(redirect=303),
    "dumps.send_dump": Operation(_DUMPS, problems=(404,)),
    "dumps.send_city": Operation(_DATA, problems=(404, 410)),
    "dumps.send_sums": Operation((_TEXT,)),
    "dumps.send_context": Operation((JSONLD.media_type,)),
    "versions.send_context": Operation((JSONLD.media_type,), problems=(404,)),
    "versions.show_releases": Operation((HTML.media_type,)),
    "versions.show_release": Operation((HTML.media_type,), problems=(404,)),
    "changes.show_diff": Operation((HTML.media_type, PATCH.media_type), problems=_OF_A_DOCUMENT),
    "changes.show_feed": Operation(_FEED, problems=_OF_A_DOCUMENT),
    "changes.show_first_page": Operation(redirect=303),
    "changes.show_page": Operation(_FEED, problems=_OF_A_DOCUMENT),
    "crawlers.send_robots": Operation((_TEXT,)),
    "sitemap.send_sitemap": Operation((_XML,)),
    "sitemap.send_part": Operation((_XML,), problems=(404,)),
    "linksets.send_linkset": Operation((LINKSET,)),
    "signposting.send_api_catalog": Operation((LINKSET,)),
    "openapi.send_openapi": Operation((_JSON,)),
    "resources.show_thing": Operation(redirect=303, problems=(404, 410)),
    "resources.show_document": Operation(_DOCUMENTS, problems=_OF_A_THING),
    "resources.show_linkset": Operation((LINKSET,), problems=(404, 410)),
    "resources.show_ontology": Operation(_DOCUMENTS, problems=_OF_A_DOCUMENT),
    "resources.show_ontology_version": Operation(redirect=303, problems=(404,)),
    "resources.show_graph": Operation(_GRAPHS, problems=_OF_A_DOCUMENT),
    "reports.show_report": Operation(_REPORTS, problems=_OF_A_DOCUMENT),
    "reports.show_city_report": Operation(_REPORTS, problems=_OF_A_DOCUMENT),
    "reports.send_shapes": Operation((TURTLE.media_type,)),
}
