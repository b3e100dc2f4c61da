"""The pages of a site to graphs and a report on them, each page by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from rdflib import Graph

from publisher.errors import SourceError
from publisher.iris import CityKey
from publisher.judging import Judge
from publisher.memo import Memo
from publisher.nquads import write_stored_lines
from publisher.profile import PageSource, Problem
from publisher.quads import to_quads
from publisher.site import READING, Converted, PageFile, Site
from publisher.validate import Report, Validator, merge_results

# Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PagePart:
    """What a release has of one page: `quads` are its graphs as lines of N-Quads."""

    key: CityKey
    file: str
    known: PageSource
    problems: tuple[Problem, ...]
    quads: str


def convert_parts(
    site: Site, memo: Memo, judge: Judge, progress: Progress
) -> tuple[list[PagePart], Callable[[], Report]]:
    """Returns what a release has of each page of a site, and what waits for the report on
    them: they are validated meanwhile.

    Raises:
        SourceError: a page cannot be used, or two are of one city.
        InvalidData: a page makes something that cannot be published.
    """
    pages = site.pages()
    reading = site.fingerprint(READING)
    parts: dict[CityKey, PagePart] = {}
    waiting = []
    for number, page in enumerate(pages):
        progress("converting", number, len(pages))
        part = _convert_part(site, page, reading, memo)
        if part.key in parts:
            raise _two_pages(part.key, parts[part.key].file, part.file)
        parts[part.key] = part
        waiting.append(judge.submit(part.file, part.quads, by_itself=False))
    progress("converting", len(pages), len(pages))

    def report() -> Report:
        results = []
        for number, found in enumerate(waiting):
            progress("validating", number, len(waiting))
            results.append(found())
        progress("validating", len(waiting), len(waiting))
        return merge_results(results)

    return list(parts.values()), report


def count_new_pages(site: Site, memo: Memo) -> int:
    """Returns how many pages of a site are to be read, since they or what they are read with
    changed.

    Raises:
        SourceError: a page cannot be read.
    """
    reading = site.fingerprint(READING)
    keys = (memo.key("page", *_list_inputs(site, page, reading)) for page in site.pages())
    return sum(not memo.knows(key) for key in keys)


def _list_inputs(site: Site, page: PageFile, reading: str) -> tuple[str, ...]:
    known = page.known or PageSource()
    data = page.data.decode("latin-1")  # every byte is a character
    return reading, _name_page(site, page), repr(known), data


def _convert_part(site: Site, page: PageFile, reading: str, memo: Memo) -> PagePart:
    file, known = _name_page(site, page), page.known or PageSource()

    def convert() -> str:
        converted = site.convert(page.data, file, page.known)
        key = converted.profile.key
        return json.dumps(
            {
                "key": asdict(key),
                "problems": [asdict(problem) for problem in converted.problems],
                "quads": write_stored_lines(to_quads(converted.graphs)),
            }
        )

    found = json.loads(memo.recall("page", _list_inputs(site, page, reading), convert))
    problems = tuple(Problem(**problem) for problem in found["problems"])
    return PagePart(CityKey(**found["key"]), file, known, problems, found["quads"])


def convert_pages(
    site: Site, pages: Iterable[PageFile], progress: Progress | None = None
) -> list[Converted]:
    """Returns what each of the pages was converted to.

    Raises:
        SourceError: a page cannot be used, or two are of one city.
    """
    notify = progress or keep_silent
    converted: list[Converted] = []
    names: dict[CityKey, str] = {}
    listed = list(pages)
    for number, page in enumerate(listed):
        notify("converting", number, len(listed))
        name = _name_page(site, page)
        result = site.convert(page.data, name, page.known)
        key = result.profile.key
        if key in names:
            raise _two_pages(key, names[key], name)
        names[key] = name
        converted.append(result)
    notify("converting", len(listed), len(listed))
    return converted


def _name_page(site: Site, page: PageFile) -> str:
    """A site's own page by its place in the site, wherever that is on this machine."""
    inside = page.path.is_relative_to(site.root)
    return page.path.relative_to(site.root).as_posix() if inside else str(page.path)


def validate_pages(
    site: Site, converted: Sequence[Converted], progress: Progress | None = None
) -> Report:
    """Returns the report on converted pages, each validated by itself."""
    notify = progress or keep_silent
    validator = Validator(site.shapes, site.concept_types)
    results = []
    for number, page in enumerate(converted):
        notify("validating", number, len(converted))
        graph = union(page.graphs.values())
        results.append(validator.find_results(graph, page.profile.page.source))
    notify("validating", len(converted), len(converted))
    return merge_results(results)


def keep_silent(step: str, done: int, total: int) -> None:
    """The progress nobody asked for."""


def union(graphs: Iterable[Graph]) -> Graph:
    union = Graph()
    for graph in graphs:
        for triple in graph:
            union.add(triple)
    return union


def _two_pages(key: CityKey, first: str, second: str) -> SourceError:
    return SourceError(
        f"two pages of the same city, {key}",
        where=f"{first} and {second}",
        remedy="keep one of them, or tell the cities apart in sources.csv",
    )
