"""Tables and profiles → the network graph: what identifies cities and countries, and
who is a member since when, by whose word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import DCTERMS, ORG, RDF, SKOS, XSD, Graph, Literal, URIRef

from publisher.countries import LANGUAGES, Countries
from publisher.iris import CityKey, is_web_address
from publisher.network import Award, Member
from publisher.profile import CityProfile, Passage
from publisher.quads import new_graph
from publisher.terms import Terms, Writer
from publisher.vocabulary import LC, SCHEMA

_CITY_KINDS = frozenset({"", "city"})
_NO_PLACE = frozenset({"consortium"})
_CERTAINTY_ORDER = ("stated", "inferred", "unsourced")


@dataclass(frozen=True, slots=True)
class City:
    """What the tables and a page say of a city's identity."""

    key: CityKey
    name: str
    claims: tuple[Member, ...] = ()
    awards: tuple[Award, ...] = ()
    profile: CityProfile | None = None


def convert_network(terms: Terms, name: str) -> Graph:
    """Returns the triples about the network itself."""
    graph = new_graph()
    Writer(graph).describe(terms.iris.network(terms.network), ORG.Organization, name)
    return graph


def convert_country(code: str, countries: Countries, terms: Terms) -> Graph:
    """Returns the triples about one country: labels, everyday name, ISO codes, and the
    UN regions (M49) that contain it."""
    graph = new_graph()
    w, iri = Writer(graph), terms.iris.country(code)
    if code == "zz":
        w.describe(iri, SCHEMA.Country, "Country not stated")
        return graph
    label, short = countries.label(code), countries.short_label(code)
    w.describe(iri, SCHEMA.Country, label)
    w.add(iri, SKOS.altLabel, Literal(short, lang="en") if short != label else None)
    # One rdfs:label a thing, so that asking for it does not multiply the rows.
    for language in LANGUAGES:
        w.add(iri, SKOS.prefLabel, Literal(countries.label(code, language), lang=language))
    # Forms that pages and tables use, in languages that nobody states.
    w.add(iri, SKOS.hiddenLabel, *map(Literal, countries.list_further_names(code)))
    w.add(iri, SKOS.notation, *map(Literal, countries.find_iso_codes(code)))
    for region in countries.find_regions(code):
        w.add(iri, SCHEMA.containedInPlace, terms.iris.region(region))
        iri = terms.iris.region(region)
        w.describe(iri, SCHEMA.Place, countries.label_region(region))
        w.add(iri, SKOS.notation, Literal(region))
        for language in LANGUAGES:
            label = Literal(countries.label_region(region, language), lang=language)
            w.add(iri, SKOS.prefLabel, label)
    return graph


def convert_city(city: City, terms: Terms) -> Graph:
    """Returns the triples that identify a city: type, labels, country, kind of member,
    membership claims (one for each year, with its sources) and awards."""
    graph = new_graph()
    w, iri = Writer(graph), terms.iris.city(city.key)
    w.describe(iri, LC.LearningCity, city.name)
    names = {a for claim in city.claims for a in claim.aliases}
    if city.profile:
        names.add(city.profile.name)
    w.add(iri, SKOS.altLabel, *(Literal(name, lang="en") for name in sorted(names - {city.name})))
    kind = next((claim.kind for claim in city.claims if claim.kind), "")
    if kind not in _NO_PLACE:
        w.add(iri, RDF.type, SCHEMA.City if kind in _CITY_KINDS else SCHEMA.AdministrativeArea)
    if kind:
        w.add(iri, LC.memberKind, terms.iris.concept("member-kind", kind))
    w.add(iri, SCHEMA.containedInPlace, terms.iris.country(city.key.country))
    _memberships(city, terms, w)
    _awards(city, terms, w)
    return graph


@dataclass(slots=True)
class _Claim:
    """One year of joining (None: a year is not stated), and who says so."""

    sources: list[str]
    certainties: list[str]
    evidence: Passage | None = None


def _memberships(city: City, terms: Terms, w: Writer) -> None:
    claims: dict[int | None, _Claim] = {}
    for member in city.claims:
        claim = claims.setdefault(member.year, _Claim([], []))
        claim.certainties.append(member.certainty)
        if member.source:
            claim.sources.append(member.source)
    if city.profile:
        year, passage = city.profile.member_since
        claim = claims.setdefault(year, _Claim([], []))
        claim.certainties.append("stated")
        claim.sources.append(terms.iris.profile(city.key))
        claim.evidence = passage
    for year, claim in claims.items():
        iri = terms.iris.membership(city.key, terms.network, year)
        since = f"since {year}" if year else "year not stated"
        w.describe(iri, ORG.Membership, f"Membership of {city.name}, {since}")
        w.add(iri, ORG.member, terms.iris.city(city.key))
        w.add(iri, ORG.organization, terms.iris.network(terms.network))
        w.add(iri, LC.memberSince, Literal(str(year), datatype=XSD.gYear) if year else None)
        w.add(iri, LC.certainty, Literal(min(claim.certainties, key=_CERTAINTY_ORDER.index)))
        _sources(iri, claim.sources, w)
        if claim.evidence:
            w.add(iri, LC.evidence, terms.iris.passage(city.key, claim.evidence.digest))


def _awards(city: City, terms: Terms, w: Writer) -> None:
    sources: dict[int, list[str]] = {}
    for award in city.awards:
        stated = sources.setdefault(award.year, [])
        if award.source:
            stated.append(award.source)
    for year, passage in city.profile.award_years if city.profile else ():
        sources.setdefault(year, []).append(terms.iris.profile(city.key))
        iri = terms.iris.award(city.key, year)
        w.add(iri, LC.evidence, terms.iris.passage(city.key, passage.digest))
    for year, sources_of_year in sources.items():
        iri = terms.iris.award(city.key, year)
        w.describe(iri, LC.AwardReceipt, f"UNESCO Learning City Award {year} to {city.name}")
        w.add(iri, LC.laureate, terms.iris.city(city.key))
        w.add(iri, LC.awardYear, Literal(str(year), datatype=XSD.gYear))
        _sources(iri, sources_of_year, w)


def _sources(iri: URIRef, sources: Iterable[str], w: Writer) -> None:
    """An address is a link; a source that has none is cited in words."""
    for source in sources:
        if is_web_address(str(source)):
            w.add(iri, DCTERMS.source, URIRef(source))
        else:
            w.add(iri, DCTERMS.bibliographicCitation, Literal(source))
