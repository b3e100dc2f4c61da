"""Whose name it is: members by their names, with or without the word for their kind. Pure.

The table names a member once. Pages and other tables write `City of …`, `… County` or
`…-gu`, or leave the word out. Which words there are, and for which kind, the labels of the
member-kind scheme say; what the member is, its kind. Precision comes first:

- A name without such a word is that of a member of any kind: what is read here is of
  members, so a county is meant rather than a town of its name that is none.
- A name with such a word is that of a member of that kind, or of a related one
  (`skos:related`: a municipality is the government of a city). So the town that says it is
  one is not the county of its name, nor a county the city.
- A member without a kind is what its own name says, else a city.
- A word at the beginning counts only if its label is not hidden, and `of` follows: Spanish
  `Villa …` and `Villa de …` are names of their own.
- What brackets add may be left out, but not exchanged.
- Blanks and hyphens do not count. What the table has letter by letter goes first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from rapidfuzz import fuzz

from publisher.iris import CityKey, mint_slug

_UNSTATED = "city"
_BRACKETED = re.compile(r"\(([^)]*)\)")
_ELIDED = re.compile(r"\bd['’](?=\w)", re.I)
_ARTICLES = "the|la|le|el"
_OF = "of|de|du|des|d|da|do|dos"
# Similarity from which a name may be meant, and how many are named.
_LEAST, _MOST = 75.0, 3


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of member: its slug, the words for it, those that are words for it only behind
    a name, and the kinds whose words are used for it as well."""

    slug: str
    words: Set[str]
    hidden_words: Set[str] = frozenset()
    related: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a name may say: the place, without blanks; what brackets add; the kind, empty
    where no word states it."""

    place: str
    within: str = ""
    kind: str = ""


class MemberNames:
    """The names and aliases of members, found however somebody writes them."""

    def __init__(
        self, names: Iterable[tuple[CityKey, str, str]], kinds: Iterable[Kind] = ()
    ) -> None:
        """`names`: a member, a name of it, and the slug of its kind, if it has one."""
        listed = tuple(kinds)
        self._related = {kind.slug: {kind.slug, *kind.related} for kind in listed}
        self._kinds = {
            slug: kind.slug
            for kind in listed
            for word in (*kind.words, *kind.hidden_words)
            if (slug := mint_slug(word))
        }
        shown = {mint_slug(word) for kind in listed for word in kind.words}
        self._before = re.compile(
            rf"(?:(?:{_ARTICLES})-)?(?P<word>{_either(shown)})-(?:{_OF})-(?P<place>.+)"
        )
        self._behind = re.compile(rf"(?:the-)?(?P<place>.+?)-(?P<word>{_either(self._kinds)})")
        self._exact: dict[str, set[CityKey]] = defaultdict(set)
        self._alike: dict[str, list[tuple[_Reading, str, CityKey]]] = defaultdict(list)
        for key, name, kind in names:
            self._exact[mint_slug(name)].add(key)
            readings = tuple(self._read(name))
            own = kind or next((r.kind for r in readings if r.kind), _UNSTATED)
            for reading in readings:
                if self._fits(reading.kind, own):
                    self._alike[reading.place].append((reading, own, key))

    def find(self, name: str, country: str | None) -> set[CityKey]:
        """Returns the members that a name means: one, unless it means none or fits several
        equally. Without a country, those of all countries."""
        exact = _within(country, self._exact.get(mint_slug(name), ()))
        return exact or _within(country, self._find_alike(name))

    def find_near(self, name: str, country: str | None) -> list[CityKey]:
        """Returns the few members of a country whose names are most like a name, the
        likest first; without a country, those of all."""
        # Without the word for a kind, which many have in common.
        asked = min((reading.place for reading in self._read(name)), key=len, default="")
        scores: dict[CityKey, float] = {}
        for place, known in self._alike.items():
            score = fuzz.WRatio(place, asked)
            for key in _within(country, (key for _, _, key in known)):
                scores[key] = max(score, scores.get(key, 0.0))
        near = sorted(scores, key=lambda key: (-scores[key], str(key)))
        return [key for key in near if scores[key] >= _LEAST][:_MOST]

    def _find_alike(self, name: str) -> Iterator[CityKey]:
        for asked in self._read(name):
            for reading, kind, key in self._alike.get(asked.place, ()):
                same_within = reading.within == asked.within or not (
                    reading.within and asked.within
                )
                if same_within and self._fits(asked.kind, kind):
                    yield key

    def _fits(self, stated: str, kind: str) -> bool:
        return not stated or stated in self._related.get(kind, ())

    def _read(self, name: str) -> Iterator[_Reading]:
        """Yields what a name may say, first that it says nothing but itself."""
        name = _ELIDED.sub("d ", name)
        if whole := mint_slug(name):
            yield _Reading(_join(whole))
        within = mint_slug(" ".join(_BRACKETED.findall(name)))
        slug = mint_slug(_BRACKETED.sub(" ", name))
        if kind := self._kinds.get(within):
            yield _Reading(_join(slug), kind=kind)
            return
        if slug and slug != whole:
            yield _Reading(_join(slug), _join(within))
        for pattern in (self._before, self._behind):
            if match := pattern.fullmatch(slug):
                yield _Reading(_join(match["place"]), _join(within), self._kinds[match["word"]])


def _join(slug: str) -> str:
    return slug.replace("-", "")


def _either(words: Iterable[str]) -> str:
    """A pattern for one of these words, the longest first; for nothing if there are none."""
    return "|".join(sorted(map(re.escape, filter(None, words)), key=len, reverse=True)) or "(?!)"


def _within(country: str | None, keys: Iterable[CityKey]) -> set[CityKey]:
    return {key for key in keys if country in (None, key.country)}
