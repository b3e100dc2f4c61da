"""HTML becomes the text form: blocks to lines, lists to bullets, the frame left out."""

from __future__ import annotations

import pytest
from reading import Read, facts, outline, sentences

from publisher.errors import SourceError
from publisher.markup import html_to_text, looks_like_html


def to_text(markup: str) -> str:
    return html_to_text(markup, "page.html", lambda line: line.rstrip(":") == "Label")[0]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo\n"),
        ("<p>One<br>Two</p>", "One\nTwo\n"),
        ("<ul><li>One</li><li><p>Two</p></li></ul>", "  • One\n  • Two\n"),
        ("<ol><li>One<ul><li>inner</li></ul></li></ol>", "  • One\n  • inner\n"),
        ("<dl><dt>Label</dt><dd>Value</dd></dl>", "Label\nValue\n"),
        ("<div>Label</div><div>Value</div>", "Label\nValue\n"),
        ("<p>a <b>bold</b>\n  word &amp; km<sup>2</sup></p>", "a bold word & km2\n"),
        ("<p>no&nbsp;break</p>", "no\u00a0break\n"),
        ("<h2>Head</h2>text<p>more</p>tail", "Head\n\ntext\n\nmore\n\ntail\n"),
        ("<p>seen<script>x()</script><style>y</style></p><!-- note -->", "seen\n"),
        ("<p hidden>hidden</p><p>seen</p>", "seen\n"),
        ("<p>Label:</p><p>Value</p><p>Next</p>", "Label:\nValue\n\nNext\n"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb\n"),
        ("<p>unclosed <b>bold<p>next", "unclosed bold\n\nnext\n"),
    ],
)
def test_blocks_become_lines(markup: str, text: str) -> None:
    assert to_text(f"<body>{markup}</body>") == text


@pytest.mark.parametrize("tag", ["nav", "footer", "aside", "form", "button", "svg"])
def test_the_frame_of_the_site_is_left_out(tag: str) -> None:
    markup = f"<body><{tag}>Menu</{tag}><p>Text</p></body>"
    assert to_text(markup) == "Text\n"


def test_only_the_main_part_is_read() -> None:
    markup = "<body><div>Menu</div><main><h1>Marrowby</h1></main><div>Foot</div></body>"
    assert to_text(markup) == "Marrowby\n"


@pytest.mark.parametrize(("attribute", "language"), [('lang="fr-CA"', "fr"), ("", "en")])
def test_the_declared_language_is_the_pages(read: Read, attribute: str, language: str) -> None:
    page = read(f"<html {attribute}><body><h1>Marrowby, Ireland</h1><h2>Vision</h2><p>Oui.</p>")
    assert page.language == language


def test_headings_of_any_level_open_sections(read: Read) -> None:
    page = read(
        "<html><body><h1>Marrowby, Ireland</h1><div>City population</div><div>9</div>"
        "<h2>A harbour that reads</h2><p>A port.</p><h2>Good practices</h2>"
        "<h4>The Reading Boat</h4><ul><li>A boat with books.</li></ul></body></html>"
    )
    assert facts(page) == {"population": "9"}
    assert outline(page)[-2:] == [
        ("good-practices", "Good practices"), ("good-practice", "The Reading Boat"),
    ]  # fmt: skip
    assert sentences(page, "good-practice") == ["A boat with books."]


@pytest.mark.parametrize(
    ("text", "is_html"),
    [
        ("<!DOCTYPE html>\n<p>x", True),
        ("\n <HTML>", True),
        ("<?xml version='1.0'?><html/>", True),
        ("<p>Marrowby</p>", True),
        ("<\n\nMarrowby, Ireland", False),
        ("Marrowby, Ireland\n\n1 < 2 and 3 > 2", False),
    ],
)
def test_html_is_told_from_text(text: str, is_html: bool) -> None:
    assert looks_like_html(text) == is_html


@pytest.mark.parametrize(
    "markup", ["<html></html>", "<html><body><script>x</script></body></html>"]
)
def test_html_without_text_is_refused(read: Read, markup: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(markup)
    assert caught.value.where == "page.txt"
    assert caught.value.remedy


def test_what_has_no_element_is_refused() -> None:
    with pytest.raises(SourceError, match="no HTML element"):
        to_text("<!-- nothing -->")
