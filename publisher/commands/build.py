"""publisher build: a site to a release."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from publisher.build import build_release
from publisher.commands.common import (
    find_release_dir,
    open_site,
    out_option,
    say,
    setting_option,
    show_progress,
    site_option,
)
from publisher.release import CURRENT
from publisher.site import HARVEST_SOURCES


@click.command()
@site_option
@out_option
@click.option(
    "--allow-violations",
    is_flag=True,
    help="Release data that violates shapes; the report in the release says so.",
)
@setting_option("base_iri")
def build(root: Path, out: Path | None, allow_violations: bool, base_iri: str | None) -> None:
    """Build a release of the site: dumps, store, report and description.

    Data that violates a shape is not released, and the release before stays.
    """
    gc.set_threshold(2_000_000, 50, 50)  # nearly all that a build makes lives to its end
    site = open_site(root, base_iri)
    target = find_release_dir(root, site.settings, out)
    with show_progress() as notify:
        manifest = build_release(site, target, allow_violations=allow_violations, progress=notify)
    for source, last in site.list_outdated_harvests():
        say(
            f"{source.name}: what {HARVEST_SOURCES} says of it has changed since it was harvested "
            f"from {last.url}; what was harvested is in the release.\n"
            f"  → publisher harvest {source.name}"
        )
    counts = manifest.counts
    say(
        f"Release {manifest.version}: {counts['cities']} cities, {counts['profiles']} profiles, "
        f"{manifest.triples} triples; {manifest.violations} violations, "
        f"{manifest.warnings} warnings, {manifest.problems} problems with pages."
    )
    click.echo(str(target / CURRENT))
