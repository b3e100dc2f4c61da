"""The repository's site, loaded once: its vocabulary is what pages are read with."""

from __future__ import annotations

import pytest
from reading import ROOT, Convert, Extract, Read

from publisher.profile import PageSource
from publisher.settings import Settings
from publisher.site import Converted, Site, load_site


@pytest.fixture(scope="session")
def site() -> Site:
    return load_site(ROOT, Settings())


@pytest.fixture(scope="session")
def convert(site: Site) -> Convert:
    """Text of a page, and what sources.csv says of it → its graphs."""

    def convert(text: str | bytes, **known: object) -> Converted:
        data = text.encode() if isinstance(text, str) else text
        return site.convert(data, "page.txt", PageSource(**known))

    return convert


@pytest.fixture(scope="session")
def extract(convert: Convert) -> Extract:
    return lambda text, **known: convert(text, **known).profile


@pytest.fixture(scope="session")
def read(extract: Extract) -> Read:
    return lambda text, **known: extract(text, **known).page
