"""Fetches other publishers' data into a site's `data/harvest`, a source at a time.

NAME.nq holds what a source says, NAME.json what is known of that; both are replaced
only by a harvest that was good to its end. A build reads them and asks nobody.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pyoxigraph as ox

import publisher
from publisher.csv_mapping import map_table
from publisher.errors import FetchError, FetchTooLarge, PublisherError, SourceError
from publisher.fetch import Call, Fetcher
from publisher.formats import NQUADS, RDF_FORMATS, Format, find_format, read, write
from publisher.harvest_sources import Kind, Source
from publisher.harvested import (
    State,
    Validators,
    find_distributions,
    name_graph,
    skolemise,
)
from publisher.quads import to_graph
from publisher.site import HARVEST, Site
from publisher.validate import Report, Severity, Validator

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_MIB = 1 << 20
# Line by line is read fastest; what is rich in text comes last.
_PREFERRED = ("nquads", "ntriples", "trig", "turtle", "jsonld", "rdfxml")
_AGENT = f"learning-cities-publisher/{publisher.__version__}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the harvest of a source ended. `state` is the last good one, None if there is
    none; `error` says why there is no newer one."""

    name: str
    is_new: bool
    state: State | None
    report: Report = field(default_factory=Report)
    error: PublisherError | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    """A fetched document, from where it was in the end."""

    url: str
    media_type: str
    data: bytes
    validators: Validators


class _Gatherer:
    """Fetches the documents of one source, within its limits for all of them together."""

    def __init__(self, source: Source, fetcher: Fetcher, known: dict[str, Validators]) -> None:
        self._source = source
        self._fetcher = fetcher
        self._deadline = time.monotonic() + source.seconds
        self._bytes_left = source.most_mib * _MIB
        self._known = known
        self.fetched: dict[str, _Document] = {}

    def is_unchanged(self) -> bool:
        """Says whether every document is what it was; keeps the first that is not."""
        for url, validators in self._known.items():
            found = self._fetch(url, validators)
            if found is not None:
                self.fetched[url] = found
                return False
        return bool(self._known)

    def get(self, url: str) -> _Document:
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

    def _fetch(self, url: str, validators: Validators) -> _Document | None:
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
            place = urljoin(place, reply.headers["location"])
        if reply.status != _OK:
            raise FetchError(f"answers with {reply.status}", where=place)
        media_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
        found = Validators(reply.headers.get("etag", ""), reply.headers.get("last-modified", ""))
        return _Document(place, media_type, bytes(body), found)


def harvest_sources(site: Site, sources: Iterable[Source], *, again: bool = False) -> list[Outcome]:
    """Returns how the harvest of each source ended, its files being in place.

    Args:
        again: fetch what is known not to have changed, too.
    """
    outcomes = []
    for source in sources:
        try:
            found = site.find_harvest(source.name)
        except SourceError:  # damaged: made anew
            found = None
        last = found.state if found else None
        try:
            outcomes.append(_harvest(site, source, None if again else last, last))
        except PublisherError as error:
            outcomes.append(Outcome(source.name, False, last, error=_advise(source, error)))
    return outcomes


def _advise(source: Source, error: PublisherError) -> PublisherError:
    if isinstance(error, FetchTooLarge):
        error.remedy = f"raise most_mib of {source.name}, if you want so much"
    elif isinstance(error, FetchError):
        error.remedy = error.remedy or "try later; only url and hosts of the source are asked"
    return error


def _harvest(site: Site, source: Source, usable: State | None, last: State | None) -> Outcome:
    known = dict(usable.documents) if usable and usable.source == source.digest else {}
    with contextlib.closing(Fetcher([source.url, *source.hosts])) as fetcher:
        gatherer = _Gatherer(source, fetcher, known)
        if gatherer.is_unchanged():
            return Outcome(source.name, False, last)
        quads = _gather(source, gatherer)
    triples = skolemise(quads, source.url)
    graph = ox.NamedNode(name_graph(source.name, site.iris))
    named = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
    results = Validator(site.shapes, site.concept_types).find_results(to_graph(named), source.name)
    report = Report(results)
    data = write(named, NQUADS)
    state = State(
        url=source.url,
        title=source.title,
        license=source.license,
        harvested=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        triples=len(named),
        violations=report.count(Severity.VIOLATION),
        warnings=report.count(Severity.WARNING),
        source=source.digest,
        sha256=hashlib.sha256(data).hexdigest(),
        documents={url: d.validators for url, d in sorted(gatherer.fetched.items())},
    )
    _write(site.root / HARVEST, source.name, data, state)
    return Outcome(source.name, True, state, report)


def _gather(source: Source, gatherer: _Gatherer) -> list[ox.Quad]:
    if source.kind is Kind.CSV:
        return map_table(gatherer.get(source.url).data, source)
    if source.kind is Kind.CONSTRUCT:
        joint = "&" if "?" in source.url else "?"
        address = f"{source.url}{joint}{urlencode({'query': source.query})}"
        return _read(gatherer.get(address), source)
    quads = _read(gatherer.get(source.url), source)
    if source.kind is Kind.DCAT:
        ranks = {_format(name).media_type: rank for rank, name in enumerate(_PREFERRED)}
        files = find_distributions(quads, ranks)
        if not files:
            raise SourceError(
                "the catalogue names no RDF file to download",
                where=source.url,
                remedy="it needs dcat:downloadURL and dcat:mediaType; else name the file as rdf",
            )
        for url in files:
            quads += _read(gatherer.get(url), source)
    return quads


def _accept(source: Source) -> str:
    if source.kind is Kind.CSV:
        return "text/csv, */*;q=0.1"
    names = (source.format,) if source.format else _PREFERRED
    types = [f"{_format(name).media_type};q={1 - rank / 10:g}" for rank, name in enumerate(names)]
    return ", ".join([*types, "*/*;q=0.1"])


def _format(name: str) -> Format:
    return next(f for f in RDF_FORMATS if f.name == name)


def _read(document: _Document, source: Source) -> list[ox.Quad]:
    """Returns the quads of a document, in the format that the source, the server or the
    address names."""
    named = [f for f in RDF_FORMATS if document.media_type in (f.media_type, *f.aliases)]
    suffix = find_format("." + document.url.rpartition(".")[2])
    chosen = _format(source.format) if source.format else next(iter(named), suffix)
    if chosen is None or chosen.syntax is None:
        raise SourceError(
            f"comes as {document.media_type or 'something unnamed'}, which is no RDF",
            where=document.url,
            remedy=f"say what it is with format in {source.name}",
        )
    return read(document.data, document.url, chosen, base_iri=document.url)


def _write(directory: Path, name: str, data: bytes, state: State) -> None:
    """Puts both files into their places; the state comes last, and says which quads it is of."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for suffix, content in ((".nq", data), (".json", state.to_json().encode())):
            new = directory / f".{name}{suffix}.new"
            new.write_bytes(content)
            new.replace(directory / f"{name}{suffix}")
    except OSError as error:
        raise SourceError(
            f"cannot be written ({error.strerror})",
            where=str(error.filename or directory),
            remedy="the site's directory data/harvest must be yours to write to",
        ) from error
