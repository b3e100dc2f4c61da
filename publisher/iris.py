"""Mints every IRI of the published data. Nothing else builds one from strings.

The patterns are those of `docs/urls.md`. An IRI depends on what a thing is
called, never on a run or on its place in a page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox
from anyascii import anyascii
from rdflib import URIRef

_APOSTROPHES = re.compile(r"['’‘´`]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
WEB = ("http://", "https://")


def mint_slug(name: str) -> str:
    """Returns `name` as lower-case ASCII letters and digits joined by hyphens.

    Other scripts are transliterated; apostrophes vanish (`citizens-college`).
    The result is empty only if the name has neither letters nor digits.
    """
    plain = anyascii(_APOSTROPHES.sub("", name)).lower()
    return _NOT_SLUG.sub("-", _APOSTROPHES.sub("", plain)).strip("-")


def is_web_address(text: str) -> bool:
    """Tells whether a text is the address of something on the web, as RDF may have it."""
    try:
        return text.startswith(WEB) and text not in WEB and bool(ox.NamedNode(text))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class CityKey:
    """A city's place in every IRI: ISO 3166-1 alpha-2 code in lower case, and slug."""

    country: str
    city: str

    def __str__(self) -> str:
        return f"{self.country}/{self.city}"


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs of one site. `base` ends in a slash."""

    base: str

    def _id(self, *parts: str) -> URIRef:
        return URIRef(f"{self.base}id/{'/'.join(parts)}")

    def thing(self, path: str) -> URIRef:
        """The thing at a path that is known already."""
        return self._id(path)

    def city(self, key: CityKey) -> URIRef:
        return self._id("city", str(key))

    def profile(self, key: CityKey) -> URIRef:
        return self._id("profile", str(key))

    def section(self, key: CityKey, slug: str) -> URIRef:
        return self._id("profile", str(key), "section", slug)

    def passage(self, key: CityKey, digest: str) -> URIRef:
        return self._id("profile", str(key), "passage", digest)

    def entity(self, key: CityKey, slug: str) -> URIRef:
        return self._id("entity", str(key), slug)

    def practice(self, key: CityKey, slug: str) -> URIRef:
        return self._id("practice", str(key), slug)

    def observation(self, key: CityKey, indicator: str) -> URIRef:
        return self._id("observation", str(key), indicator)

    def membership(self, key: CityKey, network: str, year: int | None) -> URIRef:
        return self._id("membership", str(key), network, str(year) if year else "undated")

    def award(self, key: CityKey, year: int) -> URIRef:
        return self._id("award", str(key), str(year))

    def network(self, slug: str) -> URIRef:
        return self._id("network", slug)

    def country(self, code: str) -> URIRef:
        return self._id("country", code)

    def region(self, code: str) -> URIRef:
        return self._id("region", code)

    def geometry(self, key: CityKey) -> URIRef:
        return self._id("geometry", str(key))

    def linkset(self, name: str) -> URIRef:
        return self._id("linkset", name)

    def mapping_set(self, file: str) -> URIRef:
        """A link file, by its name."""
        return self._id("mapping-set", mint_slug(file.removesuffix(".sssom.tsv")))

    def release(self, version: str) -> URIRef:
        return self._id("release", version)

    def shapes(self, version: str) -> URIRef:
        """The shapes that a release was validated against."""
        return URIRef(f"{self.base}release/{version}/shapes")

    def report(self, version: str, key: CityKey | None = None) -> URIRef:
        """The validation report of a release, or its part on one city."""
        part = f"/{key}" if key else ""
        return URIRef(f"{self.base}release/{version}/report{part}")

    def diff(self, old: str, new: str) -> URIRef:
        """The document that leads from one release to another."""
        return URIRef(f"{self.base}release/{old}/diff/{new}")

    def feed(self, version: str = "", page: int = 0) -> URIRef:
        """The feed of changes, or one page of those that a release brought."""
        return URIRef(f"{self.base}feed/{version}/{page}" if version else f"{self.base}feed")

    def event_stream(self) -> URIRef:
        """The changes themselves, which the pages of the feed tell."""
        return URIRef(f"{self.feed()}#stream")

    def version_of(self, thing: str, version: str) -> URIRef:
        """A thing as one release has it: its document there, where it has one."""
        path = thing.removeprefix(f"{self.base}id/")
        if path != thing:
            return URIRef(f"{self.base}release/{version}/doc/{path}")
        return URIRef(f"{self.base}feed/{version}#{quote(thing, safe='')}")

    def scheme(self, name: str) -> URIRef:
        return self._id("scheme", name)

    def concept(self, scheme: str, slug: str) -> URIRef:
        return self._id(scheme, slug)

    def saved_query(self, name: str) -> URIRef:
        return self._id("query", name)

    def query_parameter(self, name: str, variable: str) -> URIRef:
        return self._id("query", name, "parameter", variable)

    def query_variable(self, name: str, variable: str) -> URIRef:
        """The property that a parameter stands for (`sh:path`)."""
        return self._id("query", name, "variable", variable)

    def graph(self, name: str) -> URIRef:
        """`name` is one of ontology, concepts, network, queries, withdrawn, catalog."""
        return URIRef(f"{self.base}graph/{name}")

    def profile_graph(self, key: CityKey) -> URIRef:
        return URIRef(f"{self.base}graph/profile/{key}")
