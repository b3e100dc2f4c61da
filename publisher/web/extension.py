"""Values of properties for things that were reconciled: the API's data extension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.errors import ParameterError, ParameterTooLarge
from publisher.name_index import Named
from publisher.reconcile import name_type
from publisher.reconcile_queries import Json, load_object, read_number
from publisher.web.naming import Service

_MOST_THINGS = 1000
_MOST_VALUES = 1_000_000
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property to fetch, by whatever name, and how many values at most (0: all)."""

    id: str
    limit: int = 0


def parse_extension(text: str) -> tuple[tuple[str, ...], tuple[Wanted, ...]]:
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
    return tuple(ids), tuple(_parse_wanted(item) for item in properties)


def _parse_wanted(item: object) -> Wanted:
    if not isinstance(item, dict) or not isinstance(name := item.get("id"), str):
        raise _refuse("has a property without id")
    settings = item.get("settings") or {}
    if not isinstance(settings, dict):
        raise _refuse(f"has settings of the property {name[:_SHOWN]!r} that are no object")
    given = settings.get("limit")
    number = 0 if given in (None, "") else read_number(given)
    if number is None or number < 0:
        raise _refuse(f"has a limit of the property {name[:_SHOWN]!r} that is no number from 0 on")
    return Wanted(name, int(min(number, _MOST_VALUES)))


def _refuse(message: str) -> ParameterError:
    return ParameterError(
        f"the parameter extend {message}",
        parameter="extend",
        remedy='send {"ids": ["…"], "properties": [{"id": "…", "settings": {"limit": 3}}]}',
    )


def extend(service: Service, ids: Sequence[str], wanted: Sequence[Wanted]) -> Json:
    """Returns the values of properties of things, and what the properties are called. Things
    and properties have the identifiers by which they were asked for."""
    find_thing, space = service.reconciler.lookup.find_thing, service.properties.space
    known = {column.id: space.find(column.id) or column.id for column in wanted}
    rows: dict[str, dict[str, Sequence[Json]]] = {}
    for identifier in ids:
        thing = find_thing(identifier)
        cells = service.properties.find_cells(thing.id) if thing else {}
        rows[identifier] = {c.id: _take(cells, known[c.id], c.limit) for c in wanted}
    meta = []
    for column in wanted:
        name = known[column.id]
        described: Json = {"id": column.id, "name": space.names.get(name, column.id)}
        cells_of_all = [cell for row in rows.values() for cell in row[column.id]]
        if kind := _find_type([find_thing(cell.get("id", "")) for cell in cells_of_all]):
            described["type"] = {"id": kind, "name": name_type(kind)}
        meta.append(described)
    return {"meta": meta, "rows": rows}


def _take(cells: Mapping[str, Sequence[Json]], name: str, limit: int) -> Sequence[Json]:
    return cells.get(name, ())[: limit or None]


def _find_type(things: Sequence[Named | None]) -> str | None:
    """Returns the type of a column whose values are all things of one."""
    kinds = {thing.types[0] if thing else "" for thing in things}
    return kinds.pop() if len(kinds) == 1 and "" not in kinds else None
