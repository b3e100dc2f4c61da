"""The forms in which people write one and the same identifier. Pure.

GeoNames, Wikidata and others have an IRI for a thing, addresses of pages about it, and
addresses of data; copied from a browser, it is seldom the IRI that a graph holds.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pycountry

from publisher.errors import ParameterError

_ISO = "iso:"
# For each dataset: how its identifiers are written, and the forms that links use.
_DATASETS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(r"(?:www\.|sws\.|m\.)?geonames\.org/(\d+)(?:/.*|\.html)?"),
        ("sws.geonames.org/{0}", "www.geonames.org/{0}", "geonames.org/{0}"),
    ),
    (
        re.compile(
            r"(?:www\.|m\.)?wikidata\.org/(?:entity|wiki(?:/Special:EntityData)?)/"
            r"([QP]\d+)(?:\.\w+)?/?(?:#.*)?"
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


def list_equivalents(identifier: str) -> tuple[str, ...]:
    """Returns the IRIs by which a graph may know what an identifier names.

    First comes the identifier itself; then `http` and `https`, with and without a
    slash at the end, and the forms of datasets that have several. `iso:` before an
    ISO 3166-1 code stands for no IRI: see `find_country_code`.

    Raises:
        ParameterError: it is no absolute IRI.
    """
    iri = identifier.strip()
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+", iri):
        raise ParameterError(
            "the parameter iri is missing, or no absolute IRI",
            parameter="iri",
            remedy="write it from its beginning, as https://sws.geonames.org/1843564/",
        )
    if urlsplit(iri).scheme.lower() not in ("http", "https"):
        return (iri,)
    rest = iri.partition("://")[2]
    host, slash, path = rest.partition("/")
    rest = f"{host.lower()}{slash}{path}"
    bare = {rest.rstrip("/"): None}
    for pattern, forms in _DATASETS:
        if found := pattern.fullmatch(rest):
            bare |= dict.fromkeys(form.format(found[1]) for form in forms)
    written = (
        f"{scheme}://{form}{end}" for form in bare for scheme in ("https", "http")
        for end in ("", "/")
    )  # fmt: skip
    return tuple(dict.fromkeys([iri, *written]))


def find_country_code(identifier: str) -> str | None:
    """Returns the alpha-2 code, in lower case, that `iso:` and any ISO 3166-1 code
    (alpha-2, alpha-3 or numeric) stands for; None if it is not one."""
    scheme, code = identifier.strip()[: len(_ISO)], identifier.strip()[len(_ISO) :]
    if scheme.lower() != _ISO:
        return None
    countries = pycountry.countries
    found = (
        countries.get(alpha_2=code.upper())
        or countries.get(alpha_3=code.upper())
        or countries.get(numeric=code)
    )
    return str(found.alpha_2).lower() if found else None
