"""A site directory → pages, tables and graphs. The only reader of its files.

data/site.toml              settings (see `publisher.settings`)
data/profiles/              pages (*.txt, *.html) and sources.csv
data/queries/               saved queries (*.rq, see `publisher.query_files`)
data/sources.toml           other publishers' data (see `publisher.harvest_sources`)
data/harvest/               what they said when they were last asked (*.json, *.nq)
data/network/, data/links/  tables and links (see `publisher.site_tables`)
data/                       releases.csv, withdrawn.csv (there, too)
ontology/, shapes/          the vocabulary (see `publisher.site_vocabulary`)
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import Graph, URIRef

from publisher.convert import convert_profile
from publisher.errors import SourceError
from publisher.extract import extract_profile
from publisher.harvest_sources import Source, parse_harvest_sources
from publisher.harvested import Harvest, State, parse_harvest, parse_state
from publisher.identity import City, convert_city, convert_country, convert_network
from publisher.iris import CityKey
from publisher.memo import fingerprint
from publisher.network import Award, parse_sources
from publisher.page import Reader, read_page
from publisher.profile import CityProfile, PageSource, Problem
from publisher.query_files import parse_saved_query, refuse_alike
from publisher.saved_queries import SavedQuery
from publisher.settings import Settings
from publisher.site_tables import NETWORK, SiteTables
from publisher.site_vocabulary import CONCEPTS, ONTOLOGY, SHAPES

SETTINGS_FILE = Path("data", "site.toml")
PROFILES = Path("data", "profiles")
SOURCES = PROFILES / "sources.csv"
QUERIES = Path("data", "queries")
HARVEST_SOURCES = Path("data", "sources.toml")
HARVEST = Path("data", "harvest")
# What pages are read with, and what they are validated with.
READING = (CONCEPTS, NETWORK)
JUDGING = (CONCEPTS, SHAPES)
# All that a build reads.
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


class Site(SiteTables):
    """The content of a site directory, read on first use."""

    def fingerprint(self, places: Iterable[Path]) -> str:
        """Returns a hash of the settings, of the further lexicons and of every file in
        these directories. Pages and what sources.csv says of them are not in it.

        Raises:
            SourceError: a file cannot be read.
        """
        pages = self.root / PROFILES
        return self._fingerprint(p for p in self._files(places) if not p.is_relative_to(pages))

    def fingerprint_all(self) -> str:
        """Returns a hash of all that a build reads, pages included.

        Raises:
            SourceError: a file cannot be read.
        """
        return self._fingerprint(self._files(CONTENT))

    def _files(self, places: Iterable[Path]) -> set[Path]:
        found = {p for place in places for p in (self.root / place).rglob("*") if p.is_file()}
        return found | {self.root / name for name in self.settings.lexicons}

    def _fingerprint(self, paths: Iterable[Path]) -> str:
        parts: list[str | bytes] = [repr(self.settings)]
        for path in sorted(paths):
            try:
                parts += [self._name(path), path.read_bytes()]
            except OSError as error:
                raise self._unreadable(path, error) from error
        return fingerprint(*parts)

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
    def reader(self) -> Reader:
        """What pages are read with."""
        return Reader(self.lexicon, self.countries, self.members)

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
            awards[award.key].append(award)
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

    # -- saved queries, other publishers' data -------------------------------

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

    @cached_property
    def harvest_sources(self) -> tuple[Source, ...]:
        """The sources of sources.toml, in its order; none if the site has no such file."""
        if not (self.root / HARVEST_SOURCES).exists():
            return ()
        return parse_harvest_sources(self._read(HARVEST_SOURCES), str(HARVEST_SOURCES))

    @cached_property
    def harvests(self) -> tuple[Harvest, ...]:
        """The last good harvest of each source that was ever harvested, under the title and
        the licence that sources.toml gives it now."""
        found = ((source, self.find_harvest(source.name)) for source in self.harvest_sources)
        return tuple(h.under(source.title, source.license) for source, h in found if h is not None)

    def list_outdated_harvests(self) -> list[tuple[Source, State]]:
        """Returns the sources of which sources.toml says otherwise, what they are or where,
        than it did when they were harvested, and what is known of these harvests.

        Raises:
            SourceError: that cannot be read.
        """
        known = ((source, self._find_state(source.name)) for source in self.harvest_sources)
        return [(source, last) for source, last in known if last and last.source != source.digest]

    def find_harvest(self, name: str) -> Harvest | None:
        """Returns the last good harvest of a source, if there is one.

        Raises:
            SourceError: its files cannot be used.
        """
        state = self._find_state(name)
        if state is None:
            return None
        quads = HARVEST / state.name_file(name)
        data = self._read(quads).encode() if (self.root / quads).exists() else None
        return parse_harvest(name, data, state, str(quads))

    def _find_state(self, name: str) -> State | None:
        file = HARVEST / f"{name}.json"
        if not (self.root / file).exists():
            return None
        return parse_state(name, self._read(file), str(file))


def load_site(root: Path, settings: Settings, today: dt.date | None = None) -> Site:
    """Returns the site in a directory, as it is read today or on another day.

    Raises:
        SourceError: there is no site in it.
    """
    if not (root / ONTOLOGY).is_file():
        raise SourceError(
            f"is no site: it has no {ONTOLOGY}",
            where=str(root),
            remedy="name the site with --site, or make one with `publisher init DIR`",
        )
    return Site(root, settings, today or dt.date.today())
