"""publisher harvest: other publishers' data into the site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from publisher.build import read_context
from publisher.commands.common import open_site, say, site_option
from publisher.errors import HarvestError, UsageError
from publisher.harvest import Outcome, harvest_sources
from publisher.harvest_sources import Source
from publisher.site import HARVEST_SOURCES, Site

_HEAD = ("source", "outcome", "triples", "violations", "warnings", "as of")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--again", is_flag=True, help="Fetch what has not changed since, too.")
@click.option("--report", is_flag=True, help="Show every result of the shapes.")
@site_option
def harvest(names: tuple[str, ...], again: bool, report: bool, root: Path) -> None:
    """Fetch the open data that data/sources.toml names: all, or the sources NAME.

    What a source says is kept in data/harvest, and the next build takes it in, in a
    graph of its own. A source that fails keeps its last good state; the command then
    ends with 1.
    """
    site = open_site(root)
    outcomes = harvest_sources(site, _choose(site, names), read_context(site), again=again)
    click.echo(_tabulate(outcomes))
    for outcome in outcomes:
        if outcome.error is not None:
            say(f"{outcome.name}: {outcome.error}")
        for note in outcome.notes:
            say(f"{outcome.name}: {note}")
        if report and outcome.report.results:
            say(outcome.report.to_text())
            say(f"{outcome.name}: what is to be corrected is for its publisher to correct.")
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if failed:
        raise HarvestError(
            f"{len(failed)} of {len(outcomes)} sources could not be harvested",
            where=", ".join(outcome.name for outcome in failed),
            remedy=_tell_what_is_left(failed),
        )


def _tell_what_is_left(failed: Sequence[Outcome]) -> str:
    """Returns what a build will do about sources that could not be harvested."""
    groups = (
        ("of {} the last good state is kept, and built with", lambda o: o.state is not None),
        (
            "of {} nothing is known yet, and a build goes without it",
            lambda o: o.state is None and not o.is_damaged,
        ),
        ("of {} the files are damaged, and a build refuses them", lambda o: o.is_damaged),
    )
    told = [(text, [o.name for o in failed if is_one(o)]) for text, is_one in groups]
    return "; ".join(text.format(", ".join(names)) for text, names in told if names)


def _choose(site: Site, names: Sequence[str]) -> list[Source]:
    known = {source.name: source for source in site.harvest_sources}
    if not known:
        raise UsageError(
            "the site names no sources",
            where=str(HARVEST_SOURCES),
            remedy="see docs/harvest.md for how to write it",
        )
    for name in names:
        if name not in known:
            raise UsageError(
                f"there is no source {name!r}",
                where=str(HARVEST_SOURCES),
                remedy=f"the sources are {', '.join(known)}",
            )
    return [known[name] for name in names or known]


def _tabulate(outcomes: Sequence[Outcome]) -> str:
    rows: list[tuple[str, ...]] = [_HEAD]
    for outcome in outcomes:
        state = outcome.state
        word = "failed" if outcome.error else "new" if outcome.is_new else "unchanged"
        facts: tuple[str, ...] = ("", "", "", "damaged" if outcome.is_damaged else "never")
        if state is not None:
            numbers = (state.triples, state.violations, state.warnings)
            facts = (*map(str, numbers), state.harvested)
        rows.append((outcome.name, word, *facts))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)
