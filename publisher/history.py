"""What a site remembers of its own publishing: former releases and withdrawn things. Pure.

A clone of the site has neither the directories of former releases nor a way to make
them again; the tables say all the same which there were, so that every clone
describes the same chain of versions. What was withdrawn is stated in the data as
a tombstone, so that copies of the data can follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rdflib import DCTERMS, PROV, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

from publisher.csv_rows import Row, read_rows
from publisher.errors import SourceError
from publisher.iris import Iris
from publisher.manifest import FormerRelease, Withdrawal
from publisher.quads import new_graph

RELEASE_COLUMNS = ("version", "date", "sha256")
WITHDRAWAL_COLUMNS = ("path", "date", "reason", "replaced_by")
_SHA256_DIGITS = 64
# https://www.w3.org/TR/vocab-adms/#status, with a concept of its own vocabulary.
_STATUS = URIRef("http://www.w3.org/ns/adms#status")
_WITHDRAWN = Namespace("http://purl.org/adms/status/").Withdrawn


def parse_releases(text: str, source: str) -> tuple[FormerRelease, ...]:
    """Returns the rows of a releases.csv, oldest first.

    Raises:
        SourceError: naming line and column: an empty cell, a date before that of the
            row above, a version that stands twice.
    """
    releases: list[FormerRelease] = []
    for row in read_rows(text, source, RELEASE_COLUMNS):
        version, date, sha256 = row.required("version"), _date(row), row.required("sha256")
        if any(version == release.version for release in releases):
            raise row.fail("version", f"{version} is listed twice", "remove one of the two rows")
        if releases and date < releases[-1].date:
            raise row.fail("date", f"{date} is before the row above", "list the oldest first")
        if len(sha256) != _SHA256_DIGITS:
            raise row.fail("sha256", "is no SHA-256", "copy it from the release's manifest")
        releases.append(FormerRelease(version, date, sha256))
    return tuple(releases)


def parse_withdrawals(text: str, source: str) -> tuple[Withdrawal, ...]:
    """Returns the rows of a withdrawn.csv.

    Raises:
        SourceError: naming line and column: an empty cell or no date, a path that
            stands twice or is no path under `id/`.
    """
    found: dict[str, Withdrawal] = {}
    for row in read_rows(text, source, WITHDRAWAL_COLUMNS):
        path = _path(row, "path")
        if not path or path in found:
            raise row.fail("path", f"{path!r} is empty or listed twice", "keep one row a thing")
        found[path] = Withdrawal(
            path, _date(row), row.required("reason"), _path(row, "replaced_by")
        )
    return tuple(found.values())


def _date(row: Row) -> str:
    row.required("date")
    date = row.date("date")
    return date.isoformat() if date else ""


def _path(row: Row, column: str) -> str:
    path = row.get(column)
    if ":" in path or path.startswith(("/", "id/")) or path.endswith("/"):
        raise row.fail(column, f"{path!r} is no path", "write what follows id/, as city/kr/sejong")
    return path


def find_former(releases: Sequence[FormerRelease], version: str) -> tuple[FormerRelease, ...]:
    """Returns the releases before a version: all, where it is not listed itself."""
    versions = [release.version for release in releases]
    return tuple(releases[: versions.index(version)] if version in versions else releases)


def find_withdrawal(withdrawn: Iterable[Withdrawal], path: str) -> Withdrawal | None:
    """Returns the row that withdraws a thing: its own, or that of a thing it is part of."""
    return next((w for w in withdrawn if f"{path}/".startswith(f"{w.path}/")), None)


def refuse_withdrawn(things: Iterable[str], withdrawn: Sequence[Withdrawal], iris: Iris) -> None:
    """Checks that nothing is both withdrawn and described.

    Args:
        things: IRIs that the data describes.

    Raises:
        SourceError: one is.
    """
    start = f"{iris.base}id/"
    for iri in things if withdrawn else ():
        found = find_withdrawal(withdrawn, iri.removeprefix(start))
        if found and iri.startswith(start):
            raise SourceError(
                f"<{iri}> is withdrawn, and the site still describes it",
                where=f"data/withdrawn.csv, {found.path}",
                remedy="remove the row, or what describes the thing",
            )


def describe_withdrawals(withdrawn: Iterable[Withdrawal], iris: Iris) -> Graph:
    """Returns a tombstone for each thing that was withdrawn (PROV-O, ADMS, DCMI terms)."""
    graph = new_graph()
    for row in withdrawn:
        thing = iris.thing(row.path)
        time = Literal(f"{row.date}T00:00:00Z", datatype=XSD.dateTime, normalize=False)
        graph.add((thing, RDF.type, PROV.Entity))
        graph.add((thing, RDFS.label, Literal(f"{row.path} (withdrawn)", lang="en")))
        graph.add((thing, _STATUS, _WITHDRAWN))
        graph.add((thing, PROV.invalidatedAtTime, time))
        graph.add((thing, SKOS.changeNote, Literal(row.reason, lang="en")))
        if row.replaced_by:
            graph.add((thing, DCTERMS.isReplacedBy, iris.thing(row.replaced_by)))
    return graph
