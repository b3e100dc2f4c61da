"""What a store says of a thing, so that it can be read alone. Pure.

A concise bounded description (https://www.w3.org/submissions/CBD/) in both
directions: a blank node, which has no address, is described where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import pyoxigraph as ox

# Of a class that all things have, or a property that all use; dumps have every statement.
MOST_REFERENCES = 10_000
# The blank nodes of one description: some files put everything into one list.
_MOST_NODES = 10_000

Node = ox.NamedNode | ox.BlankNode
LABELS = tuple(
    map(
        ox.NamedNode,
        (
            "http://www.w3.org/2004/02/skos/core#prefLabel",
            "http://www.w3.org/2000/01/rdf-schema#label",
            "https://schema.org/name",
            "http://schema.org/name",
            "http://xmlns.com/foaf/0.1/name",
            "http://purl.org/dc/terms/title",
            "http://purl.org/dc/elements/1.1/title",
        ),
    )
)


def describe_node(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    """Returns what is said of a thing and with it, and the labels of what that mentions.

    Of the statements that have it for an object, or for a property, those after
    the first `MOST_REFERENCES` are left out. Empty if the store says nothing of it.
    """
    references = chain(
        store.quads_for_pattern(None, None, node, None),
        store.quads_for_pattern(None, node, None, None),
    )
    found = dict.fromkeys(_walk_down(store, [node]))
    referring = list(islice(references, MOST_REFERENCES))
    found |= dict.fromkeys(referring)
    found |= dict.fromkeys(_walk_up(store, (quad.subject for quad in referring)))
    found |= dict.fromkeys(_walk_down(store, _blank_nodes(found)))
    for term in _named_nodes(found):
        for label in LABELS:
            found |= dict.fromkeys(store.quads_for_pattern(term, label, None, None))
    return list(found)


def is_mentioned(store: ox.Store, node: ox.NamedNode) -> bool:
    """Says whether a store has a statement with a thing anywhere in it."""
    patterns = (
        (node, None, None, None),
        (None, None, node, None),
        (None, node, None, None),
        (None, None, None, node),
    )
    return any(next(iter(store.quads_for_pattern(*p)), None) is not None for p in patterns)


def _walk_down(store: ox.Store, nodes: Iterable[Node]) -> Iterator[ox.Quad]:
    """Yields the statements about nodes, and about the blank nodes that these lead to."""
    waiting = list(nodes)
    seen = set(waiting)
    while waiting and len(seen) - len(waiting) <= _MOST_NODES:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, None):
            yield quad
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append(quad.object)


def _walk_up(store: ox.Store, nodes: Iterable[object]) -> Iterator[ox.Quad]:
    """Yields the statements that lead to blank nodes, up to things with a name."""
    waiting = [node for node in nodes if isinstance(node, ox.BlankNode)]
    seen = set(waiting)
    while waiting and len(seen) - len(waiting) <= _MOST_NODES:
        for quad in store.quads_for_pattern(None, None, waiting.pop(), None):
            yield quad
            if isinstance(quad.subject, ox.BlankNode) and quad.subject not in seen:
                seen.add(quad.subject)
                waiting.append(quad.subject)


def _blank_nodes(quads: Iterable[ox.Quad]) -> list[Node]:
    terms = (term for quad in quads for term in (quad.subject, quad.object))
    return list(dict.fromkeys(term for term in terms if isinstance(term, ox.BlankNode)))


def _named_nodes(quads: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    terms = (term for quad in quads for term in quad)
    return {term for term in terms if isinstance(term, ox.NamedNode)}
