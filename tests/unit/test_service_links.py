"""Whether what a reconciliation service answers is the member: what agrees and what does not."""

from __future__ import annotations

import pytest

from publisher.candidates import Subject
from publisher.countries import Countries
from publisher.iris import CityKey
from publisher.linksets import PlaceFacts
from publisher.service_links import (
    Known,
    Question,
    Result,
    parse_question,
    propose_service_link,
)

SUBJECT = Subject(CityKey("kr", "sejong"), "Sejong", ("Yeongi",), "")
QUESTION = Question("https://example.org/", ("Q515",), "P17/P297", "P1082", "P625")
FACTS = PlaceFacts("11523293", "Sejong", "36.59245", "127.29223", "394630")
TYPES = {"Q515": "city"}


def find_doubt(result: Result, question: Question = QUESTION, subject: Subject = SUBJECT) -> str:
    known = Known(Countries(), FACTS)
    return propose_service_link(subject, [result], question, "https://e.org/", known).doubt


@pytest.mark.parametrize("said", ["KR", "kor", "410", "Republic of Korea", "Corée du Sud"])
def test_a_country_agrees_by_code_or_name(said: str) -> None:
    result = Result("Q1", "Sejong", TYPES, 100, True, values={"P17/P297": ("Q884", said)})
    assert find_doubt(result) == ""


@pytest.mark.parametrize(("compared", "agrees"), [(True, True), (100, True), (50, False)])
def test_a_country_agrees_as_the_service_compared_it(compared: object, agrees: bool) -> None:
    result = Result("Q1", "Sejong", TYPES, 100, True, features={"P17/P297": compared})
    assert (find_doubt(result) == "") == agrees


def test_what_the_service_says_outweighs_what_it_compared() -> None:
    result = Result(
        "Q1", "Sejong", TYPES, 100, True, {"P17/P297": True}, {"P17/P297": ("North Korea",)}
    )
    assert find_doubt(result) == "in another country: North Korea"


@pytest.mark.parametrize(
    ("said", "agrees"),
    [
        ({"P1082": ("39,464",)}, True),
        ({"P1082": ("39462",)}, False),
        ({"P1082": ("100", "351007.0")}, True),  # of several years, the nearest
        ({"P1082": ("many",)}, True),
        ({"P625": ("36.6, 127.3",)}, True),
        ({"P625": ("Point(127.3 36.6)",)}, True),
        ({"P625": ("127.3 36.6",)}, False),
        ({"P625": ("37.5665,126.978",)}, False),
        ({"P625": ("unknown",)}, True),
    ],
)
def test_population_and_position_are_compared_with_those_of_geonames(
    said: dict[str, tuple[str, ...]], agrees: bool
) -> None:
    result = Result("Q1", "Sejong", TYPES, 100, True, values={"P17/P297": ("KR",), **said})
    assert (find_doubt(result) == "") == agrees


def test_all_doubts_about_a_match_are_told() -> None:
    result = Result("Q1", "Sejong", {"Q11424": "film"}, 100, True)
    doubt = find_doubt(result)
    assert "film" in doubt and "does not say in which country" in doubt


def test_a_question_is_read_as_it_is_written() -> None:
    several = Question("https://example.org/?a=b", ("Q515", "Q1549591"), "P17/P297")
    assert parse_question(several.write()) == several
    assert parse_question(QUESTION.write()) == QUESTION
    assert parse_question("asked https://example.org/") is None
