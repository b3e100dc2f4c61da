"""What a run of words is: the type that its head noun tells, or a name that belongs to
everybody or to a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from publisher.iris import mint_slug
from publisher.lexicon import Lexicon
from publisher.words import Word, core_of

_SCHEMES = ("initiative-type", "organization-type")
# Languages in which the head noun comes first; a name in one of them may stand in
# an English page (`Universidad Nacional …`).
HEAD_FIRST = ("es", "fr", "pt", "it", "ca")
_DEMONYM = 4  # letters that a country and its people's name share
_POSSESSIVE = re.compile(r"['’´]s?$")


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a named thing: the IRI of its concept, and whether that is a body's."""

    concept: str
    is_organization: bool


@dataclass(frozen=True, slots=True)
class Nouns:
    """Judges runs of words of one page.

    `places`: slugs of the city, its country and other members, which are no names
    of initiatives and do not belong to one as a possessor; `countries`: those of
    them that name the country.
    """

    lexicon: Lexicon
    language: str
    places: frozenset[str]
    countries: frozenset[str] = frozenset()

    @property
    def initiative(self) -> Kind | None:
        """The kind of a named thing whose name does not tell it."""
        top = self.lexicon.concept("initiative-type", "initiative")
        return Kind(top, False) if top else None

    def kind(self, words: Sequence[Word], languages: Iterable[str] | None = None) -> Kind | None:
        """Returns the kind whose label is exactly these words, or None."""
        text = " ".join(word.text for word in words)
        for language in languages or (self.language,):
            for scheme in _SCHEMES:
                if concept := self.lexicon.head(scheme, text, language):
                    return Kind(concept, scheme == "organization-type")
        return None

    def head(self, words: Sequence[Word]) -> Kind | None:
        """Returns the kind told by the head noun of a name: the last word before a
        preposition, or the first word in languages that put it there."""
        core = list(core_of(words))
        while len(core) > 1 and core[-1].text[0].isdigit():
            core.pop()
        for length in (2, 1):
            tail = core[-length:]
            if len(tail) == length and (found := self.kind(tail)):
                return found
        english = self.kind(words[:1], ("en",))
        if len(words) > 1 and (english is None or self.language != "en"):
            first = [x for x in HEAD_FIRST if self.language == "en" or x == self.language]
            return self.kind(words[:1], first) if first else None
        return None

    def is_complete(self, words: Sequence[Word]) -> bool:
        """Whether a name may end here: with its head noun, or what that is `of`."""
        head_last = len(core_of(words)) == len(words) and self.kind(words[-1:]) is not None
        return head_last or (self.head(words) is not None and len(core_of(words)) < len(words))

    def is_common(self, words: Sequence[Word]) -> bool:
        """Whether a name belongs to the network, the world, or is just a place."""
        slugs = [mint_slug(w.text) for w in words]
        if "-".join(slugs) in self.places or all(slug in self.places for slug in slugs):
            return True
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                run = _POSSESSIVE.sub("", " ".join(w.text for w in words[start:end]))
                iri = self.lexicon.concept("page-element", run)
                whole = end - start == len(words)
                if iri and iri.endswith("/common-name") and (whole or self._is_frame(run)):
                    return True
        return False

    def _is_frame(self, run: str) -> bool:
        """A common name that is shown as one makes every longer name common too
        (`UNESCO …`); a hidden label only stands for itself (`City Council`)."""
        return run.isupper() or self.lexicon.is_preferred("page-element", run)

    def is_demonym(self, word: Word) -> bool:
        """`Korean`, `Philippine`: as long a beginning in common with the country."""
        slug = mint_slug(word.text)[:_DEMONYM]
        return len(slug) == _DEMONYM and any(
            part.startswith(slug) for country in self.countries for part in country.split("-")
        )

    def is_place(self, word: Word) -> bool:
        """Whether a word is, by itself, the city, its country or another member."""
        return mint_slug(word.text) in self.places

    def possesses(self, word: Word) -> bool:
        """`Balanga’s`: a place, and what follows belongs to it."""
        base = re.sub(r"['’´]s$", "", word.text)
        return base != word.text and mint_slug(base) in self.places
