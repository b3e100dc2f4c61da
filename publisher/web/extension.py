"""Values of properties for things that were reconciled: the API's data extension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.errors import ParameterError, ParameterTooLarge
from publisher.name_index import Named
from publisher.reconcile import Reconciler
from publisher.reconcile_queries import (
    MATCHING_PROPERTIES,
    Json,
    load_object,
    read_number,
    shorten_term,
)
from publisher.vocabulary import PREFIXES
from publisher.web.reader import Reader

_MOST_THINGS = 1000
_MOST_VALUES = 1_000_000
_SHOWN = 100
_XSD = PREFIXES["xsd"]
_WHOLE = frozenset({f"{_XSD}integer", f"{_XSD}gYear", f"{_XSD}nonNegativeInteger"})
_FRACTIONS = frozenset({f"{_XSD}decimal", f"{_XSD}double", f"{_XSD}float"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property to fetch, and how many values at most (0: all)."""

    id: str
    limit: int = 0


def parse_extension(text: str, base: str) -> tuple[tuple[str, ...], tuple[Wanted, ...]]:
    """Returns the things and the properties that a data extension query names.

    Raises:
        ParameterTooLarge: it names too many things.
        ParameterError: it is no such query.
    """
    query = load_object(text, "extend")
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise _refuse("has no array of ids, or none of properties")
    if len(ids) > _MOST_THINGS:
        raise ParameterTooLarge(
            f"the parameter extend names {len(ids)} things",
            parameter="extend",
            remedy=f"send at most {_MOST_THINGS} ids",
        )
    if not all(isinstance(i, str) for i in ids):
        raise _refuse("has an id that is no text")
    return tuple(ids), tuple(_parse_wanted(item, base) for item in properties)


def _parse_wanted(item: object, base: str) -> Wanted:
    if not isinstance(item, dict) or not isinstance(name := item.get("id"), str):
        raise _refuse("has a property without id")
    settings = item.get("settings") or {}
    if not isinstance(settings, dict):
        raise _refuse(f"has settings of the property {name[:_SHOWN]!r} that are no object")
    given = settings.get("limit")
    number = 0 if given in (None, "") else read_number(given)
    if number is None or number < 0:
        raise _refuse(f"has a limit of the property {name[:_SHOWN]!r} that is no number from 0 on")
    return Wanted(shorten_term(name, base), int(min(number, _MOST_VALUES)))


def _refuse(message: str) -> ParameterError:
    return ParameterError(
        f"the parameter extend {message}",
        parameter="extend",
        remedy='send {"ids": ["…"], "properties": [{"id": "…", "settings": {"limit": 3}}]}',
    )


def extend(
    reader: Reader, reconciler: Reconciler, ids: Sequence[str], wanted: Sequence[Wanted]
) -> Json:
    """Returns the values of properties of things, and what the properties are called."""
    rows = {i: _fetch(reader, reconciler, i, wanted) for i in ids}
    known = dict(list_properties(reader))
    meta = []
    for column in wanted:
        described: Json = {"id": column.id, "name": known.get(column.id, column.id)}
        cells = [cell for row in rows.values() for cell in row[column.id]]
        if kind := _find_type(reconciler, cells):
            described["type"] = {"id": kind, "name": reconciler.name_type(kind)}
        meta.append(described)
    return {"meta": meta, "rows": rows}


def list_properties(reader: Reader, types: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Returns identifiers and names of the properties that things of some types have."""
    found: dict[str, str] = {}
    for row in reader.rows("extension-properties"):
        if not types or shorten_term(row.get("class"), reader.base) in types:
            name = shorten_term(row.get("property"), reader.base)
            found[name] = MATCHING_PROPERTIES.get(name) or str(reader.label(row.get("property")))
    return list(found.items())


def _fetch(
    reader: Reader, reconciler: Reconciler, identifier: str, wanted: Sequence[Wanted]
) -> dict[str, list[Json]]:
    values: dict[str, list[Json]] = {column.id: [] for column in wanted}
    thing = reconciler.find_thing(identifier)
    if thing is None:
        return values
    rows = reader.rows("extension", thing=f"{reader.base}id/{thing.id}")
    for row in sorted(rows, key=lambda row: row.get("value")):
        name = shorten_term(row.get("property"), reader.base)
        if name in values:
            cell = _make_cell(reconciler, row.term("value"))
            if cell not in values[name]:
                values[name].append(cell)
    return {
        column.id: values[column.id][: column.limit if column.limit > 0 else None]
        for column in wanted
    }


def _make_cell(reconciler: Reconciler, term: object) -> Json:
    """Returns a value as the API writes it; what it has no type for is a text."""
    if isinstance(term, ox.NamedNode):
        thing = reconciler.find_thing(term.value)
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


def _find_type(reconciler: Reconciler, cells: Sequence[Json]) -> str | None:
    """Returns the type of a column whose values are all things of one."""
    things: list[Named | None] = [reconciler.find_thing(cell.get("id", "")) for cell in cells]
    kinds = {thing.types[0] if thing else "" for thing in things}
    return kinds.pop() if len(kinds) == 1 and "" not in kinds else None
