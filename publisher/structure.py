"""Lines of a page → its title, facts, headline and sections.

What is a heading or a label is decided by the vocabulary; where a section
begins and what it belongs to, by the page form (`docs/conversion.md`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from publisher.iris import mint_slug
from publisher.lexicon import Lexicon
from publisher.lines import Line, ends_sentence, split_sentences
from publisher.profile import Fact, Passage, PassageKind, Section, passage_digest

_NUMBERED_SUBHEADING = re.compile(r"[^\W\d]+ (?:\d{1,2}|[IVX]{1,4}|[A-Z])\s?[:.–-]\s?\S.{0,80}$")
_IN_QUOTES = re.compile(r"[“\"«‘].+[”\"»’]")
# `The difficulties are:` leads into a list and is no heading of it.
_LEADS_IN = re.compile(
    r"\b(?:are|is|were|was|include|includes|included|follows?|following|these|this|by|to|for|of|as"
    r"|son|es|sont|est|suivants?|siguientes?)\s*:$",
    re.IGNORECASE,
)
_NO_VALUE_WORDS = 2
_LONGEST_HEADLINE = 300  # characters; the longest seen has 121
_LONGEST_SUBHEADING = 8  # words
PERSON_LABELS = ("mayor", "focal-point")
# Elements that are the beginning of a line; the others are a whole line.
_BANNERS = ("archive-banner", "disclaimer")
FACT_ELEMENTS = ("member-since", "city-award", *PERSON_LABELS)
# Which headings may stand within which part of the page form.
_WITHIN = {
    "implementation": frozenset({"theme", "challenges"}),
    "good-practices": frozenset({"good-practice"}),
}


@dataclass(frozen=True, slots=True)
class Label:
    """A fact label recognised in a line; `value` is what stands behind it there."""

    scheme: str
    slug: str
    value: str


@dataclass(slots=True)
class _Part:
    """A section while it is being filled."""

    kind: str
    heading: str = ""
    theme: str | None = None
    lines: list[Line] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=list)


@dataclass(slots=True)
class Structure:
    """The parts of a page. `left_out`: (line, why) of what is no content."""

    headline: Passage | None = None
    facts: list[Fact] = field(default_factory=list)
    sections: tuple[Section, ...] = ()
    left_out: list[tuple[Line, str]] = field(default_factory=list)


def slug_of(iri: str) -> str:
    """Returns the last part of a concept's IRI."""
    return iri.rpartition("/")[2]


def find_label(text: str, lexicon: Lexicon) -> Label | None:
    """Returns the fact label that a line consists of, or begins with before a colon."""
    head, colon, value = text.partition(":")
    for candidate, rest in ((text, ""), (head, value.strip()) if colon else ("", "")):
        if iri := lexicon.concept("indicator", candidate):
            return Label("indicator", slug_of(iri), rest)
        iri = lexicon.concept("page-element", candidate)
        if iri and slug_of(iri) in FACT_ELEMENTS:
            return Label("page-element", slug_of(iri), rest)
    return None


def find_furniture(text: str, lexicon: Lexicon) -> str | None:
    """Returns why a line is no content (`disclaimer`, `icon`, …), or None."""
    if not any(character.isalnum() for character in text):
        return "sign"
    iri = lexicon.concept("page-element", text)
    if iri and slug_of(iri) not in FACT_ELEMENTS:
        return slug_of(iri)
    begins = lexicon.concept_at_start("page-element", text)
    return slug_of(begins) if begins and slug_of(begins) in _BANNERS else None


def find_heading(line: Line, lexicon: Lexicon) -> tuple[str, str | None] | None:
    """Returns (section kind, theme or None) if a line is a heading of the page form."""
    if line.bullet:
        return None
    if theme := lexicon.concept("theme", line.text):
        return "theme", slug_of(theme)
    kind = lexicon.concept("section-kind", line.text)
    return (slug_of(kind), None) if kind else None


