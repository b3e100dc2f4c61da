"""Headline, sections, practices, quotation and trailer, as the page form orders them."""

from __future__ import annotations

import pytest
from reading import Read, lost_text, outline, sentences, wrong_slices

TOP = "Marrowby, Ireland\n\n  • City population:\n    9\n\n"
INTRO = "A harbour that reads\n\nMarrowby is a small port.\n\n"
VISION = "Vision and Motivation\n\nThe town wants everyone to learn.\n\n"
PLAN = "Plan and Implementation\n\nA round table meets once a month.\n"


@pytest.fixture
def page(read: Read):
    """Reads a page and checks what holds of every page: nothing lost, slices right."""

    def page(text: str, **known: str):
        found = read(text, **known)
        assert lost_text(found, text) == []
        assert wrong_slices(found) == []
        return found

    return page


# -- headline --------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "A harbour that reads",
        "Marrowby: a harbour that reads",
        "“Reading keeps a harbour young”",
        "‘All aboard’ – 30 years of reading, 7 days a week",
        "MARROWBY, A TOWN THAT READS",
        "A harbour " + "and another harbour " * 12 + "read",
    ],
)
def test_the_headline_is_the_line_without_a_full_stop(page, line: str) -> None:
    found = page(TOP + f"{line}\n\nMarrowby is a small port.\n\n" + VISION + PLAN)
    assert found.headline is not None
    assert found.headline.text == line
    assert sentences(found, "overview") == ["Marrowby is a small port."]


@pytest.mark.parametrize(
    "text",
    ["Marrowby is a small port.\n\n", "", "  • Marrowby is a small port\n\n"],
    ids=["sentence", "nothing", "item"],
)
def test_a_page_may_have_no_headline(page, text: str) -> None:
    found = page(TOP + text + VISION + PLAN)
    assert found.headline is None
    assert bool(sentences(found, "overview")) == bool(text)


def test_no_headline_behind_a_heading(page) -> None:
    found = page(TOP + "Vision and Motivation\n\nA harbour that reads\n\nIt grows.\n\n" + PLAN)
    assert found.headline is None


# -- sections --------------------------------------------------------------------

THEMES = ("sustainability-and-health", "equity-and-inclusion", "decent-work-and-entrepreneurship")


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ["Vision and Motivation", "Challenges and Goals", "Plan and Implementation"],
            ["vision", "challenges", "implementation"],
        ),
        (
            ["VISION & MOTIVATION", "Challenges & Areas of Support", "Plan & implementation"],
            ["vision", "challenges", "implementation"],
        ),
        (["Overview of challenges", "Plan and implementation"], ["challenges", "implementation"]),
        (
            ["Vision and Strategy", "Policies, Plan and Implementation",
             "Sustainability and health", "Equity and inclusion",
             "Decent work and entrepreneurship"],
            ["vision", "implementation", *THEMES],
        ),
        (
            ["Vision", "Policies, plan and implementation", "Sustainability & Health",
             "EQUITY AND INCLUSION", "Decent Work and Entrepreneurship"],
            ["vision", "implementation", *THEMES],
        ),
    ],
    ids=["2015", "2015-signs", "no-vision", "2020", "2023"],
)  # fmt: skip
def test_headings_of_every_generation(page, headings: list[str], expected: list[str]) -> None:
    body = "\n\n".join(f"{heading}\n\nSentence number {i}." for i, heading in enumerate(headings))
    found = page(TOP + INTRO + body + "\n")
    assert outline(found) == [("overview", ""), *zip(expected, headings, strict=True)]
    for i, kind in enumerate(expected):
        inner = next(s for s in found.all_sections() if kind in (s.kind, s.theme))
        assert [p.text for p in inner.passages] == [f"Sentence number {i}."]


def test_themes_stand_within_the_policies(page) -> None:
    body = "Policies, Plan and Implementation\n\nEquity and inclusion\n\n  • Boats for all.\n"
    found = page(TOP + INTRO + VISION + body)
    assert [s.kind for s in found.sections] == ["overview", "vision", "implementation"]
    (theme,) = found.sections[-1].sections
    assert (theme.kind, theme.theme, theme.slug) == (
        "theme", "equity-and-inclusion", "equity-and-inclusion",
    )  # fmt: skip


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_an_empty_section_does_not_swallow_the_next(page, gap: str) -> None:
    body = gap.join(
        ["Vision and Motivation", "Challenges and Goals", "Plan and Implementation", "It goes on."]
    )
    found = page(TOP + INTRO + body + "\n")
    by_kind = {section.kind: section for section in found.sections}
    assert by_kind["vision"].passages == by_kind["challenges"].passages == ()
    assert sentences(found, "implementation") == ["It goes on."]


