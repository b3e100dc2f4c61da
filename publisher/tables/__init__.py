"""The tables of a release for people without RDF tools: CSV with CSVW metadata.

`csv-metadata.json` (https://www.w3.org/TR/tabular-metadata/) names the tables and
their columns, and `{table}.rq` beside it selects them from the release. The
column of a variable is that of the same name.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

import pyoxigraph as ox

from publisher.dumps import DumpFile, make_file
from publisher.formats import CSV, CSVM
from publisher.settings import Settings
from publisher.store import EmbeddedStore

METADATA = "csv-metadata.json"


def write_tables(store: EmbeddedStore, settings: Settings, date: str) -> tuple[DumpFile, ...]:
    """Returns the tables of a dataset and, last, their metadata.

    Args:
        date: of the release, as ISO text.

    Raises:
        QueryError: a query of a table cannot be answered.
    """
    metadata = json.loads(_read(METADATA))
    files = []
    for table in metadata["tables"]:
        name = table["url"]
        columns = [c for c in table["tableSchema"]["columns"] if not c.get("virtual")]
        rows = _select(store, name.removesuffix(CSV.suffix), columns)
        files.append(make_file(name, CSV.name, _write_csv(columns, rows)))
    document = json.dumps(_complete(metadata, settings, date), ensure_ascii=False, indent=2)
    return (*files, make_file(METADATA, CSVM.name, f"{document}\n".encode()))


def _complete(metadata: dict[str, Any], settings: Settings, date: str) -> dict[str, Any]:
    """What the release itself states, before the tables."""
    stated = {
        "dc:title": settings.title,
        "dc:license": {"@id": settings.license},
        "dc:issued": {"@value": date, "@type": "xsd:date"},
    }
    return {"@context": metadata["@context"], **stated, **metadata}


def _select(
    store: EmbeddedStore, name: str, columns: Sequence[dict[str, Any]]
) -> list[tuple[str, ...]]:
    """Returns the rows by their key, which is the first column, and each key once: where a
    thing has two English names, the table has the first in order."""
    found = store.query(_read(f"{name}.rq"))
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError(f"{name}.rq is not a SELECT query")
    rows: dict[str, tuple[str, ...]] = {}
    for row in sorted(tuple(_write_cell(row[c["name"]], c) for c in columns) for row in found):
        rows.setdefault(row[0], row)
    return list(rows.values())


def _write_cell(term: object, column: dict[str, Any]) -> str:
    if not isinstance(term, ox.NamedNode | ox.Literal):
        return ""
    separator = column.get("separator")
    # The engine joins values in no stated order.
    return separator.join(sorted(term.value.split(separator))) if separator else term.value


def _write_csv(columns: Sequence[dict[str, Any]], rows: Iterable[Sequence[str]]) -> bytes:
    """Lines end as in RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column["titles"] for column in columns])
    writer.writerows(rows)
    return text.getvalue().encode()


def _read(name: str) -> str:
    return resources.files("publisher").joinpath("tables", name).read_text("utf-8")
