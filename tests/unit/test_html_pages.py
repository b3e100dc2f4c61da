"""A page as HTML says what it says as text, whatever stands around it."""

import html
import re

import pytest

from publisher.page import read_page
from publisher.profile import Page
from tests.gold.scoring import found_items

SURROUNDINGS = (
    '<div class="cookie-consent"><p>We use cookies to give all citizens a better experience.</p>'
    '<button>Accept</button></div><nav><ul><li><a href="/">Home</a></li></ul></nav>'
    '<div id="topmenu"><ul><li><a href="/l">Literacy</a></li><li>Migrants</li></ul></div>'
    '<header role="banner"><p>Institute for Lifelong Learning</p></header>',
    '<div class="related-content"><h2>Vision</h2><ul><li><a href="/x">Cork, Ireland</a></li></ul>'
    "</div><aside><p>Women and girls in science.</p></aside>"
    "<footer><p>Share this page with young people.</p></footer><script>var women = 1;</script>",
)


def _facts_as_dl(facts):
    rows = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in facts)
    return f"<dl>{rows}</dl>"


def _facts_as_table(facts):
    rows = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in facts)
    return f"<table>{rows}</table>"


def _facts_as_divs(facts):
    return "".join(
        f'<div class="fact"><div>{label}</div><div>{value}</div></div>' for label, value in facts
    )


def _facts_as_list(facts):
    items = "".join(f"<li>{label}:&nbsp;<br>{value}</li>" for label, value in facts)
    return f"<ul>{items}</ul>"


RENDERINGS = [_facts_as_dl, _facts_as_table, _facts_as_divs, _facts_as_list]


def write_markup(page: Page, render) -> str:
    """The page as a web page: what the reader found in the text, as elements."""
    escape = html.escape
    parts = [f"<h1>{escape(page.title.text)}</h1>"]
    facts = [
        (escape(re.split(r":|\n", fact.passage.text)[0]), escape(fact.value)) for fact in page.facts
    ]
    if facts:
        parts.append(render(facts))
    if page.headline:
        parts.append(f"<p class='lead'>{escape(page.headline.text)}</p>")
    for section in page.all_sections():
        if section.heading:
            parts.append(f"<h3>{escape(section.heading)}</h3>")
        lines = page.text
        for passage in section.passages:
            before = lines[: passage.start].rpartition("\n")[2]
            bullet = before.strip() != "" and len(before.strip()) < 4
            text = escape(passage.text)
            parts.append(f"<ul><li>{text}</li></ul>" if bullet else f"<p>{text}</p>")
    above, below = SURROUNDINGS
    return (
        f"<!doctype html><html lang='en'><head><title>x</title></head><body>{above}"
        f"<div class='page'>{''.join(parts)}</div>{below}</body></html>"
    )


PAGES = ["balanga", "bahir-dar", "edmonton", "kilifi-county", "nonsan", "sejong", "sharjah"]


@pytest.mark.parametrize("render", RENDERINGS)
@pytest.mark.parametrize("name", PAGES)
def test_same_page_as_html_gives_the_same_facts(site, name, render):
    file = next(f for f in site.pages() if f.path.stem == name)
    as_text = site.convert(file.data, file.path.name, file.known).profile
    page = read_page(file.data, file.path.name, file.known, site.reader)
    markup = write_markup(page, render)
    as_html = site.convert(markup.encode(), f"{name}.html", file.known).profile
    assert found_items(as_html) == found_items(as_text)


def test_document_says_its_language_where_the_text_does_not(site):
    markup = "<html lang='fr-FR'><body><h1>Dakar, Sénégal</h1><h2>Vision</h2><p>Oui</p></body>"
    assert site.convert(markup.encode(), "x.html").profile.page.language == "fr"
