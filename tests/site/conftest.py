"""The real release behind a real server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Servers are started as the tests of tests/http start them.
sys.path.append(str(Path(__file__).parents[1] / "http"))

from small_release import LIMITS, serve

from publisher.release import Release


@pytest.fixture(scope="session")
def server(release: Release) -> Iterator[str]:
    """The address of a server that publishes this repository's own site."""
    with serve(release, LIMITS) as address:
        yield address
