"""The pages of concepts and their schemes: what a term means and where it is stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import OWL, RDFS, SKOS

from publisher.web.languages import name_language
from publisher.web.reader import Reader, Row, Text
from publisher.web.views.common import Figure, Link, Quote, make_figure, make_link, sort_links

# How a term of this site relates to another's, in words.
_MATCHES = {
    str(SKOS.exactMatch): "the same",
    str(OWL.sameAs): "the same",
    str(SKOS.closeMatch): "close",
    str(SKOS.broadMatch): "broader",
    str(SKOS.narrowMatch): "narrower",
    str(SKOS.relatedMatch): "related",
    str(RDFS.seeAlso): "see also",
}
_LABELS = (str(SKOS.prefLabel), str(SKOS.altLabel))


@dataclass(frozen=True, slots=True)
class Names:
    """What a concept is called in one language, itself named in English."""

    language: str
    preferred: Text
    others: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A city and what it says of a concept."""

    city: Link
    quotes: tuple[Quote, ...] = ()
    things: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ConceptView:
    """Everything that the page of a concept shows."""

    iri: str
    label: Text
    definitions: tuple[Text, ...]
    schemes: tuple[Link, ...]
    broader: tuple[Link, ...]
    narrower: tuple[Link, ...]
    matches: Mapping[str, tuple[str, ...]]
    names: tuple[Names, ...]
    statements: tuple[Statement, ...]
    figures: tuple[tuple[Link, Figure], ...]
    members: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept in its scheme's tree, with the number of cities that state it.

    `names` are those in other languages than English.
    """

    concept: Link
    names: tuple[Text, ...]
    definition: str
    matches: Mapping[str, tuple[str, ...]]
    narrower: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SchemeView:
    """Everything that the page of a concept scheme shows."""

    iri: str
    label: Text
    definitions: tuple[Text, ...]
    size: int
    entries: tuple[Entry, ...]


def view_concept(reader: Reader, iri: str) -> ConceptView:
    """Returns what the page of a concept shows."""
    values: dict[str, list[Row]] = defaultdict(list)
    for row in reader.rows("concept", concept=iri):
        values[row.get("property")].append(row)
    narrower = {row.get("value") for row in values[str(SKOS.narrower)]}
    narrower |= {row.get("narrower") for row in reader.rows("concept-narrower", concept=iri)}
    return ConceptView(
        iri=iri,
        label=reader.label(iri),
        definitions=tuple(row.text("value") for row in values[str(SKOS.definition)]),
        schemes=_links(reader, values[str(SKOS.inScheme)]),
        broader=_links(reader, values[str(SKOS.broader)]),
        narrower=tuple(sort_links(make_link(reader, n) for n in narrower)),
        matches=_matches(values),
        names=_names(values),
        statements=_statements(reader, iri),
        figures=_figures(reader, iri),
        members=tuple(
            sort_links(
                make_link(reader, row.get("city"))
                for row in reader.rows("concept-members", concept=iri)
            )
        ),
    )


def view_scheme(reader: Reader, iri: str) -> SchemeView:
    """Returns what the page of a concept scheme shows."""
    usage = {
        row.get("concept"): row.number("cities") for row in reader.rows("scheme-usage", scheme=iri)
    }
    children: dict[str, dict[str, str]] = defaultdict(dict)
    for row in reader.rows("scheme", scheme=iri):
        children[row.get("broader")].setdefault(row.get("concept"), row.get("definition"))
    more: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in reader.rows("scheme-names", scheme=iri):
        more[row.get("concept")][row.get("property")].append(row)
    about = reader.rows("concept", concept=iri)
    concepts = {concept for level in children.values() for concept in level}
    return SchemeView(
        iri=iri,
        label=reader.label(iri),
        definitions=tuple(
            row.text("value") for row in about if row.get("property") == str(SKOS.definition)
        ),
        size=len(concepts),
        entries=_Tree(reader, children, usage, more).entries("", frozenset()),
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """The concepts of a scheme by broader one, and what is known of each."""

    reader: Reader
    children: Mapping[str, Mapping[str, str]]
    usage: Mapping[str, int]
    more: Mapping[str, Mapping[str, list[Row]]]

    def entries(self, parent: str, above: frozenset[str]) -> tuple[Entry, ...]:
        found = [
            self._entry(concept, definition, above | {concept})
            for concept, definition in self.children.get(parent, {}).items()
            if concept not in above
        ]
        return tuple(sorted(found, key=lambda entry: entry.concept.label.value.casefold()))

    def _entry(self, concept: str, definition: str, above: frozenset[str]) -> Entry:
        values = self.more.get(concept, {})
        texts = [row.text("value") for row in values.get(str(SKOS.prefLabel), ())]
        return Entry(
            make_link(self.reader, concept, self.usage.get(concept, 0)),
            tuple(text for text in texts if text.language),
            definition,
            _matches(values),
            self.entries(concept, above),
        )


def _links(reader: Reader, rows: list[Row]) -> tuple[Link, ...]:
    return tuple(sort_links(make_link(reader, row.get("value")) for row in rows))


def _matches(values: Mapping[str, list[Row]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, words in _MATCHES.items():
        found[words] += [row.get("value") for row in values.get(name, ())]
    return {words: tuple(iris) for words, iris in found.items() if iris}


def _names(values: Mapping[str, list[Row]]) -> tuple[Names, ...]:
    found: dict[str, list[Text]] = defaultdict(list)
    for name in _LABELS:
        for row in values.get(name, ()):
            text = row.text("value")
            found[text.language or "en"].append(text)
    ordered = sorted(found.items(), key=lambda item: (item[0] != "en", item[0]))
    return tuple(Names(name_language(tag), texts[0], tuple(texts[1:])) for tag, texts in ordered)


def _statements(reader: Reader, iri: str) -> tuple[Statement, ...]:
    quotes: dict[str, dict[str, Quote]] = defaultdict(dict)
    for row in reader.rows("concept-passages", concept=iri):
        quote = Quote(row.get("passage"), row.text("text"))
        quotes[row.get("city")].setdefault(quote.iri, quote)
    things: dict[str, dict[str, Link]] = defaultdict(dict)
    for row in reader.rows("concept-things", concept=iri):
        link = make_link(reader, row.get("thing"))
        things[row.get("city")].setdefault(link.iri, link)
    cities = sort_links(make_link(reader, city) for city in {*quotes, *things})
    return tuple(
        Statement(
            city,
            tuple(quotes.get(city.iri, {}).values()),
            tuple(sort_links(things.get(city.iri, {}).values())),
        )
        for city in cities
    )


def _figures(reader: Reader, iri: str) -> tuple[tuple[Link, Figure], ...]:
    found = {}
    for row in reader.rows("concept-observations", concept=iri):
        city = make_link(reader, row.get("city"))
        found[row.get("observation")] = (city, make_figure(row, city))
    return tuple(
        sorted(found.values(), key=lambda pair: (not pair[1].wording, pair[0].label.value))
    )