def test_a_heading_within_a_sentence_is_no_heading(page) -> None:
    found = page(TOP + INTRO + VISION + "Equity and inclusion matter here.\n\n" + PLAN)
    assert "Equity and inclusion matter here." in sentences(found, "vision")


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Axis 1: Boats", "Axis 1: Boats"),
        ("Pillar II – Books", "Pillar II – Books"),
        ("Our harbour school:", "Our harbour school:"),
        ("Boats and books", "Boats and books"),
    ],
)
def test_sub_headings_open_a_part_within_the_section(page, line: str, heading: str) -> None:
    found = page(TOP + INTRO + VISION + PLAN + f"\n{line}\n\n  • Old boats are mended.\n")
    (inner,) = found.sections[-1].sections
    assert (inner.kind, inner.heading) == ("other", heading)
    assert [p.text for p in inner.passages] == ["Old boats are mended."]


def test_a_line_that_leads_into_a_list_is_no_heading_of_it(page) -> None:
    found = page(TOP + INTRO + VISION + PLAN + "\nThe aims are:\n\n  • Boats\n  • Books\n")
    assert found.sections[-1].sections == ()
    assert sentences(found, "implementation")[1:] == ["The aims are:", "Boats", "Books"]


def test_a_sub_heading_may_stand_directly_below_the_text(page) -> None:
    found = page(TOP + INTRO + VISION + PLAN + "Axis 1: Boats\n\n  • Old boats are mended.\n")
    assert [s.heading for s in found.sections[-1].sections] == ["Axis 1: Boats"]


def test_the_same_heading_twice_gives_two_sections(page) -> None:
    part = "\nAxis 1: Boats\n\n  • Boat number {}.\n"
    found = page(TOP + INTRO + VISION + PLAN + part.format(1) + part.format(2))
    assert [s.slug for s in found.sections[-1].sections] == ["axis-1-boats", "axis-1-boats-2"]


# -- good practices ----------------------------------------------------------------


def test_each_practice_has_its_title_and_text(page) -> None:
    body = (
        "Good practices\n\nThe Reading Boat\n\n  • A boat with books.\n\nTea at four\n\n  • Tea.\n"
    )
    found = page(TOP + INTRO + VISION + PLAN + "\n" + body)
    practices = found.sections[-1].sections
    assert [(s.heading, s.kind) for s in practices] == [
        ("The Reading Boat", "good-practice"), ("Tea at four", "good-practice"),
    ]  # fmt: skip
    assert [[p.text for p in s.passages] for s in practices] == [["A boat with books."], ["Tea."]]


def test_a_practice_without_title_is_told_apart_by_its_text(page) -> None:
    body = "Good practices\n\nThe Reading Boat\n\n  • A boat with books.\n\n\n  • Tea for all.\n"
    found = page(TOP + INTRO + VISION + PLAN + "\n" + body)
    titled, untitled = found.sections[-1].sections
    assert (titled.heading, untitled.heading) == ("The Reading Boat", "")
    assert untitled.slug == f"good-practice-{untitled.passages[0].digest}"


def test_a_page_without_good_practices_has_no_such_section(page) -> None:
    assert "good-practices" not in [k for k, _ in outline(page(TOP + INTRO + VISION + PLAN))]


# -- lists, quotation, trailer -------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("  • Boats\n  • Books\n", ["Boats", "Books"]),
        ("- Boats;\n- Books; and\n- Tea.\n", ["Boats;", "Books; and", "Tea."]),
        ("❍ Boats\n❍ Books\n", ["Boats", "Books"]),
        ("1. Boats\n1. Books\n1. Tea\n", ["Boats", "Books", "Tea"]),
        ("  • Boats:\n      ◦ old ones\n      ◦ new ones\n", ["Boats:", "old ones", "new ones"]),
        ("1. Boats\n    They are mended here.\n", ["Boats", "They are mended here."]),
        ("First, boats. Second, books.\n", ["First, boats.", "Second, books."]),
    ],
)
def test_items_become_passages_without_their_bullets(page, lines: str, expected: list[str]) -> None:
    found = page(TOP + INTRO + VISION + "Plan and Implementation\n\n" + lines)
    assert sentences(found, "implementation") == expected


def test_items_within_a_sentence_are_not_lost(page) -> None:
    found = page(TOP + INTRO + VISION + PLAN + "The aims are 1) boats, 2) books and 3) tea.\n")
    joined = " ".join(sentences(found, "implementation"))
    assert joined.endswith("The aims are 1) boats, 2) books and 3) tea.")


