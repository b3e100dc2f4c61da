"""Blank nodes of others → IRIs that last (RDF 1.1 Concepts, section 3.5). Pure.

Blank nodes that are linked to each other are named together, by all that is said of them:
the IRIs are the same whether a thing comes in a dump or in a feed, and stay while the rest
of what a source says changes. What is said otherwise never has the same IRIs.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

_DIGITS = 16
# Enough to tell nodes apart in all but odd graphs; in those the order they come in decides.
_MOST_ROUNDS = 64

# Of each node: the way of a statement (out or in), its predicate, and what is at its other end.
_Around = Mapping[ox.BlankNode, list[tuple[str, str, Any]]]


def genid_space(url: str) -> str:
    """Returns what the IRIs begin with that stand for blank nodes of a source."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/.well-known/genid/"


def skolemise(triples: Iterable[ox.Triple], url: str) -> set[ox.Triple]:
    """Returns the triples with IRIs under the address of a source for blank nodes.

    Args:
        url: of the source; what another one says in the same words has other IRIs.
    """
    listed = list(triples)
    around = _look_around(listed)
    repeats: Counter[str] = Counter()
    named: dict[ox.BlankNode, ox.NamedNode] = {}
    for nodes in _find_linked(around):
        ordered = _put_in_order(nodes, around)
        digest = _digest([url, *_write_lines(ordered, around)])[:_DIGITS]
        repeats[digest] += 1
        repeat = f"-{repeats[digest]}" if repeats[digest] > 1 else ""
        for number, node in enumerate(ordered):
            place = f".{number}" if number else ""
            named[node] = ox.NamedNode(f"{genid_space(url)}{digest}{repeat}{place}")
    return {
        ox.Triple(_replace(t.subject, named), t.predicate, _replace(t.object, named))
        for t in listed
    }


def _replace(term: Any, named: Mapping[ox.BlankNode, ox.NamedNode]) -> Any:
    return named[term] if isinstance(term, ox.BlankNode) else term


def _look_around(triples: Iterable[ox.Triple]) -> _Around:
    around: dict[ox.BlankNode, list[tuple[str, str, Any]]] = defaultdict(list)
    for t in triples:
        if isinstance(t.subject, ox.BlankNode):
            around[t.subject].append(("out", t.predicate.value, t.object))
        if isinstance(t.object, ox.BlankNode):
            around[t.object].append(("in", t.predicate.value, t.subject))
    return around


def _find_linked(around: _Around) -> Iterator[list[ox.BlankNode]]:
    """Yields the blank nodes in parts that no statement links to each other."""
    seen = set()
    for start in around:
        part, waiting = [], [start]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                part.append(node)
                waiting += [o for _, _, o in around[node] if isinstance(o, ox.BlankNode)]
        if part:
            yield part


def _put_in_order(nodes: Sequence[ox.BlankNode], around: _Around) -> list[ox.BlankNode]:
    """Returns linked nodes as one comes to them from the one that is told apart best,
    whatever order they came in."""
    colours = _find_colours(nodes, around)
    alike = Counter(colours.values())
    ordered: dict[ox.BlankNode, None] = {}
    waiting = [min(nodes, key=lambda node: (alike[colours[node]], colours[node]))]
    while waiting:
        node = waiting.pop()
        if node not in ordered:
            ordered[node] = None
            linked = [s for s in around[node] if isinstance(s[2], ox.BlankNode)]
            linked.sort(key=lambda s: (s[0], s[1], colours[s[2]]), reverse=True)
            waiting += [other for _, _, other in linked]
    return list(ordered)


def _find_colours(nodes: Sequence[ox.BlankNode], around: _Around) -> dict[ox.BlankNode, str]:
    """Returns digests that tell linked nodes apart by what is said around them: ever further
    around, until that tells no more of them apart."""
    colours = dict.fromkeys(nodes, "")
    kinds = 1
    for _ in range(_MOST_ROUNDS):
        if kinds == len(nodes):
            break
        colours = {
            node: _digest(
                [
                    colours[node],
                    *sorted(f"{way} {p} {colours.get(other, other)}" for way, p, other in said),
                ]
            )
            for node, said in ((node, around[node]) for node in nodes)
        }
        found = len(set(colours.values()))
        if found == kinds:
            break
        kinds = found
    return colours


def _write_lines(ordered: Sequence[ox.BlankNode], around: _Around) -> list[str]:
    """Returns all that is said of nodes, with their numbers in place of names, sorted."""
    numbers = {node: number for number, node in enumerate(ordered)}
    return sorted(
        f"{number} {way} {predicate} {numbers.get(other, other)}"
        for node, number in numbers.items()
        for way, predicate, other in around[node]
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
