"""What an event stream says now: the last version of each thing. Pure.

https://w3id.org/ldes/specification, https://w3id.org/tree/specification. It reads what
`feed` writes, and any stream whose members are versions with a time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from publisher.errors import SourceError
from publisher.feed import LDES, TREE

# Where a member stands in the stream: its time, and its number among those of one time.
Place = tuple[str, int]
_Described = Mapping[Any, list[ox.Triple]]


@dataclass(frozen=True, slots=True)
class Stream:
    """By which properties the members of a stream say what they are versions of, from when,
    and with what number; `deleted` is what a member says whose thing is no more."""

    version_of: ox.NamedNode
    time: ox.NamedNode
    sequence: ox.NamedNode | None
    deleted: tuple[ox.NamedNode, ox.NamedNode] | None


@dataclass(frozen=True, slots=True)
class Member:
    """One version of a thing: all that is said of it then, nothing if it was deleted."""

    thing: ox.NamedNode
    place: Place
    triples: frozenset[ox.Triple]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a stream, and the addresses of those that it leads to."""

    members: tuple[Member, ...]
    leads_to: tuple[str, ...]


def read_stream(quads: Iterable[ox.Quad], url: str) -> Stream:
    """Returns how the stream that the root of a feed describes is to be read.

    Raises:
        SourceError: it does not say which property leads to the thing, or to the time.
    """
    found = {quad.predicate.value: quad.object for quad in quads}

    def find(name: str) -> ox.NamedNode | None:
        term = found.get(f"{LDES}{name}")
        return term if isinstance(term, ox.NamedNode) else None

    version_of, time = find("versionOfPath"), find("timestampPath")
    if version_of is None or time is None:
        raise SourceError(
            "is no stream of versions: ldes:versionOfPath and ldes:timestampPath must each"
            " name a property",
            where=url,
            remedy="give the root of the feed; if it is that, harvest a dump instead",
        )
    path, marker = find("versionDeletePath"), find("versionDeleteObject")
    return Stream(
        version_of, time, find("sequencePath"), (path, marker) if path and marker else None
    )


def read_page(quads: Iterable[ox.Quad], stream: Stream, url: str) -> Page:
    """Returns what stands on a page of a feed.

    Raises:
        SourceError: a member does not say of what it is a version, or of when.
    """
    of = _group(quad.triple for quad in quads)
    everything = [triple for triples in of.values() for triple in triples]
    nodes = [t.object for t in everything if t.predicate.value == f"{TREE}member"]
    relations = [t.object for t in everything if t.predicate.value == f"{TREE}relation"]
    leads_to = {
        t.object.value.partition("#")[0]
        for relation in relations
        for t in of.get(relation, ())
        if t.predicate.value == f"{TREE}node" and isinstance(t.object, ox.NamedNode)
    }
    members = tuple(_read_member(node, of, stream, url) for node in nodes)
    return Page(members, tuple(sorted(leads_to)))


def replay(
    before: Iterable[ox.Triple], members: Iterable[Member], is_part: Callable[[Any], bool], url: str
) -> set[ox.Triple]:
    """Returns what is said once all members have been read.

    Args:
        before: what was said before.
        is_part: whether a term of `before` was a blank node, and so belongs to the thing
            that leads to it.

    Raises:
        SourceError: nothing tells which of two versions of a thing is the later one.
    """
    of = _group(before)
    state = {s: frozenset(_describe(s, of, is_part)) for s in of if not is_part(s)}
    last: dict[ox.NamedNode, Member] = {}
    for member in sorted(members, key=lambda m: m.place):
        other = last.get(member.thing)
        if other and other.place == member.place and other.triples != member.triples:
            raise SourceError(
                f"has two versions of {member.thing} from one time",
                where=url,
                remedy="ask its publisher for an ldes:sequencePath, or harvest a dump instead",
            )
        last[member.thing] = member
        state[member.thing] = member.triples
    return set().union(*state.values())


def _read_member(node: Any, of: _Described, stream: Stream, url: str) -> Member:
    said = set(_describe(node, of, lambda term: isinstance(term, ox.BlankNode)))

    def get(path: ox.NamedNode) -> Any:
        found = [t for t in said if t.subject == node and t.predicate == path]
        if len(found) != 1:
            raise SourceError(
                f"{node} has {len(found)} values of {path}, where one is needed",
                where=url,
                remedy="tell its publisher, or harvest a dump instead",
            )
        said.remove(found[0])
        return found[0].object

    thing = get(stream.version_of)
    if not isinstance(thing, ox.NamedNode):
        raise SourceError(
            f"{node} is a version of {thing}, which is no IRI",
            where=url,
            remedy="tell its publisher, or harvest a dump instead",
        )
    time, number = get(stream.time), get(stream.sequence) if stream.sequence else None
    try:
        place = (_normalise(time.value), int(number.value) if number else 0)
    except (AttributeError, OverflowError, ValueError) as error:
        raise SourceError(
            f"{node} has no place in the order of the stream: {error}",
            where=url,
            remedy="tell its publisher, or harvest a dump instead",
        ) from error
    if stream.deleted and ox.Triple(node, *stream.deleted) in said:
        said.clear()
    renamed = (
        ox.Triple(thing if t.subject == node else t.subject, t.predicate, t.object) for t in said
    )
    return Member(thing, place, frozenset(renamed))


def _normalise(time: str) -> str:
    """Returns a time in UTC, written so that the order of texts is that of times."""
    read = dt.datetime.fromisoformat(time)
    aware = read if read.tzinfo else read.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _group(triples: Iterable[ox.Triple]) -> _Described:
    of: dict[Any, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        of[triple.subject].append(triple)
    return dict(of)


def _describe(thing: Any, of: _Described, is_part: Callable[[Any], bool]) -> Iterator[ox.Triple]:
    """Yields what is said of a thing, and of the nodes that are parts of that."""
    waiting, seen = [thing], set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield from of.get(node, ())
            waiting += [t.object for t in of.get(node, ()) if is_part(t.object)]
