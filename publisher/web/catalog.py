"""The description of the release as one document, where programs look for it.

`/catalog` holds all of the graph `graph/catalog`: DCAT, VoID, PROV. From
`/.well-known/void` a redirect leads to it (https://www.w3.org/TR/void/#well-known).
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.web.documents import (
    DOCUMENT_FORMATS,
    DOCUMENT_SUFFIXES,
    Document,
    answer_document,
    write_document,
)
from publisher.web.negotiation import split_suffix
from publisher.web.reader import get_reader
from publisher.web.views.catalog import view_catalog

blueprint = Blueprint("catalog", __name__)


@blueprint.get("/.well-known/void")
def find_void() -> BaseResponse:
    """Sends to the description of the dataset."""
    return redirect(url_for(".show_catalog"), HTTPStatus.FOUND)


@blueprint.get("/catalog", defaults={"suffix": ""})
@blueprint.get(f"/catalog<any({DOCUMENT_SUFFIXES}):suffix>")
def show_catalog(suffix: str) -> Response:
    """Answers with what the release says of itself."""
    reader = get_reader()
    graph = f"{reader.base}graph/catalog"
    document = Document(
        f"{reader.base}catalog",
        {f: url_for(".show_catalog", suffix=f.suffix) for f in DOCUMENT_FORMATS},
        lambda: ("catalog.html", view_catalog(reader)),
        lambda kind: write_document(reader, reader.store.quads(graph), kind),
    )
    return answer_document(document, split_suffix(suffix, DOCUMENT_FORMATS)[1])
