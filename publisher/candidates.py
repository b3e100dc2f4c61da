"""Which place of a gazetteer a member is: candidates with a score and its reasons. Pure.

A candidate is linked without a person only if it is good enough and nothing else could
be meant; precision comes before recall. Everything else is left to a reviewer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from publisher.gazetteer import STRENGTHS, Found, Gazetteer, Place, fold
from publisher.iris import CityKey

SAME_AS, LOCATED_AT = "owl:sameAs", "lc:locatedAt"

# Members of these kinds are units of administration themselves: not the town of the name.
_UNITS = frozenset(
    "commune county district emirate governorate municipality province region".split()
)
_CITIES = frozenset({"", "city"})
# Several governments at once: what they are, or where they have their seat, no name says.
_UNLINKED = frozenset({"consortium"})

_BRACKETED = re.compile(r"\s*\(([^)]*)\)")
_ORDINAL = re.compile(r"\s+\d+\w*$")
_SAME_PLACE_KM = 15
_EARTH_KM = 6371.0
# How many times more inhabitants a populated place must have than another of the name to
# be what is meant: by whether its own name fits better, as well as, or worse.
_BETTER, _EQUAL, _WORSE = 3, 10, 30
# A place whose inhabitants nobody has counted may well have this many.
_UNCOUNTED = 1000
_LOCATED_FACTOR = 0.95
_RIVAL_FACTOR = 0.98


@dataclass(frozen=True, slots=True)
class Subject:
    """A member as the tables name it. `kind` is the slug of a member kind, or empty."""

    key: CityKey
    name: str
    aliases: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant, the predicate it would be linked by, and why."""

    place: Place
    predicate: str
    matched: str
    match: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A member's candidates, the best first; `doubt` says why a person must decide, and
    is empty where the first may be linked."""

    subject: Subject
    candidates: tuple[Candidate, ...]
    doubt: str


def propose_link(subject: Subject, gazetteer: Gazetteer, threshold: float) -> Proposal:
    """Returns the candidates of a member, and whether the first may be linked as it is."""
    found = [replace(f, place=gazetteer.locate(f.place)) for f in _find(subject, gazetteer)]
    found.sort(key=lambda f: (-STRENGTHS[f.match], -(f.place.population or 0), f.place.geonames))
    eligible, predicate = _choose_eligible(subject, found)
    rest = [f for f in found if f not in eligible]
    best, doubt = _choose_best(subject, eligible, rest)
    ordered = [best] if best else []
    ordered += [f for f in (*eligible, *rest) if f is not best]
    candidates = tuple(
        _make_candidate(f, predicate if f in eligible else "", ordered) for f in ordered
    )
    if not doubt and candidates[0].score < threshold:
        doubt = f"the score {candidates[0].score:.2f} is below {threshold:.2f}"
    return Proposal(subject, candidates, doubt)


def measure_distance(one: Place, other: Place) -> float | None:
    """Returns the great-circle distance in kilometres, None where a position is unknown."""
    if one.latitude is None or one.longitude is None:
        return None
    if other.latitude is None or other.longitude is None:
        return None
    a, b = (math.radians(float(p.latitude or 0)) for p in (one, other))
    east = math.radians(float(one.longitude) - float(other.longitude))
    chord = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(chord))


def _find(subject: Subject, gazetteer: Gazetteer) -> list[Found]:
    names = list(_vary(subject, gazetteer))
    found = gazetteer.find(names, subject.key.country)
    inside = [fold(name) for name in _BRACKETED.findall(subject.name)]
    if within := [f for f in found if _lies_in(f.place, inside)]:
        return within
    return found


def _vary(subject: Subject, gazetteer: Gazetteer) -> Iterator[str]:
    """The names to look for: without what is in brackets; for a unit also without the
    word for its kind and its number."""
    for name in (subject.name, *subject.aliases):
        plain = _BRACKETED.sub("", name)
        yield plain
        if subject.kind not in _CITIES:
            yield _ORDINAL.sub("", plain)
            yield gazetteer.strip_kind(plain).replace("-", " ")


def _lies_in(place: Place, names: Sequence[str]) -> bool:
    around = {fold(name) for unit in _ancestors(place) for name in (unit.name, *unit.names)}
    return any(name in around for name in names)


def _ancestors(place: Place) -> Iterator[Place]:
    for unit in place.units:
        yield unit
        yield from _ancestors(unit)


def _choose_eligible(subject: Subject, found: Iterable[Found]) -> tuple[list[Found], str]:
    """The places that a member of this kind can be linked to, and by which predicate."""
    towns = [f for f in found if f.place.level == 0]
    units = [f for f in found if f.place.level > 0]
    if subject.kind in _UNITS:
        alike = [f for f in units if not f.place.kind or _fits(subject, f.place)]
        return (alike, SAME_AS) if alike else (towns, LOCATED_AT)
    if subject.kind in _CITIES:
        return (towns or units, SAME_AS)
    return towns, LOCATED_AT


def _choose_best(
    subject: Subject, eligible: Sequence[Found], rest: Sequence[Found]
) -> tuple[Found | None, str]:
    """The place that is meant, and a doubt where a person must decide."""
    if not eligible:
        return None, "no place of the name that a member of this kind can be linked to"
    if subject.kind in _UNLINKED:
        return eligible[0], "several governments together are no place of the gazetteer"
    if eligible[0].place.level:
        return _choose_unit(subject, eligible)
    best = max(eligible, key=lambda f: (f.place.population or 0, STRENGTHS[f.match]))
    best = _prefer_known(best, eligible)
    rivals = [f for f in eligible if not _same_place(f.place, best.place)]
    if close := [f for f in rivals if not _outweighs(best, f)]:
        return best, f"{close[0].place} ({close[0].place.geonames}) may be meant as well"
    if subject.kind in _CITIES and (other := _find_other_unit(best.place, rest)):
        return best, f"{other} ({other.geonames}) has the name and does not contain {best.place}"
    return best, ""


def _choose_unit(subject: Subject, eligible: Sequence[Found]) -> tuple[Found, str]:
    """Of units inside one another, the one of the member's kind, else the outermost."""
    alike = [f for f in eligible if _fits(subject, f.place)]
    chosen = sorted(alike or eligible, key=lambda f: (f.place.level, -STRENGTHS[f.match]))
    best = chosen[0]
    for other in chosen[1:]:
        if best.place.geonames not in {unit.geonames for unit in _ancestors(other.place)}:
            return best, f"{other.place} ({other.place.geonames}) may be meant as well"
    return best, ""


