"""The tables of a site, and its links.

data/network/               members.csv, awards.csv, country-names.csv
data/                       releases.csv, withdrawn.csv: what was published before
data/links/                 *.sssom.tsv, and what GeoNames says of the linked places
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from rdflib import SKOS, Graph, URIRef

from publisher.countries import Countries
from publisher.history import parse_releases, parse_withdrawals
from publisher.linksets import PlaceFacts, convert_links, convert_places, parse_places
from publisher.manifest import FormerRelease, Withdrawal
from publisher.member_names import Kind
from publisher.network import Award, Members, parse_awards, parse_country_names, parse_members
from publisher.site_vocabulary import SiteVocabulary
from publisher.sssom import Link, MappingSet, parse_sssom
from publisher.structure import slug_of

NETWORK = Path("data", "network")
RELEASES = Path("data", "releases.csv")
WITHDRAWN = Path("data", "withdrawn.csv")
LINKS = Path("data", "links")
PLACES = LINKS / "geonames-places.csv"


class SiteTables(SiteVocabulary):
    """The rows of a site's tables, each table read on first use."""

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
        kinds = [kind.slug for kind in self.member_kinds]
        rows = parse_members(self._read(file), str(file), self.countries, kinds, self.today)
        return Members(rows, self.member_kinds)

    @cached_property
    def member_kinds(self) -> list[Kind]:
        """The kinds of members, with the words for them by the labels of their scheme."""
        kinds = []
        labels = self.lexicon.labels("member-kind")
        for concept, group in groupby(labels, attrgetter("concept")):
            own = tuple(group)
            related = self._concept_facts.objects(URIRef(concept), SKOS.related)
            kinds.append(
                Kind(
                    slug_of(concept),
                    words=frozenset(label.text for label in own if not label.hidden),
                    hidden_words=frozenset(label.text for label in own if label.hidden),
                    related=frozenset(map(slug_of, map(str, related))),
                )
            )
        return kinds

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """The rows of awards.csv; none if the site has no such table."""
        file = NETWORK / "awards.csv"
        if not (self.root / file).exists():
            return ()
        text = self._read(file)
        return parse_awards(text, str(file), self.countries, self.members, self.today)

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
    def link_rows(self) -> Iterator[Link]:
        """The rows of all link files."""
        return (row for file in self.links.values() for row in file.mappings)

    def link_graphs(self) -> dict[URIRef, Graph]:
        """Returns the links graph and the GeoNames graph; none that would be empty."""
        links = convert_links(self.link_rows, self.iris)
        places = convert_places(self.places, links, self.iris)
        named = {self.iris.graph("links"): links, self.iris.graph("geonames"): places}
        return {name: graph for name, graph in named.items() if len(graph)}
