"""Other publishers' data is taken in within limits, kept apart, and never guessed at."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from files_server import Files, serve
from small_site import open_site, write_site

from publisher.build import build_release
from publisher.cli import main
from publisher.errors import SourceError
from publisher.harvest_sources import parse_harvest_sources
from publisher.jsonld import Context
from publisher.rehearsal import rehearse
from publisher.release import open_release

BASE = "https://data.example.org/"
SOURCE = """[other]
kind = "{kind}"
url = "{url}"
title = "Another city"
license = "https://creativecommons.org/publicdomain/zero/1.0/"
"""
CSV = """subject = "https://other.example.org/library/{number}"
class = "schema:Library"
[other.columns]
name = { property = "rdfs:label", language = "en" }
opened = { property = "schema:foundingDate", datatype = "xsd:gYear" }
site = { property = "foaf:homepage", iri = "{+site}" }
note = "rdfs:comment"
"""


@pytest.fixture
def files() -> Iterator[Files]:
    with serve() as files:
        yield files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def harvest(root: Path, *, sources: str = "", arguments: tuple[str, ...] = ()) -> tuple[int, str]:
    if sources:
        (root / "data/sources.toml").write_text(sources, encoding="utf-8")
    done = CliRunner().invoke(main, ["harvest", "--site", str(root), *arguments])
    return done.exit_code, done.output


def build(root: Path) -> ox.Store:
    """Returns the quads of a release of the site."""
    build_release(open_site(root), root / "build")
    store = ox.Store()
    store.extend(open_release(root / "build").store().quads())
    return store


def count_data(store: ox.Store) -> int:
    """Returns the number of quads without the catalogue, which describes the release."""
    catalog = store.quads_for_pattern(None, None, None, ox.NamedNode(f"{BASE}graph/catalog"))
    return len(store) - sum(1 for _ in catalog)


def kept(root: Path) -> set[str]:
    """Returns the statements in the graph of the source, in a release of the site."""
    graph = ox.NamedNode(f"{BASE}graph/harvest/other")
    return {str(quad.triple) for quad in build(root).quads_for_pattern(None, None, None, graph)}


def read_all(root: Path) -> dict[str, bytes]:
    """Returns the files of the harvests of a site."""
    return {p.name: p.read_bytes() for p in (root / "data/harvest").iterdir()}


def test_a_table_is_mapped_by_its_columns(root: Path, files: Files) -> None:
    url = files.put(
        "/l.csv",
        "number,name,opened,site,note\n1 a/b,Main,1999,https://l.example.org/?a=b,\n2,East,,,x\n",
        "text/csv",
    )
    code, output = harvest(root, sources=SOURCE.format(kind="csv", url=url) + CSV)
    assert code == 0, output
    one = "<https://other.example.org/library/1%20a%2Fb>"
    two = "<https://other.example.org/library/2>"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    year = '"1999"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    home = "<http://xmlns.com/foaf/0.1/homepage> <https://l.example.org/?a=b>"
    library = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Library>"
    assert kept(root) == {
        f"{one} {library}",
        f'{one} {label} "Main"@en',
        f"{one} <https://schema.org/foundingDate> {year}",
        f"{one} {home}",
        f"{two} {library}",
        f'{two} {label} "East"@en',
        f'{two} <http://www.w3.org/2000/01/rdf-schema#comment> "x"',
    }


def test_a_cell_may_be_as_large_as_what_is_fetched(root: Path, files: Files) -> None:
    text = "x" * 200_000
    table = f"number,name,opened,site,note\n1,{text},,,\n"
    sources = SOURCE.format(kind="csv", url=files.put("/l.csv", table, "text/csv")) + CSV
    code, output = harvest(root, sources=sources)
    assert code == 0, output
    assert text in next((root / "data/harvest").glob("other*.nq")).read_text("utf-8")


def test_nobody_speaks_for_the_site(root: Path, files: Files) -> None:
    site = build(root)
    mine = next(
        iter(site.quads_for_pattern(None, None, None, ox.NamedNode(f"{BASE}graph/concepts")))
    )
    before = count_data(site)
    trig = f"""
    GRAPH <{BASE}graph/network> {{ <urn:theirs> <urn:p> <urn:o> }}
    GRAPH <{BASE}graph/catalog> {{ <urn:theirs> <urn:p> <{BASE}id/city/ch/bergdorf> }}
    GRAPH <urn:g> {{ <{BASE}id/city/ch/bergdorf> <urn:p> "twinned" . {mine.triple} . }}
    <https://w3id.org/learning-cities/ontology#Initiative>
        <http://www.w3.org/2000/01/rdf-schema#label> "A label of theirs"@en .
    """
    url = files.put("/d.trig", trig, "application/trig")
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url))[0] == 0
    assert kept(root) == {
        "<urn:theirs> <urn:p> <urn:o>",
        f"<urn:theirs> <urn:p> <{BASE}id/city/ch/bergdorf>",
    }
    assert count_data(build(root)) == before + 2


def test_two_sources_do_not_say_the_same_twice(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> <urn:c> .")
    first = SOURCE.format(kind="rdf", url=url)
    assert harvest(root, sources=first + first.replace("[other]", "[second]"))[0] == 0
    triple = (ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))
    graphs = [q.graph_name for q in build(root).quads_for_pattern(*triple)]
    assert graphs == [ox.NamedNode(f"{BASE}graph/harvest/other")]


def test_nothing_is_fetched_twice_that_has_not_changed(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .", ETag='"one"')
    sources = SOURCE.format(kind="rdf", url=url)
    assert "new" in harvest(root, sources=sources)[1]
    state = (root / "data/harvest/other.json").read_bytes()
    assert "unchanged" in harvest(root)[1]
    assert files.asked[-1][1]["If-None-Match"] == '"one"'
    assert (root / "data/harvest/other.json").read_bytes() == state
    files.put("/d.ttl", "<urn:a> <urn:b> 2 .", ETag='"two"')
    assert "new" in harvest(root)[1]
    assert kept(root) == {'<urn:a> <urn:b> "2"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_the_same_again_is_not_new(root: Path, files: Files) -> None:
    """A server that gives no validators does not make releases newer."""
    sources = SOURCE.format(kind="rdf", url=files.put("/d.ttl", "<urn:a> <urn:b> [] ."))
    assert "new" in harvest(root, sources=sources)[1]
    state = json.loads((root / "data/harvest/other.json").read_text("utf-8"))
    state["harvested"] = "2021-06-01T00:00:00Z"
    (root / "data/harvest/other.json").write_text(json.dumps(state), "utf-8")
    before = read_all(root)
    for arguments in ((), ("--again",)):
        assert "other   unchanged" in harvest(root, arguments=arguments)[1]
        assert read_all(root) == before


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
@pytest.mark.parametrize("suffix", [".nq", ".json"])
def test_a_failure_at_any_step_leaves_a_good_harvest(
    root: Path, files: Files, monkeypatch: pytest.MonkeyPatch, step: str, suffix: str
) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .")
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url))[0] == 0
    files.put("/d.ttl", "<urn:a> <urn:b> 2 .")
    original = getattr(Path, step)

    def fail(path: Path, other: object) -> object:
        if path.name.removesuffix(".new").endswith(suffix):
            raise OSError(28, "No space left on device", str(path))
        return original(path, other)

    with monkeypatch.context() as patched:
        patched.setattr(Path, step, fail)
        code, output = harvest(root)
    assert (code, "No space left" in output) == (1, True), output
    found = open_site(root).find_harvest("other")
    assert [str(triple) for triple in found.triples] == [f"<urn:a> <urn:b> {ONE}"]
    assert not list((root / "data/harvest").glob(".*"))
    assert harvest(root)[0] == 0
    assert len(read_all(root)) == 2


def test_a_release_says_of_its_sources_what_their_table_says_now(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .", ETag='"one"')
    sources = SOURCE.format(kind="rdf", url=url)
    assert harvest(root, sources=sources)[0] == 0
    changed = sources.replace("Another", "A third").replace("zero/1.0", "mark/1.0")
    assert "unchanged" in harvest(root, sources=changed)[1]
    graph = ox.NamedNode(f"{BASE}graph/harvest/other")
    catalog = ox.NamedNode(f"{BASE}graph/catalog")
    said = {str(q.object) for q in build(root).quads_for_pattern(graph, None, None, catalog)}
    assert '"A third city"@en' in said
    assert "<https://creativecommons.org/publicdomain/mark/1.0/>" in said


def test_a_build_tells_that_a_source_is_another_now(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .")
    sources = SOURCE.format(kind="rdf", url=url)
    assert harvest(root, sources=sources)[0] == 0
    changed = sources.replace("/d.ttl", "/e.ttl")
    for text, is_told in ((sources, False), (changed, True)):
        (root / "data/sources.toml").write_text(text, encoding="utf-8")
        done = CliRunner().invoke(main, ["build", "--site", str(root)])
        assert done.exit_code == 0
        assert (f"since it was harvested from {url}" in done.output) == is_told


ONE = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
HALF_XML = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">
  <rdf:Description rdf:about="urn:a"><e:p>x</e:p></rdf:Description>
  <rdf:Description rdf:about="urn:b"><e:p>hal"""


