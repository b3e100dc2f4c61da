"""Checks that the IRIs in the data lead somewhere."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pyoxigraph as ox

from publisher.check.client import Exchange
from publisher.check.dumps import find_dumps, read_dump
from publisher.check.finding import MUST, SHOULD, Check, Finding, judge, not_there
from publisher.check.target import RDF_ACCEPT, Target

_WEB = ("http://", "https://")
_SHOWN = 3


def find_iris(target: Target) -> list[str]:
    """Returns the IRIs that subjects and objects of the data are, sorted: of the first dump
    that can be read, else from the endpoint as many own ones as it is asked for."""
    for dump in find_dumps(target):
        quads = read_dump(target, dump)
        if quads:
            terms = {t for q in quads for t in (q.subject, q.object)}
            return sorted(t.value for t in terms if isinstance(t, ox.NamedNode))
    if not target.endpoint or not target.uri_space:
        return []
    rows, _ = target.select(
        "SELECT DISTINCT ?s { ?s ?p ?o "
        f"FILTER(STRSTARTS(STR(?s), {json.dumps(target.uri_space)})) }} "
        f"LIMIT {target.sample or 1000}"
    )
    return sorted(row["s"] for row in rows if "s" in row)


def _spread(iris: list[str], most: int) -> list[str]:
    """Returns at most so many, from all over the list; all with 0."""
    step = max(1, -(-len(iris) // most)) if most else 1
    return iris[::step]


def _look_up(target: Target, iris: list[str]) -> tuple[list[str], Exchange | None]:
    dead, shown = [], None
    for iri in iris:
        found = target.client.ask(target.locate(iri), headers={"Accept": RDF_ACCEPT})
        if found.status != 200:
            dead.append(f"<{iri}> {found.summary}")
            shown = shown or found
    return dead, shown


def _own(target: Target) -> Finding:
    own = [i for i in find_iris(target) if target.uri_space and i.startswith(target.uri_space)]
    if not own:
        return not_there("an own IRI")
    looked_at = _spread(own, target.sample)
    dead, shown = _look_up(target, looked_at)
    said = f"{len(looked_at)} of {len(own)} looked up, {len(dead)} dead"
    return judge(not dead, "; ".join([said, *dead[:_SHOWN]]), shown)


def _foreign(target: Target) -> Finding:
    """One IRI of each site that is linked to."""
    if not target.foreign:
        return not_there("a number of foreign links to look up")
    hosts: dict[str, str] = {}
    for iri in find_iris(target):
        if iri.startswith(_WEB) and not iri.startswith((target.base, target.url)):
            hosts.setdefault(urlsplit(iri).netloc, iri)
    if not hosts:
        return not_there("a link to another site")
    looked_at = _spread(sorted(hosts.values()), target.foreign)
    dead, shown = _look_up(target, looked_at)
    said = f"{len(looked_at)} looked up, {len(dead)} dead"
    return judge(not dead, "; ".join([said, *dead[:_SHOWN]]), shown)


CHECKS = (
    Check("own-links", "The IRIs of the dataset lead to documents",
          "https://www.w3.org/DesignIssues/LinkedData.html", MUST, _own),
    Check("foreign-links", "Links to other sites are alive",
          "https://www.w3.org/TR/ld-bp/#LINK", SHOULD, _foreign),
)  # fmt: skip
