"""The value behind a fact label → numbers: exact, a band, or none that can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d+)*")
_SCALE = re.compile(
    r"\s*(million|billion|thousand|lakh|crore|millones|millón|mil|milhões|milhão|миллион\w*|млн|тыс)"
    r"s?\b",
    re.IGNORECASE,
)
_SCALES = {
    "thousand": 10**3,
    "mil": 10**3,
    "тыс": 10**3,
    "lakh": 10**5,
    "crore": 10**7,
    "billion": 10**9,
}  # fmt: skip; every other word is a million
_SHORT_SCALE = re.compile(r"\s?(k|m|mn|bn)\b", re.IGNORECASE)
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9}
# When a figure was counted: `276 km² (2019)`, `48,000 (census of 2021)`.
_YEAR_OF_COUNT = re.compile(r"\([^()\d]*(?:19|20)\d\d[^()\d]*\)")
# Hundreds of thousands are set off by twos in India and its neighbours: `5,12,000`.
_LAKHS = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?!\d)")
_MORE = re.compile(
    r"\b(more than|over|above|at least|exceed\w*|plus de|más de|mas de|mais de)\b|[>≥]", re.I
)
_LESS = re.compile(r"\b(less than|fewer than|under|below|up to|moins de|menos de)\b|[<≤]", re.I)
# Nobody counts thousandths of people or dollars: `10.000` is ten thousand.
_COUNTED = frozenset({"population", "gdp-city", "gdp-country", "gdp-city-per-capita"})
# In prose: who is counted stands behind the number, or "population of" before it.
_POPULATION = re.compile(
    r"\bpopulation (?:of|is|was|reached|has reached|stands at)\s+(?P<a>[^.;]{0,25}?"
    r"(?:\d[\d.,\u00a0\u202f ]*\d|\d)(?:\s*(?:million|thousand))?)"
    r"|(?P<b>(?:\b(?:more than|over|about|some|nearly|almost|around|approximately)\s+)?"
    r"(?:\d[\d.,\u00a0\u202f ]*\d|\d)(?:\s*(?:million|thousand))?)\s+"
    r"(?:inhabitants|residents|people live|citizens live)\b",
    re.IGNORECASE,
)
_SMALLEST_POPULATION = 1000  # below it, "12 residents" took part in something


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, or a band whose bounds are themselves excluded; all None if unreadable."""

    value: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @property
    def known(self) -> bool:
        return any(v is not None for v in (self.value, self.minimum, self.maximum))


def parse_number(text: str, *, counted: bool = False) -> Decimal:
    """Returns the number written in `text`, with either separator for either use.

    A separator followed by exactly three digits separates thousands if it is a
    comma or a space, if it occurs more than once, or if the thing is `counted`;
    otherwise it is the decimal mark.
    """
    compact = re.sub(r"[\u00a0\u202f ]", "", text)
    groups = re.split(r"[.,]", compact)
    marks = re.findall(r"[.,]", compact)
    if not marks or _LAKHS.fullmatch(compact):
        return Decimal("".join(groups))
    *head, last = groups
    in_threes = all(len(group) == 3 for group in groups[1:])
    one_kind = len(set(marks)) == 1
    thousands = in_threes and one_kind and (marks[0] == "," or len(marks) > 1 or counted)
    if thousands:
        return Decimal("".join(groups))
    return Decimal("".join(head) + "." + last)


def parse_figure(indicator: str, text: str) -> Figure:
    """Returns what a fact's value says; an unknown Figure if no number can be read."""
    counted = indicator in _COUNTED
    text = _YEAR_OF_COUNT.sub("", re.sub(r"\bkm\s?[2²]", "", text))
    if "%" in text:
        return Figure()  # a share of something, and none of the indicators is one
    numbers = []
    for found in _NUMBER.finditer(text):
        number = parse_number(found.group(), counted=counted)
        numbers.append(_without_zeros(number * _scale(text, found.end(), short=counted)))
    if len(numbers) == 2 and numbers[0] < numbers[1]:
        return Figure(minimum=numbers[0], maximum=numbers[1])
    if len(numbers) != 1:
        return Figure()
    if _MORE.search(text):
        return Figure(minimum=numbers[0])
    if _LESS.search(text):
        return Figure(maximum=numbers[0])
    return Figure(value=numbers[0])


def _scale(text: str, position: int, *, short: bool) -> int:
    """The factor that a word behind a number means; `short`: `1.2m` may be one, too."""
    if found := _SCALE.match(text, position):
        return _SCALES.get(found[1].lower(), 10**6)
    if short and (found := _SHORT_SCALE.match(text, position)):
        return _SHORT_SCALES[found[1].lower()]
    return 1


def _without_zeros(number: Decimal) -> Decimal:
    """`1.1 million` is 1100000, not 1100000.0."""
    return Decimal(int(number)) if number == int(number) else number


def find_population(sentence: str) -> tuple[str, Figure] | None:
    """Returns (as printed, figure) of a population that a sentence states, or None."""
    if not _NUMBER.search(sentence):
        return None
    for found in _POPULATION.finditer(sentence):
        printed = (found["a"] or found["b"]).strip()
        figure = parse_figure("population", printed)
        stated = figure.value or figure.minimum or figure.maximum
        if stated is not None and stated >= _SMALLEST_POPULATION:
            return printed, figure
    return None
