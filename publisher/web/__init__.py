"""The HTTP face of a release: pages for people, linked data and SPARQL for programs."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response
from werkzeug.http import http_date

import publisher
from publisher.answers import Answerer
from publisher.release import Release
from publisher.store import Store
from publisher.web import (
    catalog,
    changes,
    crawlers,
    dumps,
    errors,
    faces,
    naming,
    pages,
    reconciliation,
    reports,
    resource,
    resources,
    same,
    saved,
    sparql,
    versions,
)
from publisher.web.express import Express
from publisher.web.front import Front
from publisher.web.links import (
    find_canonical,
    get_anchor,
    get_dump_href,
    get_href,
    get_label,
    get_passage_href,
    get_report_href,
    is_local,
    is_web_address,
    leads_somewhere,
)
from publisher.web.markup import get_format_label, mark_language, shorten_address
from publisher.web.reader import EXTENSION, Reader, get_reader
from publisher.web.schema_org import describe_page

# No script but our own file, nothing from elsewhere, no frame around a page.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # The data is public and no request carries a credential.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, Range, If-None-Match, If-Range",
    "Access-Control-Expose-Headers": (
        "Content-Location, Content-Range, ETag, Last-Modified, Link, Location, Repr-Digest, "
        "Retry-After"
    ),
    # Whoever keeps an answer asks whether it is still the newest, which is answered with 304.
    "Cache-Control": "no-cache",
}
# Headers of what has been asked for; an error or a redirect has none of them.
_OF_AN_ANSWER = ("Cache-Control", "Last-Modified")
_SITE_ONLY = (
    resources.blueprint,
    catalog.blueprint,
    saved.blueprint,
    reports.blueprint,
    changes.blueprint,
    reconciliation.blueprint,
    same.blueprint,
    crawlers.sitemap,
)
_DATA_ONLY = (resource.own_addresses,)
# A query of a megabyte is no query; nothing else is sent to this server.
_LARGEST_BODY = 1_000_000


def create_app(
    release: Release, answerer: Answerer, store: Store | None = None, *, cache_mib: int = 64
) -> Flask:
    """Returns the WSGI application that publishes a release.

    Args:
        answerer: runs public queries.
        store: what pages are made from; without one, that of the release.
        cache_mib: MiB of answers that are kept.

    It knows neither its host nor the path it is mounted at: links follow the
    request, IRIs stay the site's.

    Raises:
        ReleaseError: the release cannot be read.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_BODY
    app.extensions[EXTENSION] = reader = Reader(release, store or release.store())
    app.extensions[naming.EXTENSION] = naming.Naming(reader)
    app.extensions[sparql.ANSWERER] = answerer
    app.extensions[faces.EXTENSION] = face = faces.find_face(release)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "anchor": get_anchor,
        "canonical": find_canonical,
        "dump_href": get_dump_href,
        "report_href": get_report_href,
        "describe_page": describe_page,
        "href": get_href,
        "is_local": is_local,
        "label": get_label,
        "leads_somewhere": leads_somewhere,
        "is_web_address": is_web_address,
        "lang": mark_language,
        "short": shorten_address,
        "passage_href": get_passage_href,
        "settings": release.settings,
        "face": face,
        "format_label": get_format_label,
        "prefixes": tuple(release.dialect.prefixes),
    }
    for module in (pages, resource, sparql, dumps, crawlers):
        app.register_blueprint(module.blueprint)
    for own in _SITE_ONLY if release.is_site else _DATA_ONLY:
        app.register_blueprint(own)
    if release.is_site:
        versions.init_app(app)
    app.context_processor(_tell_release)
    errors.init_app(app)
    headers = {**_HEADERS, "Last-Modified": http_date(release.modified)}

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            if name not in _OF_AN_ANSWER or response.status_code == HTTPStatus.OK:
                response.headers.setdefault(name, value)
        return response

    express = Express(
        app.wsgi_app,
        answerer,
        version=f"{release.manifest.version} {publisher.__version__}",
        headers=headers.items(),
        largest_body=_LARGEST_BODY,
    )
    app.wsgi_app = Front(express, capacity=cache_mib << 20)  # type: ignore[method-assign]
    return app


def _tell_release() -> dict[str, object]:
    """A page says which release it shows."""
    return {"manifest": get_reader().release.manifest}
