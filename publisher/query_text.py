"""The text of a query: what must not reach the engine, and what is wrong with it. Pure.

Parsing is left to the engine, on an empty store that can call nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from publisher import sparql_text
from publisher.errors import QueryError, QueryRefused
from publisher.vocabulary import PREFIXES

QueryResults = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

# Deeper nesting overflows the parser's stack and ends the process; people stay below ten.
_MAX_DEPTH = 100
_PLACE = re.compile(r"error at (\d+):(\d+): ")
_UNBOUND = "contains a variable that is unbound"
_STRETCH = 32


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a query may leave unsaid.

    `union` makes the default graph the union of all graphs; without it, it is
    that of the data. `prefixes` need no declaration.
    """

    union: bool
    prefixes: Mapping[str, str]


# Of a site, and of its pages; and SPARQL 1.1 as it is written.
WHOLE = Dialect(union=True, prefixes=PREFIXES)
STANDARD = Dialect(union=False, prefixes={})


@dataclass(frozen=True, slots=True)
class QueryText:
    """A query with what it is read with: prefixes that need no declaration, and its base IRI."""

    text: str
    prefixes: Mapping[str, str]
    base_iri: str | None = None

    def check(self) -> None:
        """Raises what keeps the query from the engine.

        Raises:
            QueryRefused: it calls another server.
            QueryError: it is nested too deeply, or cannot be parsed where it might call.
        """
        if sparql_text.is_deeper_than(self.text, _MAX_DEPTH):
            raise QueryError(
                f"brackets are nested more than {_MAX_DEPTH} deep", remedy="simplify the query"
            )
        if sparql_text.calls_away(self.text):
            raise _refuse_call()
        harmless = sparql_text.without_calls_away(self.text)
        if harmless is not None:
            self._refuse_hidden_call(harmless)

    def _refuse_hidden_call(self, harmless: str) -> None:
        """Raises unless the query also parses where it cannot call anyone."""
        error = self._find_error(harmless)
        if error is None:
            return
        line, column = _find_place(error) or (1, 1)
        end = sum(len(text) + 1 for text in self.text.split("\n")[: line - 1]) + column
        further = self._find_error(sparql_text.read_as_graph(self.text, harmless, end))
        if further is None or (_find_place(further) or (1, 1)) > (line, column):
            raise _refuse_call() from error
        raise self.explain(error) from error

    def _find_error(self, harmless: str) -> SyntaxError | None:
        """Returns what keeps another text from being parsed, which must call nobody."""
        return replace(self, text=harmless).find_error()

    def find_error(self) -> SyntaxError | None:
        """Returns what keeps the query from being parsed; it runs on nothing."""
        try:
            self.run(ox.Store())
        except SyntaxError as error:
            return error
        except (OSError, RuntimeError, ValueError):
            return None  # it parses, which is all that is asked here
        return None

    def run(
        self,
        store: ox.Store,
        *,
        union: bool = False,
        default_graphs: Sequence[ox.NamedNode] | None = None,
        named_graphs: Sequence[ox.NamedNode] | None = None,
        substitutions: Mapping[ox.Variable, ox.NamedNode | ox.Literal] | None = None,
    ) -> QueryResults:
        """Returns the engine's answer, unchecked; arguments and errors are pyoxigraph's."""
        return store.query(
            self.text,
            base_iri=self.base_iri,
            prefixes=dict(self.prefixes),
            use_default_graph_as_union=union,
            default_graph=None if default_graphs is None else list(default_graphs),
            named_graphs=None if named_graphs is None else list(named_graphs),
            substitutions=dict(substitutions or {}),
        )

    def explain(self, error: SyntaxError) -> QueryError:
        """Returns what is wrong as a reader sees it: the engine names what it would accept."""
        if sparql_text.is_update(self.text):
            return refuse_update()
        message = str(error)
        line, column = _find_place(error) or (None, None)
        undeclared = sparql_text.find_undeclared_prefixes(self.text, self.prefixes)
        if undeclared:
            prefix = undeclared[0]
            return QueryError(
                f"the prefix {prefix}: is not declared",
                line=line,
                column=column,
                remedy=f"begin the query with PREFIX {prefix}: <{PREFIXES.get(prefix, '…')}>",
            )
        if line is None or column is None:
            return QueryError(f"not a SPARQL 1.1 query: {message}", remedy="correct the query")
        if _UNBOUND in message:
            return QueryError(
                "SELECT names a variable that is neither grouped nor aggregated",
                line=line,
                column=column,
                remedy="add it to GROUP BY, or put it into SAMPLE() or another aggregate",
            )
        # The engine reads a few words ahead, so the place is the end of a stretch.
        read = self.text.split("\n")[line - 1]
        near = read[max(0, column - _STRETCH) : column + _STRETCH // 4].strip()
        return QueryError(
            f"not a SPARQL 1.1 query, near {near!r}" if near else "not a SPARQL 1.1 query",
            line=line,
            column=column,
            remedy="correct the query at this place or shortly before it",
        )


def _find_place(error: SyntaxError) -> tuple[int, int] | None:
    """Returns the line and column that the engine names."""
    place = _PLACE.search(str(error))
    return (int(place[1]), int(place[2])) if place else None


def _refuse_call() -> QueryRefused:
    return QueryRefused(
        "this endpoint does not call other servers (SERVICE)",
        remedy="ask each endpoint by itself, or load a dump into your own store",
    )


def refuse_update() -> QueryRefused:
    """Returns the error for an update, however it came."""
    return QueryRefused(
        "this endpoint answers queries and takes no updates",
        remedy="use SELECT, ASK, CONSTRUCT or DESCRIBE",
    )
