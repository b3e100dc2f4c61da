"""publisher link: find what members are elsewhere, and decide where it is not plain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from rdflib import SKOS, Literal
from rich.console import Console
from rich.table import Table

import publisher
from publisher.candidates import LOCATED_AT, SAME_AS, Candidate, Proposal, Subject
from publisher.commands.common import open_site, say, site_option, write_output
from publisher.errors import UsageError
from publisher.gazetteer import Gazetteer, Place, load_gazetteer
from publisher.linking import (
    CITIES_FILE,
    COUNTRIES_FILE,
    COUNTRY_PREFIXES,
    GEONAMES_PREFIXES,
    Decision,
    decide_link,
    find_decided,
    find_facts,
    link_countries,
    list_subjects,
    make_link,
    make_links,
    merge_reviewed,
    propose_links,
    replace_decision,
    update_file,
)
from publisher.linksets import GEONAMES, PlaceFacts, write_places
from publisher.reconciliation import ReconciliationService, ServiceProposal
from publisher.site import Site
from publisher.site_tables import LINKS, PLACES
from publisher.sssom import Link, write_sssom

_THRESHOLD = 0.8
_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_SIDE_BY_SIDE = 6

threshold_option = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=_THRESHOLD,
    show_default=True,
    help="Score from which an unambiguous candidate is linked.",
)


@click.group(invoke_without_command=True)
@threshold_option
@click.option("--endpoint", help="Address of a W3C reconciliation service to ask instead.")
@click.option("--name", default="", help="Name of the service's link file, such as wikidata.")
@click.option(
    "--country-property",
    default="",
    help="The service's property for the ISO code of a country (Wikidata: P17/P297).",
)
@site_option
@click.pass_context
def link(
    context: click.Context,
    threshold: float,
    endpoint: str | None,
    name: str,
    country_property: str,
    root: Path,
) -> None:
    """Link the members to GeoNames, without a network, and the countries by their codes.

    What is beyond doubt is written to data/links/; the rest waits for `publisher link
    review`. Decisions made there are kept. With --endpoint the members are looked up in a
    reconciliation service instead, such as Wikidata's.
    """
    if context.invoked_subcommand:
        return
    site = open_site(root)
    if endpoint:
        if not name.isidentifier():
            raise UsageError(
                "--endpoint needs a --name", remedy="name the link file, such as --name wikidata"
            )
        _link_by_service(site, ReconciliationService(endpoint, country_property), name)
    else:
        _link_to_geonames(site, threshold)


@link.command()
@click.argument("member", required=False)
@threshold_option
@site_option
def review(member: str | None, threshold: float, root: Path) -> None:
    """Show the members that a person must decide on, or MEMBER, with their candidates side
    by side. `publisher link decide` writes a decision down."""
    site = open_site(root)
    gazetteer = open_gazetteer(site)
    rows = _read_links(site, CITIES_FILE)
    if member:
        subjects = [_get_subject(site, member)]
    else:
        decided = find_decided(rows)
        subjects = [s for s in list_subjects(site.members) if f"city/{s.key}" not in decided]
    denied = {(row.subject, row.object): row.reviewer for row in rows if row.negated}
    console = Console()
    for proposal in propose_links(subjects, gazetteer, threshold):
        console.print(_show_proposal(proposal, denied))
    say(f"{len(subjects)} to decide; the score says how well the name fits")


@link.command()
@click.argument("member")
@click.argument("place")
@click.option("--located", is_flag=True, help="MEMBER only lies at PLACE, or has its seat there.")
@click.option("--reviewer", required=True, help="Who decides.")
@click.option("--comment", default="", help="Why.")
@site_option
def decide(member: str, place: str, located: bool, reviewer: str, comment: str, root: Path) -> None:
    """Write down that MEMBER is PLACE: a GeoNames id, or `none` where GeoNames does not
    have it. MEMBER is a path such as city/pt/lagoa, or a name. No later run overwrites it."""
    site = open_site(root)
    gazetteer = open_gazetteer(site)
    subject = _get_subject(site, member)
    decision = Decision(
        None if place == "none" else _get_candidate(subject, gazetteer, place),
        LOCATED_AT if located else SAME_AS,
        reviewer,
        dt.date.today().isoformat(),
        comment,
    )
    decided = decide_link(subject, decision)
    rows = replace_decision(_read_links(site, CITIES_FILE), decided)
    _write_geonames(site, gazetteer, rows)
    say(f"{subject.name}: {decided.predicate} {decided.object}")


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


def _link_to_geonames(site: Site, threshold: float) -> None:
    gazetteer = open_gazetteer(site)
    proposals = propose_links(list_subjects(site.members), gazetteer, threshold)
    rows = merge_reviewed(_read_links(site, CITIES_FILE), make_links(proposals))
    _write_geonames(site, gazetteer, rows)
    decided = find_decided(rows)
    open_ = [p for p in proposals if f"city/{p.subject.key}" not in decided]
    reviewed = sum(row.is_reviewed and not row.negated for row in rows)
    say(f"{len(decided)} of {len(proposals)} members linked or decided, {reviewed} of them by hand")
    if open_:
        say(f"{len(open_)} are left: publisher link review")


def _write_geonames(site: Site, gazetteer: Gazetteer, rows: tuple[Link, ...]) -> None:
    """Writes the links of cities and countries, and the facts of the places linked to."""
    codes = {member.key.country for member in site.members.all}
    countries = list(link_countries(codes, site.countries, gazetteer))
    source = {"object_source_version": gazetteer.source}
    _write_file(site, CITIES_FILE, rows, GEONAMES_PREFIXES, source)
    country_rows = tuple(row for row, _ in countries)
    _write_file(site, COUNTRIES_FILE, country_rows, COUNTRY_PREFIXES, source)
    places = [place for _, place in countries if place is not None]
    places += _find_places(rows, gazetteer)
    facts: Iterable[PlaceFacts] = map(find_facts, places)
    _write(site, PLACES, write_places(facts))


def _find_places(rows: Iterable[Link], gazetteer: Gazetteer) -> list[Place]:
    found = []
    for row in rows:
        identifier = row.object.removeprefix(GEONAMES).rstrip("/")
        country = row.subject.split("/")[1]
        if identifier.isdigit() and (place := gazetteer.find_entry(int(identifier), country)):
            found.append(place)
    return found


def _link_by_service(site: Site, service: ReconciliationService, name: str) -> None:
    file = f"{name}.sssom.tsv"
    if file in (CITIES_FILE, COUNTRIES_FILE):
        raise UsageError(f"{file} is kept by `publisher link`", remedy="choose another --name")
    proposals = list(service.propose(list_subjects(site.members)))
    linked = [service.make_link(p) for p in proposals if not p.doubt]
    rows = merge_reviewed(_read_links(site, file), linked)
    source = {"object_source": service.identifier_space, "other": f"asked {service.url}"}
    _write_file(site, file, rows, {name: service.identifier_space}, source)
    say(f"{len(rows)} of {len(proposals)} members linked to {service.name}")
    decided = find_decided(rows)
    for proposal in proposals:
        if f"city/{proposal.subject.key}" not in decided:
            say(_word_doubt(proposal))


def _word_doubt(proposal: ServiceProposal) -> str:
    names = ", ".join(f"{r.name} ({r.id}, {r.score:g})" for r in proposal.results)
    return f"left: city/{proposal.subject.key}: {proposal.doubt}; {names or 'no results'}"


def _read_links(site: Site, file: str) -> tuple[Link, ...]:
    return site.links[file].mappings if file in site.links else ()


def _write_file(
    site: Site,
    file: str,
    rows: tuple[Link, ...],
    prefixes: dict[str, str],
    metadata: dict[str, str],
) -> None:
    said = {
        "mapping_set_id": f"{site.settings.base_iri}id/mapping-set/{file.partition('.')[0]}",
        "license": _LICENSE,
        "mapping_tool": "publisher link",
        "mapping_tool_version": publisher.__version__,
        **metadata,
    }
    today = dt.date.today().isoformat()
    mappings = update_file(site.links.get(file), rows, said, prefixes, today)
    _write(site, LINKS / file, write_sssom(mappings, site.settings.base_iri))


def _write(site: Site, file: Path, text: str) -> None:
    path = site.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    write_output(text.encode(), path)


def _get_subject(site: Site, member: str) -> Subject:
    for subject in list_subjects(site.members):
        if member in (f"city/{subject.key}", str(subject.key), subject.name):
            return subject
    raise UsageError(
        f"there is no member {member!r}", remedy="name it as `publisher link review` lists it"
    )


def _get_candidate(subject: Subject, gazetteer: Gazetteer, identifier: str) -> Candidate:
    country = subject.key.country
    place = gazetteer.find_entry(int(identifier), country) if identifier.isdigit() else None
    if place is None:
        raise UsageError(
            f"there is no place {identifier} in {country.upper()}",
            remedy="take an id that `publisher link review` shows, or `none`",
        )
    return Candidate(place, SAME_AS, place.name, "name", 1.0, ())


def _show_proposal(proposal: Proposal, denied: Mapping[tuple[str, str], str]) -> Table:
    """A member with its candidates; `denied` says who found that one is not the member."""
    subject = proposal.subject
    kind = f", {subject.kind}" if subject.kind else ""
    note = f"\nnote: {subject.note}" if subject.note else ""
    doubt = proposal.doubt or "linked by itself"
    title = f"city/{subject.key}: {subject.name}{kind}{note}\n{doubt}"
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in ("GeoNames", "score", "link", "place", "why"):
        table.add_column(column)
    for candidate in proposal.candidates[:_SIDE_BY_SIDE]:
        link = make_link(subject, candidate)
        who = denied.get((link.subject, link.object))
        table.add_row(
            str(candidate.place.geonames),
            f"{candidate.score:.2f}",
            candidate.predicate,
            link.object_label,
            f"{link.comment}; denied by {who}" if who else link.comment,
        )
    return table
