"""Releases by their version: everything that a release holds, under `/release/{version}/`.

The addresses of the newest release are mounted a second time below the version, and
the reader of that release answers there. Former releases lie beside the one that is
served; each is opened when it is first asked for, from disk, and few stay open.
"""

from __future__ import annotations

from collections import OrderedDict
from http import HTTPStatus
from threading import Lock
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    render_template,
    send_file,
    url_for,
)

from publisher.formats import HTML, JSONLD
from publisher.release import CONTEXT, Release
from publisher.web import dumps, reports, resources, signposting
from publisher.web.errors import UnknownResource
from publisher.web.headers import IMMUTABLE
from publisher.web.links import MOUNTED
from publisher.web.reader import EXTENSION, Reader, get_reader
from publisher.web.signposting import add_landing_links
from publisher.web.views.versions import view_release, view_releases

blueprint = Blueprint("versions", __name__)

VERSIONS = "publisher.versions"
MOST_OPEN = 4
_MOUNT = "/release/<version>"
# What every release has.
_HELD = (resources.blueprint, dumps.blueprint, reports.blueprint, signposting.linksets)


class Versions:
    """The readers of all releases: the newest, and former ones as they are asked for."""

    def __init__(self, newest: Reader) -> None:
        self._newest = newest
        self._open: OrderedDict[str, Reader] = OrderedDict()
        self._lock = Lock()

    def get(self, version: str) -> Reader:
        """Returns the reader of a release.

        Raises:
            UnknownResource: there was none of that version, or it is not here.
            ReleaseError: what lies in its place is another.
        """
        manifest = self._newest.release.manifest
        if version == manifest.version:
            return self._newest
        with self._lock:
            reader = self._open.pop(version, None) or self._read(version)
            self._open[version] = reader
            if len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
            return reader

    def opened(self) -> tuple[str, ...]:
        """Returns the versions of the former releases that are open, the last asked for last."""
        return tuple(self._open)

    def _read(self, version: str) -> Reader:
        record = next(
            (r for r in self._newest.release.manifest.former if r.version == version), None
        )
        if record is None:
            raise UnknownResource(
                "There is no release of that version.", remedy="See the list under /release/."
            )
        release = self._newest.release.find_former(version)
        if release is None:
            raise UnknownResource(
                f"Release {version} was published on {record.date}, but this server does not"
                " hold it.",
                remedy=f"A copy is the right one if its canonical SHA-256 is {record.sha256}.",
            )
        return Reader(release, release.stored())


def init_app(app: Flask) -> None:
    """Mounts what a release holds under its version as well."""
    app.extensions[VERSIONS] = Versions(app.extensions[EXTENSION])
    app.register_blueprint(blueprint)
    for held in _HELD:
        app.register_blueprint(held, name=f"{MOUNTED}{held.name}", url_prefix=_MOUNT)
    app.url_value_preprocessor(_open_release)
    app.url_defaults(_stay_in_release)
    app.after_request(_mark_immutable)


def get_versions() -> Versions:
    """Returns the releases of the application that is answering."""
    versions = current_app.extensions[VERSIONS]
    if not isinstance(versions, Versions):
        raise TypeError("init_app() did not see this application")
    return versions


def _open_release(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Takes the version out of the address, so that the views need not know of it."""
    if endpoint and values and endpoint.startswith(MOUNTED):
        g.version = values.pop("version")
        g.reader = get_versions().get(g.version)


def _stay_in_release(endpoint: str, values: dict[str, Any]) -> None:
    """Links of a view to its own other addresses lead to the same release."""
    if endpoint.startswith(MOUNTED) and "version" in g:
        values.setdefault("version", g.version)


def _mark_immutable(response: Response) -> Response:
    """What a release holds never changes; pages may, with the program that writes them."""
    held = "reader" in g and response.status_code < HTTPStatus.BAD_REQUEST
    if held and response.mimetype != HTML.media_type:
        response.headers["Cache-Control"] = IMMUTABLE
    return response


@blueprint.get("/release/")
def show_releases() -> str:
    """Lists the releases, newest first."""
    return render_template("releases.html", releases=view_releases(get_reader().release))


@blueprint.get("/release/<version>/")
def show_release(version: str) -> Response:
    """Shows one release: its files, its report, what it changed."""
    newest, reader = get_reader().release, get_versions().get(version)
    page = render_template("release.html", view=view_release(reader, newest))
    g.version, g.reader = version, reader
    return add_landing_links(Response(page))


@blueprint.get("/context/<version>.jsonld")
def send_context(version: str) -> Response:
    """Sends a version of the JSON-LD context, to be kept for ever."""
    newest = get_reader().release
    for release in reversed(list_held(newest)):
        if release.context_version == version:
            path = release.path / CONTEXT
            response = send_file(path, mimetype=JSONLD.media_type, conditional=True)
            response.headers["Cache-Control"] = IMMUTABLE
            return response
    address = url_for(".send_context", version=newest.context_version)
    raise UnknownResource(
        "No release here has that version of the context.", remedy=f"The newest is {address}."
    )


def list_held(newest: Release) -> list[Release]:
    """Returns the releases that are here, the newest last."""
    former = (newest.find_former(record.version) for record in newest.manifest.former)
    return [*(release for release in former if release), newest]
