"""publisher load: a release into a SPARQL engine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from publisher.answers import Limits
from publisher.commands.common import (
    find_release_dir,
    load_settings,
    out_option,
    say,
    setting_option,
    show_progress,
    site_option,
)
from publisher.engine import Engine
from publisher.errors import UsageError
from publisher.loading import GraphStore, load_release
from publisher.release import open_release
from publisher.remote import RemoteStore

_PASSWORD = "GRAPH_STORE_PASSWORD"  # noqa: S105 - the name of a variable
# The questions are ours, and a large engine may count for a while.
_SECONDS = 600


@click.command()
@click.option(
    "--graph-store",
    required=True,
    metavar="URL",
    help="Where the engine takes graphs: its address by the Graph Store HTTP Protocol.",
)
@click.option(
    "--user", default="", help=f"Who may write there; the password is read from {_PASSWORD}."
)
@setting_option("store")
@site_option
@out_option
def load(graph_store: str, user: str, store: str | None, root: Path, out: Path | None) -> None:
    """Load the current release into a SPARQL engine, in place of the one before.

    Graphs of the site that the release does not have are removed, and other
    graphs of the engine left alone.
    """
    settings = load_settings(root, {"store": store})
    if not settings.store:
        raise UsageError(
            "which engine is not said",
            where="--store",
            remedy="give the address of its query endpoint, here or as the setting store",
        )
    release = open_release(find_release_dir(root, settings, out))
    password = os.environ.get(_PASSWORD, "")
    engine = Engine(settings.store, seconds=_SECONDS, most_mib=Limits.of(settings).result_mib)
    with show_progress() as notify:
        gone = load_release(
            release, RemoteStore(engine, (), 0), GraphStore(graph_store, user, password), notify
        )
    RemoteStore.of(release, engine)
    say(f"Release {release.manifest.version} is loaded; graphs of another removed: {gone}.")
