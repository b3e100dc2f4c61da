"""Which place of a gazetteer a member is: candidates with a score and its reasons. Pure.

A candidate is linked without a person only if it is good enough and nothing else could
be meant; precision comes before recall. Everything else is left to a reviewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from publisher.distance import measure_distance
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
# How many times more inhabitants a populated place must have than another of the name to
# be what is meant: by whether its own name fits better, as well as, or worse.
_BETTER, _EQUAL, _WORSE = 3, 10, 30
# A place whose inhabitants nobody has counted may well have this many.
_UNCOUNTED = 1000
# How many times more inhabitants the largest town of a unit must have than the town of
# the unit's name for that to be a mere part of what is called so.
_OUTGROWN = 2
_LOCATED_FACTOR = 0.95
_RIVAL_FACTOR = 0.98


@dataclass(frozen=True, slots=True)
class Subject:
    """A member as the tables name it. `kind` is the slug of a member kind, or empty; `note`
    is for whoever decides."""

    key: CityKey
    name: str
    aliases: tuple[str, ...]
    kind: str
    note: str = ""


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
    """A member's candidates, the best first, then what else may be meant; `doubt` says why
    a person must decide, and is empty where the first may be linked."""

    subject: Subject
    candidates: tuple[Candidate, ...]
    doubt: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """The place that is meant, a doubt where a person must decide, and the place that the
    doubt is about."""

    best: Found | None
    doubt: str = ""
    rival: Found | None = None


def propose_link(subject: Subject, gazetteer: Gazetteer, threshold: float) -> Proposal:
    """Returns the candidates of a member, and whether the first may be linked as it is."""
    found = [replace(f, place=gazetteer.locate(f.place)) for f in _find(subject, gazetteer)]
    found.sort(key=lambda f: (-STRENGTHS[f.match], -(f.place.population or 0), f.place.geonames))
    eligible, predicate = _choose_eligible(subject, found)
    rest = [f for f in found if f not in eligible]
    choice = _choose_best(subject, eligible, rest, gazetteer)
    made = [(f, _make_candidate(f, predicate if f in eligible else "", found)) for f in found]
    made.sort(key=lambda pair: _rank(pair[0], pair[1], choice))
    candidates = tuple(candidate for _, candidate in made)
    doubt = choice.doubt
    if not doubt and candidates[0].score < threshold:
        doubt = f"the score {candidates[0].score:.2f} is below {threshold:.2f}"
    return Proposal(subject, candidates, doubt)


def _rank(found: Found, candidate: Candidate, choice: _Choice) -> tuple[object, ...]:
    inhabitants = found.place.population or 0
    place = (-candidate.score, -inhabitants, found.place.geonames)
    return (found is not choice.best, found is not choice.rival, *place)


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
    subject: Subject, eligible: Sequence[Found], rest: Sequence[Found], gazetteer: Gazetteer
) -> _Choice:
    if not eligible:
        return _Choice(None, "no place of the name that a member of this kind can be linked to")
    if subject.kind in _UNLINKED:
        return _Choice(eligible[0], "several governments together are no place of the gazetteer")
    if eligible[0].place.level:
        return _choose_unit(subject, eligible)
    best = max(eligible, key=lambda f: (f.place.population or 0, STRENGTHS[f.match]))
    best = _prefer_known(best, eligible)
    rivals = [f for f in eligible if not _same_place(f.place, best.place)]
    if close := [f for f in rivals if not _outweighs(best, f)]:
        return _doubt_by_rival(best, max(close, key=lambda f: f.place.population or 0))
    return _look_at_units(best, rest, gazetteer) if subject.kind in _CITIES else _Choice(best)


def _doubt_by_rival(best: Found, rival: Found) -> _Choice:
    place = rival.place
    return _Choice(best, f"{place} ({place.geonames}) may be meant as well", rival)


def _choose_unit(subject: Subject, eligible: Sequence[Found]) -> _Choice:
    """Of units inside one another, the one of the member's kind, else the outermost."""
    alike = [f for f in eligible if _fits(subject, f.place)]
    chosen = sorted(alike or eligible, key=lambda f: (f.place.level, -STRENGTHS[f.match]))
    best = chosen[0]
    for other in chosen[1:]:
        if best.place.geonames not in {unit.geonames for unit in _ancestors(other.place)}:
            return _doubt_by_rival(best, other)
    return _Choice(best)


