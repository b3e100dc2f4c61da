"""A curator sees what each word became, and what was left over."""

from itertools import pairwise

from click.testing import CliRunner

from publisher.cli import main
from publisher.explain import Kind, explain_page, write_html
from publisher.page import read_page
from publisher.profile import PageSource
from publisher.site import SETTINGS_FILE

PAGE = """Zedville, Portugal

  • City population:\u00a0
    12,345

A town of bridges

Zedville was founded long ago.

Vision and Strategy

The Zedville Citizen College offers language courses to migrants.
"""


def explain(site):
    page = read_page(PAGE.encode(), "zedville.txt", PageSource(), site.reader)
    return explain_page(page, PageSource(), site.reader)


def test_spans_are_slices_of_the_page_in_order(site):
    explanation = explain(site)
    text = explanation.profile.page.text
    marked = [(s.kind, text[s.start : s.end]) for s in explanation.spans]
    assert (Kind.TITLE, "Zedville, Portugal") in marked
    assert (Kind.HEADING, "Vision and Strategy") in marked
    assert (Kind.NAME, "Zedville Citizen College") in marked
    assert (Kind.TARGET_GROUP, "migrants") in marked
    ends = [(s.start, s.end) for s in explanation.spans]
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


def test_sentence_without_meaning_is_left_over(site):
    assert [p.text for p in explain(site).silent] == ["Zedville was founded long ago."]


def test_html_shows_concepts_and_escapes_the_page(site):
    source = PAGE.replace("bridges", "<b>bridges</b>")
    page = read_page(source.encode(), "zedville.txt", PageSource(), site.reader)
    shown = write_html(explain_page(page, PageSource(), site.reader), "zedville.txt")
    assert "<small>migrants</small>" in shown
    assert "&lt;b&gt;bridges&lt;/b&gt;" in shown
    assert "<i>Zedville was founded long ago.</i>" in shown


def test_command_prints_the_page_with_its_concepts(site, tmp_path):
    file = tmp_path / "zedville.txt"
    file.write_text(PAGE, encoding="utf-8")
    result = CliRunner().invoke(main, ["explain", str(file), "--site", str(site.root)])
    assert result.exit_code == 0
    assert "migrants [migrants]" in result.output
    assert (site.root / SETTINGS_FILE).exists()


def test_command_names_a_page_it_cannot_use_by_its_path(site, tmp_path):
    file = tmp_path / "empty.txt"
    file.write_text("", encoding="utf-8")
    result = CliRunner().invoke(main, ["explain", str(file), "--site", str(site.root)])
    assert result.exit_code == 1
    assert str(file) in result.output


def test_command_says_where_vocabulary_and_pages_part(site):
    result = CliRunner().invoke(main, ["lexicon", "check", "--site", str(site.root)])
    assert result.exit_code == 0, result.output
    assert "Concepts never found on these pages" in result.output
