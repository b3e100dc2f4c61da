"""Whether what a reconciliation service answers about a member is that member. Pure.

A service names things by its own scores and knows no members. So its match is linked
without a person only where the kind of place and the country were asked for and what it
says of the match agrees, and where nothing that it says contradicts GeoNames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.candidates import SAME_AS, Subject
from publisher.countries import Countries
from publisher.distance import Position, measure_distance
from publisher.gazetteer import fold
from publisher.linksets import PlaceFacts
from publisher.sssom import BY_SERVICE, Link

_FULL_SCORE = 100
_LINKED_KINDS = frozenset({"", "city"})
# What two sources may say of one place: where a city's middle is, and how much of the
# country around it is counted.
_FAR_KM = 30
_TIMES_AS_MANY = 10
_DEGREES = re.compile(r"(-?\d+(?:\.\d+)?)(?:\s*[,;]\s*|\s+)(-?\d+(?:\.\d+)?)")
_BETWEEN, _EQUALS = "|", "="


@dataclass(frozen=True, slots=True)
class Question:
    """What a service is asked of each member: for things of these types, and by which of
    its properties it knows ISO 3166-1 code of the country, population and coordinates
    (empty: it is not asked for that)."""

    endpoint: str
    types: tuple[str, ...] = ()
    country: str = ""
    population: str = ""
    coordinates: str = ""

    @property
    def properties(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.country, self.population, self.coordinates)))

    def write(self) -> str:
        """Returns the question as SSSOM has metadata that it does not name (`other`)."""
        pairs = [("endpoint", self.endpoint), *(("type", name) for name in self.types)]
        pairs += [(name, getattr(self, name)) for name in ("country", "population", "coordinates")]
        return _BETWEEN.join(f"{name}{_EQUALS}{value}" for name, value in pairs if value)


def parse_question(text: str) -> Question | None:
    """Returns the question that a link file was made by, None if it says none."""
    pairs = [pair.partition(_EQUALS) for pair in text.split(_BETWEEN)]
    said = {name.strip(): value.strip() for name, _, value in pairs}
    if not said.get("endpoint"):
        return None
    types = tuple(value.strip() for name, _, value in pairs if name.strip() == "type")
    country, population = said.get("country", ""), said.get("population", "")
    return Question(said["endpoint"], types, country, population, said.get("coordinates", ""))


@dataclass(frozen=True, slots=True)
class Result:
    """What a service answers about one name. `types` are names by id; `match` is its own
    word that this is it; `features` what it compared; `values` what it says of the thing,
    by property."""

    id: str
    name: str
    types: Mapping[str, str]
    score: float
    match: bool
    features: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a member without the service: countries by their names, and what
    GeoNames says of the place that the member is, if that is known."""

    countries: Countries
    facts: PlaceFacts | None = None


@dataclass(frozen=True, slots=True)
class ServiceProposal:
    """A member's results as rows of a link file, the best first; `doubt` says why a person
    must decide, and is empty where the first may be linked."""

    subject: Subject
    links: tuple[Link, ...]
    doubt: str


def propose_service_link(
    subject: Subject, results: Sequence[Result], question: Question, space: str, known: Known
) -> ServiceProposal:
    """Returns what a service's results are worth.

    Args:
        space: what the IRIs of the service's things begin with.
        known: what the results are compared with.
    """
    ordered = sorted(results, key=lambda r: (not r.match, -r.score))
    weighed = [list(_weigh(result, subject, question, known)) for result in ordered]
    links = tuple(
        _make_link(subject, result, space, [text for _, text in said])
        for result, said in zip(ordered, weighed, strict=True)
    )
    doubt = _doubt_match(subject, ordered)
    if not doubt:
        doubt = "; ".join(text for agrees, text in weighed[0] if not agrees)
    return ServiceProposal(subject, links, doubt)


