"""Countries by name: what a title's second half is checked against.

Names come from packages: ISO 3166-1 (pycountry), CLDR in several languages
(Babel) and other spellings in use (countryinfo); a site adds those that its
pages use and no package knows. countryinfo also has the regions of the UN's M49.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pycountry
from anyascii import anyascii
from babel import Locale
from countryinfo import all_countries

from publisher.spelling import drop_marks

LANGUAGES = ("en", "fr", "es", "ru", "ar", "ko")
# Spellings shorter than this are codes ("PE", "Ari"), which a title does not use,
# but for these.
_SHORTEST_SPELLING = 4
_ABBREVIATIONS = {
    "usa": "us",
    "uk": "gb",
    "uae": "ae",
    "drc": "cd",
    "dprk": "kp",
}
# Words that tables shorten, in one form.
_SHORT_WORDS = {
    "rep": "republic",
    "dem": "democratic",
    "federal": "fed",
    "federated": "fed",
    "federation": "fed",
    "sts": "states",
    "n": "north",
    "s": "south",
    "st": "saint",
    "pdr": "peoples democratic republic",
    "rb": "bolivarian republic",
}
# Words that some write and others leave out.
_SMALL_WORDS = frozenset({"the", "of", "and"})
# Regions that CLDR names otherwise than the UN, by their M49 code.
_UN_NAMES = {
    "035": "South-eastern Asia",
    "053": "Australia and New Zealand",
    "057": "Micronesia",
    "419": "Latin America and the Caribbean",
}
_WORD = re.compile(r"[a-z0-9]+")
_DOTTED = re.compile(r"(?<![a-z])[a-z](?:\.[a-z](?![a-z]))+")


def _fold(name: str) -> str:
    """Word order and punctuation do not matter: `Iran, Islamic Republic of`, `U.K.`."""
    plain = anyascii(drop_marks(name)).lower().replace("'", "").replace("`", "")
    plain = _DOTTED.sub(lambda letters: letters[0].replace(".", ""), plain)
    words = " ".join(_SHORT_WORDS.get(word, word) for word in _WORD.findall(plain)).split()
    return " ".join(sorted(word for word in words if word not in _SMALL_WORDS))


class Countries:
    """Names of countries to ISO 3166-1 alpha-2 codes (lower case), and back."""

    def __init__(self, further_names: Iterable[tuple[str, str]] = ()) -> None:
        """`further_names`: pairs of a name and an alpha-2 code, which win over packages."""
        self._further = [(name, code.lower()) for name, code in further_names]
        candidates: dict[str, set[str]] = defaultdict(set)
        for name, code in _package_names():
            candidates[_fold(name)].add(code)
        # A spelling that two countries share (an old colony, say) names neither.
        self._codes = {
            name: next(iter(codes)) for name, codes in candidates.items() if len(codes) == 1
        }
        self._codes |= _ABBREVIATIONS
        self._codes |= {_fold(name): code for name, code in self._further}

    def list_further_names(self, code: str) -> tuple[str, ...]:
        """Returns the names that were given for a country besides those of packages."""
        return tuple(name for name, named in self._further if named == code)

    def find(self, name: str) -> str | None:
        """Returns the alpha-2 code of a country's name, or None if it names none."""
        return self._codes.get(_fold(name))

    def find_alpha3(self, alpha3: str) -> str | None:
        """Returns the alpha-2 code of an ISO 3166-1 alpha-3 code, or None."""
        country = pycountry.countries.get(alpha_3=alpha3.upper())
        return country.alpha_2.lower() if country else None

    def label(self, code: str, language: str = "en") -> str:
        """Returns a country's name: ISO's in English (`Republic of Korea`), else CLDR's."""
        if language == "en":
            return _uninverted(_country(code).name)
        return str(Locale(language).territories[code.upper()])

    def find_regions(self, code: str) -> tuple[str, ...]:
        """Returns the M49 codes of the UN's sub-region and region that a country is in,
        none if the UN puts it in none."""
        names = _regions_by_country().get(code, ())
        return tuple(_codes_by_region()[name.lower()] for name in names)

    def find_iso_codes(self, code: str) -> tuple[str, ...]:
        """Returns the alpha-2, alpha-3 and numeric codes of a country in ISO 3166-1."""
        country = _country(code)
        return (country.alpha_2, country.alpha_3, country.numeric)

    def label_region(self, code: str, language: str = "en") -> str:
        """Returns a region's name: the UN's in English, else CLDR's."""
        if language == "en" and code in _UN_NAMES:
            return _UN_NAMES[code]
        return str(Locale(language).territories[code])

    def short_label(self, code: str) -> str:
        """Returns the English name of everyday use (CLDR: `South Korea`)."""
        return str(Locale("en").territories[code.upper()])


def is_country_code(code: str) -> bool:
    """Tells whether ISO 3166-1 has this alpha-2 code, in whatever case."""
    return len(code) == 2 and pycountry.countries.get(alpha_2=code.upper()) is not None


def _country(code: str) -> Any:
    """The ISO 3166-1 entry of an alpha-2 code that `Countries.find` gave."""
    return pycountry.countries.get(alpha_2=code.upper())


def _uninverted(name: str) -> str:
    head, _, rest = name.partition(", ")
    return f"{rest} {head}" if rest else head


@cache
def _regions_by_country() -> dict[str, tuple[str, str]]:
    """countryinfo lists some parts of countries under the code of the whole, without region."""
    return {
        str(info.iso(2)).lower(): (str(info.subregion()), str(info.region()))
        for info in all_countries()
        if info.region() and info.subregion()
    }


@cache
def _codes_by_region() -> dict[str, str]:
    """M49 codes by the UN's names, in lower case; CLDR knows the codes."""
    cldr = {c: str(name) for c, name in Locale("en").territories.items() if c.isdigit()}
    return {name.lower(): code for code, name in (cldr | _UN_NAMES).items()}


def _package_names() -> Iterator[tuple[str, str]]:
    territories = [Locale(language).territories for language in LANGUAGES]
    for country in pycountry.countries:
        code = country.alpha_2.lower()
        for attribute in ("name", "official_name", "common_name"):
            if name := getattr(country, attribute, None):
                yield name, code
        for names in territories:
            if name := names.get(country.alpha_2):
                yield name, code
    for info in all_countries():
        code = str(info.iso(2)).lower()
        # A part of a country under the code of the whole is told by having no region.
        if not info.region():
            continue
        for spelling in (info.name(), *info.alt_spellings()):
            if len(spelling) >= _SHORTEST_SPELLING:
                yield spelling, code
