"""Things by their names, however these are written: what reconciliation searches. Pure.

Names are compared folded (`spelling`). A name that is the same when folded is found at
once, one of the same words by its words, a misspelt one by the similarity of all names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from publisher.spelling import fold, is_same_name, join

FULL_SCORE = 100.0
# A hidden label is a form that texts use (SKOS, section 5.1): good to find, not to identify.
_HIDDEN_SCORE = 92.0
# A name that only others have for it. There are so many that most words are like one of
# them, so they are found as they are written, or by their beginning.
_ELSEWHERE_SCORE = 98.0
_CLOSEST = 99.0
# The same words in another order, and some of the words only.
_REORDERED, _PARTLY = 0.95, 0.85
_LEAST = 60.0


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that can be looked for.

    Args:
        id: its identifier in the service.
        name: what it is called in answers.
        types: identifiers of its types, the most telling first.
        names: all its names, in whatever language, and `hidden` ones.
        elsewhere: names that a gazetteer has for it, in languages that it does not state.
        places: identifiers of what it lies in or belongs to.
        links: IRIs that others have for it.
    """

    id: str
    name: str
    types: tuple[str, ...]
    names: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A thing, how well its name fits (0 to 100), and whether it has that very name.

    `is_exact_elsewhere`: others call it so, as they may call places in other countries.
    """

    thing: Named
    score: float
    is_exact: bool
    is_exact_elsewhere: bool = False


class _Names:
    """Folded names, with the things that have them and how these write them."""

    def __init__(self, names: Iterable[tuple[Named, str]]) -> None:
        self.owners: dict[str, list[tuple[Named, str]]] = defaultdict(list)
        for thing, name in names:
            if form := fold(name):
                self.owners[form].append((thing, name))
        self.forms = sorted(self.owners)
        self.by_word: dict[str, list[str]] = defaultdict(list)
        self._by_letters: dict[str, list[str]] = defaultdict(list)
        for form in self.forms:
            self._by_letters[join(form)].append(form)
            for word in dict.fromkeys(form.split()):
                self.by_word[word].append(form)
        self._words = sorted(self.by_word)

    def find_equal(self, wanted: str) -> Sequence[str]:
        """Returns the names that are as good as another: it, or else those that only blanks
        tell from it."""
        return (wanted,) if wanted in self.owners else self._by_letters.get(join(wanted), ())

    def find_same(self, name: str) -> Iterator[Named]:
        """Yields the things that have this name, whatever its case, accents, punctuation and,
        where no thing has it as it is, blanks."""
        for form in self.find_equal(fold(name)):
            yield from (thing for thing, own in self.owners[form] if is_same_name(own, name))

    def complete(self, start: str) -> Iterator[Named]:
        """Yields the things of which a name or a word of one begins so."""
        forms = dict.fromkeys(_beginning_with(self.forms, start))
        if start:
            for word in _beginning_with(self._words, start):
                forms |= dict.fromkeys(self.by_word[word])
        return (thing for form in forms for thing, _ in self.owners[form])


class NameIndex:
    """Finds things by name. It never changes."""

    def __init__(self, things: Iterable[Named]) -> None:
        self.things: Mapping[str, Named] = {thing.id: thing for thing in things}
        listed = self.things.values()
        self._shown = _Names((t, name) for t in listed for name in {*t.names, t.name})
        self._hidden = _Names((t, name) for t in listed for name in t.hidden)
        self._elsewhere = _Names((t, name) for t in listed for name in t.elsewhere)
        self._own_form = {thing.id: fold(thing.name) for thing in listed}
        self._by_link: dict[str, list[Named]] = defaultdict(list)
        for thing in listed:
            for link in thing.links:
                self._by_link[link].append(thing)

    def find_linked(self, iris: Iterable[str]) -> list[Named]:
        """Returns the things that one of these IRIs is a link of."""
        found = (thing for iri in iris for thing in self._by_link.get(iri, ()))
        return list({thing.id: thing for thing in found}.values())

    def find_named(self, name: str) -> list[Named]:
        """Returns the things that have this name, whatever its case, accents, punctuation and,
        where no thing has it as it is, blanks."""
        return list({thing.id: thing for thing in self._shown.find_same(name)}.values())

    def search(self, name: str) -> list[Found]:
        """Returns the things whose names are like this one, the best first."""
        wanted = fold(name)
        if not wanted:
            return []
        best: dict[str, Found] = {}

        def offer(thing: Named, score: float, *, exact: bool = False, there: bool = False) -> None:
            known = best.get(thing.id, Found(thing, 0.0, is_exact=False))
            best[thing.id] = Found(
                thing,
                max(score, known.score),
                exact or known.is_exact,
                there or known.is_exact_elsewhere,
            )

        equal = self._shown.find_equal(wanted)
        for form, score in self._score_forms(wanted, equal):
            for thing, own in self._shown.owners[form]:
                exact = form in equal and is_same_name(own, name)
                offer(thing, FULL_SCORE if exact else min(score, _CLOSEST), exact=exact)
        for thing in self._elsewhere.find_same(name):
            offer(thing, _ELSEWHERE_SCORE, there=True)
        for thing, _ in self._hidden.owners.get(wanted, ()):
            offer(thing, _HIDDEN_SCORE)
        return sorted(best.values(), key=lambda f: (-f.score, f.thing.name, f.thing.id))

    def complete(self, beginning: str) -> list[Named]:
        """Returns the things of which a name or a word of one begins so; first those whose
        own name does, then those of which another name does, last those that others call so."""
        start = fold(beginning)
        found = (*self._shown.complete(start), *self._elsewhere.complete(start))
        distinct = {thing.id: thing for thing in found}.values()
        return sorted(distinct, key=lambda thing: not self._own_form[thing.id].startswith(start))

    def _score_forms(self, wanted: str, equal: Iterable[str]) -> Iterable[tuple[str, float]]:
        """Yields the folded names that are like another, with their scores."""
        alike = process.extract(
            wanted, self._shown.forms, scorer=fuzz.ratio, score_cutoff=_LEAST, limit=None
        )
        by_word = self._shown.by_word
        scores = {form: score for form, score, _ in alike} | dict.fromkeys(equal, FULL_SCORE)
        sharing = {form for word in set(wanted.split()) for form in by_word.get(word, ())}
        for form in sharing | scores.keys():
            score = max(
                scores.get(form, 0.0),
                _REORDERED * fuzz.token_sort_ratio(wanted, form),
                _PARTLY * fuzz.token_set_ratio(wanted, form) if form in sharing else 0.0,
            )
            if score >= _LEAST:
                yield form, score


def _beginning_with(sorted_texts: list[str], start: str) -> Iterable[str]:
    for position in range(bisect_left(sorted_texts, start), len(sorted_texts)):
        if not sorted_texts[position].startswith(start):
            return
        yield sorted_texts[position]
