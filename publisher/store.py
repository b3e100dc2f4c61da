"""The SPARQL store of a release: pyoxigraph, in memory or read-only on disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from publisher import sparql_text
from publisher.errors import QueryError, QueryRefused, ReleaseError
from publisher.vocabulary import PREFIXES

QueryResults = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Term = ox.NamedNode | ox.Literal

# Deeper nesting overflows the parser's stack and ends the process; people stay below ten.
_MAX_DEPTH = 100
_PLACE = re.compile(r"error at (\d+):(\d+): ")
_UNBOUND = "contains a variable that is unbound"
_STRETCH = 32
_LABELS = (
    ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
    ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"),
)


class EmbeddedStore:
    """The quads of a release, to be asked. It never changes."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    @classmethod
    def load(cls, *nquads_files: Path) -> Self:
        """Returns a store in memory with the quads of N-Quads files.

        Raises:
            ReleaseError: a file cannot be read.
        """
        store = ox.Store()
        for path in nquads_files:
            try:
                store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
            except (OSError, SyntaxError) as error:
                raise _damaged(path, error) from error
        return cls(store)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Returns the store in a directory, read-only.

        Raises:
            ReleaseError: there is none, or it is damaged.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except OSError as error:
            raise _damaged(path, error) from error

    @staticmethod
    def create(path: Path, quads: Iterable[ox.Quad]) -> None:
        """Writes a new store to a directory, for `open`.

        Raises:
            ReleaseError: it cannot be written.
        """
        try:
            store = ox.Store(str(path))
            store.bulk_extend(quads)
            store.optimize()
            store.flush()
        except OSError as error:
            raise ReleaseError(f"cannot be written: {error}", where=str(path)) from error

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        substitutions: Mapping[str, Term] | None = None,
    ) -> QueryResults:
        """Returns the answer to a SPARQL 1.1 query.

        The default graph is the union of all named graphs, unless the call or
        the query itself (FROM) names others. The prefixes of
        `publisher.vocabulary` need no declaration.

        Args:
            default_graphs: `default-graph-uri` of the SPARQL protocol; they and
                `named_graphs` override the query's own FROM (protocol, section 2.1.4).
            named_graphs: `named-graph-uri`.
            substitutions: values of projected variables, by name without `?`.

        Raises:
            QueryRefused: an update, or a query that calls another server.
            QueryError: not a query that can be answered, with line and column.
        """
        _refuse(sparql)
        dataset = _choose_dataset(sparql, default_graphs, named_graphs)
        bound = {ox.Variable(name): term for name, term in (substitutions or {}).items()}
        try:
            return _run(self._store, sparql, dataset, bound)
        except SyntaxError as error:
            raise _syntax_error(sparql, error) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(
                f"the query cannot be answered: {error}",
                remedy="use functions and features of SPARQL 1.1",
            ) from error

    def describe(self, iri: str) -> list[ox.Quad]:
        """Returns what is said of a thing, what refers to it, and the labels of both.

        Empty if the store says nothing of it, or `iri` is none.
        """
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return []
        own = list(self._store.quads_for_pattern(node, None, None, None))
        own += self._store.quads_for_pattern(None, None, node, None)
        mentioned = {
            term
            for quad in own
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
            if isinstance(term, ox.NamedNode)
        }
        found = dict.fromkeys(own)
        for term in mentioned:
            for label in _LABELS:
                found |= dict.fromkeys(self._store.quads_for_pattern(term, label, None, None))
        return list(found)

    def graphs(self) -> list[str]:
        """Returns the IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))

    def contains(self, iri: str) -> bool:
        """Says whether the store says anything of a thing, or has a graph of that name."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        statement = next(iter(self._store.quads_for_pattern(node, None, None, None)), None)
        return statement is not None or self._store.contains_named_graph(node)

    def quads(self, graph: str | None = None) -> Iterable[ox.Quad]:
        """Returns the quads of one named graph, or all."""
        name = None if graph is None else ox.NamedNode(graph)
        return self._store.quads_for_pattern(None, None, None, name)

    def count(self) -> int:
        """Returns the number of quads."""
        return len(self._store)


def _damaged(path: Path, error: Exception) -> ReleaseError:
    return ReleaseError(
        f"not a store that can be read: {error}",
        where=str(path),
        remedy="build the release again: publisher build",
    )