@pytest.mark.parametrize(
    ("status", "media_type", "body", "message"),
    [
        (500, "text/turtle", b"", "answers with 500"),
        (304, "text/turtle", b"", "answers with 304"),
        (200, "text/turtle", b"<urn:a> nonsense", "not valid Turtle"),
        (200, "text/html", b"<p>moved</p>", "comes as text/html"),
        (200, "text/turtle", b"# " + b"x" * (1 << 20), "has more than the 1 MiB"),
        (200, "text/turtle", b"<urn:a> <urn:b> <<( <urn:c> <urn:d> 1 )>> .", "within triples"),
        (200, "application/rdf+xml", HALF_XML, "not valid RDF/XML"),
        (200, "text/turtle", b"", "says nothing, where it said 1 triples"),
        (200, "text/turtle", b'<urn:a> <urn:b> "a"@en--ltr .', "has a direction"),
        (200, "application/ld+json", b'{"@context": "http://127.0.0.1:9/"}', "in hosts of [other]"),
        (200, "application/ld+json", b'{"@context": "/d"}', "name each other"),
        (200, "application/ld+json", b"[" * 100_000, "nested too deeply"),
        (200, "application/ld+json", b'{"@context": "/none"}', "answers with 404"),
        (200, "text/turtle", gzip.compress(b"<urn:a> <urn:b> 2 .")[:-9], "ends too early"),
        (200, "text/turtle", gzip.compress(b"# " + b"x" * (1 << 20)), "has more than the 1 MiB"),
    ],
)
def test_a_source_that_fails_keeps_its_last_good_state(
    root: Path, files: Files, status: int, media_type: str, body: bytes, message: str
) -> None:
    url = files.put("/d", "<urn:a> <urn:b> 1 .")
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url) + "most_mib = 1\n")[0] == 0
    before = read_all(root)
    files.answers["/d"] = (status, {"Content-Type": media_type}, body)
    code, output = harvest(root)
    assert code == 1
    assert message in output
    assert "other   failed   1" in output
    assert read_all(root) == before
    assert len(kept(root)) == 1


