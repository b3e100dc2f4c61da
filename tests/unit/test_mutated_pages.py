"""Whatever happens to a page's file, reading it loses nothing and invents nothing."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import ROOT, lost_text, wrong_slices

from publisher.errors import SourceError
from publisher.profile import CityProfile, PageSource, Passage
from publisher.site import Site

PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "data" / "profiles").glob("*.txt"))
}
# Characters and words with a part in the page form.
SIGNS = [*"•-–:,.()‘’“”´\"'&;\t\r\x0c\u00a0\u202f\u2028\u200b\ufeff\u0301", "\n\n", "1. ", "a) "]
WORDS = ["Vision", "Good practices", "City population:", "Mayor:", "Mr", "Home", "groups", "Peru"]
Mutation = Callable[[str], str]


def _line(change: Callable[[list[str], int, int], None]) -> Callable[[int, int], Mutation]:
    def mutate(i: int, j: int) -> Mutation:
        def mutation(text: str) -> str:
            lines = text.split("\n")
            change(lines, i % len(lines), j % len(lines))
            return "\n".join(lines)

        return mutation

    return mutate


def _delete(lines: list[str], i: int, j: int) -> None:
    del lines[i : i + 1 + j % 3]


def _duplicate(lines: list[str], i: int, j: int) -> None:
    lines.insert(j, lines[i])


def _swap(lines: list[str], i: int, j: int) -> None:
    lines[i], lines[j] = lines[j], lines[i]


def _join(lines: list[str], i: int, j: int) -> None:
    lines[i : i + 2] = ["".join(lines[i : i + 2])]


def _insert(position: int, text: str) -> Mutation:
    return lambda page: (
        page[: position % (len(page) + 1)] + text + page[position % (len(page) + 1) :]
    )


def _cut(position: int, tail: bool) -> Mutation:
    return lambda page: (
        page[position % (len(page) + 1) :] if tail else page[: position % (len(page) + 1)]
    )


number = st.integers(0, 20_000)
texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from([*SIGNS, *WORDS])
line_change = st.sampled_from([_delete, _duplicate, _swap, _join]).map(_line)
mutations = st.one_of(
    st.builds(lambda change, i, j: change(i, j), line_change, number, number),
    st.builds(_insert, number, texts),
    st.builds(_cut, number, st.booleans()),
)


def _evidence(profile: CityProfile) -> list[Passage | None]:
    """The passages that everything stated rests on; None where there is none."""
    found: list[Passage | None] = [o.evidence for o in profile.observations]
    found += [d.evidence for d in profile.designations]
    found += [passage for _, passage in profile.award_years]
    found += [passage for passage, _ in profile.passage_tags]
    found += [passage for passage, _ in profile.mentions]
    found += [passage for passage, _ in profile.mentioned_cities]
    for thing in (*profile.entities, *profile.practices):
        found += thing.evidence or [None]
    return found


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(sorted(PAGES)), st.lists(mutations, min_size=1, max_size=5))
def test_a_damaged_page_is_read_whole_or_refused(
    site: Site, name: str, changes: list[Mutation]
) -> None:
    text = PAGES[name]
    for change in changes:
        text = change(text)
    known = site.sources[name]
    try:
        converted = site.convert(text.encode(), name, known)
    except SourceError as error:
        assert error.where.startswith(name)
        assert error.remedy
        return
    profile = converted.profile
    assert wrong_slices(profile.page) == []
    assert lost_text(profile.page, text.removeprefix("\ufeff")) == []
    passages = set(profile.page.all_passages())
    assert all(passage in passages for passage in _evidence(profile))
    assert len({p.digest for p in passages}) == len(passages)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_refused(site: Site, data: bytes) -> None:
    try:
        profile = site.convert(data, "page.txt", PageSource(city="Marrowby")).profile
    except SourceError as error:
        assert error.remedy
    else:
        assert wrong_slices(profile.page) == []
