"""What changed from one release to another, thing by thing, and as RDF Patch. Pure.

https://afs.github.io/rdf-patch/. Releases are compared by their masters: lines of
canonical N-Quads are sorted and equal where the quads are, so the text decides, and
the lines about one thing stand together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from publisher.harvested import is_harvest
from publisher.iris import Iris


@dataclass(frozen=True, slots=True)
class Change:
    """A thing whose description differs, by lines of N-Quads: those that went, those that
    came, and all that describe it now, none if nothing does any more."""

    subject: str
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]
    now: tuple[bytes, ...]


def find_changes(old: Iterable[bytes], new: Iterable[bytes]) -> Iterator[Change]:
    """Yields the things that differ between two masters, given as their lines, by IRI."""
    olds, news = _group(old), _group(new)
    before, after = next(olds, None), next(news, None)
    while before or after:
        subjects = [group[0] for group in (before, after) if group]
        subject = min(subjects)
        was = before[1] if before and before[0] == subject else ()
        now = after[1] if after and after[0] == subject else ()
        if was:
            before = next(olds, None)
        if now:
            after = next(news, None)
        if was != now:
            kept = {*was} & {*now}
            yield Change(
                subject.decode().strip("<>"),
                tuple(line for line in was if line not in kept),
                tuple(line for line in now if line not in kept),
                now,
            )


def leave_out_harvests(lines: Iterable[bytes], iris: Iris) -> Iterator[bytes]:
    """Yields the lines of a master that the site says itself, without other publishers'."""
    for line in lines:
        graph = line.rpartition(b" <")[2].removesuffix(b"> .\n").decode()
        if not is_harvest(graph, iris):
            yield line


def _group(lines: Iterable[bytes]) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    """The closing bracket stays, so that the order of subjects is that of the lines."""
    for subject, group in groupby(lines, key=lambda line: line.partition(b" ")[0]):
        yield subject, tuple(group)


def write_patch(changes: Iterable[Change], iris: Iris, old: str, new: str) -> bytes:
    """Returns the patch from one version to another: in one transaction first what goes,
    then what comes, each in order. Applied to the old master it gives the new one."""
    listed = list(changes)
    rows = [
        f"H id <{iris.diff(old, new)}> .\n".encode(),
        f"H from <{iris.release(old)}> .\n".encode(),
        f"H to <{iris.release(new)}> .\n".encode(),
        b"TX .\n",
        *(b"D " + line for change in listed for line in change.removed),
        *(b"A " + line for change in listed for line in change.added),
        b"TC .\n",
    ]
    return b"".join(rows)