class _Parser:
    def __init__(
        self, lines: Sequence[Line], passages: Passages, language: str, lexicon: Lexicon
    ) -> None:
        self._lines = lines
        self._passages = passages
        self._language = language
        self._lexicon = lexicon
        self._overview = _Part("overview")
        self._parts: list[_Part] = [self._overview]
        self._current = self._overview
        self._headings_seen = False
        self._facts_end = -1
        self.result = Structure()

    def parse(self) -> Structure:
        """Returns the structure of the lines."""
        index = 0
        while index < len(self._lines):
            line = self._lines[index]
            reason = find_furniture(line.text, self._lexicon)
            label = find_label(line.text, self._lexicon)
            if reason == "disclaimer":
                self._leave_out(self._lines[index:])
                break
            if reason:
                self.result.left_out.append((line, reason))
                if self._facts_end == index - 1:
                    self._facts_end = index  # an icon behind the facts belongs to them
            elif label:
                index = self._fact(index, label)
            elif heading := find_heading(line, self._lexicon):
                self._begin(line, *heading)
            else:
                self._take(index)
            index += 1
        self._finish()
        return self.result

    def _leave_out(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.result.left_out.append((line, "disclaimer and what follows it"))

    def _fact(self, index: int, label: Label) -> int:
        """Takes a label and the value on the line below; returns the last index taken."""
        line, last = self._lines[index], index
        value, end = label.value, line.end
        if not value and label.slug not in PERSON_LABELS and index + 1 < len(self._lines):
            below = self._lines[index + 1]
            if below.blanks_before == 0 and self._is_value(below):
                value, end, last = below.text, below.end, index + 1
        passage = self._passages.make(line.start, end, PassageKind.FACT)
        self.result.facts.append(Fact(label.slug, value, passage, line.number))
        self._facts_end = last
        return last

    def _is_value(self, line: Line) -> bool:
        known = find_label(line.text, self._lexicon) or find_furniture(line.text, self._lexicon)
        # Figures and years have digits; `n/a` and the like are short.
        fits = any(c.isdigit() for c in line.text) or len(line.text.split()) <= _NO_VALUE_WORDS
        return fits and not (known or line.bullet or find_heading(line, self._lexicon))

    def _begin(self, line: Line, kind: str, theme: str | None) -> None:
        part = _Part(kind, line.text, theme)
        self._headings_seen = True
        parent = self._parts[-1]
        within = kind in _WITHIN.get(parent.kind, ())
        (parent.parts if within else self._parts).append(part)
        self._current = part

    def _take(self, index: int) -> None:
        line = self._lines[index]
        if self._facts_end == index - 1 and index > 0:
            self._after_facts(line)
        if self._is_headline(index):
            self.result.headline = self._passages.make(line.start, line.end, PassageKind.HEADLINE)
        elif self._parts[-1].kind == "good-practices":
            self._take_practice(index)
        elif self._is_subheading(index):
            parent = self._parts[-1]
            self._current = _Part("other", line.text)
            parent.parts.append(self._current)
        else:
            self._current.lines.append(line)

    def _after_facts(self, line: Line) -> None:
        """Text behind facts that stand in mid-page is the vision without its heading;
        behind facts at the end of the page, or in quotation marks, it is a quotation."""
        if self._headings_seen or self._overview.lines:
            quoted = _IN_QUOTES.fullmatch(line.text) is not None
            kind = "quotation" if self._headings_seen or quoted else "vision"
            if not quoted and self._is_address(line):
                kind = "other"
            self._current = _Part(kind)
            self._parts.append(self._current)

    def _is_address(self, line: Line) -> bool:
        """Whether a line below the label of a contact is an office rather than a sentence."""
        return self.result.facts[-1].label in PERSON_LABELS and not ends_sentence(line.text)

    def _is_headline(self, index: int) -> bool:
        line = self._lines[index]
        if self._headings_seen or self.result.headline or self._overview.lines or line.bullet:
            return False
        following = self._lines[index + 1] if index + 1 < len(self._lines) else None
        if following is None or find_label(following.text, self._lexicon):
            return False
        return not ends_sentence(line.text) and len(line.text) <= _LONGEST_HEADLINE

    def _take_practice(self, index: int) -> None:
        line, group = self._lines[index], self._parts[-1]
        titled = not line.bullet and not ends_sentence(line.text)
        titled = titled and not (line.run_on and self._current is not group)
        untitled = line.bullet and line.blanks_before > 1 and bool(self._current.lines)
        if titled or untitled or self._current is group:
            self._current = _Part("good-practice", line.text if titled else "")
            group.parts.append(self._current)
        if not titled:
            self._current.lines.append(line)

    def _is_subheading(self, index: int) -> bool:
        line = self._lines[index]
        if line.bullet or line.run_on or not self._headings_seen:
            return False
        if ends_sentence(line.text.rstrip(" :")):
            return False
        if _NUMBERED_SUBHEADING.match(line.text):
            return True
        words = len(line.text.split())
        followed = index + 1 < len(self._lines) and not find_heading(
            self._lines[index + 1], self._lexicon
        )
        alone = line.blanks_before > 0 and line.blank_after and followed
        if line.text.endswith(":"):
            return alone and words < _LONGEST_SUBHEADING - 2 and not _LEADS_IN.search(line.text)
        # Behind a numbered item, an unpunctuated line is its explanation.
        above = self._lines[index - 1]
        return alone and words <= _LONGEST_SUBHEADING and not above.bullet

    def _finish(self) -> None:
        if not self._overview.lines and not self._overview.parts:
            self._parts.remove(self._overview)
        taken: set[str] = set()
        # Quotations come last, because they may repeat any other part.
        ordered = sorted(self._parts, key=lambda part: part.kind == "quotation")
        made = {id(part): self._section(part, taken) for part in ordered}
        sections = (made[id(part)] for part in self._parts)
        self.result.sections = tuple(s for s in sections if s.heading or s.passages or s.sections)

    def _section(self, part: _Part, taken: set[str]) -> Section:
        passages: list[Passage] = []
        for line in part.lines:
            for start, end in split_sentences(line.text, self._language):
                if part.kind == "quotation" and self._passages.has(line.text[start:end]):
                    self.result.left_out.append((line, "repeats what the page said before"))
                else:
                    passages.append(self._passages.make(line.start + start, line.start + end))
        slug = _section_slug(part, passages, taken)
        inner = tuple(self._section(p, taken) for p in part.parts)
        return Section(slug, part.kind, part.heading, part.theme, tuple(passages), inner)


def _section_slug(part: _Part, passages: Sequence[Passage], taken: set[str]) -> str:
    slug = mint_slug(part.heading)
    if not slug:
        # Several practices may lack a title: their own text tells them apart.
        own = f"-{passages[0].digest}" if part.kind == "good-practice" and passages else ""
        slug = part.kind + own
    unique, count = slug, 1
    while unique in taken:
        count += 1
        unique = f"{slug}-{count}"
    taken.add(unique)
    return unique


def parse_structure(
    lines: Sequence[Line], passages: Passages, language: str, lexicon: Lexicon
) -> Structure:
    """Returns headline, facts and sections of the lines below the title.

    Every line is in a passage, a heading, or in `left_out` with the reason.
    """
    return _Parser(lines, passages, language, lexicon).parse()


class Passages:
    """Makes the passages of one page; a repeated text gets `-2`, `-3` … in its IRI."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counts: Counter[str] = Counter()

    def make(self, start: int, end: int, kind: PassageKind = PassageKind.SENTENCE) -> Passage:
        """Returns the passage `text[start:end]`."""
        slice_ = self._text[start:end]
        digest = passage_digest(slice_)
        self._counts[digest] += 1
        count = self._counts[digest]
        return Passage(digest if count == 1 else f"{digest}-{count}", kind, slice_, start, end)

    def has(self, text: str) -> bool:
        """Tells whether a passage with this text was made before."""
        return self._counts[passage_digest(text)] > 0
