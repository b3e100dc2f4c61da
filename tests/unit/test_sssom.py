"""Link files: what a row says, the place of every mistake, and that writing loses nothing."""

from __future__ import annotations

import pytest

from publisher.errors import SourceError
from publisher.sssom import (
    BY_HAND,
    BY_TOOL,
    NO_TERM,
    Link,
    MappingSet,
    parse_sssom,
    write_sssom,
)

COLUMNS = (
    "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification"
    "\treviewer_label\tmapping_date\tconfidence\tmatch_string\tcomment\n"
)
HEAD = "#curie_map:\n#  geonames: https://sws.geonames.org/\n#license: x\n" + COLUMNS
ROW = "id:city/ie/a\tA\towl:sameAs\tgeonames:1/\tA\tsemapv:CompositeMatching\t\t\t0.98\tA\tname\n"
TOOL = Link("city/ie/a", "A", "owl:sameAs", "https://sws.geonames.org/1/", "A", BY_TOOL, "0.98")
HAND = Link(
    "city/ie/b", "B", "lc:locatedAt", NO_TERM, "", BY_HAND, "1.0", "", "no town", "Ann",
    "2026-11-23",
)  # fmt: skip


def test_a_row_is_a_link() -> None:
    (link,) = parse_sssom(HEAD + ROW, "x.sssom.tsv").mappings
    assert (link.subject, link.predicate, link.object) == (
        "city/ie/a", "owl:sameAs", "https://sws.geonames.org/1/",
    )  # fmt: skip
    assert (link.confidence, link.match, link.comment) == ("0.98", "A", "name")
    assert not link.is_reviewed


def test_what_is_written_is_read_again() -> None:
    prefixes = {"geonames": "https://sws.geonames.org/"}
    before = MappingSet({"license": "x", "publication_date": "2026-11-23"}, prefixes, (HAND, TOOL))
    text = write_sssom(before, "https://data.example.org/")
    after = parse_sssom(text, "x")
    assert set(after.mappings) == {HAND, TOOL}
    assert after.metadata == before.metadata
    assert write_sssom(after, "https://data.example.org/") == text
    assert "#  id: https://data.example.org/id/" in text.splitlines()


def test_a_modifier_that_is_unknown_is_refused() -> None:
    head = HEAD.replace("predicate_id", "predicate_id\tpredicate_modifier")
    with pytest.raises(SourceError) as caught:
        parse_sssom(head + ROW.replace("owl:sameAs", "owl:sameAs\tnot"), "x.sssom.tsv")
    assert caught.value.where == "x.sssom.tsv, row 5, column predicate_modifier"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("id:city/ie/a", "city:ie/a", "row 5, column subject_id"),
        ("owl:sameAs", "owl:equal", "row 5, column predicate_id"),
        ("geonames:1/", "osm:1", "row 5, column object_id"),
        ("0.98", "98 %", "row 5, column confidence"),
        ("0.98", "1.5", "row 5, column confidence"),
        ("semapv:CompositeMatching", "guess", "row 5, column mapping_justification"),
        ("semapv:CompositeMatching\t\t", "semapv:ManualMappingCuration\t\t", "reviewer_label"),
        ("CompositeMatching\t\t\t", "CompositeMatching\tAnn\t\t", "row 5, column reviewer_label"),
        ("CompositeMatching\t\t\t", "CompositeMatching\t\t23.11.\t", "column mapping_date"),
        ("predicate_id\t", "predicate\t", "row 4"),
    ],
)
def test_a_mistake_names_row_and_column(old: str, new: str, place: str) -> None:
    text = (HEAD + ROW).replace(old, new)
    assert text != HEAD + ROW
    with pytest.raises(SourceError) as caught:
        parse_sssom(text, "x.sssom.tsv")
    assert place in caught.value.where
    assert caught.value.remedy


def test_the_same_link_twice_is_refused() -> None:
    with pytest.raises(SourceError, match="twice") as caught:
        parse_sssom(HEAD + ROW + ROW, "x.sssom.tsv")
    assert "row 6" in caught.value.where


def test_a_row_with_not_is_read_and_written_as_a_denial() -> None:
    head = HEAD.replace("predicate_id", "predicate_id\tpredicate_modifier")
    text = head + ROW.replace("owl:sameAs", "owl:sameAs\tNot")
    mappings = parse_sssom(text, "x")
    (link,) = mappings.mappings
    assert link.negated
    again = write_sssom(mappings, "https://data.example.org/")
    assert parse_sssom(again, "x").mappings == (link,)
    assert "predicate_modifier" not in write_sssom(MappingSet({}, {}, (HAND,)), "https://e.org/")


def test_what_is_asserted_and_denied_is_refused() -> None:
    head = HEAD.replace("predicate_id", "predicate_id\tpredicate_modifier")
    rows = [ROW.replace("owl:sameAs", f"owl:sameAs\t{modifier}") for modifier in ("", "Not")]
    with pytest.raises(SourceError, match="twice"):
        parse_sssom(head + "".join(rows), "x")


def test_columns_that_are_not_known_are_kept() -> None:
    text = HEAD.replace("comment\n", "comment\tzeal\tauthor_id\n")
    text += ROW.replace("name\n", "name\t\torcid:0000-0001\n")
    mappings = parse_sssom(text, "x")
    assert mappings.mappings[0].further == (("author_id", "orcid:0000-0001"),)
    again = write_sssom(mappings, "https://data.example.org/")
    assert parse_sssom(again, "x").mappings == mappings.mappings
    table = [line.split("\t") for line in again.splitlines() if not line.startswith("#")]
    assert table[0][-1] == "author_id", "an empty column is not"
    assert table[1][-1] == "orcid:0000-0001"


def test_more_cells_than_columns_are_refused() -> None:
    with pytest.raises(SourceError, match="more cells") as caught:
        parse_sssom(HEAD + ROW.replace("\n", "\tx\n"), "x.sssom.tsv")
    assert caught.value.where == "x.sssom.tsv, row 5"


@pytest.mark.parametrize("indent", ["", " "])
def test_lists_in_the_metadata_are_kept(indent: str) -> None:
    head = ["curie_map:", "  geonames: https://sws.geonames.org/", "creator_id:",
            "  - orcid:0000-0001", "  - orcid:0000-0002", "license: x"]  # fmt: skip
    text = "".join(f"#{indent}{line}\n" for line in head) + COLUMNS + ROW
    mappings = parse_sssom(text, "x")
    assert mappings.prefixes == {"geonames": "https://sws.geonames.org/"}
    assert mappings.metadata["license"] == "x"
    again = write_sssom(mappings, "https://data.example.org/")
    assert "#creator_id:\n#  - orcid:0000-0001\n#  - orcid:0000-0002\n#license: x\n" in again
