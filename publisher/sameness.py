"""What a release knows of things that others have identifiers for.

Links are stored as they were found, in one form; people ask in whatever form they have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from publisher.errors import ParameterError, PublisherError
from publisher.identifiers import find_country_code, list_equivalents
from publisher.query_text import WHOLE
from publisher.store import Store
from publisher.vocabulary import PREFIXES

_LINKED = """
SELECT ?thing ?relation ?iri WHERE {
  VALUES ?relation {
    owl:sameAs schema:sameAs lc:locatedAt
    skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch
  }
  ?thing ?relation ?iri
}"""
_CODED = """
SELECT ?thing ?relation ?iri WHERE {
  ?thing skos:notation ?iri ; a schema:Country ; ?relation ?iri
}"""
_DESCRIBED = """
SELECT ?thing ?property ?value WHERE {
  VALUES ?property { rdf:type rdfs:label skos:prefLabel }
  ?thing ?property ?value
}"""
_SAME = f"{PREFIXES['owl']}sameAs"


class NothingKnown(PublisherError):
    """No thing of the release is linked to an identifier."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing of the release, and the statement that links it to an identifier."""

    thing: ox.NamedNode
    relation: ox.NamedNode
    value: ox.NamedNode | ox.Literal


def find_linked(store: Store, identifier: str) -> list[Linked]:
    """Returns the things that are linked to an identifier in any of its forms.

    Those that are the same come first. `iso:` and an ISO 3166-1 code is an identifier too.

    Raises:
        ParameterError: it is no absolute IRI.
        NothingKnown: nothing is linked to it.
    """
    forms = list_equivalents(identifier)
    code = find_country_code(identifier)
    if code is not None:
        found = _find_links(store, _CODED, ox.Literal(code.upper()))
    else:
        found = [link for form in forms for link in _find_links(store, _LINKED, _node(form))]
    distinct = sorted(
        set(found), key=lambda x: (x.relation.value != _SAME, x.relation.value, x.thing.value)
    )
    if not distinct:
        raise NothingKnown(
            "Nothing here is linked to that identifier.",
            where=identifier.strip()[:200],
            remedy="Look for the thing by its name: the reconciliation service, or SPARQL.",
        )
    return distinct


def list_triples(store: Store, found: Iterable[Linked]) -> list[ox.Triple]:
    """Returns the links, with classes and labels of the things that are linked."""
    triples = dict.fromkeys(ox.Triple(x.thing, x.relation, x.value) for x in found)
    for thing in {triple.subject: None for triple in triples}:
        for row in _ask(store, _DESCRIBED, thing=thing):
            triples[ox.Triple(thing, row["property"], row["value"])] = None
    return list(triples)


def _find_links(store: Store, query: str, value: ox.NamedNode | ox.Literal) -> list[Linked]:
    rows = _ask(store, query, iri=value)
    return [Linked(row["thing"], row["relation"], value) for row in rows]


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise ParameterError(
            f"the parameter iri is no IRI: {error}", parameter="iri", remedy="correct it"
        ) from error


def _ask(store: Store, query: str, **bound: Any) -> Iterable[Any]:
    found = store.query(query, substitutions=bound, dialect=WHOLE)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("these are SELECT queries")
    return found
