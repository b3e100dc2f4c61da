"""A curator's table: its rows as they stand, and the row of every mistake."""

from __future__ import annotations

import pytest

from publisher.csv_rows import read_rows
from publisher.errors import SourceError

COLUMNS = ("name", "iso2")


def read(text: str) -> list[tuple[str, str]]:
    return [(row.get("name"), row.get("iso2")) for row in read_rows(text, "c.csv", COLUMNS)]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffname,iso2\nOld Land,FR\n",
        "name,iso2,note\nOld Land,FR,\n",
        "name, iso2\nOld Land, FR \n",
        "name,iso2\nOld Land,FR,\n",
        "name,iso2\nOld Land,FR,,  ,\n",
        "name,iso2,,\nOld Land,FR,,\n",
        "name,iso2\n\nOld Land,FR\n,\n , ,\n\n",
    ],
    ids=["mark", "more", "blanks", "comma", "commas", "commas-in-head", "rows-of-commas"],
)
def test_what_says_nothing_does_no_harm(text: str) -> None:
    assert read(text) == [("Old Land", "FR")]


@pytest.mark.parametrize(
    ("text", "message", "row"),
    [
        ("", "column name, iso2 is missing", 1),
        ("iso2\nFR\n", "column name is missing", 1),
        ("name,iso2\nOld Land,FR,too much\n", "more or fewer cells", 2),
        ("name,iso2\nOld Land\n", "more or fewer cells", 2),
        ('name,iso2\n"Old" Land,FR\n', "CSV", 2),
        ('name,iso2\n"Old Land,FR\n', "CSV", 2),
        ('name,iso2\n"Old\nLand",FR\n\n"Old Land,FR\nNew Land,DE\n', "CSV", 4),
        ("name,iso2,name\nOld Land,FR,Older Land\n", "column name stands twice", 1),
    ],
)
def test_a_broken_table_names_the_row(text: str, message: str, row: int) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(text)
    assert caught.value.where == f"c.csv, row {row}"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name;iso2\nOld Land;FR\n", "columns are separated by ';'"),
        ('"name";"iso2";"note"\n"Old Land";"FR";"a, b"\n', "columns are separated by ';'"),
        ("name\tiso2\nOld Land\tFR\n", "columns are separated by tabs"),
        ("sep=;\nname;iso2\nOld Land;FR\n", "columns are separated by ';'"),
        ("sep=\t\r\nname\tiso2\r\n", "columns are separated by tabs"),
        ("sep=,\nname,iso2\nOld Land,FR\n", "first line, 'sep=,', is for a spreadsheet"),
    ],
)
def test_a_table_with_other_separators_is_told_so(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(text)
    assert caught.value.where == "c.csv, row 1"
    assert "comma-separated" in caught.value.remedy


def test_the_row_of_a_mistake_is_that_of_a_spreadsheet() -> None:
    rows = list(read_rows('name,iso2\n"Old\nLand",FR\n\nNew Land,DE\n', "c.csv", COLUMNS))
    places = [row.fail("iso2", "wrong", "right it").where for row in rows]
    assert places == ["c.csv, row 2, column iso2", "c.csv, row 4, column iso2"]
