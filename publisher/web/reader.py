"""Asks the release's store what the pages need. The queries stand in `queries/*.rq`.

A query names what it wants told by variables (`?thing`); values are bound, never
pasted. Labels are looked up apart, because every page needs them for everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

import pyoxigraph as ox
from flask import current_app, g

from publisher.errors import ReleaseError
from publisher.executables import read_saved_queries
from publisher.iris import Iris
from publisher.query_text import WHOLE, Dialect
from publisher.release import SHAPES, Release
from publisher.saved_queries import SavedQuery
from publisher.store import Store, separate_own
from publisher.vocabulary import PREFIXES
from publisher.web.languages import get_direction

EXTENSION = "publisher"


@dataclass(frozen=True, slots=True)
class Text:
    """A string with its language where that is not the page's own, English."""

    value: str
    language: str | None = None

    @property
    def direction(self) -> str | None:
        return get_direction(self.language)

    def __str__(self) -> str:
        return self.value


class Row:
    """One solution of a query; a variable without a value reads as empty or None."""

    def __init__(self, values: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]):
        self._values = values

    def find(self, name: str) -> str | None:
        """Returns the IRI or the lexical form of a variable, None where it is unbound."""
        term = self._values.get(name)
        return None if term is None or isinstance(term, ox.Triple) else term.value

    def term(self, name: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None:
        """Returns a variable as the RDF term that it is, None where it is unbound."""
        return self._values.get(name)

    def get(self, name: str) -> str:
        """Returns the IRI or the lexical form of a variable, "" where it is unbound."""
        return self.find(name) or ""

    def number(self, name: str) -> int:
        """Returns an integer variable, 0 where it is unbound (a count or a position)."""
        return int(self.find(name) or 0)

    def text(self, name: str) -> Text:
        """Returns a literal with its language."""
        term = self._values.get(name)
        language = term.language if isinstance(term, ox.Literal) else None
        return Text(self.get(name), None if language == "en" else language)


class Reader:
    """A release as the pages see it. `base` is the site's base IRI.

    `store` holds all of it, `own` what the site says itself: pages about its things are made
    from that, so that no other publisher speaks there in its name.
    """

    def __init__(self, release: Release, store: Store) -> None:
        self.release = release
        self.store = store
        self.base = release.settings.base_iri
        self.own = separate_own(store, Iris(self.base)) if release.is_site else store
        self.context = release.jsonld_context()
        self.label = lru_cache(maxsize=50_000)(self._label)

    def rows(self, name: str, dialect: Dialect = WHOLE, **bound: str) -> list[Row]:
        """Returns the solutions of `queries/{name}.rq` with IRIs bound to variables, by what
        the site says itself."""
        return _ask(self.own, name, dialect, bound)

    def all_rows(self, name: str, dialect: Dialect = WHOLE, **bound: str) -> list[Row]:
        """Returns the same by all data, also what other publishers say."""
        return _ask(self.store, name, dialect, bound)

    @cached_property
    def saved_queries(self) -> dict[str, SavedQuery]:
        """The saved queries of the release, by name."""
        found = read_saved_queries(self.store.quads(f"{self.base}graph/queries"))
        return {query.name: query for query in found}

    @cached_property
    def shapes(self) -> tuple[ox.Triple, ...]:
        """The shapes that the release was validated with.

        Raises:
            ReleaseError: their file is damaged.
        """
        path = self.release.path / SHAPES
        try:
            return tuple(q.triple for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
        except (OSError, SyntaxError) as error:
            raise ReleaseError(
                f"{SHAPES} cannot be read: {error}",
                where=str(self.release.path),
                remedy="build the release again: publisher build",
            ) from error

    def types(self, iri: str) -> frozenset[str]:
        """Returns the classes of a thing, with their superclasses in the ontology."""
        return frozenset(row.get("type") for row in self.rows("types", thing=iri))

    def _label(self, iri: str) -> Text:
        """Returns the English label of a thing, else any, else the end of its IRI."""
        found = {row.text("label") for row in self.all_rows("label", thing=iri)}
        if not found and not self.release.is_site:
            found = {row.text("label") for row in self.all_rows("name", thing=iri)}
        ranked = sorted(found, key=lambda t: (t.language is not None, t.language or "", t.value))
        return ranked[0] if ranked else Text(self.shorten(iri))

    def shorten(self, iri: str) -> str:
        """Returns a prefixed name where the release has a prefix, else the end of the IRI.

        The whole address where that tells nothing: a number (`…/by/4.0/`), and any end of an
        IRI of plain data.
        """
        short = shorten(iri, self.release.prefixes)
        if ":" in short or (self.release.is_site and any(map(str.isalpha, short))):
            return short
        return iri.removeprefix("https://").removeprefix("http://")


def get_reader() -> Reader:
    """Returns the reader of the release that is asked: the newest, if the address names none."""
    reader = g.get("reader") or current_app.extensions[EXTENSION]
    if not isinstance(reader, Reader):
        raise TypeError("create_app() did not make this application")
    return reader


def shorten(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Returns a prefixed name where the table has the prefix, else the end of the IRI."""
    for prefix, namespace in prefixes.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest and "/" not in rest and "#" not in rest:
            return f"{prefix}:{rest}"
    return iri.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1] or iri


def _ask(store: Store, name: str, dialect: Dialect, bound: Mapping[str, str]) -> list[Row]:
    values = {variable: ox.NamedNode(iri) for variable, iri in bound.items()}
    found = store.query(_load_query(name), substitutions=values, dialect=dialect)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(f"queries/{name}.rq is not a SELECT query")
    return list(_rows(found))


def _rows(solutions: ox.QuerySolutions) -> Iterator[Row]:
    names = [v.value for v in solutions.variables]
    for solution in solutions:
        terms = ((name, solution[name]) for name in names)
        yield Row({name: term for name, term in terms if term is not None})


@lru_cache(maxsize=64)
def _load_query(name: str) -> str:
    return resources.files("publisher.web").joinpath("queries", f"{name}.rq").read_text("utf-8")
