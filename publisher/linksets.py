"""Link files → the links graph and the GeoNames graph. Pure.

What GeoNames says stands in a graph of its own under its own licence, told of GeoNames'
own entry, and is never mixed with what a city's page reports.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.csv_rows import read_rows
from publisher.errors import SourceError
from publisher.iris import CityKey, Iris
from publisher.quads import new_graph
from publisher.sssom import NO_TERM, PREDICATES, Link
from publisher.terms import Writer
from publisher.vocabulary import GEO, GN, SCHEMA, WGS84

GEONAMES = "https://sws.geonames.org/"
GEONAMES_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
EU_COUNTRIES = "http://publications.europa.eu/resource/authority/country/"


@dataclass(frozen=True, slots=True)
class Target:
    """A dataset that links lead to: its IRIs begin with `space`; `home` is the dataset."""

    slug: str
    name: str
    space: str
    home: str


TARGETS = (
    Target("geonames", "GeoNames", GEONAMES, "https://www.geonames.org/"),
    Target("wikidata", "Wikidata", "http://www.wikidata.org/entity/", "https://www.wikidata.org/"),
    Target(
        "eu-countries",
        "the EU authority list of countries",
        EU_COUNTRIES,
        "http://publications.europa.eu/resource/authority/country",
    ),
    Target(
        "unesco-thesaurus",
        "the UNESCO Thesaurus",
        "http://vocabularies.unesco.org/thesaurus/",
        "http://vocabularies.unesco.org/thesaurus",
    ),
    Target("eurovoc", "EuroVoc", "http://eurovoc.europa.eu/", "http://eurovoc.europa.eu/"),
    Target("sdg", "the SDGs of the United Nations", "http://metadata.un.org/sdg/",
           "http://metadata.un.org/sdg"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What GeoNames says of one place: a row of the table beside the link files.

    Numbers are as written, so that a release has what the table has; empty if unknown.
    `names` are its other names, in languages that the source does not state.
    """

    geonames: str
    name: str
    latitude: str = ""
    longitude: str = ""
    population: str = ""
    names: tuple[str, ...] = ()

    @property
    def iri(self) -> URIRef:
        return URIRef(f"{GEONAMES}{self.geonames}/")


_FACTS = ("geonames", "name", "latitude", "longitude", "population", "names")
_BETWEEN_NAMES = ";"


def parse_places(text: str, source: str) -> tuple[PlaceFacts, ...]:
    """Returns the rows of a table of places.

    Raises:
        SourceError: naming row and column.
    """
    places = []
    for row in read_rows(text, source, _FACTS):
        identifier = row.required("geonames")
        if not identifier.isdigit():
            raise row.fail("geonames", f"{identifier!r} is no number", "write the id alone")
        latitude, longitude = row.degrees("latitude", 90), row.degrees("longitude", 180)
        if bool(latitude) != bool(longitude):
            raise row.fail("longitude", "half a position", "give both numbers or neither")
        population = row.get("population")
        if population and not population.isdigit():
            raise row.fail("population", f"{population!r} is no number", "write digits alone")
        names = tuple(n.strip() for n in row.get("names").split(_BETWEEN_NAMES) if n.strip())
        places.append(
            PlaceFacts(identifier, row.required("name"), latitude, longitude, population, names)
        )
    return tuple(places)


def write_places(places: Iterable[PlaceFacts]) -> str:
    """Returns the text of a table of places, sorted by id."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_FACTS)
    for p in sorted(set(places), key=lambda place: int(place.geonames)):
        names = _BETWEEN_NAMES.join(p.names)
        writer.writerow((p.geonames, p.name, p.latitude, p.longitude, p.population, names))
    return text.getvalue()


def convert_links(links: Iterable[Link], iris: Iris) -> Graph:
    """Returns the links: those that no person denies, in whatever file."""
    graph = new_graph()
    rows = tuple(links)
    denied = {row.statement for row in rows if row.negated}
    for row in rows:
        if row.object != NO_TERM and row.statement not in denied:
            subject = iris.thing(row.subject)
            graph.add((subject, PREDICATES[row.predicate], URIRef(row.object)))
    return graph


def refuse_unknown_subjects(links: Iterable[Link], iris: Iris, described: Collection[str]) -> None:
    """Checks that all links begin at things that a release describes.

    Raises:
        SourceError: one does not, with its file and row.
    """
    for row in links:
        if str(iris.thing(row.subject)) not in described:
            raise SourceError(
                f"the site has no {row.subject}",
                where=f"{row.place}, column subject_id",
                remedy="correct the path, or remove the row; `publisher link` makes its own anew",
            )


def convert_places(places: Iterable[PlaceFacts], links: Graph, iris: Iris) -> Graph:
    """Returns what GeoNames says of the places that are linked to, and the position of
    the cities that are one of them (not of those that only lie there)."""
    graph = new_graph()
    writer = Writer(graph)
    linked = set(links.objects())
    for place in places:
        if place.iri not in linked:
            continue
        writer.add(place.iri, RDF.type, SCHEMA.Place)
        writer.add(place.iri, RDFS.label, Literal(place.name))
        writer.add(place.iri, GN.alternateName, *map(Literal, place.names))
        if place.population:
            writer.add(place.iri, GN.population, Literal(int(place.population)))
        if place.latitude:
            for term, number in ((WGS84.lat, place.latitude), (WGS84.long, place.longitude)):
                writer.add(place.iri, term, Literal(number, datatype=XSD.decimal))
            for thing in links.subjects(OWL.sameAs, place.iri):
                if str(thing).startswith(str(iris.thing("city/"))):
                    _position(thing, place, iris, writer)
    return graph


def _position(city: Node, place: PlaceFacts, iris: Iris, writer: Writer) -> None:
    country, name = str(city).rsplit("/", 2)[1:]
    geometry = iris.geometry(CityKey(country, name))
    point = f"POINT({place.longitude} {place.latitude})"
    writer.add(city, GEO.hasGeometry, geometry)
    writer.describe(geometry, GEO.Geometry, f"Position of {place.name} according to GeoNames")
    writer.add(geometry, GEO.asWKT, Literal(point, datatype=GEO.wktLiteral))
