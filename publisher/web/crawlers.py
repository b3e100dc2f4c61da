"""What is said to crawlers: where to go (sitemaps.org) and where not (RFC 9309)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for

from publisher.web.errors import UnknownResource
from publisher.web.reader import Reader, get_reader

blueprint = Blueprint("crawlers", __name__)
# Only a site has addresses that are worth a list.
sitemap = Blueprint("sitemap", __name__)

# The most that one file may list: https://www.sitemaps.org/protocol.html
MOST_IN_A_FILE = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """An address with the date of the newest thing that it shows."""

    address: str
    changed: str


@blueprint.get("/robots.txt")
def send_robots() -> Response:
    """Keeps crawlers from asking queries, and names the sitemap."""
    lines = ["User-agent: *", f"Disallow: {url_for('sparql.answer_query')}"]
    if get_reader().release.is_site:
        queries = url_for("saved.list_saved_queries")
        lines += [
            f"Disallow: {queries}",
            f"Allow: {queries}$",  # the list itself; the more exact rule counts
            "",
            f"Sitemap: {url_for('sitemap.send_sitemap', _external=True)}",
        ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@sitemap.get("/sitemap.xml")
def send_sitemap() -> Response:
    """Lists the pages, or the parts of the list where there are many."""
    entries = _list_entries()
    parts = -(-len(entries) // MOST_IN_A_FILE)
    if parts > 1:
        return _send_xml(render_template("sitemaps.xml", parts=parts))
    return _send_xml(render_template("sitemap.xml", entries=entries))


@sitemap.get("/sitemap-<int:number>.xml")
def send_part(number: int) -> Response:
    """Lists one part of the pages."""
    entries = _list_entries()
    part = entries[max(0, number - 1) * MOST_IN_A_FILE : number * MOST_IN_A_FILE]
    if not part:
        raise UnknownResource(
            "The sitemap has no part of that number.",
            remedy=f"It begins at {url_for('.send_sitemap')}.",
        )
    return _send_xml(render_template("sitemap.xml", entries=part))


def _list_entries() -> Sequence[Entry]:
    reader = get_reader()
    root, date = request.url_root, reader.release.manifest.date
    fixed = ("pages.show_home", "resources.show_ontology", "saved.list_saved_queries")
    return (
        *(Entry(url_for(endpoint, _external=True), date) for endpoint in fixed),
        *(
            Entry(f"{root}doc/{quote(path, safe='/')}", changed)
            for path, changed in _find_pages(reader)
        ),
    )


@lru_cache(maxsize=1)
def _find_pages(reader: Reader) -> tuple[tuple[str, str], ...]:
    """Returns the things with a page that says more than the pages that lead to it.

    Each with the date of the profile that speaks of it, else that of the release.
    """
    found: dict[str, str] = {}
    things = f"{reader.base}id/"
    for row in reader.rows("sitemap"):
        if not row.get("thing").startswith(things):
            continue
        path = row.get("thing").removeprefix(things)
        dates = [date[:10] for name in ("issued", "modified") if (date := row.get(name))]
        found[path] = max([*dates, found.get(path, "")])
    date = reader.release.manifest.date
    return tuple((path, changed or date) for path, changed in sorted(found.items()))


def _send_xml(text: str) -> Response:
    return Response(text, content_type="application/xml; charset=utf-8")
