"""The answer to a query as a table for people, and the example queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

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


@dataclass(frozen=True, slots=True)
class Example:
    """A query with the question it answers."""

    question: str
    query: str


def view_results(table: Table, base: str) -> ResultsView:
    """Returns a table as it is shown; IRIs under `base` lose it."""
    shown = tuple(tuple(_cell(term, base) for term in row) for row in table.rows)
    return ResultsView(table.names, shown, table.total)


@cache
def load_examples() -> tuple[Example, ...]:
    """Returns the example queries; the first comment of each is its question."""
    folder = resources.files("publisher.web").joinpath("examples")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".rq")), key=lambda f: f.name)
    return tuple(_example(f.read_text("utf-8")) for f in files)


def _example(text: str) -> Example:
    question, _, query = text.partition("\n")
    return Example(re.sub(r"^#\s*", "", question), query.strip())


def _cell(term: Term, base: str) -> Cell:
    if isinstance(term, ox.NamedNode):
        own = term.value.removeprefix(base)
        words = shorten(own) if own == term.value else own.removeprefix("id/")
        return Cell(Text(words or base), term.value)
    if isinstance(term, ox.Literal):
        language = None if term.language == "en" else term.language
        is_number = term.datatype.value.rpartition("#")[2] in ("integer", "decimal", "double")
        return Cell(Text(term.value, language), None, is_number)
    return Cell(Text("" if term is None else str(term)))
