"""Links to GeoNames against `links.csv`, which was annotated by hand before any were made.

`none` says that GeoNames, as far as the packages carry it, does not have the member, or
that nothing in the tables tells which place it is; `a|b` that either entry is right.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.candidates import SAME_AS, Proposal
from publisher.commands.link_geonames import open_gazetteer
from publisher.linking import CITIES_FILE, list_subjects, make_links, propose_links
from publisher.linksets import GEONAMES
from publisher.settings import parse_settings
from publisher.site import Site, load_site
from publisher.sssom import BY_TOOL, Link

ROOT = Path(__file__).parents[2]
GOLD = Path(__file__).with_name("links.csv")
THRESHOLD = 0.8
Linked = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Expected:
    member: str
    predicate: str
    geonames: tuple[str, ...]

    def allows(self, link: tuple[str, str]) -> bool:
        return link[0] == self.predicate and link[1] in self.geonames


@pytest.fixture(scope="module")
def site() -> Site:
    text = (ROOT / "data/site.toml").read_text(encoding="utf-8")
    return load_site(ROOT, parse_settings(text, "site.toml", {}, {}))


@pytest.fixture(scope="module")
def gold(site: Site) -> dict[str, Expected]:
    expected = {}
    with GOLD.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            member = site.members.find(row["member"], row["country"].lower())
            assert member, f"{row['member']} is no member"
            expected[f"city/{member.key}"] = Expected(
                row["member"], row["predicate"], tuple(row["geonames"].split("|"))
            )
    return expected


@pytest.fixture(scope="module")
def proposals(site: Site) -> list[Proposal]:
    return propose_links(list_subjects(site.members), open_gazetteer(site), THRESHOLD)


def read(links: list[Link]) -> Linked:
    return {
        link.subject: (link.predicate, link.object.removeprefix(GEONAMES).rstrip("/"))
        for link in links
    }


def judge(linked: Linked, gold: dict[str, Expected]) -> tuple[list[str], int, int]:
    """The wrong links, how many of the gold standard are linked, and how many should be."""
    found = {subject: linked[subject] for subject in gold if subject in linked}
    wrong = [f"{gold[s].member}: {link}" for s, link in found.items() if not gold[s].allows(link)]
    return wrong, len(found), sum(e.predicate != "none" for e in gold.values())


def test_the_gold_standard_is_what_it_is_said_to_be(gold: dict[str, Expected]) -> None:
    assert len(gold) >= 60
    assert {e.predicate for e in gold.values()} == {SAME_AS, "lc:locatedAt", "none"}


def test_links_made_without_a_person_are_right(
    proposals: list[Proposal], gold: dict[str, Expected]
) -> None:
    linked = read(make_links(proposals))
    wrong, found, possible = judge(linked, gold)
    same = {s: link for s, link in linked.items() if link[0] == SAME_AS}
    assert judge(same, gold)[0] == [], "precision of owl:sameAs is 1"
    assert 1 - len(wrong) / found >= 0.97, wrong
    assert (found - len(wrong)) / possible >= 0.8


def test_the_links_of_the_site_are_right(site: Site, gold: dict[str, Expected]) -> None:
    linked = read([row for row in site.links[CITIES_FILE].mappings if row.object])
    wrong, found, possible = judge(linked, gold)
    assert wrong == []
    assert found / possible >= 0.9


def test_the_link_file_is_what_the_command_makes(site: Site, proposals: list[Proposal]) -> None:
    rows = site.links[CITIES_FILE].mappings
    reviewed = {row.subject for row in rows if row.is_reviewed}
    made = {link for link in make_links(proposals) if link.subject not in reviewed}
    assert {row for row in rows if row.justification == BY_TOOL} == made


def test_what_is_left_open_has_its_doubt_and_nothing_else_has(
    site: Site, proposals: list[Proposal]
) -> None:
    linked = {row.subject for row in site.links[CITIES_FILE].mappings}
    left = {p.subject.name for p in proposals if f"city/{p.subject.key}" not in linked}
    assert {"La Paz", "Kuno Consortium", "Bikok"} <= left
    assert all(p.doubt for p in proposals if p.subject.name in left)
