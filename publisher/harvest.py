"""Fetches other publishers' data into a site's `data/harvest`, a source at a time.

NAME.json holds what is known of a source's last good harvest, and which file has its quads.
A build reads them and asks nobody.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph as ox

from publisher.datatypes import is_lexical
from publisher.errors import FetchError, PublisherError, SourceError
from publisher.fetch import Fetcher
from publisher.formats import NQUADS, write
from publisher.gather import Gathered, gather
from publisher.gatherer import Gatherer
from publisher.harvest_sources import Source
from publisher.harvested import Harvest, State, is_for_the_site, name_graph
from publisher.iris import Iris
from publisher.jsonld import Context
from publisher.quads import to_graph
from publisher.rehearsal import rehearse
from publisher.site import HARVEST, Site
from publisher.skolem import skolemise
from publisher.validate import Report, Severity, Validator

_ADVICE = "try later; only url and hosts of the source are asked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the harvest of a source ended. `state` is the last good one, None if there is none,
    or its files are damaged; `error` says why there is no newer one, `notes` what else there
    is to know."""

    name: str
    is_new: bool
    state: State | None
    report: Report = field(default_factory=Report)
    error: PublisherError | None = None
    notes: tuple[str, ...] = ()
    is_damaged: bool = False


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
            found, is_damaged = site.find_harvest(source.name), False
        except SourceError:  # made anew, if the source answers
            found, is_damaged = None, True
        try:
            outcomes.append(_harvest(site, source, context, found, again=again))
        except PublisherError as error:
            if isinstance(error, FetchError):
                error.remedy = error.remedy or _ADVICE
            last = found.state if found else None
            outcomes.append(Outcome(source.name, False, last, error=error, is_damaged=is_damaged))
    return outcomes


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
    report = _validate(site, named, source.name)
    data = write(named, NQUADS)
    state = _make_state(source, data, report, gatherer, gathered)
    is_new = last is None or state.is_of_other_data(last.state)
    if last and not is_new:  # a release is as new as its data, and not as the last look at it
        state = replace(state, harvested=last.state.harvested)
    if last is None or state != last.state:
        _keep(site.root / HARVEST, source.name, data, state)
    notes = (*gatherer.notes, *_find_notes(triples, site.iris))
    return Outcome(source.name, is_new, state, report, notes=notes)


def _validate(site: Site, quads: list[ox.Quad], name: str) -> Report:
    """Returns what the shapes say of the data of others, without what they advise: the tables
    and pages of the site are not where it comes from."""
    log = logging.getLogger("rdflib.term")  # which tells of odd values with a traceback each
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        results = Validator(site.shapes, site.concept_types).find_results(to_graph(quads), name)
    finally:
        log.setLevel(level)
    return Report(tuple(replace(result, message=_cut(result.message)) for result in results))


def _cut(message: str) -> str:
    """Returns what a message of a shape states, without the advice that stands behind a colon."""
    stated, colon, _ = message.rpartition(": ")
    return f"{stated}." if colon else message


def _find_notes(triples: Iterable[ox.Triple], iris: Iris) -> list[str]:
    """Returns what else there is to know of what a source says, in words."""
    notes = []
    listed = list(triples)
    if ours := sum(is_for_the_site(triple, iris) for triple in listed):
        notes.append(
            f"{ours} of {len(listed)} triples are about IRIs of this site or its ontology,"
            " and a build leaves them out"
        )
    odd = [t for t in listed if isinstance(t.object, ox.Literal) and not _is_typed_well(t.object)]
    if odd:
        first = min(odd, key=str)
        notes.append(
            f"{len(odd)} values do not fit their datatype, such as {first.object} of"
            f" {first.subject}; they are taken as they are"
        )
    return notes


def _is_typed_well(literal: ox.Literal) -> bool:
    return is_lexical(literal.value, literal.datatype.value)


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