def test_what_others_say_in_their_own_way_does_not_end_a_build(root: Path, files: Files) -> None:
    """Neither is wrong in RDF, and nobody here can correct it."""
    turtle = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    <urn:a> <urn:p> "2001Z"^^xsd:gYear, "c. 1900"^^xsd:gYear ; a "text" ."""
    url = files.put("/d.ttl", turtle)
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url))[0] == 0
    assert len(kept(root)) == 3


def test_what_no_release_can_hold_is_found_before_it_is_kept(root: Path) -> None:
    site = open_site(root)
    quad = ox.Quad(
        ox.NamedNode("urn:a"),
        ox.NamedNode("urn:b"),
        ox.Literal("a", language="en", direction=ox.BaseDirection.LTR),
        ox.NamedNode("urn:g"),
    )
    with pytest.raises(SourceError, match="no release can hold") as caught:
        rehearse([quad], Context.empty(), site.iris, "https://other.example.org/d")
    assert caught.value.where == "https://other.example.org/d"


TURTLE_TEXT = b"<urn:a> <urn:b> 1 ."
LINE = f"<urn:a> <urn:b> {ONE}".encode()
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("path", "media_type", "body"),
    [
        ("/d.nq.gz", "application/gzip", gzip.compress(LINE + b" <urn:g> .\n")),
        ("/d.ttl.gz?x=1", "application/octet-stream", gzip.compress(TURTLE_TEXT)),
        ("/d", "text/turtle", gzip.compress(TURTLE_TEXT)),
        ("/d", "text/turtle", BOM + TURTLE_TEXT),
        ("/d", "application/n-triples", BOM + LINE + b" ."),
        ("/d", "application/ld+json", BOM + b'{"@id": "urn:a", "urn:b": 1}'),
        ("/d", "application/ld+json", b'{"@context": "/context", "@id": "urn:a", "b": 1}'),
        ("/d", "application/ld+json", b'[{"@context": ["/two", {}], "@id": "urn:a", "b": 1}]'),
    ],
)
def test_a_document_may_be_packed_and_have_a_mark_and_a_context(
    root: Path, files: Files, path: str, media_type: str, body: bytes
) -> None:
    files.put("/context", '{"@context": {"b": "urn:b"}}', "application/ld+json")
    two = '{"@context": ["context", {"c": {"@id": "urn:c", "@context": "context"}}]}'
    files.put("/two", two, "application/json")
    files.answers[path] = (200, {"Content-Type": media_type}, body)
    code, output = harvest(root, sources=SOURCE.format(kind="rdf", url=files.address + path))
    assert code == 0, output
    found = open_site(root).find_harvest("other")
    assert [str(triple).encode() for triple in found.triples] == [LINE]


def test_a_table_may_be_packed(root: Path, files: Files) -> None:
    table = gzip.compress(b"number,name,opened,site,note\n1,x,,,\n")
    files.answers["/l.csv.gz"] = (200, {"Content-Type": "application/gzip"}, table)
    url = f"{files.address}/l.csv.gz"
    code, output = harvest(root, sources=SOURCE.format(kind="csv", url=url) + CSV)
    assert code == 0, output


def test_half_a_table_keeps_the_last_good_state(root: Path, files: Files) -> None:
    head, row = "number,name,opened,site,note\n", "1,x,,,\n"
    url = files.put("/l.csv", head + row + row.replace("1", "2"), "text/csv")
    assert harvest(root, sources=SOURCE.format(kind="csv", url=url) + CSV)[0] == 0
    before = read_all(root)
    whole = {"Content-Type": "text/csv", "Content-Length": "100"}
    for headers, body in (
        (whole, f'{head}{row}2,"x'),
        (whole, f"{head}{row}2,x,,,"),
        ({"Content-Type": "text/csv"}, head),
    ):
        files.answers["/l.csv"] = (200, headers, body.encode())
        assert harvest(root)[0] == 1
        assert read_all(root) == before


def test_what_says_nothing_any_more_is_taken_if_that_is_wanted(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .")
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url))[0] == 0
    files.put("/d.ttl", "")
    assert "publisher harvest --again other" in harvest(root)[1]
    assert harvest(root, arguments=("--again",))[0] == 0
    assert kept(root) == set()


def test_only_named_servers_are_asked(root: Path, files: Files) -> None:
    with serve() as elsewhere:
        there = elsewhere.put("/d.ttl", "<urn:a> <urn:b> 1 .")
        files.answers["/d"] = (302, {"Location": there}, b"")
        sources = SOURCE.format(kind="rdf", url=f"{files.address}/d")
        code, output = harvest(root, sources=sources)
        assert (code, elsewhere.asked) == (1, [])
        assert "is not a server to be asked" in output
        code, output = harvest(root, sources=f'{sources}hosts = ["{elsewhere.address}/"]\n')
        assert code == 0, output
        catalogue = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
        <urn:d> dcat:distribution [ dcat:downloadURL <{there}> ; dcat:mediaType "text/turtle" ] .
        """
        elsewhere.asked.clear()
        sources = SOURCE.format(kind="dcat", url=files.put("/c", catalogue))
        assert harvest(root, sources=sources)[0] == 1
        assert elsewhere.asked == []


