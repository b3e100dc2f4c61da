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
    merge_reviewed,
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


def test_a_decision_stands_whatever_a_tool_finds_later() -> None:
    found = Link("city/ie/b", "B", "owl:sameAs", "https://sws.geonames.org/9/", "B", BY_TOOL, "0.9")
    gone = Link("city/ie/c", "C", "owl:sameAs", "https://sws.geonames.org/8/", "C", BY_TOOL, "0.9")
    assert set(merge_reviewed((HAND, gone), (found, TOOL))) == {HAND, TOOL}
