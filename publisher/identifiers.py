"""The forms in which people write one and the same identifier. Pure.

GeoNames, Wikidata and others have an IRI for a thing, addresses of pages about it, and
addresses of data; copied from a browser, it is seldom the IRI that a graph holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import pycountry

from publisher.errors import ParameterError

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\ud800-\udfff]+")
_ENCODED = re.compile(r"https?%3A", re.I)
_WITHOUT_SCHEME = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?/")
_DEFAULT_PORT = re.compile(r":(?:80|443)?$")
# How identifiers are written in short, and what that stands for.
_SHORT = (
    (re.compile(r"(?:geonames|gn):(\d+)", re.I), "https://sws.geonames.org/{0}/"),
    (re.compile(r"(?:wikidata|wd):([QP]\d+)", re.I), "http://www.wikidata.org/entity/{0}"),
)
# For each dataset: its addresses, without query and fragment, and the forms that links use.
_DATASETS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"(?:www\.|sws\.|m\.)?geonames\.org/(\d+)(?:/.*|\.html)?"),
        ("sws.geonames.org/{0}", "www.geonames.org/{0}", "geonames.org/{0}"),
    ),
    (
        re.compile(
            r"(?:www\.|m\.)?wikidata\.org/(?:entity|wiki(?:/Special:Entity(?:Data|Page))?)/"
            r"([QP]\d+)(?:\.\w+)?/?"
        ),
        ("www.wikidata.org/entity/{0}", "www.wikidata.org/wiki/{0}"),
    ),
    (
        re.compile(
            r"vocabularies\.unesco\.org/(?:browser/)?thesaurus/"
            r"(?:\w\w/page/)?(concept\d+)(?:\.\w+)?/?"
        ),
        ("vocabularies.unesco.org/thesaurus/{0}",),
    ),
)
# A code of ISO 3166-1: alone or with a prefix, as a URN, in the address of a page.
_CODE = r"([a-z]{2,3}|\d{1,3}|(?:[a-z]\.){1,2}[a-z]\.?)"
_CODED = re.compile(
    r"(?:iso(?:3166(?:-1)?)?:|urn:iso:std:iso:3166:(?:-1:)?(?:[a-z0-9-]+:)?)?" + _CODE, re.I | re.A
)
_COUNTRY_PAGE = re.compile(
    r"(?:https?://)?(?:www\.iso\.org/obp/ui/(?:\w\w/)?#iso:code:3166:"
    rf"|(?:www\.)?geonames\.org/countries/){_CODE}(?:/.*)?",
    re.I | re.A,
)


def list_equivalents(identifier: str) -> tuple[str, ...]:
    """Returns the IRIs by which a graph may know what an identifier names.

    First comes the identifier itself, whole: without angle brackets, with a scheme, short
    forms and percent-encoding undone. Then `http` and `https`, with and without a slash at
    the end, without query and fragment, the forms of datasets that have several, and those
    of the IRI that it carries as `uri=`. A code of a country stands for no IRI: see
    `find_country_code`.

    Raises:
        ParameterError: it is no absolute IRI.
    """
    iri = _complete(identifier)
    parts = _split(iri)
    if parts is None:
        raise ParameterError(
            "the parameter iri is missing, or no absolute IRI",
            parameter="iri",
            remedy="write it from its beginning, as https://sws.geonames.org/2654675/",
        )
    forms = [iri, *_list_addresses(parts)]
    # One only: an address that carries one that carries another is nobody's identifier.
    for carried in parse_qs(parts.query).get("uri", ())[:1]:
        if inner := _split(carried):
            forms += [carried, *_list_addresses(inner)]
    return tuple(dict.fromkeys(forms))


def find_country_code(identifier: str) -> str | None:
    """Returns the alpha-2 code, in lower case, of the country that an ISO 3166-1 code
    (alpha-2, alpha-3 or numeric) stands for, in any of its forms; None if it is no such code."""
    text = identifier.strip()
    found = _CODED.fullmatch(text) or _COUNTRY_PAGE.fullmatch(text)
    if found is None:
        return None
    code, countries = found[1].replace(".", "").upper(), pycountry.countries
    country = (
        countries.get(alpha_2=code)
        or countries.get(alpha_3=code)
        # Spreadsheets drop the zeros before a number.
        or countries.get(numeric=code.zfill(len("000")))
    )
    return str(country.alpha_2).lower() if country else None


def _complete(identifier: str) -> str:
    """Returns the IRI that is meant by what people write or copy."""
    text = identifier.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if _ENCODED.match(text):
        text = unquote(text)
    for short, form in _SHORT:
        if found := short.fullmatch(text):
            return form.format(found[1].upper())
    return f"https://{text}" if _WITHOUT_SCHEME.match(text) else text


def _split(iri: str) -> SplitResult | None:
    """Returns the parts of an absolute IRI, None if it is none."""
    try:
        return urlsplit(iri) if _IRI.fullmatch(iri) else None
    except ValueError:  # brackets or characters that no host has
        return None


def _list_addresses(parts: SplitResult) -> Iterator[str]:
    """Yields the addresses that a web address is one with."""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return
    address = _DEFAULT_PORT.sub("", parts.netloc.lower()) + parts.path
    whole = parts._replace(scheme="", netloc="", path="").geturl()
    forms = {address.rstrip("/"): None}
    for pattern, known in _DATASETS:
        if found := pattern.fullmatch(address):
            forms |= dict.fromkeys(form.format(found[1]) for form in known)
    for scheme in ("https", "http"):
        if whole:
            yield f"{scheme}://{address}{whole}"
        for form in forms:
            yield f"{scheme}://{form}"
            yield f"{scheme}://{form}/"
