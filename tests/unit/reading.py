"""What tests ask of a page: its sections in a row, the text it lost, its named things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from publisher.profile import CityProfile, Page, Passage, PassageKind
from publisher.site import Converted

ROOT = Path(__file__).parents[2]
# Text of a page (and what sources.csv says of it) → what is made of it.
Read = Callable[..., Page]
Extract = Callable[..., CityProfile]
Convert = Callable[..., Converted]

_NO_CONTENT = re.compile(r"\b(?:\d{1,2}[.)]|[a-zA-Z]\))(?=\s|$)|; (?:and|or)$")


def outline(page: Page) -> list[tuple[str, str]]:
    """The sections in order, as (kind or theme, heading)."""
    return [(section.theme or section.kind, section.heading) for section in page.all_sections()]


def sentences(page: Page, kind: str) -> list[str]:
    """The sentences that stand in the sections of a kind or theme."""
    found = [s for s in page.all_sections() if kind in (s.theme, s.kind)]
    return [passage.text for section in found for passage in section.passages]


def facts(page: Page) -> dict[str, str]:
    return {fact.label: fact.value for fact in page.facts}


def sentence(page: Page, beginning: str) -> Passage:
    (found,) = [
        p
        for p in page.all_passages()
        if p.text.startswith(beginning) and p.kind is PassageKind.SENTENCE
    ]
    return found


def names(profile: CityProfile) -> set[str]:
    return {entity.name for entity in profile.entities}


def kinds(profile: CityProfile) -> dict[str, str]:
    """The named things with their type, as the last part of the concept's IRI."""
    return {entity.name: entity.type.rpartition("/")[2] for entity in profile.entities}


def wrong_slices(page: Page) -> list[Passage]:
    """Passages whose offsets do not cut them out, or that overlap the one before."""
    passages = page.all_passages()
    wrong = [p for p in passages if page.text[p.start : p.end] != p.text or not p.text]
    wrong += [b for a, b in pairwise(passages) if a.end > b.start]
    return wrong


def lost_text(page: Page, original: str) -> list[str]:
    """What stands in no passage, is no heading, and is in no line that a problem names."""
    lines = original.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reported = "\n".join(lines[p.line - 1] for p in page.problems if p.line)
    kept = set(page.text.split("\n"))
    lost = [line for line in lines if line.strip() and line not in kept and line not in reported]
    headings = sorted({s.heading for s in page.all_sections() if s.heading}, key=len, reverse=True)
    for piece in _outside(page):
        rest = piece
        for heading in headings:
            rest = rest.replace(heading, " ")
        if any(c.isalnum() for c in _NO_CONTENT.sub("", rest)) and piece not in reported:
            lost.append(piece)
    return lost


def _outside(page: Page) -> Iterator[str]:
    """The pieces of lines that stand in no passage."""
    position = 0
    for passage in (*page.all_passages(), None):
        end = passage.start if passage else len(page.text)
        for piece in page.text[position:end].split("\n"):
            if piece.strip():
                yield piece.strip()
        position = passage.end if passage else end
