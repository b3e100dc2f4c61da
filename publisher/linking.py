"""Finding links for a site: the members against GeoNames or a reconciliation service,
the countries by their codes. Pure: rows of link files in, rows of link files out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from publisher.candidates import SAME_AS, Candidate, Proposal, Subject, propose_link
from publisher.countries import Countries
from publisher.gazetteer import Gazetteer, Place, list_other_names
from publisher.linksets import EU_COUNTRIES, GEONAMES, PlaceFacts
from publisher.network import Members
from publisher.sssom import BY_CODE, BY_HAND, BY_TOOL, Link, MappingSet

CITIES_FILE = "geonames.sssom.tsv"
COUNTRIES_FILE = "countries.sssom.tsv"
GEONAMES_PREFIXES = {"geonames": GEONAMES}
COUNTRY_PREFIXES = {"geonames": GEONAMES, "eu-country": EU_COUNTRIES}


def list_subjects(members: Members) -> list[Subject]:
    """Returns every member once, with what its rows say together."""
    keys = dict.fromkeys(member.key for member in members.all)
    subjects = []
    for key in keys:
        claims = members.claims(key)
        aliases = dict.fromkeys(alias for claim in claims for alias in claim.aliases)
        kind = next((claim.kind for claim in claims if claim.kind), "")
        note = "; ".join(dict.fromkeys(claim.note for claim in claims if claim.note))
        subjects.append(Subject(key, claims[0].name, tuple(aliases), kind, note))
    return subjects


def propose_links(
    subjects: Iterable[Subject], gazetteer: Gazetteer, threshold: float
) -> list[Proposal]:
    """Returns a proposal for each member."""
    return [propose_link(subject, gazetteer, threshold) for subject in subjects]


def make_links(proposals: Iterable[Proposal]) -> list[Link]:
    """Returns the links that need no person."""
    return [make_link(p.subject, p.candidates[0]) for p in proposals if not p.doubt]


def make_link(subject: Subject, candidate: Candidate) -> Link:
    """Returns the row of a link file that a candidate is."""
    return Link(
        subject=f"city/{subject.key}",
        subject_label=subject.name,
        predicate=candidate.predicate,
        object=f"{GEONAMES}{candidate.place.geonames}/",
        object_label=str(candidate.place),
        justification=BY_TOOL,
        confidence=f"{candidate.score:.3f}",
        match=candidate.matched,
        comment="; ".join(candidate.reasons),
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a member: the IRI of what it is or of where it lies, by
    the predicate, or `NO_TERM`."""

    object: str
    predicate: str
    reviewer: str
    date: str
    comment: str
    label: str = ""
    match: str = ""


def decide_link(subject: Subject, decision: Decision) -> Link:
    """Returns the row of a link file that a decision is."""
    return Link(
        subject=f"city/{subject.key}",
        subject_label=subject.name,
        predicate=decision.predicate,
        object=decision.object,
        object_label=decision.label,
        justification=BY_HAND,
        confidence="1.0",
        match=decision.match,
        comment=decision.comment,
        reviewer=decision.reviewer,
        date=decision.date,
    )


def link_countries(
    codes: Iterable[str], countries: Countries, gazetteer: Gazetteer
) -> Iterator[tuple[Link, Place | None]]:
    """Yields the links of countries by their ISO codes, with GeoNames' entry where it is one."""
    for code in sorted(set(codes)):
        label = countries.label(code)
        alpha2, alpha3, _ = countries.find_iso_codes(code)
        if place := gazetteer.find_country(code):
            row = Link(
                f"country/{code}", label, SAME_AS, f"{GEONAMES}{place.geonames}/", place.name,
                BY_CODE, "1.0", alpha2, "ISO 3166-1 alpha-2 code",
            )  # fmt: skip
            yield row, place
        row = Link(
            f"country/{code}", label, "schema:sameAs", f"{EU_COUNTRIES}{alpha3}", alpha3,
            BY_CODE, "1.0", alpha3, "ISO 3166-1 alpha-3 code",
        )  # fmt: skip
        yield row, None


def merge_reviewed(old: Iterable[Link], new: Iterable[Link]) -> tuple[Link, ...]:
    """Returns the new mappings with every reviewed one of the old: what a person decided
    about a subject stands, no tool adds to it, and what a person denied stays denied."""
    reviewed = tuple(row for row in old if row.is_reviewed)
    decided, denied = find_decided(reviewed), {row.statement for row in reviewed if row.negated}
    found = (row for row in new if row.subject not in decided and row.statement not in denied)
    return reviewed + tuple(found)


def keep_reviewed(old: Iterable[Link], new: Iterable[Link]) -> tuple[Link, ...]:
    """Returns the new mappings with every reviewed one of the old, which add to what the
    codes of countries say, or deny it."""
    reviewed = tuple(row for row in old if row.is_reviewed)
    known = {row.statement for row in reviewed}
    return reviewed + tuple(row for row in new if row.statement not in known)


def replace_decision(old: Iterable[Link], decision: Link) -> tuple[Link, ...]:
    """Returns the mappings with a person's decision in the place of all that was said of
    its subject, but for what persons denied of it."""
    kept = (
        row
        for row in old
        if row.subject != decision.subject
        or (row.is_reviewed and row.negated and row.statement != decision.statement)
    )
    return (*kept, decision)


def find_decided(rows: Iterable[Link]) -> frozenset[str]:
    """Returns the subjects of which the rows say what they are, or that nothing is known."""
    return frozenset(row.subject for row in rows if not row.negated)


def update_file(
    old: MappingSet | None,
    rows: tuple[Link, ...],
    metadata: Mapping[str, str],
    prefixes: Mapping[str, str],
    today: str,
) -> MappingSet:
    """Returns a link file with these rows, and with what else the old one says of itself;
    with its old date, if nothing changed."""
    before = old or MappingSet({}, {})
    said, spaces = {**before.metadata, **metadata}, {**before.prefixes, **prefixes}
    if (said, set(rows)) != (before.metadata, set(before.mappings)):
        said["publication_date"] = today
    return MappingSet(said, spaces, rows)


def find_known_facts(links: Iterable[Link], places: Iterable[PlaceFacts]) -> dict[str, PlaceFacts]:
    """Returns what GeoNames says of the places that members are, by the members' paths."""
    facts = {str(place.iri): place for place in places}
    same = (row for row in links if row.predicate == SAME_AS and not row.negated)
    return {row.subject: facts[row.object] for row in same if row.object in facts}


def find_facts(place: Place) -> PlaceFacts:
    """Returns what the table of places keeps of one."""
    return PlaceFacts(
        str(place.geonames),
        place.name,
        "" if place.latitude is None else str(place.latitude),
        "" if place.longitude is None else str(place.longitude),
        str(place.population or ""),
        list_other_names(place),
    )
