"""What another server sent, as quads. Pure.

Only what the site can hand on is taken: RDF 1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyoxigraph as ox

from publisher.contexts import inline_contexts
from publisher.errors import SourceError
from publisher.formats import JSONLD, RDF_FORMATS, Format, find_format, read
from publisher.harvest_sources import Source
from publisher.harvested import Validators

# Line by line is read fastest; what is rich in text comes last.
PREFERRED = ("nquads", "ntriples", "trig", "turtle", "jsonld", "rdfxml")


@dataclass(frozen=True, slots=True)
class Document:
    """A fetched document, from where it was in the end; an immutable one stays as it is
    (RFC 8246)."""

    url: str
    media_type: str
    data: bytes
    validators: Validators
    is_immutable: bool


def read_document(
    document: Document, source: Source, load: Callable[[str], bytes]
) -> list[ox.Quad]:
    """Returns the quads of a document, in the format that the source, the server or the
    address names.

    Args:
        load: returns what is at the address of a context of JSON-LD.

    Raises:
        SourceError: nobody names a format of RDF, it is not valid in that, or it says what
            has no place in RDF 1.1.
    """
    chosen = _choose_format(document, source)
    data = document.data
    try:
        if chosen is JSONLD:
            data = inline_contexts(data, document.url, load)
        quads = read(data, document.url, chosen, base_iri=document.url)
    except ValueError as error:
        raise SourceError(
            f"not valid {chosen.label}: {error}", where=document.url, remedy=_advise(source)
        ) from error
    except SourceError as error:
        error.remedy = _advise(source)
        raise
    _refuse_later_rdf(quads, document.url)
    return quads


def _advise(source: Source) -> str:
    return f"tell its publisher, or say what it is with format in [{source.name}]"


def get_rdf_format(name: str) -> Format:
    """Returns the format of RDF of this name."""
    return next(f for f in RDF_FORMATS if f.name == name)


def _choose_format(document: Document, source: Source) -> Format:
    named = [f for f in RDF_FORMATS if document.media_type in (f.media_type, *f.aliases)]
    path = urlsplit(document.url).path.removesuffix(".gz")  # taken apart before it comes here
    suffix = find_format("." + path.rpartition(".")[2])
    chosen = get_rdf_format(source.format) if source.format else next(iter(named), suffix)
    if chosen is None or chosen.syntax is None:
        raise SourceError(
            f"comes as {document.media_type or 'something unnamed'}, which is no RDF",
            where=document.url,
            remedy="give the address of a file of RDF, as it is or packed with gzip; if it is"
            f" that, say in which syntax with format in [{source.name}]",
        )
    return chosen


def _refuse_later_rdf(quads: Iterable[ox.Quad], url: str) -> None:
    """Raises where a statement needs RDF 1.2, which neither JSON-LD nor RDF/XML can hold yet."""
    for quad in quads:
        if isinstance(quad.object, ox.Triple):
            what = "it has triples within triples"
        elif isinstance(quad.object, ox.Literal) and quad.object.direction:
            what = f"the text {quad.object} has a direction"
        else:
            continue
        raise SourceError(
            f"{what}, in what is said of {quad.subject}; RDF 1.1 has no place for that",
            where=url,
            remedy="ask its publisher for RDF 1.1",
        )
