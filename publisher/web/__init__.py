"""The HTTP face of a release: pages for people, linked data and SPARQL for programs."""

from __future__ import annotations

from flask import Flask

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
    headers,
    naming,
    openapi,
    pages,
    reconciliation,
    reports,
    resource,
    resources,
    same,
    saved,
    signposting,
    sparql,
    templating,
    versions,
)
from publisher.web.express import Express
from publisher.web.front import Front
from publisher.web.reader import EXTENSION, Reader

_EVERYWHERE = (
    pages.blueprint,
    resource.blueprint,
    sparql.blueprint,
    dumps.blueprint,
    crawlers.blueprint,
    signposting.blueprint,
    signposting.linksets,
    openapi.blueprint,
)
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
    templating.init_app(app, release, face)
    _register_blueprints(app, is_site=release.is_site)
    errors.init_app(app)
    every = headers.list_headers(release)
    headers.init_app(app, every)
    express = Express(
        app.wsgi_app,
        answerer,
        version=f"{release.manifest.version} {publisher.__version__}",
        headers=every.items(),
        largest_body=_LARGEST_BODY,
    )
    app.wsgi_app = Front(express, capacity=cache_mib << 20)  # type: ignore[method-assign]
    return app


def _register_blueprints(app: Flask, *, is_site: bool) -> None:
    for blueprint in (*_EVERYWHERE, *(_SITE_ONLY if is_site else _DATA_ONLY)):
        app.register_blueprint(blueprint)
    if is_site:
        versions.init_app(app)
