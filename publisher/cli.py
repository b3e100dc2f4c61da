"""The command line. Results go to standard output, messages to standard error;
it ends with 0, with 1 where data is invalid, with 2 where the call is.
"""

from __future__ import annotations

from typing import Any

import click

import publisher
from publisher.commands.build import build
from publisher.commands.check import check
from publisher.commands.common import say
from publisher.commands.convert import convert
from publisher.commands.explain import explain
from publisher.commands.harvest import harvest
from publisher.commands.init import init
from publisher.commands.lexicon import lexicon
from publisher.commands.link import link
from publisher.commands.load import load
from publisher.commands.query import query
from publisher.commands.release import release
from publisher.commands.same import same
from publisher.commands.serve import serve
from publisher.commands.validate import validate
from publisher.errors import PublisherError


class _Commands(click.Group):
    """The edge where errors become messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PublisherError as error:
            say(f"error: {error}")
            ctx.exit(error.exit_code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(publisher.__version__, prog_name="publisher")
def main() -> None:
    """Turn profile pages of learning cities into a knowledge graph, and publish it."""


for command in (
    init, convert, explain, validate, harvest, build, release, load, serve, query, same,
    lexicon, link, check,
):  # fmt: skip
    main.add_command(command)
