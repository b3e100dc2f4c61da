"""A batch of reconciliation queries, read from the JSON of the API's version 0.2. Pure.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.errors import ParameterError
from publisher.name_index import Named
from publisher.vocabulary import PREFIXES

Json = dict[str, Any]

# What a query may say besides the name: where a thing is, and what it is elsewhere.
PLACE_PROPERTIES: Mapping[str, str] = {
    "schema:containedInPlace": "Country",
    "lc:city": "City",
}
SAME_AS = "owl:sameAs"
MATCHING_PROPERTIES: Mapping[str, str] = {
    **PLACE_PROPERTIES,
    SAME_AS: "Identifier in another dataset",
}
MOST_QUERIES = 200
_MOST_RESULTS = 100
_FEW_RESULTS = 10


@dataclass(frozen=True, slots=True)
class Constraint:
    """A property that things are to have, with any of some values."""

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One reconciliation query."""

    text: str = ""
    types: tuple[str, ...] = ()
    strictness: str = "any"
    limit: int = _FEW_RESULTS
    constraints: tuple[Constraint, ...] = field(default=())

    def fits(self, thing: Named) -> bool:
        """Says whether a thing is of the types asked for."""
        if not self.types:
            return True
        chosen = all if self.strictness == "all" else any
        return chosen(name in thing.types for name in self.types)


def shorten_term(iri: str, base: str) -> str:
    """Returns the identifier of a class or property: with a prefix, or below `id/`."""
    if iri.startswith(f"{base}id/"):
        return iri.removeprefix(f"{base}id/")
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and iri != space:
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def parse_batch(text: str, base: str) -> dict[str, Query]:
    """Returns the queries of a batch by their keys.

    Raises:
        ParameterError: the text is no batch as the API has them, or too large.
    """
    batch = load_object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise _refuse("queries", f"has {len(batch)} queries", f"send at most {MOST_QUERIES}")
    return {key: _parse_query(key, value, base) for key, value in batch.items()}


def load_object(text: str, parameter: str) -> Json:
    """Returns the JSON object that a parameter holds.

    Raises:
        ParameterError: it holds none.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refuse(parameter, f"is no JSON ({error})", "send a JSON object") from error
    if not isinstance(value, dict):
        raise _refuse(parameter, "is no JSON object", "send a JSON object")
    return value


def _refuse(parameter: str, message: str, remedy: str) -> ParameterError:
    return ParameterError(
        f"the parameter {parameter} {message}", parameter=parameter, remedy=remedy
    )


def _parse_query(key: str, value: object, base: str) -> Query:
    def fail(what: str, remedy: str) -> ParameterError:
        return _refuse("queries", f"has a query {key[:100]!r} {what}", remedy)

    if not isinstance(value, dict):
        raise fail("that is no object", 'write {"query": "…"}')
    text, types = value.get("query", ""), value.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types is None:
        types = []
    if not isinstance(text, str):
        raise fail("whose query is no text", "write the name as a string")
    if not isinstance(types, list) or not all(isinstance(name, str) for name in types):
        raise fail("whose type is no text", "write one type, or an array of types")
    constraints = _parse_properties(value.get("properties") or [], base)
    if constraints is None:
        raise fail("whose properties cannot be read", 'write [{"pid": "…", "v": "…"}]')
    if "query" not in value and not value.get("properties"):
        raise fail("that asks for nothing", "write query, or properties")
    strictness = value.get("type_strict") or "any"
    if strictness not in ("any", "all", "should"):
        raise fail("with an unknown type_strict", "write any, all or should")
    limit = value.get("limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
        raise fail("whose limit is no number", "write a number")
    return Query(
        text=text,
        types=tuple(shorten_term(name, base) for name in types),
        strictness=strictness,
        limit=_FEW_RESULTS if limit is None else int(min(max(limit, 0), _MOST_RESULTS)),
        constraints=constraints,
    )


def _parse_properties(given: object, base: str) -> tuple[Constraint, ...] | None:
    """Returns the constraints that are understood; None if they are no array of such."""
    constraints = []
    for item in given if isinstance(given, list) else [None]:
        if not isinstance(item, dict) or not isinstance(item.get("pid"), str) or "v" not in item:
            return None
        values = item["v"] if isinstance(item["v"], list) else [item["v"]]
        texts = []
        for value in values:
            raw = value.get("id") if isinstance(value, dict) else value
            if not isinstance(raw, str | int | float):
                return None
            texts.append(str(raw).strip())
        name = shorten_term(item["pid"], base)
        if name in MATCHING_PROPERTIES and any(texts):
            constraints.append(Constraint(name, tuple(filter(None, texts))))
    return tuple(constraints)
