"""What validation and conversion reported, of the release and of each city; the shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for
from werkzeug.security import safe_join

from publisher.errors import ReleaseError
from publisher.formats import HTML, TURTLE, Format
from publisher.release import PROBLEMS, REPORT_STEM, REPORTS, SHAPES
from publisher.web.documents import mark_format
from publisher.web.errors import UnknownResource
from publisher.web.negotiation import choose_format, split_suffix
from publisher.web.reader import get_reader
from publisher.web.signposting import link_document

blueprint = Blueprint("reports", __name__)

# No Accept header asks for these two; their suffixes do.
_JSON = Format("json", ".json", "application/json", "JSON", False, None)
_TEXT = Format("text", ".txt", "text/plain", "text", False, None)
_NEGOTIATED = (HTML, TURTLE)
_FORMATS = (*_NEGOTIATED, _JSON, _TEXT)
_SUFFIXES = ",".join(f"'{f.suffix}'" for f in _FORMATS)


@blueprint.get("/report", defaults={"suffix": ""})
@blueprint.get(f"/report<any({_SUFFIXES}):suffix>")
def show_report(suffix: str) -> Response:
    """Answers with what validation and conversion reported about the release."""
    addresses = {f: url_for(".show_report", suffix=f.suffix) for f in _FORMATS}
    return _answer(get_reader().release.path, split_suffix(suffix, _FORMATS)[1], addresses, "")


@blueprint.get("/report/<country>/<name>")
def show_city_report(country: str, name: str) -> Response:
    """Answers with that part of the report that is about one city's page."""
    city, chosen = split_suffix(name, _FORMATS)
    found = safe_join(str(get_reader().release.path / REPORTS), country, city)
    if found is None or not Path(found).is_dir():
        raise UnknownResource("No page of that city was converted for this release.")
    addresses = {
        f: url_for(".show_city_report", country=country, name=city + f.suffix) for f in _FORMATS
    }
    return _answer(Path(found), chosen, addresses, f"{get_reader().base}id/city/{country}/{city}")


@blueprint.get("/shapes")
@blueprint.get("/shapes.ttl")
def send_shapes() -> Response:
    """Sends the shapes that the release was validated against."""
    path = get_reader().release.path / SHAPES
    return send_file(path, mimetype=TURTLE.media_type, conditional=True)


def _answer(
    directory: Path, chosen: Format | None, addresses: dict[Format, str], city: str
) -> Response:
    chosen = chosen or choose_format(request.accept_mimetypes, _NEGOTIATED)
    if chosen is HTML:
        body = render_template(
            "report.html",
            report=_load(directory / f"{REPORT_STEM}.json"),
            problems=_load(directory / PROBLEMS),
            city=city,
            files=[(f, address) for f, address in addresses.items() if f is not HTML],
        )
        response = Response(body)
    else:
        path = directory / f"{REPORT_STEM}{chosen.suffix}"
        response = send_file(path, mimetype=chosen.media_type, conditional=True)
    return mark_format(response, chosen, addresses, link_document("", addresses))


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"cannot be read: {error}",
            where=str(path),
            remedy="build the release again: publisher build",
        ) from error
