"""What stands before the application: codings, validators, and a cache of whole answers.

A release never changes while it is served, so an answer made once is good for all
who ask the same; it is kept coded and with its headers, and the second time costs
neither framework nor store. https://www.rfc-editor.org/rfc/rfc9110#section-8.8
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.http import is_resource_modified, quote_etag, unquote_etag
from werkzeug.wsgi import ClosingIterator

from publisher.web.codings import Coding, choose_coding, is_worth_coding

Environ = dict[str, Any]
# By names as they are sent.
Headers = dict[str, str]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_OK = "200 OK"
# A part, and that nothing changed: they vary by what the whole varies by (15.3.7, 15.4.5).
_OF_A_WHOLE = ("206", "304")
_KEPT = (_OK, "303 SEE OTHER")
# A larger body is sent as it comes, and not kept.
_LARGEST = 1 << 20
# What describes a body, and so is not in a 304.
_OF_A_BODY = ("Content-Type", "Content-Length", "Content-Encoding")


@dataclass(frozen=True, slots=True)
class _Answer:
    """A whole answer, ready to be sent."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


class _Cache:
    """Answers by request: those used last, up to a number of bytes."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._answers: OrderedDict[tuple[str, ...], _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: tuple[str, ...]) -> _Answer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
        return answer

    def keep(self, key: tuple[str, ...], answer: _Answer) -> None:
        with self._lock:
            if key in self._answers:
                return
            self._answers[key] = answer
            self._size += _weigh(key, answer)
            while self._size > self._capacity:
                self._size -= _weigh(*self._answers.popitem(last=False))


def _weigh(key: tuple[str, ...], answer: _Answer) -> int:
    return sum(map(len, key)) + answer.size


class Front:
    """A WSGI application that answers for another one."""

    def __init__(self, application: Application, *, capacity: int) -> None:
        """`capacity`: bytes of answers that are kept."""
        self._application = application
        self._cache = _Cache(capacity)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request."""
        method = environ["REQUEST_METHOD"]
        is_part = method == "GET" and "HTTP_RANGE" in environ
        if is_part:
            return self._application(environ, _vary_parts(start_response))
        if method not in ("GET", "HEAD", "POST"):
            return self._application(environ, start_response)
        coding = choose_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        key = _key(environ, coding)
        answer = self._cache.find(key) if method != "POST" else None
        if answer is None:
            status, headers, body = self._ask(environ)
            size = headers.get("Content-Length")
            if size is None or int(size) > _LARGEST:
                return _stream(environ, start_response, status, headers, body, coding)
            answer = _complete(status, headers, _join(body), coding)
            if method != "POST" and _may_be_kept(status, headers):
                self._cache.keep(key, answer)
        if method != "POST" and _is_current(environ, answer.status, answer.headers):
            return _send_not_modified(start_response, answer.headers)
        start_response(answer.status, answer.headers)
        return [] if method == "HEAD" else [answer.body]

    def _ask(self, environ: Environ) -> tuple[str, Headers, Iterable[bytes]]:
        """Returns what the application answers; to HEAD, what it would to GET."""
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            started[:] = status, _join_lines(headers)

        if environ["REQUEST_METHOD"] == "HEAD":
            environ = {**environ, "REQUEST_METHOD": "GET"}
        body = self._application(environ, start)
        return started[0], started[1], body


def _join_lines(headers: Iterable[tuple[str, str]]) -> Headers:
    """Returns headers with one line for each name, which means the same (section 5.3)."""
    joined: Headers = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _key(environ: Environ, coding: Coding | None) -> tuple[str, ...]:
    """Returns all that an answer to GET depends on."""
    return (
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT", ""),
        coding.name if coding else "",
        environ.get("SCRIPT_NAME", ""),
        environ.get("HTTP_HOST", ""),
        environ["wsgi.url_scheme"],
    )


def _may_be_kept(status: str, headers: Headers) -> bool:
    """Says whether everybody who asks the same gets the same."""
    return status in _KEPT and "no-store" not in headers.get("Cache-Control", "")


def _complete(status: str, headers: Headers, body: bytes, coding: Coding | None) -> _Answer:
    """Returns an answer as it is sent: with a tag if it may be kept, and coded."""
    if status == _OK and _may_be_kept(status, headers) and "ETag" not in headers:
        headers["ETag"] = quote_etag(hashlib.blake2b(body, digest_size=16).hexdigest())
    used = _choose_form(status, headers, coding, len(body))
    if used is not None:
        body = used.code(body)
    headers["Content-Length"] = str(len(body))
    return _Answer(status, list(headers.items()), body)


def _choose_form(
    status: str, headers: Headers, coding: Coding | None, size: int | None
) -> Coding | None:
    """Returns the coding that a body gets; the headers say so."""
    media_type = headers.get("Content-Type", "")
    kept_as_it_is = "Content-Encoding" in headers or "no-transform" in headers.get(
        "Cache-Control", ""
    )
    if status.startswith(_OF_A_WHOLE):
        _vary_by_coding(headers)
    if status != _OK or kept_as_it_is or not is_worth_coding(media_type, size):
        return None
    _vary_by_coding(headers)
    if coding is None:
        return None
    headers["Content-Encoding"] = coding.name
    headers.pop("Content-Length", None)
    headers.pop("Accept-Ranges", None)
    # It is that of the body without the coding (RFC 9530, section 3).
    headers.pop("Repr-Digest", None)
    if "ETag" in headers:
        headers["ETag"] = coding.tag(headers["ETag"])
    return coding


def _vary_by_coding(headers: Headers) -> None:
    headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))


def _vary_parts(start_response: StartResponse) -> StartResponse:
    """Returns what starts an answer to a request for a part."""

    def start(status: str, headers: list[tuple[str, str]], error: object = None) -> object:
        said = _join_lines(headers)
        if status.startswith(_OF_A_WHOLE):
            _vary_by_coding(said)
        return start_response(status, list(said.items()), *([error] if error else []))

    return start


def _is_current(environ: Environ, status: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Says whether the client has this representation already (section 13.1)."""
    if "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MODIFIED_SINCE" not in environ:
        return False
    said = dict(headers)
    if status != _OK or "ETag" not in said:
        return False
    return not is_resource_modified(
        environ, unquote_etag(said["ETag"])[0], last_modified=said.get("Last-Modified")
    )


def _send_not_modified(
    start_response: StartResponse, headers: Iterable[tuple[str, str]]
) -> Iterable[bytes]:
    start_response("304 Not Modified", [(k, v) for k, v in headers if k not in _OF_A_BODY])
    return []


def _stream(
    environ: Environ,
    start_response: StartResponse,
    status: str,
    headers: Headers,
    body: Iterable[bytes],
    coding: Coding | None,
) -> Iterable[bytes]:
    """Sends a body as it comes."""
    used = _choose_form(status, headers, coding, None)
    method = environ["REQUEST_METHOD"]
    if method != "POST" and _is_current(environ, status, headers.items()):
        _close(body)
        return _send_not_modified(start_response, headers.items())
    start_response(status, list(headers.items()))
    if method == "HEAD":
        _close(body)
        return []
    if used is None:
        return body
    return ClosingIterator(used.code_all(body), [lambda: _close(body)])


def _join(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        _close(body)


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
