"""Saved queries as values, and what callers give for their parameters. Pure.

The terms are those of https://www.w3.org/TR/shacl-af/ (sections 5 and 8); the graph
is written and read by `publisher.executables`, a site's files by `publisher.query_files`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rdflib import XSD, Literal, URIRef

from publisher import sparql_binding
from publisher.errors import ParameterError
from publisher.quads import to_term
from publisher.vocabulary import PREFIXES

Value = URIRef | Literal

_LEXICAL = {
    XSD.string: r".*",
    XSD.integer: r"[+-]?[0-9]+",
    XSD.decimal: r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    XSD.boolean: r"true|false",
    XSD.gYear: r"-?[0-9]{4,}",
    XSD.date: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
_EXAMPLES = {
    XSD.integer: "a whole number such as 12",
    XSD.decimal: "a number such as 1.5",
    XSD.boolean: "true or false",
    XSD.gYear: "a year such as 2024",
    XSD.date: "a date such as 2024-02-29",
}
DATATYPES: tuple[URIRef, ...] = tuple(_LEXICAL)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_NOT_IN_PATH = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a parameter takes: literals of a datatype, things of a class, or any IRI.

    Things of a class may have to have a property, `path`, and there may be one `value`
    that it must have.
    """

    datatype: URIRef | None = None
    class_: URIRef | None = None
    path: URIRef | None = None
    value: URIRef | None = None

    @property
    def example(self) -> str:
        """What a value is, in words."""
        if self.datatype is not None:
            return _EXAMPLES.get(self.datatype, "a text")
        return "an IRI, or what follows /id/ in an IRI of this site"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a saved query that callers may give a value.

    One that is `optional` may be left out and then stands for anything; one with a
    default then has that.
    """

    name: str
    description: str
    kind: Kind
    default: Value | None = None
    optional: bool = False

    @property
    def is_required(self) -> bool:
        return self.default is None and not self.optional


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query of a site. `form` is SELECT, ASK or CONSTRUCT; `text` runs anywhere."""

    name: str
    title: str
    description: str
    form: str
    text: str
    parameters: tuple[Parameter, ...] = ()

    @property
    def defaults(self) -> dict[str, Value]:
        """The values of those parameters that have a default."""
        return {p.name: p.default for p in self.parameters if p.default is not None}

    def bind(self, arguments: Mapping[str, Value]) -> str:
        """Returns the query with values for parameters."""
        terms = {name: str(to_term(value)) for name, value in arguments.items()}
        return sparql_binding.bind(self.text, terms)


def parse_value(text: str, kind: Kind, base: str) -> Value:
    """Returns the value that a text stands for.

    Args:
        base: the site's; a text that is no IRI is one below its `id/`.

    Raises:
        ValueError: it is not of that kind; the message is what would be.
    """
    if kind.datatype is not None:
        if not _is_lexical(text, kind.datatype):
            raise ValueError(kind.example)
        if kind.datatype == XSD.string:
            return Literal(text)  # rdflib keeps the two apart
        return Literal(text, datatype=kind.datatype, normalize=False)
    iri = text if _IRI.fullmatch(text) else f"{base}id/{text.removeprefix('id/')}"
    if iri != text and _NOT_IN_PATH.search(text):
        raise ValueError(kind.example)
    try:
        to_term(URIRef(iri))
    except ValueError as error:
        raise ValueError(kind.example) from error
    return URIRef(iri)


def _is_lexical(text: str, datatype: URIRef) -> bool:
    """Says whether a text is in the lexical space of a datatype of XML Schema."""
    if re.fullmatch(_LEXICAL[datatype], text, re.DOTALL) is None:
        return False
    if datatype == XSD.date:
        try:
            dt.date.fromisoformat(text)
        except ValueError:
            return False
    return True


def parse_arguments(
    query: SavedQuery,
    given: Iterable[tuple[str, str]],
    base: str,
    holds: Callable[[str], bool],
) -> dict[str, Value]:
    """Returns the values of a query's parameters, defaults included.

    Args:
        given: names and texts; a blank text counts as none (a form sends it).
        base: the site's base IRI.
        holds: answers an ASK query, to see that a thing is of its class.

    Raises:
        ParameterError: one is unknown, missing, given twice or of a wrong value.
    """
    parameters = {parameter.name: parameter for parameter in query.parameters}
    values: dict[str, Value] = {}
    for name, text in given:
        parameter = parameters.get(name)
        if parameter is None:
            raise _unknown(query, name)
        if not text.strip():
            continue
        if name in values:
            raise ParameterError(
                f"the parameter {name} is given twice",
                parameter=name,
                remedy="give it one value",
            )
        values[name] = _parse_argument(query.name, parameter, text, base, holds)
    for name, parameter in parameters.items():
        if name not in values and parameter.is_required:
            raise ParameterError(
                f"the parameter {name} has no value",
                parameter=name,
                remedy=f"give it one: {name}=…, {parameter.kind.example}",
            )
    return query.defaults | values


def _unknown(query: SavedQuery, name: str) -> ParameterError:
    names = ", ".join(parameter.name for parameter in query.parameters)
    return ParameterError(
        f"the query {query.name} has no parameter {name[:100]!r}",
        parameter=name[:100],
        remedy=f"its parameters are {names}" if names else "it takes none",
    )


def _parse_argument(
    query: str, parameter: Parameter, text: str, base: str, holds: Callable[[str], bool]
) -> Value:
    name, kind = parameter.name, parameter.kind
    try:
        value = parse_value(text, kind, base)
    except ValueError as error:
        raise ParameterError(
            f"{text[:100]!r} is no value for the parameter {name}",
            parameter=name,
            remedy=f"give it {error}",
        ) from error
    if kind.class_ is not None and not holds(f"ASK {{ {_state(kind, value.n3())} }}"):
        raise ParameterError(
            f"{text[:100]!r} is no value for the parameter {name}: "
            f"there is no such {name_kind(kind)}",
            parameter=name,
            remedy=f"/query/{query} of a server lists the values",
        )
    return value


def write_choices_query(kind: Kind) -> str | None:
    """Returns a query for every `?value` that a parameter takes, None where none are listed."""
    if kind.class_ is None:
        return None
    return f"SELECT DISTINCT ?value WHERE {{ {_state(kind, '?value')} }}"


def _state(kind: Kind, subject: str) -> str:
    """A pattern that holds of a thing of the class, and with the property, of a kind."""
    pattern = "" if kind.class_ is None else f"{subject} a {kind.class_.n3()} . "
    if kind.path is not None:
        pattern += f"{subject} {kind.path.n3()} {'?any' if kind.value is None else kind.value.n3()}"
    return pattern


def name_kind(kind: Kind) -> str:
    """Returns a kind as the header of a file states it."""
    words = _shorten(kind.datatype or kind.class_) if kind.datatype or kind.class_ else "iri"
    if kind.path is not None:
        words += f" with {_shorten(kind.path)}"
    if kind.value is not None:
        words += f" {_shorten(kind.value)}"
    return words


def _shorten(iri: URIRef | None) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri is not None and iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"
