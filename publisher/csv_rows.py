"""The rows of a curator's table (CSV): text in, cells as values out. Pure.

A mistake is a `SourceError` that names file, row and column, because a table is the
curator's own work and can be put right. Rows are counted as spreadsheets count them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from publisher.countries import Countries, is_country_code
from publisher.errors import SourceError
from publisher.iris import WEB, is_web_address, mint_slug

_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
# What tables are separated by that are not comma-separated, and how that is said.
_SEPARATORS = {";": "';'", "\t": "tabs", "|": "'|'"}
# Excel's note to itself, before the first row.
_SEPARATOR_NOTE = re.compile(r'"?sep=(.)"?', re.I)


class Row:
    """One row of a table, with errors that name its place and the column."""

    def __init__(self, values: Mapping[str, str], place: str) -> None:
        self._values = values
        self._place = place

    def get(self, column: str) -> str:
        return self._values.get(column, "").strip()

    def fail(self, column: str, message: str, remedy: str) -> SourceError:
        return SourceError(message, where=f"{self._place}, column {column}", remedy=remedy)

    def required(self, column: str) -> str:
        if value := self.get(column):
            return value
        raise self.fail(column, "is empty", "fill it in or remove the row")

    def name(self, column: str) -> str:
        """Returns a name, which IRIs can be made of."""
        return self._spelled(column, self.required(column))

    def names(self, column: str) -> tuple[str, ...]:
        """Returns the names of a list with semicolons."""
        names = (name.strip() for name in self.get(column).split(";"))
        return tuple(self._spelled(column, name) for name in names if name)

    def _spelled(self, column: str, name: str) -> str:
        if mint_slug(name):
            return name
        raise self.fail(column, f"{name!r} has neither letters nor digits", "write the name")

    def address(self, column: str) -> str | None:
        """Returns a web address, None where there is none."""
        value = self.get(column)
        if not value or is_web_address(value):
            return value or None
        raise self.fail(
            column,
            f"{value!r} is no web address",
            "begin it with https://, and write %20 for a blank in it",
        )

    def source(self, column: str) -> str | None:
        """Returns a web address, or the words that cite a source without one."""
        value = self.get(column)
        return self.address(column) if value.startswith(WEB) else value or None

    def one_of(self, column: str, choices: Iterable[str]) -> str:
        value = self.get(column)
        if value in choices:
            return value
        raise self.fail(column, f"unknown value {value!r}", f"use one of {', '.join(choices)}")

    def year(self, column: str, first: int, last: int) -> int | None:
        """Returns a year from `first` to `last`, None where there is none."""
        value = self.get(column)
        if not value:
            return None
        if value.isascii() and value.isdigit() and first <= int(value) <= last:
            return int(value)
        raise self.fail(
            column,
            f"{value!r} is no year from {first} to {last}",
            "write the four digits that its source has",
        )

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
        if is_country_code(value):
            return value.lower()
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
    """Yields the rows of a table that must have these columns. Rows and cells at the end
    that are empty say nothing: spreadsheets leave them behind.

    Raises:
        SourceError: naming the row: columns are not separated by commas, one is missing
            or stands twice, or a row cannot be read.
    """
    wanted = tuple(columns)
    text = text.removeprefix("\ufeff")
    _refuse_other_separators(text.partition("\n")[0], source, wanted)
    rows = _read_cells(text, source)
    place, head = next(rows, (_name_row(source, 1), []))
    names = [name.strip() for name in head]
    _check_head(names, place, wanted)
    for place, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        if len(cells) < len(names) or any(map(str.strip, cells[len(names) :])):
            raise SourceError(
                "the row has more or fewer cells than the first row has columns",
                where=place,
                remedy="put values that contain a comma in double quotes",
            )
        yield Row(dict(zip(names, cells, strict=False)), place)


def _name_row(source: str, number: int) -> str:
    return f"{source}, row {number}"


def _read_cells(text: str, source: str) -> Iterator[tuple[str, list[str]]]:
    """Yields the place and the cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text), strict=True)
    for number in itertools.count(1):
        place = _name_row(source, number)
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise SourceError(
                f"is not readable as CSV ({error})",
                where=place,
                remedy="put values that contain a comma or a quote in double quotes",
            ) from error
        if cells is None:
            return
        if cells:
            yield place, cells


def _refuse_other_separators(first: str, source: str, columns: Sequence[str]) -> None:
    """A table with another separator has one column for a reader of commas, and all others
    would be told to be missing."""
    first = first.rstrip("\r")
    note = _SEPARATOR_NOTE.fullmatch(first)
    if note and note[1] == ",":
        message = f"the first line, {first!r}, is for a spreadsheet alone"
    elif separator := note[1] if note else _find_separator(first, columns):
        said = _SEPARATORS.get(separator, repr(separator))
        message = f"the columns are separated by {said}"
    else:
        return
    raise SourceError(
        message,
        where=_name_row(source, 1),
        remedy="save the table as comma-separated values (CSV in UTF-8)"
        + (", without that line" if note else ""),
    )


def _find_separator(first: str, columns: Sequence[str]) -> str | None:
    """The separator other than a comma by which a first line has more of the columns."""
    found = {
        separator: len({*columns} & {name.strip(' "') for name in first.split(separator)})
        for separator in (",", *_SEPARATORS)
    }
    best = max(found, key=lambda separator: found[separator])
    return best if best != "," else None


def _check_head(names: Sequence[str], place: str, columns: Sequence[str]) -> None:
    if missing := [column for column in columns if column not in names]:
        raise SourceError(
            f"column {', '.join(missing)} is missing",
            where=place,
            remedy=f"the first row must name the columns {', '.join(columns)}",
        )
    for name in filter(None, names):
        if names.count(name) > 1:
            raise SourceError(
                f"the column {name} stands twice",
                where=place,
                remedy="remove one of the two, or give it another name",
            )
