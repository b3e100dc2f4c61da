"""What a sentence states beyond its subject: titles, the year of joining, parts, providers."""

from __future__ import annotations

import pytest

from publisher.lexicon import Match
from publisher.names import Name
from publisher.site import Site
from publisher.statements import (
    find_designations,
    find_joining_year,
    find_parts,
    find_provider,
)


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("It was recognized as an Age-Friendly City in 2015.", ["Age-Friendly City"]),
        ("The ministry designated Marrowby as a city of books.", []),
        ("It was designated by the ministry as a healthy city.", ["healthy city"]),
        (
            "It has been named an inclusive learning city for migrants.",
            ["inclusive learning city for migrants"],
        ),
        ("It has been named a learning city for three years.", ["learning city"]),
        ("In 2016 it was named a World Book Capital.", ["World Book Capital"]),
        ("In 2016 they declared Marrowby a healthy town.", ["healthy town"]),
        (
            "In 2016 it was designated by the ministry as the first Reading Town.",
            ["first Reading Town"],
        ),
        ("It was named as a healthy town by them.", ["healthy town"]),
        ("It wants to be a learning city.", []),
        ("It is a small city.", []),
        ("", []),
    ],
)
def test_titles_the_city_holds(site: Site, sentence: str, titles: list[str]) -> None:
    matches: list[Match] = site.lexicon.match(sentence, "en")
    assert list(find_designations(sentence, "Marrowby", matches)) == titles


def test_a_city_with_signs_in_its_name_is_no_pattern(site: Site) -> None:
    found = find_designations("They declared Agbo (Lakou) a healthy town.", "Agbo (Lakou)", [])
    assert list(found) == ["healthy town"]


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("It joined the UNESCO GNLC in 2016.", 2016),
        ("It joined the UNESCO Global Network of Learning Cities in 2016.", 2016),
        ("A UNESCO Learning City since 2017, it goes on.", 2017),
        ("The town became a member of the GNLC in 2019.", 2019),
        ("It joined the European network of harbours in 2016.", None),
        ("In 2016 it built a boat.", None),
    ],
)
def test_the_year_of_joining(sentence: str, year: int | None) -> None:
    assert find_joining_year(sentence) == year


def name(sentence: str, text: str, *, body: bool = False) -> Name:
    start = sentence.index(text)
    return Name(text, "urn:type", body, start, start + len(text))


def test_a_strategy_and_its_parts() -> None:
    sentence = "The Harbour Plan consists of the Reading Boat and the Tea Circle."
    named = [name(sentence, text) for text in ("Harbour Plan", "Reading Boat", "Tea Circle")]
    parts = [(whole.text, part.text) for whole, part in find_parts(sentence, named)]
    assert parts == [("Harbour Plan", "Reading Boat"), ("Harbour Plan", "Tea Circle")]
    apart = sentence.replace("consists of", "came before")
    named = [name(apart, text) for text in ("Harbour Plan", "Reading Boat", "Tea Circle")]
    assert list(find_parts(apart, named)) == []


@pytest.mark.parametrize(
    ("sentence", "provides"),
    [
        ("The Reading Boat is run by the Quay Library.", True),
        ("The Quay Library runs the Reading Boat.", True),
        ("The Quay Library has also launched the Reading Boat.", True),
        ("The Quay Library likes the Reading Boat.", False),
        ("The Reading Boat passes the Quay Library.", False),
    ],
)
def test_who_runs_an_initiative(sentence: str, provides: bool) -> None:
    named = [name(sentence, "Reading Boat"), name(sentence, "Quay Library", body=True)]
    found = [(a.text, b.text) for a, b in find_provider(sentence, named)]
    assert found == ([("Reading Boat", "Quay Library")] if provides else [])
