"""The small values that every page is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from publisher.vocabulary import LC
from publisher.web.reader import Reader, Row, Text

# The properties that tag a text with concepts, in the order pages show them.
TAGS: dict[str, str] = {
    str(LC.targetGroup): "Whom it reaches",
    str(LC.topic): "Topics",
    str(LC.theme): "Themes",
    str(LC.deliveryMode): "How learning is delivered",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A thing with its name, and how often it occurs where that is asked."""

    iri: str
    label: Text
    count: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage: the sentence that says so."""

    iri: str
    text: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as worded for people; `wording` is empty where nothing is reported."""

    iri: str
    about: Link
    wording: str
    printed: str
    approximate: bool
    quotes: tuple[Quote, ...] = ()


def make_link(reader: Reader, iri: str, count: int = 0) -> Link:
    """Returns a link to a thing under its own label."""
    return Link(iri, reader.label(iri), count)


def sort_links(links: Iterable[Link]) -> list[Link]:
    """Returns links by how often they occur, then by name."""
    return sorted(links, key=lambda link: (-link.count, link.label.value.casefold()))


def group_quotes(rows: Iterable[Row]) -> dict[str, tuple[Quote, ...]]:
    """Returns the quotes of each `?thing`, each passage once, in the order of the rows."""
    found: dict[str, dict[str, Quote]] = defaultdict(dict)
    for row in rows:
        passage = row.find("passage")
        if passage:
            found[row.get("thing")].setdefault(passage, Quote(passage, row.text("text")))
    return {thing: tuple(quotes.values()) for thing, quotes in found.items()}


def group_chips(reader: Reader, rows: Iterable[Row], count: str) -> dict[str, list[Link]]:
    """Returns the concepts of `?property ?concept` rows under the heading of each property."""
    found: dict[str, list[Link]] = {heading: [] for heading in TAGS.values()}
    for row in rows:
        link = make_link(reader, row.get("concept"), row.number(count))
        found[TAGS[row.get("property")]].append(link)
    return {heading: sort_links(links) for heading, links in found.items() if links}


def word_figure(row: Row) -> str:
    """Returns the value of an observation in words, "" where the page reports none.

    A band with one end is open and leaves that end out: "more than 25,000 USD".
    """
    unit = row.get("unit")
    value, low, high = (_number(row.find(name)) for name in ("value", "minimum", "maximum"))
    if value:
        words = f"about {value}" if row.get("approximate") == "true" else value
    elif low and high:
        words = f"between {low} and {high}"
    elif low or high:
        words = f"more than {low}" if low else f"less than {high}"
    else:
        return ""
    return f"{words} {unit}".strip()


def make_figure(row: Row, about: Link, quotes: tuple[Quote, ...] = ()) -> Figure:
    """Returns the figure that a row about an `?observation` tells."""
    return Figure(
        iri=row.get("observation"),
        about=about,
        wording=word_figure(row),
        printed=row.get("printed"),
        approximate=row.get("approximate") == "true",
        quotes=quotes,
    )


def _number(lexical: str | None) -> str:
    if lexical is None:
        return ""
    number = Decimal(lexical)
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.normalize():,f}"
