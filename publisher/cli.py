"""The command line. Results go to standard output, messages to standard error;
it ends with 0, with 1 where data is invalid, with 2 where the call is.
"""

from __future__ import annotations

import atexit
import gc
from importlib import import_module
from typing import Any

import click

import publisher
from publisher.commands.common import say
from publisher.errors import PublisherError

# Each is the function of that name in the module of that name in `publisher.commands`.
COMMANDS = (
    "init", "convert", "explain", "validate", "harvest", "build", "release", "load", "serve",
    "query", "same", "lexicon", "link", "check",
)  # fmt: skip


class _Commands(click.Group):
    """The edge where errors become messages and exit codes. A command is imported when it is
    called: all of them together take longer than most of them do."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"publisher.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PublisherError as error:
            say(f"error: {error}")
            ctx.exit(error.exit_code)


def run() -> None:
    """Runs the program, which ends without looking through all that a command left behind."""
    atexit.register(gc.freeze)
    main()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(publisher.__version__, prog_name="publisher")
def main() -> None:
    """Turn profile pages of learning cities into a knowledge graph, and publish it."""
