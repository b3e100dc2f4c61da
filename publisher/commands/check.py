"""publisher check: a running site, by what standards and good practice ask."""

from __future__ import annotations

import io
import re
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from publisher.check.client import Client
from publisher.check.finding import Outcome
from publisher.check.report import SiteReport, check_site
from publisher.check.target import Target
from publisher.commands.common import output_option, show_progress, write_output
from publisher.errors import InvalidData, UsageError

_MARKS = {Outcome.PASSED: "passed", Outcome.FAILED: "FAILED", Outcome.INAPPLICABLE: "–"}
_UNWRAPPED = 100_000


@click.command()
@click.argument("url")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "earl", "json"]),
    default="table",
    show_default=True,
    help="Format of the report; earl is EARL in Turtle.",
)
@click.option(
    "--sample", default=50, show_default=True, type=click.IntRange(0),
    help="How many IRIs of the dataset are looked up; 0 for all.",
)  # fmt: skip
@click.option(
    "--foreign", default=10, show_default=True, type=click.IntRange(0),
    help="How many other sites that it links to are looked up.",
)  # fmt: skip
@click.option(
    "--timeout", default=20.0, show_default=True, type=click.FloatRange(0, min_open=True),
    help="Seconds that one answer may take.",
)  # fmt: skip
@click.option(
    "--most-mib", default=200, show_default=True, type=click.IntRange(1),
    help="MiB that one answer may have.",
)  # fmt: skip
@output_option
def check(  # noqa: PLR0913 - an argument for each option
    url: str,
    format_name: str,
    sample: int,
    foreign: int,
    timeout: float,
    most_mib: int,
    output: Path | None,
) -> None:
    """Check the running site at URL, this one or any other: what it says of itself, its
    documents, endpoint, dumps and links.

    Nothing is changed there. Ends with 1 if a check fails.
    """
    if not re.match(r"https?://[^/?#\s<>\"{}|\\^`]+[^\s<>\"{}|\\^`]*$", url):
        raise UsageError(
            "not the address of a site", where=url, remedy="begin it with http:// or https://"
        )
    client = Client(seconds=timeout, most_bytes=most_mib << 20)
    try:
        with show_progress() as notify:
            report = check_site(Target(url, client, sample=sample, foreign=foreign), notify)
    finally:
        client.close()
    if format_name == "table":
        data = _write_table(report, to_terminal=output is None)
    else:
        data = report.to_earl() if format_name == "earl" else report.to_json()
    write_output(data.encode(), output)
    if not report.passed:
        raise InvalidData(
            f"checks failed ({report.count(Outcome.FAILED)})",
            where=url,
            remedy="send the request that stands with each again",
        )


def _write_table(report: SiteReport, *, to_terminal: bool) -> str:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("", "check", "", "found"):
        table.add_column(column, overflow="fold")
    for asked, finding in report.findings:
        cells = (_MARKS[finding.outcome], asked.title, asked.severity, finding.detail)
        table.add_row(*map(Text, cells))
    screen = Console()
    page = io.StringIO()
    width = screen.width if to_terminal and screen.is_terminal else _UNWRAPPED
    Console(file=page, width=width, color_system=None).print(table)
    lines = [line.rstrip() for line in page.getvalue().splitlines()]
    lines += [f"{report.count(o)} {o}" for o in Outcome]
    for asked, finding in report.findings:
        if finding.outcome is Outcome.FAILED:
            lines += ["", f"{asked.id}: {finding.detail}", f"  {asked.section}"]
            lines += [f"  {finding.curl}"] if finding.curl else []
    return "\n".join(lines) + "\n"
