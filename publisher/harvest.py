"""Fetches other publishers' data into a site's `data/harvest`, a source at a time.

NAME.nq holds what a source says, NAME.json what is known of that; both are replaced
only by a harvest that was good to its end. A build reads them and asks nobody.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from publisher.errors import FetchError, FetchTooLarge, PublisherError, SourceError
from publisher.fetch import Fetcher
from publisher.formats import NQUADS, write
from publisher.gather import gather
from publisher.gatherer import Gatherer
from publisher.harvest_sources import Source
from publisher.harvested import Harvest, State, name_graph
from publisher.jsonld import Context
from publisher.quads import to_graph
from publisher.rehearsal import rehearse
from publisher.site import HARVEST, Site
from publisher.skolem import skolemise
from publisher.validate import Report, Severity, Validator


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the harvest of a source ended. `state` is the last good one, None if there is
    none; `error` says why there is no newer one, `notes` what else there is to know."""

    name: str
    is_new: bool
    state: State | None
    report: Report = field(default_factory=Report)
    error: PublisherError | None = None
    notes: tuple[str, ...] = ()


def harvest_sources(
    site: Site, sources: Iterable[Source], context: Context, *, again: bool = False
) -> list[Outcome]:
    """Returns how the harvest of each source ended, its files being in place.

    Args:
        context: of the site, for JSON-LD.
        again: fetch what is known not to have changed, too.
    """
    outcomes = []
    for source in sources:
        try:
            found = site.find_harvest(source.name)
        except SourceError:  # damaged: made anew
            found = None
        try:
            outcomes.append(_harvest(site, source, context, found, again=again))
        except PublisherError as error:
            last = found.state if found else None
            outcomes.append(Outcome(source.name, False, last, error=_advise(source, error)))
    return outcomes


def _advise(source: Source, error: PublisherError) -> PublisherError:
    if isinstance(error, FetchTooLarge):
        error.remedy = f"raise most_mib of {source.name}, if you want so much"
    elif isinstance(error, FetchError):
        error.remedy = error.remedy or "try later; only url and hosts of the source are asked"
    return error


def _harvest(
    site: Site, source: Source, context: Context, last: Harvest | None, *, again: bool
) -> Outcome:
    usable = last if last and last.state.source == source.digest and not again else None
    known = usable.state.documents if usable else {}
    with contextlib.closing(Fetcher([source.url, *source.hosts])) as fetcher:
        gatherer = Gatherer(source, fetcher, known)
        if usable and gatherer.is_unchanged():
            return Outcome(source.name, False, usable.state)
        gathered = gather(source, gatherer, usable)
    triples = skolemise((quad.triple for quad in gathered.quads), source.url)
    if not triples and last and last.state.triples and not again:
        raise SourceError(
            f"says nothing, where it said {last.state.triples} triples before",
            where=source.url,
            remedy=f"if that is right, take it: publisher harvest --again {source.name}",
        )
    graph = ox.NamedNode(name_graph(source.name, site.iris))
    named = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
    rehearse(named, context, site.iris, source.url)
    results = Validator(site.shapes, site.concept_types).find_results(to_graph(named), source.name)
    report = Report(results)
    data = write(named, NQUADS)
    lasting = gathered.progress.pages if gathered.progress else {}
    fetched = sorted((url, d) for url, d in gatherer.fetched.items() if url not in lasting)
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
        documents={url: document.validators for url, document in fetched},
        progress=gathered.progress,
    )
    _write(site.root / HARVEST, source.name, data, state)
    return Outcome(source.name, True, state, report, notes=gatherer.notes)


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
