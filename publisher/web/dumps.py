"""The files of the release as they are: dumps, tables, context; and the data of one city.

A dump is sent as the bytes of the file: a packed one has the media type of its packing and no
Content-Encoding, so that a client keeps it as it is. It has a strong ETag, answers Range and
If-Range (RFC 9110, section 14), and tells its digest (RFC 9530).
"""

from __future__ import annotations

import base64
import hashlib
from http import HTTPStatus

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.dumps import SUMS, get_media_type
from publisher.formats import CSV, CSVM, JSONLD, RDF_FORMATS, write
from publisher.release import CONTEXT, DUMPS
from publisher.web.errors import UnknownResource
from publisher.web.links import locate
from publisher.web.negotiation import split_suffix
from publisher.web.reader import Reader, get_reader
from publisher.web.resources import get_iri
from publisher.web.signposting import Link, link_dump, link_file, write_header

blueprint = Blueprint("dumps", __name__)

_WITH_DIGEST = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED)


@blueprint.get("/dump/")
def list_dumps() -> BaseResponse:
    """Sends to the list of dumps on the front page."""
    return redirect(url_for("pages.show_home", _anchor="dumps"), 303)


@blueprint.get("/dump/<name>")
def send_dump(name: str) -> Response:
    """Sends a dump or a table, or the part of it that a Range header asks for."""
    manifest = get_reader().release.manifest
    dump = next((d for d in manifest.downloads if d.name == name), None)
    if dump is None:
        names = ", ".join(d.name for d in manifest.downloads)
        raise UnknownResource("There is no dump of that name.", remedy=f"There is {names}.")
    response = send_file(
        get_reader().release.dump(name),
        mimetype=get_media_type(dump),
        etag=dump.sha256,
        conditional=True,
    )
    _add_digest(response, bytes.fromhex(dump.sha256))
    links = link_dump(name)
    if dump.format == CSV.name:
        # https://www.w3.org/TR/tabular-data-model/#link-header
        metadata = url_for(".send_dump", name=manifest.tables[-1].name)
        links.append(Link(request.path, "describedby", metadata, CSVM.media_type))
    response.headers["Link"] = write_header(links)
    return response


@blueprint.get("/dump/city/<country>/<name>")
def send_city(country: str, name: str) -> Response:
    """Sends what the release has of one city: its profile graph, and what identifies it."""
    city, chosen = split_suffix(name, RDF_FORMATS)
    if chosen is None:
        suffixes = ", ".join(f.suffix for f in RDF_FORMATS)
        raise UnknownResource("There is no such file.", remedy=f"End the name in {suffixes}.")
    iri = get_iri(f"city/{country}/{city}")
    reader = get_reader()
    data = write(_gather_city(reader, iri, f"{country}/{city}"), chosen, context=reader.context)
    response = Response(data, mimetype=chosen.media_type)
    digest = hashlib.sha256(data)
    response.set_etag(digest.hexdigest())
    _add_digest(response, digest.digest())
    page = locate("resources.show_document", path=f"city/{country}/{city}")
    response.headers["Link"] = write_header(link_file(request.path, page, iri))
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return response


def _gather_city(reader: Reader, iri: str, key: str) -> list[ox.Quad]:
    """The vocabulary and the description of the release belong to no city."""
    profile, start = f"{reader.base}graph/profile/{key}", f"{reader.base}graph/"
    apart = {f"{start}{name}" for name in ("ontology", "concepts", "withdrawn", "catalog")}
    identity = [
        graph
        for graph in reader.own.graphs()
        if graph not in apart and not graph.startswith(f"{start}profile/")
    ]
    return [*reader.own.quads(profile), *reader.own.surroundings(iri, identity)]


@blueprint.get(f"/dump/{SUMS}")
def send_sums() -> Response:
    """Sends the checksums of all dumps, for `sha256sum --check`."""
    path = get_reader().release.path / DUMPS / SUMS
    return send_file(path, mimetype="text/plain", conditional=True)


def _add_digest(response: Response, sha256: bytes) -> None:
    """Also where a part is sent, the digest is that of the whole (RFC 9530, section 3)."""
    if response.status_code in _WITH_DIGEST:
        digest = base64.b64encode(sha256).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"


@blueprint.get("/context.jsonld")
def send_context() -> Response:
    """Sends the JSON-LD context that the published JSON-LD refers to."""
    return send_file(
        get_reader().release.path / CONTEXT, mimetype=JSONLD.media_type, conditional=True
    )
