"""What validation and conversion reported about a site."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file

from publisher.errors import ReleaseError
from publisher.formats import HTML, TURTLE
from publisher.release import Release
from publisher.web.negotiation import choose_format
from publisher.web.reader import get_reader

blueprint = Blueprint("report", __name__)

_REPORT_FORMATS = (HTML, TURTLE)
# Files of the report that no Accept header names; their suffix does.
_REPORT_FILES = {".ttl": TURTLE.media_type, ".json": "application/json", ".txt": "text/plain"}
_SUFFIXES = ",".join(f"'{suffix}'" for suffix in (HTML.suffix, *_REPORT_FILES))


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