TURTLE = {"Content-Type": "text/turtle"}
TRIPLE_TERM = "<<( <urn:c> <urn:d> 1 )>>"


def test_datasets_of_a_catalogue_that_are_left_out_are_told(root: Path, files: Files) -> None:
    catalogue = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
    <urn:d> dcat:distribution
        [ dcat:downloadURL <{files.put("/d.ttl", "<urn:a> <urn:b> 1 .")}> ;
          dcat:mediaType "Text/Turtle; charset=utf-8" ] ,
        [ dcat:downloadURL "/d.zip" ; dcat:mediaType "text/turtle" ] .
    <urn:e> a dcat:Dataset ."""
    sources = SOURCE.format(kind="dcat", url=files.put("/c", catalogue))
    code, output = harvest(root, sources=sources)
    assert code == 0, output
    assert "other: no file that is read here: <urn:e>" in output
    assert 'other: no address, as dcat:downloadURL must be: "/d.zip"' in output


@pytest.mark.parametrize(
    ("kind", "answer", "message"),
    [
        ("rdf", (302, {"Location": "http://["}, ""), "which is no address"),
        ("dcat", (200, TURTLE, f"<urn:d> dcat:mediaType {TRIPLE_TERM} ."), "within triples"),
        ("dcat", (200, TURTLE, f"<urn:d> dcat:downloadURL {TRIPLE_TERM} ."), "within triples"),
    ],
)
def test_a_bad_answer_is_its_source_s_and_the_others_are_asked(
    root: Path, files: Files, kind: str, answer: tuple[int, dict[str, str], str], message: str
) -> None:
    status, headers, body = answer
    prefix = "@prefix dcat: <http://www.w3.org/ns/dcat#> . "
    files.answers["/bad"] = (status, headers, f"{prefix}{body}".encode())
    bad = SOURCE.format(kind=kind, url=f"{files.address}/bad").replace("[other]", "[bad]")
    good = SOURCE.format(kind="rdf", url=files.put("/d.ttl", "<urn:a> <urn:b> 1 ."))
    code, output = harvest(root, sources=bad + good)
    assert code == 1
    assert f"bad: {files.address}/bad: " in output
    assert message in output
    assert [line.split()[:2] for line in output.splitlines()[1:3]] == [
        ["bad", "failed"],
        ["other", "new"],
    ]


@pytest.mark.parametrize("url", ["http://a..example.org/d", "http://xn--zz-.example/"])
def test_a_server_whose_name_cannot_be_is_its_source_s_error(
    root: Path, files: Files, url: str
) -> None:
    bad = SOURCE.format(kind="rdf", url=url).replace("[other]", "[bad]")
    good = SOURCE.format(kind="rdf", url=files.put("/d.ttl", "<urn:a> <urn:b> 1 ."))
    code, output = harvest(root, sources=bad + good)
    assert (code, f"bad: {url}: " in output) == (1, True), output
    assert "other   new" in output


def test_an_entity_tag_is_sent_again_as_it_came(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .", ETag='"café"')
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url))[0] == 0
    code, output = harvest(root)
    assert (code, "unchanged" in output) == (0, True), output


def test_a_redirect_in_utf_8_is_followed(root: Path, files: Files) -> None:
    files.put("/%C3%BC.ttl", "<urn:a> <urn:b> 1 .")
    files.answers["/d"] = (302, {"Location": "/ü.ttl".encode().decode("latin-1")}, b"")
    code, output = harvest(root, sources=SOURCE.format(kind="rdf", url=f"{files.address}/d"))
    assert code == 0, output


def test_shapes_are_asked_and_their_results_told(root: Path, files: Files) -> None:
    lc = "https://w3id.org/learning-cities/ontology#"
    url = files.put("/d.ttl", f"<https://other.example.org/x> a <{lc}LearningCity> .")
    code, output = harvest(
        root, sources=SOURCE.format(kind="rdf", url=url), arguments=("--report",)
    )
    assert code == 0
    assert "https://other.example.org/x" in output
    assert "A city lies in exactly one country" in output
    assert "correct the member table" not in output
    assert int(output.splitlines()[1].split()[3]) > 0


def test_what_else_there_is_to_know_is_told(root: Path, files: Files) -> None:
    """Tracebacks of a library are not the way to tell it."""
    turtle = f"""PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    <urn:a> <urn:p> "c. 1900"^^xsd:gYear, "many"^^xsd:integer, 1 .
    <{BASE}id/city/ch/bergdorf> <urn:p> 1, 2 ."""
    url = files.put("/d.ttl", turtle)
    code, output = harvest(root, sources=SOURCE.format(kind="rdf", url=url))
    assert code == 0
    assert "other: 2 of 5 triples are about IRIs of this site" in output
    assert "other: 2 values do not fit their datatype, such as" in output
    assert "Traceback" not in output
    assert len(kept(root)) == 3


def test_rdflib_logs_nothing_of_the_data_of_others(
    root: Path, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    turtle = '<urn:a> <urn:p> "many"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    url = files.put("/d.ttl", turtle)
    assert harvest(root, sources=SOURCE.format(kind="rdf", url=url))[0] == 0
    assert not caplog.records


def test_what_a_build_does_about_a_failure_is_told_of_each(root: Path, files: Files) -> None:
    sources = "".join(
        SOURCE.format(kind="rdf", url=files.put(f"/{name}", f"<urn:{name}> <urn:b> 1 .")).replace(
            "[other]", f"[{name}]"
        )
        for name in ("kept", "damaged")
    )
    assert harvest(root, sources=sources)[0] == 0
    (root / "data/harvest/damaged.json").write_text("{}", "utf-8")
    files.answers.clear()
    files.answers["/kept"] = (429, {"Retry-After": "120"}, b"")
    sources += SOURCE.format(kind="rdf", url=f"{files.address}/none")
    code, output = harvest(root, sources=sources)
    assert code == 1
    assert "answers with 429\n  → it asks to wait: 120 seconds" in output
    assert (
        "of kept the last good state is kept, and built with; of other nothing is known yet, and"
        " a build goes without it; of damaged the files are damaged, and a build refuses them"
    ) in output
    words = {line.split()[0]: line.split()[-1] for line in output.splitlines()[1:4]}
    assert words["damaged"] == "damaged"
    assert words["other"] == "never"


def test_a_time_limit_is_told_by_its_key(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        sources = SOURCE.format(kind="rdf", url=url) + "seconds = 1\n"
        code, output = harvest(root, sources=sources)
    assert code == 1
    assert "is not through within the 1 s" in output
    assert "raise seconds in [other]" in output


def test_a_build_refuses_what_was_changed_by_hand(root: Path, files: Files) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .")
    harvest(root, sources=SOURCE.format(kind="rdf", url=url))
    path = next((root / "data/harvest").glob("*.nq"))
    path.write_text(path.read_text("utf-8").replace('"1"', '"2"'), "utf-8")
    with pytest.raises(SourceError, match="is not what was harvested") as caught:
        build(root)
    assert "publisher harvest --again other" in caught.value.remedy
    assert harvest(root, arguments=("--again", "other"))[0] == 0
    assert len(kept(root)) == 1


@pytest.mark.parametrize("value", [7, None, "../../x"])
def test_a_state_that_was_changed_by_hand_is_refused(
    root: Path, files: Files, value: object
) -> None:
    url = files.put("/d.ttl", "<urn:a> <urn:b> 1 .")
    harvest(root, sources=SOURCE.format(kind="rdf", url=url))
    path = root / "data/harvest/other.json"
    state = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**state, "sha256": value}), "utf-8")
    with pytest.raises(SourceError, match="cannot be used") as caught:
        open_site(root).find_harvest("other")
    assert "publisher harvest --again other" in caught.value.remedy


def test_a_source_that_nobody_named(root: Path) -> None:
    code, output = harvest(root)
    assert (code, "names no sources" in output) == (2, True)
    sources = SOURCE.format(kind="rdf", url="http://127.0.0.1:9/")
    code, output = harvest(root, sources=sources, arguments=("nobody",))
    assert (code, "the sources are other" in output) == (2, True)


GOOD = SOURCE.format(kind="rdf", url="https://other.example.org/d.ttl")
TABLE = SOURCE.format(kind="csv", url="https://other.example.org/d.csv") + CSV


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[other", "sources.toml", "not valid TOML"),
        ("kind = 'rdf'", "sources.toml", "not the name of a source"),
        (GOOD.replace("other]", '"Other one"]'), "sources.toml", "not the name of a source"),
        (GOOD.replace('"rdf"', '"ftp"'), "other, kind", "not known here"),
        (GOOD.replace("https://other", "file:///other"), "other, url", "not an address"),
        (GOOD.replace('title = "Another city"\n', ""), "other, title", "is missing"),
        (GOOD.replace("/zero", "/<zero>"), "other, license", "not an address"),
        (GOOD + "sekonds = 1", "other, sekonds", "is no key"),
        (GOOD + "seconds = 0", "other, seconds", "not such a number"),
        (GOOD + "most_mib = '5'", "other, most_mib", "not such a number"),
        (GOOD + "hosts = 'https://a.example.org/'", "other, hosts", "is not a list"),
        (GOOD + "format = 'excel'", "other, format", "not known here"),
        (GOOD.replace('"rdf"', '"construct"'), "other, query", "is missing"),
        (TABLE.replace("{number}", "1"), "other, subject", "not a pattern"),
        (TABLE.replace("schema:Library", "Library"), "other, class", "not a term"),
        (TABLE.replace("rdfs:comment", "rdfs comment"), "columns.note", "not a term"),
        (TABLE.replace('"en"', '"e n"'), "columns.name", "no language tag"),
        (TABLE.replace('"en"', '"en", iri = "{+a}"'), "columns.name", "of two kinds"),
        (TABLE.partition("[other.columns]")[0], "other, columns", "is missing"),
    ],
)
def test_mistakes_in_sources_are_told_with_their_place(text: str, place: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        parse_harvest_sources(text, "data/sources.toml")
    assert place in caught.value.where
    assert caught.value.remedy


def test_sources_may_begin_with_a_mark() -> None:
    assert parse_harvest_sources(f"\ufeff{GOOD}", "x") == parse_harvest_sources(GOOD, "x")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("number,name\n1,x\n", "has no column 'opened'"),
        ("number,name,opened,site,note\n,x,,,\n", "does not say what it is about"),
        ("number,name,opened,site,note\n1,x,,no iri,\n", "makes no IRI"),
        ('number,name,opened,site,note\n1,"x,,,\n', "not a table"),
        ("number,name,opened,site,note\n1,x,,,\n2,x,", "line 3: the row has 3 cells"),
        ("number,name,opened,site,note\n1,x,,,,\n", "line 2: the row has 6 cells"),
        ("number,name,name,opened,site,note\n1,x,y,,,\n", "more than one column 'name'"),
        (
            "number,name,opened,site,note\n1,x,,,\n2,y,c. 1900,,\n",
            "line 3, column opened: 'c. 1900' is no xsd:gYear",
        ),
    ],
)
def test_tables_that_do_not_fit_their_mapping(
    root: Path, files: Files, table: str, message: str
) -> None:
    url = files.put("/l.csv", table, "text/csv")
    code, output = harvest(root, sources=SOURCE.format(kind="csv", url=url) + CSV)
    assert (code, message in output) == (1, True), output
