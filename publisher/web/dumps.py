"""The files of the release as they are: dumps, context, validation report."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.errors import ReleaseError
from publisher.formats import HTML, JSONLD, TURTLE, find_format
from publisher.release import CONTEXT, Release
from publisher.web.errors import UnknownResource
from publisher.web.negotiation import choose_format
from publisher.web.reader import get_reader

blueprint = Blueprint("dumps", __name__)

_REPORT_FORMATS = (HTML, TURTLE)
# Files of the report that no Accept header names; their suffix does.
_REPORT_FILES = {".ttl": TURTLE.media_type, ".json": "application/json", ".txt": "text/plain"}
_SUFFIXES = ",".join(f"'{suffix}'" for suffix in (HTML.suffix, *_REPORT_FILES))


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


@blueprint.get("/report", defaults={"suffix": ""})
@blueprint.get(f"/report<any({_SUFFIXES}):suffix>")
def show_report(suffix: str) -> Response:
    """Answers with what validation and conversion reported about this release."""
    release = get_reader().release
    if not suffix:
        suffix = choose_format(request.accept_mimetypes, _REPORT_FORMATS).suffix
    if suffix in _REPORT_FILES:
        response = send_file(
            release.path / f"report{suffix}", mimetype=_REPORT_FILES[suffix], conditional=True
        )
    else:
        report = _load(release, "report.json")
        problems = _load(release, "problems.json")
        response = Response(render_template("report.html", report=report, problems=problems))
    response.headers["Vary"] = "Accept"
    return response


def _load(release: Release, name: str) -> Any:
    try:
        return json.loads((release.path / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"{name} cannot be read: {error}",
            where=str(release.path),
            remedy="build the release again: publisher build",
        ) from error
