"""Text → words as labels are compared: stemmed tokens with offsets, folded labels."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

# A possessive `s` is part of the token, so that it can be dropped with it.
_TOKEN = re.compile(r"[^\W_]+(?:['’´](?=[sS]\b)[sS])?")
_BREAK = re.compile(r"[,;:.!?()\[\]•…–—]")
_STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
    "ru": "russian",
}


class Token(NamedTuple):
    """A word of a text: its stem, where it stands, and whether punctuation before it
    ends what was said."""

    stem: str
    start: int
    end: int
    breaks: bool = False


class Tokenizer:
    """Cuts text of one language into stemmed tokens. Languages without a stemmer
    are compared by case-folded words."""

    def __init__(self, language: str) -> None:
        algorithm = _STEMMERS.get(language)
        stem = Stemmer.Stemmer(algorithm).stemWord if algorithm else str
        self._stem = lru_cache(maxsize=65536)(lambda word: stem(_fold_word(word)))

    def tokenize(self, text: str) -> list[Token]:
        """Returns the tokens in order; a possessive `s` is dropped."""
        tokens: list[Token] = []
        end = 0
        for found in _TOKEN.finditer(text):
            start = found.start()
            gap = text[end:start] if tokens else ""
            breaks = gap not in ("", " ") and _BREAK.search(gap) is not None
            end = found.end()
            tokens.append(Token(self._stem(text[start:end]), start, end, breaks))
        return tokens


def _fold_word(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    return folded[:-2] if folded[-2:-1] in ("'", "’", "´") else folded


@lru_cache(maxsize=8192)
def fold_label(text: str) -> str:
    """Returns the form in which headings and fact labels are compared: words only,
    `&` read as `and`, case and punctuation folded."""
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).replace("&", " and "))
    return " ".join(word.casefold() for word in words)
