"""From a file's bytes to a page: every rendering, title and fact, persons left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reading import Read, facts, lost_text, outline, sentences, wrong_slices

from publisher.errors import SourceError
from publisher.page import MAX_BYTES, decode_page
from publisher.profile import PassageKind, normalise_text

PAGES = Path(__file__).parent / "pages"
BODY = """
Vision and Motivation

The town wants everyone to learn.

Plan and Implementation

A round table meets once a month.
"""
WITH_FACTS = "Marrowby, Ireland\n\n{}\n\nA harbour that reads\n" + BODY


@pytest.mark.parametrize(
    ("file", "known"),
    [
        ("bullets.txt", {}),
        ("dashes.txt", {"city": "Marrowby", "country": "ie"}),
        ("run-on.txt", {}),
        ("new-site.txt", {}),
        ("page.html", {}),
    ],
)
def test_every_rendering_gives_the_same_page(read: Read, file: str, known: dict[str, str]) -> None:
    text = (PAGES / file).read_text(encoding="utf-8")
    page = read(text, **known)
    assert (page.city_name, page.country, page.language) == ("Marrowby", "ie", "en")
    assert [s.kind for s in page.sections] == ["overview", "vision", "challenges", "implementation"]
    expected = {
        "overview": [
            "Marrowby is a small port.",
            "It has learned from the sea, and now it learns from its people.",
        ],
        "vision": [
            "By joining the network, the town hopes to find friends.",
            "It wants every child and every grandparent to read.",
        ],
        "challenges": ["Young people leave for bigger towns.", "Too few places to meet."],
        "implementation": [
            "A round table meets once a month.",
            "Its minutes are read aloud in the library.",
        ],
    }
    for kind, texts in expected.items():
        assert [normalise_text(text) for text in sentences(page, kind)] == texts
    headline = page.headline.text if page.headline else None
    assert headline == (None if file == "new-site.txt" else "A harbour that reads together")
    wanted = {} if file == "dashes.txt" else {"population": "12,345", "gdp-city": ""}
    assert facts(page) == wanted
    assert wrong_slices(page) == []
    if file != "page.html":
        assert lost_text(page, text) == []


@pytest.mark.parametrize("form", ["\ufeff{}", "{}\n\n\n", "\n\n{}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_margins_make_no_difference(read: Read, form: str, end: str) -> None:
    text = (PAGES / "bullets.txt").read_text(encoding="utf-8")
    page, plain = read(form.format(text).replace("\n", end)), read(text)
    assert outline(page) == outline(plain)
    assert [p.digest for p in page.all_passages()] == [p.digest for p in plain.all_passages()]


# -- title -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "city", "country"),
    [
        ("Marrowby, Ireland", "Marrowby", "ie"),
        ("Darvaz, Iran, Islamic Republic of", "Darvaz", "ir"),
        ("Agbo (Commune de Lakou 1), Togo", "Agbo (Commune de Lakou 1)", "tg"),
        ("Qasr al Nur\u00a0, United Arab Emirates", "Qasr al Nur", "ae"),
        ("Qasr al\u00a0Nur, United Arab Emirates", "Qasr al Nur", "ae"),
        ("Hexley, United Kingdom of Great Britain and Northern Ireland", "Hexley", "gb"),
        ("Gülpınar, Turkey", "Gülpınar", "tr"),
        ("Gülpınar, Türkiye", "Gülpınar", "tr"),
        ("Velké Jezero, Czech Republic", "Velké Jezero", "cz"),
        ("Haneulbit-gun, Republic of Korea", "Haneulbit-gun", "kr"),
        ("Talek County, Kenya", "Talek County", "ke"),
        ("Новоозёрск, Russian Federation", "Новоозёрск", "ru"),
        ("São Brás, Côte d’Ivoire", "São Brás", "ci"),
        ("MARROWBY, IRELAND", "MARROWBY", "ie"),
        ("Marrowby,Ireland", "Marrowby", "ie"),
    ],
)
def test_city_and_country_are_read_from_the_title(
    read: Read, title: str, city: str, country: str
) -> None:
    page = read(title + "\n" + BODY)
    assert (page.city_name, page.country) == (city, country)
    assert page.title is not None
    assert (page.title.text, page.title.kind) == (title, PassageKind.TITLE)


@pytest.mark.parametrize(
    "above",
    [
        "Home",
        "Home\n\n<",
        "You are viewing an archived web page, collected at some request.\n"
        "The information on this web page may be out of date.\n"
        "Loading media information hide",
        "A place for friends, neighbours and guests",
    ],
)
def test_the_title_need_not_be_the_first_line(read: Read, above: str) -> None:
    text = f"{above}\n\nMarrowby, Ireland\n{BODY}"
    page = read(text)
    assert (page.city_name, page.country) == ("Marrowby", "ie")
    assert len(page.problems) == len(above.replace("\n\n", "\n").split("\n"))
    assert all("left out" in problem.message for problem in page.problems)
    assert lost_text(page, text) == []


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("Marrowbi, Ireland", "no member is called Marrowbi: did you mean Marrowby? Else add it"),
        ("County of Marrowby, Ireland", "no member is called County of Marrowby: did you mean"),
        ("Zzyzx, Ireland", "no member is called Zzyzx: add it, or an alias of the member"),
    ],
)
def test_a_city_that_is_no_member_is_reported_with_near_names(
    read: Read, title: str, message: str
) -> None:
    page = read(f"\n{title}\n{BODY}")
    (problem,) = page.problems
    assert (problem.source, problem.line) == ("page.txt", 2)
    assert problem.message.startswith(message)
    assert problem.message.endswith("data/network/members.csv")


def test_a_city_without_country_is_reported_if_no_single_member_has_the_name(read: Read) -> None:
    (problem,) = read(BODY, city="Hexley").problems
    assert problem.line is None
    assert problem.message.startswith("no country is stated, and no single member is called Hexley")
    assert read(BODY, city="City of Marrowby").problems == ()


def test_a_title_without_country_is_understood_if_the_caller_names_the_city(read: Read) -> None:
    page = read("Marrowby\n" + BODY, city="Marrowby", country="ie")
    assert page.title is not None
    assert (page.title.text, page.country) == ("Marrowby", "ie")
    assert read("Hexley\n" + BODY, city="Hexley").country is None


def test_a_listed_member_needs_no_country_in_its_title(read: Read) -> None:
    page = read("Villa María\n" + BODY)
    assert (page.city_name, page.country) == ("Villa María", "ar")


def test_what_the_table_says_wins_over_the_title(read: Read) -> None:
    page = read("Marrowby Town, Ireland\n" + BODY, city="Marrowby", country="gb")
    assert (page.city_name, page.country) == ("Marrowby", "gb")


@pytest.mark.parametrize("first", ["", "A place to learn\n", "Learning, reading and growing\n"])
def test_a_page_without_title_is_refused_with_the_remedy(read: Read, first: str) -> None:
    with pytest.raises(SourceError, match="no title") as caught:
        read(first + BODY)
    assert caught.value.where == "page.txt"
    assert "--city" in caught.value.remedy
    assert "sources.csv" in caught.value.remedy


def test_a_title_below_the_first_label_is_prose(read: Read) -> None:
    with pytest.raises(SourceError, match="no title"):
        read("  • City population:\n    12,345\n\nMarrowby, Ireland\n" + BODY)


# -- facts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  • City population:\u00a0\n    276,446", {"population": "276,446"}),
        ("  • City population:\u00a0276,446", {"population": "276,446"}),
        ("  • City population:", {"population": ""}),
        ("  • City/Urban area:\n    681,15", {"area": "681,15"}),
        (
            "  • Population Density:\n    Less than 300 inhabitants per km²",
            {"population-density": "Less than 300 inhabitants per km²"},
        ),
        ("  • GDP – city:\n    More than USD 25,000", {"gdp-city": "More than USD 25,000"}),
        ("  • GDP - country:\n    USD$ 27,221", {"gdp-country": "USD$ 27,221"}),
        ("  • City GDP per capita:\n    9,081", {"gdp-city-per-capita": "9,081"}),
        (
            "  • Average number of years of schooling:\n    10.5",
            {"mean-years-of-schooling": "10.5"},
        ),
        ("  • Member since:\n    2017", {"member-since": "2017"}),
        ("  • City award:\n    2019", {"city-award": "2019"}),
        ("  • City population:\n  • City/Urban area:\n    12", {"population": "", "area": "12"}),
        (
            "groups\nCity population\nPopulation Density\n",
            {"population": "", "population-density": ""},
        ),
        ("  • City population:\n\n    276,446", {"population": ""}),
        ("", {}),
    ],
)
def test_facts_are_read_as_printed_and_blank_differs_from_missing(
    read: Read, lines: str, expected: dict[str, str]
) -> None:
    text = WITH_FACTS.format(lines)
    page = read(text)
    assert facts(page) == expected
    assert lost_text(page, text) == []
    assert all(fact.passage.kind is PassageKind.FACT for fact in page.facts)


def test_a_bullet_of_the_prose_that_looks_like_a_label_is_prose(read: Read) -> None:
    text = WITH_FACTS.format("  • City population:\n    9") + (
        "\n  • The 4 policies for the city:\n    First, to read.\n"
    )
    page = read(text)
    assert facts(page) == {"population": "9"}
    assert "The 4 policies for the city:" in sentences(page, "implementation")
    assert lost_text(page, text) == []


@pytest.mark.parametrize(
    "lines",
    [
        "  • Mayor:\n    Odalric Fennimore\n  • City population:\n    9",
        "  • Mayor: Odalric Fennimore\n  • City population:\n    9",
        "  • Mayor:\n    FENNIMORE Mr Odalric\n  • City population:\n    9",
        "  • Focal point:\n    Odalric Fennimore\n  • City population:\n    9",
        "person\nMayor\nOdalric Fennimore\ngroups\nCity population\n9",
        "City population\n9\nFennimore Mr Odalric\n",
        "City population\n9\nDr Odalric Fennimore, Head of Learning\n",
        "  • Mayor:\n\n    Odalric Fennimore\n  • City population:\n    9",
        "Mayor\nperson\nOdalric Fennimore\nCity population\n9",
        "GDP – city\nOdalric Fennimore\nCity population\n9",
        "City population\n9\n\nformat_quote\n“All aboard.”\nOdalric Fennimore, Mayor of Marrowby",
        "City population:\n    9\n  • Mayor:\n    Odalric Fennimore\n    Odalric Fennimore (Ms)",
    ],
)
def test_persons_are_left_out_and_reported(read: Read, lines: str) -> None:
    text = WITH_FACTS.format(lines)
    page = read(text)
    assert not re.search("fennimore|odalric", page.text, re.IGNORECASE)
    assert not any("ennimore" in problem.message for problem in page.problems)
    assert any("person's name" in problem.message for problem in page.problems)
    assert facts(page)["population"] == "9"
    assert lost_text(page, text) == []


@pytest.mark.parametrize("label", ["  • Mayor:", "Mayor", "  • Focal point:\u00a0"])
def test_a_blank_label_for_a_person_takes_nothing_with_it(read: Read, label: str) -> None:
    page = read(WITH_FACTS.format("  • City population:\n    9\n" + label))
    assert page.headline is not None
    assert page.headline.text == "A harbour that reads"
    assert page.problems == ()


def test_a_mayor_in_the_prose_is_no_fact(read: Read) -> None:
    text = WITH_FACTS.format("  • City population:\n    9") + "\nThe mayor opens each meeting.\n"
    assert "The mayor opens each meeting." in sentences(read(text), "implementation")


# -- files that are no page ---------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message", "place", "remedy"),
    [
        (b"", "is empty", "page.txt", "profile page"),
        (b" \n\t\n", "is empty", "page.txt", "profile page"),
        (b"\xef\xbb\xbf", "is empty", "page.txt", "profile page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary", "page.txt", "text or HTML"),
        (b"\x01\x02\x03\x04\x05\x06 Marrowby, Ireland", "binary", "page.txt", "text or HTML"),
        ("Marrowby, Ireland\n".encode("utf-16"), "UTF-16", "page.txt", "iconv -f UTF-16"),
        ("Marrowby, Ireland\nCafé\n".encode("latin-1"), "0xe9", "page.txt, line 2", "iconv"),
        (b"x" * (MAX_BYTES + 1), "2,000,001 bytes", "page.txt", "one page per file"),
        (b"a" * 50_000_000, "50,000,000 bytes", "page.txt", "one page per file"),
    ],
    ids="empty blank bom-only nul control utf-16 latin-1 large 50MB".split(),
)
def test_a_file_that_is_no_page_is_refused(
    data: bytes, message: str, place: str, remedy: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        decode_page(data, "page.txt")
    assert caught.value.where == place
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_mark_is_refused_too(codec: str) -> None:
    with pytest.raises(SourceError):
        decode_page("Marrowby, Ireland\n".encode(codec), "page.txt")


@pytest.mark.parametrize("city", ["Hexley", "Marrowby"])
def test_two_pages_in_one_file_are_refused_where_the_second_begins(read: Read, city: str) -> None:
    first = (PAGES / "bullets.txt").read_text(encoding="utf-8")
    second = first.replace("Marrowby", city)
    with pytest.raises(SourceError, match="second page") as caught:
        read(first + "\n" + second)
    assert caught.value.where == f"page.txt, line {first.count(chr(10)) + 2}"
    assert "file of its own" in caught.value.remedy


@pytest.mark.parametrize("text", ["Marrowby, Ireland", "Marrowby, Ireland\n\nHome\n"])
def test_a_title_alone_is_no_page(read: Read, text: str) -> None:
    with pytest.raises(SourceError, match="nothing below") as caught:
        read(text)
    assert caught.value.remedy


def test_the_title_printed_twice_is_no_second_page(read: Read) -> None:
    text = (PAGES / "bullets.txt").read_text(encoding="utf-8")
    assert read("Marrowby, Ireland\n\n" + text).city_name == "Marrowby"


@pytest.mark.parametrize(("title", "city"), [("!!!, Ireland", None), ("A port", "…")])
def test_a_city_needs_letters_in_its_name(read: Read, title: str, city: str | None) -> None:
    with pytest.raises(SourceError, match="no title"):
        read(title + "\n" + BODY, city=city)


def test_another_city_in_a_list_is_no_second_page(read: Read) -> None:
    text = WITH_FACTS.format("") + "\n  • Hexley, United Kingdom\n  • Talek, Kenya\n"
    assert "Talek, Kenya" in sentences(read(text), "implementation")


@pytest.mark.parametrize(
    "line", ["Mayor Zelda Quux", "Mayor – Zelda Quux", "— Ms Zelda Quux", "Mr Zelda Quux"]
)
def test_person_is_left_out_without_a_label_of_its_own(extract, line):
    profile = extract(
        f"Zedville, Portugal\n\nVision\n\nWe learn together.\n\n{line}\n\nMayors meet here.\n"
    )
    assert "Quux" not in profile.page.text
    assert any("person" in problem.message for problem in profile.problems)
    assert "Mayors meet here." in profile.page.text


def test_signs_that_nobody_sees_do_not_part_words(read: Read) -> None:
    page = read("Marrowby, Ireland\n\nVision\n\nEdu\u00adcation for the\u200b town.\n")
    assert sentences(page, "vision") == ["Education for the town."]


@pytest.mark.parametrize("comma", [",", "،", "，"])
def test_a_title_may_have_the_comma_of_its_script(read: Read, comma: str) -> None:
    page = read(f"Marrowby{comma} Ireland\n" + BODY)
    assert (page.city_name, page.country) == ("Marrowby", "ie")
