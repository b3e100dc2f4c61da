"""The named initiatives, bodies and good practices of a page, each with every sentence
that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.iris import mint_slug
from publisher.names import Name, NameFinder
from publisher.profile import (
    Entity,
    Page,
    Passage,
    PassageKind,
    Practice,
    Problem,
    Section,
    Tags,
    normalise_text,
)
from publisher.statements import find_parts, find_provider

_LABEL_WORDS = 8


@dataclass(slots=True)
class _Found:
    """An entity while its evidence is being collected."""

    name: Name
    evidence: list[Passage] = field(default_factory=list)
    tags: Tags = field(default_factory=Tags)
    part_of: str | None = None
    provider: str | None = None

    def add(self, passages: Iterable[Passage], tags: Mapping[str, Tags]) -> None:
        for passage in passages:
            if passage not in self.evidence:
                self.evidence.append(passage)
            self.tags |= tags.get(passage.digest, Tags())


class Entities:
    """Collects the named things of a page, with every passage that names them."""

    def __init__(
        self,
        page: Page,
        names: Mapping[str, Sequence[Name]],
        tags: Mapping[str, Tags],
        finder: NameFinder,
    ) -> None:
        self._page = page
        self._names = names
        self._slugs = {digest: {name.slug for name in own} for digest, own in names.items()}
        self._tags = tags
        self._finder = finder
        self._sentences = [
            (passage, text := normalise_text(passage.text), text.casefold())
            for passage in page.all_passages()
            if passage.kind is PassageKind.SENTENCE
        ]
        self._found: dict[str, _Found] = {}
        self._practices: dict[str, Practice] = {}
        self._problems: list[Problem] = []

    def collect(self) -> tuple[tuple[Entity, ...], tuple[Practice, ...], list[Problem]]:
        for found_names in self._names.values():
            for name in found_names:
                self._note(name)
        for section in self._page.all_sections():
            if section.kind == "good-practice":
                self._practice(section)
        for found in self._found.values():
            found.add(self._naming(found.name), self._tags)
        self._relate()
        entities = tuple(
            Entity(
                slug=slug,
                name=found.name.text,
                is_organization=found.name.is_organization,
                type=found.name.type,
                evidence=tuple(sorted(found.evidence, key=lambda p: p.start)),
                tags=found.tags,
                acronym=found.name.acronym,
                part_of=found.part_of,
                provider=found.provider,
            )
            for slug, found in sorted(self._found.items())
            if found.evidence
        )
        return entities, tuple(self._practices.values()), self._problems

    def _note(self, name: Name) -> _Found:
        found = self._found.setdefault(name.slug, _Found(name))
        if name.acronym and not found.name.acronym:
            found.name = name
        return found

    def _naming(self, name: Name) -> list[Passage]:
        """The sentences that contain a name or its acronym."""
        wanted = normalise_text(name.text).casefold()
        pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
        acronym = re.compile(rf"(?<!\w){re.escape(name.acronym)}(?!\w)") if name.acronym else None
        naming = []
        for passage, text, folded in self._sentences:
            if (
                (wanted in folded and pattern.search(folded))
                or name.slug in self._slugs.get(passage.digest, ())
                or (acronym and acronym.search(text))
            ):
                naming.append(passage)
        return naming

    def _practice(self, section: Section) -> None:
        if not section.passages:
            self._problems.append(
                Problem(
                    self._page.source,
                    None,
                    f"the good practice {section.heading!r} has no text and is left out",
                )
            )
            return
        body = " ".join(passage.text for passage in section.passages)
        about = self._finder.find_title(section.heading, body) if section.heading else None
        if about is None:
            about = next((n for p in section.passages for n in self._names[p.digest]), None)
        elif about.slug not in self._found:
            self._note(about).add(section.passages, self._tags)
        if about:
            found = self._found[about.slug]
            for passage in section.passages:
                found.tags |= self._tags.get(passage.digest, Tags())
        name = section.heading or (about.text if about else _first_words(body))
        slug = mint_slug(section.heading) or (about.slug if about else section.slug)
        tags = Tags()
        for passage in section.passages:
            tags |= self._tags.get(passage.digest, Tags())
        while slug in self._practices:
            slug += "-2"
        self._practices[slug] = Practice(
            slug, name, section.slug, section.passages, about.slug if about else None, tags
        )

    def _relate(self) -> None:
        for passage in self._page.all_passages():
            names = self._names.get(passage.digest, ())
            for whole, part in find_parts(passage.text, names):
                self._found[part.slug].part_of = whole.slug
            for initiative, body in find_provider(passage.text, names):
                self._found[initiative.slug].provider = body.slug


def _first_words(text: str) -> str:
    words = text.split()
    return " ".join(words[:_LABEL_WORDS]) + ("…" if len(words) > _LABEL_WORDS else "")
