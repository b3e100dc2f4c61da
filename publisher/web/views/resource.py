"""The page of anything that the data mentions: its statements, blank nodes in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import RDF

from publisher.concise import MOST_REFERENCES
from publisher.web.reader import Reader, Text
from publisher.web.views.common import Link, make_link

# A page with thousands of rows helps nobody; the machine formats have them.
MOST_VALUES = 100
_MOST_DEPTH = 12
_TYPE, _FIRST, _REST, _NIL = (str(term) for term in (RDF.type, RDF.first, RDF.rest, RDF.nil))
_PLAIN = frozenset({"string", "langString", "dirLangString"})


@dataclass(frozen=True, slots=True)
class Node:
    """A blank node, described where it stands; `known` if that is done further up."""

    types: tuple[Link, ...]
    statements: tuple[Statement, ...]
    known: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One value: a thing, a text with its language or datatype, a blank node, or a list."""

    link: Link | None = None
    text: Text | None = None
    note: str = ""
    node: Node | None = None
    items: tuple[Value, ...] | None = None

    @property
    def order(self) -> tuple[int, str]:
        """Things by name, then texts, then what has no name."""
        if self.link is not None:
            return (0, self.link.label.value.casefold())
        return (1, self.text.value) if self.text is not None else (2, "")


@dataclass(frozen=True, slots=True)
class Statement:
    """A property with its values; `hidden` counts those that are not shown."""

    property: Link
    values: tuple[Value, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """A statement with the thing as its property."""

    subject: Value
    value: Value


@dataclass(frozen=True, slots=True)
class ResourceView:
    """Everything that the page shows.

    `graphs` are the named graphs in which it is described; `triples` counts
    those of the graph that has its name, None where none has. `is_cut` says
    that there are more references than were looked at.
    """

    iri: str
    label: Text
    types: tuple[Link, ...]
    statements: tuple[Statement, ...]
    instances: Statement | None
    incoming: tuple[Statement, ...]
    uses: tuple[Use, ...]
    hidden_uses: int
    graphs: tuple[Link, ...]
    triples: int | None
    is_cut: bool


def view_resource(reader: Reader, iri: str, quads: Sequence[ox.Quad]) -> ResourceView:
    """Returns what the page of a thing shows; `quads` are its description."""
    index = _Index(reader, quads)
    node = ox.NamedNode(iri)
    own = index.about.get(node, [])
    referring = [q for q in quads if q.object == node and q.subject != node]
    used = [q for q in quads if q.predicate == node]
    instances = [q for q in referring if q.predicate.value == _TYPE]
    others = [q for q in referring if q.predicate.value != _TYPE]
    named = {q.graph_name.value for q in own if isinstance(q.graph_name, ox.NamedNode)}
    graph = reader.all_rows("graph-size", graph=iri)
    return ResourceView(
        iri=iri,
        label=reader.label(iri),
        types=index.types(node),
        statements=index.statements(node),
        instances=next(iter(index.backwards(instances)), None),
        incoming=index.backwards(others),
        uses=tuple(Use(index.holder(q.subject), index.value(q.object)) for q in used[:MOST_VALUES]),
        hidden_uses=max(0, len(used) - MOST_VALUES),
        graphs=tuple(make_link(reader, name) for name in sorted(named)),
        triples=graph[0].number("triples") if graph and graph[0].number("triples") else None,
        is_cut=len(referring) + len(used) >= MOST_REFERENCES,
    )


@dataclass(slots=True)
class _Index:
    """The quads of a description by subject and by object, made into what a page shows."""

    reader: Reader
    quads: Sequence[ox.Quad]
    about: dict[object, list[ox.Quad]] = field(default_factory=lambda: defaultdict(list))
    leading: dict[object, list[ox.Quad]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for quad in self.quads:
            self.about[quad.subject].append(quad)
            if isinstance(quad.object, ox.BlankNode):
                self.leading[quad.object].append(quad)

    def types(self, subject: object) -> tuple[Link, ...]:
        found = {
            q.object.value
            for q in self.about.get(subject, ())
            if q.predicate.value == _TYPE and isinstance(q.object, ox.NamedNode)
        }
        return tuple(make_link(self.reader, iri) for iri in sorted(found))

    def statements(self, subject: object, above: tuple[object, ...] = ()) -> tuple[Statement, ...]:
        """Returns the statements about a thing, its types apart."""
        values: dict[str, dict[object, None]] = defaultdict(dict)
        for quad in self.about.get(subject, ()):
            is_type = quad.predicate.value == _TYPE and isinstance(quad.object, ox.NamedNode)
            if not is_type:
                values[quad.predicate.value][quad.object] = None
        above = (*above, subject)
        return _sorted(
            Statement(
                make_link(self.reader, name),
                _arranged(self.value(term, above) for term in list(terms)[:MOST_VALUES]),
                max(0, len(terms) - MOST_VALUES),
            )
            for name, terms in values.items()
        )

    def backwards(self, quads: Iterable[ox.Quad]) -> tuple[Statement, ...]:
        """Returns what refers to a thing, by property."""
        subjects: dict[str, dict[object, None]] = defaultdict(dict)
        for quad in quads:
            subjects[quad.predicate.value][quad.subject] = None
        return _sorted(
            Statement(
                make_link(self.reader, name),
                _arranged(dict.fromkeys(map(self.holder, list(terms)[:MOST_VALUES]))),
                max(0, len(terms) - MOST_VALUES),
            )
            for name, terms in subjects.items()
        )

    def holder(self, subject: object) -> Value:
        """Returns a subject; in place of a blank one the thing with a name that leads to it."""
        seen = [subject]
        for term in seen:
            if isinstance(term, ox.NamedNode):
                note = "" if term == subject else "through a part without a name"
                return Value(link=make_link(self.reader, term.value), note=note)
            seen += [q.subject for q in self.leading.get(term, ()) if q.subject not in seen]
        return self.value(subject)

    def value(self, term: object, above: tuple[object, ...] = ()) -> Value:
        if isinstance(term, ox.NamedNode):
            return Value(link=make_link(self.reader, term.value))
        if isinstance(term, ox.Literal):
            return Value(text=_text(term), note=self._note(term))
        if not isinstance(term, ox.BlankNode):
            return Value(text=Text(str(term)), note="a statement")
        if term in above or len(above) > _MOST_DEPTH:
            return Value(node=Node((), (), known=True))
        items = self._items(term)
        if items is not None:
            return Value(items=tuple(self.value(item, (*above, term)) for item in items))
        return Value(node=Node(self.types(term), self.statements(term, above)))

    def _items(self, term: object) -> list[object] | None:
        """Returns the members of an RDF list, None for another node; at most what is shown."""
        items: list[object] = []
        seen = set()
        while term not in seen and len(items) < MOST_VALUES:
            seen.add(term)
            found: Mapping[str, object] = {
                q.predicate.value: q.object for q in self.about.get(term, ())
            }
            if _FIRST not in found or _REST not in found:
                return None
            items.append(found[_FIRST])
            term = found[_REST]
            if isinstance(term, ox.NamedNode) and term.value == _NIL:
                break
        return items

    def _note(self, literal: ox.Literal) -> str:
        """Returns the language or datatype of a literal, as far as a reader must be told."""
        if literal.language:
            return literal.language
        datatype = literal.datatype.value
        return "" if datatype.rpartition("#")[2] in _PLAIN else self.reader.shorten(datatype)


def _text(literal: ox.Literal) -> Text:
    return Text(literal.value, None if literal.language == "en" else literal.language)


def _arranged(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=lambda value: value.order))


def _sorted(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(statements, key=lambda s: s.property.label.value.casefold()))
