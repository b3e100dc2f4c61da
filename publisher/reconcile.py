"""What is meant by a reconciliation query: answers in the JSON of the API's version 0.2. Pure.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from publisher.errors import ParameterError
from publisher.identifiers import list_equivalents
from publisher.name_index import FULL_SCORE, Found, Named, NameIndex
from publisher.reconcile_queries import SAME_AS, Constraint, Json, Query

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
_WITHIN, _COUNTRY, _CITY = "schema:containedInPlace", "schema:Country", "lc:LearningCity"
_SHORTEST_NAME = 4
# What is elsewhere than the query says is hardly meant.
_ELSEWHERE = 0.5


def _is_address(text: str) -> bool:
    return "://" in text


class Reconciler:
    """Answers queries from an index.

    Args:
        base: the site's base IRI.
        find_country: the ISO 3166-1 alpha-2 code of a country's name or code, else None.
    """

    def __init__(
        self, index: NameIndex, base: str, find_country: Callable[[str], str | None]
    ) -> None:
        self.index = index
        self._space = f"{base}id/"
        self._find_country = find_country

    def find_thing(self, text: str) -> Named | None:
        """Returns the thing with an identifier, be it written as an IRI."""
        return self.index.things.get(text.strip().removeprefix(self._space))

    def answer(self, query: Query) -> Json:
        """Returns the result of one query: candidates, the best first."""
        agreed = [(c.property, self._find_agreeing(c)) for c in query.constraints]
        candidates = []
        for found in self._find(query, agreed):
            judged = {name: self._agrees(found.thing, name, ids) for name, ids in agreed}
            is_where = all(judged.values())
            score = found.score if is_where else found.score * _ELSEWHERE
            is_meant = found.is_exact and is_where and query.fits(found.thing)
            candidates.append((score, is_meant, found, judged))
        if query.types and query.strictness != "should":
            candidates = [c for c in candidates if query.fits(c[2].thing)]
        sure = sum(is_meant for _, is_meant, _, _ in candidates) == 1
        order = sorted(
            candidates,
            key=lambda c: (-c[0], not query.fits(c[2].thing), c[2].thing.name, c[2].thing.id),
        )
        return {
            "result": [
                self._describe(found, score, judged, match=sure and is_meant)
                for score, is_meant, found, judged in order[: query.limit]
            ]
        }

    def _find(self, query: Query, agreed: Sequence[tuple[str, set[str]]]) -> Iterable[Found]:
        """Returns what may be meant: by identifier, by name, or by the properties alone."""
        linked = {i for name, ids in agreed if name == SAME_AS for i in ids}
        linked |= {thing.id for thing in self._find_identified(query)}
        found = {i: Found(self.index.things[i], FULL_SCORE, is_exact=True) for i in linked}
        if query.text.strip() and not _is_address(query.text):
            for candidate in self.index.search(query.text):
                found.setdefault(candidate.thing.id, candidate)
        elif not query.text.strip() and not linked and agreed:
            for thing in self.index.things.values():
                if all(self._agrees(thing, name, ids) for name, ids in agreed):
                    found[thing.id] = Found(thing, FULL_SCORE * _ELSEWHERE, is_exact=False)
        return found.values()

    def _find_identified(self, query: Query) -> Iterable[Named]:
        """Yields what the text of a query names otherwise than by a label in the data."""
        if _is_address(query.text):
            yield from self._find_linked(query.text)
        elif own := self.find_thing(query.text):
            yield own
        # "CAN" and "PER" are codes of countries and words besides.
        elif len(query.text.strip()) >= _SHORTEST_NAME or _COUNTRY in query.types:
            country = self.index.things.get(f"country/{self._find_country(query.text)}")
            if country:
                yield country

    def _find_agreeing(self, constraint: Constraint) -> set[str]:
        """Returns the identifiers that a thing agrees with: its own, or those of its places."""
        if constraint.property == SAME_AS:
            find = self._find_same
        elif constraint.property == _WITHIN:
            find = self._find_countries
        else:
            find = self._find_cities
        found: set[str] = set()
        for value in constraint.values:
            # The first text that is understood counts.
            found |= next(filter(None, map(find, value)), set())
        return found

    def _find_same(self, text: str) -> set[str]:
        return {thing.id for thing in self._find_linked(text)}

    def _find_countries(self, text: str) -> set[str]:
        return set(self._find_places(text, _COUNTRY))

    def _find_cities(self, text: str) -> set[str]:
        return set(self._find_places(text, _CITY))

    def _find_linked(self, value: str) -> list[Named]:
        try:
            forms = list_equivalents(value)
        except ParameterError:  # a table may hold anything; it is no link
            return []
        own = self.find_thing(value)
        return [own] if own else self.index.find_linked(forms)

    def _find_places(self, value: str, kind: str) -> Iterable[str]:
        """Yields the identifiers of the places that a value may name: by IRI, code or name."""
        if own := self.find_thing(value):
            yield own.id
            return
        yield from (thing.id for thing in self._find_linked(value))
        code = self._find_country(value) if kind == _COUNTRY else None
        if code:
            yield f"country/{code}"
        for thing in self.index.find_named(value):
            if kind in thing.types:
                yield thing.id

    @staticmethod
    def _agrees(thing: Named, name: str, ids: set[str]) -> bool:
        if name == SAME_AS:
            return thing.id in ids
        return not ids.isdisjoint(thing.places) or (name == _WITHIN and thing.id in ids)

    def describe_place(self, thing: Named) -> str:
        """Returns what tells a thing from others of its name: its kind and where it is."""
        names = (self.index.things[p].name for p in thing.places if p in self.index.things)
        return ", ".join([self.name_type(thing.types[0]), *names])

    def name_type(self, identifier: str) -> str:
        """Returns what a type is called."""
        return TYPES.get(identifier) or identifier.rpartition("/")[2].replace("-", " ").capitalize()

    def _describe(
        self, found: Found, score: float, judged: Mapping[str, bool], *, match: bool
    ) -> Json:
        thing = found.thing
        features: list[Json] = [{"id": "name", "value": round(found.score, 1)}]
        features += [{"id": name, "value": agrees} for name, agrees in judged.items()]
        return {
            "id": thing.id,
            "name": thing.name,
            "description": self.describe_place(thing),
            "type": self.describe_types(thing),
            "score": round(score, 1),
            "match": match,
            "features": features,
        }

    def describe_types(self, thing: Named) -> list[Json]:
        """Returns the types of a thing as objects of the API."""
        return [{"id": name, "name": self.name_type(name)} for name in thing.types]

    def suggest(self, beginning: str, skip: int, limit: int, types: Sequence[str] = ()) -> Json:
        """Returns the things that a name begins; where none does, those of a like name."""
        own = self.find_thing(beginning)
        found = [own] if own else self.index.complete(beginning)
        if not found:
            found = [candidate.thing for candidate in self.index.search(beginning)]
        fitting = [t for t in found if not types or any(name in t.types for name in types)]
        return {
            "result": [
                {
                    "id": thing.id,
                    "name": thing.name,
                    "description": self.describe_place(thing),
                    "notable": self.describe_types(thing),
                }
                for thing in fitting[skip : skip + limit]
            ]
        }
