"""publisher link, from the tables to a release: what is linked, left, decided and kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_site import open_site, write_site

from publisher.cli import main
from publisher.gazetteer import Place, list_other_names
from publisher.release import open_release
from publisher.sssom import BY_HAND, Link, MappingSet, write_sssom

MEMBERS = """city,aliases,country,kind,year_joined,certainty,source_url,note
Sejong,,KOR,,2022,stated,https://example.org/a,
Buan,,KOR,county,2024,stated,https://example.org/a,
Lagoa,,PRT,,2017,stated,https://example.org/a,the one in the Azores
Bikok,,CMR,,2024,stated,https://example.org/a,
Firmat,,ARG,,2024,stated,https://example.org/a,
"""
GEONAMES = "https://sws.geonames.org/"
WIKIDATA = "http://www.wikidata.org/entity/"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["link", *map(str, arguments)], env={"COLUMNS": "200"})


def read(root: Path, file: str = "geonames.sssom.tsv") -> dict[str, Link]:
    return {link.subject: link for link in open_site(root).links[file].mappings}


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose members are linked; tests that change it take a copy."""
    root = write_site(tmp_path_factory.mktemp("link") / "site")
    (root / "data/network").mkdir()
    (root / "data/network/members.csv").write_text(MEMBERS, encoding="utf-8")
    result = run("--site", root)
    assert result.exit_code == 0, result.stderr
    assert "3 of 5 members linked or decided" in result.stderr
    return root


@pytest.fixture
def site(linked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(linked, tmp_path / "site"))


def test_what_is_beyond_doubt_is_linked_with_its_reasons(linked: Path) -> None:
    links = read(linked)
    assert set(links) == {"city/kr/sejong", "city/kr/buan", "city/ar/firmat"}
    buan = links["city/kr/buan"]
    assert (buan.predicate, buan.object) == ("owl:sameAs", f"{GEONAMES}1838721/")
    assert buan.match == "Buan-gun"
    assert "the only unit of level 2 of the name" in buan.comment
    assert not buan.is_reviewed


def test_the_rest_is_shown_side_by_side(linked: Path) -> None:
    shown = run("review", "--site", linked)
    assert shown.exit_code == 0, shown.stderr
    assert "city/cm/bikok" in shown.stdout
    assert "3372965" in shown.stdout and "2267254" in shown.stdout
    assert "may be meant as well" in shown.stdout
    assert "city/kr/sejong" not in shown.stdout
    assert "the one in the Azores" in shown.stdout
    assert "the score says how well the name fits" in shown.stderr


def test_linking_again_changes_nothing(site: Path) -> None:
    before = {path: path.read_bytes() for path in (site / "data/links").iterdir()}
    assert len(before) == 3
    assert run("--site", site).exit_code == 0
    assert {path: path.read_bytes() for path in (site / "data/links").iterdir()} == before


def test_a_decision_is_kept(site: Path) -> None:
    why = ("--reviewer", "Ann", "--comment", "Azores", "--site", site)
    assert run("decide", "city/pt/lagoa", "3372965", *why).exit_code == 0
    assert run("decide", "Firmat", "none", *why).exit_code == 0, "also against what was linked"
    assert run("--site", site).exit_code == 0
    links = read(site)
    lagoa = links["city/pt/lagoa"]
    assert (lagoa.object, lagoa.reviewer) == (f"{GEONAMES}3372965/", "Ann")
    assert links["city/ar/firmat"].object == "sssom:NoTermFound"
    assert "city/pt/lagoa" not in run("review", "--site", site).stdout


def test_what_a_person_wrote_into_a_row_is_kept_and_a_denial_too(site: Path) -> None:
    file = open_site(site).links["geonames.sssom.tsv"]
    firmat = next(row for row in file.mappings if row.subject == "city/ar/firmat")
    more = {"justification": BY_HAND, "reviewer": "Ann", "further": (("author_id", "orcid:1"),)}
    denial = replace(firmat, negated=True, **more)
    elsewhere = replace(firmat, subject="city/pt/lagoa", object=f"{WIKIDATA}Q1", **more)
    rows = (*(row for row in file.mappings if row is not firmat), denial, elsewhere)
    by_hand = MappingSet(
        {**file.metadata, "creator_label": "Ann"}, {**file.prefixes, "wikidata": WIKIDATA}, rows
    )
    path = site / "data/links/geonames.sssom.tsv"
    path.write_text(write_sssom(by_hand, "https://data.example.org/"), encoding="utf-8")
    assert run("--site", site).exit_code == 0
    links = read(site)
    assert links["city/ar/firmat"] == denial
    assert links["city/pt/lagoa"] == elsewhere
    assert open_site(site).links["geonames.sssom.tsv"].metadata["creator_label"] == "Ann"
    assert "denied by Ann" in run("review", "--site", site).stdout


