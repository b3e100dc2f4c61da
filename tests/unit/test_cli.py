"""The commands as a user meets them: results, messages, exit codes, nothing half-written."""

from __future__ import annotations

import csv
import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rdflib import RDF, Graph, URIRef
from small_site import PAGE, write_site

import publisher
from publisher.cli import COMMANDS, main
from publisher.release import open_release
from publisher.vocabulary import LC

CITY = URIRef("https://data.example.org/id/city/ch/bergdorf")


def run(*arguments: str | Path, given: bytes | str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=given)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a release; tests leave it as it is."""
    root = write_site(tmp_path_factory.mktemp("cli") / "site")
    result = run("build", "--site", root)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(root / "build/current")
    assert "1 cities, 1 profiles" in result.stderr
    return root


@pytest.fixture
def page(site: Path) -> Path:
    return site / "data/profiles/bergdorf.txt"


def test_convert_gives_the_graph_on_standard_output(site: Path, page: Path) -> None:
    result = run("convert", "--site", site, page)
    assert result.exit_code == 0
    graph = Graph().parse(data=result.stdout, format="turtle")
    assert (CITY, RDF.type, LC.LearningCity) in graph
    assert graph.value(None, LC.city, CITY) is not None


@pytest.mark.parametrize("name", ["turtle", "trig", "nquads", "ntriples", "rdfxml", "jsonld"])
def test_convert_writes_each_format(site: Path, page: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    assert run("convert", "--site", site, page, "--format", name, "-o", target).exit_code == 0
    assert run("validate", "--site", site, target, "--input", name).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_convert_reads_standard_input_and_is_told_the_city(site: Path) -> None:
    text = PAGE.partition("\n")[2]
    refused = run("convert", "--site", site, "-", given=text)
    assert refused.exit_code == 1
    assert "standard input" in refused.stderr
    assert refused.stdout == ""
    told = ("--city", "Seetal", "--country", "Switzerland")
    result = run("convert", "--site", site, "-", *told, given=text)
    assert result.exit_code == 0, result.stderr
    assert "id/city/ch/seetal" in result.stdout


def test_convert_reports_what_it_left_out_on_standard_error(site: Path) -> None:
    text = PAGE.replace("  • City population:", "  • Mayor:\n    Ms Some One\n  • City population:")
    result = run("convert", "--site", site, "-", given=text)
    assert result.exit_code == 0
    assert "standard input, line" in result.stderr
    assert "Some One" not in result.stdout


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff\xfe\x00PNG", ""),
        (PAGE.encode("utf-16"), "UTF-16"),
        (PAGE.replace("•", "-").replace("lake", "café").encode("latin-1"), "UTF-8"),
        ((PAGE + "\n" + PAGE.replace("Bergdorf", "Seetal")).encode(), "line 12: a second page"),
    ],
    ids=["empty", "binary", "utf-16", "latin-1", "two-pages"],
)
def test_unusable_pages_are_refused_with_a_message(
    site: Path, tmp_path: Path, data: bytes, message: str
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(data)
    target = tmp_path / "out.ttl"
    target.write_text("before")
    result = run("convert", "--site", site, bad, "-o", target)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"error: {bad}" in result.stderr
    assert message in result.stderr
    assert "→" in result.stderr
    assert target.read_text() == "before"


def test_unreadable_paths_and_unwritable_targets(site: Path, page: Path, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt"):
        result = run("convert", "--site", site, path)
        assert result.exit_code == 1
        assert f"error: {path}: cannot be read" in result.stderr
    target = tmp_path / "no" / "out.ttl"
    result = run("convert", "--site", site, page, "-o", target)
    assert result.exit_code == 2
    assert f"error: {target}: cannot be written" in result.stderr


def test_two_pages_of_one_city_are_named(site: Path, page: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(PAGE, encoding="utf-8")
    result = run("convert", "--site", site, page, other)
    assert result.exit_code == 1
    assert f"data/profiles/bergdorf.txt and {other}" in result.stderr


def test_what_one_page_is_about_is_not_said_of_two(site: Path, page: Path) -> None:
    result = run("convert", "--site", site, page, page, "--city", "Seetal")
    assert result.exit_code == 2
    result = run("convert", "--site", site, page, "--country", "Nowhere")
    assert result.exit_code == 2
    assert "'Nowhere' is no country" in result.stderr
    result = run("convert", "--site", site, page, "--city", "???")
    assert result.exit_code == 2
    assert "--city: '???' has neither letters nor digits" in result.stderr


def test_validate_reports_and_says_so_in_its_exit_code(site: Path, tmp_path: Path) -> None:
    good = run("validate", "--site", site)
    assert (good.exit_code, good.stdout.partition(":")[0]) == (0, "Valid")
    bad = tmp_path / "bad.ttl"
    bad.write_text(f"<{CITY}> a <{LC.LearningCity}> .")
    result = run("validate", "--site", site, bad)
    assert result.exit_code == 1
    assert str(CITY) in result.stdout
    assert "schema:containedInPlace" in result.stdout
    assert json.loads(run("validate", "--site", site, bad, "--format", "json").stdout)["violations"]
    turtle = run("validate", "--site", site, bad, "--format", "turtle").stdout
    assert len(Graph().parse(data=turtle, format="turtle"))


def test_validate_names_the_place_of_a_syntax_error(site: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<urn:a> <urn:b> 1 .\n<urn:a> b .")
    result = run("validate", "--site", site, bad)
    assert result.exit_code == 1
    assert f"error: {bad}, line 2" in result.stderr
    result = run("validate", "--site", site, "-", given="x")
    assert result.exit_code == 2
    assert "--input" in result.stderr


def test_query_answers_as_table_csv_json_and_turtle(site: Path) -> None:
    rows = "SELECT ?label { ?city a lc:LearningCity ; rdfs:label ?label }"
    table = run("query", "--site", site, rows).stdout
    assert "Bergdorf" in table
    assert table.splitlines()[-1] == "1 rows"
    text = run("query", "--site", site, rows, "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(text))) == [["label"], ["Bergdorf"]]
    answer = json.loads(run("query", "--site", site, rows, "--format", "json").stdout)
    assert answer["results"]["bindings"][0]["label"]["value"] == "Bergdorf"
    graph = run("query", "--site", site, f"DESCRIBE <{CITY}>").stdout
    assert (CITY, RDF.type, LC.LearningCity) in Graph().parse(data=graph, format="turtle")
    assert run("query", "--site", site, "ASK { ?s a lc:LearningCity }").stdout == "yes\n"
    assert run("query", "--site", site, "ASK { ?s a lc:Nothing }").stdout == "no\n"


def test_query_orders_what_has_no_order(site: Path) -> None:
    values = " ".join(f'{n} "{n}x"' for n in range(1, 40))
    publisher_command = Path(sys.executable).with_name("publisher")
    query = f"SELECT ?v {{ VALUES ?v {{ {values} }} }} ORDER BY ?v"
    done = subprocess.run(  # the engine would end the process over it
        [publisher_command, "query", "--site", site, query, "--format", "csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[1:4] == ["1", "2", "3"]


def test_query_comes_from_a_file_or_standard_input(site: Path, tmp_path: Path) -> None:
    file = tmp_path / "count.rq"
    file.write_text("SELECT (COUNT(?c) AS ?n) { ?c a lc:LearningCity }")
    for result in (
        run("query", "--site", site, file, "--format", "csv"),
        run("query", "--site", site, "-", "--format", "csv", given=file.read_text()),
    ):
        assert result.stdout.split() == ["n", "1"]


@pytest.mark.parametrize(
    ("query", "options", "code", "message"),
    [
        ("SELECT * {", (), 1, "line 1"),
        ("SELECT * { SERVICE <urn:x> {} }", (), 1, "SERVICE"),
        ("DROP ALL", (), 1, "no updates"),
        ("missing.rq", (), 2, "missing.rq: neither a file nor a query"),
        ("ASK {}", ("--format", "csv"), 2, "--format"),
        ("SELECT * {}", ("--format", "turtle"), 2, "--format"),
        ("ASK {}", ("--out", "nowhere"), 1, "publisher build"),
    ],
)
def test_query_errors(
    site: Path, query: str, options: tuple[str, ...], code: int, message: str
) -> None:
    result = run("query", "--site", site, query, *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_init_makes_a_site_that_builds(tmp_path: Path) -> None:
    root = tmp_path / "new"
    assert run("init", root).exit_code == 0
    for table in (root / "data/network").glob("*.csv"):
        header = table.read_text(encoding="utf-8").partition("\n")[0]
        table.write_text(header + "\n", encoding="utf-8")  # the real network takes long
    result = run("build", "--site", root)
    assert result.exit_code == 0, result.stderr
    assert open_release(root / "build").manifest.counts["profiles"] == 0
    again = run("init", root)
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_settings_are_checked_at_the_start(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_PROT", "1")
    result = run("query", "--site", site, "ASK {}")
    assert result.exit_code == 2
    assert "PUBLISHER_PROT" in result.stderr
    assert "did you mean port?" in result.stderr


def test_a_directory_that_is_no_site(tmp_path: Path) -> None:
    result = run("build", "--site", tmp_path)
    assert result.exit_code == 1
    assert "publisher init" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_serve_says_that_the_port_is_taken(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--site", site, "--port", str(port))
    assert result.exit_code == 2
    assert f"127.0.0.1:{port}: cannot listen here" in result.stderr
    assert "--port" in result.stderr


def test_serve_needs_a_release(tmp_path: Path) -> None:
    result = run("serve", "--site", tmp_path)
    assert result.exit_code == 1
    assert "publisher build" in result.stderr


def test_version_and_help_of_every_command() -> None:
    assert publisher.__version__ in run("--version").stdout
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0
        command = main.get_command(click.Context(main), name)
        assert command.help
        options = [option for option in command.params if isinstance(option, click.Option)]
        assert all(option.help for option in options), name
        assert "()" not in result.stdout, "a setting without a default shows an empty one"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["a.ttl"], "put --data before"),
        (["--data", "a.ttl", "--out", "x"], "leave out --site, --out and --store"),
        (["--data", "a.ttl", "--site", "x"], "leave out --site, --out and --store"),
        (["--format", "turtle"], "--data"),
        (["--base", "urn:x"], "--data"),
        (["--data", "-"], "--format"),
        (["--data", "."], "directory"),
        (["--data", "a.ttl", "--format", "n3"], "rdfxml"),
    ],
)
def test_serve_refuses_calls_that_make_no_sense(arguments: list[str], part: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = run("serve", "--port", str(port), *arguments)
    assert result.exit_code == 2
    assert part in result.stderr
