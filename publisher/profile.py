"""The values that travel from page to graph. All frozen; offsets count code points.

`Page` is what the reader makes of a file: its text as kept, cut into sections
and passages. `CityProfile` is what the extractor understands of a page.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from publisher.iris import CityKey


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a page says that did not reach the graph, or not as it stands.

    `line` counts from 1 in the page as it was read, None where none is meant.
    """

    source: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.source}, line {self.line}" if self.line else self.source
        return f"{place}: {self.message}"


def normalise_text(text: str) -> str:
    """Returns the form of a text that decides whether two passages are the same.

    NFKC (so no-break spaces become spaces), one kind of apostrophe, quotation
    mark and hyphen, white space folded.
    """
    # Folded first: NFKC makes a space and a combining accent of `´`.
    folded = unicodedata.normalize("NFKC", text.translate(_FOLD))
    return " ".join(folded.split())


_FOLD = str.maketrans(
    {"‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "\u00ad": None}
)


def passage_digest(text: str) -> str:
    """Returns the first 12 hex digits of the SHA-256 of the normalised text."""
    return hashlib.sha256(normalise_text(text).encode()).hexdigest()[:12]


class PassageKind(Enum):
    """Where in the page form a passage stands."""

    TITLE = "title"
    FACT = "fact"
    HEADLINE = "headline"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, list item or fact line. `Page.text[start:end] == text`."""

    digest: str
    kind: PassageKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part. `kind` and `theme` are slugs of concepts; `heading` as printed.

    A section that the page form implies without printing a heading (the
    overview, an untitled practice) has an empty `heading`.
    """

    slug: str
    kind: str
    heading: str
    theme: str | None = None
    passages: tuple[Passage, ...] = ()
    sections: tuple[Section, ...] = ()

    def walk(self) -> Iterator[Section]:
        """Yields this section and those within it, in the order of the page."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts: a label and the value behind it ("" where blank)."""

    label: str
    value: str
    passage: Passage
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: its text as kept (persons' names left out), and its parts."""

    source: str
    text: str
    language: str
    city_name: str
    country: str | None
    title: Passage | None
    headline: Passage | None
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()

    def all_sections(self) -> Iterator[Section]:
        """Yields every section, outer before inner, in the order of the page."""
        for section in self.sections:
            yield from section.walk()

    def own_passages(self) -> tuple[Passage, ...]:
        """The passages that stand in no section: title, facts, headline, in page order."""
        own = [p for p in (self.title, self.headline) if p is not None]
        return tuple(sorted([*own, *(f.passage for f in self.facts)], key=lambda p: p.start))

    def all_passages(self) -> tuple[Passage, ...]:
        """Every passage, in the order of the text."""
        inner = [p for section in self.all_sections() for p in section.passages]
        return tuple(sorted([*self.own_passages(), *inner], key=lambda p: p.start))


@dataclass(frozen=True, slots=True)
class PageSource:
    """What is known of a page besides its text: a line of `sources.csv`."""

    address: str | None = None
    city: str | None = None
    country: str | None = None
    language: str | None = None
    issued: dt.date | None = None
    modified: dt.date | None = None
    original: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """A reported figure. `indicator` is the slug of a concept."""

    indicator: str
    evidence: Passage
    reported_as: str = ""
    value: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    approximate: bool = False

    @property
    def reported(self) -> bool:
        """False where the page has the label and no value that can be read."""
        return any(v is not None for v in (self.value, self.minimum, self.maximum))


@dataclass(frozen=True, slots=True)
class Tags:
    """Concepts that a text states, as IRIs."""

    topics: frozenset[str] = frozenset()
    target_groups: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    delivery_modes: frozenset[str] = frozenset()

    def __or__(self, other: Tags) -> Tags:
        return Tags(
            self.topics | other.topics,
            self.target_groups | other.target_groups,
            self.themes | other.themes,
            self.delivery_modes | other.delivery_modes,
        )


@dataclass(frozen=True, slots=True)
class Entity:
    """A named initiative or body. `type` is the IRI of a concept.

    `evidence` are the passages that name it; `part_of` and `provider` are slugs
    of other entities of the same page.
    """

    slug: str
    name: str
    is_organization: bool
    type: str
    evidence: tuple[Passage, ...]
    tags: Tags = Tags()
    acronym: str | None = None
    part_of: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """A good practice; `about` is the slug of the initiative or body it presents."""

    slug: str
    name: str
    section: str
    evidence: tuple[Passage, ...]
    about: str | None = None
    tags: Tags = Tags()


@dataclass(frozen=True, slots=True)
class Designation:
    """A title the page says the city holds."""

    text: str
    evidence: Passage


@dataclass(frozen=True, slots=True)
class CityProfile:
    """Everything understood of one page."""

    key: CityKey
    name: str
    page: Page
    source: PageSource
    observations: tuple[Observation, ...] = ()
    entities: tuple[Entity, ...] = ()
    practices: tuple[Practice, ...] = ()
    designations: tuple[Designation, ...] = ()
    passage_tags: tuple[tuple[Passage, Tags], ...] = ()
    mentions: tuple[tuple[Passage, str], ...] = ()
    mentioned_cities: tuple[tuple[Passage, CityKey], ...] = ()
    member_since: tuple[int | None, Passage | None] = (None, None)
    award_years: tuple[tuple[int, Passage], ...] = ()
    problems: tuple[Problem, ...] = ()
