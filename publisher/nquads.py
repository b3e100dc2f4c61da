"""Quads as text: the lines of N-Quads, in which steps of a build hand on their results. Pure.

https://www.w3.org/TR/n-quads/. Published data has named graphs only, and no blank nodes.
Sorted, each once, the lines are in canonical form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def write_lines(quads: Iterable[ox.Quad]) -> str:
    """Returns the quads as sorted lines, each once."""
    return merge_lines([(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()])


def write_stored_lines(quads: Iterable[ox.Quad]) -> str:
    """Returns the same as a store gives them again: numbers and times, which it keeps by
    value, in one form each. So dumps say what the endpoint says, to the last digit."""
    store = ox.Store()
    store.bulk_extend(quads)
    return merge_lines([(store.dump(format=ox.RdfFormat.N_QUADS) or b"").decode()])


def merge_lines(texts: Iterable[str]) -> str:
    """Returns the lines of several texts, sorted and each once."""
    # Not splitlines: a text may hold characters that it takes for the end of a line.
    lines = [line for text in texts for line in text.split("\n") if line]
    lines.sort()  # before any set: most texts are sorted already, which makes it quick
    return "\n".join([*dict.fromkeys(lines), ""])


def parse_lines(text: str) -> list[ox.Quad]:
    """Returns the quads of lines, in their order."""
    return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def read_lines(text: str) -> Iterator[ox.Quad]:
    """Yields the quads of lines of one graph, by subject and predicate, types first."""
    ordered = "\n".join(sorted(text.split("\n"), key=_place))
    return iter(ox.parse(ordered, format=ox.RdfFormat.N_QUADS))


def split_graphs(text: str) -> dict[str, str]:
    """Returns the lines of each named graph, in the order given, by names in order."""
    found: dict[str, list[str]] = {}
    for line in text.split("\n")[:-1]:
        found.setdefault(line[line.rindex(" <") + 2 : -len("> .")], []).append(line)
    return {name: "\n".join([*found[name], ""]) for name in sorted(found)}


def merge_graphs(graphs: Mapping[str, str]) -> str:
    """Returns the triples of all graphs as sorted lines of N-Triples, each once."""
    return merge_lines(text.replace(f" <{name}> .\n", " .\n") for name, text in graphs.items())


def _place(line: str) -> str:
    """What lines of one graph are sorted by: without its predicate, the statement of a type
    comes before all others of its subject."""
    subject, _, rest = line.partition(" ")
    return f"{subject}  {rest.removeprefix(_TYPE)}" if rest.startswith(_TYPE) else line
