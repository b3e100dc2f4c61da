"""What makes two passages the same, and what a figure counts as."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from publisher.profile import (
    Observation,
    Passage,
    PassageKind,
    Problem,
    Section,
    Tags,
    normalise_text,
    passage_digest,
)

PASSAGE = Passage("a", PassageKind.SENTENCE, "Boats.", 0, 6)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("a\u00a0b\u202fc\td\n e", "a b c d e"),
        ("‘a’ ´b` “c”", "'a' 'b' \"c\""),
        ("well‐read, well‑read", "well-read, well-read"),
        ("km² ﬁne Ａ", "km2 fine A"),
        ("e\u0301", "é"),
        ("soft\u00adhyphen", "softhyphen"),
        ("2010–2020 — so", "2010–2020 — so"),
        ("Case Stays.", "Case Stays."),
        (" \u00a0 ", ""),
    ],
)
def test_typing_habits_are_folded(text: str, normal: str) -> None:
    assert normalise_text(text) == normal
    assert passage_digest(text) == passage_digest(normal)


def test_a_digest_is_the_beginning_of_the_sha_256() -> None:
    assert passage_digest("abc") == "ba7816bf8f01"


@pytest.mark.parametrize(
    ("line", "shown"), [(3, "a.txt, line 3: gone"), (None, "a.txt: gone"), (0, "a.txt: gone")]
)
def test_a_problem_names_its_place(line: int | None, shown: str) -> None:
    assert str(Problem("a.txt", line, "gone")) == shown


@pytest.mark.parametrize(
    ("figures", "reported"),
    [({}, False), ({"value": Decimal(0)}, True), ({"minimum": Decimal(1)}, True)],
)
def test_zero_is_reported_and_nothing_is_not(figures: dict[str, Decimal], reported: bool) -> None:
    assert Observation("population", PASSAGE, **figures).reported is reported


def test_sections_come_outer_before_inner() -> None:
    inner = Section("b", "theme", "B")
    section = Section("a", "implementation", "A", sections=(inner, Section("c", "theme", "C")))
    assert [s.slug for s in section.walk()] == ["a", "b", "c"]


def test_tags_add_up() -> None:
    one, other = Tags(topics=frozenset("a")), Tags(topics=frozenset("b"), themes=frozenset("c"))
    assert one | other == Tags(topics=frozenset("ab"), themes=frozenset("c"))


def test_values_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PASSAGE.text = "other"  # type: ignore[misc]
