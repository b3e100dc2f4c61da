"""Fetches other publishers' data into a site's `data/harvest`, a source at a time.

NAME.json holds what is known of a source's last good harvest, and which file has its quads.
A build reads them and asks nobody.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from publisher.errors import FetchError, FetchTooLarge, PublisherError, SourceError
from publisher.fetch import Fetcher
from publisher.formats import NQUADS, write
from publisher.gather import Gathered, gather
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
    state = _make_state(source, data, report, gatherer, gathered)
    is_new = last is None or state.is_of_other_data(last.state)
    if last and not is_new:  # a release is as new as its data, and not as the last look at it
        state = replace(state, harvested=last.state.harvested)
    if last is None or state != last.state:
        _keep(site.root / HARVEST, source.name, data, state)
    return Outcome(source.name, is_new, state, report, notes=gatherer.notes)


def _make_state(
    source: Source, data: bytes, report: Report, gatherer: Gatherer, gathered: Gathered
) -> State:
    lasting = gathered.progress.pages if gathered.progress else {}
    fetched = sorted((url, d) for url, d in gatherer.fetched.items() if url not in lasting)
    return State(
        url=source.url,
        title=source.title,
        license=source.license,
        harvested=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        triples=data.count(b"\n"),
        violations=report.count(Severity.VIOLATION),
        warnings=report.count(Severity.WARNING),
        source=source.digest,
        sha256=hashlib.sha256(data).hexdigest(),
        documents={url: document.validators for url, document in fetched},
        progress=gathered.progress,
    )


def _keep(directory: Path, name: str, data: bytes, state: State) -> None:
    """Puts a harvest into the place of the last one.

    The quads have a file of their own, and are in it before the state, which names that
    file, is replaced: whenever this ends, there is one good harvest, the old or the new.
    """
    quads, known = directory / state.name_file(name), directory / f"{name}.json"
    new = {path: path.with_name(f".{path.name}.new") for path in (quads, known)}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, content in ((quads, data), (known, state.to_json().encode())):
            new[path].write_bytes(content)
        new[quads].replace(quads)
        new[known].replace(known)
        for old in directory.glob(f"{name}.*nq"):
            if old != quads:
                old.unlink()
    except OSError as error:
        raise SourceError(
            f"cannot be written ({error.strerror})",
            where=str(error.filename or directory),
            remedy="the site's directory data/harvest must be yours to write to",
        ) from error
    finally:
        for path in new.values():
            path.unlink(missing_ok=True)
