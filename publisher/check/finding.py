"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from publisher.check.client import Exchange
from publisher.check.target import Target


class Outcome(StrEnum):
    """As in EARL (https://www.w3.org/TR/EARL10-Schema/#OutcomeValue)."""

    PASSED = "passed"
    FAILED = "failed"
    INAPPLICABLE = "inapplicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and the command that shows it again, empty if nothing was asked."""

    outcome: Outcome
    detail: str
    curl: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is asked of a site; `section` is the address of what asks for it."""

    id: str
    title: str
    section: str
    severity: str
    run: Callable[[Target], Finding]


MUST, SHOULD = "must", "should"


def judge(passed: bool, detail: str, exchange: Exchange | None = None) -> Finding:
    """Returns that it is as it should be, or that it is not."""
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    return Finding(outcome, detail, exchange.curl if exchange else "")


def not_there(what: str, exchange: Exchange | None = None) -> Finding:
    """Returns that a check has nothing to look at: another check says that it is missing."""
    return Finding(Outcome.INAPPLICABLE, f"{what} is not there", exchange.curl if exchange else "")
