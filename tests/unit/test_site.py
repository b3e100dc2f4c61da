"""A site's own files: each mistake of a curator is named with file, place and remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, Literal, URIRef
from small_site import open_site, write_site

from publisher.build import read_context
from publisher.errors import SourceError
from publisher.settings import Settings
from publisher.site import Site, load_site
from publisher.vocabulary import LC

TOPIC = (
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    "<id/topic/boats> a skos:Concept ; skos:inScheme <id/scheme/topic>"
)
FILE = "ontology/concepts/mine.ttl"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small site of its own for each test, which breaks it."""
    return write_site(tmp_path / "site")


def test_a_directory_without_ontology_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is no site") as caught:
        load_site(tmp_path, Settings())
    assert caught.value.where == str(tmp_path)
    assert "publisher init" in caught.value.remedy


@pytest.mark.parametrize(
    ("turtle", "place"),
    [
        (TOPIC + " ;;; nonsense", "line 2"),
        (TOPIC + ' ; skos:prefLabel "boats"@en', "line 2"),
        (TOPIC + " .\n<id/topic/b> a unknown:Thing .", "line 3"),
        ("\x00\x01", "line 1"),
    ],
    ids=["nonsense", "unfinished", "prefix", "binary"],
)
def test_broken_turtle_is_named_with_its_line(small: Path, turtle: str, place: str) -> None:
    (small / FILE).write_text(turtle)
    with pytest.raises(SourceError) as caught:
        _ = open_site(small).concepts
    assert caught.value.where.startswith(FILE)
    assert place in caught.value.where
    assert caught.value.remedy


@pytest.mark.parametrize("label", ["", ' ; skos:prefLabel "bateaux"@fr', ' ; skos:altLabel "b"@en'])
def test_a_concept_without_english_label_is_named(small: Path, label: str) -> None:
    (small / FILE).write_text(TOPIC + label + " .")
    with pytest.raises(SourceError) as caught:
        _ = open_site(small).concepts
    assert "id/topic/boats" in str(caught.value)
    assert FILE in caught.value.where
    assert "prefLabel" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "data", "where"),
    [
        ("data/profiles/sources.csv", "file\n", "data/profiles/sources.csv, row 1"),
        ("data/profiles/sources.csv", b"\xff\xfe", "data/profiles/sources.csv"),
        ("data/profiles/sources.csv", "file\n".encode("utf-16-le"), "data/profiles/sources.csv"),
        ("data/network/members.csv", b"city\r\n\xe9", "data/network/members.csv, line 2"),
        ("data/network/members.csv", "city\n", "data/network/members.csv, row 1"),
        ("data/network/country-names.csv", "x\n", "data/network/country-names.csv, row 1"),
    ],
)
def test_a_broken_table_is_named(small: Path, file: str, data: str | bytes, where: str) -> None:
    path = small / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    site = open_site(small)
    with pytest.raises(SourceError) as caught:
        _ = site.sources, site.members, site.countries
    assert caught.value.where == where
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("table", "text", "column"),
    [
        (
            "members",
            "city,aliases,country,kind,year_joined,certainty,source_url\n"
            "Bergdorf,,Switzerland,,2021,stated,\n",
            "year_joined",
        ),
        ("awards", "year,city,country,source_url\n2021,Bergdorf,Switzerland,\n", "year"),
    ],
)
def test_tables_tell_of_no_year_after_the_day_on_which_a_site_is_read(
    small: Path, table: str, text: str, column: str
) -> None:
    (small / "data/network").mkdir()
    (small / f"data/network/{table}.csv").write_text(text)
    assert getattr(load_site(small, Settings(), dt.date(2021, 1, 1)), table)
    with pytest.raises(SourceError, match="'2021' is no year") as caught:
        getattr(load_site(small, Settings(), dt.date(2020, 12, 31)), table)
    assert caught.value.where == f"data/network/{table}.csv, row 2, column {column}"


def test_a_source_of_a_page_that_is_missing_is_named(small: Path) -> None:
    (small / "data/profiles/bergdorf.txt").unlink()
    with pytest.raises(SourceError, match=r"bergdorf\.txt") as caught:
        _ = open_site(small).sources
    assert caught.value.where == "data/profiles/sources.csv"


def test_a_directory_in_place_of_a_page_is_named(small: Path) -> None:
    (small / "data/profiles/other.txt").mkdir()
    with pytest.raises(SourceError, match="cannot be read") as caught:
        open_site(small).pages()
    assert caught.value.where == "data/profiles/other.txt"


