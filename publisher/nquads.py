"""Quads as text: the lines of N-Quads, in which steps of a build hand on their results. Pure.

https://www.w3.org/TR/n-quads/. Published data has named graphs only, and no blank nodes.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def write_lines(quads: Iterable[ox.Quad]) -> str:
    """Returns the quads as sorted lines, each once."""
    return merge_lines([(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()])


def merge_lines(texts: Iterable[str]) -> str:
    """Returns the lines of several texts, sorted and each once."""
    # Not splitlines: a text may hold characters that it takes for the end of a line.
    lines = {line for text in texts for line in text.split("\n") if line}
    return "".join(f"{line}\n" for line in sorted(lines))


def read_lines(text: str) -> list[ox.Quad]:
    """Returns the quads of lines, by graph, subject and predicate, types first."""
    lines = sorted(text.split("\n")[:-1], key=_key)
    return list(ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS))


def read_union(text: str) -> list[ox.Quad]:
    """Returns the triples of lines, each once whatever its graph, in the same order."""
    rows = sorted({_key(line)[1:] for line in text.split("\n")[:-1]})
    triples = (f"{subject} {predicate or _TYPE} {value} ." for subject, predicate, value in rows)
    return list(ox.parse("\n".join(triples), format=ox.RdfFormat.N_QUADS))


def _key(line: str) -> tuple[str, str, str, str]:
    subject, predicate, rest = line.split(" ", 2)
    value, _, graph = rest.removesuffix(" .").rpartition(" ")
    return graph, subject, "" if predicate == _TYPE else predicate, value
