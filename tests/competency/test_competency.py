"""The questions that the data must answer, and the answers, read off the pages by hand.

Each cq-NN-….rq says in its first comment who asks what; the .tsv beside it holds the
expected rows. Rows are compared in order where the query orders them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.release import Release
from publisher.sparql_text import find_keywords, find_tokens
from publisher.store import EmbeddedStore
from publisher.vocabulary import LC

_HERE = Path(__file__).parent
_QUERIES = sorted(_HERE.glob("*.rq"))
_ONTOLOGY = _HERE.parents[1] / "ontology/learning-city.ttl"
_NO_ROWS = "# expects: no rows"

Row = tuple[str, ...]


@pytest.fixture(scope="module")
def store(release: Release) -> EmbeddedStore:
    return release.store()


def _rows(solutions: object) -> list[Row]:
    """The rows as they would be written in Turtle, unbound values as nothing."""
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple("" if term is None else str(term) for term in row) for row in solutions]


def _expected(query: Path) -> ox.QuerySolutions:
    solutions = ox.parse_query_results(
        query.with_suffix(".tsv").read_bytes(), format=ox.QueryResultsFormat.TSV
    )
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions


def _show(title: str, rows: Counter[Row]) -> Iterator[str]:
    for row, count in sorted(rows.items()):
        yield f"{title}{f' ({count} times)' if count > 1 else ''}: {' | '.join(row)}"


@pytest.mark.parametrize("query", _QUERIES, ids=lambda path: path.stem)
def test_question_has_the_expected_answer(query: Path, store: EmbeddedStore) -> None:
    text = query.read_text(encoding="utf-8")
    answer, expectation = store.query(text), _expected(query)
    assert isinstance(answer, ox.QuerySolutions)
    assert answer.variables == expectation.variables
    found, expected = _rows(answer), _rows(expectation)
    missing, extra = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    assert not missing + extra, "\n".join(
        [text.partition("\n")[0], *_show("missing", missing), *_show("extra", extra)]
    )
    if "ORDER" in find_keywords(text):
        assert found == expected, "the same rows in another order"


@pytest.mark.parametrize("query", _QUERIES, ids=lambda path: path.stem)
def test_question_comes_with_its_answer(query: Path) -> None:
    lines = query.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ") and " asks: " in lines[0]
    rows = _rows(_expected(query))
    assert bool(rows) != (_NO_ROWS in lines), "rows are expected, or declared not to be"


@pytest.mark.parametrize("query", _QUERIES, ids=lambda path: path.stem)
def test_question_can_be_asked_anywhere(query: Path) -> None:
    ox.Store().query(query.read_text(encoding="utf-8"))  # without the prefixes of our endpoint


def test_every_answer_has_its_question() -> None:
    assert len(_QUERIES) >= 28
    assert {path.stem for path in _QUERIES} == {path.stem for path in _HERE.glob("*.tsv")}


def test_numbers_are_given_once() -> None:
    numbers = [path.name[:6] for path in _QUERIES]
    assert len(set(numbers)) == len(numbers)
    assert [n for n in numbers if not re.fullmatch(r"cq-\d\d-", n)] == []


def _find_iris(query: str) -> Iterator[str]:
    """The IRIs of a query, prefixed names expanded by its own PREFIX lines."""
    tokens = list(find_tokens(query))
    prefixes = {
        name.text: iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.text.upper() == "PREFIX"
    }
    for token in tokens:
        if token.kind == "iri":
            yield token.text[1:-1]
        elif token.kind == "name":
            prefix, colon, local = token.text.partition(":")
            yield prefixes[prefix + colon] + local


def test_every_term_of_the_ontology_is_asked_for() -> None:
    terms = {
        quad.subject.value
        for quad in ox.parse(path=str(_ONTOLOGY))
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(str(LC))
    }
    used = {iri for path in _QUERIES for iri in _find_iris(path.read_text(encoding="utf-8"))}
    assert len(terms) > 20
    assert terms - used == set()
    assert {iri for iri in used if iri.startswith(str(LC)) and iri != str(LC)} <= terms
