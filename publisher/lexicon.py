"""The labels of SKOS concepts as a matcher: the vocabulary is the lexicon.

Topics, target groups, delivery modes, headings, fact labels and head nouns are
recognised by what stands in the concept files, so that a curator widens the
coverage by editing Turtle.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, takewhile
from typing import NamedTuple

import pyoxigraph as ox
from ahocorasick_rs import AhoCorasick, MatchKind

from publisher.labels import Label, Scheme, read_labels, split_schemes
from publisher.tokens import Token, Tokenizer, fold_label

_CONJUNCTIONS = {
    "en": {"and", "or"},
    "es": {"y", "e", "o", "u"},
    "fr": {"et", "ou"},
    "pt": {"e", "ou"},
    "ru": {"и", "или"},
}
# Words that stand in a text and not in a label, or the other way round, without a
# difference in what is said: `protect our environment`, `protect the environment`.
_DETERMINERS = {
    "en": "a an the this that these those my our your his her its their".split(),
    "es": "el la los las un una unos unas su sus nuestro nuestra nuestros nuestras".split(),
    "fr": "le la les l un une des du son sa ses leur leurs notre nos".split(),
    "pt": "o a os as um uma seu sua seus suas nosso nossa".split(),
}
# The concept whose labels are phrases that state nothing though a word in them could.
_IDLE = "idle-phrase"
_FURTHER = "topic"  # the scheme as which concepts of other vocabularies are matched
_ENDING = 3  # letters by which the forms of a word differ
# Each token is wrapped, so that a pattern of whole tokens can only hit whole tokens.
_OPEN, _CLOSE, _PAUSE, _CAPITALS = "\x02", "\x03", "\x04", "\x05"


class Match(NamedTuple):
    """A label found in a text: `concept` is an IRI, `scheme` the slug of its scheme.

    `words` are the offsets at which its words begin; in a coordination they do not
    stand side by side.
    """

    start: int
    end: int
    scheme: str
    concept: str
    label: str
    words: tuple[int, ...]
    coordinated: bool = False


def _spell_heading(label: str) -> str:
    """Returns a pattern for a folded label that is written with a capital."""
    first, *others = label.split()
    words = (r"(?:and\b|&)" if word == "and" else re.escape(word) for word in others)
    rest = r"\W{1,3}".join([re.escape(first[1:]), *words])
    return f"{re.escape(first[0].upper())}(?i:{rest})"


@dataclass(frozen=True, slots=True)
class _Pattern:
    scheme: str
    concept: str
    label: str


class Lexicon:
    """The labels of concepts, ready to be looked up and matched."""

    def __init__(
        self,
        concepts: Sequence[ox.Quad],
        tag_schemes: Sequence[str],
        further: Sequence[ox.Quad],
    ):
        """`concepts`: the site's SKOS schemes; `tag_schemes`: slugs of those that are
        matched in running text; `further`: any other SKOS data, whose concepts are
        matched as topics."""
        own, others = read_labels(concepts), read_labels(further)
        self._schemes: defaultdict[str, Scheme] = defaultdict(Scheme, split_schemes(own))
        self._texts = [
            *((_FURTHER, label) for label in others),
            *((scheme, label) for scheme in tag_schemes for label in self._schemes[scheme].labels),
            *((_IDLE, label) for label in own if label.concept.endswith(f"/{_IDLE}")),
        ]
        self._names = {
            label.concept: label.text
            for label in (*others, *own)
            if label.preferred and label.language == "en"
        }
        self._automata: dict[str, tuple[AhoCorasick, list[set[_Pattern]]]] = {}
        self._tokenizers: dict[str, Tokenizer] = {}
        self._determiners: dict[str, set[str]] = {}
        self._heads: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}
        self._find_head = lru_cache(maxsize=65536)(self._look_up_head)

    def concept(self, scheme: str, text: str) -> str | None:
        """Returns the IRI of the concept of a scheme that has exactly this label, in
        any language, or None."""
        return self._schemes[scheme].by_label.get(fold_label(text))

    def concept_of(self, scheme: str, slug: str) -> str | None:
        """Returns the IRI of the concept of a scheme with this slug, or None."""
        return self._schemes[scheme].by_slug.get(slug)

    def labels(self, scheme: str) -> Sequence[Label]:
        """Returns the labels of the concepts of a scheme, in all languages."""
        return self._schemes[scheme].labels

    def concept_at_start(self, scheme: str, text: str) -> str | None:
        """Returns the IRI of the concept with whose label a text begins, or None."""
        return self._schemes[scheme].find_at_start(text)

    @cached_property
    def heading_pattern(self) -> re.Pattern[str]:
        """Matches every heading of the page form that is written with a capital, longest
        first, wherever it stands."""
        kinds, themes = self._schemes["section-kind"], self._schemes["theme"]
        labels = {*kinds.by_label, *themes.by_label}
        spelled = map(_spell_heading, sorted(labels, key=lambda label: (-len(label), label)))
        return re.compile("|".join(spelled) or r"(?!)")

    def is_preferred(self, scheme: str, text: str) -> bool:
        """Tells whether a text is a preferred or alternative label of the scheme."""
        return fold_label(text) in self._schemes[scheme].shown

    def name(self, concept: str) -> str:
        """Returns the preferred English label of a concept."""
        return self._names[concept]

    def tokenizer(self, language: str) -> Tokenizer:
        """Returns the tokenizer for a language, made once."""
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(language)
        return self._tokenizers[language]

    def head(self, scheme: str, text: str, language: str) -> str | None:
        """Returns the concept with a label of this language that has the stems of a
        text and no others (`Action Plans`), or None."""
        return self._find_head(scheme, text, language)

    def _look_up_head(self, scheme: str, text: str, language: str) -> str | None:
        def stems(text: str) -> tuple[str, ...]:
            return tuple(token.stem for token in self.tokenizer(language).tokenize(text))

        key = (scheme, language)
        if key not in self._heads:
            heads: dict[tuple[str, ...], str] = {}
            for label in self._schemes[scheme].labels:
                if label.language == language:
                    heads.setdefault(stems(label.text), label.concept)
            self._heads[key] = heads
        return self._heads[key].get(stems(text))

    def match(self, text: str, language: str) -> list[Match]:
        """Returns the labels found in a text: whole words only, in each scheme the
        longest, in text order. Of a coordination (`mental and physical health`) both
        halves are read."""
        automaton, patterns = self._automaton(language)
        tokens = self.tokenizer(language).tokenize(text)
        bare = self._without_determiners(tokens, language)
        found = list(_search(automaton, patterns, tokens))
        if len(bare) < len(tokens):
            found.extend(_search(automaton, patterns, bare, least=2))
        if (shouted := _shouted(text, tokens)) != tokens:
            found.extend(_search(automaton, patterns, shouted))
        runs = chain.from_iterable(_coordinated(bare, _CONJUNCTIONS.get(language, set())))
        found.extend(_search(automaton, patterns, list(runs), least=2, coordinated=True))
        if language != "en":
            found = [
                m for m in found if len(m.words) > 1 or _is_form(text[m.start : m.end], m.label)
            ]
        return _longest(found)

    def _without_determiners(self, tokens: Sequence[Token], language: str) -> list[Token]:
        if language not in self._determiners:
            words = " ".join(_DETERMINERS.get(language, ()))
            stems = {token.stem for token in self.tokenizer(language).tokenize(words)}
            self._determiners[language] = stems
        kept: list[Token] = []
        pause = False
        for token in tokens:
            pause = pause or token.breaks
            if token.stem not in self._determiners[language]:
                kept.append(token if pause == token.breaks else token._replace(breaks=pause))
                pause = False
        return kept

    def _automaton(self, language: str) -> tuple[AhoCorasick, list[set[_Pattern]]]:
        if language not in self._automata:
            tokenize = self.tokenizer(language).tokenize
            patterns: dict[str, set[_Pattern]] = defaultdict(set)
            for scheme, label in self._texts:
                if label.language == language and (tokens := tokenize(label.text)):
                    whole = [t._replace(breaks=False) if t.breaks else t for t in tokens]
                    if len(whole) == 1:
                        whole = _shouted(label.text, whole)
                    pattern = _Pattern(scheme, label.concept, label.text)
                    patterns[_join(whole)].add(pattern)
                    # One bare word may mean less than it did with its determiner.
                    bare = self._without_determiners(whole, language)
                    if 1 < len(bare) < len(whole):
                        patterns[_join(bare)].add(pattern)
            ordered = sorted(patterns)
            self._automata[language] = (
                AhoCorasick(ordered, matchkind=MatchKind.Standard),
                [patterns[key] for key in ordered],
            )
        return self._automata[language]


def _join(tokens: Iterable[Token]) -> str:
    pieces = [f"{_PAUSE if t.breaks else ''}{_OPEN}{t.stem}{_CLOSE}" for t in tokens]
    return "".join(pieces).removeprefix(_PAUSE)


def _search(
    automaton: AhoCorasick,
    patterns: list[set[_Pattern]],
    tokens: Sequence[Token],
    least: int = 1,
    *,
    coordinated: bool = False,
) -> Iterator[Match]:
    """Yields the patterns of `least` words or more that the tokens have side by side."""
    joined = _join(tokens)
    hits = automaton.find_matches_as_indexes(joined, overlapping=True)
    for number, start, end in hits:
        hit = tokens[joined.count(_CLOSE, 0, start) : joined.count(_CLOSE, 0, end)]
        if len(hit) >= least:
            words = tuple([token.start for token in hit])
            for p in patterns[number]:
                yield Match(words[0], hit[-1].end, p.scheme, p.concept, p.label, words, coordinated)


def _coordinated(tokens: Sequence[Token], conjunctions: set[str]) -> Iterator[list[Token]]:
    """Yields what a coordination leaves out: `A and B C` also says `A C`, `A B and C`
    also says `A C`. A pause is before each, so that one may be set behind the other."""
    for i, token in enumerate(tokens):
        if token.stem not in conjunctions or token.breaks or i == 0:
            continue
        before, after = tokens[max(0, i - 3) : i], tokens[i + 1 : i + 4]
        for shared in range(1, len(after)):
            yield _put_together(before[-1], after[shared:])
        if len(before) > 1 and after:
            yield _put_together(before[-2], after[:2])


def _shouted(text: str, tokens: Sequence[Token]) -> list[Token]:
    """The tokens with acronyms as they are written: `IS` is not `is`, nor `STEM` a stem."""
    return [
        token._replace(stem=_CAPITALS + word)
        if (word := text[token.start : token.end]).isupper() and len(word) > 1
        else token
        for token in tokens
    ]


def _is_form(word: str, label: str) -> bool:
    """Whether a word is a form of a label of one word, and not just of its stem: the
    stemmers of other languages join `éducateurs` and `éducation`."""
    pairs = zip(word.casefold(), label.casefold(), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return max(len(word), len(label)) - same <= _ENDING


def _put_together(first: Token, others: Sequence[Token]) -> list[Token]:
    """A token directly before others, up to the first pause behind the second one."""
    second, *rest = others
    together = [Token(*first[:3], breaks=True), Token(*second[:3], breaks=False)]
    return together + list(takewhile(lambda token: not token.breaks, rest))


def _longest(matches: Iterable[Match]) -> list[Match]:
    """Drops each match whose words all stand in a longer match of the same scheme, or
    in an idle phrase. What only a coordination yields drops nothing."""
    distinct = sorted(set(matches), key=lambda m: (m.words[0], m.words[-1], m.concept, m.label))
    longer = {(m.scheme, frozenset(m.words)) for m in distinct if not m.coordinated}
    kept = {
        (m.scheme, m.concept, m.words): m
        for m in distinct
        if m.scheme != _IDLE
        and not any(
            words.issuperset(m.words) and (scheme == _IDLE or len(words) > len(m.words))
            for scheme, words in longer
            if scheme in (m.scheme, _IDLE)
        )
    }
    return list(kept.values())