def _fits(subject: Subject, unit: Place) -> bool:
    """Tells whether the source calls the unit what the member is called."""
    return bool(subject.kind) and subject.kind in unit.kind.lower()


def _same_place(one: Place, other: Place) -> bool:
    if one.geonames == other.geonames:
        return True
    distance = measure_distance(one, other)
    return distance is not None and distance < _SAME_PLACE_KM and _ratio(one, other) < _BETTER


def _prefer_known(best: Found, eligible: Iterable[Found]) -> Found:
    """Of two entries about one place, the one with more names: the gazetteer's main one."""
    twins = [f for f in eligible if _same_place(f.place, best.place)]
    return max(twins, key=lambda f: (len(f.place.names), -f.place.geonames))


def _ratio(one: Place, other: Place) -> float:
    counted = [p.population or _UNCOUNTED for p in (one, other)]
    return max(counted) / min(counted)


def _outweighs(best: Found, rival: Found) -> bool:
    strengths = STRENGTHS[best.match] - STRENGTHS[rival.match]
    needed = _EQUAL if strengths == 0 else _BETTER if strengths > 0 else _WORSE
    inhabitants = rival.place.population or _UNCOUNTED
    return (best.place.population or 0) >= needed * inhabitants


def _find_other_unit(town: Place, rest: Iterable[Found]) -> Place | None:
    """A unit of the second level with the town's name that lies elsewhere: where towns
    of that name are too small to be listed, the member may be there."""
    around = {unit.geonames for unit in town.units}
    deepest = max((unit.level for unit in town.units), default=0)
    for found in rest:
        unit = found.place
        if unit.level != 2 or found.match == "transliteration" or unit.geonames in around:
            continue
        beside = {u.geonames for u in unit.units} & around
        if not (beside and deepest < unit.level):
            return unit
    return None


def _make_candidate(found: Found, predicate: str, all_found: Sequence[Found]) -> Candidate:
    place = found.place
    score = STRENGTHS[found.match]
    reasons = [f"{found.match}: {found.matched}", f"country: {place.country.upper()}"]
    reasons.append(f"kind: {place.kind or f'unit of level {place.level}'}")
    if place.population:
        reasons.append(f"population: {place.population:,}")
    if predicate == LOCATED_AT:
        score *= _LOCATED_FACTOR
    others = [f.place for f in all_found if f.place.level == place.level and f is not found]
    distances = [d for other in others if (d := measure_distance(place, other)) is not None]
    if distances:
        score *= _RIVAL_FACTOR
        reasons.append(f"the next of the name: {min(distances):,.0f} km away")
    elif not others:
        reasons.append("the only one of the name")
    if not predicate:
        score /= 2
        reasons.append("not of the member's kind")
    return Candidate(
        place, predicate or SAME_AS, found.matched, found.match, round(score, 3), tuple(reasons)
    )
