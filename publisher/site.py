"""A site directory → pages, tables and graphs. The only reader of its files.

data/site.toml              settings (see `publisher.settings`)
data/profiles/              pages (*.txt, *.html) and sources.csv
data/network/               members.csv, awards.csv, country-names.csv
data/queries/               saved queries (*.rq, see `publisher.query_files`)
data/                       releases.csv, withdrawn.csv: what was published before
data/sources.toml           other publishers' data (see `publisher.harvest_sources`)
data/harvest/               what they said when they were last asked (*.nq, *.json)
ontology/                   learning-city.ttl, context.jsonld, concepts/*.ttl
data/links/                 *.sssom.tsv, and what GeoNames says of the linked places
shapes/*.ttl                what is validated
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.assemble import concept_types
from publisher.convert import convert_profile
from publisher.countries import Countries
from publisher.errors import SourceError
from publisher.extract import TAG_SCHEMES, extract_profile
from publisher.harvest_sources import Source, parse_harvest_sources
from publisher.harvested import Harvest, parse_harvest
from publisher.history import parse_releases, parse_withdrawals
from publisher.identity import City, convert_city, convert_country, convert_network
from publisher.iris import CityKey, Iris
from publisher.lexicon import Lexicon
from publisher.linksets import PlaceFacts, convert_links, convert_places, parse_places
from publisher.manifest import FormerRelease, Withdrawal
from publisher.memo import fingerprint
from publisher.network import (
    Award,
    Members,
    parse_awards,
    parse_country_names,
    parse_members,
    parse_sources,
)
from publisher.page import Reader, read_page
from publisher.profile import CityProfile, PageSource, Problem
from publisher.quads import RDF_TYPE, to_graph
from publisher.query_files import parse_saved_query, refuse_alike
from publisher.saved_queries import SavedQuery
from publisher.settings import Settings
from publisher.sssom import MappingSet, parse_sssom
from publisher.terms import Terms, Unit
from publisher.vocabulary import SCHEMA

_CONCEPT, _PREFERRED = ox.NamedNode(str(SKOS.Concept)), ox.NamedNode(str(SKOS.prefLabel))
_FURTHER_LABELS = [ox.NamedNode(str(name)) for name in (SKOS.altLabel, SKOS.hiddenLabel)]

SETTINGS_FILE = Path("data", "site.toml")
PROFILES = Path("data", "profiles")
SOURCES = PROFILES / "sources.csv"
NETWORK = Path("data", "network")
QUERIES = Path("data", "queries")
RELEASES = Path("data", "releases.csv")
WITHDRAWN = Path("data", "withdrawn.csv")
LINKS = Path("data", "links")
PLACES = LINKS / "geonames-places.csv"
HARVEST_SOURCES = Path("data", "sources.toml")
HARVEST = Path("data", "harvest")
ONTOLOGY = Path("ontology", "learning-city.ttl")
CONTEXT = Path("ontology", "context.jsonld")
CONCEPTS = Path("ontology", "concepts")
SHAPES = Path("shapes")
# What pages are read with, and what they are validated with.
READING = (CONCEPTS, NETWORK)
JUDGING = (CONCEPTS, SHAPES)
# All but the pages.
CONTENT = (Path("data"), ONTOLOGY.parent, SHAPES)
PAGE_SUFFIXES = (".txt", ".html", ".htm")


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page of the site: its bytes, and its line of sources.csv if it has one."""

    path: Path
    data: bytes
    known: PageSource | None


@dataclass(frozen=True, slots=True)
class Converted:
    """A page's profile and its triples, by IRI of their named graph: the profile graph,
    and what identifies the city in the network graph."""

    profile: CityProfile
    graphs: dict[URIRef, Graph]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.profile.problems


