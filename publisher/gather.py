"""Fetches what one source has, whatever its kind, within the limits of the source."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

import pyoxigraph as ox

import publisher
from publisher.csv_mapping import map_table
from publisher.errors import FetchError, SourceError
from publisher.fetch import Call, Fetcher
from publisher.harvest_sources import Kind, Source
from publisher.harvested import Harvest, Progress, Validators, find_distributions
from publisher.received import Document, get_rdf_format, read_document
from publisher.replay import Member, read_page, read_stream, replay
from publisher.skolem import genid_space, skolemise

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_MIB = 1 << 20
# Line by line is read fastest; what is rich in text comes last.
_PREFERRED = ("nquads", "ntriples", "trig", "turtle", "jsonld", "rdfxml")
_AGENT = f"learning-cities-publisher/{publisher.__version__}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a source says, and how far it was read where it is a feed."""

    quads: list[ox.Quad]
    progress: Progress | None = None


class Gatherer:
    """Fetches the documents of one source, within its limits for all of them together."""

    def __init__(self, source: Source, fetcher: Fetcher, known: Mapping[str, Validators]) -> None:
        self._source = source
        self._fetcher = fetcher
        self._deadline = time.monotonic() + source.seconds
        self._bytes_left = source.most_mib * _MIB
        self._known = known
        self.fetched: dict[str, Document] = {}

    def is_unchanged(self) -> bool:
        """Says whether every document is what it was; keeps the first that is not."""
        for url, validators in self._known.items():
            found = self._fetch(url, validators)
            if found is not None:
                self.fetched[url] = found
                return False
        return bool(self._known)

    def get(self, url: str) -> Document:
        """Returns a document.

        Raises:
            FetchError: it cannot be had within the limits.
        """
        if url not in self.fetched:
            found = self._fetch(url, Validators())
            if found is None:
                raise FetchError("says that nothing is new, unasked", where=url)
            self.fetched[url] = found
        return self.fetched[url]

    def _fetch(self, url: str, validators: Validators) -> Document | None:
        """Returns what is at an address, None where it is as it was (RFC 9110, 13.1)."""
        headers = {"Accept": _accept(self._source), "User-Agent": _AGENT}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        place = url
        for _ in range(_MOST_REDIRECTS + 1):
            body = bytearray()
            reply = self._fetcher.fetch(
                Call("GET", place, headers),
                body.extend,
                seconds=max(0.0, self._deadline - time.monotonic()),
                most_bytes=self._bytes_left,
            )
            self._bytes_left -= len(body)
            if reply.status == _NOT_MODIFIED and len(headers) > 2:
                return None
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                break
            place = _follow(place, reply.headers["location"])
        if reply.status != _OK:
            raise FetchError(f"answers with {reply.status}", where=place)
        return _make_document(place, reply.headers, bytes(body))


def _follow(place: str, location: str) -> str:
    """Returns where a redirect leads: some servers write it in UTF-8 (RFC 9110, section 10.2.2)."""
    try:
        return urljoin(place, location.encode("latin-1").decode())
    except ValueError as error:
        raise FetchError(
            f"sends to {location!r}, which is no address",
            where=place,
            remedy="give the address where the data is now as url",
        ) from error


def _make_document(place: str, headers: Mapping[str, str], data: bytes) -> Document:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    found = Validators(headers.get("etag", ""), headers.get("last-modified", ""))
    directives = headers.get("cache-control", "").lower().replace(" ", "").split(",")
    return Document(place, media_type, data, found, "immutable" in directives)


def gather(source: Source, gatherer: Gatherer, last: Harvest | None) -> Gathered:
    """Returns what a source says now; `last` is its last good harvest, if it may be used.

    Raises:
        FetchError: a document cannot be had within the limits.
        SourceError: a document is not what the source is said to be.
    """
    if source.kind is Kind.FEED:
        return _gather_feed(source, gatherer, last)
    ways: Mapping[Kind, Callable[[Source, Gatherer], list[ox.Quad]]] = {
        Kind.RDF: _gather_document,
        Kind.CONSTRUCT: _gather_answer,
        Kind.DCAT: _gather_catalogue,
        Kind.CSV: _gather_table,
    }
    return Gathered(ways[source.kind](source, gatherer))


def _gather_document(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    return read_document(gatherer.get(source.url), source)


def _gather_answer(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    joint = "&" if "?" in source.url else "?"
    address = f"{source.url}{joint}{urlencode({'query': source.query})}"
    return read_document(gatherer.get(address), source)


def _gather_table(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    return map_table(gatherer.get(source.url).data, source)


def _gather_catalogue(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    quads = _gather_document(source, gatherer)
    ranks = {get_rdf_format(name).media_type: rank for rank, name in enumerate(_PREFERRED)}
    files = find_distributions(quads, ranks)
    if not files:
        raise SourceError(
            "the catalogue names no RDF file to download",
            where=source.url,
            remedy="it needs dcat:downloadURL and dcat:mediaType; else name the file as rdf",
        )
    for url in files:
        quads += read_document(gatherer.get(url), source)
    return quads


def _gather_feed(source: Source, gatherer: Gatherer, last: Harvest | None) -> Gathered:
    """Reads on where the last harvest ended, if the feed only went on since then; else from
    the beginning: a page that is no longer led to took with it what it said."""
    progress = last.state.progress if last else None
    if last and progress:
        pages, members = _walk(source, gatherer, progress.pages)
        goes_on = all(member.place > progress.place for member in members)
        if goes_on and progress.pages.keys() <= pages.keys():
            return _replay(source, last.triples, members, Progress(progress.place, pages))
    pages, members = _walk(source, gatherer, {})
    return _replay(source, (), members, Progress(("", 0), pages))


def _replay(
    source: Source, before: Iterable[ox.Triple], members: Sequence[Member], progress: Progress
) -> Gathered:
    place = max((member.place for member in members), default=progress.place)
    space = genid_space(source.url)

    def is_part(term: object) -> bool:
        return isinstance(term, ox.NamedNode) and term.value.startswith(space)

    triples = replay(before, members, is_part, source.url)
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    return Gathered(quads, Progress(place, progress.pages))


def _walk(
    source: Source, gatherer: Gatherer, known: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], list[Member]]:
    """Follows a feed from its root; pages that are known are passed through, unread.

    Returns the pages that it came to and that never change, with those that each leads to,
    and the members of the pages that were read.
    """
    stream = read_stream(read_document(gatherer.get(source.url), source), source.url)
    lasting: dict[str, tuple[str, ...]] = {}
    members: list[Member] = []
    reached = {source.url}
    waiting = [source.url]
    while waiting:
        url = waiting.pop()
        leads_to = known.get(url)
        if leads_to is None:
            document = gatherer.get(url)
            page = read_page(read_document(document, source), stream, url)
            leads_to = page.leads_to
            # Each by itself, so that its nodes have the same names whatever else is read.
            members += [
                dataclasses.replace(m, triples=frozenset(skolemise(m.triples, source.url)))
                for m in page.members
            ]
            if document.is_immutable and url != source.url:
                lasting[url] = leads_to
        else:
            lasting[url] = leads_to
        waiting += [place for place in leads_to if place not in reached]
        reached.update(leads_to)
    return lasting, members


def _accept(source: Source) -> str:
    if source.kind is Kind.CSV:
        return "text/csv, */*;q=0.1"
    names = (source.format,) if source.format else _PREFERRED
    types = [
        f"{get_rdf_format(name).media_type};q={1 - rank / 10:g}" for rank, name in enumerate(names)
    ]
    return ", ".join([*types, "*/*;q=0.1"])
