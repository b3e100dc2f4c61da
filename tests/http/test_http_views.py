"""The parts of pages that are values: wording of figures, layout of text, negotiation."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from publisher.formats import HTML, JSONLD, TURTLE
from publisher.web.languages import get_direction, name_language
from publisher.web.negotiation import NotAcceptable, choose_format, prefers_html, split_suffix
from publisher.web.reader import EXTENSION, Row, Text, shorten
from publisher.web.views.common import word_figure
from publisher.web.views.text import BlockKind, PassageView, Placed, lay_out


@pytest.mark.parametrize(
    ("values", "wording"),
    [
        ({"value": "276446"}, "276,446"),
        ({"value": "12.50", "unit": "years"}, "12.5 years"),
        ({"value": "9081.07", "unit": "USD"}, "9,081.07 USD"),
        ({"value": "0"}, "0"),
        ({"value": "1E+3"}, "1,000"),
        ({"value": "91000", "approximate": "true"}, "about 91,000"),
        ({"minimum": "25000", "unit": "USD"}, "more than 25,000 USD"),
        ({"maximum": "10000", "unit": "USD"}, "less than 10,000 USD"),
        ({"minimum": "10000", "maximum": "15000"}, "between 10,000 and 15,000"),
        ({"unit": "USD"}, ""),
    ],
)
def test_figures_in_words(values: dict[str, str], wording: str) -> None:
    assert word_figure(Row({name: ox.Literal(value) for name, value in values.items()})) == wording


def place(text: str, *parts: str) -> list[Placed]:
    return [
        Placed(
            PassageView(part, number, Text(part)), text.index(part), text.index(part) + len(part)
        )
        for number, part in enumerate(parts, 1)
    ]


def test_paragraphs_and_lists_are_laid_out_as_they_stood() -> None:
    text = "One. Two.\n\nThree.\n  • Four;\n  • Five.\n1. Six\nin 90,000.\nSeven."
    parts = ("One.", "Two.", "Three.", "Four;", "Five.", "Six\nin 90,000.", "Seven.")
    blocks = lay_out(text, place(text, *parts))
    paragraph, item = BlockKind.PARAGRAPH, BlockKind.ITEM
    assert [block.kind for block in blocks] == [
        paragraph, paragraph, item, item, item, paragraph,
    ]  # fmt: skip
    assert [p.iri for p in blocks[0].passages] == ["One.", "Two."]


def test_text_before_the_first_passage_makes_no_list() -> None:
    text = "A figure of 91,000.\nFirst."
    assert lay_out(text, place(text, "First."))[0].kind is BlockKind.PARAGRAPH


def accept(header: str) -> MIMEAccept:
    return parse_accept_header(header, MIMEAccept)


def test_the_higher_weight_of_equal_ranges_counts() -> None:
    header = 'application/ld+json;q=0.1, text/turtle;q=0.5, application/ld+json;profile="x"'
    assert choose_format(accept(header), (HTML, TURTLE, JSONLD)) is JSONLD


def test_refusal_of_everything_is_an_error() -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose_format(accept("text/html;q=0"), (HTML, TURTLE))
    assert caught.value.available == ("text/html", "text/turtle")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("text/html;q=0, */*", False),
        ("text/html;q=0.5, application/json", True),
        ("text/html;q=0.5, application/problem+json", False),
    ],
)
def test_only_who_names_html_gets_a_page(header: str, expected: bool) -> None:
    assert prefers_html(accept(header), "application/problem+json") is expected


def test_suffixes() -> None:
    assert split_suffix("a/b.ttl", (HTML, TURTLE)) == ("a/b", TURTLE)
    assert split_suffix("a/b.txt", (HTML, TURTLE)) == ("a/b.txt", None)


def test_names_of_things_without_label() -> None:
    assert shorten("https://schema.org/text") == "schema:text"
    assert shorten("https://example.org/a/b") == "b"
    assert shorten("https://example.org/") == "example.org"


def test_a_number_alone_is_no_name(app: Flask) -> None:
    reader = app.extensions[EXTENSION]
    license_ = "https://creativecommons.org/licenses/by/4.0/"
    assert str(reader.label(license_)) == "creativecommons.org/licenses/by/4.0/"
    assert str(reader.label("http://www.wikidata.org/entity/Q884")) == "Q884"


def test_languages() -> None:
    assert name_language("ar") == "Arabic"
    assert name_language("x-nothing") == "x-nothing"
    assert get_direction("ar-EG") == "rtl"
    assert get_direction("fr") is None
    assert get_direction(None) is None


def test_evidence_is_asked_for_one_city(app: Flask) -> None:
    """Of a member without a page there is none, whatever the pages of others say."""
    reader = app.extensions[EXTENSION]
    base = "https://data.example.org/cities/id/city"
    assert reader.rows("city-evidence", city=f"{base}/zz/none") == []
    things = {row.get("thing") for row in reader.rows("city-evidence", city=f"{base}/xa/example")}
    assert f"{base}/xa/example" in things
