"""Whose data a page shows, where it is not the site's own."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.web.reader import Reader, Row


@dataclass(frozen=True, slots=True)
class Origin:
    """A graph of another publisher: its IRI and title, its licence, where it was harvested,
    and on which day (ISO)."""

    graph: str
    title: str
    license: str
    source: str
    date: str


def list_origins(reader: Reader, iri: str) -> tuple[Origin, ...]:
    """Returns the graphs of other publishers that speak of a thing."""
    return tuple(map(_read_origin, reader.all_rows("origins", thing=iri)))


def find_origin(reader: Reader, graph: str) -> tuple[Origin, ...]:
    """Returns what a named graph was harvested from; nothing where it is the site's own."""
    return tuple(map(_read_origin, reader.all_rows("origin", graph=graph)))


def _read_origin(row: Row) -> Origin:
    return Origin(
        row.get("graph"),
        row.get("title"),
        row.get("license"),
        row.get("source"),
        row.get("time").partition("T")[0],
    )
