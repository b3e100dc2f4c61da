"""A query that orders its answer by values of any kind, made safe for the engine. Pure.

The engine compares two literals that have no order among each other, such as a
number and a text, by their characters. 9 < 10, "10" < "5th" and "5th" < 9 then go
round in a circle, and its sort ends the whole process when it notices. Ordered by
kind first, values are compared only with those they have an order with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.sparql_text import Token, find_tokens

_BRACKETS = {"(": ")", "{": "}"}
_DIRECTIONS = ("ASC", "DESC")
# What may follow the conditions: https://www.w3.org/TR/sparql11-query/#rSolutionModifier
_END = frozenset(["LIMIT", "OFFSET", "VALUES"])
_DURATION = "<http://www.w3.org/2001/XMLSchema#duration>"


def order_by_kind(query: str) -> str:
    """Returns a query whose ORDER BY compares only values of one kind.

    Blank nodes come before IRIs and those before literals, as SPARQL 1.1 (15.1) has
    it; numbers come before other literals, and these by datatype, which it leaves
    open. Dates with a time zone stand apart from those without, and NaN from numbers.
    The order within a kind is as before.
    """
    tokens = list(find_tokens(query))
    pieces: list[str] = []
    end = 0
    for first, last in _find_conditions(tokens):
        start, stop = tokens[first].start, tokens[last].start + len(tokens[last].text)
        direction = tokens[first].text.upper()
        value = query[start:stop]
        if direction in _DIRECTIONS:
            value = value[len(direction) :]
        else:
            direction = "ASC"
        pieces += [query[end:start], f" {direction}({_kind(f'({value})')}) {direction}({value})"]
        end = stop
    return "".join([*pieces, query[end:]])


def _kind(value: str) -> str:
    """Returns an expression for the kind of a value; values of one kind have an order."""
    zone = f'REGEX(STR({value}), "[0-9](Z|[+-][0-9][0-9]:[0-9][0-9])$")'
    # A month may be longer than thirty days, or not: some durations have no order.
    literal = (
        f'CONCAT("4 ", STR(DATATYPE({value})), IF({zone}, " Z", ""), '
        f'IF(DATATYPE({value}) = {_DURATION}, STR({value}), ""))'
    )
    number = f'IF({value} = {value}, "2", "3")'
    return (
        f'IF(ISBLANK({value}), "0", IF(ISIRI({value}), "1", '
        f"IF(ISNUMERIC({value}), {number}, {literal})))"
    )


def _find_conditions(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yields the numbers of the first and the last token of each condition of an ORDER BY."""
    words = [token.text.upper() for token in tokens]
    position = 0
    while position + 1 < len(tokens):
        if words[position : position + 2] != ["ORDER", "BY"]:
            position += 1
            continue
        position += 2
        while position < len(tokens):
            last = _find_end(tokens, words, position)
            if last is None:
                break
            yield position, last
            position = last + 1


def _find_end(tokens: Sequence[Token], words: Sequence[str], first: int) -> int | None:
    """Returns the last token of the condition that begins at a token, None if none does."""
    if tokens[first].kind == "variable":
        return first
    opening = first
    if words[first] not in _END and tokens[first].kind in ("word", "iri", "name"):
        opening += 2 if words[first] == "NOT" else 1
    if opening >= len(tokens) or words[opening] not in _BRACKETS:
        return None
    return _find_closing(words, opening)


def _find_closing(words: Sequence[str], opening: int) -> int | None:
    """Returns the token that closes a bracket, None if none does."""
    left, right = words[opening], _BRACKETS[words[opening]]
    depth = 0
    for position in range(opening, len(words)):
        depth += (words[position] == left) - (words[position] == right)
        if not depth:
            return position
    return None
