"""publisher explain: a page with everything that was recognised in it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from publisher.commands.common import open_site, output_option, site_option, write_output
from publisher.commands.pages import Told, page_options, read_pages
from publisher.explain import Explanation, Kind, explain_page, write_html
from publisher.page import read_page
from publisher.profile import PageSource

_STYLES = {
    Kind.TITLE: "bold",
    Kind.HEADLINE: "italic",
    Kind.HEADING: "bold underline",
    Kind.FACT: "yellow",
    Kind.NAME: "bold magenta",
    Kind.TOPIC: "cyan",
    Kind.TARGET_GROUP: "blue",
    Kind.DELIVERY: "green",
}


@click.command()
@click.argument("page")
@click.option("--html", "as_html", is_flag=True, help="Write a web page instead of a terminal's.")
@output_option
@page_options
@site_option
def explain(page: str, as_html: bool, output: Path | None, root: Path, **told: str | None) -> None:
    """Show a PAGE (text or HTML, - for standard input) with each recognised span, the
    concept or fact it became, and what was left over."""
    site = open_site(root)
    file = read_pages(site, [page], Told(**told))[0]
    known = file.known or PageSource()
    read = read_page(file.data, str(file.path), known, site.reader)
    explanation = explain_page(read, known, site.reader)
    if as_html:
        write_output(write_html(explanation, file.path.name).encode(), output)
    elif output is not None:
        plain = Console(record=True, force_terminal=False, width=100, quiet=True)
        with plain.capture() as captured:
            _print(explanation, plain)
        write_output(captured.get().encode(), output)
    else:
        _print(explanation, Console(highlight=False))


def _print(explanation: Explanation, console: Console) -> None:
    text = Text(explanation.profile.page.text)
    silent = {passage.start for passage in explanation.silent}
    for passage in explanation.silent:
        text.stylize("dim", passage.start, passage.end)
    shown, position = Text(), 0
    for span in explanation.spans:
        shown.append_text(text[position : span.start])
        shown.append(text.plain[span.start : span.end], style=_STYLES[span.kind])
        shown.append(f" [{span.meaning}]", style=f"{_STYLES[span.kind]} dim")
        position = span.end
    shown.append_text(text[position:])
    console.print(shown)
    legend = Text("  ".join(kind.value for kind in Kind))
    for kind in Kind:
        legend.highlight_words([kind.value], _STYLES[kind])
    console.print(legend)
    console.print(f"\nLeft out or not understood: {len(explanation.profile.problems)}")
    for problem in explanation.profile.problems:
        console.print(f"  {problem}", markup=False)
    console.print(f"\nSentences that state nothing: {len(silent)}")
    for passage in explanation.silent:
        console.print("  " + " ".join(passage.text.split()), markup=False)
