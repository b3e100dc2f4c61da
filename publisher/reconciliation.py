"""A client of the Reconciliation Service API, version 0.2, and links by what it answers.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
OpenRefine and Wikidata speak it. Nothing is asked unless a person names a service.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.candidates import SAME_AS, Subject
from publisher.errors import ServiceError
from publisher.gazetteer import fold
from publisher.sssom import BY_SERVICE, Link

_BATCH = 10
_TIMEOUT = 30
_MOST_RESULTS = 5
_FULL_SCORE = 100
_LINKED_KINDS = frozenset({"", "city"})


@dataclass(frozen=True, slots=True)
class Result:
    """What a service answers about one name; `match` is its own word that this is it."""

    id: str
    name: str
    types: tuple[str, ...]
    score: float
    match: bool


@dataclass(frozen=True, slots=True)
class ServiceProposal:
    """A member's results, and why a person must decide: empty if the first may be linked."""

    subject: Subject
    results: tuple[Result, ...]
    doubt: str


class ReconciliationService:
    """One service, by the address of its manifest.

    Args:
        country_property: the service's property for the ISO 3166-1 alpha-2 code of a
            place's country (Wikidata's is P17/P297); empty asks by name alone.
    """

    def __init__(self, url: str, country_property: str = "") -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ServiceError("is no web address", where=url, remedy="begin it with https://")
        self.url = url
        self._country_property = country_property
        manifest = self._ask(None)
        self.name = str(manifest.get("name") or url)
        self.identifier_space = str(manifest.get("identifierSpace") or "")
        if not self.identifier_space:
            raise self._fail("its manifest has no identifierSpace")

    def propose(self, subjects: Sequence[Subject]) -> Iterator[ServiceProposal]:
        """Yields what the service answers about each member.

        Raises:
            ServiceError: it cannot be reached, or does not answer as the protocol says.
        """
        for start in range(0, len(subjects), _BATCH):
            batch = subjects[start : start + _BATCH]
            queries = {f"q{i}": self._make_query(subject) for i, subject in enumerate(batch)}
            answers = self._ask(queries)
            for i, subject in enumerate(batch):
                yield _judge(subject, self._parse(answers.get(f"q{i}")))

    def make_link(self, proposal: ServiceProposal) -> Link:
        """Returns the row of a link file for a proposal without doubt."""
        subject, best = proposal.subject, proposal.results[0]
        return Link(
            subject=f"city/{subject.key}",
            subject_label=subject.name,
            predicate=SAME_AS,
            object=f"{self.identifier_space}{best.id}",
            object_label=best.name,
            justification=BY_SERVICE,
            confidence=f"{min(best.score, _FULL_SCORE) / _FULL_SCORE:.3f}",
            match=best.name,
            comment="; ".join(["the service's own match", *best.types]),
        )

    def _make_query(self, subject: Subject) -> dict[str, Any]:
        query: dict[str, Any] = {"query": subject.name, "limit": _MOST_RESULTS}
        if self._country_property:
            code = subject.key.country.upper()
            query["properties"] = [{"pid": self._country_property, "v": code}]
        return query

    def _ask(self, queries: dict[str, Any] | None) -> dict[str, Any]:
        """Asks for the manifest, or what a batch of queries is answered with."""
        form = {"queries": json.dumps(queries)} if queries is not None else None
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            self.url, data, headers={"Accept": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                document = json.load(answer)
        except (OSError, ValueError) as error:
            raise self._fail(f"cannot be asked ({error})") from error
        if not isinstance(document, dict):
            raise self._fail("does not answer with a JSON object")
        return document

    def _parse(self, answer: object) -> tuple[Result, ...]:
        try:
            rows = answer["result"]  # type: ignore[index]
            return tuple(
                Result(
                    str(row["id"]),
                    str(row["name"]),
                    tuple(str(t["name"]) for t in row.get("type", ()) if isinstance(t, dict)),
                    float(row.get("score") or 0),
                    bool(row.get("match")),
                )
                for row in rows
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._fail("answers without results as version 0.2 has them") from error

    def _fail(self, message: str) -> ServiceError:
        return ServiceError(
            message, where=self.url, remedy="check the address, or link without --endpoint"
        )


def _judge(subject: Subject, results: tuple[Result, ...]) -> ServiceProposal:
    """Only the service's one match that also has the very name is linked: it knows kinds
    of places by its own words, and a district is not the town of that name."""
    ordered = tuple(sorted(results, key=lambda r: (not r.match, -r.score)))
    names = {fold(name) for name in (subject.name, *subject.aliases)}
    matches = [r for r in ordered if r.match]
    if subject.kind not in _LINKED_KINDS:
        doubt = f"a {subject.kind} may not be the town of that name"
    elif len(matches) != 1:
        doubt = f"the service matches {len(matches)} things"
    elif fold(matches[0].name) not in names:
        doubt = f"the match is called {matches[0].name}"
    else:
        doubt = ""
    return ServiceProposal(subject, ordered, doubt)
