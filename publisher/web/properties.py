"""The properties that things of a release have, and their values, as the Reconciliation
Service API has them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache

import pyoxigraph as ox

from publisher.name_index import NameIndex
from publisher.reconcile_properties import (
    Key,
    make_iri_key,
    make_number_key,
    make_text_key,
    make_thing_key,
)
from publisher.reconcile_queries import MATCHING_PROPERTIES, Json
from publisher.schema_space import STANDARD_LABELS, SchemaSpace, shorten_term
from publisher.vocabulary import PREFIXES
from publisher.web.reader import Reader

_XSD = PREFIXES["xsd"]
_WHOLE = frozenset({f"{_XSD}integer", f"{_XSD}gYear", f"{_XSD}nonNegativeInteger"})
_FRACTIONS = frozenset({f"{_XSD}decimal", f"{_XSD}double", f"{_XSD}float"})
# Anybody may invent types.
_MOST_KEPT = 32


class Properties:
    """Read once: a release does not change.

    Args:
        index: the things that have them; others are passed over.
    """

    def __init__(self, reader: Reader, index: NameIndex) -> None:
        self._reader = reader
        self._index = index
        self._used: dict[str, set[str]] = defaultdict(set)
        self._iris: dict[str, set[str]] = defaultdict(set)
        for row in reader.rows("extension-properties"):
            thing, name = self._shorten(row.get("thing")), self._shorten(row.get("property"))
            if thing in index.things:
                self._used[thing].add(name)
                self._iris[name].add(row.get("property"))
        self._labels = {name: self._label(name, min(iris)) for name, iris in self._iris.items()}
        # A query may name all properties, and looks at each for every candidate.
        self.get_keys = cache(self._get_keys)
        self.list_names = lru_cache(maxsize=_MOST_KEPT)(self._list_names)
        self.space = SchemaSpace({**MATCHING_PROPERTIES, **self.list_names()}, reader.base)

    def _list_names(self, types: tuple[str, ...] = ()) -> Mapping[str, str]:
        """Returns what the properties are called that things of some types have, or any things,
        by identifier, the most used first."""
        uses: Counter[str] = Counter()
        for thing, names in self._used.items():
            if not types or not set(types).isdisjoint(self._index.things[thing].types):
                uses.update(names)
        ranked = sorted(uses, key=lambda name: (-uses[name], name))
        return {name: self._labels[name] for name in ranked}

    def find_cells(self, thing: str) -> Mapping[str, Sequence[Json]]:
        """Returns the values of a thing by property, each once and in order."""
        cells: dict[str, list[Json]] = defaultdict(list)
        rows = self._reader.rows("extension", thing=f"{self._reader.base}id/{thing}")
        for row in sorted(rows, key=lambda row: row.get("value")):
            cell, column = (
                self._make_cell(row.term("value")),
                cells[self._shorten(row.get("property"))],
            )
            if cell not in column:
                column.append(cell)
        return cells

    def _get_keys(self, name: str) -> Mapping[str, Collection[Key]]:
        """Returns the keys of a property's values, by thing."""
        found: dict[str, set[Key]] = defaultdict(set)
        for iri in self._iris.get(name, ()):
            for row in self._reader.rows("extension", property=iri):
                thing = self._shorten(row.get("thing"))
                if thing in self._index.things:
                    found[thing].add(self._make_key(row.term("value")))
        return found

    def _make_key(self, term: object) -> Key:
        cell = self._make_cell(term)
        if "id" in cell:
            return make_thing_key(cell["id"])
        if isinstance(term, ox.NamedNode):
            return make_iri_key(term.value)
        return make_text_key(cell["str"]) if "str" in cell else make_number_key(*cell.values())

    def _make_cell(self, term: object) -> Json:
        """Returns a value as the API writes it; what it has no type for is a text."""
        if isinstance(term, ox.NamedNode):
            thing = self._index.things.get(self._shorten(term.value))
            return {"id": thing.id, "name": thing.name} if thing else {"str": term.value}
        if isinstance(term, ox.Literal):
            try:
                if term.datatype.value in _WHOLE:
                    return {"int": int(term.value)}
                if term.datatype.value in _FRACTIONS:
                    return {"float": float(term.value)}
            except ValueError:
                return {"str": term.value}
            return {"str": term.value}
        return {"str": str(term)}

    def _label(self, name: str, iri: str) -> str:
        known = MATCHING_PROPERTIES.get(name) or STANDARD_LABELS.get(name)
        return known or str(self._reader.label(iri))

    def _shorten(self, iri: str) -> str:
        return shorten_term(iri, self._reader.base)
