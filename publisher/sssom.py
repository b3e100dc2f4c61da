"""Link files: SSSOM as TSV, text in, values out, and back. Pure.

https://mapping-commons.github.io/sssom/spec-formats-tsv/. The subjects are things of the
site, written `id:city/…`, and follow its base IRI wherever it is published. A row that a
person decided has a reviewer and the justification semapv:ManualMappingCuration.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import OWL, SKOS, URIRef

from publisher.errors import SourceError
from publisher.vocabulary import LC, SCHEMA

PREDICATES: dict[str, URIRef] = {
    "owl:sameAs": OWL.sameAs,
    "lc:locatedAt": LC.locatedAt,
    "schema:sameAs": SCHEMA.sameAs,
    "skos:exactMatch": SKOS.exactMatch,
    "skos:closeMatch": SKOS.closeMatch,
    "skos:broadMatch": SKOS.broadMatch,
    "skos:narrowMatch": SKOS.narrowMatch,
    "skos:relatedMatch": SKOS.relatedMatch,
}
# What stands for an object where a reviewer found that there is none.
NO_TERM = "sssom:NoTermFound"
BY_HAND = "semapv:ManualMappingCuration"
BY_TOOL = "semapv:CompositeMatching"
BY_CODE = "semapv:LexicalMatching"
BY_SERVICE = "semapv:UnspecifiedMatching"
JUSTIFICATIONS = (BY_HAND, BY_TOOL, BY_CODE, BY_SERVICE)

_THING = "id"
_PREFIXES = {
    "lc": str(LC),
    "owl": str(OWL),
    "schema": str(SCHEMA),
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": str(SKOS),
    "sssom": "https://w3id.org/sssom/",
}
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "reviewer_label", "mapping_date", "confidence", "match_string",
    "comment",
)  # fmt: skip
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CONFIDENCE = re.compile(r"0(\.\d+)?|1(\.0+)?")


@dataclass(frozen=True, slots=True)
class Link:
    """One row. `subject` is the path of a thing behind `{base}id/`; `object` an IRI, or
    `NO_TERM`; `reviewer` is empty unless a person decided, `date` the day of that."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    justification: str
    confidence: str
    match: str = ""
    comment: str = ""
    reviewer: str = ""
    date: str = ""

    @property
    def is_reviewed(self) -> bool:
        return bool(self.reviewer)


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A link file: what it says of itself, its prefixes and its rows."""

    metadata: Mapping[str, str]
    prefixes: Mapping[str, str]
    mappings: tuple[Link, ...] = ()


def parse_sssom(text: str, source: str) -> MappingSet:
    """Returns the mappings of a link file.

    Raises:
        SourceError: naming row and column: a missing column, an unknown prefix,
            predicate or justification, a bad date or confidence, a mapping twice.
    """
    metadata: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    lines = text.removeprefix("\ufeff").splitlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for line in lines[:head]:
        name, _, value = line[1:].partition(":")
        target = prefixes if name.startswith(" ") else metadata
        target[name.strip()] = value.strip().strip("\"'")
    metadata.pop("curie_map", None)
    reader = csv.DictReader(lines[head:], delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [c for c in _REQUIRED if c not in (reader.fieldnames or ())]
    if missing:
        raise SourceError(
            f"column {', '.join(missing)} is missing",
            where=f"{source}, row {head + 1}",
            remedy=f"the row below the # lines must name the columns {', '.join(_COLUMNS)}",
        )
    rows = []
    seen: set[tuple[str, str, str]] = set()
    for number, values in enumerate(reader, head + 2):
        row = _parse_row(_Cells(values, f"{source}, row {number}"), _PREFIXES | prefixes)
        if (row.subject, row.predicate, row.object) in seen:
            raise SourceError(
                f"{row.subject} is linked to {row.object} twice",
                where=f"{source}, row {number}, column subject_id",
                remedy="remove one of the two rows",
            )
        seen.add((row.subject, row.predicate, row.object))
        rows.append(row)
    return MappingSet(metadata, prefixes, tuple(rows))


class _Cells:
    """The cells of a row, with errors that name row and column."""

    def __init__(self, values: Mapping[str, str | None], place: str) -> None:
        self._values = values
        self._place = place

    def get(self, column: str) -> str:
        return (self._values.get(column) or "").strip()

    def require(self, column: str, good: bool, remedy: str) -> str:
        if not good:
            raise self.fail(column, remedy)
        return self.get(column)

    def fail(self, column: str, remedy: str) -> SourceError:
        return SourceError(
            f"{self.get(column)!r} is not what is expected",
            where=f"{self._place}, column {column}",
            remedy=remedy,
        )


def _parse_row(cells: _Cells, prefixes: Mapping[str, str]) -> Link:
    subject = cells.get("subject_id")
    thing, _, path = subject.partition(":")
    cells.require("subject_id", thing == _THING and bool(path), "name a thing as id:city/kr/…")
    predicate, justification = cells.get("predicate_id"), cells.get("mapping_justification")
    cells.require("predicate_id", predicate in PREDICATES, f"use one of {', '.join(PREDICATES)}")
    cells.require(
        "mapping_justification",
        justification in JUSTIFICATIONS,
        f"use one of {', '.join(JUSTIFICATIONS)}",
    )
    confidence, date = cells.get("confidence"), cells.get("mapping_date")
    cells.require(
        "confidence", bool(_CONFIDENCE.fullmatch(confidence)), "write a number from 0 to 1"
    )
    cells.require("mapping_date", not date or bool(_DATE.fullmatch(date)), "write 2026-11-23")
    reviewer = cells.get("reviewer_label")
    cells.require(
        "reviewer_label",
        bool(reviewer) == (justification == BY_HAND),
        f"name who decided, with {BY_HAND}, and nobody in rows of a tool",
    )
    return Link(
        subject=path,
        subject_label=cells.get("subject_label"),
        predicate=predicate,
        object=_expand(cells, prefixes),
        object_label=cells.get("object_label"),
        justification=justification,
        confidence=confidence,
        match=cells.get("match_string"),
        comment=cells.get("comment"),
        reviewer=reviewer,
        date=date,
    )


def _expand(cells: _Cells, prefixes: Mapping[str, str]) -> str:
    curie = cells.get("object_id")
    prefix, _, rest = curie.partition(":")
    if curie == NO_TERM:
        return NO_TERM
    if prefix not in prefixes or not rest:
        raise cells.fail("object_id", "name the prefix in curie_map, above the table")
    return prefixes[prefix] + rest


def write_sssom(mappings: MappingSet, base: str) -> str:
    """Returns the text of a link file, sorted by subject; `base` is the site's."""
    prefixes = _PREFIXES | dict(mappings.prefixes) | {_THING: f"{base}id/"}
    head = ["#curie_map:", *(f"#  {name}: {iri}" for name, iri in sorted(prefixes.items()))]
    head += [f"#{name}: {value}" for name, value in sorted(mappings.metadata.items())]
    rows = sorted(_write_row(row, prefixes) for row in mappings.mappings)
    table = ["\t".join(cells) for cells in ([*_COLUMNS], *rows)]
    return "\n".join([*head, *table]) + "\n"


def _write_row(row: Link, prefixes: Mapping[str, str]) -> list[str]:
    cells = (
        f"{_THING}:{row.subject}", row.subject_label, row.predicate,
        _contract(row.object, prefixes), row.object_label, row.justification, row.reviewer,
        row.date, row.confidence, row.match, row.comment,
    )  # fmt: skip
    return [" ".join(cell.split()) for cell in cells]


def _contract(iri: str, prefixes: Mapping[str, str]) -> str:
    if iri == NO_TERM:
        return iri
    fitting = {name: space for name, space in prefixes.items() if iri.startswith(space)}
    name = max(fitting, key=lambda name: len(fitting[name]))
    return f"{name}:{iri.removeprefix(fitting[name])}"


def merge_reviewed(old: Iterable[Link], new: Iterable[Link]) -> tuple[Link, ...]:
    """Returns the new mappings with every reviewed one of the old: what a person decided
    about a subject stands, and no tool adds to it."""
    reviewed = tuple(row for row in old if row.is_reviewed)
    decided = {row.subject for row in reviewed}
    return reviewed + tuple(row for row in new if row.subject not in decided)
