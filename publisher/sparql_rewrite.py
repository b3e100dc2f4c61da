"""A SPARQL query made complete for an engine that knows nothing of this program. Pure.

The texts are queries that parse; they are rewritten by their tokens, at the places of
the grammar (https://www.w3.org/TR/sparql11-query/#sparqlGrammar) where a token decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from publisher.sparql_binding import FORMS
from publisher.sparql_text import Token, find_tokens, find_undeclared_prefixes

_DEFAULT, _NAMED, _CLAUSE = "urn:x:default", "urn:x:named", "urn:x:clause"


def substitute(query: str, values: Mapping[str, str]) -> str:
    """Returns a query with values for variables.

    The variable gives way to its value wherever the pattern uses it, not only where a
    join would reach it, and is projected with it.

    Args:
        query: a SELECT query without a subquery that names the variables.
        values: terms as SPARQL writes them, by name of the variable without `?`.
    """
    pieces: list[str] = []
    end = depth = 0
    for token in find_tokens(query):
        if token.text == "{":
            depth += 1
            if depth == 1 and not pieces:
                given = "".join(f" VALUES ?{name} {{ {term} }}" for name, term in values.items())
                end = token.start + 1
                pieces += [query[:end], given]
        elif token.text == "}":
            depth -= 1
        elif depth and token.kind == "variable" and token.text[1:] in values:
            pieces += [query[end : token.start], values[token.text[1:]]]
            end = token.start + len(token.text)
    return "".join([*pieces, query[end:]])


def declare_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """Returns a query that declares the prefixes which it uses and does not declare."""
    missing = [name for name in find_undeclared_prefixes(query, ()) if name in prefixes]
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in missing) + query


def take_dataset(
    query: str, prefixes: Mapping[str, str]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Returns a query without FROM and FROM NAMED, and the IRIs that they name.

    Args:
        prefixes: that need no declaration.

    Raises:
        SyntaxError: a name cannot be told from the prologue.
    """
    pieces: list[str] = []
    names: list[str] = []
    end = 0
    for start, name, stop, is_named in _find_dataset_clauses(query):
        pieces.append(query[end:start])
        names.append(f"<{_NAMED if is_named else _DEFAULT}> <{_CLAUSE}> {query[name:stop]} .")
        end = stop
    if not names:
        return query, (), ()
    # A prologue is one of Turtle, too, so its parser resolves the names.
    declared = "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items())
    turtle = "\n".join([declared, find_prologue(query), *names])
    found = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    return (
        "".join([*pieces, query[end:]]),
        tuple(quad.object.value for quad in found if quad.subject.value == _DEFAULT),
        tuple(quad.object.value for quad in found if quad.subject.value == _NAMED),
    )


def find_prologue(query: str) -> str:
    """Returns what stands before the form of a query: its BASE and PREFIX declarations."""
    words = (token for token in find_tokens(query) if token.kind == "word")
    form = next((token for token in words if token.text.upper() in FORMS), None)
    return query[: form.start] if form else ""


def _find_dataset_clauses(query: str) -> Iterator[tuple[int, int, int, bool]]:
    """Yields where each dataset clause, its name, and what follows begins; and if it is NAMED."""
    clause: list[Token] = []
    for token in find_tokens(query):
        word = token.text.upper() if token.kind == "word" else ""
        if word == "FROM":
            clause = [token]
        elif clause and word == "NAMED":
            clause.append(token)
        elif clause:
            end = token.start + len(token.text)
            yield clause[0].start, token.start, end, len(clause) > 1
            clause = []
