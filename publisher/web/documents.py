"""The answer of an address with several formats: a page for people, data for programs.

A document comes in the format of its suffix, or of the parameter `format`, else in the
one that the Accept header likes best (RFC 9110, section 12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Response, render_template, request

from publisher.formats import HTML, JSONLD, NTRIPLES, RDFXML, TURTLE, Format, write
from publisher.web.errors import BadRequest
from publisher.web.negotiation import choose_format
from publisher.web.reader import Reader
from publisher.web.signposting import (
    Link,
    find_page,
    link_document,
    link_formats,
    write_header,
)
from publisher.web.views.origins import Origin

DOCUMENT_FORMATS: tuple[Format, ...] = (HTML, TURTLE, JSONLD, NTRIPLES, RDFXML)
# For Werkzeug's converter `any`: the suffixes behind an address that has no other ending.
DOCUMENT_SUFFIXES = ",".join(f"'{f.suffix}'" for f in DOCUMENT_FORMATS)


@dataclass(frozen=True, slots=True)
class Document:
    """What is said of a thing or a graph, before anybody asks for a format.

    `iri` names it, "" where it has no name; `addresses` are those of its formats. `page`
    returns the template of the page and what that shows, `data` any other format. `files`
    are the addresses of everything about the thing; `linkset` is where its links are listed.
    `origins` are the other publishers whose data it shows.
    """

    iri: str
    addresses: Mapping[Format, str]
    page: Callable[[], tuple[str, object]]
    data: Callable[[Format], bytes]
    files: Mapping[Format, str] = field(default_factory=dict)
    linkset: str = ""
    origins: tuple[Origin, ...] = ()

    def list_links(self) -> list[Link]:
        """Returns the typed links that begin at the page, at its other formats and files."""
        licenses = list(dict.fromkeys(origin.license for origin in self.origins))
        return link_document(self.iri, self.addresses, self.linkset, self.files, licenses)


def answer_document(document: Document, chosen: Format | None = None) -> Response:
    """Returns a document in a format, without one in what the Accept header likes best.

    Raises:
        NotAcceptable: the header refuses all of its formats.
    """
    chosen = chosen or choose_format(request.accept_mimetypes, tuple(document.addresses))
    if chosen is HTML:
        template, view = document.page()
        body: str | bytes = render_template(
            template,
            view=view,
            iri=document.iri,
            addresses=document.addresses,
            origins=document.origins,
        )
    else:
        body = document.data(chosen)
    return mark_format(Response(body), chosen, document.addresses, document.list_links())


def mark_format(
    response: Response,
    chosen: Format,
    addresses: Mapping[Format, str],
    links: Iterable[Link] = (),
) -> Response:
    """Returns an answer that says of what format it is, and where it and the others are found.

    Args:
        links: of the page and its formats; the answer gets those that begin there.
    """
    response.content_type = chosen.content_type
    response.headers["Vary"] = "Accept"
    response.headers["Content-Location"] = addresses[chosen]
    anchor = find_page(addresses) if chosen is HTML else addresses[chosen]
    own = (link for link in links if link.anchor == anchor)
    response.headers["Link"] = write_header([*link_formats(anchor, chosen, addresses), *own])
    return response


def write_document(reader: Reader, quads: Iterable[ox.Quad], chosen: Format) -> bytes:
    """Returns quads in a format; JSON-LD without graph names, so that it holds what Turtle does."""
    if chosen is JSONLD:
        quads = [ox.Quad(q.subject, q.predicate, q.object) for q in quads]
    return write(quads, chosen, prefixes=reader.release.prefixes, context=reader.context)


def choose_requested_format(formats: Sequence[Format] = DOCUMENT_FORMATS) -> Format:
    """Returns the format that the parameter `format` names, else the Accept header.

    Raises:
        BadRequest: there is no format of that name.
        NotAcceptable: none of the formats is accepted.
    """
    name = request.args.get("format")
    if not name:
        return choose_format(request.accept_mimetypes, formats)
    for candidate in formats:
        if name in (candidate.name, candidate.media_type, candidate.suffix.removeprefix(".")):
            return candidate
    raise BadRequest(
        "There is no such format here.",
        remedy=f"Choose one of {', '.join(f.name for f in formats)}.",
    )
