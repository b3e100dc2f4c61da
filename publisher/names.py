"""Finds the named initiatives and bodies of a page: by structure, and by the shape
of names. What kind of thing a name names is decided by its head noun, which is a
label of the schemes of initiative types and organization types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.iris import mint_slug
from publisher.nouns import HEAD_FIRST, Kind, Nouns
from publisher.profile import normalise_text
from publisher.words import (
    CONNECTORS,
    DETERMINERS,
    OPENERS,
    PREPOSITIONS,
    Word,
    are_adjacent,
    core_of,
    ends_phrase,
    find_words,
    is_indefinite,
    is_singular,
    trim_connectors,
    without_openers,
)

_QUOTED = re.compile(r"(?<![\w’'])[‘“\"'«]\s?([^‘“”\"«»\n]{2,80}?)\s?[’”\"'»](?!\w)")
_ACRONYM = re.compile(r"\s?\(([A-Z][A-Za-z&/-]*[A-Z][A-Z0-9]*)\)")
_PERIOD = re.compile(r"\s\((?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d\)|(?<=\d)[–/]\s?(?:19|20)\d\d\b")
_INTRODUCED = re.compile(
    r"\b(?P<kind>[^\W\d_]+)\s*(?:,\s*)?(?:such as|including|namely|like|:)\s+(?P<list>[^.;]+)"
)
_CALLED = re.compile(r",?\s+(?:(?:called|named|entitled|titled|known as|by the name of)\s+)?$")
_IS_THE = re.compile(r"\s*(?:,|\bis\b|\bwas\b)\s+(?P<one>one of )?(?:the|its|our|an?)\s+")
# What initiatives do and what is done with them, where a sentence begins with a name.
_DOES = re.compile(
    r"’?\s+(?:[^\s.;:]+\s+){0,4}?(?:trains?|offers?|pairs?|supports?|provides?|brings?|gives?"
    r"|teach(?:es)?|helps?|reach(?:es)?|invites?|welcomes?|enables?|connects?|serves?|runs?"
    r"|(?:was|were|has been|have been) (?:set up|launched|opened|established|introduced))\b"
)
_VERB = re.compile(r"\s+(?!is\b|was\b|has\b|means\b|says\b)[a-z]+s\s")
_WON = re.compile(r"\b(?:won|received|awarded|given|earned|obtained|granted)\b[^,.;]{0,40}$")
_NOUN_PHRASE = 7  # words in which the noun that says what it is must come
_MAX_WORDS = 12
_DETERMINER_WITHIN = 4  # words, the noun included


@dataclass(frozen=True, slots=True)
class Name:
    """A name found in a text, with the concept of its type. `start` and `end` are
    offsets in that text."""

    text: str
    type: str
    is_organization: bool
    start: int
    end: int
    acronym: str | None = None

    @property
    def slug(self) -> str:
        return mint_slug(self.text)


def _name(text: str, kind: Kind, start: int, end: int) -> Name:
    return Name(" ".join(text.split()), kind.concept, kind.is_organization, start, end)


def _translates(sentence: str, name: Name, names: Sequence[Name]) -> bool:
    """`Escuela del Mar (School of the Sea)`: what stands in brackets behind a name, to
    the closing one, is the same name again."""
    if sentence[name.start - 1 : name.start] != "(" or sentence[name.end : name.end + 1] != ")":
        return False
    return any(not sentence[n.end : name.start - 1].strip() for n in names if n.end < name.start)


def _is_repeated(name: str, text: str) -> bool:
    """Whether a text has the words of a name, and not as common nouns."""
    start = text.casefold().find(name.casefold())
    return start >= 0 and not text[start : start + len(name)].islower()


@dataclass(frozen=True, slots=True)
class NameFinder:
    """Finds names in the texts of one page, as its `nouns` judge them."""

    nouns: Nouns

    def find(self, sentence: str) -> list[Name]:
        """Returns the names in a sentence, the longest where they overlap."""
        words = find_words(sentence)
        runs = list(self._runs(sentence, words))
        found = [
            *self._quoted(sentence, words),
            *self._capitalised(sentence, words, runs),
            *self._by_acronym(sentence, words),
            *self._introduced(sentence),
            *self._equated(sentence, words, runs),
        ]
        kept: list[Name] = []
        for name in sorted(found, key=lambda n: (n.start - n.end, n.start)):
            if not any(name.start < k.end and k.start < name.end for k in kept):
                kept.append(name)
        kept.sort(key=lambda n: n.start)
        return [n for n in kept if not _translates(sentence, n, kept)]

    def find_title(self, title: str, body: str) -> Name | None:
        """Returns the name that the title of a good practice is, or None if it only
        describes the practice. `body` is the practice's text."""
        quoted = _QUOTED.search(title)
        text = quoted[1] if quoted else title.partition(":")[0]
        words = without_openers(find_words(text))
        if not words or len(words) > _MAX_WORDS or self.nouns.is_common(words):
            return None
        name, end = text[words[0].start : words[-1].end], words[-1].end
        kind = self.nouns.head(words)
        titled = all(w.capital or w.lower in CONNECTORS or w.text[0].isdigit() for w in words)
        local = self.nouns.is_place(words[0])
        if kind and len(words) > 1 and (titled or local) and is_singular(words[-1]):
            return _name(name, kind, words[0].start, end)
        repeated = _is_repeated(normalise_text(name), normalise_text(body))
        # `L’École des parents`: other languages write names with one capital.
        titled = titled or (kind is not None and self.nouns.language in HEAD_FIRST)
        kind = kind or self.nouns.initiative
        if kind and words[0].capital and (quoted or (titled and repeated)):
            return _name(name, kind, words[0].start, end)
        return None

    def _accept(self, words: Sequence[Word], kind: Kind, sentence: str) -> Name | None:
        """The name these words make, with the acronym or period behind it."""
        if not 1 < len(words) <= _MAX_WORDS or self.nouns.is_common(words):
            return None
        start, end = words[0].start, words[-1].end
        if _WON.search(sentence, 0, start):
            return None
        if period := _PERIOD.match(sentence, end):
            end = period.end()
        acronym = _ACRONYM.match(sentence, end)
        return Name(
            " ".join(sentence[start:end].split()),
            kind.concept,
            kind.is_organization,
            start,
            acronym.end() if acronym else end,
            acronym[1] if acronym else None,
        )

    def _kind_before(self, sentence: str, words: Sequence[Word], start: int) -> Kind | None:
        """`the programme ‘X’`, `a bus by the name of X`: the noun in front tells."""
        before = [w for w in words if w.end <= start]
        called = _CALLED.search(sentence, 0, start)
        if called:
            before = [w for w in before if w.end <= called.start()]
        if not before or sentence[before[-1].end : start].strip() != (
            called.group().strip() if called else ""
        ):
            return None
        noun = before[-1]
        if (noun.capital and not noun.marked) or noun.lower.endswith("s"):
            return None
        # Without a determiner the word may be a verb: `to study Sign Language`.
        if not any(w.lower in DETERMINERS for w in before[-_DETERMINER_WITHIN:-1]):
            return None
        return (self.nouns.kind(before[-2:]) if len(before) > 1 else None) or self.nouns.kind(
            [noun]
        )

    def _quoted(self, sentence: str, words: Sequence[Word]) -> Iterator[Name]:
        for found in _QUOTED.finditer(sentence):
            inner = find_words(found[1])
            if not inner or not (inner[0].capital or inner[0].text[0].isdigit()):
                continue
            behind = [w for w in words if w.start >= found.end()][:1]
            near = bool(behind) and behind[0].start == found.end() + 1
            outer = self.nouns.kind(behind) if near and is_singular(behind[0]) else None
            if outer:
                # `the ‘Learning UP’ initiative`: the noun belongs to the name.
                yield _name(f"{found[1]} {behind[0].text}", outer, found.start(), behind[0].end)
                continue
            kind = self.nouns.head(inner) if len(inner) > 1 else None
            kind = kind or self._kind_before(sentence, words, found.start())
            if kind is None and found.start() == 0 and len(inner) > 1:
                acts = _VERB.match(sentence, found.end())
                kind = self.nouns.initiative if acts else None
            if kind and not self.nouns.is_common(inner):
                yield _name(found[1], kind, found.start(), found.end())

    def _capitalised(
        self, sentence: str, words: Sequence[Word], runs: Sequence[Sequence[Word]]
    ) -> Iterator[Name]:
        for run in runs:
            first, last = words.index(run[0]), words.index(run[-1])
            if len(run) > 2 and run[0].text.isupper() and (kind := self.nouns.kind(run[:1])):
                # `the NGO Living Lagoon`: the acronym says what follows is.
                if name := self._accept(run[1:], kind, sentence):
                    yield name
                continue
            kind = self.nouns.head(run)
            # `Youth Spaces project`: several things of a kind, and one name behind them.
            unfinished = kind is None or (len(run) > 1 and run[-1].lower.endswith("s"))
            behind = words[last + 1 : last + 2]
            if unfinished and behind and are_adjacent(sentence, run[-1], behind[0]):
                yield from self._lower_head(sentence, words[:first], run, behind[0])
            opens = first == 0 and len(core_of(run)) == 1 and not run[0].marked
            if kind is None:
                kind = self._kind_by_context(sentence, words, run)
            if kind and not opens and (name := self._accept(run, kind, sentence)):
                yield name

    def _kind_by_context(
        self, sentence: str, words: Sequence[Word], run: Sequence[Word]
    ) -> Kind | None:
        if any(self.nouns.is_place(word) for word in run):
            return None
        if kind := self._kind_before(sentence, words, run[0].start):
            return kind
        at_start = run[0] in words[:1] or (
            len(words) > 1 and words[0].lower in OPENERS and run[0] == words[1]
        )
        proper = len(run) > 1 and run[-1].capital
        if at_start and proper and _DOES.match(sentence, run[-1].end):
            return self.nouns.initiative
        return None

    def _lower_head(
        self, sentence: str, before: Sequence[Word], run: Sequence[Word], behind: Word
    ) -> Iterator[Name]:
        """`Reading City movement`: a proper part and a common head noun behind it."""
        opening = not before and len(run) == 1 and not run[0].marked
        if opening or is_indefinite(before) or not is_singular(behind):
            return
        # `Korean class`, `Friday evening`: neither word is a name.
        if len(run) == 1 and (self.nouns.is_demonym(run[0]) or self.nouns.kind(run)):
            return
        kind = self.nouns.kind([behind])
        name = self._accept([*run, behind], kind, sentence) if kind else None
        if name and not self.nouns.is_common(run):
            yield name

    def _runs(self, sentence: str, words: Sequence[Word]) -> Iterator[list[Word]]:
        """Capitalised words in a row, small connecting words between them included;
        an enumeration is cut where one name is complete."""
        run: list[Word] = []
        for word in words:
            if run:
                connects = word.lower in CONNECTORS
                joins = word.capital or (word.text[0].isdigit() and run[-1].capital)
                gap = sentence[run[-1].end : word.start]
                gap = _ACRONYM.sub("", gap) if connects else gap
                if gap.strip() or not (joins or connects):
                    yield from self._pieces(run)
                    run = []
            if run or (word.capital and word.lower not in OPENERS):
                run.append(word)
        yield from self._pieces(run)

    def _pieces(self, run: Sequence[Word]) -> Iterator[list[Word]]:
        pieces: list[list[Word]] = [[]]
        for index, word in enumerate(run):
            # `and the`, `Lately the`: an article begins another name.
            anew = pieces[-1] and word.lower == "the" and pieces[-1][-1].lower not in PREPOSITIONS
            joined = word.lower in {"and", "y", "et", "e", "&"}
            if (
                anew
                or self.nouns.possesses(word)
                or (joined and self._ends_name(pieces[-1], run[index + 1 :]))
            ):
                pieces.append([])
            else:
                pieces[-1].append(word)
        for piece in pieces:
            if trimmed := trim_connectors(piece):
                yield trimmed

    def _ends_name(self, before: Sequence[Word], after: Sequence[Word]) -> bool:
        """Whether an `and` stands between two names rather than within one."""
        if not before or not self.nouns.is_complete(before):
            return False
        within = len(core_of(before)) < len(before) or self.nouns.kind(before[-1:]) is None
        return not within or self.nouns.head(trim_connectors(after)) is not None

    def _by_acronym(self, sentence: str, words: Sequence[Word]) -> Iterator[Name]:
        """`the regional planning strategy (PDOT)`: a common noun made a name."""
        for found in _ACRONYM.finditer(sentence):
            before = [w for w in words if w.end <= found.start()][-6:]
            run: list[Word] = []
            for word in reversed(before):
                counts = word.text[0].isdigit()  # `the 38 learning centres (CLC)`
                if (
                    counts
                    or word.lower in OPENERS
                    or (run and sentence[word.end : run[0].start].strip())
                ):
                    break
                run.insert(0, word)
            if run and run[-1].end == found.start() and is_singular(run[-1]):
                kind = self.nouns.kind(run[-1:])
                if kind and (name := self._accept(run, kind, sentence)):
                    yield name

    def _introduced(self, sentence: str) -> Iterator[Name]:
        """`programmes such as Silver Start and Learn West`: the noun tells the type."""
        for found in _INTRODUCED.finditer(sentence):
            kind = self.nouns.kind(find_words(found["kind"]))
            if kind is None:
                continue
            for piece in re.finditer(r"[^,]+?(?=,|\band\b|\by\b|\bet\b|$)", found["list"]):
                offset = found.start("list") + piece.start()
                words = without_openers(find_words(piece.group(), offset))
                if not words or not all(w.capital or w.lower in CONNECTORS for w in words):
                    continue
                telling = len(words) > 1 or words[0].marked
                if telling and not self.nouns.is_common(words) and not self.nouns.head(words):
                    start, end = words[0].start, words[-1].end
                    yield _name(sentence[start:end], kind, start, end)

    def _equated(
        self, sentence: str, words: Sequence[Word], runs: Sequence[Sequence[Word]]
    ) -> Iterator[Name]:
        """`ConnectCity is the city's strategic plan`: what it is tells the type."""
        for run in runs:
            said = _IS_THE.match(sentence, run[-1].end)
            opens = run[0] == words[0] and len(run) == 1 and not run[0].marked
            if said is None or opens or self.nouns.head(run) or self.nouns.is_common(run):
                continue
            # `the Mijikenda, a group of …`: one word in apposition may be anything.
            if len(run) == 1 and not run[0].marked and not said["one"]:
                continue
            phrase = [w for w in words if w.start >= said.end()][:_NOUN_PHRASE]
            for word, behind in zip(phrase, [*phrase[1:], None], strict=True):
                kind = self.nouns.kind([word])
                fits = is_singular(word) != bool(said["one"])
                if kind and fits and ends_phrase(sentence, word, behind):
                    start, end = run[0].start, run[-1].end
                    yield _name(sentence[start:end], kind, start, end)
                    break
