"""A feed is read page by page, and read on where the last harvest ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from files_server import Files, serve
from small_site import write_site

from publisher.cli import main

STREAM = """@prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix as: <https://www.w3.org/ns/activitystreams#> .
<#stream> ldes:timestampPath dct:created ; ldes:versionOfPath dct:isVersionOf ;
  ldes:sequencePath schema:position ; ldes:versionDeletePath rdf:type ;
  ldes:versionDeleteObject as:Delete .
"""
LASTING = {"Cache_Control": "public, max-age=31536000, immutable"}


@pytest.fixture
def files() -> Iterator[Files]:
    with serve() as files:
        yield files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def put_root(files: Files, *pages: str, text: str = STREAM) -> None:
    links = " ".join(f"<> tree:relation [ tree:node <{page}> ] ." for page in pages)
    files.put("/feed", text + links, ETag=f'"{"".join(pages)}"')


def put_page(files: Files, path: str, *members: str, leads_to: str = "") -> None:
    """Members are Turtle: of what, from when, with what number, and what is said."""
    link = f"<> tree:relation [ tree:node <{leads_to}> ] ." if leads_to else ""
    listed = " ".join(
        f"<#stream> tree:member <{path}#{n}> . <{path}#{n}> {member} ."
        for n, member in enumerate(members)
    )
    files.put(path, STREAM + link + listed, **LASTING)


def say(thing: str, day: int, said: str, number: int = 1) -> str:
    time = f'"2021-06-{day:02}T00:00:00Z"^^xsd:dateTime'
    return f"dct:isVersionOf <{thing}> ; dct:created {time} ; schema:position {number} ; {said}"


# In UTC it is before the first year, which Python has no time for.
LONG_AGO = say("urn:a", 1, "<urn:p> 1").replace("2021-06-01T00:00:00Z", "0001-01-01T00:00:00+14:00")


def harvest(root: Path, files: Files) -> Result:
    (root / "data/sources.toml").write_text(
        f'[other]\nkind = "feed"\nurl = "{files.address}/feed"\ntitle = "Another"\n'
        'license = "https://creativecommons.org/publicdomain/zero/1.0/"\n',
        encoding="utf-8",
    )
    files.asked.clear()
    return CliRunner().invoke(main, ["harvest", "--site", str(root)])


def read_file(root: Path) -> str:
    return next((root / "data/harvest").glob("other*.nq")).read_text("utf-8")


def kept(root: Path) -> set[str]:
    lines = read_file(root).splitlines()
    return {line.rpartition(" <")[0].replace("<urn:", "<") for line in lines}


def paths(files: Files) -> list[str]:
    return [path for path, _ in files.asked]


def test_what_is_new_is_added_and_what_is_deleted_goes(root: Path, files: Files) -> None:
    put_page(files, "/1", say("urn:a", 1, "<urn:p> 'old'"), leads_to="/1b")
    put_page(files, "/1b", say("urn:b", 1, "<urn:p> 'b'"), say("urn:c", 1, "<urn:p> 'c'"))
    put_root(files, "/1")
    assert harvest(root, files).exit_code == 0
    assert kept(root) == {'<a> <p> "old"', '<b> <p> "b"', '<c> <p> "c"'}
    assert "unchanged" in harvest(root, files).output
    assert paths(files) == ["/feed"]
    put_page(files, "/2", say("urn:a", 2, "<urn:p> 'new'"), say("urn:b", 2, "a as:Delete"))
    put_root(files, "/1", "/2")
    assert harvest(root, files).exit_code == 0
    assert paths(files) == ["/feed", "/2"]
    assert kept(root) == {'<a> <p> "new"', '<c> <p> "c"'}


def test_the_number_decides_on_one_day(root: Path, files: Files) -> None:
    put_page(files, "/1", say("urn:a", 1, "<urn:p> 'second'", 2))
    put_page(files, "/2", say("urn:a", 1, "<urn:p> 'first'", 1))
    put_root(files, "/1", "/2")
    assert harvest(root, files).exit_code == 0
    assert kept(root) == {'<a> <p> "second"'}
    put_page(files, "/3", say("urn:a", 1, "<urn:p> 'third'", 3))
    put_root(files, "/1", "/2", "/3")
    assert harvest(root, files).exit_code == 0
    assert kept(root) == {'<a> <p> "third"'}


def test_nodes_without_a_name_go_with_the_thing_they_are_part_of(root: Path, files: Files) -> None:
    put_page(files, "/1", say("urn:a", 1, "<urn:p> [ <urn:q> 'old' ; <urn:r> [ <urn:q> 'x' ] ]"))
    put_root(files, "/1")
    assert harvest(root, files).exit_code == 0
    assert len(kept(root)) == 4
    put_page(files, "/2", say("urn:a", 2, "<urn:p> 'new'"))
    put_root(files, "/1", "/2")
    assert harvest(root, files).exit_code == 0
    assert kept(root) == {'<a> <p> "new"'}


def canonicalize(text: str, syntax: ox.RdfFormat) -> str:
    """Returns a graph with blank nodes for the IRIs that stand for such, in canonical form."""
    nodes = re.sub(r"<http://[^>]*/\.well-known/genid/([^>]*)>", r"_:n\1", text)
    graph = ox.Dataset(ox.Quad(*quad.triple) for quad in ox.parse(nodes, format=syntax))
    graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(str(graph).splitlines()))


def test_nodes_of_two_things_stay_two_whenever_they_are_read(root: Path, files: Files) -> None:
    """Cells of long lists are alike, but for their place and whose list it is."""
    ones = f"<urn:p> ({' '.join(['1'] * 11)})"
    put_page(files, "/1", say("urn:a", 1, ones))
    put_root(files, "/1")
    assert harvest(root, files).exit_code == 0
    put_page(files, "/2", say("urn:b", 2, ones))
    put_root(files, "/1", "/2")
    assert harvest(root, files).exit_code == 0
    assert paths(files) == ["/feed", "/2"]
    step_by_step = read_file(root)
    assert canonicalize(step_by_step, ox.RdfFormat.N_QUADS) == canonicalize(
        f"<urn:a> {ones} . <urn:b> {ones} .", ox.RdfFormat.TURTLE
    )
    assert CliRunner().invoke(main, ["harvest", "--site", str(root), "--again"]).exit_code == 0
    assert read_file(root) == step_by_step


@pytest.mark.parametrize("day", [1, 2])
def test_a_feed_that_did_not_only_go_on_is_read_from_the_beginning(
    root: Path, files: Files, day: int
) -> None:
    """What a page said that is gone is no more, and what comes late is in its place."""
    put_page(files, "/1", say("urn:a", 1, "<urn:p> 'a'"))
    put_page(files, "/2", say("urn:a", 2, "<urn:p> 'never recorded'"))
    put_root(files, "/1", "/2")
    assert harvest(root, files).exit_code == 0
    put_page(files, "/3", say("urn:b", day, "<urn:p> 'b'"))
    put_root(files, "/1", "/3")
    assert harvest(root, files).exit_code == 0
    assert kept(root) == {'<a> <p> "a"', '<b> <p> "b"'}
    put_page(files, "/4", say("urn:b", 1, "<urn:p> 'late'", 0))
    put_root(files, "/1", "/3", "/4")
    assert harvest(root, files).exit_code == 0
    assert kept(root) == {'<a> <p> "a"', '<b> <p> "b"'}


def test_a_page_that_fails_keeps_what_was_known(root: Path, files: Files) -> None:
    put_page(files, "/1", say("urn:a", 1, "<urn:p> 'a'"))
    put_root(files, "/1")
    harvest(root, files)
    before = {p.name: p.read_bytes() for p in (root / "data/harvest").iterdir()}
    put_root(files, "/1", "/2")
    done = harvest(root, files)
    assert (done.exit_code, "/2: answers with 404" in done.output) == (1, True), done.output
    assert {p.name: p.read_bytes() for p in (root / "data/harvest").iterdir()} == before


def test_a_page_whose_address_cannot_be_is_a_failure(root: Path, files: Files) -> None:
    # Python refuses to take this one apart.
    files.put("/feed", f"{STREAM} <> tree:relation [ tree:node <http://a\uff0fb/#page> ] .")
    done = harvest(root, files)
    assert (done.exit_code, "not an address" in done.output) == (1, True), done.output


def test_pages_that_lead_to_each_other_are_read_once(root: Path, files: Files) -> None:
    put_page(files, "/1", say("urn:a", 1, "<urn:p> 'a'"), leads_to="/2")
    put_page(files, "/2", leads_to="/1")
    put_root(files, "/2")
    assert harvest(root, files).exit_code == 0
    assert sorted(paths(files)) == ["/1", "/2", "/feed"]


@pytest.mark.parametrize(
    ("text", "members", "message"),
    [
        ("", (), "is no stream of versions"),
        (STREAM.replace("dct:created", "[]"), (), "is no stream of versions"),
        (STREAM, ("dct:isVersionOf <urn:a>",), "has 0 values"),
        (STREAM, (say("urn:a", 41, "<urn:p> 1"),), "no place in the order"),
        (STREAM, (say("urn:a", 1, "<urn:p> 1").replace("<urn:a>", "'a'"),), "which is no IRI"),
        (
            STREAM,
            (say("urn:a", 1, "<urn:p> 1").replace("<urn:a>", "<<( <urn:a> <urn:a> 1 )>>"),),
            "triples within triples",
        ),
        (STREAM, (LONG_AGO,), "no place in the order"),
        (
            STREAM,
            (LONG_AGO.replace("0001-01-01", "9999-12-31").replace("T00:00:00+14", "T23:59:59-14"),),
            "no place",
        ),
        (STREAM, (say("urn:a", 1, "<urn:p> 1"), say("urn:a", 1, "<urn:p> 2")), "from one time"),
    ],
)
def test_a_feed_without_an_order_is_refused(
    root: Path, files: Files, text: str, members: tuple[str, ...], message: str
) -> None:
    put_page(files, "/1", *members)
    prefixes = STREAM.partition("<#")[0]
    put_root(files, "/1", text=text or prefixes)
    done = harvest(root, files)
    assert (done.exit_code, message in done.output) == (1, True), done.output
