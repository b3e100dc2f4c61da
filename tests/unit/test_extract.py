"""What a page states of its city: figures, subjects, people, names, titles, the year of joining."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reading import Extract, kinds, names, sentence

from publisher.iris import CityKey
from publisher.profile import CityProfile, Tags

PAGE = """Marrowby, Ireland

{facts}

A harbour that reads

{intro}

Vision and Motivation

{vision}

Plan and Implementation

{plan}
"""
DEFAULTS = {
    "facts": "  • City population:\n    12,345",
    "intro": "The port is small.",
    "vision": "It wants more.",
    "plan": "It goes on.",
}
THEME = "Policies, plan and implementation\n\nEquity and inclusion\n\n"


def fill(**parts: str) -> str:
    return PAGE.format(**{**DEFAULTS, **parts})


def slugs(concepts: frozenset[str]) -> set[str]:
    return {concept.rpartition("/")[2] for concept in concepts}


def tags(profile: CityProfile, beginning: str) -> Tags:
    passage = sentence(profile.page, beginning)
    return dict((p.digest, t) for p, t in profile.passage_tags)[passage.digest]


# -- figures -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  • City population:\n    12,345", {"population": ("12345", "", "")}),
        ("  • City population:", {"population": ("", "", "")}),
        ("  • City/Urban area:\n    681,15", {"area": ("681.15", "", "")}),
        ("  • GDP – city:\n    More than USD 25,000", {"gdp-city": ("", "25000", "")}),
        ("  • GDP – city:\n    Less than USD 10,000", {"gdp-city": ("", "", "10000")}),
        ("  • GDP - country:\n    USD 1", {"gdp-country": ("1", "", "")}),
        ("  • City GDP per capita:\n    Between USD 10,000 and USD 15,000",
         {"gdp-city-per-capita": ("", "10000", "15000")}),
        ("  • Member since:\n    2017\n  • City award:\n    2019", {}),
        ("  • City population:\n  • City population:\n    9", {"population": ("9", "", "")}),
        ("", {}),
    ],
)  # fmt: skip
def test_labels_become_indicators_and_blank_is_not_zero(
    extract: Extract, lines: str, expected: dict[str, tuple[str, str, str]]
) -> None:
    found = {
        o.indicator: tuple("" if n is None else str(n) for n in (o.value, o.minimum, o.maximum))
        for o in extract(fill(facts=lines)).observations
    }
    assert found == expected


def test_every_figure_has_its_line_as_evidence(extract: Extract) -> None:
    (observation,) = extract(fill()).observations
    assert observation.evidence.text == "City population:\n    12,345"
    assert observation.reported_as == "12,345"


@pytest.mark.parametrize(
    ("lines", "message", "line"),
    [
        ("  • City population:\n    quite many", "no figure understood in 'quite many'", 3),
        ("  • City population:\n    9\n  • City population:\n    10", "stands here again", 5),
    ],
)
def test_a_fact_that_is_not_understood_is_reported(
    extract: Extract, lines: str, message: str, line: int
) -> None:
    (problem,) = extract(fill(facts=lines)).problems
    assert message in problem.message
    assert problem.line == line


def test_a_population_in_prose_is_approximate(extract: Extract) -> None:
    profile = extract(fill(facts="", intro="It has about 48,000 inhabitants and 900 boats."))
    (observation,) = profile.observations
    assert (observation.indicator, observation.approximate) == ("population", True)
    assert (observation.value, observation.reported_as) == (Decimal(48000), "about 48,000")


# -- subjects and people -------------------------------------------------------------


def test_a_sentence_is_tagged_with_what_it_says_and_no_other(extract: Extract) -> None:
    profile = extract(fill(vision="Migrants attend language courses online. Boats leave at ten."))
    said = tags(profile, "Migrants")
    assert "migrants" in slugs(said.target_groups)
    assert "language-learning" in slugs(said.topics)
    assert tags(profile, "Boats") == Tags()


def test_a_theme_is_stated_of_the_sentences_below_it(extract: Extract) -> None:
    text = fill(plan="It goes on.") + "\n" + THEME + "  • Boats for all.\n"
    profile = extract(text)
    assert slugs(tags(profile, "Boats").themes) == {"equity-and-inclusion"}
    assert tags(profile, "It goes on").themes == frozenset()


def test_a_word_within_a_name_is_no_subject(extract: Extract) -> None:
    profile = extract(fill(plan="The Marrowby Women’s Environment College opens at ten."))
    said = tags(profile, "The Marrowby")
    assert "environment" not in slugs(said.topics)
    assert "women" not in slugs(said.target_groups)


# -- names ---------------------------------------------------------------------------


def test_a_name_states_what_the_named_initiative_is(extract: Extract) -> None:
    profile = extract(fill(plan="The Marrowby Festival of Reading is held in May."))
    assert slugs(tags(profile, "The Marrowby").delivery_modes) == {"festival"}
    assert slugs(tags(profile, "The Marrowby").topics) == set()


def test_a_name_keeps_every_sentence_that_names_it(extract: Extract) -> None:
    profile = extract(
        fill(
            intro="The Harbour Learning Network (HLN) began in 2010.",
            vision="Children row with the Harbour Learning Network.",
            plan="HLN grows.",
        )
    )
    (entity,) = profile.entities
    assert (entity.name, entity.acronym) == ("Harbour Learning Network", "HLN")
    assert [p.text.split()[0] for p in entity.evidence] == ["The", "Children", "HLN"]
    assert "children" in slugs(entity.tags.target_groups)
    assert {(p.text.split()[0], slug) for p, slug in profile.mentions} == {
        (first, "harbour-learning-network") for first in ("The", "Children", "HLN")
    }


@pytest.mark.parametrize(
    "intro",
    [
        "Marrowby is proud of Ireland.",
        "Marrowby has joined the UNESCO Global Network of Learning Cities.",
        "It serves the Sustainable Development Goals.",
        "Marrowby works with Villa María and with Sejong.",
        "A committee and a working group meet.",
        "Its slogan is ‘Row and read’.",
    ],
)
def test_what_is_nobodys_own_is_no_entity(extract: Extract, intro: str) -> None:
    assert names(extract(fill(intro=intro))) == set()


def test_initiatives_and_bodies_are_told_apart(extract: Extract) -> None:
    profile = extract(
        fill(plan="The Marrowby Reading Festival is run by the Marrowby Learning Institute.")
    )
    assert kinds(profile) == {
        "Marrowby Reading Festival": "festival", "Marrowby Learning Institute": "institute",
    }  # fmt: skip
    bodies = {e.name: e.is_organization for e in profile.entities}
    assert bodies == {"Marrowby Reading Festival": False, "Marrowby Learning Institute": True}
    (festival,) = [e for e in profile.entities if not e.is_organization]
    assert festival.provider == "marrowby-learning-institute"


def test_a_practice_presents_the_initiative_of_its_title(extract: Extract) -> None:
    profile = extract(
        fill()
        + "\nGood practices\n\nMarrowby Citizen College\n\n  • It teaches older people to row.\n"
        + "\nTea for everyone\n\n  • Neighbours meet at four.\n"
    )
    college, tea = profile.practices
    assert (college.name, college.about) == (
        "Marrowby Citizen College",
        "marrowby-citizen-college",
    )
    assert (tea.name, tea.about) == ("Tea for everyone", None)
    assert "older-people" in slugs(college.tags.target_groups)
    assert [p.text for p in college.evidence] == ["It teaches older people to row."]


def test_a_practice_without_text_is_reported(extract: Extract) -> None:
    profile = extract(fill() + "\nGood practices\n\nTea for everyone\n")
    assert profile.practices == ()
    assert any("has no text" in problem.message for problem in profile.problems)


def test_another_member_that_a_sentence_names_is_mentioned(extract: Extract) -> None:
    profile = extract(fill(intro="Marrowby is a friend of Villa María."))
    ((passage, key),) = profile.mentioned_cities
    assert (passage.text, key) == (
        "Marrowby is a friend of Villa María.", CityKey("ar", "villa-maria"),
    )  # fmt: skip


# -- membership, awards, titles ---------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "year", "evidence"),
    [
        ({"facts": "  • Member since:\n    2017"}, 2017, "Member since:\n    2017"),
        (
            {"intro": "It joined the UNESCO GNLC in 2016."},
            2016,
            "It joined the UNESCO GNLC in 2016.",
        ),
        ({}, None, "Marrowby, Ireland"),
    ],
)
def test_the_page_is_a_source_of_its_membership(
    extract: Extract, parts: dict[str, str], year: int | None, evidence: str
) -> None:
    since, passage = extract(fill(**parts)).member_since
    assert (since, passage and passage.text) == (year, evidence)


def test_awards_are_read_from_their_label(extract: Extract) -> None:
    profile = extract(fill(facts="  • City award:\n    2015 and 2019"))
    assert [year for year, _ in profile.award_years] == [2015, 2019]


def test_a_title_the_city_holds_comes_with_its_sentence(extract: Extract) -> None:
    intro = "It has been named an inclusive lifelong learning city for migrants."
    (designation,) = extract(fill(intro=intro)).designations
    assert designation.text == "inclusive lifelong learning city for migrants"
    assert designation.evidence.text == intro


# -- languages ---------------------------------------------------------------------------


def test_a_page_in_another_language_is_read_with_its_labels(extract: Extract) -> None:
    text = (
        "Rivebleue, France\n\n  • Population de la ville:\n    12 345\n\nUn port qui lit\n\n"
        "Vision et motivation\n\nLes migrants apprennent la langue.\n"
    )
    profile = extract(text, language="fr")
    assert profile.page.language == "fr"
    assert "migrants" in slugs(tags(profile, "Les migrants").target_groups)
    assert profile.designations == ()
