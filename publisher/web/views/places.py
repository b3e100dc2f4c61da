"""The front page's list of members, and the page of a country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.web.reader import Reader, Row, Text
from publisher.web.views.common import Link, group_chips, make_link
from publisher.web.views.elsewhere import Elsewhere, view_elsewhere, view_regions


@dataclass(frozen=True, slots=True)
class Member:
    """A member in a list; without a profile page it has no headline."""

    city: Link
    country: Link | None
    has_profile: bool
    headline: Text | None


@dataclass(frozen=True, slots=True)
class MembersView:
    """All members: those with a profile by name, the others by country."""

    profiled: tuple[Member, ...]
    others: tuple[tuple[Link | None, tuple[Member, ...]], ...]
    schemes: tuple[Link, ...]

    @property
    def other_count(self) -> int:
        return sum(len(members) for _, members in self.others)


@dataclass(frozen=True, slots=True)
class CountryView:
    """Everything that the page of a country shows."""

    iri: str
    label: Text
    members: tuple[Member, ...]
    chips: Mapping[str, list[Link]]
    regions: tuple[Link, ...]
    elsewhere: tuple[Elsewhere, ...]


def view_members(reader: Reader) -> MembersView:
    """Returns what the front page lists."""
    members = _members(reader, reader.rows("cities"))
    groups: dict[Link | None, list[Member]] = defaultdict(list)
    for member in members:
        if not member.has_profile:
            groups[member.country].append(member)
    by_country = sorted(groups.items(), key=lambda item: item[0].label.value if item[0] else "~")
    schemes = (
        make_link(reader, row.get("scheme"), row.number("concepts"))
        for row in reader.rows("schemes")
    )
    return MembersView(
        profiled=tuple(member for member in members if member.has_profile),
        others=tuple((country, tuple(group)) for country, group in by_country),
        schemes=tuple(sorted(schemes, key=lambda link: link.label.value)),
    )


def view_country(reader: Reader, iri: str) -> CountryView:
    """Returns what the page of a country shows."""
    return CountryView(
        iri=iri,
        label=reader.label(iri),
        members=_members(reader, reader.rows("country-cities", country=iri)),
        chips=group_chips(reader, reader.rows("country-concepts", country=iri), "cities"),
        regions=view_regions(reader, iri),
        elsewhere=view_elsewhere(reader, iri),
    )


def _members(reader: Reader, rows: Iterable[Row]) -> tuple[Member, ...]:
    found: dict[str, Member] = {}
    for row in rows:
        country = row.find("country")
        city = row.get("city")
        found.setdefault(
            city,
            Member(
                city=make_link(reader, city),
                country=make_link(reader, country) if country else None,
                has_profile=row.find("profile") is not None,
                headline=row.text("headline") if row.find("headline") else None,
            ),
        )
    return tuple(sorted(found.values(), key=lambda member: member.city.label.value.casefold()))
