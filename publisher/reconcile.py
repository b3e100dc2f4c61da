"""What is meant by a reconciliation query: answers in the JSON of the API's version 0.2. Pure.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from publisher.lookup import COUNTRY, Lookup
from publisher.name_index import FULL_SCORE, Found, Named, NameIndex
from publisher.reconcile_properties import WITHIN, Condition, Properties, understand
from publisher.reconcile_queries import Constraint, Json, Query
from publisher.schema_space import SchemaSpace

# The classes that are looked for, the most telling first, and what they are called.
TYPES: Mapping[str, str] = {
    "lc:LearningCity": "Learning city",
    "schema:Country": "Country",
    "lc:Initiative": "Initiative",
    "org:Organization": "Organization",
    "lc:GoodPractice": "Good practice",
    "skos:Concept": "Concept",
    "schema:City": "City",
    "schema:AdministrativeArea": "Administrative area",
}
_SHORTEST_NAME = 4
# What is elsewhere than the query says is hardly meant.
_ELSEWHERE = 0.5
# Of another type than it should be: below all that is of the type, wherever that is.
_OF_ANOTHER_TYPE = 0.25
_COMMAS = str.maketrans("،，、", ",,,")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query as it is understood."""

    text: str
    types: tuple[str, ...]
    strictness: str
    conditions: tuple[Condition, ...]

    def fits(self, thing: Named) -> bool:
        """Says whether a thing is of the types asked for."""
        if not self.types:
            return True
        chosen = all if self.strictness == "all" else any
        return chosen(name in thing.types for name in self.types)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A thing that may be meant, and how well it agrees with all that was asked."""

    found: Found
    score: float
    fits: bool
    is_meant: bool
    judged: Mapping[str, bool]


class Reconciler:
    """Answers queries from an index.

    Args:
        base: the site's base IRI.
        find_code: the ISO 3166-1 alpha-2 code of a country by its name, else None.
    """

    def __init__(
        self,
        index: NameIndex,
        base: str,
        find_code: Callable[[str], str | None],
        properties: Properties,
    ) -> None:
        self.index = index
        self.lookup = Lookup(index, base, find_code)
        self.types = SchemaSpace(_list_types(index), base)
        self._properties = properties

    def answer(self, query: Query) -> Json:
        """Returns the result of one query: candidates, the best first."""
        asked = self._understand(query)
        candidates = [_weigh(found, asked) for found in self._find(asked)]
        if asked.strictness != "should":
            candidates = [c for c in candidates if c.fits]
        sure = sum(c.is_meant for c in candidates) == 1
        candidates.sort(key=lambda c: (-c.score, not c.fits, c.found.thing.name, c.found.thing.id))
        return {
            "result": [
                self._describe(candidate, match=sure and candidate.is_meant)
                for candidate in candidates[: query.limit]
            ]
        }

    def _understand(self, query: Query) -> _Asked:
        text, country = self._split_country(query.text)
        constraints = list(query.constraints)
        if country:
            constraints.append(Constraint(WITHIN, ((country,),)))
        return _Asked(
            text=text,
            types=tuple(self.types.find(name) or name for name in query.types),
            strictness=query.strictness,
            conditions=tuple(understand(c, self.lookup, self._properties) for c in constraints),
        )

    def _split_country(self, text: str) -> tuple[str, str]:
        """Returns a name and the country behind it, after a comma or in brackets; an empty one
        if none is there, or if the whole is a name."""
        plain = text.translate(_COMMAS)
        head, _, tail = plain.rpartition(",")
        if plain.endswith(")"):
            head, _, tail = plain[:-1].rpartition("(")
        head, tail = head.strip(), tail.strip()
        # A code may be that of a province as well, or any acronym.
        if not head or "://" in head or not self.lookup.is_country_name(tail):
            return text, ""
        is_name = self.index.find_named(text) or self.lookup.is_country_name(text)
        return (text, "") if is_name else (head, tail)

    def _find(self, asked: _Asked) -> Iterable[Found]:
        """Returns what may be meant: by identifier, by name, or by the properties alone."""
        linked = {i for condition in asked.conditions for i in condition.identified}
        identified, may_be_name = self._identify(asked)
        found = {
            i: Found(self.index.things[i], FULL_SCORE, is_exact=True)
            for i in (*linked, *(thing.id for thing in identified))
        }
        if asked.text and may_be_name:
            for candidate in self.index.search(asked.text):
                found.setdefault(candidate.thing.id, candidate)
        elif not asked.text and not linked and asked.conditions:
            for thing in self.index.things.values():
                judgements = [condition.judge(thing) for condition in asked.conditions]
                if True in judgements and False not in judgements:
                    found[thing.id] = Found(thing, FULL_SCORE * _ELSEWHERE, is_exact=False)
        return found.values()

    def _identify(self, asked: _Asked) -> tuple[Sequence[Named], bool]:
        """Returns what the text of a query names otherwise than by a label in the data, and
        whether it may be a label besides."""
        # "CAN" and "PER" are codes of countries and words besides.
        if len(asked.text) < _SHORTEST_NAME and COUNTRY not in asked.types:
            return (), True
        if linked := self.lookup.find_linked(asked.text):
            return linked, False
        country = self.index.things.get(self.lookup.find_country(asked.text) or "")
        return (country,) if country else (), "://" not in asked.text

    def describe_place(self, thing: Named) -> str:
        """Returns what tells a thing from others of its name: its kind, its schemes and where
        it is."""
        kind, *others = thing.types
        schemes = (name_type(name) for name in others if name not in TYPES)
        names = (self.index.things[p].name for p in thing.places if p in self.index.things)
        return ", ".join([name_type(kind), *schemes, *names])

    def _describe(self, candidate: _Candidate, *, match: bool) -> Json:
        thing = candidate.found.thing
        features: list[Json] = [{"id": "name", "value": round(candidate.found.score, 1)}]
        features += [{"id": name, "value": agrees} for name, agrees in candidate.judged.items()]
        return {
            "id": thing.id,
            "name": thing.name,
            "description": self.describe_place(thing),
            "type": describe_types(thing),
            "score": round(candidate.score, 1),
            "match": match,
            "features": features,
        }

    def suggest(self, beginning: str, skip: int, limit: int, types: Sequence[str] = ()) -> Json:
        """Returns the things that a name begins; where none does, those of a like name."""
        own = self.lookup.find_thing(beginning)
        found = [own] if own else self.index.complete(beginning)
        if not found:
            found = [candidate.thing for candidate in self.index.search(beginning)]
        fitting = [t for t in found if not types or not set(types).isdisjoint(t.types)]
        return {
            "result": [
                {
                    "id": thing.id,
                    "name": thing.name,
                    "description": self.describe_place(thing),
                    "notable": describe_types(thing),
                }
                for thing in fitting[skip : skip + limit]
            ]
        }


def _weigh(found: Found, asked: _Asked) -> _Candidate:
    """Returns a candidate: what is not as the query says loses by it; what cannot be told to
    be so is no match."""
    judgements = [(c.property, c.judge(found.thing)) for c in asked.conditions]
    judged: dict[str, bool] = {}
    for name, agrees in judgements:
        if name is not None and agrees is not None:
            judged[name] = judged.get(name, True) and agrees
    fits, is_there = asked.fits(found.thing), False not in judged.values()
    score = found.score * (1 if is_there else _ELSEWHERE) * (1 if fits else _OF_ANOTHER_TYPE)
    # A name that others have for it is one in its own country.
    is_called_so = found.is_exact or (found.is_exact_elsewhere and judged.get(WITHIN, False))
    is_meant = is_called_so and fits and all(agrees for _, agrees in judgements)
    return _Candidate(found, score, fits, is_meant, judged)


def name_type(identifier: str) -> str:
    """Returns what a type is called."""
    return TYPES.get(identifier) or identifier.rpartition("/")[2].replace("-", " ").capitalize()


def describe_types(thing: Named) -> list[Json]:
    """Returns the types of a thing as objects of the API."""
    return [{"id": name, "name": name_type(name)} for name in thing.types]


def _list_types(index: NameIndex) -> dict[str, str]:
    """Returns the types that things have, in the order of the table, then schemes."""
    used = {name for thing in index.things.values() for name in thing.types}
    ordered = [name for name in TYPES if name in used] + sorted(used - TYPES.keys())
    return {name: name_type(name) for name in ordered}
