"""What the shapes demand of each class and property, in words: https://www.w3.org/TR/shacl/"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import SH

from publisher.web.reader import Reader
from publisher.web.views.common import Link, make_link

_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# The parts of a path that is more than one property.
_PATH_PARTS = (str(SH.inversePath), str(SH.alternativePath), f"{_RDF}first", f"{_RDF}rest")
_VALUES = {
    str(SH.datatype): "a value of type {}",
    str(SH["class"]): "a thing of the class {}",
    str(SH.minInclusive): "at least {}",
    str(SH.maxInclusive): "at most {}",
    str(SH.minExclusive): "more than {}",
}


@dataclass(frozen=True, slots=True)
class Constraint:
    """What one shape demands of the `properties` of things of the classes `about`.

    `warns` says that data which breaks it is published all the same.
    """

    shape: str
    about: tuple[Link, ...]
    properties: tuple[Link, ...]
    words: str
    message: str
    warns: bool


def find_constraints(reader: Reader) -> dict[str, tuple[Constraint, ...]]:
    """Returns what the shapes of the release demand, by the IRI of the class or property."""
    index = _Index(reader)
    found: dict[str, list[Constraint]] = defaultdict(list)
    for shape in index.shapes():
        constraint = index.constraint(shape)
        links = (*constraint.properties, *constraint.about)
        for iri in dict.fromkeys(link.iri for link in links):
            found[iri].append(constraint)
    return {
        iri: tuple(sorted(own, key=lambda rule: (rule.warns, bool(rule.properties), rule.shape)))
        for iri, own in found.items()
    }


class _Index:
    """The shapes by subject, and the node shapes that hold each property shape."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._about: dict[object, dict[str, list[_Term]]] = defaultdict(lambda: defaultdict(list))
        self._holders: dict[object, list[_Term]] = defaultdict(list)
        for triple in reader.shapes:
            self._about[triple.subject][triple.predicate.value].append(triple.object)
            if triple.predicate.value == str(SH.property) and not isinstance(
                triple.subject, ox.Triple
            ):
                self._holders[triple.object].append(triple.subject)

    def shapes(self) -> list[ox.NamedNode]:
        """Returns the shapes that have a name and say something."""
        named = [
            subject
            for subject, about in self._about.items()
            if isinstance(subject, ox.NamedNode) and str(SH.message) in about
        ]
        return sorted(named, key=lambda shape: shape.value)

    def constraint(self, shape: ox.NamedNode) -> Constraint:
        about = self._about[shape]
        targets = {
            target.value
            for holder in (shape, *self._holders[shape])
            for target in self._about[holder].get(str(SH.targetClass), ())
            if isinstance(target, ox.NamedNode)
        }
        severities = about.get(str(SH.severity), ())
        return Constraint(
            shape=shape.value.rpartition("#")[2],
            about=tuple(make_link(self._reader, iri) for iri in sorted(targets)),
            properties=tuple(make_link(self._reader, iri) for iri in self._properties(shape)),
            words="; ".join(self._words(about)),
            message=" ".join(_texts(about.get(str(SH.message), ()))),
            warns=any(_text(severity) != str(SH.Violation) for severity in severities),
        )

    def _properties(self, shape: ox.NamedNode) -> list[str]:
        """Returns the properties that the path of a shape goes along."""
        pending: list[object] = list(self._about[shape].get(str(SH.path), ()))
        found = []
        for node in pending:
            if isinstance(node, ox.NamedNode):
                found.append(node.value)
            else:
                about = self._about.get(node, {})
                pending += [part for name in _PATH_PARTS for part in about.get(name, ())]
        return [iri for iri in found if not iri.startswith(_RDF)]

    def _words(self, about: Mapping[str, list[_Term]]) -> Iterable[str]:
        least, most = (
            next(iter(_texts(about.get(str(n), ()))), "") for n in (SH.minCount, SH.maxCount)
        )
        if least and least == most:
            yield f"exactly {least}"
        elif least or most:
            yield " and ".join(
                [*([f"at least {least}"] if least else ()), *([f"at most {most}"] if most else ())]
            )
        for name, words in _VALUES.items():
            for text in _texts(about.get(name, ())):
                yield words.format(self._reader.shorten(text) if ":" in text else text)


def _texts(terms: Iterable[_Term]) -> list[str]:
    return [_text(term) for term in terms]


def _text(term: _Term) -> str:
    return "" if isinstance(term, ox.Triple) else term.value
