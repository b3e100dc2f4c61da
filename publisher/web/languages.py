"""Languages by their BCP 47 tags: names for people, direction of writing."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError

# Languages of scripts that run from right to left.
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def get_direction(language: str | None) -> str | None:
    """Returns `rtl` for a language written from right to left, None for others."""
    return "rtl" if language and language.split("-")[0].lower() in _RIGHT_TO_LEFT else None


def name_language(tag: str) -> str:
    """Returns the English name of a language, the tag itself where there is none."""
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag
