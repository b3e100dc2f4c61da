"""Which words of a sentence are the name of an initiative or a body, and which are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from publisher.iris import mint_slug
from publisher.names import Name, NameFinder
from publisher.nouns import Nouns
from publisher.site import Site

PLACES = {mint_slug(place) for place in ("Marrowby", "Ireland", "Republic of Ireland", "Hexley")}
Find = Callable[[str], list[Name]]


@pytest.fixture(scope="module")
def finder(site: Site) -> NameFinder:
    return NameFinder(Nouns(site.lexicon, "en", frozenset(PLACES), frozenset({"ireland"})))


@pytest.mark.parametrize(
    ("sentence", "name", "type_"),
    [
        (
            "It opened the Marrowby Citizen College last year.",
            "Marrowby Citizen College",
            "college",
        ),
        (
            "Each year the ‘Harbour of Words’ festival fills the quay.",
            "Harbour of Words festival",
            "festival",
        ),
        ("The strategy “Read On Together” was passed.", "Read On Together", "strategy"),
        ("We run the Reading Boat movement with friends.", "Reading Boat movement", "movement"),
        (
            "The Marrowby Institute for Adult Learning runs courses.",
            "Marrowby Institute for Adult Learning",
            "institute",
        ),
        (
            "Today the Harbour Learning Network (HLN) has grown.",
            "Harbour Learning Network",
            "network",
        ),
        ("Courses are held at the Old Quay Learning Centre.", "Old Quay Learning Centre", "centre"),
        ("Its roadmap, ‘Marrowby Reads’, covers five years.", "Marrowby Reads", "plan"),
        ("All meet at Tech Help Tuesday in the library.", "Tech Help Tuesday", "event"),
        ("The Tide Foundry trains people.", "Tide Foundry", "space"),
        ("Each of the 38 Reading Clubs (RC) meets often.", "Reading Clubs", "club"),
        (
            "The programme “Escuelas del Mar” (Schools of the Sea) is new.",
            "Escuelas del Mar",
            "school",
        ),
    ],
)
def test_names_are_found_with_the_type_of_their_head_noun(
    finder: NameFinder, sentence: str, name: str, type_: str
) -> None:
    (found,) = finder.find(sentence)
    assert (found.text, found.type.rpartition("/")[2]) == (name, type_)
    assert name.split()[0] in sentence[found.start : found.end]


def test_an_acronym_in_brackets_belongs_to_the_name(finder: NameFinder) -> None:
    (found,) = finder.find("Today the Harbour Learning Network (HLN) has grown.")
    assert (found.acronym, found.slug) == ("HLN", "harbour-learning-network")


def test_names_listed_behind_such_as_take_the_noun_before(finder: NameFinder) -> None:
    found = finder.find("It offers programmes such as Silver Oars and Learn Afloat.")
    assert [(n.text, n.type.rpartition("/")[2]) for n in found] == [
        ("Silver Oars", "programme"), ("Learn Afloat", "programme"),
    ]  # fmt: skip


def test_an_enumeration_gives_each_name(finder: NameFinder) -> None:
    sentence = "It has the Quay Library, the Old Mill Museum and the Marrowby Music School."
    assert [n.text for n in finder.find(sentence)] == [
        "Quay Library", "Old Mill Museum", "Marrowby Music School",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "Marrowby lies in Ireland.",
        "The Republic of Ireland supports it.",
        "Hexley and Marrowby are friends.",
        "It joined the UNESCO Global Network of Learning Cities.",
        "It is a member of the GNLC.",
        "It works for the Sustainable Development Goals (SDGs).",
        "SDG 4 guides the town.",
        "It is a UNESCO Creative City of Literature.",
        "The centre is a UNESCO World Heritage Site.",
        "Its motto is ‘Read on, row on’.",
        "A committee meets each month.",
        "The council has set up a working group and a fund.",
        "Many programmes and several centres are open.",
        "The Romani and the Travellers come as well.",
        "Programmes and courses are free.",
        "It opens on Friday evening and each Saturday night.",
        "",
    ],
)
def test_what_is_often_mistaken_for_a_name_is_none(finder: NameFinder, sentence: str) -> None:
    assert finder.find(sentence) == []


@pytest.mark.parametrize(
    ("title", "body", "name"),
    [
        ("Marrowby Citizen College", "It teaches.", "Marrowby Citizen College"),
        ("The ‘Reading Boat’ project", "It floats.", "Reading Boat"),
        ("Helping each other to read", "Neighbours meet.", None),
        ("Education for all", "Neighbours meet.", None),
        ("Digital Ambassadors", "Young digital ambassadors go to markets.", None),
        ("", "Neighbours meet.", None),
    ],
)
def test_a_practices_title_may_be_a_name(
    finder: NameFinder, title: str, body: str, name: str | None
) -> None:
    found = finder.find_title(title, body)
    assert (found and found.text) == name


@pytest.mark.parametrize(
    "sentence",
    ["‘", "‘’", "()", "(ABC)", "The The The", "A " * 300, "‘A’ ‘B’ ‘C’", "College", "’s (X) “ ”"],
)
def test_odd_sentences_do_no_harm(finder: NameFinder, sentence: str) -> None:
    for name in finder.find(sentence):
        assert 0 <= name.start < name.end <= len(sentence)
