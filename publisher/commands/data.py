"""RDF files on the command line → a release in a temporary directory, for as long as it is used."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from publisher.commands.common import show_progress
from publisher.datafiles import DataSource, find_sources, write_data_release
from publisher.errors import UsageError
from publisher.release import Release, open_release
from publisher.settings import ENVIRONMENT_PREFIX, Settings

# More names than that make no title.
_MOST_IN_TITLE = 3
_MIB = 1 << 20


@contextmanager
def hold_data_release(
    names: Sequence[str], base_iri: str | None, format_name: str | None, settings: Settings
) -> Iterator[Release]:
    """Gives a release of RDF files; afterwards, however that comes, nothing is left of it.

    Raises:
        UsageError: names that make no sense, or no place for temporary files.
        SourceError: a file cannot be read.
    """
    sources = find_sources(names, base_iri, format_name)
    with _ended_properly(), _temporary_directory() as directory:
        target = Path(directory, "release")
        with show_progress() as notify:
            write_data_release(
                target,
                sources,
                _describe(sources, settings),
                lambda name, done, total: notify(f"{name} (MiB)", done // _MIB, total // _MIB),
            )
        yield open_release(target)


def _describe(sources: Sequence[DataSource], settings: Settings) -> Settings:
    """Returns the settings with what files say of themselves, which is their names.

    What the table of settings presets is said of the site of this project; only
    the environment may say it of other data.
    """
    names = [source.path.name if source.path else source.name for source in sources]
    shown = ", ".join(names[:_MOST_IN_TITLE])
    further = len(names) - _MOST_IN_TITLE
    unstated: dict[str, Any] = {
        "title": f"{shown} and {further} more" if further > 0 else shown,
        "description": "",
        "license": "",
        "base_iri": f"http://{settings.host}:{settings.port}/",
    }
    stated = {name for name in unstated if ENVIRONMENT_PREFIX + name.upper() in os.environ}
    return replace(settings, **{k: v for k, v in unstated.items() if k not in stated})


@contextmanager
def _temporary_directory() -> Iterator[str]:
    try:
        directory = tempfile.TemporaryDirectory(prefix="publisher-data-")
    except OSError as error:
        raise UsageError(
            f"no temporary directory can be made ({error.strerror})",
            remedy="name one that you may write to in the environment variable TMPDIR",
        ) from error
    with directory:
        yield directory.name


@contextmanager
def _ended_properly() -> Iterator[None]:
    """Makes the signals that end a process leave through `finally`, as Ctrl-C does."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
