"""Values for variables of a SPARQL text, put in by its tokens. Pure.

https://www.w3.org/TR/sparql11-query/#inline-data
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from publisher.sparql_text import find_keywords, find_tokens

FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


def find_form(query: str) -> str:
    """Returns SELECT, ASK, CONSTRUCT or DESCRIBE; "" where the text has none of them."""
    words = (token.text.upper() for token in find_tokens(query) if token.kind == "word")
    return next((word for word in words if word in FORMS), "")


def find_variables(query: str) -> set[str]:
    """Returns the names of the variables, without ? or $."""
    return {token.text[1:] for token in find_tokens(query) if token.kind == "variable"}


def needs_base(query: str) -> bool:
    """Says whether the text has relative IRIs and states no BASE for them."""
    iris = (token.text for token in find_tokens(query) if token.kind == "iri")
    return "BASE" not in find_keywords(query) and any(not _SCHEME.match(iri) for iri in iris)


def is_short_construct(query: str) -> bool:
    """Says whether the text is `CONSTRUCT WHERE { … }`, whose pattern takes triples only."""
    words = [token.text.upper() for token in find_tokens(query)]
    if "CONSTRUCT" not in words:
        return False
    return words[words.index("CONSTRUCT") + 1 :][:1] != ["{"]


def bind(query: str, values: Mapping[str, str]) -> str:
    """Returns the text with variables given a value, by name without ?.

    A VALUES block (section 10.2.2) opens the pattern of the query and of each of its
    subqueries, so any SPARQL 1.1 endpoint can run the result. Like any VALUES it is
    joined: a FILTER sees the value only in a group that binds the variable, or that is
    itself the pattern of a query.

    Args:
        values: RDF terms as SPARQL writes them. Not for `CONSTRUCT WHERE { … }`.
    """
    block = "".join(f"\n  VALUES ?{name} {{ {term} }}" for name, term in values.items())
    pieces, done = [], 0
    for place in _find_patterns(query) if block else ():
        pieces += [query[done:place], block]
        done = place
    return "".join([*pieces, query[done:]])


def _find_patterns(query: str) -> Iterator[int]:
    """Yields where the pattern of the query and of each subquery begins, behind its `{`."""
    tokens = list(find_tokens(query))
    awaited: list[int] = []  # how deep the queries stand whose pattern is still to come
    template = -1
    depth = 0
    for number, token in enumerate(tokens):
        word = token.text.upper() if token.kind == "word" else ""
        following = tokens[number + 1] if number + 1 < len(tokens) else token
        if word in FORMS:
            awaited.append(depth)
            if word == "CONSTRUCT" and following.text == "{":
                template = number + 1
        elif token.text in ("{", "(", "["):
            is_pattern = token.text == "{" and awaited[-1:] == [depth] and number != template
            if is_pattern:
                awaited.pop()
                # A group that is a subquery takes nothing beside it.
                if following.text.upper() != "SELECT":
                    yield token.start + 1
            depth += 1
        elif token.text in ("}", ")", "]"):
            depth -= 1
