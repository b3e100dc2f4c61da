"""Pages named on the command line, with what the site's tables know of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
import pycountry

from publisher.commands.common import STANDARD, name_input, read_input
from publisher.errors import UsageError
from publisher.iris import mint_slug
from publisher.profile import PageSource
from publisher.site import PROFILES, PageFile, Site

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line says of a page, where neither it nor sources.csv does."""

    city: str | None = None
    country: str | None = None
    address: str | None = None


def page_options(command: F) -> F:
    """Adds the options that make up a `Told`."""
    for name, text in (
        ("--address", "Web address of the page, where sources.csv does not list it."),
        ("--country", "Its country, where the page does not name it."),
        ("--city", "City of the page, where the page does not name it."),
    ):
        command = click.option(name, help=text)(command)
    return command


def read_pages(site: Site, names: Sequence[str], told: Told) -> list[PageFile]:
    """Returns the pages of these names, `-` for standard input.

    Raises:
        SourceError: a page cannot be read.
        UsageError: the country is none, the city has no letters, or several pages are
            said to be the same.
    """
    if told != Told() and len(names) > 1:
        raise UsageError(
            "--city, --country and --address say what one page is about",
            where=f"{len(names)} pages",
            remedy="take the pages one by one, or list them in sources.csv",
        )
    if told.city and not mint_slug(told.city):
        raise UsageError(
            f"{told.city!r} has neither letters nor digits",
            where="--city",
            remedy="give the name of the city, as the table of members has it",
        )
    code = find_country(site, told.country) if told.country else None
    pages = []
    for name in names:
        known = _find_known(site, name)
        known = replace(
            known,
            city=told.city or known.city,
            country=code or known.country,
            address=told.address or known.address,
        )
        pages.append(PageFile(Path(name_input(name)), read_input(name), known))
    return pages


def find_country(site: Site, name: str) -> str:
    """Returns the ISO 3166-1 alpha-2 code, in lower case, of a country's name or code.

    Raises:
        UsageError: it is neither.
    """
    code = site.countries.find(name)
    if code is None and pycountry.countries.get(alpha_2=name.upper()) is not None:
        code = name.lower()
    if code is None:
        raise UsageError(
            f"{name!r} is no country",
            where="--country",
            remedy="give its name in English or its two-letter ISO code",
        )
    return code


def _find_known(site: Site, name: str) -> PageSource:
    path = Path(name)
    in_site = name != STANDARD and path.resolve().parent == (site.root / PROFILES).resolve()
    return (site.sources.get(path.name) if in_site else None) or PageSource()
