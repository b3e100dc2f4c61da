"""All checks of a site, and their findings for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.check import descriptions, dumps, links, negotiation, protocol
from publisher.check.finding import Check, Finding, Outcome
from publisher.check.target import Target
from publisher.formats import TURTLE, write
from publisher.vocabulary import PREFIXES

ALL_CHECKS: tuple[Check, ...] = (
    *descriptions.CHECKS,
    *negotiation.CHECKS,
    *protocol.CHECKS,
    *dumps.CHECKS,
    *links.CHECKS,
)
_EARL = "http://www.w3.org/ns/earl#"
_PREFIXES = {**PREFIXES, "earl": _EARL}


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What all checks found at an address."""

    url: str
    findings: tuple[tuple[Check, Finding], ...]

    @property
    def passed(self) -> bool:
        """Says whether no check failed."""
        return not self.count(Outcome.FAILED)

    def count(self, outcome: Outcome) -> int:
        """Returns how many checks ended so."""
        return sum(finding.outcome is outcome for _, finding in self.findings)

    def to_json(self) -> str:
        """Returns the report as JSON."""
        findings = [
            {
                "id": check.id,
                "title": check.title,
                "section": check.section,
                "severity": check.severity,
                "outcome": str(finding.outcome),
                "detail": finding.detail,
                "curl": finding.curl,
            }
            for check, finding in self.findings
        ]
        document = {"url": self.url, "passed": self.passed, "findings": findings}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def to_earl(self) -> str:
        """Returns the report in EARL (https://www.w3.org/TR/EARL10-Schema/) as Turtle."""
        quads: list[ox.Quad] = []
        subject, software = ox.NamedNode(self.url), ox.BlankNode("publisher")
        _say(quads, subject, ("rdf:type", _term("earl:TestSubject")))
        _say(quads, software, ("rdf:type", _term("earl:Software")),
             ("dct:title", ox.Literal("publisher check")))  # fmt: skip
        for check, finding in self.findings:
            name = check.id.replace("-", "_")
            test, result = ox.BlankNode(f"test_{name}"), ox.BlankNode(f"result_{name}")
            _say(
                quads,
                ox.BlankNode(f"assertion_{name}"),
                ("rdf:type", _term("earl:Assertion")),
                ("earl:assertedBy", software),
                ("earl:mode", _term("earl:automatic")),
                ("earl:subject", subject),
                ("earl:test", test),
                ("earl:result", result),
            )
            _say(
                quads,
                test,
                ("rdf:type", _term("earl:TestRequirement")),
                ("dct:identifier", ox.Literal(check.id)),
                ("dct:title", ox.Literal(check.title, language="en")),
                ("dct:source", ox.NamedNode(check.section)),
            )
            _say(
                quads,
                result,
                ("rdf:type", _term("earl:TestResult")),
                ("earl:outcome", _term(f"earl:{finding.outcome}")),
                ("dct:description", ox.Literal(finding.detail, language="en")),
            )
            if finding.curl:
                _say(quads, result, ("earl:info", ox.Literal(finding.curl)))
        return write(quads, TURTLE, prefixes=_PREFIXES).decode()


def check_site(target: Target, notify: Callable[[str, int, int], None]) -> SiteReport:
    """Returns what all checks find; `notify` is told of each."""
    return SiteReport(target.url, tuple(_run(target, ALL_CHECKS, notify)))


def _run(
    target: Target, checks: Iterable[Check], notify: Callable[[str, int, int], None]
) -> Iterable[tuple[Check, Finding]]:
    for done, check in enumerate(checks):
        notify("checking", done, len(ALL_CHECKS))
        yield check, check.run(target)
    notify("checking", len(ALL_CHECKS), len(ALL_CHECKS))


def _term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)


def _say(
    quads: list[ox.Quad],
    subject: ox.NamedNode | ox.BlankNode,
    *pairs: tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal],
) -> None:
    quads += [ox.Quad(subject, _term(name), value) for name, value in pairs]
