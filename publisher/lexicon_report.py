"""How a vocabulary fits the pages of a site: what clashes, what is never found, and
what the pages speak of that no concept covers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import RDF, SKOS, Graph, Literal
from rdflib.term import Node

from publisher.extract import TAG_SCHEMES, recognise
from publisher.lexicon import Lexicon
from publisher.page import Reader
from publisher.profile import Page, PassageKind
from publisher.tokens import Tokenizer

_FREQUENT_WORD = 4  # letters; shorter words are mostly small ones


@dataclass(frozen=True, slots=True)
class Clash:
    """A label that several concepts of one scheme have, word forms folded."""

    scheme: str
    language: str
    labels: tuple[str, ...]
    concepts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LexiconReport:
    """`uncovered`: words of the pages that stand in no recognised span, with how often
    and on how many pages."""

    clashes: tuple[Clash, ...]
    never_found: tuple[str, ...]
    uncovered: tuple[tuple[str, int, int], ...]


def check_lexicon(
    concepts: Graph, pages: Iterable[Page], reader: Reader, most: int
) -> LexiconReport:
    """Returns how the concepts fit the pages; `most` is the number of uncovered words."""
    found: set[str] = set()
    counts: Counter[str] = Counter()
    on_pages: Counter[str] = Counter()
    for page in pages:
        words: Counter[str] = Counter()
        recognised, _ = recognise(page, reader)
        for passage in page.all_passages():
            if passage.kind is not PassageKind.SENTENCE:
                continue
            matches = recognised.matches[passage.digest]
            names = recognised.names[passage.digest]
            found |= {match.concept for match in matches}
            spans = [(m.start, m.end) for m in matches] + [(n.start, n.end) for n in names]
            words.update(_uncovered(passage.text, spans, page.language, reader.lexicon))
        counts.update(words)
        on_pages.update(words.keys())
    tagged = {str(c) for c in _tagged(concepts)}
    common = sorted(counts, key=lambda word: (-on_pages[word], -counts[word], word))[:most]
    return LexiconReport(
        clashes=find_clashes(concepts),
        never_found=tuple(sorted(tagged - found)),
        uncovered=tuple((word, counts[word], on_pages[word]) for word in common),
    )


def find_clashes(concepts: Graph) -> tuple[Clash, ...]:
    """Returns the labels that two concepts of one scheme share once word forms are folded."""
    owners: dict[tuple[str, str, tuple[str, ...]], set[tuple[str, str]]] = defaultdict(set)
    tokenizers: dict[str, Tokenizer] = {}
    for concept in _tagged(concepts):
        scheme = str(concepts.value(concept, SKOS.inScheme)).rpartition("/")[2]
        for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel):
            for label in concepts.objects(concept, predicate):
                if isinstance(label, Literal):
                    language = label.language or ""
                    tokenizer = tokenizers.setdefault(language, Tokenizer(language))
                    stems = tuple(token.stem for token in tokenizer.tokenize(label))
                    owners[scheme, language, stems].add((str(concept), str(label)))
    return tuple(
        Clash(
            scheme,
            language,
            tuple(sorted({label for _, label in owned})),
            tuple(sorted({concept for concept, _ in owned})),
        )
        for (scheme, language, _), owned in sorted(owners.items())
        if len({concept for concept, _ in owned}) > 1
    )


def _tagged(concepts: Graph) -> list[Node]:
    return [
        concept
        for concept in concepts.subjects(RDF.type, SKOS.Concept)
        if str(concepts.value(concept, SKOS.inScheme)).rpartition("/")[2] in TAG_SCHEMES
    ]


def _uncovered(
    text: str, spans: Iterable[tuple[int, int]], language: str, lexicon: Lexicon
) -> Iterable[str]:
    covered = list(spans)
    for token in lexicon.tokenizer(language).tokenize(text):
        word = text[token.start : token.end].casefold()
        long_enough = len(word) >= _FREQUENT_WORD and word.isalpha()
        if long_enough and not any(start <= token.start < end for start, end in covered):
            yield word
