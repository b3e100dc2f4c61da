"""publisher link with a reconciliation service: what is linked, left, decided and kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reconciliation_server import serve_places
from small_site import open_site, write_site

from publisher.cli import main
from publisher.sssom import Link

MEMBERS = """city,aliases,country,kind,year_joined,certainty,source_url
Sejong,,KOR,,2022,stated,https://example.org/a
Buan,,KOR,county,2024,stated,https://example.org/a
Lagoa,,PRT,,2017,stated,https://example.org/a
Bikok,,CMR,,2024,stated,https://example.org/a
Firmat,,ARG,,2024,stated,https://example.org/a
Villa María,,ARG,,2017,stated,https://example.org/a
Gyumri,,ARM,,2020,stated,https://example.org/a
Sevan,,ARM,,2020,stated,https://example.org/a
Sisian,,ARM,,2020,stated,https://example.org/a
"""
ENTITY = "https://example.org/entity/"
ASKED = ("--type", "city", "--country-property", "country", "--population-property", "population",
         "--coordinates-property", "coordinates")  # fmt: skip
SEJONG, FIRMAT = "city/kr/sejong", "city/ar/firmat"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["link", *map(str, arguments)], env={"COLUMNS": "200"})


def read(root: Path) -> dict[str, Link]:
    return {link.subject: link for link in open_site(root).links["places.sssom.tsv"].mappings}


def find_doubt(result: Result, subject: str) -> str:
    (line,) = [line for line in result.stderr.splitlines() if f"left: {subject}: " in line]
    return line.partition(f"{subject}: ")[2]


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose members are linked to GeoNames; tests take a copy."""
    root = write_site(tmp_path_factory.mktemp("link") / "site")
    (root / "data/network").mkdir()
    (root / "data/network/members.csv").write_text(MEMBERS, encoding="utf-8")
    assert run("--site", root).exit_code == 0
    return root


@pytest.fixture
def site(linked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(linked, tmp_path / "site"))


@pytest.fixture
def address() -> Iterator[str]:
    with serve_places() as served:
        yield served


def test_what_agrees_in_name_type_and_country_is_linked(site: Path, address: str) -> None:
    result = run("--endpoint", address, "--name", "places", *ASKED, "--site", site)
    assert result.exit_code == 0, result.stderr
    links = read(site)
    assert {s: link.object for s, link in links.items()} == {
        SEJONG: f"{ENTITY}Q1", FIRMAT: f"{ENTITY}Q7",
    }  # fmt: skip
    assert links[FIRMAT].confidence == "0.880"
    assert links[SEJONG].comment == (
        "the service's own match; type: city; country: KR; "
        "population: 394,630 (GeoNames: 394,630); 0 km from GeoNames' position"
    )
    assert "a county may not be the town" in find_doubt(result, "city/kr/buan")
    assert "matches 0 things" in find_doubt(result, "city/pt/lagoa")


def test_what_contradicts_geonames_is_left(site: Path, address: str) -> None:
    result = run("--endpoint", address, "--name", "places", *ASKED, "--site", site)
    assert find_doubt(result, "city/am/sevan") == "another population: 900 (GeoNames: 19,652)"
    assert "km from GeoNames' position" in find_doubt(result, "city/am/sisian")


def test_what_is_of_another_kind_or_elsewhere_is_left_though_the_service_matches_it(
    site: Path,
) -> None:
    with serve_places(careless=True) as address:
        result = run("--endpoint", address, "--name", "places", *ASKED, "--site", site)
    assert set(read(site)) == {SEJONG}
    assert (
        find_doubt(result, "city/ar/villa-maria") == "not of a type that was asked for, but: film"
    )
    assert find_doubt(result, "city/am/gyumri") == "in another country: GE"
    assert "called Bikok Bridge" in find_doubt(result, "city/cm/bikok")


