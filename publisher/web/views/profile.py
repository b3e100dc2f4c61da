"""The page of a profile: its whole text, passage by passage, with the concepts stated."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import PROV

from publisher.web.languages import get_direction
from publisher.web.reader import Reader, Text
from publisher.web.views.common import Link, make_link
from publisher.web.views.text import Block, SectionView, view_sections


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything that the page of a profile shows. `original`: the text is the source's own."""

    iri: str
    label: Text
    city: Link
    headline: Text | None
    language: str
    direction: str | None
    license: str
    issued: str
    modified: str
    sources: tuple[str, ...]
    original: bool
    preface: tuple[Block, ...]
    sections: tuple[SectionView, ...]


def view_profile(reader: Reader, iri: str) -> ProfileView:
    """Returns what the page of a profile shows."""
    rows = reader.rows("profile", profile=iri)
    first = rows[0]
    preface, sections = view_sections(reader, iri, first.get("text"))
    language = first.get("language") or "en"
    return ProfileView(
        iri=iri,
        label=reader.label(iri),
        city=make_link(reader, first.get("city")),
        headline=first.text("headline") if first.find("headline") else None,
        language=language,
        direction=get_direction(language),
        license=first.get("license"),
        issued=first.get("issued"),
        modified=first.get("modified"),
        sources=tuple(dict.fromkeys(s for row in rows if (s := row.find("source")))),
        original=any(row.get("how") == str(PROV.wasQuotedFrom) for row in rows),
        preface=preface,
        sections=sections,
    )
