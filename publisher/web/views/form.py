"""The form of a saved query: a field for each parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import XSD, URIRef

from publisher.saved_queries import (
    Kind,
    Parameter,
    SavedQuery,
    Value,
    parse_value,
    write_choices_query,
)
from publisher.web.reader import Reader, Text

# A longer list helps nobody to choose; the parameter becomes a text field.
MOST_CHOICES = 1_000

_INPUTS = {XSD.integer: "number", XSD.gYear: "number", XSD.date: "date"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing that a parameter takes; `value` is how the address names it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: a list where there are `choices`, else of `input` type."""

    name: str
    label: str
    value: str
    input: str
    hint: str
    is_required: bool
    has_default: bool
    choices: tuple[Choice, ...]


def view_form(reader: Reader, query: SavedQuery, given: Mapping[str, str]) -> tuple[Field, ...]:
    """Returns the fields of a query; `given` has the texts that are in them by name."""
    return tuple(
        _make_field(reader, parameter, given.get(parameter.name, ""))
        for parameter in query.parameters
    )


def _make_field(reader: Reader, parameter: Parameter, value: str) -> Field:
    kind = parameter.kind
    return Field(
        name=parameter.name,
        label=parameter.description,
        value=value,
        input="text" if kind.datatype is None else _INPUTS.get(kind.datatype, "text"),
        hint="" if kind.datatype == XSD.string and not parameter.optional else kind.example,
        is_required=parameter.is_required,
        has_default=parameter.default is not None,
        choices=_find_choices(reader, kind),
    )


def _find_choices(reader: Reader, kind: Kind) -> tuple[Choice, ...]:
    if kind.datatype == XSD.boolean:
        return (Choice("true", Text("yes")), Choice("false", Text("no")))
    query = write_choices_query(kind)
    found = None if query is None else reader.store.query(query)
    if not isinstance(found, ox.QuerySolutions):
        return ()
    iris = [row[0].value for row in found if isinstance(row[0], ox.NamedNode)]
    if len(iris) > MOST_CHOICES:
        return ()
    choices = (Choice(iri.removeprefix(f"{reader.base}id/"), reader.label(iri)) for iri in iris)
    return tuple(sorted(choices, key=lambda choice: choice.label.value.casefold()))


def shorten_value(value: Value, base: str) -> str:
    """Returns a value as an address names it: a thing of the site by what follows `id/`."""
    short = str(value).removeprefix(f"{base}id/")
    is_short = isinstance(value, URIRef) and parse_value(short, Kind(), base) == value
    return short if is_short else str(value)
