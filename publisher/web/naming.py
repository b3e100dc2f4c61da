"""Reads from a release what reconciliation looks for: things with names, places and links."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask, current_app

from publisher.countries import Countries
from publisher.errors import PublisherError
from publisher.lookup import COUNTRY
from publisher.name_index import Named, NameIndex
from publisher.reconcile import TYPES, Reconciler
from publisher.schema_space import shorten_term
from publisher.vocabulary import PREFIXES
from publisher.web.properties import Properties
from publisher.web.reader import Reader

EXTENSION = "publisher.naming"
_HIDDEN = f"{PREFIXES['skos']}hiddenLabel"
_RANKED = {name: rank for rank, name in enumerate(TYPES)}
# These concepts tell lines of a page form apart; nothing is described by them.
_PAGE_ELEMENTS = "scheme/page-element"
_LINKS = frozenset({"owl:sameAs", "schema:sameAs", "skos:exactMatch"})


@dataclass(frozen=True, slots=True)
class Service:
    """What answers reconciliation queries about a release."""

    reconciler: Reconciler
    properties: Properties


class Naming:
    """The service of a release, made when it is first asked, or before (`begin`)."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = threading.Lock()
        self._made: Service | None = None

    def get_service(self) -> Service:
        """Returns it; whoever asks while it is being made waits."""
        with self._lock:
            if self._made is None:
                self._made = make_service(self._reader)
        return self._made

    def begin(self) -> None:
        """Has it made while other requests are answered, so that nobody waits for it."""
        # Not a daemon: a process that ends meanwhile waits, instead of being cut off amid a query.
        threading.Thread(target=self._make_early, name="naming").start()

    def _make_early(self) -> None:
        # Who asks for it first is told what is wrong.
        with suppress(PublisherError):
            self.get_service()


def begin(app: Flask) -> None:
    """Has the reconciliation service of an application made before it is first asked."""
    naming: Naming = app.extensions[EXTENSION]
    naming.begin()


def get_service() -> Service:
    """Returns what answers reconciliation queries of the application that is answering."""
    naming: Naming = current_app.extensions[EXTENSION]
    return naming.get_service()


def make_service(reader: Reader) -> Service:
    """Returns what answers reconciliation queries about a release."""
    index = NameIndex(_read_things(reader))
    # What the site calls countries besides, as a text that needs no language.
    further = (
        (name, thing.id.partition("/")[2])
        for thing in index.things.values()
        if COUNTRY in thing.types
        for name in thing.hidden
    )
    countries = Countries(further)
    properties = Properties(reader, index)
    return Service(Reconciler(index, reader.base, countries.find, properties), properties)


def _read_things(reader: Reader) -> list[Named]:
    base = reader.base
    shown: dict[str, set[str]] = defaultdict(set)
    hidden: dict[str, set[str]] = defaultdict(set)
    types: dict[str, set[str]] = defaultdict(set)
    for row in reader.rows("named-things"):
        iri = row.get("thing")
        types[iri].add(shorten_term(row.get("class"), base))
        (hidden if row.get("property") == _HIDDEN else shown)[iri].add(row.get("name"))
    elsewhere: dict[str, set[str]] = defaultdict(set)
    for row in reader.rows("named-elsewhere"):
        elsewhere[row.get("thing")].add(row.get("name"))
    related: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in reader.rows("named-relations"):
        name = shorten_term(row.get("property"), base)
        related[row.get("thing")][name].add(row.get("value"))
    things = []
    for iri in sorted(types):
        if not iri.startswith(f"{base}id/"):
            continue
        says = related[iri]
        schemes = sorted(shorten_term(scheme, base) for scheme in says["skos:inScheme"])
        if _PAGE_ELEMENTS in schemes:
            continue
        things.append(
            Named(
                id=shorten_term(iri, base),
                name=str(reader.label(iri)),
                types=(*sorted(types[iri], key=_RANKED.__getitem__), *schemes),
                names=frozenset(shown[iri]),
                hidden=frozenset(hidden[iri]),
                elsewhere=frozenset(elsewhere[iri]),
                places=_find_places(iri, related, base),
                links=frozenset().union(*(says[name] for name in _LINKS)),
            )
        )
    return things


def _find_places(iri: str, related: dict[str, dict[str, set[str]]], base: str) -> tuple[str, ...]:
    """Returns the city of a thing, and the country of it or of its city."""
    cities = sorted(related[iri]["lc:city"])
    within = {
        place for thing in (iri, *cities) for place in related[thing]["schema:containedInPlace"]
    }
    return tuple(shorten_term(place, base) for place in (*cities, *sorted(within)))
