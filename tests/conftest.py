"""The release of this repository's own site, built once for the tests that ask it; and what
all tests may rely on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.build import build_release
from publisher.release import Release, open_release
from publisher.settings import parse_settings
from publisher.site import load_site

_ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The real release; tests only read it. Folders with a release of their own override it."""
    text = (_ROOT / "data/site.toml").read_text(encoding="utf-8")
    out = tmp_path_factory.mktemp("release")
    build_release(load_site(_ROOT, parse_settings(text, "site.toml", {}, {})), out)
    return open_release(out)


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> Iterator[None]:
    """What a test starts can be interrupted. Shells start what runs in the background with
    SIGINT ignored, and whatever that starts inherits it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
