"""The tables of a site: members, awards, sources of the pages, country names.

Text of a CSV file in, values out; a mistake is a `SourceError` with row and
column, because a table is the curator's own work and can be put right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.countries import Countries
from publisher.csv_rows import Row, read_rows
from publisher.iris import CityKey, mint_slug
from publisher.member_names import Kind, MemberNames
from publisher.profile import PageSource

MEMBERS_TABLE = "data/network/members.csv"
_FOUNDED, _FIRST_AWARD = 2013, 2015  # years
# The beginning of the same word, or a capitalised word directly before, unless it only
# begins the sentence.
_NAME_BEFORE = re.compile(r"[\w-]$|(?<=\W)[A-ZÀ-Þ][\w’'-]*\s$")
CERTAINTIES = ("stated", "inferred", "unsourced")


@dataclass(frozen=True, slots=True)
class Member:
    """A row of members.csv: one member and one claim about the year it joined."""

    key: CityKey
    name: str
    aliases: tuple[str, ...]
    kind: str
    year: int | None
    certainty: str
    source: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """A row of awards.csv: a member, by the name that it has there, and the year."""

    key: CityKey
    name: str
    year: int
    source: str | None


class Members:
    """Finds members as pages and tables name them (see `publisher.member_names`)."""

    def __init__(self, members: Iterable[Member], kinds: Iterable[Kind] = ()) -> None:
        self.all = tuple(members)
        self._claims: dict[CityKey, list[Member]] = {}
        for member in self.all:
            self._claims.setdefault(member.key, []).append(member)
        unique: dict[str, set[CityKey]] = {}
        for member in self.all:
            for name in (member.name, *member.aliases):
                unique.setdefault(name, set()).add(member.key)
        self.slugs = frozenset(map(mint_slug, unique))
        self._names = MemberNames(
            ((key, name, self._kind(key)) for name, keys in unique.items() for key in keys), kinds
        )
        self._unique = {name: min(keys, key=str) for name, keys in unique.items() if len(keys) == 1}
        printed = sorted(map(re.escape, self._unique), key=len, reverse=True)
        # What stands before is looked at afterwards: a pattern that begins with letters
        # is searched for much faster.
        alone = r"(?:{})(?![\w-]|\s[A-ZÀ-Þ])"
        self._pattern = re.compile(alone.format("|".join(printed) or r"(?!)"))

    def find(self, name: str, country: str | None) -> Member | None:
        """Returns the member of that name, or None; without a country only if just
        one member in the world has the name."""
        found = self._names.find(name, country)
        return self._claims[found.pop()][0] if len(found) == 1 else None

    def is_unlisted(self, name: str, country: str | None) -> bool:
        """Tells whether the table lacks the member of a name; without a table nobody is listed,
        and nobody lacking."""
        return bool(self.all) and self.find(name, country) is None

    def advise(self, name: str, country: str | None) -> str:
        """Returns what to do about a name that is no member's, with those near it."""
        near = dict.fromkeys(
            self._claims[key][0].name for key in self._names.find_near(name, country)
        )
        question = f"did you mean {' or '.join(near)}? Else " if near else ""
        return f"{question}add it, or an alias of the member that it is, to {MEMBERS_TABLE}"

    def _kind(self, key: CityKey) -> str:
        return next((claim.kind for claim in self._claims[key] if claim.kind), "")

    def claims(self, key: CityKey) -> tuple[Member, ...]:
        """Returns the rows about one member; none if it is not listed."""
        return tuple(self._claims.get(key, ()))

    def find_in(self, text: str) -> Iterator[tuple[int, int, CityKey]]:
        """Yields (start, end, key) where a text has, as it is printed, a name that
        only one member has and that is no part of a longer name."""
        for found in self._pattern.finditer(text):
            if not _NAME_BEFORE.search(text, 0, found.start()):
                yield found.start(), found.end(), self._unique[found.group()]

    def key(self, name: str, country: str | None) -> CityKey:
        """Returns the member's key; of a place that is not listed, one from its own name."""
        member = self.find(name, country)
        return member.key if member else CityKey(country or "zz", mint_slug(name))