def _fits(subject: Subject, unit: Place) -> bool:
    """Tells whether the source calls the unit what the member is called."""
    return bool(subject.kind) and subject.kind in unit.kind.lower()


def _measure(one: Place, other: Place) -> float | None:
    if one.position is None or other.position is None:
        return None
    return measure_distance(one.position, other.position)


def _same_place(one: Place, other: Place) -> bool:
    if one.geonames == other.geonames:
        return True
    distance = _measure(one, other)
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


def _look_at_units(best: Found, rest: Iterable[Found], gazetteer: Gazetteer) -> _Choice:
    """Doubts a town where a unit of the second level with its name may be meant instead:
    one that lies elsewhere, where towns of the name are too small to be listed, or one
    around a town that is only a part of what has its name."""
    town = best.place
    for found in rest:
        unit = found.place
        if unit.level != 2:
            continue
        if unit.geonames in {u.geonames for u in town.units}:
            largest = gazetteer.find_largest(unit)
            if largest and _is_part_only(town, largest):
                return _Choice(
                    best,
                    f"{unit} ({unit.geonames}) has the name too, and with {largest.name} a "
                    f"larger town ({largest.population or 0:,}) than {town.name}",
                    found,
                )
        elif found.match != "transliteration" and _lies_elsewhere(unit, town):
            doubt = f"{unit} ({unit.geonames}) has the name and does not contain {town}"
            return _Choice(best, doubt, found)
    return _Choice(best)


def _is_part_only(town: Place, largest: Place) -> bool:
    """Tells whether another town dwarfs the one of the unit's name. One that nobody has
    counted is listed because it is a seat of administration, so it is no mere part."""
    counted = town.population or 0
    return 0 < _OUTGROWN * counted < (largest.population or 0)


def _lies_elsewhere(unit: Place, town: Place) -> bool:
    around = {u.geonames for u in town.units}
    deepest = max((u.level for u in town.units), default=0)
    beside = {u.geonames for u in unit.units} & around
    return not (beside and deepest < unit.level)


def _make_candidate(found: Found, predicate: str, all_found: Sequence[Found]) -> Candidate:
    place = found.place
    score = STRENGTHS[found.match]
    reasons = [f"{found.match}: {found.matched}", f"country: {place.country.upper()}"]
    reasons.append(f"kind: {_name_kind(place)}")
    if place.population:
        reasons.append(f"population: {place.population:,}")
    if predicate == LOCATED_AT:
        score *= _LOCATED_FACTOR
    others = [f.place for f in all_found if f is not found]
    alike = [other for other in others if other.level == place.level]
    distances = [d for other in alike if (d := _measure(place, other)) is not None]
    if distances:
        score *= _RIVAL_FACTOR
        reasons.append(f"the next of the name: {min(distances):,.0f} km away")
    elif not alike:
        reasons.append(_word_only(place, others))
    if not predicate:
        score /= 2
        reasons.append("not of the member's kind")
    return Candidate(
        place, predicate or SAME_AS, found.matched, found.match, round(score, 3), tuple(reasons)
    )


def _name_kind(place: Place) -> str:
    return place.kind or f"unit of level {place.level}"


def _word_only(place: Place, others: Sequence[Place]) -> str:
    if not others:
        return "the only one of the name"
    sort = f"unit of level {place.level}" if place.level else "populated place"
    also = ", ".join(f"{_name_kind(other)} {other.geonames}" for other in others)
    return f"the only {sort} of the name, which is also that of: {also}"
