"""Link files over several runs: what persons decided stands, what the file says is kept."""

from __future__ import annotations

from dataclasses import replace

from publisher.linking import (
    find_decided,
    keep_reviewed,
    merge_reviewed,
    replace_decision,
    update_file,
)
from publisher.sssom import BY_HAND, BY_TOOL, NO_TERM, Link, MappingSet

ENTRY = "https://sws.geonames.org/1/"
FOUND = Link("city/ie/a", "A", "owl:sameAs", ENTRY, "A", BY_TOOL, "0.98")
NOTHING = Link("city/ie/b", "B", "owl:sameAs", NO_TERM, "", BY_HAND, "1.0", reviewer="Ann")
DENIAL = Link(
    "city/ie/a", "A", "owl:sameAs", ENTRY, "A", BY_HAND, "1.0", reviewer="Ann", negated=True
)
OTHER = Link(
    "city/ie/a", "A", "owl:sameAs", "https://sws.geonames.org/2/", "A", BY_HAND, "1.0",
    reviewer="Bob",
)  # fmt: skip


def test_a_decision_stands_whatever_a_tool_finds_later() -> None:
    found = Link("city/ie/b", "B", "owl:sameAs", ENTRY, "B", BY_TOOL, "0.9")
    gone = Link("city/ie/c", "C", "owl:sameAs", ENTRY, "C", BY_TOOL, "0.9")
    assert set(merge_reviewed((NOTHING, gone), (found, FOUND))) == {NOTHING, FOUND}


def test_what_a_person_denied_is_not_linked_again_and_still_to_be_decided() -> None:
    located = Link("city/ie/a", "A", "lc:locatedAt", ENTRY, "A", BY_TOOL, "0.9")
    rows = merge_reviewed((DENIAL,), (FOUND,))
    assert rows == (DENIAL,)
    assert find_decided(rows) == frozenset()
    assert set(merge_reviewed((DENIAL,), (located,))) == {DENIAL, located}, "not what was denied"


def test_a_decision_replaces_all_but_what_was_denied_of_others() -> None:
    assert set(replace_decision((DENIAL, FOUND, NOTHING), OTHER)) == {DENIAL, OTHER, NOTHING}
    affirmed = Link("city/ie/a", "A", "owl:sameAs", ENTRY, "A", BY_HAND, "1.0", reviewer="Bob")
    assert set(replace_decision((DENIAL, OTHER), affirmed)) == {affirmed}


def test_what_a_person_says_of_a_country_adds_to_its_codes_or_denies_them() -> None:
    code = Link("country/ie", "Ireland", "owl:sameAs", ENTRY, "Ireland", BY_TOOL, "1.0")
    more = Link(
        "country/ie", "Ireland", "owl:sameAs", "http://www.wikidata.org/entity/Q27", "",
        BY_HAND, "1.0", reviewer="Ann",
    )  # fmt: skip
    denial = replace(code, justification=BY_HAND, reviewer="Ann", negated=True)
    assert set(keep_reviewed((more, code), (code,))) == {more, code}
    assert set(keep_reviewed((denial,), (code,))) == {denial}


def test_a_file_keeps_what_else_it_says_and_its_date_if_nothing_changed() -> None:
    old = MappingSet(
        {"creator_label": "Ann", "publication_date": "2026-01-01", "license": "x"},
        {"wikidata": "http://www.wikidata.org/entity/"},
        (FOUND,),
    )
    same = update_file(old, (FOUND,), {"license": "x"}, {"geonames": "https://g/"}, "2026-02-02")
    assert same.metadata == old.metadata
    assert same.prefixes == {**old.prefixes, "geonames": "https://g/"}
    more = update_file(old, (FOUND, NOTHING), {"license": "x"}, {}, "2026-02-02")
    assert more.metadata == {**old.metadata, "publication_date": "2026-02-02"}
