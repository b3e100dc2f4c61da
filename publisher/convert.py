"""CityProfile → its profile graph: what the page says, by the terms of the ontology.

What identifies the city is in the network graph (`publisher.identity`): no
triple goes into two graphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from operator import or_

from rdflib import DCTERMS, FOAF, ORG, PROV, RDFS, SKOS, XSD, Graph, Literal, URIRef

from publisher.profile import (
    CityProfile,
    Entity,
    Observation,
    Passage,
    Practice,
    Section,
    Tags,
)
from publisher.quads import new_graph
from publisher.terms import Terms, Unit, Writer, make_integer, make_reference
from publisher.vocabulary import LC, SCHEMA

_LABEL_LENGTH = 80  # characters of a passage shown as its label
_COUNTRY_INDICATORS = frozenset({"gdp-country"})


def convert_profile(profile: CityProfile, terms: Terms) -> Graph:
    """Returns the triples of one profile graph: what the page says of the city."""
    graph = new_graph()
    _ProfileConverter(profile, terms, Writer(graph)).convert()
    return graph


class _ProfileConverter:
    def __init__(self, profile: CityProfile, terms: Terms, writer: Writer) -> None:
        self._profile = profile
        self._terms = terms
        self._w = writer
        self._key = profile.key
        self._city = terms.iris.city(profile.key)
        self._iri = terms.iris.profile(profile.key)
        self._language = profile.page.language
        self._passages: dict[str, URIRef] = {}

    def convert(self) -> None:
        self._page()
        self._sections()
        for observation in self._profile.observations:
            self._observation(observation)
        for entity in self._profile.entities:
            self._entity(entity)
        for practice in self._profile.practices:
            self._practice(practice)
        self._statements()

    def _text(self, text: str) -> Literal:
        return Literal(text, lang=self._language)

    def _passage_iri(self, passage: Passage) -> URIRef:
        iri = self._passages.get(passage.digest)
        if iri is None:
            iri = self._terms.iris.passage(self._key, passage.digest)
            self._passages[passage.digest] = iri
        return iri

    def _page(self) -> None:
        page, source, add = self._profile.page, self._profile.source, self._w.add
        self._w.describe(self._iri, LC.CityProfile, f"Profile of {self._profile.name}")
        add(self._iri, FOAF.primaryTopic, self._city)
        add(self._city, FOAF.isPrimaryTopicOf, self._iri)
        add(self._iri, SCHEMA.text, self._text(page.text))
        add(self._iri, DCTERMS.language, Literal(page.language))
        if page.headline:
            add(self._iri, LC.headline, self._text(page.headline.text))
        if source.address:
            relation = PROV.wasQuotedFrom if source.original else PROV.wasDerivedFrom
            add(self._iri, relation, URIRef(source.address))
        for predicate, date in (
            (DCTERMS.issued, source.issued),
            (DCTERMS.modified, source.modified),
        ):
            if date:
                add(self._iri, predicate, Literal(date.isoformat(), datatype=XSD.date))
        if source.original:
            rights = "The text is the page's own; its rights stay with their holder."
            add(self._iri, DCTERMS.rights, Literal(rights, lang="en"))
        else:
            add(self._iri, DCTERMS.license, URIRef(self._terms.license))

    def _sections(self) -> None:
        tags = {passage.digest: t for passage, t in self._profile.passage_tags}
        for order, passage in enumerate(self._profile.page.all_passages()):
            self._passage(passage, order, tags.get(passage.digest, Tags()))
        self._tags(self._city, reduce(or_, tags.values(), Tags()))
        for passage in self._profile.page.own_passages():
            self._w.add(self._iri, LC.passage, self._passage_iri(passage))
        for order, section in enumerate(self._profile.page.all_sections()):
            self._section(section, order)
        for section in self._profile.page.sections:
            self._w.add(self._iri, LC.section, self._section_iri(section.slug))

    def _section_iri(self, slug: str) -> URIRef:
        return self._terms.iris.section(self._key, slug)

    def _section(self, section: Section, order: int) -> None:
        iri, add, iris = self._section_iri(section.slug), self._w.add, self._terms.iris
        kind = iris.concept("section-kind", section.kind)
        if section.heading:
            self._w.describe(iri, LC.Section, section.heading, self._language)
        else:
            self._w.describe(iri, LC.Section, self._implied_heading(section, str(kind)))
        add(iri, LC.order, make_integer(order))
        add(iri, LC.sectionKind, kind)
        if section.theme:
            add(iri, LC.theme, iris.concept("theme", section.theme))
        add(iri, LC.section, *(self._section_iri(inner.slug) for inner in section.sections))
        add(iri, LC.passage, *(self._passage_iri(passage) for passage in section.passages))

    def _implied_heading(self, section: Section, kind: str) -> str:
        practice = next((p for p in self._profile.practices if p.section == section.slug), None)
        if practice:
            return practice.name
        label = self._terms.labels[kind]
        return label[0].upper() + label[1:]

    def _passage(self, passage: Passage, order: int, tags: Tags) -> None:
        iri, add = self._passage_iri(passage), self._w.add
        words = " ".join(passage.text.split())
        short = words if len(words) <= _LABEL_LENGTH else words[: _LABEL_LENGTH - 1] + "…"
        self._w.describe(iri, LC.Passage, short, self._language)
        add(iri, SCHEMA.text, self._text(passage.text))
        add(iri, LC.order, make_integer(order))
        add(iri, LC.start, make_integer(passage.start))
        add(iri, LC.end, make_integer(passage.end))
        add(iri, LC.city, self._city)
        self._tags(iri, tags)

    def _tags(self, subject: URIRef, tags: Tags) -> None:
        for predicate, concepts in (
            (LC.topic, tags.topics),
            (LC.targetGroup, tags.target_groups),
            (LC.theme, tags.themes),
            (LC.deliveryMode, tags.delivery_modes),
        ):
            self._w.add(subject, predicate, *map(make_reference, concepts))

    def _evidence(self, subject: URIRef, passages: Iterable[Passage]) -> None:
        self._w.add(subject, LC.evidence, *(self._passage_iri(p) for p in passages))

    def _observation(self, observation: Observation) -> None:
        iris, add = self._terms.iris, self._w.add
        slug = observation.indicator + ("-in-text" if observation.approximate else "")
        iri = iris.observation(self._key, slug)
        indicator = iris.concept("indicator", observation.indicator)
        label = self._terms.labels[str(indicator)]
        label = f"{label[0].upper()}{label[1:]} of {self._profile.name}"
        self._w.describe(
            iri, SCHEMA.Observation, label + (", from the text" if observation.approximate else "")
        )
        of_country = observation.indicator in _COUNTRY_INDICATORS
        about = iris.country(self._key.country) if of_country else self._city
        add(iri, SCHEMA.observationAbout, about)
        add(iri, SCHEMA.variableMeasured, indicator)
        add(iri, LC.city, self._city)
        add(iri, LC.reported, Literal(observation.reported))
        add(
            iri,
            LC.approximate,
            Literal(observation.approximate) if observation.approximate else None,
        )
        if observation.reported:
            add(iri, LC.reportedAs, Literal(observation.reported_as))
            add(iri, SCHEMA.value, _number(observation.value))
            add(iri, SCHEMA.minValue, _decimal(observation.minimum))
            add(iri, SCHEMA.maxValue, _decimal(observation.maximum))
            unit = self._terms.units.get(observation.indicator, Unit(None, None))
            add(iri, SCHEMA.unitText, Literal(unit.text) if unit.text else None)
            add(iri, SCHEMA.unitCode, Literal(unit.code) if unit.code else None)
        self._evidence(iri, [observation.evidence])

    def _describe_named(self, iri: URIRef, type_: URIRef, name: str) -> None:
        """A name is the same in English: it gets that label, and one in the page's language."""
        self._w.describe(iri, type_, name)
        self._w.add(iri, RDFS.label, self._text(name))

    def _entity(self, entity: Entity) -> None:
        iri, add = self._terms.iris.entity(self._key, entity.slug), self._w.add
        if entity.is_organization:
            self._describe_named(iri, ORG.Organization, entity.name)
            add(iri, ORG.classification, URIRef(entity.type))
        else:
            self._describe_named(iri, LC.Initiative, entity.name)
            add(iri, LC.initiativeType, URIRef(entity.type))
            add(self._city, LC.initiative, iri)
        add(iri, LC.city, self._city)
        add(iri, SKOS.altLabel, Literal(entity.acronym) if entity.acronym else None)
        if entity.part_of:
            add(iri, DCTERMS.isPartOf, self._terms.iris.entity(self._key, entity.part_of))
        if entity.provider:
            add(iri, SCHEMA.provider, self._terms.iris.entity(self._key, entity.provider))
        self._tags(iri, entity.tags)
        self._evidence(iri, entity.evidence)

    def _practice(self, practice: Practice) -> None:
        iri, add = self._terms.iris.practice(self._key, practice.slug), self._w.add
        self._describe_named(iri, LC.GoodPractice, practice.name)
        add(iri, LC.city, self._city)
        about = next((e for e in self._profile.entities if e.slug == practice.about), None)
        if about:
            relation = DCTERMS.relation if about.is_organization else LC.initiative
            add(iri, relation, self._terms.iris.entity(self._key, about.slug))
        self._tags(iri, practice.tags)
        self._evidence(iri, practice.evidence)

    def _statements(self) -> None:
        profile, iris, add = self._profile, self._terms.iris, self._w.add
        for designation in profile.designations:
            add(self._city, LC.designation, self._text(designation.text))
            self._evidence(self._city, [designation.evidence])
        if profile.page.title:
            self._evidence(self._city, [profile.page.title])
        for passage, slug in profile.mentions:
            add(self._passage_iri(passage), LC.mentions, iris.entity(self._key, slug))
        for passage, key in profile.mentioned_cities:
            add(self._passage_iri(passage), LC.mentions, iris.city(key))


def _number(value: Decimal | None) -> Literal | None:
    """An exact figure: an integer where it has no fraction, else a decimal."""
    if value is None or value % 1:
        return _decimal(value)
    return Literal(int(value))


def _decimal(value: Decimal | None) -> Literal | None:
    return None if value is None else Literal(f"{value:f}", datatype=XSD.decimal)
