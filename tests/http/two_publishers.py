"""Small sites of one invented city each, built for the address that serves them."""

from __future__ import annotations

import contextlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from small_release import ROOT, serve_at

from publisher.answers import Limits
from publisher.build import build_release
from publisher.release import Release, open_release
from publisher.settings import parse_settings
from publisher.site import load_site

LIMITS = Limits(timeout=10, memory=512, result_mib=20, workers=2, queue=4)
# Without them a build takes a tenth of the time, and nothing here is about them.
LEFT_OUT = ("topics.ttl", "target-groups.ttl")
PAGE = """{city}, {country}

Learning beside the lake

Vision and Motivation

The town wants everyone to learn. Its {city} Open College was founded for that.
"""


def find_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def write_site(root: Path, base_iri: str, city: str, country: str) -> Path:
    """Writes a site with one page and returns its directory."""
    skip = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(ROOT / "ontology", root / "ontology", ignore=skip)
    shutil.copytree(ROOT / "shapes", root / "shapes")
    (root / "data/profiles").mkdir(parents=True)
    (root / "data/profiles/page.txt").write_text(
        PAGE.format(city=city, country=country), encoding="utf-8"
    )
    (root / "data/profiles/sources.csv").write_text(
        "file,address,city,country,language,text,issued,modified\n"
        f"page.txt,https://example.org/{city},,,en,own-words,2020-05-01,2021-06-02\n",
        encoding="utf-8",
    )
    (root / "data/site.toml").write_text(f'base_iri = "{base_iri}"\n', encoding="utf-8")
    return root


def build(root: Path) -> Release:
    """Returns the release of a site."""
    text = (root / "data/site.toml").read_text(encoding="utf-8")
    build_release(load_site(root, parse_settings(text, "site.toml", {}, {})), root / "build")
    return open_release(root / "build")


@contextlib.contextmanager
def publish(release: Release, federation: tuple[str, ...] = ()) -> Iterator[str]:
    """Serves a release at the address that its IRIs begin with."""
    port = int(release.settings.base_iri.rstrip("/").rpartition(":")[2])
    with serve_at(port, release, LIMITS, federation) as address:
        yield address
