"""Values behind labels: exact, bands with excluded bounds, or unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from publisher.figures import Figure, find_population, parse_figure


def figure(value: str = "", minimum: str = "", maximum: str = "") -> Figure:
    return Figure(*(Decimal(text) if text else None for text in (value, minimum, maximum)))


@pytest.mark.parametrize(
    ("indicator", "text", "expected"),
    [
        ("population", "276,446", figure("276446")),
        ("population", "1,234,567", figure("1234567")),
        ("population", "1.234.567", figure("1234567")),
        ("population", "276.446", figure("276446")),
        ("population", "276 446", figure("276446")),
        ("population", "276\u202f446 inhabitants", figure("276446")),
        ("population", "1.2 million", figure("1200000")),
        ("population", "5,12,000", figure("512000")),
        ("population", "1,05,12,000", figure("10512000")),
        ("population", "5.1 lakh", figure("510000")),
        ("population", "1.2 crore", figure("12000000")),
        ("population", "0", figure("0")),
        ("area", "97.3", figure("97.3")),
        ("area", "1495", figure("1495")),
        ("area", "681,15", figure("681.15")),
        ("area", "681,15 km²", figure("681.15")),
        ("area", "1,495.5 km2", figure("1495.5")),
        ("area", "1.495,5", figure("1495.5")),
        ("area", "1,495", figure("1495")),
        ("mean-years-of-schooling", "10.5", figure("10.5")),
        ("mean-years-of-schooling", "10,5", figure("10.5")),
        ("mean-years-of-schooling", "12 years", figure("12")),
        ("gdp-country", "USD 46,533", figure("46533")),
        ("gdp-country", "USD$ 27,221", figure("27221")),
        ("gdp-country", "USD 9,081.07", figure("9081.07")),
        ("gdp-country", "USD 1", figure("1")),
        ("gdp-city", "Less than USD 10,000", figure(maximum="10000")),
        ("gdp-city", "Between USD 10,000 and USD 15,000", figure("", "10000", "15000")),
        ("gdp-city", "Between 15,000 and 25,000 USD", figure("", "15000", "25000")),
        ("gdp-city", "More than USD 25,000", figure(minimum="25000")),
        ("population-density", "Less than 300 inhabitants per km²", figure(maximum="300")),
        ("population-density", "Between 300 and 500 inhabitants per km²", figure("", "300", "500")),
        ("population-density", "More than 500 inhabitants per km²", figure(minimum="500")),
        ("population", "", figure()),
        ("population", "not available", figure()),
        ("population", "276,446 (2019)", figure("276446")),
        ("population", "276,446 (census of 2019)", figure("276446")),
        ("area", "276 km² (2019)", figure("276")),
        ("population", "1.2m", figure("1200000")),
        ("population", "1,2 millones", figure("1200000")),
        ("area", "12 m", figure("12")),
        ("mean-years-of-schooling", "12 %", figure()),
        ("population", "15 to 10", figure()),
    ],
)
def test_values_are_read_as_printed(indicator: str, text: str, expected: Figure) -> None:
    assert parse_figure(indicator, text) == expected
    assert expected.known == (expected != Figure())


def test_a_scaled_figure_has_no_decimals_that_say_nothing() -> None:
    assert str(parse_figure("population", "1.1 million").value) == "1100000"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("With a population of 48,000, it is small.", ("48,000", figure("48000"))),
        ("It has more than 48,000 inhabitants.", ("more than 48,000", figure(minimum="48000"))),
        ("Some 1.2 million residents share it.", ("Some 1.2 million", figure("1200000"))),
        ("The course had 12 residents.", None),
        ("In 2019, 48,000 books were lent.", None),
        ("It spends USD 48,000 a year.", None),
        ("Boats.", None),
    ],
)
def test_a_population_in_prose(sentence: str, expected: tuple[str, Figure] | None) -> None:
    assert find_population(sentence) == expected
