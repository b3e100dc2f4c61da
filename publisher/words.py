"""Words of a sentence as names are made of them, and the closed classes of words that
tell where a name begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:[-&/.][^\W_]+)*(?:['’´][^\W\d_]+|(?<=s)['’´](?=\s[A-ZÀ-Þ]))?")
# Articles that are written together with a name: `d’Ivoire`, `al-Amal`.
_ELIDED = re.compile(r"(?:[dD]['’´]|[ae][lsdnrtz]h?-)(?=[A-ZÀ-Þ])")
CONNECTORS = frozenset(
    "of for and the in to de la las los del do da dos das des du et e y en para pour &".split()
)
PREPOSITIONS = frozenset("of for in to on with at de del do da dos das des du para pour by".split())
# Words that are capitalised only because a sentence begins with them.
OPENERS = frozenset(
    "a an the this that these those its his her their our your my all both each every some many"
    " most more much other another any no such what which who when where while whereas why how if"
    " as at by for from in into of on over per through throughout to toward towards under until"
    " upon via with within without since after before during between among across against along"
    " beyond despite besides about above below and or but nor so yet also too then thus hence"
    " however moreover furthermore therefore in it he she they we you there here not now once"
    " one two three four five six seven eight nine ten first second third last later finally"
    " although because though unless whether thanks following given like unlike together not"
    " only even just still already currently today recently additionally another several few"
    " el l la los las un una le les une des du de en y et para pour con avec su sus son sa"
    " ses".split()
)
DETERMINERS = frozenset("the a an its our their his her this that el la los un una le une".split())
INDEFINITE = frozenset({"a", "an", "any", "each", "every", "some", "un", "una", "une"})


_ARTICLE = re.compile(r"([lL])['’´](?=\w)")


class Word(NamedTuple):
    """A word and where it stands in its sentence."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.casefold()

    @property
    def capital(self) -> bool:
        if self.text.isalpha():
            return self.text[0].isupper()
        return self.text[0].isupper() or _ELIDED.match(self.text) is not None

    @property
    def marked(self) -> bool:
        """Written as no common word is: `INTRO`, `ConnectCity`."""
        return not _ELIDED.match(self.text) and any(c.isupper() for c in self.text[1:])


def find_words(text: str, offset: int = 0) -> list[Word]:
    """Returns the words of a text; `offset` is where the text begins in its sentence."""
    words: list[Word] = []
    for found in _WORD.finditer(text):
        start = offset + found.start()
        word = found.group()
        if word[0] in "lL" and (article := _ARTICLE.match(word)):
            words.append(Word(article[1], start, start + 1))
            start += article.end()
            word = word[article.end() :]
        words.append(Word(word, start, offset + found.end()))
    return words


def core_of(words: Sequence[Word]) -> Sequence[Word]:
    """The words before the first preposition."""
    for index, word in enumerate(words):
        if index and word.lower in PREPOSITIONS:
            return words[:index]
    return words


def ends_phrase(sentence: str, word: Word, behind: Word | None) -> bool:
    """Whether a noun phrase ends with `word`: punctuation or a small word follows."""
    if behind is None or sentence[word.end : behind.start].strip():
        return True
    return behind.lower in OPENERS or behind.lower in PREPOSITIONS


def is_indefinite(before: Sequence[Word]) -> bool:
    """Whether the noun phrase begun before these words has `a` or the like."""
    for word in reversed(before[-3:]):
        if word.lower in INDEFINITE:
            return True
        if word.lower in OPENERS or word.lower in PREPOSITIONS or word.capital:
            return False
    return False


def without_openers(words: Sequence[Word]) -> list[Word]:
    """The words without articles and the like in front."""
    kept = list(words)
    while kept and kept[0].lower in OPENERS:
        kept.pop(0)
    return kept


def trim_connectors(words: Sequence[Word]) -> list[Word]:
    """The words without small words at either end."""
    kept = without_openers(words)
    while kept and kept[-1].lower in CONNECTORS:
        kept.pop()
    return kept


def are_adjacent(sentence: str, word: Word, behind: Word) -> bool:
    """Whether nothing but a space is between two words."""
    return sentence[word.end : behind.start] in (" ", "\u00a0")


def is_singular(word: Word) -> bool:
    """Several are nobody's name: `courses`, but `Circles` in a capitalised name."""
    lower = word.lower
    return word.capital or not lower.endswith("s") or lower.endswith(("ss", "campus"))
