"""publisher lexicon check: how the vocabulary fits the pages of the site."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from publisher.commands.common import open_site, say, site_option
from publisher.lexicon_report import LexiconReport, check_lexicon
from publisher.page import read_page
from publisher.profile import PageSource


@click.group()
def lexicon() -> None:
    """Work on the vocabulary that pages are read with."""


@lexicon.command()
@click.option("--most", default=40, show_default=True, help="Number of uncovered words to show.")
@site_option
def check(most: int, root: Path) -> None:
    """Show labels that clash, concepts never found on the site's pages, and frequent words
    of the pages that no concept covers. Ends with 1 if labels clash."""
    site = open_site(root)
    pages = [
        read_page(file.data, file.path.name, file.known or PageSource(), site.reader)
        for file in site.pages()
    ]
    report = check_lexicon(site.concepts, pages, site.reader, most)
    _print(report)
    say(f"{len(pages)} pages, {len(report.clashes)} clashes, {len(report.never_found)} never found")
    sys.exit(1 if report.clashes else 0)


def _print(report: LexiconReport) -> None:
    click.echo("Labels that clash (one of the concepts must give up the label):")
    for clash in report.clashes:
        owners = ", ".join(concept.rpartition("/")[2] for concept in clash.concepts)
        click.echo(f"  {clash.scheme} [{clash.language}] {' = '.join(clash.labels)}: {owners}")
    click.echo("\nConcepts never found on these pages:")
    for concept in report.never_found:
        click.echo(f"  {'/'.join(concept.rsplit('/', 2)[1:])}")
    click.echo("\nWords that no concept covers (times, pages):")
    for word, times, pages in report.uncovered:
        click.echo(f"  {word:24} {times:5} {pages:5}")
