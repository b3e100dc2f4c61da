"""Page → CityProfile: which city, which figures, names, people and subjects.

Everything found carries the passage that says so; what a page states and the
model has no place for becomes a `Problem`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.entities import Entities
from publisher.figures import find_population, parse_figure
from publisher.iris import CityKey, mint_slug
from publisher.lexicon import Lexicon, Match
from publisher.names import Name, NameFinder
from publisher.nouns import Nouns
from publisher.page import Reader
from publisher.profile import (
    CityProfile,
    Designation,
    Entity,
    Fact,
    Observation,
    Page,
    PageSource,
    Passage,
    PassageKind,
    Problem,
    Tags,
)
from publisher.statements import find_designations, find_joining_year
from publisher.structure import slug_of

TAG_SCHEMES = ("topic", "target-group", "delivery-mode")
_INDICATORS_IN_TEXT = "population-in-text"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The names and labels found in a page's passages, by digest of the passage. Their
    offsets are those of the passage's text; labels within a name are left out."""

    names: Mapping[str, Sequence[Name]]
    matches: Mapping[str, Sequence[Match]]


def recognise(page: Page, reader: Reader) -> tuple[Recognised, NameFinder]:
    """Returns what is found in the sentences and the headline of a page, and the finder
    of names it was found with."""
    key = reader.members.key(page.city_name, page.country)
    countries = _country_names(page, reader)
    places = frozenset({mint_slug(page.city_name), key.city}) | reader.members.slugs | countries
    finder = NameFinder(Nouns(reader.lexicon, page.language, places, countries))
    names: dict[str, Sequence[Name]] = {}
    matches: dict[str, Sequence[Match]] = {}
    for passage in page.all_passages():
        if passage.kind is PassageKind.SENTENCE:
            names[passage.digest] = finder.find(passage.text)
        if passage.kind in (PassageKind.SENTENCE, PassageKind.HEADLINE):
            found = reader.lexicon.match(passage.text, page.language)
            own = names.get(passage.digest, ())
            matches[passage.digest] = [m for m in found if not _in_name(m, own)]
    return Recognised(names, matches), finder


def extract_profile(page: Page, source: PageSource, reader: Reader) -> CityProfile:
    """Returns what a page states.

    Args:
        page: the page as read.
        source: what the site's table says of it.
        reader: the lexicon, countries and members that the page was read with.
    """
    key = reader.members.key(page.city_name, page.country)
    recognised, finder = recognise(page, reader)
    names = recognised.names
    tags = _tag_passages(page, recognised.matches, reader.lexicon)
    entities, practices, practice_problems = Entities(page, names, tags, finder).collect()
    observations, fact_problems = _observe(page)
    return CityProfile(
        key=key,
        name=page.city_name,
        page=page,
        source=source,
        observations=observations,
        entities=entities,
        practices=practices,
        designations=_designations(page, recognised.matches),
        passage_tags=tuple((p, tags[p.digest]) for p in page.all_passages() if p.digest in tags),
        mentions=_mentions(entities),
        mentioned_cities=_mentioned_cities(page, key, names, reader),
        member_since=_joined(page),
        award_years=tuple(_years(page, "city-award")),
        problems=tuple(
            sorted((*page.problems, *fact_problems, *practice_problems), key=lambda p: p.line or 0)
        ),
    )


def _country_names(page: Page, reader: Reader) -> frozenset[str]:
    if not page.country:
        return frozenset()
    names = (reader.countries.label(page.country), reader.countries.short_label(page.country))
    return frozenset(map(mint_slug, names))


# -- figures -----------------------------------------------------------------


def _observe(page: Page) -> tuple[tuple[Observation, ...], list[Problem]]:
    observations: dict[str, Observation] = {}
    problems: list[Problem] = []
    for fact in page.facts:
        if fact.label in ("member-since", "city-award", "mayor", "focal-point"):
            continue
        observation = _observation(fact)
        if fact.value and not observation.reported:
            problems.append(
                Problem(page.source, fact.line, f"no figure understood in {fact.value!r}")
            )
        known = observations.get(fact.label)
        if known and known.reported:
            problems.append(
                Problem(page.source, fact.line, f"the label {fact.label} stands here again")
            )
        else:
            observations[fact.label] = observation
    in_text = _population_in_text(page) if page.language == "en" else None
    if in_text:
        observations[_INDICATORS_IN_TEXT] = in_text
    return tuple(observations.values()), problems


