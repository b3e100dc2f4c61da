"""What the templates may call, and what every page knows."""

from __future__ import annotations

from flask import Flask

from publisher.release import Release
from publisher.web import links
from publisher.web.faces import Face
from publisher.web.markup import get_format_label, mark_language, shorten_address
from publisher.web.reader import get_reader
from publisher.web.schema_org import describe_page

_FUNCTIONS = {
    "anchor": links.get_anchor,
    "canonical": links.find_canonical,
    "correction_href": links.get_correction_href,
    "describe_page": describe_page,
    "dump_href": links.get_dump_href,
    "format_label": get_format_label,
    "href": links.get_href,
    "is_local": links.is_local,
    "is_web_address": links.is_web_address,
    "label": links.get_label,
    "lang": mark_language,
    "leads_somewhere": links.leads_somewhere,
    "passage_href": links.get_passage_href,
    "report_href": links.get_report_href,
    "short": shorten_address,
}


def init_app(app: Flask, release: Release, face: Face) -> None:
    """Gives the templates of `app` their functions, and what all pages of a site have."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        **_FUNCTIONS,
        "face": face,
        "prefixes": tuple(release.dialect.prefixes),
        "settings": release.settings,
    }
    app.context_processor(_tell_release)


def _tell_release() -> dict[str, object]:
    """A page says which release it shows."""
    return {"manifest": get_reader().release.manifest}
