"""The link files of a site, and what finding links to any dataset has in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import publisher
from publisher.candidates import LOCATED_AT, SAME_AS, Subject
from publisher.commands.common import write_output
from publisher.errors import UsageError
from publisher.linking import Decision, find_decided, list_subjects, update_file
from publisher.site import Site
from publisher.site_tables import LINKS
from publisher.sssom import Link, write_sssom

# What calls for the links that are found without a service.
GEONAMES_NAME = "geonames"
NO_PLACE = "none"

_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_SIDE_BY_SIDE = 6


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the command line says of a decision."""

    located: bool
    reviewer: str
    comment: str

    def decide(self, object_: str, label: str = "", match: str = "") -> Decision:
        """Returns the decision for a place, or for `NO_TERM`."""
        return Decision(
            object_,
            LOCATED_AT if self.located else SAME_AS,
            self.reviewer,
            dt.date.today().isoformat(),
            self.comment,
            label,
            match,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A member with its candidates as rows of a link file, as it is shown to a person."""

    subject: Subject
    doubt: str
    links: Sequence[Link]


def read_links(site: Site, file: str) -> tuple[Link, ...]:
    """Returns the rows of a link file, none if there is no such file."""
    return site.links[file].mappings if file in site.links else ()


def write_links(
    site: Site,
    file: str,
    rows: tuple[Link, ...],
    prefixes: Mapping[str, str],
    metadata: Mapping[str, str],
) -> None:
    """Writes a link file, with what it says of itself."""
    said = {
        "mapping_set_id": str(site.iris.mapping_set(file)),
        "license": _LICENSE,
        "mapping_tool": "publisher link",
        "mapping_tool_version": publisher.__version__,
        **metadata,
    }
    today = dt.date.today().isoformat()
    mappings = update_file(site.links.get(file), rows, said, prefixes, today)
    write_text(site, LINKS / file, write_sssom(mappings, site.settings.base_iri))


def write_text(site: Site, file: Path, text: str) -> None:
    """Writes a file of a site, in a directory that is made if need be."""
    path = site.root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    write_output(text.encode(), path)


def get_subject(site: Site, member: str) -> Subject:
    """Returns the member of a path or name.

    Raises:
        UsageError: there is none.
    """
    for subject in list_subjects(site.members):
        if member in (f"city/{subject.key}", str(subject.key), subject.name):
            return subject
    raise UsageError(
        f"there is no member {member!r}", remedy="name it as `publisher link review` lists it"
    )


def list_undecided(site: Site, file: str) -> list[Subject]:
    """Returns the members of which a link file says nothing yet."""
    decided = find_decided(read_links(site, file))
    return [s for s in list_subjects(site.members) if f"city/{s.key}" not in decided]


def show_candidates(site: Site, file: str, space: str, members: Iterable[Shown]) -> None:
    """Prints members with their candidates side by side, those that a person denied marked.

    Args:
        space: what the IRIs of the candidates begin with.
    """
    rows = read_links(site, file)
    denied = {(row.subject, row.object): row.reviewer for row in rows if row.negated}
    console = Console()
    for member in members:
        console.print(_make_table(member, space, denied))


def _make_table(member: Shown, space: str, denied: Mapping[tuple[str, str], str]) -> Table:
    subject = member.subject
    kind = f", {subject.kind}" if subject.kind else ""
    note = f"\nnote: {subject.note}" if subject.note else ""
    doubt = member.doubt or "linked by itself"
    title = f"city/{subject.key}: {subject.name}{kind}{note}\n{doubt}"
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in ("id", "score", "link", "name", "why"):
        table.add_column(column)
    for link in member.links[:_SIDE_BY_SIDE]:
        who = denied.get((link.subject, link.object))
        table.add_row(
            link.object.removeprefix(space).rstrip("/"),
            f"{float(link.confidence):.2f}",
            link.predicate,
            link.object_label,
            f"{link.comment}; denied by {who}" if who else link.comment,
        )
    return table
