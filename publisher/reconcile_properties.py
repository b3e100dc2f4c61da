"""What a reconciliation query says of a thing besides its name, compared with the thing. Pure.

Values are compared by keys: what two ways of writing a value have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from publisher.lookup import COUNTRY, Lookup, list_forms
from publisher.name_index import Named
from publisher.reconcile_queries import SAME_AS, Constraint, read_number
from publisher.schema_space import SchemaSpace
from publisher.spelling import spell

WITHIN, CITY = "schema:containedInPlace", "lc:city"
_LEARNING_CITY = "lc:LearningCity"

# The kind of a value, and what it is compared by.
Key = tuple[str, object]
# Whether a thing is as a query says; None where that cannot be told.
Judgement = bool | None


class Properties(Protocol):
    """The properties of things, and their values."""

    @property
    def space(self) -> SchemaSpace:
        """The properties by whatever they are called."""

    def get_keys(self, name: str) -> Mapping[str, Collection[Key]]:
        """Returns the keys of a property's values, by thing."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A constraint as it is understood.

    Args:
        property: the identifier of the property, None for one that nothing has.
        judge: tells whether a thing is as the constraint says.
        identified: the things that it means whatever they are called.
    """

    property: str | None
    judge: Callable[[Named], Judgement]
    identified: frozenset[str] = frozenset()


def make_thing_key(identifier: str) -> Key:
    """Returns the key of a value that is a thing of the site."""
    return "thing", identifier


def make_iri_key(iri: str) -> Key:
    """Returns the key of a value that is a thing elsewhere."""
    return "iri", iri


def make_number_key(number: float) -> Key:
    """Returns the key of a value that is a number."""
    return "number", number


def make_text_key(text: str) -> Key:
    """Returns the key of a value that is a text."""
    return "text", spell(text)


def understand(constraint: Constraint, lookup: Lookup, properties: Properties) -> Condition:
    """Returns what a constraint asks of things.

    A property that nothing has, and a value that names nothing known, can be told of no
    thing: neither that it is so nor that it is not.
    """
    name = properties.space.find(constraint.property)
    if name is None:
        return Condition(None, lambda thing: None)
    if name == SAME_AS:
        ids = _find(constraint, lookup, lambda text: {t.id for t in lookup.find_linked(text)})
        return Condition(name, lambda thing: thing.id in ids if ids else None, ids)
    if name == WITHIN:
        ids = _find(constraint, lookup, lambda text: lookup.find_places(text, COUNTRY))
        return Condition(name, lambda thing: _lies_in(ids, (thing.id, *thing.places)))
    if name == CITY:
        ids = _find(constraint, lookup, lambda text: lookup.find_places(text, _LEARNING_CITY))
        return Condition(name, lambda thing: _lies_in(ids, thing.places))
    wanted = {
        key for value in constraint.values for text in value for key in _make_keys(text, lookup)
    }
    return Condition(name, lambda thing: _has(wanted, properties.get_keys(name).get(thing.id, ())))


def _find(
    constraint: Constraint, lookup: Lookup, find: Callable[[str], set[str]]
) -> frozenset[str]:
    """Returns what the values name: the identifier, if it is one of the site, else the name
    beside it; an identifier may be a number of some other service, and a code by chance."""
    found: set[str] = set()
    for value in constraint.values:
        if own := lookup.find_thing(value[0]):
            found.add(own.id)
        else:
            found |= next(filter(None, map(find, reversed(value))), set())
    return frozenset(found)


def _lies_in(ids: frozenset[str], places: Collection[str]) -> Judgement:
    return not ids.isdisjoint(places) if ids else None


def _make_keys(text: str, lookup: Lookup) -> set[Key]:
    """Returns the keys of all values that a text may mean."""
    number = read_number(text)
    return {
        make_text_key(text),
        *map(make_thing_key, lookup.find_all(text)),
        *map(make_iri_key, list_forms(text)),
        *(() if number is None else (make_number_key(number),)),
    }


def _has(wanted: Collection[Key], values: Collection[Key]) -> Judgement:
    """Says whether one of the values is wanted; what is of another kind than the values, as
    a name that names nothing among things, cannot be told."""
    if any(value in wanted for value in values):
        return True
    kinds = {kind for kind, _ in wanted} & {kind for kind, _ in values}
    return False if kinds else None
