"""The text of a profile laid out again: sections in order, paragraphs, lists.

The graph keeps the text and the place of each passage in it; what stands between
two passages tells whether a paragraph or a list item begins.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from publisher.web.reader import Reader, Row, Text
from publisher.web.views.common import Link, make_link, sort_links

# Nothing but a mark between the last line break and the passage.
_LIST_MARK = re.compile(r"(?:^|\n)[^\S\n]*(?:[•❍·▪◦*\-–]|\d{1,2}[.)])[^\S\n]*$")


class BlockKind(Enum):
    """How a run of passages stood on the page."""

    PARAGRAPH = "p"
    ITEM = "li"


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage with the concepts that it states; `number` counts through the page."""

    iri: str
    number: int
    text: Text
    concepts: tuple[Link, ...] = ()


@dataclass(slots=True)
class Block:
    """Passages that form one paragraph or one list item."""

    kind: BlockKind
    passages: list[PassageView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A headed part; `implied` where the page prints no heading for it."""

    iri: str
    heading: Text
    blocks: tuple[Block, ...]
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage with its place in the profile's text."""

    view: PassageView
    start: int
    end: int


def view_sections(
    reader: Reader, profile: str, text: str
) -> tuple[tuple[Block, ...], tuple[SectionView, ...]]:
    """Returns the passages outside every section, and the tree of sections."""
    concepts = _read_concepts(reader, profile)
    placed = _read_passages(reader, profile, concepts)
    children: dict[str, list[Row]] = defaultdict(list)
    for row in reader.rows("profile-sections", profile=profile):
        children[row.get("parent")].append(row)
    return (
        tuple(lay_out(text, placed.get(profile, []))),
        _build(profile, children, placed, text),
    )


def lay_out(text: str, passages: Sequence[Placed]) -> list[Block]:
    """Returns passages joined to the paragraphs and list items of the text they slice."""
    blocks: list[Block] = []
    end = 0
    for passage in passages:
        gap = text[end : passage.start]
        is_item = bool(_LIST_MARK.search(gap))
        if not blocks or is_item or "\n" in gap:
            blocks.append(Block(BlockKind.ITEM if is_item else BlockKind.PARAGRAPH))
        blocks[-1].passages.append(passage.view)
        end = passage.end
    return blocks


def _build(
    parent: str,
    children: Mapping[str, Iterable[Row]],
    placed: Mapping[str, Sequence[Placed]],
    text: str,
) -> tuple[SectionView, ...]:
    return tuple(
        SectionView(
            iri=row.get("section"),
            heading=row.text("label"),
            blocks=tuple(lay_out(text, placed.get(row.get("section"), []))),
            sections=_build(row.get("section"), children, placed, text),
        )
        for row in sorted(children.get(parent, ()), key=lambda row: row.number("order"))
    )


def _read_concepts(reader: Reader, profile: str) -> dict[str, tuple[Link, ...]]:
    found: dict[str, dict[str, Link]] = defaultdict(dict)
    for row in reader.rows("profile-concepts", profile=profile):
        concept = row.get("concept")
        found[row.get("passage")][concept] = make_link(reader, concept)
    return {passage: tuple(sort_links(links.values())) for passage, links in found.items()}


def _read_passages(
    reader: Reader, profile: str, concepts: Mapping[str, tuple[Link, ...]]
) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = defaultdict(list)
    rows = sorted(reader.rows("profile-passages", profile=profile), key=lambda r: r.number("start"))
    for number, row in enumerate(rows, start=1):
        iri = row.get("passage")
        view = PassageView(iri, number, row.text("text"), concepts.get(iri, ()))
        found[row.get("holder")].append(Placed(view, row.number("start"), row.number("end")))
    return found
