"""RDF files as they are: what is read, and what is said of those that cannot be."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.datafiles import find_sources, write_data_release
from publisher.errors import PublisherError, SourceError, UsageError
from publisher.query_text import STANDARD
from publisher.release import Release, open_release
from publisher.settings import Settings

LINE = b"<urn:a> <urn:b> <urn:c> .\n"


def load(
    tmp_path: Path, files: Mapping[str, bytes], base: str | None = None, told: str | None = None
) -> Release:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    sources = find_sources([str(tmp_path / name) for name in files], base, told)
    write_data_release(tmp_path / "release", sources, Settings(), lambda *_: None)
    return open_release(tmp_path / "release")


def quads(release: Release) -> set[str]:
    return {str(quad) for quad in release.store().quads()}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ttl", LINE),
        ("a.TTL", LINE),
        ("a.trig", LINE),
        ("a.nt", LINE),
        ("a.nq", LINE),
        ("a.jsonld", b'{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}'),
        ("a.json", b'{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}'),
        *(
            (
                f"a{suffix}",
                b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
                b'<r:Description r:about="urn:a"><u:b r:resource="urn:c"/></r:Description></r:RDF>',
            )
            for suffix in (".rdf", ".owl", ".xml")
        ),
        ("a.nt.gz", gzip.compress(LINE)),
        ("bom.ttl", b"\xef\xbb\xbf" + LINE),
    ],
)
def test_suffix_tells_the_format(tmp_path: Path, name: str, data: bytes) -> None:
    release = load(tmp_path, {name: data})
    assert quads(release) == {"<urn:a> <urn:b> <urn:c>"}
    assert [(f.name, f.triples) for f in release.manifest.files] == [(name, 1)]
    assert not release.is_site
    assert release.store().dialect is STANDARD


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq", ".rdf", ".jsonld", ".nt.gz"])
def test_empty_files_are_fine(tmp_path: Path, suffix: str) -> None:
    data = gzip.compress(b"") if suffix.endswith(".gz") else b""
    release = load(tmp_path, {f"a{suffix}": data})
    assert release.store().count() == 0


def test_told_format_is_that_of_files_whose_names_do_not_say(tmp_path: Path) -> None:
    release = load(tmp_path, {"data": b"<urn:x> { <urn:a> <urn:b> 1 }", "a.nt": LINE}, told="trig")
    assert release.store().graphs() == ["urn:x"]
    assert release.store().count() == 2


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    text = b"_:x <urn:b> <urn:c> ."
    assert load(tmp_path, {"a.nt": text, "b.nt": text}).store().count() == 2


def test_the_same_statement_in_two_files_is_one(tmp_path: Path) -> None:
    assert load(tmp_path, {"a.nt": LINE, "b.nt": LINE}).store().count() == 1


def test_relative_iris_are_relative_to_the_file_or_the_base(tmp_path: Path) -> None:
    text = {"a b.ttl.gz": gzip.compress(b"<x> <#p> <> .")}
    file = (tmp_path / "a b.ttl").as_uri()
    folder = file.removesuffix("a%20b.ttl")
    assert quads(load(tmp_path, text)) == {f"<{folder}x> <{file}#p> <{file}>"}
    (tmp_path / "second").mkdir()
    release = load(tmp_path / "second", text, base="http://b.example/c/")
    base = "http://b.example/c/"
    assert quads(release) == {f"<{base}x> <{base}#p> <{base}>"}


def test_prefixes_of_the_files_shorten_what_is_shown(tmp_path: Path) -> None:
    first = b"@prefix e: <http://e.example/> . @prefix : <http://f.example/> . e:a e:b :c ."
    second = (
        b"@prefix e: <http://other.example/> . @prefix bare: <http://x.example/y> . e:a e:b 1 ."
    )
    release = load(tmp_path, {"a.ttl": first, "b.ttl": second})
    assert release.prefixes["e"] == "http://e.example/"
    assert not {"", "bare"} & set(release.prefixes)
    assert release.prefixes["skos"] == "http://www.w3.org/2004/02/skos/core#"
    assert release.jsonld_context().written() == {"e": "http://e.example/"}


@pytest.mark.parametrize(
    ("name", "data", "kind", "parts"),
    [
        ("a.ttl", LINE + b"<urn:a> junk", SourceError, ["a.ttl, line 2, column 9", "--format"]),
        ("a.nq", b"\xff\xfe", SourceError, ["a.nq, line 1, column 1", "UTF-8"]),
        ("a.rdf", b"<a>", SourceError, ["a.rdf: not valid RDF/XML", "--format"]),
        ("a.jsonld", b"{", SourceError, ["a.jsonld, line 1, column 2"]),
        ("a.jsonld", b'{"@context": "http://x.example/", "a": 1}', SourceError, ["no address"]),
        ("a.ttl.gz", LINE, SourceError, ["a.ttl.gz", "gzip", "leave out .gz"]),
        ("a.nt.gz", gzip.compress(LINE)[:-12], SourceError, ["a.nt.gz", "gzip", "again"]),
        ("a.txt", LINE, UsageError, ["a.txt", "--format", "ntriples", "rdfxml"]),
        ("a", LINE, UsageError, ["--format"]),
    ],
)
def test_errors_say_where_and_what_to_do(
    tmp_path: Path, name: str, data: bytes, kind: type[PublisherError], parts: list[str]
) -> None:
    with pytest.raises(kind) as caught:
        load(tmp_path, {name: data})
    assert [part for part in parts if part not in str(caught.value)] == []


def test_directories_and_missing_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"directory\n.*\*\.ttl"):
        find_sources([str(tmp_path)], None, "turtle")
    with pytest.raises(SourceError, match="no such file"):
        find_sources([str(tmp_path / "none.ttl")], None, None)
    with pytest.raises(UsageError, match=r"standard input.*\n.*--format"):
        find_sources(["-"], None, None)
    with pytest.raises(UsageError, match=r"--base rel.*\n.*https://"):
        find_sources(["-"], "rel", "turtle")


def test_progress_is_told_of_large_files(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_bytes(b"".join(b"<urn:a> <urn:b> <urn:%d> .\n" % n for n in range(100_000)))
    told: list[tuple[str, int, int]] = []
    write_data_release(
        tmp_path / "release",
        find_sources([str(path)], None, None),
        Settings(),
        lambda *step: told.append(step),
    )
    size = path.stat().st_size
    assert len(told) == size // (1 << 20)
    assert all(name == str(path) and 0 < done <= total == size for name, done, total in told)


def test_description_walks_through_blank_nodes_in_both_directions(tmp_path: Path) -> None:
    text = b"""<urn:a> <urn:p> [ <urn:q> ( 1 [ <urn:r> 2 ] ) ] . <urn:a> <urn:loop> _:l .
    _:l <urn:loop> _:l . <urn:top> <urn:p> [ <urn:p> [ <urn:x> <urn:a> ; <urn:y> 3 ] ] .
    <urn:top> <urn:other> 4 ; <http://purl.org/dc/terms/title> "Top" . <urn:far> <urn:p> 5 ."""
    store = load(tmp_path, {"a.ttl": text}).store()
    found = store.describe("urn:a")
    expected = [
        quad
        for quad in store.quads()
        if quad.predicate.value != "urn:other" and quad.subject != ox.NamedNode("urn:far")
    ]
    assert set(found) == set(expected)
