"""Link files: SSSOM as TSV, text in, values out, and back. Pure.

https://mapping-commons.github.io/sssom/spec-formats-tsv/. The subjects are things of the
site, written `id:city/…`, and follow its base IRI wherever it is published. A row that a
person decided has a reviewer and the justification semapv:ManualMappingCuration; with the
predicate modifier `Not` it says that something is no link.
"""

from __future__ import annotations

import csv
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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

SSSOM_IRI = "https://w3id.org/sssom/"
_THING = "id"
_LINE = "\n"
_PREFIXES = {
    "lc": str(LC),
    "owl": str(OWL),
    "schema": str(SCHEMA),
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": str(SKOS),
    "sssom": SSSOM_IRI,
}
# Written only where a row has it, like all columns that are not known here.
_MODIFIER = "predicate_modifier"
_NOT = "Not"
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", _MODIFIER, "object_id", "object_label",
    "mapping_justification", "reviewer_label", "mapping_date", "confidence", "match_string",
    "comment",
)  # fmt: skip
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification", "confidence")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CONFIDENCE = re.compile(r"0(\.\d+)?|1(\.0+)?")


@dataclass(frozen=True, slots=True)
class Link:
    """One row. `subject` is the path of a thing behind `{base}id/`; `object` an IRI, or
    `NO_TERM`; `reviewer` is empty unless a person decided, `date` the day of that.
    `negated` says that it is no link; `further` are the cells of columns that are not known
    here; `place` is where the row stands, in words."""

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
    negated: bool = False
    further: tuple[tuple[str, str], ...] = ()
    place: str = field(default="", compare=False)

    @property
    def is_reviewed(self) -> bool:
        return bool(self.reviewer)

    @property
    def statement(self) -> tuple[str, str, str]:
        """What the row asserts or denies."""
        return self.subject, self.predicate, self.object


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A link file: what it says of itself, its prefixes and its rows."""

    metadata: Mapping[str, str]
    prefixes: Mapping[str, str]
    mappings: tuple[Link, ...] = ()

    @property
    def spaces(self) -> dict[str, str]:
        """What the IRIs of the datasets begin with that the links lead to, by prefix."""
        own = (*_PREFIXES, _THING)
        return {name: space for name, space in self.prefixes.items() if name not in own}


def parse_sssom(text: str, source: str) -> MappingSet:
    """Returns the mappings of a link file.

    Raises:
        SourceError: naming row and column: a missing column, an unknown prefix, predicate,
            modifier or justification, a bad date or confidence, a mapping twice.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    metadata, prefixes = _parse_head(lines[:head])
    reader = csv.DictReader(lines[head:], delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [c for c in _REQUIRED if c not in (reader.fieldnames or ())]
    if missing:
        raise SourceError(
            f"column {', '.join(missing)} is missing",
            where=f"{source}, row {head + 1}",
            remedy=f"the row below the # lines must name the columns {', '.join(_REQUIRED)}",
        )
    rows = []
    seen: set[tuple[str, str, str]] = set()
    for number, values in enumerate(reader, head + 2):
        row = _parse_row(_Cells(values, f"{source}, row {number}"), _PREFIXES | prefixes)
        if row.statement in seen:
            raise SourceError(
                f"{row.subject} is linked to {row.object} twice",
                where=f"{row.place}, column subject_id",
                remedy="remove one of the two rows",
            )
        seen.add(row.statement)
        rows.append(row)
    return MappingSet(metadata, prefixes, tuple(rows))


def _parse_head(lines: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Returns the metadata and the prefixes above a table. The lines are YAML: what is
    indented, or an item of a list, belongs to the name above and is kept as it is."""
    metadata: dict[str, str] = {}
    name = ""
    for line in textwrap.dedent("\n".join(line[1:] for line in lines)).splitlines():
        if line.startswith((" ", "-")) and name:
            metadata[name] += f"\n{line}"
        else:
            name, _, value = line.partition(":")
            metadata[name] = _unquote(value)
    entries = (line.partition(":") for line in metadata.pop("curie_map", "").splitlines() if line)
    return metadata, {prefix.strip(): _unquote(iri) for prefix, _, iri in entries}


def _unquote(value: str) -> str:
    return value.strip().strip("\"'")


class _Cells:
    """The cells of a row, with errors that name row and column."""

    def __init__(self, values: Mapping[str | None, str | None], place: str) -> None:
        self._values = values
        self.place = place

    def list_further(self) -> tuple[tuple[str, str], ...]:
        """Returns the cells of the columns that are not known here.

        Raises:
            SourceError: there are more cells than columns.
        """
        if None in self._values:
            raise SourceError(
                "there are more cells than columns",
                where=self.place,
                remedy="remove the tabs that are too many, or name the columns",
            )
        unknown = (name for name in self._values if name and name not in _COLUMNS)
        return tuple((name, self.get(name)) for name in unknown if self.get(name))

    def get(self, column: str) -> str:
        return (self._values.get(column) or "").strip()

    def require(self, column: str, good: bool, remedy: str) -> str:
        if not good:
            raise self.fail(column, remedy)
        return self.get(column)

    def fail(self, column: str, remedy: str) -> SourceError:
        return SourceError(
            f"{self.get(column)!r} is not what is expected",
            where=f"{self.place}, column {column}",
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
    reviewer, modifier = cells.get("reviewer_label"), cells.get(_MODIFIER)
    cells.require(
        "reviewer_label",
        bool(reviewer) == (justification == BY_HAND),
        f"name who decided, with {BY_HAND}, and nobody in rows of a tool",
    )
    cells.require(_MODIFIER, modifier in ("", _NOT), f"write {_NOT}, or nothing")
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
        negated=bool(modifier),
        further=cells.list_further(),
        place=cells.place,
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
    head = ["curie_map:", *(f"  {name}: {iri}" for name, iri in sorted(prefixes.items()))]
    for name, value in sorted(mappings.metadata.items()):
        head += f"{name}:{'' if value.startswith(_LINE) else ' '}{value}".split(_LINE)
    rows = [_write_row(row, prefixes) for row in mappings.mappings]
    used = {name for row in rows for name, cell in row.items() if cell}
    columns = [name for name in _COLUMNS if name != _MODIFIER or name in used]
    columns += sorted(used.difference(_COLUMNS))
    table = sorted([" ".join(row.get(name, "").split()) for name in columns] for row in rows)
    lines = [*(f"#{line}" for line in head), *map("\t".join, [columns, *table])]
    return "\n".join(lines) + "\n"


def _write_row(row: Link, prefixes: Mapping[str, str]) -> dict[str, str]:
    cells = (
        f"{_THING}:{row.subject}", row.subject_label, row.predicate,
        _NOT if row.negated else "", _contract(row.object, prefixes), row.object_label,
        row.justification, row.reviewer, row.date, row.confidence, row.match, row.comment,
    )  # fmt: skip
    return {**dict(zip(_COLUMNS, cells, strict=True)), **dict(row.further)}


def _contract(iri: str, prefixes: Mapping[str, str]) -> str:
    if iri == NO_TERM:
        return iri
    fitting = {name: space for name, space in prefixes.items() if iri.startswith(space)}
    name = max(fitting, key=lambda name: len(fitting[name]))
    return f"{name}:{iri.removeprefix(fitting[name])}"
