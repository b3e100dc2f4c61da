"""The feed of changes as a Linked Data Event Stream. Pure.

https://w3id.org/ldes/specification, https://w3id.org/tree/specification. A member is a thing
as a release has it: its own triples with an IRI of that version for subject. A thing that a
release has no more is a member of type as:Delete. Several releases may be of one day, so
members have the number of their release for a place in the order besides its date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.changes import Change
from publisher.iris import Iris
from publisher.vocabulary import PREFIXES

LDES, TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
_AS = "https://www.w3.org/ns/activitystreams#"
FEED_PREFIXES = {**PREFIXES, "as": _AS, "ldes": LDES, "tree": TREE}
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_VERSION_OF = ox.NamedNode(PREFIXES["dct"] + "isVersionOf")
_TIME = ox.NamedNode(PREFIXES["prov"] + "generatedAtTime")
_POSITION = ox.NamedNode(PREFIXES["schema"] + "position")
_DATE_TIME = ox.NamedNode(PREFIXES["xsd"] + "dateTime")
_INTEGER = ox.NamedNode(PREFIXES["xsd"] + "integer")


@dataclass(frozen=True, slots=True)
class Step:
    """A release in the order of the feed; `position` counts all that were recorded."""

    version: str
    date: str
    position: int


def describe_stream(iris: Iris, title: str, steps: Iterable[Step]) -> list[ox.Quad]:
    """Returns the root of the feed, which leads to the first page of every release."""
    root = ox.NamedNode(iris.feed())
    quads = [
        *_describe_collection(iris),
        _quad(_stream(iris), PREFIXES["dct"] + "title", ox.Literal(title, language="en")),
        _quad(root, _TYPE.value, ox.NamedNode(f"{TREE}Node")),
    ]
    for step in steps:
        relation = ox.NamedNode(f"{root.value}#{step.version}")
        page = ox.NamedNode(iris.feed(step.version, 1))
        # Several releases may be of one day, so the bound itself is included.
        kind = ox.NamedNode(f"{TREE}GreaterThanOrEqualToRelation")
        quads += [
            _quad(root, f"{TREE}relation", relation),
            _quad(relation, _TYPE.value, kind),
            _quad(relation, f"{TREE}path", _TIME),
            _quad(relation, f"{TREE}value", _time(step.date)),
            _quad(relation, f"{TREE}node", page),
        ]
    return quads


def describe_page(
    iris: Iris, step: Step, number: int, changes: Iterable[Change], *, more: bool
) -> list[ox.Quad]:
    """Returns one page of what a release changed.

    Args:
        number: of the page, from 1.
        changes: of this page.
        more: whether a page follows.
    """
    page = ox.NamedNode(iris.feed(step.version, number))
    quads = [*_describe_collection(iris), _quad(page, _TYPE.value, ox.NamedNode(f"{TREE}Node"))]
    if more:
        relation = ox.NamedNode(f"{page.value}#next")
        following = ox.NamedNode(iris.feed(step.version, number + 1))
        quads += [
            _quad(page, f"{TREE}relation", relation),
            _quad(relation, _TYPE.value, ox.NamedNode(f"{TREE}Relation")),
            _quad(relation, f"{TREE}node", following),
        ]
    for change in changes:
        quads += _describe_member(iris, step, change)
    return quads


def _describe_collection(iris: Iris) -> list[ox.Quad]:
    stream = _stream(iris)
    return [
        _quad(stream, _TYPE.value, ox.NamedNode(f"{LDES}EventStream")),
        _quad(stream, f"{LDES}timestampPath", _TIME),
        _quad(stream, f"{LDES}sequencePath", _POSITION),
        _quad(stream, f"{LDES}versionOfPath", _VERSION_OF),
        _quad(stream, f"{LDES}versionDeletePath", _TYPE),
        _quad(stream, f"{LDES}versionDeleteObject", ox.NamedNode(f"{_AS}Delete")),
        _quad(stream, f"{TREE}view", ox.NamedNode(iris.feed())),
    ]


def _describe_member(iris: Iris, step: Step, change: Change) -> list[ox.Quad]:
    member = ox.NamedNode(iris.version_of(change.subject, step.version))
    said = list(ox.parse(b"".join(change.now), format=ox.RdfFormat.N_QUADS))
    if not said:
        said.append(_quad(member, _TYPE.value, ox.NamedNode(f"{_AS}Delete")))
    return [
        _quad(_stream(iris), f"{TREE}member", member),
        _quad(member, _VERSION_OF.value, ox.NamedNode(change.subject)),
        _quad(member, _TIME.value, _time(step.date)),
        _quad(member, _POSITION.value, ox.Literal(str(step.position), datatype=_INTEGER)),
        *(ox.Quad(member, quad.predicate, quad.object) for quad in said),
    ]


def _stream(iris: Iris) -> ox.NamedNode:
    return ox.NamedNode(iris.event_stream())


def _quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value)


def _time(date: str) -> ox.Literal:
    """A release has the date of its newest input, and no hour."""
    return ox.Literal(f"{date}T00:00:00Z", datatype=_DATE_TIME)