@pytest.mark.parametrize(
    "arguments",
    [("decide", "Atlantis", "1"), ("decide", "Lagoa", "1"), ("decide", "Lagoa", "the Azores")],
)
def test_a_decision_names_a_member_and_a_place(linked: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--reviewer", "Ann", "--site", linked)
    assert result.exit_code == 2
    assert "→" in result.stderr


def test_a_release_has_links_and_facts_in_graphs_of_their_own(linked: Path, tmp_path: Path) -> None:
    built = CliRunner().invoke(main, ["build", "--site", str(linked), "--out", str(tmp_path)])
    assert built.exit_code == 0, built.stderr
    store = open_release(tmp_path).store()
    query = """SELECT ?graph ?place WHERE {
        GRAPH ?graph { ?city owl:sameAs|geo:hasGeometry ?place }
        FILTER(STRENDS(STR(?city), "/city/kr/sejong"))
    }"""
    base = "https://data.example.org/"
    assert {(row["graph"].value, row["place"].value) for row in store.query(query)} == {
        (f"{base}graph/links", f"{GEONAMES}11523293/"),
        (f"{base}graph/geonames", f"{base}id/geometry/kr/sejong"),
    }
    files = """SELECT ?file WHERE {
        GRAPH ?catalog {
            ?graph prov:wasDerivedFrom ?file . ?file a <https://w3id.org/sssom/MappingSet>
        }
        FILTER(STRENDS(STR(?graph), "/graph/geonames"))
    }"""
    stated = {file.metadata["mapping_set_id"] for file in open_site(linked).links.values()}
    assert {row["file"].value for row in store.query(files)} == stated


def test_a_link_of_what_the_site_does_not_have_stops_a_build(site: Path, tmp_path: Path) -> None:
    members = site / "data/network/members.csv"
    members.write_text(MEMBERS.replace("Firmat", "Rosario"), encoding="utf-8")
    built = CliRunner().invoke(main, ["build", "--site", str(site), "--out", str(tmp_path / "out")])
    assert built.exit_code == 1
    assert "data/links/geonames.sssom.tsv, row 1" in built.stderr
    assert "the site has no city/ar/firmat" in built.stderr
    assert "→" in built.stderr


def test_links_that_cannot_be_meant_stop_a_build(site: Path, tmp_path: Path) -> None:
    file = open_site(site).links["geonames.sssom.tsv"]
    buan, firmat, sejong = sorted(file.mappings, key=lambda row: row.subject_label)
    rows = (
        replace(buan, object=sejong.object),
        replace(firmat, object=f"{GEONAMES}firmat/"),
        replace(firmat, predicate="skos:exactMatch"),
        sejong,
    )
    path = site / "data/links/geonames.sssom.tsv"
    path.write_text(write_sssom(replace(file, mappings=rows), "https://data.example.org/"))
    built = CliRunner().invoke(main, ["build", "--site", str(site), "--out", str(tmp_path / "out")])
    assert built.exit_code == 1
    assert "is one member at most" in built.stderr
    assert "its number and a slash" in built.stderr
    assert "Only concepts match others" in built.stderr


def test_the_names_that_people_have_for_a_place_are_kept(linked: Path) -> None:
    places = {place.geonames: place for place in open_site(linked).places}
    sejong = places["11523293"].names
    assert {"세종", "Сежон", "世宗", "Yeongi"} <= set(sejong)
    assert not {"Sejong", "sejonga", "shi zong", "sejoniግ"} & set(sejong)
    assert list(sejong) == sorted(sejong)


def test_a_code_of_an_airport_is_no_name() -> None:
    place = Place(1, "Cairo", ("CAI", "Masr", "HCMC", "alqahrt", "ڈrysڈn", "Cairo"), "eg", 0)
    assert list_other_names(place) == ("HCMC", "Masr")
