"""The one place where an exception becomes an HTTP answer.

Every error has the same form: problem details (RFC 9457) for programs, the same
content as a page for browsers. What a program may rely on: `type`, `title`,
`status`, `detail`, `instance`; `remedy`, `line`, `column`, `limit` (the setting
that a query went beyond), `parameter`, `available`, `allow`, and for what is gone
`withdrawn` (the day) and `replaced_by` (an IRI), where they apply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from publisher.errors import (
    AnswerTooLarge,
    EndpointError,
    Inexpressible,
    ParameterTooLarge,
    PublisherError,
    QueryError,
    QueryRefused,
    QueryTooCostly,
    QueryUnordered,
    ServerBusy,
    StoreError,
    TooManyQueries,
)
from publisher.sameness import NothingKnown
from publisher.web.negotiation import NotAcceptable, prefers_html

PROBLEM_JSON = "application/problem+json"

# What a path may have as it is (RFC 3986, section 3.3).
_DELIMITERS = "/:@!$&'()*+,;="
_LONGEST_ADDRESS = 500
_CUT_ESCAPE = re.compile("%[0-9A-F]?$")

# Where a request that has failed before the framework saw it tells why.
FAILED = "publisher.failed"


class UnknownResource(PublisherError):
    """Nothing in this release has the address that was asked for."""


class UnknownQuery(UnknownResource):
    """There is no saved query of that name; `available` lists those that there are."""

    def __init__(self, available: Sequence[str]) -> None:
        super().__init__(
            "There is no saved query of that name.",
            remedy="Choose one of these." if available else "This release has none.",
        )
        self.available = tuple(available)


class Gone(PublisherError):
    """A thing that was published and withdrawn, with the reason; `replaced_by` is the IRI of
    what stands in its place, if anything."""

    def __init__(self, message: str, *, withdrawn: str, replaced_by: str | None) -> None:
        remedy = f"see {replaced_by}" if replaced_by else ""
        super().__init__(message, remedy=remedy)
        self.withdrawn = withdrawn
        self.replaced_by = replaced_by


class BadRequest(PublisherError):
    """The request leaves out, or doubles, what it must say once."""


class UnsupportedMediaType(PublisherError):
    """The body of a request comes in a format that is not read here."""

    def __init__(self, message: str, *, available: Sequence[str]) -> None:
        super().__init__(message, remedy=f"Send one of {', '.join(available)}.")
        self.available = tuple(available)


# The most special class first; what is not here is our own fault.
_STATUS: tuple[tuple[type[PublisherError], HTTPStatus], ...] = (
    (QueryRefused, HTTPStatus.FORBIDDEN),
    (AnswerTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (ParameterTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (QueryUnordered, HTTPStatus.NOT_IMPLEMENTED),
    (QueryTooCostly, HTTPStatus.SERVICE_UNAVAILABLE),
    (QueryError, HTTPStatus.BAD_REQUEST),
    (TooManyQueries, HTTPStatus.TOO_MANY_REQUESTS),
    (ServerBusy, HTTPStatus.SERVICE_UNAVAILABLE),
    (StoreError, HTTPStatus.BAD_GATEWAY),
    (EndpointError, HTTPStatus.BAD_GATEWAY),
    (BadRequest, HTTPStatus.BAD_REQUEST),
    (Gone, HTTPStatus.GONE),
    (UnknownResource, HTTPStatus.NOT_FOUND),
    (NothingKnown, HTTPStatus.NOT_FOUND),
    (NotAcceptable, HTTPStatus.NOT_ACCEPTABLE),
    (Inexpressible, HTTPStatus.NOT_ACCEPTABLE),
    (UnsupportedMediaType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
)

_HTTP_DETAIL: Mapping[int, str] = {
    400: "The request could not be read.",
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    413: "The request is larger than this server takes.",
    500: "Something went wrong on this server. It has been logged; the request itself may be fine.",
}
_HTTP_REMEDY: Mapping[int, str] = {
    400: "Look at how the request is written, or begin at the front page.",
    404: "Begin at the front page.",
    413: "Send less at a time.",
}


def get_status(error: PublisherError) -> HTTPStatus:
    """Returns the status that the table gives an error, 500 for one it does not name."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def init_app(app: Flask) -> None:
    """Makes every error of `app` leave through this module."""
    app.before_request(_raise_failure)
    app.register_error_handler(PublisherError, _answer_publisher_error)
    app.register_error_handler(HTTPException, _answer_http_exception)


def _raise_failure() -> None:
    """Raises what kept a request from being answered before it came here."""
    failure = request.environ.get(FAILED)
    if failure is not None:
        raise failure


def _answer_publisher_error(error: PublisherError) -> Response:
    status = get_status(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.exception("%s", error)
        return _respond(status, _HTTP_DETAIL[500])
    extra = {
        "remedy": _make_sentence(error.remedy) if error.remedy else None,
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
        "limit": getattr(error, "limit", None),
        "parameter": getattr(error, "parameter", None),
        "withdrawn": getattr(error, "withdrawn", None),
        "replaced_by": getattr(error, "replaced_by", None),
        "available": list(getattr(error, "available", ())) or None,
    }
    response = _respond(status, error.message, extra)
    if isinstance(error, ServerBusy):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _answer_http_exception(error: HTTPException) -> Response:
    """Answers what Flask and Werkzeug raise: routing, methods, and unforeseen failures."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    allow = sorted(getattr(error, "valid_methods", None) or ())
    detail = _HTTP_DETAIL.get(status, error.description or status.description)
    remedy = f"Use one of {', '.join(allow)}." if allow else _HTTP_REMEDY.get(status)
    response = _respond(status, detail, {"remedy": remedy, "allow": allow or None})
    if allow:
        response.headers["Allow"] = ", ".join(allow)
    if not isinstance(error, InternalServerError):
        for name, value in error.get_headers():
            if name not in ("Content-Type", "Allow"):
                response.headers.add(name, value)
    return response


def _make_sentence(text: str) -> str:
    """Errors are worded as clauses, for a line on a terminal; a page wants sentences."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _find_address() -> str:
    """Returns what was asked, as a URI reference (RFC 9457, section 3.1.5); a long query is
    left out."""
    path = quote(request.root_path + request.path, safe=_DELIMITERS)
    query = quote(request.query_string, safe=_DELIMITERS + "?%")
    if not query or len(path) + len(query) > _LONGEST_ADDRESS:
        return _CUT_ESCAPE.sub("", path[:_LONGEST_ADDRESS])
    return f"{path}?{query}"


def _respond(
    status: HTTPStatus, detail: str, extra: Mapping[str, object] | None = None
) -> Response:
    members = {k: v for k, v in (extra or {}).items() if v is not None}
    problem: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": _make_sentence(detail),
        "instance": _find_address(),
        **members,
    }
    # A client that refuses the page as well as the JSON still gets the JSON (RFC 9110, 15.5.7).
    if prefers_html(request.accept_mimetypes, PROBLEM_JSON):
        body = render_template("error.html", problem=problem, query=request.args.get("query"))
        media_type = "text/html; charset=utf-8"
    else:
        body, media_type = json.dumps(problem, ensure_ascii=False), PROBLEM_JSON
    response = Response(body, status=status.value, content_type=media_type)
    response.headers["Vary"] = "Accept"
    return response