@dataclass(frozen=True, slots=True)
class _Dataset:
    """The graphs a query is put to; `default` None means the union of all."""

    default: Sequence[ox.NamedNode] | None = None
    named: Sequence[ox.NamedNode] | None = None
    union: bool = True


def _choose_dataset(
    sparql: str, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None
) -> _Dataset:
    if not default_graphs and not named_graphs:
        # With the union switched on, the engine would pass over the query's own FROM.
        return _Dataset(union=not sparql_text.has_dataset_clause(sparql))
    try:
        default = [ox.NamedNode(iri) for iri in default_graphs or ()]
        named = [ox.NamedNode(iri) for iri in named_graphs or ()]
    except ValueError as error:
        raise QueryError(
            f"a graph has no absolute IRI for a name: {error}",
            remedy="name graphs by absolute IRIs",
        ) from error
    return _Dataset(default, named, union=False)


def _run(
    store: ox.Store, sparql: str, dataset: _Dataset, bound: Mapping[ox.Variable, Term]
) -> QueryResults:
    return store.query(
        sparql,
        prefixes=dict(PREFIXES),
        use_default_graph_as_union=dataset.union,
        default_graph=None if dataset.default is None else list(dataset.default),
        named_graphs=None if dataset.named is None else list(dataset.named),
        substitutions=dict(bound),
    )


def refuse_update() -> QueryRefused:
    """Returns the error for an update, however it came."""
    return QueryRefused(
        "this endpoint answers queries and takes no updates",
        remedy="use SELECT, ASK, CONSTRUCT or DESCRIBE",
    )


def _refuse(sparql: str) -> None:
    """Raises QueryRefused or QueryError for what must not reach the engine."""
    if sparql_text.is_deeper_than(sparql, _MAX_DEPTH):
        raise QueryError(
            f"brackets are nested more than {_MAX_DEPTH} deep", remedy="simplify the query"
        )
    if sparql_text.calls_away(sparql):
        raise _calls_away()
    harmless = sparql_text.without_calls_away(sparql)
    if harmless is not None:
        _refuse_hidden_call(sparql, harmless)


def _refuse_hidden_call(sparql: str, harmless: str) -> None:
    """Raises unless the query also parses where it cannot call anyone."""
    error = _find_syntax_error(harmless)
    if error is None:
        return
    line, column = _find_place(error) or (1, 1)
    end = sum(len(text) + 1 for text in sparql.split("\n")[: line - 1]) + column
    further = _find_syntax_error(sparql_text.read_as_graph(sparql, harmless, end))
    if further is None or (_find_place(further) or (1, 1)) > (line, column):
        raise _calls_away() from error
    raise _syntax_error(sparql, error) from error


def _find_syntax_error(harmless: str) -> SyntaxError | None:
    """Returns what keeps a text from being parsed; it runs on nothing and must call nobody."""
    try:
        _run(ox.Store(), harmless, _Dataset(), {})
    except SyntaxError as error:
        return error
    except (OSError, RuntimeError, ValueError):
        return None  # it parses, which is all that is asked here
    return None


def _find_place(error: SyntaxError) -> tuple[int, int] | None:
    """Returns the line and column that the engine names."""
    place = _PLACE.search(str(error))
    return (int(place[1]), int(place[2])) if place else None


def _calls_away() -> QueryRefused:
    return QueryRefused(
        "this endpoint does not call other servers (SERVICE)",
        remedy="ask each endpoint by itself, or load a dump into your own store",
    )


def _syntax_error(sparql: str, error: SyntaxError) -> QueryError:
    """What is wrong as a reader sees it: the engine names only what it would accept."""
    if sparql_text.is_update(sparql):
        return refuse_update()
    message = str(error)
    line, column = _find_place(error) or (None, None)
    undeclared = sparql_text.find_undeclared_prefixes(sparql, PREFIXES)
    if undeclared:
        prefix = undeclared[0]
        return QueryError(
            f"the prefix {prefix}: is not declared",
            line=line,
            column=column,
            remedy=f"begin the query with PREFIX {prefix}: <…>",
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
    read = sparql.split("\n")[line - 1]
    near = read[max(0, column - _STRETCH) : column + _STRETCH // 4].strip()
    return QueryError(
        f"not a SPARQL 1.1 query, near {near!r}" if near else "not a SPARQL 1.1 query",
        line=line,
        column=column,
        remedy="correct the query at this place or shortly before it",
    )
