"""A site of one invented city: the real ontology and shapes, few concepts, no network."""

from __future__ import annotations

import shutil
from pathlib import Path

from publisher.settings import parse_settings
from publisher.site import Site, load_site

ROOT = Path(__file__).parents[2]
PAGE = """Bergdorf, Switzerland

  • City population:
    12,345

Learning beside the lake

Vision and Motivation

The town wants everyone to learn. Its Bergdorf Open College was founded for that.
"""
SOURCES = """file,address,city,country,language,text,issued,modified
bergdorf.txt,https://example.org/bergdorf,,,en,own-words,2020-05-01,2021-06-02
"""
# Without them a build takes a tenth of the time, and nothing here is about them.
LEFT_OUT = ("topics.ttl", "target-groups.ttl")


def write_site(root: Path) -> Path:
    """Writes the site and returns its directory."""
    skip = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(ROOT / "ontology", root / "ontology", ignore=skip)
    shutil.copytree(ROOT / "shapes", root / "shapes")
    (root / "data/profiles").mkdir(parents=True)
    (root / "data/profiles/bergdorf.txt").write_text(PAGE, encoding="utf-8")
    (root / "data/profiles/sources.csv").write_text(SOURCES, encoding="utf-8")
    (root / "data/site.toml").write_text('base_iri = "https://data.example.org/"\n')
    return root


def open_site(root: Path) -> Site:
    """Returns the site in a directory, with the settings of its file."""
    text = (root / "data/site.toml").read_text(encoding="utf-8")
    return load_site(root, parse_settings(text, "site.toml", {}, {}))