def _observation(fact: Fact) -> Observation:
    figure = parse_figure(fact.label, fact.value)
    return Observation(
        indicator=fact.label,
        evidence=fact.passage,
        reported_as=fact.value,
        value=figure.value,
        minimum=figure.minimum,
        maximum=figure.maximum,
    )


def _population_in_text(page: Page) -> Observation | None:
    for passage in page.all_passages():
        found = find_population(passage.text) if passage.kind is PassageKind.SENTENCE else None
        if found:
            printed, figure = found
            return Observation(
                indicator="population",
                evidence=passage,
                reported_as=printed,
                value=figure.value,
                minimum=figure.minimum,
                maximum=figure.maximum,
                approximate=True,
            )
    return None


def _years(page: Page, label: str) -> Iterator[tuple[int, Passage]]:
    for fact in page.facts:
        if fact.label == label:
            for year in re.findall(r"\b20\d\d\b", fact.value):
                yield int(year), fact.passage


def _joined(page: Page) -> tuple[int | None, Passage | None]:
    for year, passage in _years(page, "member-since"):
        return year, passage
    for passage in page.all_passages():
        if passage.kind is PassageKind.SENTENCE and (stated := find_joining_year(passage.text)):
            return stated, passage
    return None, page.title


# -- people and subjects -------------------------------------------------------


def _tag_passages(
    page: Page, matches: Mapping[str, Sequence[Match]], lexicon: Lexicon
) -> dict[str, Tags]:
    tags: dict[str, Tags] = {}
    if page.headline:
        tags[page.headline.digest] = _tags(matches[page.headline.digest])
    for section in page.all_sections():
        theme = lexicon.concept_of("theme", section.theme) if section.theme else None
        themes = Tags(themes=frozenset({theme} if theme else ()))
        for passage in section.passages:
            tags[passage.digest] = _tags(matches[passage.digest]) | themes
    return tags


def _in_name(match: Match, names: Iterable[Name]) -> bool:
    """A word within a name says nothing about people or subjects, but what a named
    initiative is: a `Festival of Learning` is a festival. A body's name says nothing at
    all: not everything a `Literacy School` does is done in a school."""
    return any(
        name.start <= match.start
        and match.end <= name.end
        and (name.is_organization or slug_of(match.concept) != slug_of(name.type))
        for name in names
    )


def _tags(matches: Iterable[Match]) -> Tags:
    found: dict[str, set[str]] = defaultdict(set)
    for match in matches:
        found[match.scheme].add(match.concept)
    return Tags(
        topics=frozenset(found["topic"]),
        target_groups=frozenset(found["target-group"]),
        delivery_modes=frozenset(found["delivery-mode"]),
    )


# -- names and titles -----------------------------------------------------------


def _mentions(entities: Iterable[Entity]) -> tuple[tuple[Passage, str], ...]:
    return tuple((passage, entity.slug) for entity in entities for passage in entity.evidence)


def _designations(page: Page, matches: Mapping[str, Sequence[Match]]) -> tuple[Designation, ...]:
    found: dict[str, Designation] = {}
    for passage in page.all_passages():
        if passage.kind is PassageKind.SENTENCE and page.language == "en":
            for text in find_designations(passage.text, page.city_name, matches[passage.digest]):
                found.setdefault(text, Designation(text, passage))
    return tuple(found.values())


def _mentioned_cities(
    page: Page, key: CityKey, names: Mapping[str, Sequence[Name]], reader: Reader
) -> tuple[tuple[Passage, CityKey], ...]:
    """Other members that a sentence speaks of, by a name only one member has."""
    found: list[tuple[Passage, CityKey]] = []
    for passage in page.all_passages():
        if passage.kind is not PassageKind.SENTENCE:
            continue
        taken = [(n.start, n.end) for n in names.get(passage.digest, ())]
        for start, end, other in reader.members.find_in(passage.text):
            inside = any(a < end and start < b for a, b in taken)
            if other != key and not inside and (passage, other) not in found:
                found.append((passage, other))
    return tuple(found)