@pytest.mark.parametrize(
    ("asked", "doubt"),
    [
        (ASKED[:2], "the country was not asked for"),
        (ASKED[2:], "no type was asked for; this is: city"),
    ],
)
def test_without_type_or_country_nothing_is_linked(
    site: Path, address: str, asked: tuple[str, ...], doubt: str
) -> None:
    result = run("--endpoint", address, "--name", "places", *asked, "--site", site)
    assert read(site) == {}
    assert find_doubt(result, SEJONG) == doubt


def test_a_service_that_does_not_say_where_things_are_links_nothing(site: Path) -> None:
    with serve_places(extends=False) as address:
        result = run("--endpoint", address, "--name", "places", *ASKED, "--site", site)
    assert read(site) == {}
    assert find_doubt(result, SEJONG) == "the service does not say in which country"


def test_the_rest_is_shown_with_what_the_service_says(site: Path, address: str) -> None:
    assert run("--endpoint", address, "--name", "places", *ASKED, "--site", site).exit_code == 0
    shown = run("review", "--name", "places", "--site", site)
    assert shown.exit_code == 0, shown.stderr
    assert "Q4" in shown.stdout and "Q5" in shown.stdout
    assert "19,652" in shown.stdout
    assert SEJONG not in shown.stdout
    one = run("review", "Sejong", "--name", "places", "--site", site)
    assert "Q1" in one.stdout and "Lagoa" not in one.stdout


def test_a_decision_needs_no_network_and_is_kept(site: Path) -> None:
    why = ("--name", "places", "--reviewer", "Ann", "--comment", "Azores", "--site", site)
    with serve_places() as address:
        assert run("--endpoint", address, "--name", "places", *ASKED, "--site", site).exit_code == 0
        before = open_site(site).links["places.sssom.tsv"].metadata
    assert run("decide", "city/pt/lagoa", "Q5", *why).exit_code == 0
    assert run("decide", "Firmat", "none", *why).exit_code == 0
    assert run("decide", "Sejong", f"{ENTITY}Q1", *why).exit_code == 0
    assert open_site(site).links["places.sssom.tsv"].metadata == before
    with serve_places() as address:
        again = run("--endpoint", address, "--name", "places", *ASKED, "--site", site)
    assert again.exit_code == 0
    links = read(site)
    lagoa = links["city/pt/lagoa"]
    assert (lagoa.object, lagoa.reviewer, lagoa.comment) == (f"{ENTITY}Q5", "Ann", "Azores")
    assert links[FIRMAT].object == "sssom:NoTermFound"
    assert (links[SEJONG].object_label, links[SEJONG].reviewer) == ("Sejong", "Ann")
    assert "city/pt/lagoa" not in again.stderr
    assert set(open_site(site).links) == {
        "geonames.sssom.tsv", "countries.sssom.tsv", "places.sssom.tsv",
    }  # fmt: skip


def test_a_service_is_asked_again_as_its_file_says(site: Path, address: str) -> None:
    assert run("--endpoint", address, "--name", "places", *ASKED, "--site", site).exit_code == 0
    path = site / "data/links/places.sssom.tsv"
    before = path.read_bytes()
    assert run("--name", "places", "--site", site).exit_code == 0
    assert path.read_bytes() == before


def test_a_service_that_is_none_is_refused(site: Path) -> None:
    with serve_places() as address:
        broken = run("--endpoint", f"{address}/broken", "--name", "places", "--site", site)
    gone = run("--endpoint", address, "--name", "places", "--site", site)
    local = run("--endpoint", "file:///etc/passwd", "--name", "places", "--site", site)
    unnamed = run("--endpoint", address, "--site", site)
    assert [r.exit_code for r in (broken, gone, local, unnamed)] == [1, 1, 1, 2]
    assert "version 0.2" in broken.stderr
    assert "cannot be asked" in gone.stderr
    assert not (site / "data/links/places.sssom.tsv").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--name", "places"),
        ("review", "--name", "places"),
        ("decide", "Sejong", "Q1", "--reviewer", "Ann", "--name", "places"),
        ("review", "--name", "countries"),
        ("review", "--name", "../places"),
    ],
)
def test_a_file_that_no_service_has_names_the_remedy(
    linked: Path, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments, "--site", linked)
    assert result.exit_code == 2
    assert "→" in result.stderr
