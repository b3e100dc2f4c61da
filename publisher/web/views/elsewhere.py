"""What a thing is in other datasets, and what a gazetteer says of its place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from publisher.linksets import GEONAMES, TARGETS
from publisher.vocabulary import LC
from publisher.web.reader import Reader
from publisher.web.views.common import Link, make_link


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A link to another dataset. `dataset` is its name, empty if it is not known here;
    `only_located`: the thing lies there and is not the same."""

    place: Link
    dataset: str
    only_located: bool
    population: str
    position: str

    @property
    def has_facts(self) -> bool:
        """Whether the page shows something that GeoNames says, and must name its licence."""
        return self.place.iri.startswith(GEONAMES) and bool(self.population or self.position)


def view_elsewhere(reader: Reader, iri: str) -> tuple[Elsewhere, ...]:
    """Returns the links of a thing to other datasets."""
    return tuple(
        Elsewhere(
            place=make_link(reader, row.get("place")),
            dataset=next((t.name for t in TARGETS if row.get("place").startswith(t.space)), ""),
            only_located=row.get("relation") == str(LC.locatedAt),
            population=f"{row.number('population'):,}" if row.find("population") else "",
            position=_word_position(row.get("latitude"), row.get("longitude")),
        )
        for row in reader.rows("elsewhere", thing=iri)
    )


def view_regions(reader: Reader, iri: str) -> tuple[Link, ...]:
    """Returns the UN regions that a city or country lies in, the smallest first."""
    return tuple(make_link(reader, row.get("region")) for row in reader.rows("regions", thing=iri))


def _word_position(latitude: str, longitude: str) -> str:
    if not latitude or not longitude:
        return ""
    north, east = Decimal(latitude), Decimal(longitude)
    return (
        f"{abs(north):.2f}° {'N' if north >= 0 else 'S'}, "
        f"{abs(east):.2f}° {'E' if east >= 0 else 'W'}"
    )
