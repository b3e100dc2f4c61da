"""A table of another publisher → quads, column by column. Pure.

The first line names the columns (RFC 4180). An empty cell says nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import pyoxigraph as ox

from publisher.datatypes import is_lexical
from publisher.errors import SourceError
from publisher.harvest_sources import Column, Source, Template
from publisher.quads import RDF_TYPE

_UNRESERVED = "-._~"


def map_table(data: bytes, source: Source) -> list[ox.Quad]:
    """Returns what the rows of a table say by the mapping of a CSV source.

    Raises:
        SourceError: not CSV in UTF-8, a column of the mapping is missing or there twice, a
            row has another number of cells, makes no IRI or has what its datatype does
            not allow.
    """
    usual = csv.field_size_limit(max(len(data), 1))  # what may be fetched may be one cell
    try:
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return list(_map_rows(((rows.line_num, cells) for cells in rows), source))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"not a table: {error}", where=source.url, remedy="ask for CSV in UTF-8"
        ) from error
    finally:
        csv.field_size_limit(usual)


def _map_rows(rows: Iterator[tuple[int, list[str]]], source: Source) -> Iterator[ox.Quad]:
    if source.subject is None:
        raise ValueError(f"{source.name} is no table")
    _, header = next(rows, (0, []))
    _require_columns(header, source)
    for line, cells in rows:
        if not cells:  # an empty line
            continue
        where = f"{source.url}, line {line}"
        _require_cells(cells, header, where)
        row = dict(zip(header, map(str.strip, cells), strict=True))
        subject = _fill(source.subject, row, where)
        if subject is None:
            raise SourceError(
                "the row does not say what it is about",
                where=where,
                remedy="choose columns for subject that every row fills",
            )
        yield ox.Quad(subject, RDF_TYPE, ox.NamedNode(source.rdf_class))
        for name, column in source.columns.items():
            term = _make_term(name, column, row, where) if row[name] else None
            if term is not None:
                yield ox.Quad(subject, ox.NamedNode(column.predicate), term)


def _require_columns(names: Sequence[str], source: Source) -> None:
    templates = [source.subject, *(column.iri for column in source.columns.values())]
    needed = [*source.columns, *(name for t in templates if t for name in t.columns)]
    for name in needed:
        if names.count(name) != 1:
            what = "no column" if name not in names else "more than one column"
            raise SourceError(
                f"the table has {what} {name!r}",
                where=source.url,
                remedy=f"its columns are {', '.join(names)}: correct the mapping of {source.name}",
            )


def _require_cells(cells: Sequence[str], header: Sequence[str], where: str) -> None:
    """Raises where a row is longer than the header, or shorter, as one is that was cut off."""
    if len(cells) != len(header):
        raise SourceError(
            f"the row has {len(cells)} cells, where the table has {len(header)} columns",
            where=where,
            remedy="ask its publisher for a whole table, texts with commas in quotation marks",
        )


def _make_term(
    name: str, column: Column, row: Mapping[str, str], where: str
) -> ox.NamedNode | ox.Literal | None:
    value = row[name]
    if column.iri is not None:
        return _fill(column.iri, row, f"{where}, column {name}")
    if column.language:
        return ox.Literal(value, language=column.language)
    if not is_lexical(value, column.datatype):
        raise SourceError(
            f"{value!r} is no xsd:{column.datatype.rpartition('#')[2]}",
            where=f"{where}, column {name}",
            remedy="tell its publisher, or leave out the datatype to take the cells as texts",
        )
    return ox.Literal(value, datatype=ox.NamedNode(column.datatype) if column.datatype else None)


def _fill(template: Template, row: Mapping[str, str], where: str) -> ox.NamedNode | None:
    """Returns the IRI of a row, None where a cell that it needs is empty."""
    values = {name: row[name] for name in template.columns}
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
