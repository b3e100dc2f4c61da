"""Queries of programs, answered before the framework: its own handling of a request would
take longer than most queries. Pages and errors are made as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.http import is_resource_modified, unquote_etag
from werkzeug.wrappers import Request
from werkzeug.wsgi import wrap_file

from publisher.answers import Answer, Answerer
from publisher.web.codings import find_tags
from publisher.web.errors import FAILED
from publisher.web.front import Application, Environ, StartResponse
from publisher.web.protocol import AnyFormat, QueryRequest, read_query

_ENDPOINT = "/sparql"
# Where the framework finds what has been read of a request already.
ASKED = "publisher.asked"


class Express:
    """A WSGI application that answers queries of programs for another one."""

    def __init__(
        self,
        application: Application,
        answerer: Answerer,
        *,
        version: str,
        headers: Iterable[tuple[str, str]],
        largest_body: int,
    ) -> None:
        """Answers for `application`, which gets all other requests.

        Args:
            version: changes whenever the same query may have another answer.
            headers: of every answer.
            largest_body: in bytes.
        """
        self._application = application
        self._answerer = answerer
        self._version = version
        self._headers = [*headers, ("Vary", "Accept")]
        self._largest_body = largest_body

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request."""
        if environ["PATH_INFO"] != _ENDPOINT or environ["REQUEST_METHOD"] not in ("GET", "POST"):
            return self._application(environ, start_response)
        request = Request(environ)
        request.max_content_length = self._largest_body
        try:
            asked = read_query(request)
            if not asked.is_from_browser:
                return self._answer(asked, environ, start_response)
            environ[ASKED] = asked
        except Exception as error:  # whatever it is, it is answered and logged as all others are
            environ[FAILED] = error
        return self._application(environ, start_response)

    def _answer(
        self, asked: QueryRequest, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        tag = asked.mint_tag(self._version)
        known = _find_known(environ, tag) if tag and "HTTP_IF_NONE_MATCH" in environ else None
        if known:
            start_response("304 NOT MODIFIED", [*self._headers, ("ETag", known)])
            return []
        question = asked.make_question(self._answerer.limits.timeout)
        answer = self._answerer.answer(question, environ.get("REMOTE_ADDR", ""))
        chosen = asked.get_format(is_graph=answer.is_graph)
        headers = dict([*self._headers, *_describe(chosen, answer)])
        headers |= {"ETag": tag} if tag else {"Cache-Control": "no-store"}
        start_response("200 OK", list(headers.items()))
        return [answer.body] if answer.file is None else wrap_file(environ, answer.file)


def _find_known(environ: Environ, tag: str) -> str | None:
    """Returns the tag by which a client has an answer already, in whatever coding."""
    for candidate in find_tags(tag):
        if not is_resource_modified(environ, unquote_etag(candidate)[0]):
            return candidate
    return None


def _describe(chosen: AnyFormat, answer: Answer) -> list[tuple[str, str]]:
    size = len(answer.body) if answer.file is None else answer.size
    return [("Content-Type", chosen.content_type), ("Content-Length", str(size))]
