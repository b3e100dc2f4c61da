"""Text → lines, run-on lines cut into their pieces; lines → sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sentencex

from publisher.lexicon import Lexicon

_BULLET = re.compile(r"(?:[•❍◦▪‣●■□➢✓·*–-]|\d{1,2}[.)]|[a-zA-Z]\))\s+(?=\S)|[•❍]")
_TERMINAL = (".", "!", "?", ";", ":", ",", "…")
_CLOSING = "\"'”’»)"
_RUN_ON = 300  # characters; a shorter line is read as it stands
# Where a run-on line glues two pieces: the end of one, directly followed by the
# beginning of the next. A lower-case stem of three letters keeps `eLearning` whole.
_GLUE = re.compile(
    r"(?<=[^\W\d_]{2}[a-zà-ÿ])(?=[A-ZÀ-Þ][a-zà-ÿ’' ])"
    r"|(?<=[.!?;:)\]”%…])(?=[A-ZÀ-Þ“‘])"
    r"|(?<=[^\W\d_]{2}[a-zà-ÿ]’)(?=[A-ZÀ-Þ])"
    r"|(?<=\d\d)(?=[A-Z][a-z])"
    r"|(?<=[;:])(?=[^\W\d_])"
    r"|(?<=; and)(?=[a-z])|(?<=; or)(?=[a-z])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page, or a piece of a run-on line, without bullet and margins."""

    number: int
    start: int
    end: int
    text: str
    bullet: bool
    blanks_before: int
    blank_after: bool
    run_on: bool = False


def split_lines(text: str, numbers: Sequence[int], lexicon: Lexicon) -> list[Line]:
    """Returns the lines that have text; `numbers[i]` is the number that line i of the
    text has in the page as it was read. Run-on lines come in pieces."""
    lines: list[Line] = []
    position, blanks = 0, 1
    raw = text.split("\n")
    for index, (number, content) in enumerate(zip(numbers, raw, strict=True)):
        if not content.strip():
            blanks += 1
        else:
            blank_after = index + 1 == len(raw) or not raw[index + 1].strip()
            cuts = _run_on_cuts(content, lexicon)
            for i, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(content)], strict=True)):
                line = _trim(content, start, end)
                if line is None:
                    continue
                begin, stop, bullet = line
                lines.append(
                    Line(
                        number,
                        position + begin,
                        position + stop,
                        content[begin:stop],
                        bullet,
                        blanks if i == 0 else 0,
                        blank_after,
                        bool(cuts),
                    )
                )
            blanks = 0
        position += len(content) + 1
    return lines


def _trim(content: str, start: int, end: int) -> tuple[int, int, bool] | None:
    piece = content[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    found = _BULLET.match(content, begin, end)
    if found:
        begin = found.end()
        begin += len(content[begin:end]) - len(content[begin:end].lstrip())
    stop = start + len(piece.rstrip())
    return (begin, stop, found is not None) if begin < stop else None


def _run_on_cuts(content: str, lexicon: Lexicon) -> list[int]:
    """Where a line that glues headings, paragraphs and items together is to be cut."""
    # Looking for glue first spares well-formed paragraphs the long pattern of headings.
    if len(content) < _RUN_ON or not _GLUE.search(content):
        return []
    cuts: set[int] = set()
    for found in lexicon.heading_pattern.finditer(content):
        glued_before = found.start() == 0 or not content[found.start() - 1].isspace()
        glued_after = found.end() == len(content) or not content[found.end()].isspace()
        if glued_before and glued_after:
            cuts |= {found.start(), found.end()}
    if not cuts:
        return []
    for found in _GLUE.finditer(content):
        # A word that is written so more than once (`ConnectCity`) is a name.
        if content.count(_joined_word(content, found.start())) < 2:
            cuts.add(found.start())
    return sorted(cuts - {0, len(content)})


def _joined_word(content: str, cut: int) -> str:
    """The word around a cut that has a letter on either side, or all of the content."""
    if not content[cut - 1].isalpha():
        return content
    before, after = re.search(r"\w*$", content[:cut]), re.match(r"\w*", content[cut:])
    return (before.group() if before else "") + (after.group() if after else "")


def split_sentences(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of each sentence of a paragraph, margins trimmed."""
    for found in sentencex.get_sentence_boundaries(language, text):
        piece = found["text"]
        if stripped := piece.strip():
            start = found["start_index"] + piece.index(stripped)
            yield start, start + len(stripped)


def ends_sentence(text: str) -> bool:
    """Tells whether a line ends as sentences and list items do."""
    return text.rstrip(_CLOSING + " ").endswith(_TERMINAL)
