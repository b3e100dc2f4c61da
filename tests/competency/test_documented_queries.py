"""Every query that the documents print runs on the release and finds something."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.release import Release
from publisher.store import EmbeddedStore

_ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```sparql\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_QUERIES = [
    pytest.param(block[1], id=f"{path.name}-{number}")
    for path in [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]
    for number, block in enumerate(_BLOCK.finditer(path.read_text(encoding="utf-8")), start=1)
]


@pytest.fixture(scope="module")
def store(release: Release) -> EmbeddedStore:
    return release.store()


@pytest.mark.parametrize("query", _QUERIES)
def test_query_finds_something(query: str, store: EmbeddedStore) -> None:
    answer = store.query(query)
    if isinstance(answer, ox.QueryBoolean):
        assert answer
    else:
        assert next(answer, None) is not None


@pytest.mark.parametrize("query", _QUERIES)
def test_query_declares_its_prefixes(query: str) -> None:
    ox.Store().query(query)  # other endpoints know none of ours


def test_readme_and_cookbook_print_queries() -> None:
    assert {"README.md-1", "cookbook.md-10"} <= {parameter.id for parameter in _QUERIES}
