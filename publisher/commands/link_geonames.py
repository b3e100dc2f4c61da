"""Links of members to GeoNames, and of countries by their codes, without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rdflib import SKOS, Literal

from publisher.candidates import Proposal, Subject
from publisher.commands.common import say
from publisher.commands.link_files import (
    NO_PLACE,
    Reviewed,
    Shown,
    list_undecided,
    read_links,
    show_candidates,
    write_links,
    write_text,
)
from publisher.errors import UsageError
from publisher.gazetteer import Gazetteer, Place, load_gazetteer
from publisher.linking import (
    CITIES_FILE,
    COUNTRIES_FILE,
    COUNTRY_PREFIXES,
    GEONAMES_PREFIXES,
    decide_link,
    find_decided,
    find_facts,
    keep_reviewed,
    link_countries,
    list_subjects,
    make_link,
    make_links,
    merge_reviewed,
    propose_links,
    replace_decision,
)
from publisher.linksets import GEONAMES, write_places
from publisher.site import Site
from publisher.site_tables import PLACES
from publisher.sssom import NO_TERM, Link


def open_gazetteer(site: Site) -> Gazetteer:
    """Returns the gazetteer that knows the words for kinds of units by the site's concepts.

    Raises:
        SourceError: its packages are not installed.
    """
    scheme = site.iris.scheme("member-kind")
    words = {
        str(label)
        for kind in site.concepts.subjects(SKOS.inScheme, scheme)
        for property_ in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
        for label in site.concepts.objects(kind, property_)
        if isinstance(label, Literal)
    }
    return load_gazetteer(words)


def link_members(site: Site, threshold: float) -> None:
    """Writes the links that need no person, beside those that persons decided.

    Raises:
        SourceError: the gazetteer's packages are not installed.
    """
    gazetteer = open_gazetteer(site)
    proposals = propose_links(list_subjects(site.members), gazetteer, threshold)
    rows = merge_reviewed(read_links(site, CITIES_FILE), make_links(proposals))
    _write(site, gazetteer, rows)
    decided = find_decided(rows)
    open_ = [p for p in proposals if f"city/{p.subject.key}" not in decided]
    reviewed = sum(row.is_reviewed and not row.negated for row in rows)
    say(f"{len(decided)} of {len(proposals)} members linked or decided, {reviewed} of them by hand")
    if open_:
        say(f"{len(open_)} are left: publisher link review")


def review_members(site: Site, threshold: float, subjects: Sequence[Subject] | None) -> int:
    """Shows members with their candidates and returns how many; without `subjects`, those
    that are to be decided."""
    gazetteer = open_gazetteer(site)
    asked = list_undecided(site, CITIES_FILE) if subjects is None else subjects
    members = map(_show, propose_links(asked, gazetteer, threshold))
    show_candidates(site, CITIES_FILE, GEONAMES, members)
    return len(asked)


def decide_member(site: Site, subject: Subject, place: str, reviewed: Reviewed) -> Link:
    """Writes down that a member is a place, by its GeoNames id, or none; returns the row.

    Raises:
        UsageError: the country has no such place.
    """
    gazetteer = open_gazetteer(site)
    if place == NO_PLACE:
        decision = reviewed.decide(NO_TERM)
    else:
        found = _get_place(subject, gazetteer, place)
        decision = reviewed.decide(f"{GEONAMES}{found.geonames}/", str(found), found.name)
    row = decide_link(subject, decision)
    _write(site, gazetteer, replace_decision(read_links(site, CITIES_FILE), row))
    return row


def _show(proposal: Proposal) -> Shown:
    links = [make_link(proposal.subject, candidate) for candidate in proposal.candidates]
    return Shown(proposal.subject, proposal.doubt, links)


def _write(site: Site, gazetteer: Gazetteer, rows: tuple[Link, ...]) -> None:
    """Writes the links of cities and countries, and the facts of the places linked to."""
    codes = {member.key.country for member in site.members.all}
    countries = list(link_countries(codes, site.countries, gazetteer))
    source = {"object_source_version": gazetteer.source}
    write_links(site, CITIES_FILE, rows, GEONAMES_PREFIXES, source)
    found = keep_reviewed(read_links(site, COUNTRIES_FILE), (row for row, _ in countries))
    write_links(site, COUNTRIES_FILE, found, COUNTRY_PREFIXES, source)
    places = [place for _, place in countries if place is not None]
    places += _find_places(rows, gazetteer)
    write_text(site, PLACES, write_places(map(find_facts, places)))


def _find_places(rows: Iterable[Link], gazetteer: Gazetteer) -> list[Place]:
    found = []
    for row in rows:
        identifier = row.object.removeprefix(GEONAMES).rstrip("/")
        country = row.subject.split("/")[1]
        if identifier.isdigit() and (place := gazetteer.find_entry(int(identifier), country)):
            found.append(place)
    return found


def _get_place(subject: Subject, gazetteer: Gazetteer, identifier: str) -> Place:
    country = subject.key.country
    place = gazetteer.find_entry(int(identifier), country) if identifier.isdigit() else None
    if place is None:
        raise UsageError(
            f"there is no place {identifier} in {country.upper()}",
            remedy=f"take an id that `publisher link review` shows, or `{NO_PLACE}`",
        )
    return place
