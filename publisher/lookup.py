"""What a text names otherwise than by a name that is like it: by identifier, code or link. Pure."""

from __future__ import annotations

from collections.abc import Callable

from publisher.errors import ParameterError
from publisher.identifiers import find_country_code, list_equivalents
from publisher.name_index import Named, NameIndex
from publisher.schema_space import shorten_term

COUNTRY = "schema:Country"


def list_forms(text: str) -> tuple[str, ...]:
    """Returns the IRIs by which a graph may know what a text names; none if it is no IRI."""
    try:
        return list_equivalents(text)
    except ParameterError:  # a table may hold anything
        return ()


class Lookup:
    """Finds things by all that identifies them.

    Args:
        base: the site's base IRI.
        find_code: the ISO 3166-1 alpha-2 code of a country by its name, else None.
    """

    def __init__(self, index: NameIndex, base: str, find_code: Callable[[str], str | None]) -> None:
        self._index = index
        self._base = base
        self._find_code = find_code

    def find_thing(self, text: str) -> Named | None:
        """Returns the thing with an identifier of the site, be it written as an IRI."""
        return self._index.things.get(shorten_term(text.strip(), self._base))

    def find_linked(self, text: str) -> list[Named]:
        """Returns the things that an identifier of the site, of another dataset or of
        ISO 3166-1 stands for."""
        if own := self.find_thing(text):
            return [own]
        if code := find_country_code(text):
            country = self._index.things.get(_identify_country(code))
            return [country] if country else []
        return self._index.find_linked(list_forms(text))

    def find_country(self, text: str) -> str | None:
        """Returns the identifier of the country that a name or code stands for, also of one
        without members; None if it is neither."""
        code = find_country_code(text) or self._find_code(text)
        return _identify_country(code) if code else None

    def is_country_name(self, text: str) -> bool:
        """Says whether a text is the name of a country, and not only a code."""
        return self._find_code(text) is not None

    def find_places(self, text: str, kind: str) -> set[str]:
        """Returns the identifiers of the places of a type that a text may name, in any way."""
        if own := self.find_thing(text):
            return {own.id}
        found = {thing.id for thing in self.find_linked(text)}
        found |= {thing.id for thing in self._index.find_named(text) if kind in thing.types}
        if kind == COUNTRY and (country := self.find_country(text)):
            found.add(country)
        return found

    def find_all(self, text: str) -> set[str]:
        """Returns the identifiers of all things that a text may name, in any way."""
        found = {thing.id for thing in (*self.find_linked(text), *self._index.find_named(text))}
        country = self.find_country(text)
        return found | {country} if country else found


def _identify_country(code: str) -> str:
    return f"country/{code}"
