"""A file's bytes → Page: decoded, freed of persons' names, cut into its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from publisher.countries import Countries
from publisher.decoding import decode_text
from publisher.errors import SourceError
from publisher.iris import mint_slug
from publisher.language import detect_language
from publisher.lexicon import Lexicon
from publisher.lines import Line, split_lines
from publisher.markup import html_to_text, looks_like_html
from publisher.network import Members
from publisher.persons import leave_out_persons
from publisher.profile import Page, PageSource, PassageKind, Problem
from publisher.structure import (
    Passages,
    Structure,
    find_furniture,
    find_heading,
    find_label,
    parse_structure,
)

MAX_BYTES = 2_000_000  # the longest real page has 14 kB
_WANTED = "a page saved as text or HTML"
# Where a line may be broken, and other signs without width: nobody sees them, and words
# with them match nothing. The joiners of Persian and Indian scripts are not among them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_COMMA = re.compile("[,،，、]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs to know besides the page."""

    lexicon: Lexicon
    countries: Countries
    members: Members


@dataclass(frozen=True, slots=True)
class _Title:
    line: Line | None
    city: str
    country: str | None


def decode_page(data: bytes, source: str) -> str:
    """Returns the text of a file, with `\\n` for line ends.

    Raises:
        SourceError: it is empty, too large, no text, or not in UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(
            f"has {len(data):,} bytes; a profile page has a few thousand",
            where=source,
            remedy=f"give one page per file, of {MAX_BYTES:,} bytes at most",
        )
    text = decode_text(data, source, _WANTED)
    if not text.strip():
        raise SourceError("is empty", where=source, remedy="give a profile page")
    if len(_CONTROL.findall(text)) > 5:
        raise SourceError("is a binary file", where=source, remedy=f"give {_WANTED}")
    return _INVISIBLE.sub("", text)


def read_page(data: bytes, source: str, known: PageSource, reader: Reader) -> Page:
    """Returns a page as read: its text as kept and its parts.

    Args:
        data: the file's bytes, text or HTML in UTF-8.
        source: the name under which problems are reported.
        known: what the site's table or the caller says of the page.

    Raises:
        SourceError: the file is no readable page, holds two pages, or nobody
            says which city it is about.
    """
    text = decode_page(data, source)
    declared = None
    if looks_like_html(text):
        text, declared = html_to_text(text, source, partial(_is_label, lexicon=reader.lexicon))
    language = known.language or detect_language(text) or declared or "en"
    text, numbers, problems = leave_out_persons(text, source, reader.lexicon)
    lines = split_lines(text, numbers, reader.lexicon)
    title = _find_title(lines, source, known, reader)
    problems += _find_unlisted(title, source, reader.members)
    passages = Passages(text)
    title_passage = None
    if title.line is not None:
        line = title.line
        title_passage = passages.make(line.start, line.end, PassageKind.TITLE)
        body = lines[lines.index(line) + 1 :]
        problems += _above_title(lines[: lines.index(line)], source, reader.lexicon)
        _refuse_second_page(body, source, title, reader)
    else:
        body = lines
    structure = parse_structure(body, passages, language, reader.lexicon)
    _require_content(structure, source)
    problems += [
        Problem(source, line.number, f"left out ({reason}): {_shorten(line.text)}")
        for line, reason in structure.left_out
    ]
    return Page(
        source=source,
        text=text,
        language=language,
        city_name=title.city,
        country=title.country,
        title=title_passage,
        headline=structure.headline,
        facts=tuple(structure.facts),
        sections=structure.sections,
        problems=tuple(sorted(problems, key=lambda p: p.line or 0)),
    )


def _is_label(text: str, lexicon: Lexicon) -> bool:
    return find_label(text, lexicon) is not None


def _find_title(lines: Sequence[Line], source: str, known: PageSource, reader: Reader) -> _Title:
    for line in lines:
        if find_label(line.text, reader.lexicon) or find_heading(line, reader.lexicon):
            break
        city, rest = _halves(line.text)
        country = reader.countries.find(rest) if rest and not line.bullet else None
        if country and mint_slug(city):
            return _Title(line, known.city or _clean_name(city), known.country or country)
        if _is_city_alone(line, known, reader):
            member = reader.members.find(line.text, known.country)
            stated = member.key.country if member else None
            return _Title(line, known.city or _clean_name(line.text), known.country or stated)
    if known.city and mint_slug(known.city):
        member = reader.members.find(known.city, known.country)
        return _Title(None, known.city, known.country or (member.key.country if member else None))
    raise SourceError(
        "has no title that says which city it is about (`City, Country`)",
        where=source,
        remedy="name the city with --city (and --country), or in a line of sources.csv",
    )


def _find_unlisted(title: _Title, source: str, members: Members) -> list[Problem]:
    """A city that the table of members does not have makes an IRI that nothing else leads to."""
    if not members.is_unlisted(title.city, title.country):
        return []
    stated = "no member" if title.country else "no country is stated, and no single member"
    message = f"{stated} is called {title.city}: {members.advise(title.city, title.country)}"
    return [Problem(source, title.line.number if title.line else None, message)]


def _halves(line: str) -> tuple[str, str]:
    """`City, Country` at its first comma, in whatever script; no second half without one."""
    city, *rest = _COMMA.split(line, maxsplit=1)
    return city, rest[0] if rest else ""


def _is_city_alone(line: Line, known: PageSource, reader: Reader) -> bool:
    """A title without its country: the city's name alone on a line."""
    if line.bullet or line.run_on:
        return False
    if known.city:
        return _clean_name(line.text) == known.city
    return reader.members.find(line.text, known.country) is not None


def _clean_name(name: str) -> str:
    return " ".join(name.split())


def _above_title(lines: Iterable[Line], source: str, lexicon: Lexicon) -> list[Problem]:
    problems = []
    for line in lines:
        reason = find_furniture(line.text, lexicon) or "above the title"
        problems.append(Problem(source, line.number, f"left out ({reason}): {_shorten(line.text)}"))
    return problems


def _refuse_second_page(lines: Sequence[Line], source: str, first: _Title, reader: Reader) -> None:
    """A second title with the page form below it means a second page."""
    kinds: set[str] = set()
    for index, line in enumerate(lines):
        heading = find_heading(line, reader.lexicon)
        if heading and heading[0] in {"vision", "implementation"}:
            kinds.add(heading[0])
        city, rest = _halves(line.text)
        if not rest or line.bullet or line.run_on or not reader.countries.find(rest):
            continue
        below = lines[index + 1 :]
        again = {h[0] for later in below if (h := find_heading(later, reader.lexicon))}
        labels = any(find_label(later.text, reader.lexicon) for later in below[:3])
        other = _clean_name(city) != first.city  # the title alone may be printed again
        if again & kinds or (labels and other):
            raise SourceError(
                f"a second page begins here ({line.text!r})",
                where=f"{source}, line {line.number}",
                remedy="give each page a file of its own",
            )


def _require_content(structure: Structure, source: str) -> None:
    if not structure.sections and not structure.facts:
        raise SourceError(
            "has a title and nothing below it",
            where=source,
            remedy="give the whole page: facts, sections and their text",
        )


def _shorten(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
