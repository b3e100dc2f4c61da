"""publisher release: record that the current content is published."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click

from publisher.build import build_release
from publisher.commands.common import (
    find_release_dir,
    open_site,
    out_option,
    say,
    show_progress,
    site_option,
    write_output,
)
from publisher.history import RELEASE_COLUMNS
from publisher.manifest import Manifest
from publisher.site import Site
from publisher.site_tables import RELEASES


@click.command()
@site_option
@out_option
def release(root: Path, out: Path | None) -> None:
    """Build the site and record the release in data/releases.csv.

    What is recorded stays published: keep its directory in the directory of
    releases, and commit the table, so that every clone knows of it.
    """
    site = open_site(root)
    with show_progress() as notify:
        manifest = build_release(site, find_release_dir(root, site.settings, out), progress=notify)
    if manifest.version in [former.version for former in site.releases]:
        say(f"Release {manifest.version} is recorded already.")
    else:
        write_output(_add_row(site, manifest), root / RELEASES)
        say(f"Release {manifest.version} is recorded in {root / RELEASES}.")
    click.echo(manifest.version)


def _add_row(site: Site, manifest: Manifest) -> bytes:
    rows = [(former.version, former.date, former.sha256) for former in site.releases]
    rows.append((manifest.version, manifest.date, manifest.canonical.dataset))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([RELEASE_COLUMNS, *rows])
    return text.getvalue().encode()
