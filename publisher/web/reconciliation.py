"""The site as a reconciliation service, with which OpenRefine links tables to it.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, request, url_for

import publisher
from publisher.reconcile import TYPES
from publisher.reconcile_queries import MATCHING_PROPERTIES, MOST_QUERIES, Json, parse_batch
from publisher.spelling import fold
from publisher.web.errors import BadRequest, UnknownResource, UnsupportedMediaType
from publisher.web.extension import extend, parse_extension
from publisher.web.links import get_href
from publisher.web.naming import get_service
from publisher.web.properties import Properties
from publisher.web.reader import Reader, get_reader
from publisher.web.views.elsewhere import view_elsewhere

blueprint = Blueprint("reconciliation", __name__)

_SUGGESTED = 20
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_PREVIEW_SIZE = {"width": 420, "height": 340}
# A preview stands in a frame of the program that asks, wherever that runs.
_PREVIEW_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
_SHOWN_NAMES = 12
# What tells things of one name apart, besides their kind and where they are.
_TELLING = (
    "lc:memberSince",
    "lc:awardYear",
    "lc:memberKind",
    "lc:initiativeType",
    "org:classification",
)


# An address that somebody gave a slash at its end is asked like the other: clients that POST
# to it do not follow a redirect.
@blueprint.get("/reconcile", strict_slashes=False)
def ask() -> Response:
    """Answers with the manifest, with candidates for `queries`, or with values for `extend`."""
    if "queries" in request.args or "extend" in request.args:
        return _answer(request.args.get("queries"), request.args.get("extend"))
    if "query" in request.args:
        raise BadRequest(
            "A single query is not answered here.",
            remedy='Send a batch of queries: queries={"q0": {"query": "…"}}.',
        )
    return _send(_describe_service(get_reader()))


@blueprint.post("/reconcile", strict_slashes=False)
def ask_by_form() -> Response:
    """Answers a form with `queries` or `extend`."""
    if request.mimetype not in _FORMS:
        raise UnsupportedMediaType(
            f"A batch comes as a form, not as {request.mimetype or 'a body without media type'}.",
            available=_FORMS,
        )
    if "queries" not in request.form and "extend" not in request.form:
        raise BadRequest(
            "The form has neither queries nor extend.",
            remedy="Send one of them as application/x-www-form-urlencoded.",
        )
    return _answer(request.form.get("queries"), request.form.get("extend"))


@blueprint.get("/reconcile/suggest/<any(entity,type,property):kind>")
def suggest(kind: str) -> Response:
    """Answers with what begins as the parameter `prefix` does."""
    service, beginning = get_service(), request.args.get("prefix", "")
    skip, limit = _get_number("cursor", 0), _get_number("limit", _SUGGESTED)
    types = _get_types()
    if kind == "entity":
        return _send(service.reconciler.suggest(beginning, skip, limit, types))
    if kind == "type":
        known = service.reconciler.types.names
    else:
        known = {**MATCHING_PROPERTIES, **service.properties.list_names(types)}
    start = fold(beginning)
    found = [
        {"id": name, "name": label}
        for name, label in known.items()
        if name.lower().startswith(beginning.lower())
        or any(fold(text).startswith(start) for text in (label, name.partition(":")[2]))
        or f" {start}" in fold(label)
    ]
    return _send({"result": found[skip : skip + limit]})


@blueprint.get("/reconcile/properties")
def propose_properties() -> Response:
    """Answers with the properties that things of a type have, the most used first."""
    kind = request.args.get("type", "")
    limit = _get_number("limit", 0) or None
    found = list(get_service().properties.list_names(_get_types()).items())
    answer: Json = {"properties": [{"id": name, "name": label} for name, label in found[:limit]]}
    if kind:
        answer["type"] = kind
    if limit:
        answer["limit"] = limit
    return _send(answer)


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """Answers with a small page about a thing, for a frame in another program."""
    reader, service = get_reader(), get_service()
    thing = service.reconciler.lookup.find_thing(request.args.get("id", ""))
    if thing is None:
        raise UnknownResource(
            "There is nothing of that identifier to preview.",
            remedy="Give the parameter id an identifier that this service answered.",
        )
    iri = f"{reader.base}id/{thing.id}"
    cells = service.properties.find_cells(thing.id)
    page = render_template(
        "preview.html",
        thing=thing,
        description=service.reconciler.describe_place(thing),
        definitions=[cell["str"] for cell in cells.get("skos:definition", ())],
        facts=_list_facts(service.properties, cells),
        names=sorted(thing.names - {thing.name})[:_SHOWN_NAMES],
        links=view_elsewhere(reader, iri),
        address=get_href(iri),
        iri=iri,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return response


def _list_facts(
    properties: Properties, cells: Mapping[str, Sequence[Json]]
) -> dict[str, list[object]]:
    """Returns what tells a thing from others of its name, by what the properties are called."""
    return {
        properties.space.names[name]: [cell.get("name", cell.get("int")) for cell in cells[name]]
        for name in _TELLING
        if name in cells
    }


def _answer(queries: str | None, extension: str | None) -> Response:
    if queries is not None:
        batch, reconciler = parse_batch(queries), get_service().reconciler
        return _send({key: reconciler.answer(query) for key, query in batch.items()})
    ids, wanted = parse_extension(extension or "")
    return _send(extend(get_service(), ids, wanted))


def _send(answer: Json) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json")


def _get_types() -> tuple[str, ...]:
    """Returns the types that a request names, by whatever name, as identifiers."""
    space = get_service().reconciler.types
    names = (name.strip() for name in request.args.getlist("type"))
    return tuple(space.find(name) or name for name in names if name)


def _get_number(name: str, default: int) -> int:
    """Returns a parameter that counts something.

    Raises:
        BadRequest: it is no whole number.
    """
    text = request.args.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or len(text) > len("100000"):
        raise BadRequest(
            f"The parameter {name} is no whole number.", remedy="Write digits, or leave it out."
        )
    return int(text)


def _describe_service(reader: Reader) -> Json:
    def locate(endpoint: str, **values: str) -> str:
        return url_for(endpoint, _external=True, **values)

    service = locate(".ask")
    suggesting = {
        kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
        for kind in ("entity", "property", "type")
    }
    limit = {
        "name": "limit",
        "label": "Most values",
        "type": "number",
        "default": 0,
        "help_text": "How many values of one thing at most; 0 for all.",
    }
    return {
        "versions": ["0.2"],
        "name": reader.release.settings.title,
        "identifierSpace": f"{reader.base}id/",
        "schemaSpace": f"{reader.base}context.jsonld",
        "serviceVersion": publisher.__version__,
        "batchSize": MOST_QUERIES,
        "documentation": locate("pages.show_home"),
        "logo": locate("static", filename="icon.svg"),
        "defaultTypes": [
            {"id": name, "name": label}
            for name, label in get_service().reconciler.types.names.items()
            if name in TYPES
        ],
        "view": {"url": locate("pages.show_home") + "id/{{id}}"},
        "preview": {"url": locate(".preview") + "?id={{id}}", **_PREVIEW_SIZE},
        "suggest": suggesting,
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [limit],
        },
    }
