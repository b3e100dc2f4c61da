"""The page of a named graph: what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from publisher.query_text import STANDARD
from publisher.web.reader import Reader
from publisher.web.views.common import Link, make_link

MOST_SUBJECTS = 500


@dataclass(frozen=True, slots=True)
class GraphView:
    """A graph with its size and the things it describes, by number of triples.

    `iri` is empty for the default graph of plain data.
    """

    iri: str
    triples: int
    subjects: tuple[Link, ...]
    hidden: int


@lru_cache(maxsize=64)
def view_any_graph(reader: Reader, iri: str | None) -> GraphView:
    """Returns what the page of a graph of any size shows, of the default graph without `iri`."""
    if iri is None:
        subjects = reader.all_rows("default-subjects", STANDARD)
        size = reader.all_rows("default-size", STANDARD)
    else:
        subjects = reader.all_rows("graph-subjects", graph=iri)
        size = reader.all_rows("graph-size", graph=iri)
    return GraphView(
        iri=iri or "",
        triples=sum(row.number("triples") for row in size),
        subjects=tuple(make_link(reader, r.get("thing"), r.number("triples")) for r in subjects),
        hidden=sum(row.number("things") for row in size) - len(subjects),
    )


def view_graph(reader: Reader, iri: str, subjects: Mapping[str, int]) -> GraphView:
    """Returns what the page of a graph shows; `subjects` counts the triples about each thing."""
    ranked = sorted(subjects.items(), key=lambda item: (-item[1], item[0]))
    return GraphView(
        iri=iri,
        triples=sum(subjects.values()),
        subjects=tuple(make_link(reader, s, n) for s, n in ranked[:MOST_SUBJECTS]),
        hidden=max(0, len(ranked) - MOST_SUBJECTS),
    )
