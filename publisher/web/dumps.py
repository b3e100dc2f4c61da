"""The files of the release as they are: dumps and context."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.formats import JSONLD, find_format
from publisher.release import CONTEXT
from publisher.web.errors import UnknownResource
from publisher.web.reader import get_reader

blueprint = Blueprint("dumps", __name__)


@blueprint.get("/dump/")
def list_dumps() -> BaseResponse:
    """Sends to the list of dumps on the front page."""
    return redirect(url_for("pages.show_home", _anchor="dumps"), 303)


@blueprint.get("/dump/<name>")
def send_dump(name: str) -> Response:
    """Sends a dump, or the part of it that a Range header asks for."""
    release = get_reader().release
    dump = next((d for d in release.manifest.dumps if d.name == name), None)
    if dump is None:
        names = ", ".join(d.name for d in release.manifest.dumps)
        raise UnknownResource("There is no dump of that name.", remedy=f"There is {names}.")
    chosen = find_format(dump.format)
    media_type = chosen.media_type if chosen else "application/octet-stream"
    return send_file(release.dump(name), mimetype=media_type, etag=dump.sha256, conditional=True)


@blueprint.get("/context.jsonld")
def send_context() -> Response:
    """Sends the JSON-LD context that the published JSON-LD refers to."""
    return send_file(
        get_reader().release.path / CONTEXT, mimetype=JSONLD.media_type, conditional=True
    )
