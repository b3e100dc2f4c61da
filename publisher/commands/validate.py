"""publisher validate: a site, pages or graphs against the site's shapes."""

from __future__ import annotations

from pathlib import Path

import click
from rdflib import RDF, SKOS, Graph

from publisher.build import check_site, read_context
from publisher.commands.common import (
    name_input,
    open_site,
    output_option,
    read_input,
    say,
    show_progress,
    site_option,
    write_output,
)
from publisher.commands.pages import Told, page_options, read_pages
from publisher.conversion import convert_pages, validate_pages
from publisher.errors import InvalidData, UsageError
from publisher.formats import RDF_FORMATS, Format, find_format, read
from publisher.quads import to_graph
from publisher.site import PAGE_SUFFIXES, Site
from publisher.validate import Report, Severity, merge_results, validate_graphs

_INPUTS = ("page", *(f.name for f in RDF_FORMATS))


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE…]")
@click.option(
    "--input",
    "input_name",
    type=click.Choice(_INPUTS),
    help="What the FILEs are, where their suffix does not say.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "turtle", "json"]),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@output_option
@page_options
@site_option
def validate(
    files: tuple[str, ...],
    input_name: str | None,
    format_name: str,
    output: Path | None,
    root: Path,
    **told: str | None,
) -> None:
    """Validate pages or RDF FILEs (- for standard input), or the whole site without any.

    Ends with 1 if a shape is violated, 0 if there are only warnings.
    """
    site = open_site(root)
    if files:
        report = _validate_files(site, files, input_name, Told(**told))
    else:
        report = _validate_site(site)
    write = {"text": report.to_text, "turtle": report.to_turtle, "json": report.to_json}
    write_output(write[format_name]().encode(), output)
    if not report.conforms:
        raise InvalidData(
            f"shapes are violated ({report.count(Severity.VIOLATION)})",
            remedy="correct what the report names",
        )


def _validate_site(site: Site) -> Report:
    with show_progress() as notify:
        report, problems = check_site(site, notify)
    for problem in problems:
        say(str(problem))
    return report


def _validate_files(
    site: Site, names: tuple[str, ...], input_name: str | None, told: Told
) -> Report:
    formats = {name: _find_input(name, input_name) for name in names}
    pages = [name for name, kind in formats.items() if kind is None]
    context = read_context(site)
    graphs: dict[str, Graph] = {}
    for name, kind in formats.items():
        if kind is not None:
            quads = read(
                read_input(name),
                name_input(name),
                kind,
                base_iri=site.settings.base_iri,
                context=context,
            )
            graphs[name_input(name)] = to_graph(quads)
    with show_progress() as notify:
        converted = convert_pages(site, read_pages(site, pages, told), notify)
        on_pages = validate_pages(site, converted, notify)
    for page in converted:
        for problem in page.problems:
            say(str(problem))
    types = site.concept_types
    reports = [on_pages]
    for source, graph in graphs.items():
        # A graph with concepts of its own is to be judged by them.
        own = (None, RDF.type, SKOS.Concept) in graph
        reports.append(validate_graphs({source: graph}, site.shapes, None if own else types))
    return merge_results(report.results for report in reports)


def _find_input(name: str, input_name: str | None) -> Format | None:
    """Returns the format of a graph, None for a page."""
    suffix = Path(name).suffix.lower()
    if input_name == "page" or (input_name is None and suffix in PAGE_SUFFIXES):
        return None
    kind = find_format(input_name or suffix)
    if kind is None or kind.syntax is None:
        raise UsageError(
            "cannot tell what this is",
            where=name_input(name),
            remedy=f"say so with --input, one of {', '.join(_INPUTS)}",
        )
    return kind