def parse_members(
    text: str, source: str, countries: Countries, kinds: Iterable[str], today: dt.date
) -> tuple[Member, ...]:
    """Returns the members of a members.csv, one per row.

    A member may have several rows only if they claim different years.

    Raises:
        SourceError: naming row and column: a missing column, an unknown country
            or kind, a year out of range, the same claim twice, a name of two members,
            two kinds of one.
    """
    columns = ("city", "aliases", "country", "kind", "year_joined", "certainty", "source_url")
    members: list[Member] = []
    allowed_kinds, known = ("", *kinds), _Known()
    for row in read_rows(text, source, columns):
        name = row.name("city")
        kind = row.get("kind").lower().replace(" ", "-")
        if kind not in allowed_kinds:
            raise row.fail("kind", f"unknown kind {kind!r}", "add it to the member-kind scheme")
        member = Member(
            CityKey(_read_country(row, countries), mint_slug(name)),
            name,
            row.names("aliases"),
            kind,
            row.year("year_joined", _FOUNDED, today.year),
            row.one_of("certainty", CERTAINTIES),
            row.source("source_url"),
            row.get("note"),
        )
        known.add(member, row)
        members.append(member)
    return tuple(members)


class _Known:
    """What the rows so far say of members, which the next may not contradict."""

    def __init__(self) -> None:
        self._claims: set[tuple[CityKey, int | None]] = set()
        self._kinds: dict[CityKey, str] = {}
        self._names: dict[tuple[str, str], Member] = {}  # by country and slug

    def add(self, member: Member, row: Row) -> None:
        """Takes a row in, or raises a `SourceError` that names its place."""
        for name in (member.name, *member.aliases):
            owner = self._names.setdefault((member.key.country, mint_slug(name)), member)
            if owner.key != member.key:
                raise row.fail(
                    "city" if name is member.name else "aliases",
                    f"{name!r} is a name of {owner.name}, too",
                    "a name has one member: remove it from the aliases of one, or add the "
                    "province in brackets",
                )
            if name is member.name and name != owner.name:
                raise row.fail(
                    "city",
                    f"{name!r} has the same letters as {owner.name!r}, so both are one member",
                    "write the name as in the other row, or add the province in brackets",
                )
        if (member.key, member.year) in self._claims:
            raise row.fail("city", f"{member.name!r} is listed twice", "remove one of the two rows")
        self._claims.add((member.key, member.year))
        kind = self._kinds.setdefault(member.key, member.kind) or member.kind
        if member.kind and member.kind != kind:
            raise row.fail(
                "kind",
                f"{member.name} is a {kind} in another row",
                "write the same kind in all rows of a member, or leave it blank",
            )
        self._kinds[member.key] = kind


def _read_country(row: Row, countries: Countries) -> str:
    """The code of a row's country, which the column `iso3` repeats where a table has it."""
    code, iso3 = row.country("country", countries), row.get("iso3")
    if iso3 and countries.find_alpha3(iso3) != code:
        raise row.fail(
            "iso3",
            f"{iso3!r} is not the code of {countries.label(code)}",
            f"write {countries.find_iso_codes(code)[1]}, or correct the country",
        )
    return code


def parse_awards(
    text: str, source: str, countries: Countries, members: Members, today: dt.date
) -> tuple[Award, ...]:
    """Returns the rows of an awards.csv. Where a site lists no members, the laureates are
    whoever stands there.

    Raises:
        SourceError: naming row and column; among others, a city that is no member.
    """
    awards = []
    for row in read_rows(text, source, ("year", "city", "country", "source_url")):
        year = row.year("year", _FIRST_AWARD, today.year)
        if year is None:
            raise row.fail("year", "is empty", "fill it in or remove the row")
        name, country = row.name("city"), _read_country(row, countries)
        if members.is_unlisted(name, country):
            raise row.fail("city", f"{name!r} is no member", members.advise(name, country))
        awards.append(Award(members.key(name, country), name, year, row.source("source_url")))
    return tuple(awards)


def parse_country_names(text: str, source: str) -> tuple[tuple[str, str], ...]:
    """Returns (name, ISO alpha-2 code) for each row of a country-names.csv.

    Raises:
        SourceError: naming row and column.
    """
    return tuple(
        (row.required("name"), row.country_code("iso2"))
        for row in read_rows(text, source, ("name", "iso2"))
    )


def parse_sources(text: str, source: str, countries: Countries) -> dict[str, PageSource]:
    """Returns what a sources.csv says of each page, by file name.

    Raises:
        SourceError: naming row and column.
    """
    columns = ("file", "address", "city", "country", "language", "text", "issued", "modified")
    sources: dict[str, PageSource] = {}
    for row in read_rows(text, source, columns):
        file = row.required("file")
        if file in sources:
            raise row.fail("file", f"{file!r} is listed twice", "remove one of the two rows")
        sources[file] = PageSource(
            address=row.address("address"),
            city=row.name("city") if row.get("city") else None,
            country=row.country("country", countries) if row.get("country") else None,
            language=row.get("language") or None,
            issued=row.date("issued"),
            modified=row.date("modified"),
            original=row.one_of("text", ("own-words", "original")) == "original",
        )
    return sources
