"""The repository's site, loaded once: its vocabulary is what pages are read with."""

from __future__ import annotations

import pytest
from reading import ROOT, Convert, Extract, Read

from publisher.iris import CityKey
from publisher.network import Member, Members
from publisher.profile import PageSource
from publisher.settings import Settings
from publisher.site import Converted, Site, load_site


@pytest.fixture(scope="session")
def site() -> Site:
    return load_site(ROOT, Settings())


@pytest.fixture(scope="session")
def with_invented(site: Site) -> Site:
    """The same site, with the city of the invented pages as a member."""
    invented = Member(CityKey("ie", "marrowby"), "Marrowby", (), "", None, "stated", None)
    enlarged = load_site(ROOT, Settings())
    enlarged.lexicon = site.lexicon
    enlarged.members = Members((*site.members.all, invented), site.member_kinds)
    return enlarged


@pytest.fixture(scope="session")
def convert(with_invented: Site) -> Convert:
    """Text of a page, and what sources.csv says of it → its graphs."""

    def convert(text: str | bytes, **known: object) -> Converted:
        data = text.encode() if isinstance(text, str) else text
        return with_invented.convert(data, "page.txt", PageSource(**known))

    return convert


@pytest.fixture(scope="session")
def extract(convert: Convert) -> Extract:
    return lambda text, **known: convert(text, **known).profile


@pytest.fixture(scope="session")
def read(extract: Extract) -> Read:
    return lambda text, **known: extract(text, **known).page