def test_a_context_that_is_no_json_is_named(small: Path) -> None:
    (small / "ontology/context.jsonld").write_text("{")
    with pytest.raises(SourceError) as caught:
        read_context(open_site(small))
    assert "ontology/context.jsonld" in caught.value.where


def test_a_further_vocabulary_is_read_and_a_missing_one_named(small: Path) -> None:
    settings = Settings(lexicons=("more.ttl",))
    with pytest.raises(SourceError) as caught:
        _ = load_site(small, settings).lexicon
    assert caught.value.where == "more.ttl"
    more = TOPIC.replace("topic/boats", "x/knots") + ' ; skos:prefLabel "knots"@en .'
    (small / "more.ttl").write_text(more)
    (match,) = load_site(small, settings).lexicon.match("Tie a knot.", "en")
    assert match.scheme == "topic"


def test_pages_come_sorted_with_what_the_table_says(small: Path) -> None:
    (small / "data/profiles/a.html").write_text("<h1>x</h1>")
    (small / "data/profiles/notes.md").write_text("no page")
    first, second = open_site(small).pages()
    assert (first.path.name, first.known) == ("a.html", None)
    assert second.known is not None
    assert second.known.address == "https://example.org/bergdorf"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("City of Wyndham, Australia", "au/wyndham"),
        ("Wyndham City Council, Australia", "au/wyndham"),
        ("Sejong-si, Republic of Korea", "kr/sejong"),
        ("Sejong Metropolitan City, Republic of Korea", "kr/sejong"),
        ("Gwanak, Republic of Korea", "kr/gwanak-gu"),
        ("Gwanak District, Republic of Korea", "kr/gwanak-gu"),
        ("Buan-gun, Republic of Korea", "kr/buan"),
        ("Buan County, Republic of Korea", "kr/buan"),
        ("Kilifi, Kenya", "ke/kilifi-county"),
        ("Emirate of Sharjah, United Arab Emirates", "ae/sharjah"),
        ("Bahirdar, Ethiopia", "et/bahir-dar"),
        ("Ciudad de México, Mexico", "mx/mexico-city"),
        ("Ville de Liège, Belgium", "be/liege"),
        ("Município da Batalha, Portugal", "pt/batalha"),
    ],
)
def test_a_page_that_writes_the_name_otherwise_is_the_members(
    site: Site, title: str, key: str
) -> None:
    page = f"{title}\n\nVision and Motivation\n\nThe town wants everyone to learn.\n"
    converted = site.convert(page.encode(), "page.txt")
    assert str(converted.profile.key) == key
    assert converted.problems == ()
    network = converted.graphs[site.iris.graph("network")]
    city = site.iris.city(converted.profile.key)
    assert list(network.subjects(RDF.type, LC.LearningCity)) == [city]
    assert network.value(city, RDFS.label) == Literal(
        site.members.claims(converted.profile.key)[0].name, lang="en"
    )


@pytest.mark.parametrize(
    ("title", "near"),
    [
        ("Kilifi Town, Kenya", "Kilifi County"),
        ("Sharjah City, United Arab Emirates", "Sharjah"),
        ("Cork County, Ireland", "Cork"),
        ("María, Argentina", "Villa María"),
        ("Escobedo, Mexico", "General Escobedo"),
    ],
)
def test_a_page_of_another_place_of_the_name_is_reported(site: Site, title: str, near: str) -> None:
    page = f"{title}\n\nVision and Motivation\n\nThe town wants everyone to learn.\n"
    converted = site.convert(page.encode(), "page.txt")
    assert site.members.claims(converted.profile.key) == ()
    (problem,) = converted.problems
    assert (problem.line, f"did you mean {near}?" in problem.message) == (1, True)


def test_a_site_without_members_reports_nobody_as_none(small: Path) -> None:
    site = open_site(small)
    (page,) = site.pages()
    assert site.convert(page.data, "bergdorf.txt", page.known).problems == ()


def test_cities_of_the_tables_need_no_page(site: Site) -> None:
    graph = site.network()
    cities = set(graph.subjects(RDF.type, LC.LearningCity))
    assert len(cities) > 200
    assert URIRef(site.settings.base_iri + "id/city/kr/sejong") in cities
    years = list(graph.objects(None, LC.memberSince))
    assert all(isinstance(year, Literal) for year in years)
