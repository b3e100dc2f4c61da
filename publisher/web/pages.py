"""The front page: what this is, what is in it, how to ask it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.formats import HTML
from publisher.web.documents import DOCUMENT_FORMATS
from publisher.web.faces import get_face
from publisher.web.negotiation import choose_format
from publisher.web.reader import get_reader
from publisher.web.signposting import add_landing_links

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def show_home() -> BaseResponse:
    """Shows what there is, example queries and dumps; sends programs to the catalogue."""
    reader, face = get_reader(), get_face()
    if reader.release.is_site and (
        choose_format(request.accept_mimetypes, DOCUMENT_FORMATS) is not HTML
    ):
        response: BaseResponse = redirect(url_for("catalog.show_catalog"), 303)
    else:
        page = render_template(
            f"{face.folder}/home.html",
            view=face.view_home(reader),
            examples=face.load_examples(reader),
        )
        response = add_landing_links(Response(page))
    response.headers["Vary"] = "Accept"
    return response
