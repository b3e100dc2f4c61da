"""Names as they are compared, however they are written. Pure.

Folded, a name is transliterated to ASCII, in lower case, without accents and punctuation.
Two names that only their transliteration makes equal are not the same: Arabic loses its
vowels by it.
"""

from __future__ import annotations

import re
import unicodedata

from publisher.iris import mint_slug

# No name is longer; comparing takes time by length.
_LONGEST = 300
# Vowels and other marks, which Arabic writes or leaves out, and the line that stretches words.
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")


def drop_marks(name: str) -> str:
    """Returns a name without the marks that Arabic writes or leaves out."""
    return name if name.isascii() else _ARABIC_MARKS.sub("", name)


def fold(name: str) -> str:
    """Returns a name as it is compared: ASCII words in lower case, one blank between."""
    return mint_slug(drop_marks(name[:_LONGEST])).replace("-", " ")


def join(folded: str) -> str:
    """Returns a folded name without blanks: `Al Ula`, `Al-Ula` and `AlUla` are one."""
    return folded.replace(" ", "")


def spell(name: str) -> tuple[str, str]:
    """Returns what two names have in common if they differ at most in case, accents,
    punctuation and blanks: the letters, in ASCII and, where they are not Latin, as they are."""
    return join(fold(name)), "" if _is_latin(name) else _keep_letters(name)


def is_same_name(one: str, other: str) -> bool:
    """Says whether two names differ at most in case, accents, punctuation and blanks."""
    return spell(one) == spell(other)


def _is_latin(name: str) -> bool:
    return name.isascii() or all(
        "LATIN" in unicodedata.name(letter, "") for letter in name if letter.isalpha()
    )


def _keep_letters(name: str) -> str:
    plain = unicodedata.normalize("NFKC", drop_marks(name)).casefold()
    return "".join(mark for mark in plain if mark.isalnum())
