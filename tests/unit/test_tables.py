"""The CSV tables, as those without RDF tools read them: csvw by their metadata, duckdb as SQL."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef

from publisher.release import Release
from publisher.store import EmbeddedStore
from publisher.tables import METADATA, write_tables

with warnings.catch_warnings():  # csvw's own imports warn of what Python deprecates
    warnings.simplefilter("ignore")
    import csvw

TABLES = ("cities", "concepts", "initiatives", "observations", "passages")
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def folder(release: Release) -> Path:
    return release.path / "dumps"


@pytest.fixture(scope="module")
def metadata(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / METADATA).read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def store(release: Release) -> EmbeddedStore:
    return release.store()


@pytest.fixture(scope="module")
def sql(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name in TABLES:
            path = str(folder / f"{name}.csv")
            connection.execute(f"CREATE TABLE {name} AS FROM read_csv('{path}', header=true)")
        yield connection


@pytest.fixture(scope="module")
def read(folder: Path) -> Any:
    return csvw.CSVW(str(folder / METADATA), validate=True)


def count(store: EmbeddedStore, pattern: str) -> int:
    found = store.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}")
    assert isinstance(found, ox.QuerySolutions)
    return int(next(iter(found))["n"].value)  # type: ignore[union-attr]


def test_metadata_and_tables_are_valid(read: Any) -> None:
    assert read.warnings == []
    assert read.is_valid


def test_keys_and_references_hold_by_the_metadata(folder: Path) -> None:
    group = csvw.TableGroup.from_file(str(folder / METADATA))
    assert group.check_referential_integrity(strict=True)
    assert {table.local_name for table in group.tables} == {f"{name}.csv" for name in TABLES}
    for table in group.tables:
        assert table.check_primary_key()
        assert table.tableSchema.columns[0].name == table.tableSchema.primaryKey[0]


@pytest.mark.parametrize(
    ("table", "pattern"),
    [
        ("cities", "?x a lc:LearningCity"),
        ("observations", "?x a schema:Observation"),
        ("initiatives", "?x a lc:Initiative"),
        ("passages", "?x a lc:Passage"),
        ("concepts", "?x skos:inScheme ?scheme ; skos:prefLabel ?name"),
    ],
)
def test_every_thing_has_its_row(
    sql: duckdb.DuckDBPyConnection, store: EmbeddedStore, table: str, pattern: str
) -> None:
    rows = sql.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    assert rows == (count(store, pattern),)
    assert rows != (0,)


@pytest.mark.parametrize(
    ("table", "column", "other"),
    [
        *((t, c, "concepts.concept") for t in ("cities", "initiatives", "passages")
          for c in ("topics", "target_groups", "themes", "delivery_modes")),
        ("cities", "kind", "concepts.concept"),
        ("initiatives", "types", "concepts.concept"),
        ("concepts", "broader", "concepts.concept"),
        ("initiatives", "evidence", "passages.passage"),
        ("passages", "profile", "cities.profile"),
    ],
)  # fmt: skip
def test_lists_refer_to_rows_of_other_tables(
    sql: duckdb.DuckDBPyConnection, table: str, column: str, other: str
) -> None:
    values = f"SELECT UNNEST(string_split({column}, '|')) AS v FROM {table}"
    name, key = other.split(".")
    assert sql.execute(f"SELECT COUNT(*) FROM ({values})").fetchone() != (0,)
    lost = f"SELECT v FROM ({values}) WHERE v NOT IN (SELECT {key} FROM {name})"
    assert sql.execute(lost).fetchall() == []


def test_a_question_in_sql(sql: duckdb.DuckDBPyConnection, store: EmbeddedStore) -> None:
    """Which cities have passages on environment: the same by SQL and by SPARQL."""
    rows = sql.execute(
        "SELECT DISTINCT cities.city FROM passages JOIN cities USING (city)"
        " JOIN concepts ON list_contains(string_split(passages.topics, '|'), concept)"
        " WHERE concepts.name = 'natural environment'"
    ).fetchall()
    found = store.query(
        'SELECT DISTINCT ?c { ?p a lc:Passage ; lc:city ?c ; lc:topic/skos:prefLabel "natural'
        ' environment"@en }'
    )
    assert isinstance(found, ox.QuerySolutions)
    assert {row[0] for row in rows} == {row["c"].value for row in found}  # type: ignore[union-attr]
    assert rows


def test_a_table_of_one_s_own_is_joined_by_geonames(sql: duckdb.DuckDBPyConnection) -> None:
    budgets = "(VALUES ('https://sws.geonames.org/3046526/', 80)) AS budgets (id, budget)"
    rows = sql.execute(
        "SELECT name, latitude, longitude, budget"
        f" FROM cities JOIN {budgets} ON cities.geonames = budgets.id"
    ).fetchall()
    assert rows == [("Pécs", 46.07617, 18.22814, 80)]


def test_unknown_is_empty_and_not_zero(sql: duckdb.DuckDBPyConnection) -> None:
    unknown = sql.execute("SELECT value, minimum, maximum FROM observations WHERE NOT reported")
    assert set(unknown.fetchall()) == {(None, None, None)}
    known = sql.execute("SELECT COUNT(*) FROM observations WHERE value > 0").fetchone()
    assert known is not None
    assert known[0] > 10


def _expand(iri: str) -> str:
    """The prefixes of the CSVW context that the metadata uses."""
    prefixes = {
        "rdf": RDF_TYPE.removesuffix("type"),
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "foaf": "http://xmlns.com/foaf/0.1/",
    }
    prefix, _, rest = iri.partition(":")
    return prefixes[prefix] + rest if prefix in prefixes else iri


def _terms(row: dict[str, str], column: dict[str, Any]) -> set[ox.NamedNode | ox.Literal]:
    """The terms that a cell may stand for: XSD derives integers from decimals."""
    if "valueUrl" in column:
        template = column["valueUrl"]
        name = template[2:-1] if template.startswith("{+") else None
        value = row[name] if name else _expand(template)
        return {ox.NamedNode(value)} if value else set()
    value = row[column["name"]]
    if not value:
        return set()
    if "lang" in column:
        return {ox.Literal(value, language=column["lang"])}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    kinds = (
        {column["datatype"], "integer"} if column["datatype"] == "decimal" else {column["datatype"]}
    )
    return {ox.Literal(value, datatype=ox.NamedNode(xsd + kind)) for kind in kinds}


def test_what_the_metadata_makes_of_the_tables_is_in_the_graph(
    folder: Path, metadata: dict[str, Any], store: EmbeddedStore
) -> None:
    stated = {(q.subject, q.predicate, q.object) for q in store.quads()}
    made = 0
    for table in metadata["tables"]:
        with duckdb.connect() as connection:
            path = folder / table["url"]
            cursor = connection.execute(f"FROM read_csv('{path}', header=true, all_varchar=true)")
            names = [d[0] for d in cursor.description or ()]
            rows = [
                dict(zip(names, (v or "" for v in row), strict=True)) for row in cursor.fetchall()
            ]
        columns = [c for c in table["tableSchema"]["columns"] if not c.get("suppressOutput")]
        assert columns
        for row in rows:
            subject = ox.NamedNode(row[table["tableSchema"]["aboutUrl"][2:-1]])
            for column in columns:
                predicate = ox.NamedNode(_expand(column["propertyUrl"]))
                terms = _terms(row, column)
                found = {t for t in terms if (subject, predicate, t) in stated}
                assert found or not terms, (str(subject), column["name"])
                made += len(found)
    assert made > 4000


def test_a_key_has_one_row_where_a_thing_has_two_names(release: Release) -> None:
    base = "https://data.example.org/"
    city, country = URIRef(f"{base}id/city/xa/a"), URIRef(f"{base}id/country/xa")
    data = f"""
        <{city}> a <https://w3id.org/learning-cities/ontology#LearningCity> ;
            <http://www.w3.org/2000/01/rdf-schema#label> {Literal("Ahm", "en").n3()} ,
                {Literal("Ah, or Aah", "en").n3()} ;
            <https://schema.org/containedInPlace> <{country}> .
        <{country}> <http://www.w3.org/2000/01/rdf-schema#label> "Xanadu"@en .
    """
    graph = ox.NamedNode(f"{base}graph/network")
    quads = [
        ox.Quad(q.subject, q.predicate, q.object, graph)
        for q in ox.parse(data, format=ox.RdfFormat.TURTLE)
    ]
    files = write_tables(EmbeddedStore.of(quads), release.settings, "2026-01-01")
    lines = next(f.data for f in files if f.dump.name == "cities.csv").decode().split("\r\n")
    assert len(lines) == 3
    assert lines[1].startswith(f'{city},"Ah, or Aah",{country},Xanadu,')
