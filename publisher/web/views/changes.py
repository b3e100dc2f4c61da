"""The page of what changed between two releases, thing by thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.changes import Change
from publisher.web.reader import Reader, Text
from publisher.web.views.common import Link, make_link

# A page with thousands of things helps nobody; the patch has them all.
MOST_THINGS = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """A property with one value: a thing or a text."""

    property: Link
    link: Link | None
    text: Text | None


@dataclass(frozen=True, slots=True)
class ChangedThing:
    """A thing with what is no longer, and what is now, said of it."""

    thing: Link
    kind: str
    removed: tuple[Statement, ...]
    added: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ChangesView:
    """The things that changed, as far as the page shows them, and how much there is in all."""

    things: tuple[ChangedThing, ...]
    hidden: int
    removed: int
    added: int


def view_changes(reader: Reader, changes: Iterable[Change]) -> ChangesView:
    """Returns what the page shows; labels are those of the newest release."""
    listed = list(changes)
    return ChangesView(
        things=tuple(_view_thing(reader, change) for change in listed[:MOST_THINGS]),
        hidden=max(0, len(listed) - MOST_THINGS),
        removed=sum(len(change.removed) for change in listed),
        added=sum(len(change.added) for change in listed),
    )


def _view_thing(reader: Reader, change: Change) -> ChangedThing:
    if not change.now:
        kind = "no longer described"
    elif len(change.added) == len(change.now) and not change.removed:
        kind = "new"
    else:
        kind = "changed"
    return ChangedThing(
        make_link(reader, change.subject),
        kind,
        _statements(reader, change.removed),
        _statements(reader, change.added),
    )


def _statements(reader: Reader, lines: Iterable[bytes]) -> tuple[Statement, ...]:
    found = []
    for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS):
        link = text = None
        if isinstance(quad.object, ox.NamedNode):
            link = make_link(reader, quad.object.value)
        elif isinstance(quad.object, ox.Literal):
            language = quad.object.language
            text = Text(quad.object.value, None if language == "en" else language)
        found.append(Statement(make_link(reader, quad.predicate.value), link, text))
    return tuple(found)
