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
SELECT ?thing ?relation ?value WHERE {
  VALUES ?relation {
    owl:sameAs schema:sameAs lc:locatedAt
    skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch
  }
  ?thing ?relation ?value
}"""
_CODED = """
SELECT ?thing ?relation ?value WHERE {
  ?thing skos:notation ?value ; a schema:Country ; ?relation ?value
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
    """Returns the things that are linked to an identifier in any of its forms; of a thing of
    the release, what it is linked to itself.

    Those that are the same come first. An ISO 3166-1 code is an identifier too.

    Raises:
        ParameterError: it is neither such a code nor an absolute IRI.
        NothingKnown: nothing is linked to it.
    """
    code = find_country_code(identifier)
    if code is not None:
        found = _find_links(store, _CODED, value=ox.Literal(code.upper()))
    else:
        forms = [_node(form) for form in list_equivalents(identifier)]
        found = [link for form in forms for link in _find_links(store, _LINKED, value=form)]
        found += [link for form in forms for link in _find_links(store, _LINKED, thing=form)]
    distinct = sorted(set(found), key=_rank)
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


def _rank(link: Linked) -> tuple[bool, str, str, str]:
    relation = link.relation.value
    return relation != _SAME, relation, link.thing.value, link.value.value


def _find_links(store: Store, query: str, **bound: ox.NamedNode | ox.Literal) -> list[Linked]:
    rows = _ask(store, query, **bound)
    return [Linked(row["thing"], row["relation"], row["value"]) for row in rows]


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
