"""The labels of SKOS concepts, and the concepts of a scheme by them. Pure.

https://www.w3.org/TR/skos-reference/#labels
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import SKOS

from publisher.quads import RDF_TYPE
from publisher.tokens import fold_label

_PREFERRED, _ALTERNATIVE = ox.NamedNode(str(SKOS.prefLabel)), ox.NamedNode(str(SKOS.altLabel))
_HIDDEN = ox.NamedNode(str(SKOS.hiddenLabel))
_LABELS = frozenset([_PREFERRED, _ALTERNATIVE, _HIDDEN])
_IN_SCHEME, _CONCEPT = ox.NamedNode(str(SKOS.inScheme)), ox.NamedNode(str(SKOS.Concept))


class Label(NamedTuple):
    """A label: `scheme` is the slug of its concept's scheme, empty if it is in none, and
    `concept` an IRI. A hidden label is only recognised, never shown."""

    scheme: str
    concept: str
    text: str
    language: str
    preferred: bool
    hidden: bool


def read_labels(quads: Iterable[ox.Quad]) -> list[Label]:
    """Returns the labels of all that SKOS data calls a concept, by scheme and concept."""
    found = []
    concepts: set[object] = set()
    schemes: dict[object, str] = {}
    for subject, predicate, value, _ in quads:
        if predicate in _LABELS:
            if isinstance(value, ox.Literal):
                found.append((subject, predicate, value))
        elif predicate == _IN_SCHEME:
            schemes[subject] = _iri(value).rpartition("/")[2]
        elif predicate == RDF_TYPE and value == _CONCEPT:
            concepts.add(subject)
    return sorted(
        Label(
            schemes.get(concept, ""),
            _iri(concept),
            label.value,
            label.language or "",
            kind == _PREFERRED,
            kind == _HIDDEN,
        )
        for concept, kind, label in found
        if concept in concepts
    )


def split_schemes(labels: Iterable[Label]) -> dict[str, Scheme]:
    """Returns the schemes of sorted labels by their slugs."""
    return {slug: Scheme(tuple(own)) for slug, own in groupby(labels, attrgetter("scheme"))}


class Scheme:
    """The concepts of one scheme by their labels, in any language and compared as
    `publisher.tokens.fold_label` folds them. Only the schemes that are asked are folded:
    most labels are of those that are matched in running text."""

    def __init__(self, labels: Sequence[Label] = ()) -> None:
        self.labels = labels

    @cached_property
    def by_label(self) -> dict[str, str]:
        """The IRI of the first concept with a folded label."""
        found: dict[str, str] = {}
        for label in self.labels:
            found.setdefault(fold_label(label.text), label.concept)
        return found

    @cached_property
    def shown(self) -> frozenset[str]:
        """The folded labels that are not hidden."""
        return frozenset(fold_label(label.text) for label in self.labels if not label.hidden)

    @cached_property
    def by_slug(self) -> dict[str, str]:
        """The IRIs of the concepts by the last step of their paths."""
        return {label.concept.rpartition("/")[2]: label.concept for label in self.labels}

    @cached_property
    def _longest(self) -> dict[str, int]:
        """How many words the longest label has that begins with a word."""
        found: dict[str, int] = {}
        for words in map(str.split, self.by_label):
            if words:
                found[words[0]] = max(found.get(words[0], 0), len(words))
        return found

    def find_at_start(self, text: str) -> str | None:
        """Returns the IRI of the concept with whose longest label a text begins, or None."""
        words = fold_label(text).split()
        longest = self._longest.get(words[0], 0) if words else 0
        for length in range(min(len(words), longest), 0, -1):
            if concept := self.by_label.get(" ".join(words[:length])):
                return concept
        return None


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode) else str(term)
