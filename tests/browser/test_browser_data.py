"""The pages of RDF files as they are: accessibility, and narrow screens."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from data_files import EX, serve_files, write_files
from playwright.sync_api import Page
from test_browser_pages import find_violations

pytestmark = pytest.mark.browser


def resource(iri: str) -> str:
    return f"/resource?iri={quote(iri, safe='')}"


PAGES = {
    "home": "/",
    "blank nodes": resource(f"{EX}book1"),
    "class": resource(f"{EX}Book"),
    "property": resource("http://purl.org/dc/terms/title"),
    "foreign": resource("http://vocabularies.example/concept5055"),
    "named graph": resource(f"{EX}loans"),
    "graph": f"/graph?graph={EX}loans",
    "default graph": "/graph?default",
    "results": "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20a%20%3Fo%7D",
    "error": resource("urn:none"),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of files, in place of the small release's."""
    files = [str(path) for path in write_files(tmp_path_factory.mktemp("files"))]
    with serve_files(tmp_path_factory.mktemp("temporary"), files) as running:
        yield running.address


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_accessibility_violation(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert find_violations(page) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_page_fits(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
