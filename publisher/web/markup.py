"""Small pieces of HTML that templates cannot write without surplus white space."""

from __future__ import annotations

from markupsafe import Markup

from publisher.formats import find_format
from publisher.web.reader import Text


def mark_language(text: Text) -> Markup:
    """Returns the attributes `lang` and `dir` of a text that is not English, a blank before."""
    language = Markup(' lang="{}"').format(text.language) if text.language else Markup("")
    direction = Markup(' dir="{}"').format(text.direction) if text.direction else Markup("")
    return language + direction


def shorten_address(iri: str) -> str:
    """Returns an address as people write it."""
    return iri.removeprefix("https://").removeprefix("http://").removesuffix("/")


def get_format_label(name: str) -> str:
    """Returns what people call the format of a file."""
    found = find_format(name)
    return found.label if found else name
