"""A table of another publisher → quads, column by column. Pure.

The first line names the columns (RFC 4180). An empty cell says nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from publisher.errors import SourceError
from publisher.harvest_sources import Column, Source, Template
from publisher.quads import RDF_TYPE

_UNRESERVED = "-._~"


def map_table(data: bytes, source: Source) -> list[ox.Quad]:
    """Returns what the rows of a table say by the mapping of a CSV source.

    Raises:
        SourceError: not CSV in UTF-8, a column of the mapping is missing, or a row
            makes no IRI.
    """
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return list(_map_rows(rows, source))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"not a table: {error}", where=source.url, remedy="ask for CSV in UTF-8"
        ) from error


def _map_rows(rows: csv.DictReader[str], source: Source) -> Iterator[ox.Quad]:
    if source.subject is None:
        raise ValueError(f"{source.name} is no table")
    _require_columns(rows.fieldnames or (), source)
    for row in rows:
        where = f"{source.url}, line {rows.line_num}"
        subject = _fill(source.subject, row, where)
        if subject is None:
            raise SourceError(
                "the row does not say what it is about",
                where=where,
                remedy="choose columns for subject that every row fills",
            )
        yield ox.Quad(subject, RDF_TYPE, ox.NamedNode(source.rdf_class))
        for name, column in source.columns.items():
            value = (row.get(name) or "").strip()
            term = _make_term(value, column, row, where) if value else None
            if term is not None:
                yield ox.Quad(subject, ox.NamedNode(column.predicate), term)


def _require_columns(found: object, source: Source) -> None:
    templates = [source.subject, *(column.iri for column in source.columns.values())]
    needed = [*source.columns, *(name for t in templates if t for name in t.columns)]
    names = list(found) if isinstance(found, list) else []
    for name in needed:
        if name not in names:
            raise SourceError(
                f"the table has no column {name!r}",
                where=source.url,
                remedy=f"its columns are {', '.join(names)}: correct the mapping of {source.name}",
            )


def _make_term(
    value: str, column: Column, row: Mapping[str, str | None], where: str
) -> ox.NamedNode | ox.Literal | None:
    if column.iri is not None:
        return _fill(column.iri, row, where)
    if column.language:
        return ox.Literal(value, language=column.language)
    return ox.Literal(value, datatype=ox.NamedNode(column.datatype) if column.datatype else None)


def _fill(template: Template, row: Mapping[str, str | None], where: str) -> ox.NamedNode | None:
    """Returns the IRI of a row, None where a cell that it needs is empty."""
    values = {name: (row.get(name) or "").strip() for name in template.columns}
    if not all(values.values()):
        return None

    def encode(name: str, as_it_is: bool) -> str:
        return values[name] if as_it_is else quote(values[name], safe=_UNRESERVED)

    try:
        return ox.NamedNode(template.fill(encode))
    except ValueError as error:
        raise SourceError(
            f"the row makes no IRI: {error}",
            where=where,
            remedy="write {column} for values that are to be encoded, {+column} for whole IRIs",
        ) from error
