"""The pages of the releases: all of them, and one."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.manifest import Manifest
from publisher.release import Release
from publisher.web.reader import Reader


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release in the list; `previous` is the version before it, if both are held here."""

    version: str
    date: str
    sha256: str
    held: bool
    previous: str | None


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One release, the version before it if that is held, whether it is the newest, and the
    names of its graphs, profiles apart."""

    manifest: Manifest
    previous: str | None
    newest: bool
    graphs: tuple[str, ...]


def view_releases(newest: Release) -> list[ReleaseRow]:
    """Returns all releases that the newest knows of, itself first."""
    manifest = newest.manifest
    known = [(former.version, former.date, former.sha256) for former in manifest.former]
    known.append((manifest.version, manifest.date, manifest.canonical.dataset))
    rows: list[ReleaseRow] = []
    before: str | None = None
    for version, date, sha256 in known:
        held = version == manifest.version or newest.find_former(version) is not None
        rows.append(ReleaseRow(version, date, sha256, held, before if held else None))
        before = version if held else None
    return rows[::-1]


def view_release(reader: Reader, newest: Release) -> ReleaseView:
    """Returns what the page of a release shows."""
    manifest = reader.release.manifest
    row = next(row for row in view_releases(newest) if row.version == manifest.version)
    names = (graph.removeprefix(f"{reader.base}graph/") for graph in reader.store.graphs())
    return ReleaseView(
        manifest,
        row.previous,
        manifest.version == newest.manifest.version,
        tuple(name for name in names if not name.startswith("profile/")),
    )
