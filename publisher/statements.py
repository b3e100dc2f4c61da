"""Sentences that state more than a subject: titles a city holds, when it joined,
what a plan consists of, who runs an initiative. English patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from publisher.lexicon import Match
from publisher.names import Name

_RECOGNISED = re.compile(
    r"\b(?:recogni[sz]ed|designated|declared|selected|certified|chosen|appointed|proclaimed"
    r"|named)(?: by [^,]{2,60}?)? as (?:an? |the |one of the )?"
    r"|\b(?:was|been|is|being|has|had) (?:named|declared|designated|proclaimed) "
    r"(?!as\b|by\b)(?:an? |the )?"
    r"|\b(?:recogni[sz]ed|designated|certified|named|declared|selected|chosen) "
    r"(?:it|us|the (?:city|town|county|district|municipality|commune))(?: as)? "
    r"(?:an? |the |one of the )"
    r"|^(?:Designated|Named|Declared|Recogni[sz]ed|Certified)(?: as)? (?:an? |the )"
    r"|\bmade it (?:an? |the |one of the )"
    r"|\bthe title (?:of )?(?=[A-Z])|\bis to be (?:an? |the )?(?=[A-Z])"
)
# One of these is in each cue above; most sentences have none.
_CUE_WORDS = (
    "recogni", "designated", "declared", "selected", "certified", "chosen", "appointed",
    "proclaimed", "named", "made it", "the title", "to be",
)  # fmt: skip
_HEAD = (
    r"(?:cit(?:y|ies)|capitals?|towns?|communit(?:y|ies)|sites?|districts?|count(?:y|ies)|hubs?"
    r"|territor(?:y|ies))"
)
_COMMON_TITLE = re.compile(rf"(?:[^\s,.;:()]+\s+){{0,6}}?{_HEAD}\b", re.IGNORECASE)
_COMPLEMENT = re.compile(r"\s+(?:for|of|in)\s+(?:the\s+)?")
_CAPITALISED = re.compile(
    r"[A-Z][\w’'-]*(?:\s+(?:(?:of|for|and|the|in)\s+){0,2}(?:[A-Z][\w’'-]*|\d{4}))*"
    rf"(?:\s+{_HEAD}\b)?"
)
_WHEN = re.compile(r"\s+in\s+(?:19|20)\d\d$")  # behind a title, not a part of it
_JOINED = re.compile(
    r"\b(?:UNESCO (?:GNLC|Learning City)|GNLC|Global Network of Learning Cities|Learning City)\b"
    r"[^.;]{0,40}?\bsince (?P<since>20[12]\d)"
    r"|\b(?:joined|became (?:a )?member of|has been (?:a )?member of|admitted to)\b[^.;]{0,60}?"
    r"\b(?:GNLC|Global Network of Learning Cities)\b[^.;]{0,30}?\b(?:in|since) (?P<in>20[12]\d)"
)
_PARTS = re.compile(r":|\b(?:such as|including|namely|consists? of|comprises?|made up of)\b")
_RUN = (
    r"run|offered|organi[sz]ed|provided|operated|managed|led|coordinated|delivered|held|"
    r"launched|hosted|founded|established|carried out"
)
_RUN_BY = re.compile(rf"(?:{_RUN})\s+by\s+(?:the\s+)?[‘“']?$")
_RUNS = re.compile(
    r"^[’”']?\s+(?:has\s+|have\s+|also\s+)*(?:run|runs|ran|offers?|offered|organi[sz]es?|"
    r"organi[sz]ed|provides?|provided|operates?|manages?|leads?|coordinates?|delivers?|holds?|"
    r"held|launched|hosts?|hosted|founded|established)\s+(?:the\s+|its\s+|an?\s+)?[‘“']?$"
)


def find_designations(sentence: str, city: str, matches: Iterable[Match]) -> Iterator[str]:
    """Yields the titles that a sentence says the city holds or was given.

    `matches`: the lexicon's matches in the sentence; they tell where the people
    end in `a learning city for people with disabilities`.
    """
    lower = sentence.lower()
    if not any(word in lower for word in _CUE_WORDS):
        return
    ends = {match.start: match.end for match in matches}
    given = re.compile(rf"\b(?:named|declared) {re.escape(city)} (?:an? |the )")
    for cue in (*_RECOGNISED.finditer(sentence), *given.finditer(sentence)):
        title = _CAPITALISED.match(sentence, cue.end())
        if title and len(title.group().split()) > 1:
            yield _WHEN.sub("", title.group())
            continue
        common = _COMMON_TITLE.match(sentence, cue.end())
        if common is None:
            continue
        end = common.end()
        complement = _COMPLEMENT.match(sentence, end)
        if complement and complement.end() in ends:
            end = ends[complement.end()]
        yield sentence[cue.end() : end]


def find_joining_year(sentence: str) -> int | None:
    """Returns the year since which a sentence says the city is a member, or None."""
    found = _JOINED.search(sentence)
    return int(found["since"] or found["in"]) if found else None


def find_parts(sentence: str, names: Sequence[Name]) -> Iterator[tuple[Name, Name]]:
    """Yields (whole, part) where a named initiative is followed by a list of its parts."""
    initiatives = [n for n in names if not n.is_organization]
    for whole, *parts in (initiatives[i:] for i in range(len(initiatives) - 1)):
        cue = _PARTS.search(sentence, whole.end, parts[0].start)
        if cue and "." not in sentence[whole.end : cue.start()]:
            yield from ((whole, part) for part in parts)
            return


def find_provider(sentence: str, names: Sequence[Name]) -> Iterator[tuple[Name, Name]]:
    """Yields (initiative, body) where a sentence says that the body runs it."""
    for body in (n for n in names if n.is_organization):
        for initiative in (n for n in names if not n.is_organization):
            by = _RUN_BY.search(sentence[initiative.end : body.start])
            runs = _RUNS.match(sentence[body.end : initiative.start])
            if by or runs:
                yield initiative, body