def _doubt_match(subject: Subject, ordered: Sequence[Result]) -> str:
    """Only the service's one match that also has the very name may be linked: it knows
    kinds of places by its own words, and a district is not the town of that name."""
    names = {fold(name) for name in (subject.name, *subject.aliases)}
    matches = [r for r in ordered if r.match]
    if subject.kind not in _LINKED_KINDS:
        return f"a {subject.kind} may not be the town of that name"
    if len(matches) != 1:
        return f"the service matches {len(matches)} things"
    if fold(matches[0].name) not in names:
        return f"the match is called {matches[0].name}"
    return ""


def _weigh(
    result: Result, subject: Subject, question: Question, known: Known
) -> Iterator[tuple[bool, str]]:
    """Yields what speaks for a result (true) and against it (false)."""
    yield _weigh_types(result, question)
    yield _weigh_country(result, subject, question, known.countries)
    if known.facts:
        yield from _weigh_population(result, question, known.facts)
        yield from _weigh_position(result, question, known.facts)


def _weigh_types(result: Result, question: Question) -> tuple[bool, str]:
    said = ", ".join(result.types.values()) or "nothing"
    if not question.types:
        return False, f"no type was asked for; this is: {said}"
    agreed = [name for id_, name in result.types.items() if id_ in question.types]
    if agreed:
        return True, f"type: {', '.join(agreed)}"
    return False, f"not of a type that was asked for, but: {said}"


def _weigh_country(
    result: Result, subject: Subject, question: Question, countries: Countries
) -> tuple[bool, str]:
    code = subject.key.country
    if not question.country:
        return False, "the country was not asked for"
    said = result.values.get(question.country, ())
    codes = {*countries.find_iso_codes(code)}
    if any(text.upper() in codes or countries.find(text) == code for text in said):
        return True, f"country: {code.upper()}"
    if said:
        return False, f"in another country: {', '.join(said)}"
    compared = result.features.get(question.country)
    if compared is True or compared == _FULL_SCORE:
        return True, f"country: {code.upper()}, as the service compared it"
    return False, "the service does not say in which country"


def _weigh_population(
    result: Result, question: Question, facts: PlaceFacts
) -> Iterator[tuple[bool, str]]:
    said = [number for text in result.values.get(question.population, ())
            if (number := _read_number(text)) > 0]  # fmt: skip
    if said and facts.population:
        here = int(facts.population)
        nearest = min(said, key=lambda number: max(number, here) / min(number, here))
        agrees = max(nearest, here) / min(nearest, here) < _TIMES_AS_MANY
        which = "population" if agrees else "another population"
        yield agrees, f"{which}: {nearest:,.0f} (GeoNames: {here:,})"


def _read_number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0


def _weigh_position(
    result: Result, question: Question, facts: PlaceFacts
) -> Iterator[tuple[bool, str]]:
    said = filter(None, map(_read_position, result.values.get(question.coordinates, ())))
    if facts.latitude:
        here = float(facts.latitude), float(facts.longitude)
        distances = [measure_distance(here, position) for position in said]
        if distances:
            nearest = min(distances)
            yield nearest < _FAR_KM, f"{nearest:,.0f} km from GeoNames' position"


def _read_position(text: str) -> Position | None:
    found = _DEGREES.search(text)
    if found is None:
        return None
    one, other = float(found[1]), float(found[2])
    # Well-known text has the longitude first.
    return (other, one) if "POINT" in text.upper() else (one, other)


def _make_link(subject: Subject, result: Result, space: str, reasons: Sequence[str]) -> Link:
    own = "the service's own match" if result.match else "no match by the service"
    return Link(
        subject=f"city/{subject.key}",
        subject_label=subject.name,
        predicate=SAME_AS,
        object=f"{space}{result.id}",
        object_label=result.name,
        justification=BY_SERVICE,
        confidence=f"{max(0, min(result.score, _FULL_SCORE)) / _FULL_SCORE:.3f}",
        match=result.name,
        comment="; ".join([own, *reasons]),
    )
