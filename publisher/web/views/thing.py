"""The page of anything that has no page of its own kind: its statements, with labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, RDFS, SKOS

from publisher.vocabulary import LC, SCHEMA
from publisher.web.reader import Reader, Text
from publisher.web.views.common import Link, Quote, group_quotes, make_link

# Shown as heading or as quotation, not again in the table.
_SHOWN_ELSEWHERE = frozenset(
    map(str, (RDFS.label, SKOS.prefLabel, SCHEMA.text, LC.evidence, LC.city, RDF.type))
)
# A page with thousands of rows helps nobody; the machine formats have them all.
MOST_INCOMING = 200


@dataclass(frozen=True, slots=True)
class Property:
    """A property with its values: things as links, literals as text."""

    property: Link
    links: tuple[Link, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ThingView:
    """Everything that the generic page shows. `text` is a passage's own wording."""

    iri: str
    label: Text
    types: tuple[Link, ...]
    city: Link | None
    text: Text | None
    properties: tuple[Property, ...]
    quotes: tuple[Quote, ...]
    incoming: tuple[Property, ...]
    hidden: int


def view_thing(reader: Reader, iri: str) -> ThingView:
    """Returns what the generic page shows of a thing."""
    quads = reader.own.describe(iri)
    outgoing = [q for q in quads if _is(q.subject, iri)]
    incoming = [q for q in quads if _is(q.object, iri) and not _is(q.subject, iri)]
    texts = _objects(outgoing, str(SCHEMA.text))
    shown = [q for q in outgoing if q.predicate.value not in _SHOWN_ELSEWHERE]
    return ThingView(
        iri=iri,
        label=reader.label(iri),
        types=_links(reader, _objects(outgoing, str(RDF.type))),
        city=next(iter(_links(reader, _objects(outgoing, str(LC.city)))), None),
        text=next((_text(t) for t in texts if isinstance(t, ox.Literal)), None),
        properties=_properties(reader, [(q.predicate, q.object) for q in shown]),
        quotes=group_quotes(reader.rows("evidence", thing=iri)).get(iri, ()),
        incoming=_properties(reader, [(q.predicate, q.subject) for q in incoming[:MOST_INCOMING]]),
        hidden=max(0, len(incoming) - MOST_INCOMING),
    )


def _objects(quads: Iterable[ox.Quad], predicate: str) -> list[object]:
    return [q.object for q in quads if q.predicate.value == predicate]


def _links(reader: Reader, terms: Iterable[object]) -> tuple[Link, ...]:
    iris = (term.value for term in terms if isinstance(term, ox.NamedNode))
    return tuple(make_link(reader, iri) for iri in iris)


def _is(term: object, iri: str) -> bool:
    return isinstance(term, ox.NamedNode) and term.value == iri


def _text(literal: ox.Literal) -> Text:
    return Text(literal.value, None if literal.language == "en" else literal.language)


def _properties(
    reader: Reader, pairs: Iterable[tuple[ox.NamedNode, object]]
) -> tuple[Property, ...]:
    links: dict[str, dict[str, Link]] = defaultdict(dict)
    texts: dict[str, list[Text]] = defaultdict(list)
    for predicate, value in pairs:
        if isinstance(value, ox.NamedNode):
            links[predicate.value].setdefault(value.value, make_link(reader, value.value))
        elif isinstance(value, ox.Literal) and _text(value) not in texts[predicate.value]:
            texts[predicate.value].append(_text(value))
    found = [
        Property(
            make_link(reader, name),
            tuple(sorted(links[name].values(), key=lambda link: link.label.value.casefold())),
            tuple(texts[name]),
        )
        for name in {*links, *texts}
    ]
    return tuple(sorted(found, key=lambda p: p.property.label.value.casefold()))
