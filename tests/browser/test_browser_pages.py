"""What a reader meets: accessibility, narrow screens, the keyboard, no network but ours."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "city": "/doc/city/xa/example",
    "profile": "/doc/profile/xa/example",
    "concept": "/doc/topic/reading",
    "indicator": "/doc/indicator/population",
    "scheme": "/doc/scheme/topic",
    "country": "/doc/country/xa",
    "thing": "/doc/entity/xa/example/example-library",
    "passage": "/doc/profile/xa/example/passage/0000000000aa",
    "graph": "/graph/concepts",
    "ontology": "/ontology",
    "form": "/sparql",
    "results": "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20a%20%3Fo%7D",
    "queries": "/query/",
    "query": "/query/sentences",
    "required": "/query/statements",
    "verdict": "/query/any-award?year=2021",
    "refusal": "/query/any-award?year=x",
    "error": "/doc/nothing",
    "report": "/report",
    "report of a city": "/report/xa/example",
    "releases": "/release/",
    "release": "/release/2026-01-01-0123abcd/",
    "diff": "/release/2026-01-01-0123abcd/diff/2026-01-01-0123abcd",
}


def find_violations(page: Page) -> list[tuple[str, list[str]]]:
    """Returns each rule of axe that the page breaks, with the elements that do."""
    violations = Axe().run(page).response["violations"]
    return [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_accessibility_violation(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert find_violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert find_violations(page) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_fits_and_fetches_nothing_foreign(page: Page, server: str, path: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path)
    assert all(url.startswith(server) for url in asked)
    assert [c for c in complaints if not re.search(r"status of 40[04]", c)] == []
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_skip_link_comes_first(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_evidence_leads_to_the_passage_in_the_profile(page: Page) -> None:
    page.goto("/doc/city/xa/example")
    page.get_by_role("link", name="Read it in the profile").first.click()
    assert "#passage-" in page.url
    passage = page.locator(".passage:target")
    expect(passage).to_contain_text("Example has been named City of Stories.")
    expect(passage).to_be_in_viewport()


def test_query_form_answers(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_label("SPARQL query").fill("SELECT ?city WHERE { ?city a lc:LearningCity }")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("link", name="city/xa/example")).to_be_visible()
    expect(page.get_by_label("SPARQL query")).to_have_value(
        "SELECT ?city WHERE { ?city a lc:LearningCity }"
    )


def test_saved_query_is_filled_in_and_answered(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_role("link", name="Cities on a topic", exact=True).click()
    expect(page.get_by_label("Topic")).to_have_value("topic/reading")
    page.get_by_role("link", name="Saved queries").click()
    page.get_by_role("link", name="Sentences with words").click()
    page.get_by_label("Words").fill("named City of Stories")
    page.get_by_label("City").select_option("Example")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="1 row")).to_be_visible()
    expect(page.get_by_role("cell", name="Example has been named City of Stories.")).to_be_visible()
    expect(page.get_by_label("Words")).to_have_value("named City of Stories")
    page.get_by_role("link", name="A link that repeats this").click()
    expect(page.get_by_role("heading", name="1 row")).to_be_visible()
    page.get_by_role("link", name="Change it in the query form").click()
    expect(page.get_by_label("SPARQL query")).to_have_value(re.compile("City of Stories"))


def test_example_fills_the_query_form(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_role("link", name="Open it in the form above: Cities on a topic").click()
    expect(page.get_by_label("SPARQL query")).to_have_value(re.compile("lc:topic"))


def test_phone_has_no_violation_on_a_saved_query(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/query/", "/query/sentences", "/query/statements", "/sparql"):
        page.goto(path)
        assert find_violations(page) == []


def test_example_can_be_copied(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl -H")
    context.close()


def test_pages_work_without_scripts(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Example", exact=True).click()
    expect(page.get_by_role("heading", name="Example", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("path", ["/", "/doc/city/xa/example", "/ontology"])
def test_the_policy_lets_descriptions_for_search_engines_stand(page: Page, path: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path, wait_until="load")
    block = page.locator("script[type='application/ld+json']")
    assert page.evaluate("text => JSON.parse(text)['@context']", block.text_content()) == (
        "https://schema.org"
    )
    assert complaints == []
