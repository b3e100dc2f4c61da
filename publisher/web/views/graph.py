"""The page of a named graph: what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.web.reader import Reader
from publisher.web.views.common import Link, make_link

MOST_SUBJECTS = 500


@dataclass(frozen=True, slots=True)
class GraphView:
    """A named graph with its size and the things it describes, by number of triples."""

    iri: str
    triples: int
    subjects: tuple[Link, ...]
    hidden: int


def view_graph(reader: Reader, iri: str, subjects: Mapping[str, int]) -> GraphView:
    """Returns what the page of a graph shows; `subjects` counts the triples about each thing."""
    ranked = sorted(subjects.items(), key=lambda item: (-item[1], item[0]))
    return GraphView(
        iri=iri,
        triples=sum(subjects.values()),
        subjects=tuple(make_link(reader, s, n) for s, n in ranked[:MOST_SUBJECTS]),
        hidden=max(0, len(ranked) - MOST_SUBJECTS),
    )
