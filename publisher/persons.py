"""Names of private persons (mayor, focal point, contact) are not published."""

from __future__ import annotations

import re

from publisher.lexicon import Lexicon
from publisher.profile import Problem
from publisher.structure import PERSON_LABELS, find_furniture, find_label, slug_of

# `Surname Mr Given`, as the site prints persons.
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sr|Sra|Mme|Hon)\b\.?")
_PERSON_WORDS = 9  # a longer line is no person's name
_NAME_WORDS = 4  # without title and post


def leave_out_persons(
    text: str, source: str, lexicon: Lexicon
) -> tuple[str, list[int], list[Problem]]:
    """Returns the text without the lines that name persons, the number that each kept
    line had, and a problem for each name left out."""
    kept: list[tuple[int, str]] = []
    problems: list[Problem] = []
    persons = _Persons(lexicon)
    for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
        keep = persons.keep(line)
        if keep != line:
            problems.append(Problem(source, number, "left out: a person's name is not published"))
        if keep is not None:
            kept.append((number, keep))
    return "\n".join(line for _, line in kept) + "\n", [n for n, _ in kept] + [0], problems


class _Persons:
    """Recognises the lines that name persons, from the top of a page to its end."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._labels_seen = False
        self._expected = False  # a label that asks for a person stands above
        self._directly = False  # … directly above
        self._figure_expected = False

    def keep(self, line: str) -> str | None:
        """Returns what of the next line is kept: all, the label before a name, or None."""
        content = line.strip(" \t\u00a0•-–—:")
        if not content:
            self._directly = self._figure_expected = False
            return line
        if find_furniture(content, self._lexicon):
            return line
        label = find_label(content, self._lexicon)
        if label is None:
            return self._keep_text(line, content)
        self._labels_seen = True
        self._expected = self._directly = label.slug in PERSON_LABELS
        self._figure_expected = not self._expected and not label.value
        return line[: line.index(":") + 1] if self._expected and label.value else line

    def _keep_text(self, line: str, content: str) -> str | None:
        # Below a name may stand a second one, or the person's post or address.
        expected = self._expected and (self._directly or line[:1].isspace())
        # Where the figures were lost, a person's name may follow their label.
        misplaced = self._figure_expected and _is_like_name(content)
        names = expected and not any(c.isdigit() for c in content)
        names = names or (self._labels_seen and _HONORIFIC.search(content) is not None)
        left_out = self._is_short(content) and (names or misplaced or self._signs(content))
        self._expected, self._directly = left_out and expected, False
        self._figure_expected = False
        return None if left_out else line

    def _is_short(self, content: str) -> bool:
        known = ("section-kind", "theme")
        return (
            len(content.split()) <= _PERSON_WORDS
            and not content.endswith(".")
            and not any(self._lexicon.concept(scheme, content) for scheme in known)
        )

    def _signs(self, content: str) -> bool:
        """`Given Surname, Mayor of Somewhere` below a quotation, `Mayor Given Surname`."""
        name, comma, post = content.partition(", ")
        if comma and self._asks_for_person(post) and _is_like_name(name):
            return True
        if _HONORIFIC.match(content) and _is_like_name(content):
            return True
        post, _, name = content.partition(" ")
        return self._asks_for_person(post) and _is_like_name(name.lstrip("-–— "))

    def _asks_for_person(self, text: str) -> bool:
        concept = self._lexicon.concept_at_start("page-element", text)
        return concept is not None and slug_of(concept) in PERSON_LABELS


def _is_like_name(text: str) -> bool:
    words = text.split()
    return 1 < len(words) <= _NAME_WORDS and all(word[0].isupper() for word in words)