class Site:
    """The content of a site directory, read on first use."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.settings = settings
        self.iris = Iris(settings.base_iri)

    def fingerprint(self, places: Iterable[Path]) -> str:
        """Returns a hash of the settings, of the further lexicons and of every file in
        these directories. Pages and what sources.csv says of them are not in it.

        Raises:
            SourceError: a file cannot be read.
        """
        found = {p for place in places for p in (self.root / place).rglob("*") if p.is_file()}
        found |= {self.root / name for name in self.settings.lexicons}
        pages = self.root / PROFILES
        parts: list[str | bytes] = [repr(self.settings)]
        for path in sorted(path for path in found if not path.is_relative_to(pages)):
            try:
                parts += [self._name(path), path.read_bytes()]
            except OSError as error:
                raise self._unreadable(path, error) from error
        return fingerprint(*parts)

    # -- graphs ------------------------------------------------------------

    @cached_property
    def ontology(self) -> Graph:
        """The ontology's graph."""
        return self._parse([self.root / ONTOLOGY])

    @cached_property
    def concepts(self) -> Graph:
        """The concept schemes; every concept has an English preferred label."""
        return to_graph(self._concept_quads)

    @cached_property
    def _concept_quads(self) -> list[ox.Quad]:
        quads: list[ox.Quad] = []
        for path in sorted((self.root / CONCEPTS).glob("*.ttl")):
            part = list(self._quads(path))
            self._require_labels(part, path)
            quads += part
        return quads

    @cached_property
    def _concept_facts(self) -> Graph:
        """The concepts without the labels by which they are only recognised: most of them."""
        return to_graph(q for q in self._concept_quads if q.predicate not in _FURTHER_LABELS)

    @cached_property
    def shapes(self) -> Graph:
        """All shapes of the site."""
        return self._parse(sorted((self.root / SHAPES).glob("*.ttl")))

    @cached_property
    def shapes_document(self) -> bytes:
        """The files of shapes in one Turtle document, as they are written."""
        parts = [f"@base <{self.settings.base_iri}> .\n".encode()]
        parts += [path.read_bytes() for path in sorted((self.root / SHAPES).glob("*.ttl"))]
        return b"\n".join(parts)

    @cached_property
    def context(self) -> dict[str, Any]:
        """The JSON-LD context document."""
        document: dict[str, Any] = json.loads(self._read(CONTEXT))
        return document

    def _parse(self, paths: Iterable[Path]) -> Graph:
        return to_graph(quad for path in paths for quad in self._quads(path))

    def _quads(self, path: Path) -> Iterator[ox.Quad]:
        """One file's triples; IRIs in it are relative to the site's base."""
        packed = path.suffix == ".gz"
        suffix = (path.with_suffix("") if packed else path).suffix.lstrip(".")
        try:
            data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
            yield from ox.parse(
                data,
                format=ox.RdfFormat.from_extension(suffix) or ox.RdfFormat.TURTLE,
                base_iri=self.settings.base_iri,
            )
        except OSError as error:
            raise self._unreadable(path, error) from error
        except SyntaxError as error:
            raise SourceError(
                f"is not valid RDF: {error.msg}",
                where=f"{self._name(path)}, line {error.lineno}, column {error.offset}",
                remedy="correct the file; nothing was built",
            ) from error

    def _require_labels(self, quads: Sequence[ox.Quad], path: Path) -> None:
        named = {
            q.subject
            for q in quads
            if q.predicate == _PREFERRED
            and isinstance(q.object, ox.Literal)
            and q.object.language == "en"
        }
        concepts = {q.subject for q in quads if q.object == _CONCEPT and q.predicate == RDF_TYPE}
        for concept in sorted(concepts - named, key=str):
            raise SourceError(
                f"the concept {concept} has no English label",
                where=self._name(path),
                remedy='give it one: skos:prefLabel "…"@en',
            )

    @cached_property
    def saved_queries(self) -> tuple[SavedQuery, ...]:
        """The queries of data/queries, by name."""
        files = sorted(p.relative_to(self.root) for p in (self.root / QUERIES).glob("*.rq"))
        queries = tuple(
            parse_saved_query(self._read(file), file.stem, file.as_posix(), self.iris.base)
            for file in files
        )
        refuse_alike(queries, QUERIES.as_posix())
        return queries

    # -- other publishers' data ---------------------------------------------

    @cached_property
    def harvest_sources(self) -> tuple[Source, ...]:
        """The sources of sources.toml, in its order; none if the site has no such file."""
        if not (self.root / HARVEST_SOURCES).exists():
            return ()
        return parse_harvest_sources(self._read(HARVEST_SOURCES), str(HARVEST_SOURCES))

    @cached_property
    def harvests(self) -> tuple[Harvest, ...]:
        """The last good harvest of each source that was ever harvested."""
        found = (self.find_harvest(source.name) for source in self.harvest_sources)
        return tuple(harvest for harvest in found if harvest is not None)

    def find_harvest(self, name: str) -> Harvest | None:
        """Returns the last good harvest of a source, if there is one.

        Raises:
            SourceError: its files cannot be used.
        """
        quads, state = (HARVEST / f"{name}{suffix}" for suffix in (".nq", ".json"))
        if not (self.root / state).exists():
            return None
        data = self._read(quads).encode()
        return parse_harvest(name, data, self._read(state), str(quads))

    # -- tables ------------------------------------------------------------

    @cached_property
    def countries(self) -> Countries:
        """Countries with the names of packages and of the site."""
        file = NETWORK / "country-names.csv"
        if not (self.root / file).exists():
            return Countries()
        return Countries(parse_country_names(self._read(file), str(file)))

    @cached_property
    def members(self) -> Members:
        """The rows of members.csv; none if the site has no such table."""
        file = NETWORK / "members.csv"
        if not (self.root / file).exists():
            return Members(())
        kinds = [
            str(concept).rpartition("/")[2]
            for concept in self._concept_facts.subjects(
                SKOS.inScheme, self.iris.scheme("member-kind")
            )
        ]
        return Members(parse_members(self._read(file), str(file), self.countries, sorted(kinds)))

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """The rows of awards.csv; none if the site has no such table."""
        file = NETWORK / "awards.csv"
        if not (self.root / file).exists():
            return ()
        return parse_awards(self._read(file), str(file), self.countries)

    @cached_property
    def sources(self) -> dict[str, PageSource]:
        """What sources.csv says of each page, by file name."""
        if not (self.root / SOURCES).exists():
            return {}
        sources = parse_sources(self._read(SOURCES), str(SOURCES), self.countries)
        for file in sources:
            if not (self.root / PROFILES / file).exists():
                raise SourceError(
                    f"lists {file}, which does not exist",
                    where=str(SOURCES),
                    remedy=f"add the page to {PROFILES} or remove the row",
                )
        return sources

    @cached_property
    def releases(self) -> tuple[FormerRelease, ...]:
        """The rows of releases.csv; none if nothing was released yet."""
        if not (self.root / RELEASES).exists():
            return ()
        return parse_releases(self._read(RELEASES), str(RELEASES))

    @cached_property
    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """The rows of withdrawn.csv; none if nothing was withdrawn yet."""
        if not (self.root / WITHDRAWN).exists():
            return ()
        return parse_withdrawals(self._read(WITHDRAWN), str(WITHDRAWN))

    @cached_property
    def links(self) -> dict[str, MappingSet]:
        """The link files by file name."""
        paths = sorted((self.root / LINKS).glob("*.sssom.tsv"))
        return {path.name: parse_sssom(self._read(LINKS / path.name), str(LINKS / path.name))
                for path in paths}  # fmt: skip

    @cached_property
    def places(self) -> tuple[PlaceFacts, ...]:
        """What GeoNames says of the places that are linked to."""
        if not (self.root / PLACES).exists():
            return ()
        return parse_places(self._read(PLACES), str(PLACES))

    @property
    def links_date(self) -> str:
        """The day of the newest link file, empty if there is none."""
        dates = (file.metadata.get("publication_date", "") for file in self.links.values())
        return max(dates, default="")

    def link_graphs(self, known: Collection[Node]) -> dict[URIRef, Graph]:
        """Returns the links graph and the GeoNames graph for the things that the network
        graph describes (`known`); none that would be empty."""
        rows = (row for file in self.links.values() for row in file.mappings)
        links = convert_links(rows, self.iris, known)
        places = convert_places(self.places, links, self.iris)
        named = {self.iris.graph("links"): links, self.iris.graph("geonames"): places}
        return {name: graph for name, graph in named.items() if len(graph)}

    def _read(self, file: Path) -> str:
        try:
            return (self.root / file).read_text(encoding="utf-8")
        except OSError as error:
            raise self._unreadable(self.root / file, error) from error
        except UnicodeDecodeError as error:
            raise SourceError(
                "is not in UTF-8", where=str(file), remedy="save it as UTF-8"
            ) from error

    def _unreadable(self, path: Path, error: OSError) -> SourceError:
        return SourceError(
            f"cannot be read ({error.strerror})",
            where=self._name(path),
            remedy="is this the right site directory? `publisher init DIR` makes a new one",
        )

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    # -- pages -------------------------------------------------------------

    def pages(self) -> list[PageFile]:
        """Returns the pages, sorted by file name.

        Raises:
            SourceError: a page cannot be read.
        """
        directory = self.root / PROFILES
        paths = sorted(p for p in directory.glob("*") if p.suffix.lower() in PAGE_SUFFIXES)
        files = []
        for path in paths:
            try:
                files.append(PageFile(path, path.read_bytes(), self.sources.get(path.name)))
            except OSError as error:
                raise self._unreadable(path, error) from error
        return files

    @cached_property
    def further_concepts(self) -> Graph:
        """The SKOS files that the setting `lexicons` names."""
        return to_graph(self._further_quads)

    @cached_property
    def _further_quads(self) -> list[ox.Quad]:
        return [q for name in self.settings.lexicons for q in self._quads(self.root / name)]

    @cached_property
    def concept_types(self) -> Graph:
        """Types and schemes of all concepts that data may refer to."""
        return concept_types(self._concept_facts) + concept_types(self.further_concepts)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The labels of the site's concepts, and of the further SKOS files."""
        return Lexicon(self._concept_quads, TAG_SCHEMES, self._further_quads)

    @cached_property
    def reader(self) -> Reader:
        """What pages are read with."""
        return Reader(self.lexicon, self.countries, self.members)

    @cached_property
    def terms(self) -> Terms:
        """What conversion needs to know of the concepts."""
        labels = {
            str(concept): str(label)
            for concept, label in self._concept_facts.subject_objects(SKOS.prefLabel)
            if isinstance(label, Literal) and label.language == "en"
        }
        units = {
            str(indicator).rpartition("/")[2]: Unit(
                _text(self._concept_facts.value(indicator, SCHEMA.unitText)),
                _text(self._concept_facts.value(indicator, SCHEMA.unitCode)),
            )
            for indicator in self._concept_facts.subjects(RDF.type, SCHEMA.StatisticalVariable)
        }
        return Terms(self.iris, labels, units, self.settings.network, self.settings.license)

    def convert(self, data: bytes, source: str, known: PageSource | None = None) -> Converted:
        """Returns the profile and the graphs of one page.

        Raises:
            SourceError: the page cannot be used (see `publisher.page.read_page`).
        """
        known = known or PageSource()
        page = read_page(data, source, known, self.reader)
        profile = extract_profile(page, known, self.reader)
        network = convert_city(self._city(profile.key, profile), self.terms)
        network += convert_country(profile.key.country, self.countries, self.terms)
        network += convert_network(self.terms, self.settings.network_name)
        return Converted(
            profile,
            {
                self.iris.profile_graph(profile.key): convert_profile(profile, self.terms),
                self.iris.graph("network"): network,
            },
        )

    # -- the network -------------------------------------------------------

    @cached_property
    def _awards_by_city(self) -> Mapping[CityKey, list[Award]]:
        awards: dict[CityKey, list[Award]] = defaultdict(list)
        for award in self.awards:
            awards[self.members.key(award.name, award.country)].append(award)
        return awards

    def _city(self, key: CityKey, profile: CityProfile | None) -> City:
        claims = self.members.claims(key)
        awards = tuple(self._awards_by_city.get(key, ()))
        names = [row.name for row in (*claims, profile, *awards) if row is not None]
        return City(key, names[0], claims, awards, profile)

    def network(self, without: Collection[CityKey] = ()) -> Graph:
        """Returns the network graph by the tables: the network itself, its members but for
        those left out, and their countries. What a page adds, `convert` returns."""
        keys = {member.key for member in self.members.all} | set(self._awards_by_city)
        keys -= set(without)
        graph = convert_network(self.terms, self.settings.network_name)
        for key in sorted(keys, key=str):
            graph += convert_city(self._city(key, None), self.terms)
        for code in sorted({key.country for key in keys}):
            graph += convert_country(code, self.countries, self.terms)
        return graph


def _text(node: object) -> str | None:
    return None if node is None else str(node)


def load_site(root: Path, settings: Settings) -> Site:
    """Returns the site in a directory.

    Raises:
        SourceError: there is no site in it.
    """
    if not (root / ONTOLOGY).is_file():
        raise SourceError(
            f"is no site: it has no {ONTOLOGY}",
            where=str(root),
            remedy="name the site with --site, or make one with `publisher init DIR`",
        )
    return Site(root, settings)
