"""publisher convert: pages to graphs."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.assemble import merge_graphs
from publisher.build import read_context
from publisher.commands.common import (
    open_site,
    output_option,
    say,
    setting_option,
    show_progress,
    site_option,
    write_output,
)
from publisher.commands.pages import Told, page_options, read_pages
from publisher.conversion import convert_pages
from publisher.formats import RDF_FORMATS, write
from publisher.quads import to_quads


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE…")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([f.name for f in RDF_FORMATS]),
    default="turtle",
    show_default=True,
    help="Format of the result.",
)
@output_option
@page_options
@site_option
@setting_option("base_iri")
def convert(
    pages: tuple[str, ...],
    format_name: str,
    output: Path | None,
    root: Path,
    base_iri: str | None,
    **told: str | None,
) -> None:
    """Convert profile PAGEs (text or HTML, - for standard input) to linked data.

    What was not understood is reported on standard error, with page and line.
    """
    site = open_site(root, base_iri)
    read = read_pages(site, pages, Told(**told))
    with show_progress() as notify:
        converted = convert_pages(site, read, notify)
    quads = to_quads(merge_graphs([page.graphs for page in converted]))
    target = next(f for f in RDF_FORMATS if f.name == format_name)
    write_output(write(quads, target, context=read_context(site)), output)
    for page in converted:
        for problem in page.problems:
            say(str(problem))