def test_a_quotation_that_repeats_the_vision_is_kept_once(page) -> None:
    facts = "groups\nCity population\n9\nMember since\n2019\n\n"
    again = "format_quote\nThe town wants everyone to learn.\n"
    text = "Marrowby, Ireland\n\nMarrowby is a port.\n\n" + VISION + PLAN + "\n" + facts + again
    found = page(text)
    kept = [p.text for p in found.all_passages()]
    assert kept.count("The town wants everyone to learn.") == 1
    assert sentences(found, "vision") == ["The town wants everyone to learn."]
    assert any("repeats" in problem.message for problem in found.problems)


def test_a_quotation_may_stand_before_what_it_repeats(page) -> None:
    facts = "groups\nCity population\n9\nformat_quote\n“Reading is rowing.”\n\n"
    vision = "Vision\n\nReading is rowing. “Reading is rowing.”\n\n"
    found = page("Marrowby, Ireland\n\nA port.\n" + facts + vision + PLAN)
    assert [k for k, _ in outline(found)] == ["overview", "vision", "implementation"]
    own = page("Marrowby, Ireland\n\nA port.\n" + facts + VISION + PLAN)
    assert sentences(own, "quotation") == ["“Reading is rowing.”"]


def test_an_office_below_the_label_of_a_contact_is_no_quotation(page) -> None:
    found = page(TOP + INTRO + VISION + "Contact\n\nLearning Office, Town of Marrowby\n")
    assert "quotation" not in {section.kind for section in found.all_sections()}


def test_a_quotation_of_its_own_is_a_section(page) -> None:
    facts = "groups\nCity population\n9\nformat_quote\nReading is rowing.\n"
    found = page("Marrowby, Ireland\n\nA port.\n\n" + VISION + PLAN + "\n" + facts)
    assert sentences(found, "quotation") == ["Reading is rowing."]


@pytest.mark.parametrize("foot", ["", "\n\nOther cities\n\nHexley"])
def test_the_trailer_is_left_out_and_reported(page, foot: str) -> None:
    trailer = "UIL is not responsible for the content of this city profile."
    found = page(TOP + INTRO + VISION + PLAN + f"\n{trailer}{foot}\n")
    assert not any("UIL" in p.text or "Hexley" in p.text for p in found.all_passages())
    assert len(found.problems) == len([line for line in (trailer + foot).split("\n") if line])


@pytest.mark.parametrize(
    "word", "groups savings school person emoji_events format_quote < ×".split()
)
def test_icon_words_are_no_content(page, word: str) -> None:
    found = page(TOP + INTRO + VISION + f"{word}\n" + PLAN)
    assert word not in [p.text for p in found.all_passages()]
    assert [problem.line for problem in found.problems] == [14]


# -- passages ----------------------------------------------------------------------


def test_a_changed_sentence_changes_only_its_own_passage(page) -> None:
    text = TOP + INTRO + VISION + PLAN
    before = [p.digest for p in page(text).all_passages()]
    after = [p.digest for p in page(text.replace("small port", "large port")).all_passages()]
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_order_does_not_change_what_a_passage_is_called(page) -> None:
    here, there = page(TOP + INTRO + VISION + PLAN), page(TOP + INTRO + PLAN + "\n" + VISION)
    assert {p.digest for p in here.all_passages()} == {p.digest for p in there.all_passages()}


def test_a_repeated_sentence_gets_a_number(page) -> None:
    found = page(TOP + INTRO + VISION + PLAN + "It goes on. It goes on.\nIt goes on.\n")
    digests = [p.digest for p in found.all_passages() if p.text == "It goes on."]
    assert digests[1:] == [f"{digests[0]}-2", f"{digests[0]}-3"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The town’s boats and books.", "The town's boats and books."),
        ("The town´s boats and books.", "The town's boats and books."),
        ("“Boats” and books.", '"Boats" and books.'),
        ("Boats\u00a0and\u202fbooks.", "Boats and books."),
        ("Boats  and books.", "Boats and books."),
        ("A well‐read town.", "A well-read town."),
        ("Five km² of ﬁelds.", "Five km2 of fields."),
    ],
)
def test_typing_habits_make_no_other_passage(page, one: str, other: str) -> None:
    text = TOP + INTRO + VISION + "Plan and Implementation\n\n{}\n"
    (first,) = page(text.format(one)).sections[-1].passages
    (second,) = page(text.format(other)).sections[-1].passages
    assert first.digest == second.digest
    assert (first.text, second.text) == (one, other)
