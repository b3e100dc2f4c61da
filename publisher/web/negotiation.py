"""Which of the formats at hand a request is answered in (RFC 9110, section 12).

The formats themselves stand in `publisher.formats`; Werkzeug weighs the header.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_options_header

from publisher.errors import PublisherError
from publisher.formats import HTML


class Representation(Protocol):
    """What negotiation needs to know of a row of the tables in `publisher.formats`."""

    @property
    def suffix(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


R = TypeVar("R", bound=Representation)


class NotAcceptable(PublisherError):
    """No format that there is was asked for; `available` lists those."""

    def __init__(self, available: Sequence[Representation]) -> None:
        types = [f.media_type for f in available]
        super().__init__(
            "This address has none of the formats that the Accept header asks for.",
            remedy=f"Ask for one of {', '.join(types)}.",
        )
        self.available = tuple(types)


def strip_parameters(accept: MIMEAccept) -> MIMEAccept:
    """Returns `accept` without media-type parameters such as a JSON-LD profile.

    Werkzeug matches parameters literally, so `application/ld+json;profile=…`
    would match nothing. Of two ranges that become the same the higher weight counts.
    """
    weights: dict[str, float] = {}
    for value, quality in accept:
        name, _ = parse_options_header(value)
        weights[name] = max(quality, weights.get(name, 0))
    return MIMEAccept(list(weights.items()))


def choose_format(accept: MIMEAccept, formats: Sequence[R]) -> R:
    """Returns the format that `accept` likes best; the first where it says nothing.

    Raises:
        NotAcceptable: all of `formats` are refused.
    """
    if not accept:
        return formats[0]
    names = {f.media_type: f for f in formats}
    for candidate in formats:
        names |= {alias: candidate for alias in candidate.aliases if alias not in names}
    best = strip_parameters(accept).best_match(list(names))
    if best is None:
        raise NotAcceptable(formats)
    return names[best]


def prefers_html(accept: MIMEAccept, other: str) -> bool:
    """Returns whether a request wants a page rather than `other`.

    Only a request that names HTML is from a browser: `*/*` gets the machine's form.
    """
    ranges = strip_parameters(accept)
    if not any(name == HTML.media_type and quality > 0 for name, quality in ranges):
        return False
    return ranges.best_match([HTML.media_type, other]) == HTML.media_type


def split_suffix(path: str, formats: Sequence[R]) -> tuple[str, R | None]:
    """Returns `path` without the suffix of one of `formats`, and that format."""
    for candidate in formats:
        if path.endswith(candidate.suffix):
            return path.removesuffix(candidate.suffix), candidate
    return path, None
