"""The answer to a query as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.answers import Table, Term
from publisher.web.reader import Text, shorten


@dataclass(frozen=True, slots=True)
class Cell:
    """A term in a table. `iri` is None for what is no link."""

    text: Text
    iri: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ResultsView:
    """A table of results. `total` counts the rows that there are, shown or not."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


def view_results(table: Table, base: str, prefixes: Mapping[str, str]) -> ResultsView:
    """Returns a table as it is shown; IRIs under `base` lose it, others are shortened."""
    shown = tuple(tuple(_cell(term, base, prefixes) for term in row) for row in table.rows)
    return ResultsView(table.names, shown, table.total)


def _cell(term: Term, base: str, prefixes: Mapping[str, str]) -> Cell:
    if isinstance(term, ox.NamedNode):
        own = term.value.removeprefix(base)
        words = shorten(own, prefixes) if own == term.value else own.removeprefix("id/")
        return Cell(Text(words or base), term.value)
    if isinstance(term, ox.Literal):
        language = None if term.language == "en" else term.language
        is_number = term.datatype.value.rpartition("#")[2] in ("integer", "decimal", "double")
        return Cell(Text(term.value, language), None, is_number)
    return Cell(Text("" if term is None else str(term)))
