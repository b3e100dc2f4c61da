"""Run-on lines cut where pieces are glued, and nowhere else; sentences with offsets."""

from __future__ import annotations

import pytest

from publisher.lines import ends_sentence, split_lines, split_sentences
from publisher.site import Site

FILL = "The harbour keeps the town busy all year round, and the library keeps it awake. " * 4


def pieces(site: Site, text: str) -> list[str]:
    return [line.text for line in split_lines(text, range(1, text.count("\n") + 2), site.lexicon)]


@pytest.mark.parametrize(
    ("glued", "expected"),
    [
        ("for allAs the second port", ["for all", "As the second port"]),
        (
            "for all.Vision and motivationBy joining",
            ["for all.", "Vision and motivation", "By joining"],
        ),
        ("for all.Vision & MotivationWe join", ["for all.", "Vision & Motivation", "We join"]),
        ("boats;books;tea.", ["boats;", "books;", "tea."]),
        ("boats; andbooks.", ["boats; and", "books."]),
        ("since 2016Boats", ["since 2016", "Boats"]),
        ("‘all aboard’Boats", ["‘all aboard’", "Boats"]),
        ("challenges:Boats leave", ["challenges:", "Boats leave"]),
    ],
)
def test_glued_pieces_come_apart(site: Site, glued: str, expected: list[str]) -> None:
    text = FILL.strip() + "Challenges and Goals" + "Here we go: " + glued
    assert pieces(site, text)[2:] == ["Here we go: " + expected[0], *expected[1:]]


@pytest.mark.parametrize(
    "word", ["eLearning", "McDonagh", "ConnectCity and ConnectCity", "3D", "UNESCO’s"]
)
def test_a_word_with_a_capital_inside_stays_whole(site: Site, word: str) -> None:
    text = FILL.strip() + "Challenges and Goals" + f"We like {word} here."
    assert pieces(site, text)[-1] == f"We like {word} here."


def test_an_ordinary_line_is_not_cut(site: Site) -> None:
    text = "A long line. " * 40 + "It has gluedWords but no heading."
    assert pieces(site, text) == [text]
    assert pieces(site, "Short: gluedWords.Vision and motivationBy joining") == [
        "Short: gluedWords.Vision and motivationBy joining"
    ]


@pytest.mark.parametrize(
    ("line", "text", "bullet"),
    [
        ("  • Boats ", "Boats", True),
        ("•Boats", "Boats", True),
        ("- Boats", "Boats", True),
        ("– Boats", "Boats", True),
        ("❍ Boats", "Boats", True),
        ("12. Boats", "Boats", True),
        ("a) Boats", "Boats", True),
        ("  • 1. Boats", "1. Boats", True),
        ("-gu is a district", "-gu is a district", False),
        ("2019 was a year", "2019 was a year", False),
        ("\u00a0Boats\u00a0", "Boats", False),
    ],
)
def test_bullets_and_margins_are_no_text(site: Site, line: str, text: str, bullet: bool) -> None:
    (found,) = split_lines(line, [7], site.lexicon)
    assert (found.text, found.bullet, found.number) == (text, bullet, 7)
    assert line[found.start : found.end] == text


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "One. Two! Three?", 3),
        ("en", "The U.S. fleet has 3.5 boats.", 1),
        ("fr", "Une phrase. Une autre.", 2),
        ("es", "¿Una frase? Otra.", 2),
        ("ko", "하나. 둘.", 2),
        ("tlh", "One. Two.", 2),
        ("en", "   ", 0),
    ],
)
def test_sentences_are_slices_without_margins(language: str, text: str, count: int) -> None:
    found = [text[start:end] for start, end in split_sentences(text, language)]
    assert len(found) == count
    assert all(piece == piece.strip() for piece in found)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "ends"),
    [("Boats.", True), ("“Boats.”", True), ("Boats;", True), ("Boats", False), ("(Boats)", False)],
)
def test_what_ends_like_a_sentence(text: str, ends: bool) -> None:
    assert ends_sentence(text) == ends
