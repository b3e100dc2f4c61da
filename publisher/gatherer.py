"""Fetches the documents of one source, within its limits, and reads them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urljoin

import pyoxigraph as ox

import publisher
from publisher.errors import FetchError, FetchTimeout, FetchTooLarge
from publisher.fetch import Call, Fetcher, Reply
from publisher.gunzip import MAGIC, gunzip
from publisher.harvest_sources import Kind, Source
from publisher.harvested import Validators, is_passed_on
from publisher.received import PREFERRED, Document, get_rdf_format, read_document

_OK, _NOT_MODIFIED = 200, 304
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_MIB = 1 << 20
_AGENT = f"learning-cities-publisher/{publisher.__version__}"


class Gatherer:
    """Fetches the documents of one source, within its limits for all of them together."""

    def __init__(self, source: Source, fetcher: Fetcher, known: Mapping[str, Validators]) -> None:
        self._source = source
        self._fetcher = fetcher
        self._deadline = time.monotonic() + source.seconds
        self._bytes_left = source.most_mib * _MIB
        self._known = known
        self.fetched: dict[str, Document] = {}
        self._passed_on = 0
        self._notes: list[str] = []

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

    def read(self, url: str) -> list[ox.Quad]:
        """Returns what a document of RDF says, without what its publisher has harvested.

        Raises:
            FetchError: it cannot be had within the limits.
            SourceError: it is not what the source is said to be.
        """
        quads = read_document(self.get(url), self._source, self._load_context)
        own = [quad for quad in quads if not is_passed_on(quad)]
        self._passed_on += len(quads) - len(own)
        return own

    def _load_context(self, url: str) -> bytes:
        try:
            return self.get(url).data
        except FetchError as error:
            error.remedy = (
                "the document needs this JSON-LD context: name its server in hosts of"
                f" [{self._source.name}], or take another format"
            )
            raise

    def note(self, text: str) -> None:
        """Keeps what whoever harvests should know."""
        self._notes.append(text)

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever harvests should know, a sentence each."""
        if not self._passed_on:
            return tuple(self._notes)
        left_out = f"{self._passed_on} statements that it harvested itself are left out"
        return (*self._notes, f"{left_out}: harvest those whose they are")

    def _fetch(self, url: str, validators: Validators) -> Document | None:
        """Returns what is at an address, None where it is as it was (RFC 9110, 13.1)."""
        headers = {"Accept": _accept(self._source), "User-Agent": _AGENT}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        place = url
        for _ in range(_MOST_REDIRECTS + 1):
            reply, body = self._call(place, headers)
            if reply.status == _NOT_MODIFIED and len(headers) > 2:
                return None
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                break
            place = _follow(place, reply.headers["location"])
        if reply.status != _OK:
            wait = reply.headers.get("retry-after", "")
            remedy = (
                f"it asks to wait: {wait}{' seconds' if wait.isdigit() else ''}" if wait else ""
            )
            raise FetchError(f"answers with {reply.status}", where=place, remedy=remedy)
        return _make_document(place, reply.headers, self._unpack(body, place))

    def _call(self, url: str, headers: Mapping[str, str]) -> tuple[Reply, bytes]:
        """Returns an answer and its body, in what is left of time and bytes."""
        body = bytearray()
        try:
            reply = self._fetcher.fetch(
                Call("GET", url, headers),
                body.extend,
                seconds=max(0.0, self._deadline - time.monotonic()),
                most_bytes=self._bytes_left,
            )
        except FetchTimeout as error:
            raise FetchTimeout(
                f"is not through within the {self._source.seconds} s that the source may take",
                where=url,
                remedy=f"try later, or raise seconds in [{self._source.name}]",
            ) from error
        except FetchTooLarge as error:
            raise self._too_large(url) from error
        self._bytes_left -= len(body)
        return reply, bytes(body)

    def _too_large(self, url: str) -> FetchTooLarge:
        return FetchTooLarge(
            f"has more than the {self._source.most_mib} MiB that the source may bring",
            where=url,
            remedy=f"raise most_mib in [{self._source.name}], if you want so much",
        )

    def _unpack(self, data: bytes, place: str) -> bytes:
        """Returns a document that may be packed with gzip, whatever it is said to be."""
        if not data.startswith(MAGIC):
            return data
        most = self._bytes_left + len(data)
        unpacked = bytearray()
        try:
            for piece in gunzip([data]):
                unpacked += piece
                if len(unpacked) > most:
                    raise self._too_large(place)
        except ValueError as error:
            raise FetchError(str(error), where=place) from error
        self._bytes_left = most - len(unpacked)
        return bytes(unpacked)


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


def _accept(source: Source) -> str:
    if source.kind is Kind.CSV:
        return "text/csv, */*;q=0.1"
    names = (source.format,) if source.format else PREFERRED
    types = [
        f"{get_rdf_format(name).media_type};q={1 - rank / 10:g}" for rank, name in enumerate(names)
    ]
    return ", ".join([*types, "*/*;q=0.1"])
