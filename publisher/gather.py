"""Fetches what one source has, whatever its kind, within the limits of the source."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph as ox

from publisher.catalogues import choose_files
from publisher.csv_mapping import map_table
from publisher.errors import SourceError
from publisher.gatherer import Gatherer
from publisher.harvest_sources import Kind, Source
from publisher.harvested import Harvest, Progress
from publisher.received import PREFERRED, get_rdf_format
from publisher.replay import Member, read_page, read_stream, replay
from publisher.skolem import genid_space, skolemise


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a source says, and how far it was read where it is a feed."""

    quads: list[ox.Quad]
    progress: Progress | None = None


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
    return gatherer.read(source.url)


def _gather_answer(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    joint = "&" if "?" in source.url else "?"
    address = f"{source.url}{joint}{urlencode({'query': source.query})}"
    return gatherer.read(address)


def _gather_table(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    return map_table(gatherer.get(source.url).data, source)


def _gather_catalogue(source: Source, gatherer: Gatherer) -> list[ox.Quad]:
    quads = gatherer.read(source.url)
    choice = choose_files(quads, _rank_media_types())
    if not choice.files:
        what = "".join(f"; {note}" for note in choice.notes)
        raise SourceError(
            f"the catalogue names no RDF file to download{what}",
            where=source.url,
            remedy="it needs dcat:downloadURL and dcat:mediaType; else name the file as rdf",
        )
    for note in choice.notes:
        gatherer.note(note)
    for url in choice.files:
        quads += gatherer.read(url)
    return quads


def _rank_media_types() -> dict[str, int]:
    """Returns the media types of RDF, with the place of each in the order in which they are
    read. What a catalogue calls plain JSON need not be RDF."""
    formats = [get_rdf_format(name) for name in PREFERRED]
    ranks = {name: n for n, f in enumerate(formats) for name in (f.media_type, *f.aliases)}
    return {name: rank for name, rank in ranks.items() if name != "application/json"}


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
    stream = read_stream(gatherer.read(source.url), source.url)
    lasting: dict[str, tuple[str, ...]] = {}
    members: list[Member] = []
    reached = {source.url}
    waiting = [source.url]
    while waiting:
        url = waiting.pop()
        leads_to = known.get(url)
        if leads_to is None:
            page = read_page(gatherer.read(url), stream, url)
            leads_to = page.leads_to
            # Each by itself, so that its nodes have the same names whatever else is read.
            members += [
                dataclasses.replace(m, triples=frozenset(skolemise(m.triples, source.url)))
                for m in page.members
            ]
            if gatherer.get(url).is_immutable and url != source.url:
                lasting[url] = leads_to
        else:
            lasting[url] = leads_to
        waiting += [place for place in leads_to if place not in reached]
        reached.update(leads_to)
    return lasting, members
