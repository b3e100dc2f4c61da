"""Data of any size for benchmarks: the shipped release, and variants of it under other names."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_THING = re.compile(r"<(https://w3id\.org/learning-cities/)id/")
_GRAPH = re.compile(r" <[^<>]*> \.\n$")
_TRIPLE = re.compile(r"<([^<>]*)> <([^<>]*)> (.*) \.\n$")
_THINGS = 20_000
_SAMPLE = 50


@dataclass
class Sample:
    """What the benchmark asks about: IRIs of things, and all that is said of some of them,
    as pairs of predicate and object in N-Triples."""

    things: list[str]
    said: dict[str, set[tuple[str, str]]] = field(default_factory=dict)


def write_data(dump: Path, target: Path, triples: int) -> Sample:
    """Writes so many triples to an N-Triples file.

    Args:
        dump: the N-Quads of a release.

    What one thing is said to be stays together, so that a variant is as the original; of
    what is said of no thing of the site (the vocabulary) there is one copy.
    """
    random.seed(1)
    subjects: dict[str, None] = {}
    with target.open("w", encoding="utf-8") as file:
        for number, line in enumerate(_vary(dump)):
            if number == triples:
                break
            file.write(line)
            if "/id/" in line[:40]:
                subjects.setdefault(line[1 : line.index(">")])
    subjects.popitem()  # may have been cut off
    things = random.sample(sorted(subjects), min(_THINGS, len(subjects)))
    return Sample(things, _read(target, set(things[:_SAMPLE])))


def _vary(dump: Path) -> Iterator[str]:
    lines = [_GRAPH.sub(" .\n", line) for line in dump.read_text("utf-8").splitlines(keepends=True)]
    lines = sorted(set(lines))
    yield from lines
    varied = [line for line in lines if _THING.match(line)]
    number = 0
    while True:
        number += 1
        prefix = rf"<\g<1>id/{number}/"
        for line in varied:
            yield _THING.sub(prefix, line)


def _read(path: Path, things: set[str]) -> dict[str, set[tuple[str, str]]]:
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line[1 : line.find(">")] in things:
                found = _TRIPLE.match(line)
                assert found is not None, line
                said[found[1]].add((found[2], found[3]))
    return dict(said)
