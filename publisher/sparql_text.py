"""What a SPARQL text asks for, told from its tokens: before anything runs.

Tokens as in https://www.w3.org/TR/sparql11-query/#sparqlGrammar. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n\r]*)
      | (?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""
          |\'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
          |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
      | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[^\w\s])
          (?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[^\w\s])*)?)
      | (?P<variable>[?$]\w+)
      | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<word>(?:\w|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})+)
      | (?P<other>\S)''',
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
_FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
_CALL_AWAY = re.compile("service", re.IGNORECASE | re.ASCII)
_CALL = re.compile(r"service(?:\s*silent)?", re.IGNORECASE | re.ASCII)
# Instead of the S, such a letter makes a word that cannot overlap with itself.
_OTHER_LETTERS = "zqwxyjkghlmnoptuabdf"
# Most texts have none of these, which a search tells in a thousandth of the time of the tokens.
_ESCAPED = "\\u"
_MAY_CALL_AWAY = ("service", _ESCAPED)
_MAY_NAME_GRAPHS = ("from", _ESCAPED)
# What has another value from call to call; blank nodes are new ones each time.
_CHANGING = frozenset(["SERVICE", "NOW", "RAND", "UUID", "STRUUID", "BNODE"])
_MAY_CHANGE = (*_MAY_CALL_AWAY, "now", "rand", "uuid", "bnode", "construct")
_BLANK = re.compile(r"[\[(]|_:")
# What stands between tokens, or else a token that may hold the same.
_GAP = re.compile(
    r'''(?P<gap>(?:\s|\#[^\n\r]*)+)
      | """(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'
      | "(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'
      | <[^<>"{}|^`\x00-\x20]*>|\\.''',
    re.VERBOSE | re.DOTALL,
)
# Reading a longer text would hold up whoever else asks this process; people write shorter ones.
_LONGEST_READ = 20_000
_LAST_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `start` counts code points."""

    kind: str
    text: str
    start: int


def find_tokens(query: str) -> Iterator[Token]:
    """Yields the tokens, without white space and comments; words without escapes."""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or "other"
        if kind != "comment":
            text = _unescape(match.group()) if kind == "word" else match.group()
            yield Token(kind, text, match.start())


def find_keywords(query: str) -> Iterator[str]:
    """Yields the bare words of the text, with the letters of ASCII in upper case.

    Only those make keywords: U+017F is no S.
    """
    for token in find_tokens(query):
        if token.kind == "word":
            yield token.text.upper() if token.text.isascii() else token.text


def _has_any(query: str, parts: Collection[str]) -> bool:
    """Says whether the text has one of these parts, in letters of either case."""
    lowered = query.lower()
    return any(part in lowered for part in parts)


def is_update(query: str) -> bool:
    """Says whether the first verb of the text is one of SPARQL Update's."""
    words = find_keywords(query)
    return next((word for word in words if word in _UPDATES | _FORMS), "") in _UPDATES


def calls_away(query: str) -> bool:
    """Says whether the text uses the keyword SERVICE, escaped or not."""
    return _has_any(query, _MAY_CALL_AWAY) and "SERVICE" in find_keywords(query)


def without_calls_away(query: str) -> str | None:
    """Returns the text with another word for every `service`, None where it has none.

    That word is as long and stands nowhere else in the text, so the new text has
    the same tokens in the same places, and two names are the same if they were
    before. If it still parses, no parser can have read one of them as the keyword:
    in a string, a comment, an IRI or a name one word is as good as another. That
    holds where a parser splits a text otherwise than these tokens do
    (`?a<?b#>`, `SERVICE:x`, `trueSERVICE:x`). A text that has all such words
    becomes the empty one, which does not parse.
    """
    if not _CALL_AWAY.search(query):
        return None
    lowered = query.lower()
    letter = next((x for x in _OTHER_LETTERS if x + "service"[1:] not in lowered), None)
    if letter is None:
        return ""
    return _CALL_AWAY.sub(
        lambda call: (letter if call[0][0] == "s" else letter.upper()) + call[0][1:], query
    )


def read_as_graph(query: str, harmless: str, end: int) -> str:
    """Returns `harmless` with the keyword GRAPH for the last `service` that begins before `end`.

    GRAPH stands where SERVICE does and is followed by the same, SILENT apart: if
    a parser gets further in this text than in `harmless`, it was the keyword.
    """
    found = [match.span() for match in _CALL.finditer(query) if match.start() < end]
    if not found:
        return harmless
    start, stop = found[-1]
    return harmless[:start] + "GRAPH".ljust(stop - start) + harmless[stop:]


def has_dataset_clause(query: str) -> bool:
    """Says whether the text names its own default or named graphs (FROM).

    The engine needs no space around the keyword: `ASKFROM<a>`, `FROM:a`.
    """
    if not _has_any(query, _MAY_NAME_GRAPHS):
        return False
    glued = (prefix.upper() for prefix in find_undeclared_prefixes(query, ()))
    return any("FROM" in word for word in (*find_keywords(query), *glued))


def canonicalize(query: str) -> str:
    """Returns the text without comments and with one blank, or line break, in every gap.

    Texts that become the same ask the same, also for a parser that splits them
    otherwise: a gap that ends a line still does, and nothing else changes. A very long
    text is returned as it is.
    """
    if len(query) > _LONGEST_READ:
        return query

    def close(piece: re.Match[str]) -> str:
        gap = piece["gap"]
        if gap is None:
            return piece[0]
        return "\n" if "\n" in gap or "\r" in gap else " "

    return _GAP.sub(close, query).strip()


def is_repeatable(query: str) -> bool:
    """Says whether the text asks for the same whenever it is asked, of the same data.

    What another endpoint answers may change. Of a very long text that may ask for
    something else each time, it says so unread.
    """
    if not _has_any(query, _MAY_CHANGE):
        return True
    if len(query) > _LONGEST_READ:
        return False
    words = set(find_keywords(query))
    makes_nodes = "CONSTRUCT" in words and _BLANK.search(query)
    return not (words & _CHANGING or makes_nodes)


def find_undeclared_prefixes(query: str, known: Collection[str]) -> list[str]:
    """Returns prefixes that are used and neither declared nor `known`, in order of use."""
    declared = set(known)
    used: dict[str, None] = {}
    previous = ""
    for token in find_tokens(query):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if previous == "PREFIX":
                declared.add(prefix)
            else:
                used[prefix] = None
        previous = token.text.upper()
    return [prefix for prefix in used if prefix not in declared]


def is_deeper_than(query: str, most: int) -> bool:
    """Says whether brackets of any kind are nested more than `most` deep."""
    if sum(map(query.count, "{([")) <= most:
        return False
    depth = 0
    for token in find_tokens(query):
        if token.text in ("{", "(", "["):
            depth += 1
            if depth > most:
                return True
        elif token.text in ("}", ")", "]"):
            depth -= 1
    return False


def _unescape(word: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match.group(1) or match.group(2), 16)
        return chr(code) if code <= _LAST_CODE_POINT else match.group()

    return _ESCAPE.sub(character, word)
