"""What the commands share: options from the table of settings, input, output, progress."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from publisher.conversion import Progress as Notify
from publisher.errors import SettingsError, SourceError, UsageError
from publisher.settings import Settings, parse_settings, setting_fields
from publisher.site import SETTINGS_FILE, Site, load_site

STANDARD = "-"

F = TypeVar("F", bound=Callable[..., Any])

site_option = click.option(
    "--site",
    "root",
    type=click.Path(path_type=Path),
    default=Path(),
    show_default="this directory",
    help="Directory of the site, the one that holds data/site.toml.",
)
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Directory of releases; without it, the site's setting release_dir.",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File to write, replaced as a whole; standard output without it.",
)


def setting_option(name: str) -> Callable[[F], F]:
    """Returns the click option for a setting, with the help and default of the table."""
    row = next(field for field in setting_fields() if field.name == name)
    return click.option(
        f"--{name.replace('_', '-')}",
        name,
        help=f"{row.help} Also {row.environment}, or {name} in site.toml.",
        show_default=str(row.default) if row.default else False,
    )


def open_site(root: Path, base_iri: str | None = None) -> Site:
    """Returns the site in a directory.

    Raises:
        SettingsError: its settings are wrong.
        SourceError: there is no site.
    """
    return load_site(root, load_settings(root, {"base_iri": base_iri}))


def load_settings(root: Path, flags: Mapping[str, object]) -> Settings:
    """Returns the settings that hold in a directory, whether or not it is a site.

    Raises:
        SettingsError: the file cannot be read, or a setting is wrong.
    """
    path = root / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot be read: {error}", where=str(path), remedy="save it as UTF-8 text"
        ) from error
    return parse_settings(text, str(path), os.environ, flags)


def find_release_dir(root: Path, settings: Settings, out: Path | None) -> Path:
    """Returns where the releases are: `--out`, else the setting, relative to the site."""
    return out if out is not None else root / settings.release_dir


def read_input(name: str) -> bytes:
    """Returns the bytes of a file, or of standard input for `-`.

    Raises:
        SourceError: it cannot be read.
    """
    if name == STANDARD:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise SourceError(
            f"cannot be read ({error.strerror})",
            where=name,
            remedy="give the path of a file that you may read, or - for standard input",
        ) from error


def name_input(name: str) -> str:
    """Returns what messages call an input."""
    return "standard input" if name == STANDARD else name


def write_output(data: bytes, output: Path | None) -> None:
    """Writes to standard output or, as a whole or not at all, to a file.

    Raises:
        UsageError: the file cannot be written.
    """
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=output.parent) as scratch:
            written = Path(scratch, output.name)
            written.write_bytes(data)
            written.replace(output)
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror})",
            where=str(output),
            remedy="choose a file in a directory that you may write to",
        ) from error


def say(message: str) -> None:
    """Writes a message for people to standard error."""
    click.echo(message, err=True)


@contextmanager
def show_progress() -> Iterator[Notify]:
    """Gives what `publisher.conversion` reports to: a bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        tasks: dict[str, TaskID] = {}

        def notify(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        yield notify
