"""The headers that every answer has: what browsers may do with it, and how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response
from werkzeug.http import http_date

from publisher.release import Release

# What never changes need not be asked for again (RFC 8246).
IMMUTABLE = "public, max-age=31536000, immutable"

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


def list_headers(release: Release) -> dict[str, str]:
    """Returns the headers of an answer about a release that sets none of them itself."""
    return {**_HEADERS, "Last-Modified": http_date(release.modified)}


def init_app(app: Flask, headers: Mapping[str, str]) -> None:
    """Makes the answers of `app` have the headers that `list_headers` returns."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            if name not in _OF_AN_ANSWER or response.status_code == HTTPStatus.OK:
                response.headers.setdefault(name, value)
        return response
