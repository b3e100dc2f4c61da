"""The page of a member: who it is, what it reports, what it does, and what says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import ORG

from publisher.vocabulary import LC
from publisher.web.reader import Reader, Row, Text
from publisher.web.views.common import (
    Figure,
    Link,
    Quote,
    group_chips,
    group_quotes,
    make_figure,
    make_link,
)
from publisher.web.views.elsewhere import Elsewhere, view_elsewhere, view_regions
from publisher.web.views.origins import Origin, list_origins
from publisher.web.views.text import SectionView, view_sections


@dataclass(frozen=True, slots=True)
class Claim:
    """One source's claim on a membership or an award. `year` is empty where undated."""

    iri: str
    about: Link | None
    year: str
    certainty: str
    sources: tuple[str, ...]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An initiative, body or good practice by name, with what the page says of it."""

    iri: str
    label: Text
    types: tuple[Link, ...]
    part_of: tuple[Link, ...]
    providers: tuple[Link, ...]
    quotes: tuple[Quote, ...]


# Things that the same passages name, so that a page quotes these once.
Names = tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class CityView:
    """Everything that the page of a member shows."""

    iri: str
    name: Text
    country: Link | None
    regions: tuple[Link, ...]
    kinds: tuple[Link, ...]
    profile: str | None
    headline: Text | None
    memberships: tuple[Claim, ...]
    awards: tuple[Claim, ...]
    designations: tuple[Text, ...]
    designation_quotes: tuple[Quote, ...]
    figures: tuple[Figure, ...]
    initiatives: tuple[Names, ...]
    bodies: tuple[Names, ...]
    practices: tuple[Names, ...]
    chips: Mapping[str, list[Link]]
    sections: tuple[SectionView, ...]
    elsewhere: tuple[Elsewhere, ...]
    origins: tuple[Origin, ...]

    @property
    def member_since(self) -> tuple[str, ...]:
        """The years that sources give, each once, in order."""
        return tuple(dict.fromkeys(claim.year for claim in self.memberships if claim.year))


def view_city(reader: Reader, iri: str) -> CityView:
    """Returns what the page of a member shows."""
    about = reader.rows("city", city=iri)
    quotes = group_quotes(reader.rows("city-evidence", city=iri))
    entities = reader.rows("city-entities", city=iri)
    profile = next((row.find("profile") for row in about), None)
    sections = _view_text(reader, profile)
    designations = tuple(
        row.text("designation") for row in reader.rows("city-designations", city=iri)
    )
    return CityView(
        iri=iri,
        name=reader.label(iri),
        country=next(iter(_links(reader, about, "country")), None),
        regions=view_regions(reader, iri),
        kinds=_links(reader, about, "kind"),
        profile=profile,
        headline=next((row.text("headline") for row in about if row.find("headline")), None),
        memberships=_claims(
            reader, reader.rows("city-memberships", city=iri), "membership", quotes
        ),
        awards=_claims(reader, reader.rows("city-awards", city=iri), "award", quotes),
        designations=designations,
        designation_quotes=_quote_designations(designations, quotes.get(iri, ())),
        figures=_figures(reader, iri),
        initiatives=_named(reader, entities, str(LC.Initiative), quotes),
        bodies=_named(reader, entities, str(ORG.Organization), quotes),
        practices=_named(reader, entities, str(LC.GoodPractice), quotes),
        chips=group_chips(reader, reader.rows("city-concepts", city=iri), "passages"),
        sections=sections,
        elsewhere=view_elsewhere(reader, iri),
        origins=list_origins(reader, iri),
    )


def _view_text(reader: Reader, profile: str | None) -> tuple[SectionView, ...]:
    if profile is None:
        return ()
    text = next((row.get("text") for row in reader.rows("profile", profile=profile)), "")
    return view_sections(reader, profile, text)[1]


def _links(reader: Reader, rows: Iterable[Row], name: str) -> tuple[Link, ...]:
    iris = dict.fromkeys(iri for row in rows if (iri := row.find(name)))
    return tuple(make_link(reader, iri) for iri in iris)


def _group(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get(name), []).append(row)
    return found


def _claims(
    reader: Reader, rows: Iterable[Row], name: str, quotes: Mapping[str, tuple[Quote, ...]]
) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            iri=iri,
            about=next(iter(_links(reader, group, "network")), None),
            year=(group[0].find("since") or group[0].get("year"))[:4],
            certainty=group[0].get("certainty"),
            sources=tuple(dict.fromkeys(s for row in group if (s := row.find("source")))),
            quotes=quotes.get(iri, ()),
        )
        for iri, group in _group(rows, name).items()
    )


def _figures(reader: Reader, city: str) -> tuple[Figure, ...]:
    grouped = _group(reader.rows("city-observations", city=city), "observation")
    figures = []
    for rows in grouped.values():
        quotes = tuple(Quote(p, row.text("text")) for row in rows if (p := row.find("passage")))
        about = make_link(reader, rows[0].get("indicator"))
        figures.append(make_figure(rows[0], about, tuple(dict.fromkeys(quotes))))
    return tuple(sorted(figures, key=lambda f: (not f.wording, f.about.label.value)))


def _named(
    reader: Reader,
    rows: Iterable[Row],
    kind: str,
    quotes: Mapping[str, tuple[Quote, ...]],
) -> tuple[Names, ...]:
    grouped = _group((row for row in rows if row.get("class") == kind), "thing")
    found = [
        Named(
            iri=iri,
            label=reader.label(iri),
            types=_links(reader, group, "type"),
            part_of=_links(reader, group, "whole"),
            providers=_links(reader, group, "provider"),
            quotes=quotes.get(iri, ()),
        )
        for iri, group in grouped.items()
    ]
    together: dict[tuple[Quote, ...], list[Named]] = {}
    for named in sorted(found, key=lambda named: named.label.value.casefold()):
        together.setdefault(named.quotes, []).append(named)
    return tuple(map(tuple, together.values()))


def _quote_designations(
    designations: Iterable[Text], quotes: tuple[Quote, ...]
) -> tuple[Quote, ...]:
    """Of the evidence about a city, returns what names its titles, if it does so literally."""
    titles = [text.value.casefold() for text in designations]
    naming = (q for q in quotes if any(title in q.text.value.casefold() for title in titles))
    return tuple(naming) or quotes
