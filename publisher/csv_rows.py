"""The rows of a curator's table (CSV): text in, cells as values out. Pure.

A mistake is a `SourceError` that names file, row and column, because a table is the
curator's own work and can be put right.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping

from publisher.countries import Countries, is_country_code
from publisher.errors import SourceError

_FIRST_YEAR = 2013  # the network was founded then; its awards began in 2015
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class Row:
    """One row of a table, with errors that name the file, the row and the column."""

    def __init__(self, values: Mapping[str, str], source: str, number: int) -> None:
        self._values = values
        self._place = f"{source}, row {number}"

    def get(self, column: str) -> str:
        return (self._values.get(column) or "").strip()

    def fail(self, column: str, message: str, remedy: str) -> SourceError:
        return SourceError(message, where=f"{self._place}, column {column}", remedy=remedy)

    def required(self, column: str) -> str:
        if value := self.get(column):
            return value
        raise self.fail(column, "is empty", "fill it in or remove the row")

    def one_of(self, column: str, choices: Iterable[str]) -> str:
        value = self.get(column)
        if value in choices:
            return value
        raise self.fail(column, f"unknown value {value!r}", f"use one of {', '.join(choices)}")

    def year(self, column: str) -> int | None:
        value = self.get(column)
        if not value:
            return None
        if not (value.isascii() and value.isdigit()) or not _FIRST_YEAR <= int(value) <= dt.MAXYEAR:
            raise self.fail(column, f"{value!r} is no year", f"use a year from {_FIRST_YEAR} on")
        return int(value)

    def date(self, column: str) -> dt.date | None:
        value = self.get(column)
        try:
            return dt.date.fromisoformat(value) if value else None
        except ValueError:
            raise self.fail(column, f"{value!r} is no date", "write it as 2026-11-23") from None

    def country(self, column: str, countries: Countries) -> str:
        value = self.required(column)
        if code := countries.find(value) or countries.find_alpha3(value):
            return code
        raise self.fail(
            column,
            f"unknown country {value!r}",
            "use an ISO 3166-1 name or code, or add the name to country-names.csv",
        )

    def degrees(self, column: str, most: int) -> str:
        value = self.get(column)
        if value and (not _DECIMAL.fullmatch(value) or abs(float(value)) > most):
            raise self.fail(column, f"{value!r} is no position", f"write degrees up to {most}")
        return value

    def country_code(self, column: str) -> str:
        value = self.required(column)
        if is_country_code(value):
            return value
        raise self.fail(column, f"unknown code {value!r}", "use an ISO 3166-1 alpha-2 code")


def read_rows(text: str, source: str, columns: Iterable[str]) -> Iterator[Row]:
    """Yields the rows of a table that must have these columns.

    Raises:
        SourceError: a column is missing, or a row cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    missing = [c for c in columns if c not in (reader.fieldnames or ())]
    if missing:
        raise SourceError(
            f"column {', '.join(missing)} is missing",
            where=f"{source}, row 1",
            remedy=f"the first row must name the columns {', '.join(columns)}",
        )
    try:
        for values in reader:
            if None in values or None in values.values():
                raise SourceError(
                    "the row has more or fewer cells than the first row has columns",
                    where=f"{source}, row {reader.line_num}",
                    remedy="put values that contain a comma in double quotes",
                )
            yield Row(values, source, reader.line_num)
    except csv.Error as error:
        raise SourceError(
            f"is not readable as CSV ({error})",
            where=f"{source}, row {reader.reader.line_num}",
            remedy="put values that contain a comma or a quote in double quotes",
        ) from error
