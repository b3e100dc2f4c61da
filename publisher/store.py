"""The SPARQL store of a release: pyoxigraph, in memory or read-only on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

import pyoxigraph as ox

from publisher import concise
from publisher.errors import QueryError, ReleaseError
from publisher.formats import RDFXML, Format
from publisher.harvested import is_harvest
from publisher.iris import Iris
from publisher.query_text import WHOLE, Dialect, QueryResults, QueryText
from publisher.sparql_text import has_dataset_clause
from publisher.xml_text import mend_rdfxml

Term = ox.NamedNode | ox.Literal


class Queryable(Protocol):
    """What public queries are put to."""

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base_iri: str | None = None,
    ) -> QueryResults:
        """Returns the answer to a SPARQL 1.1 query; arguments as of `EmbeddedStore.query`."""


class Store(Protocol):
    """What pages and documents are made from, whoever keeps the quads of the release."""

    dialect: Dialect

    def query(
        self,
        sparql: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        dialect: Dialect | None = None,
    ) -> QueryResults:
        """Returns the answer to a query of the pages, with values for projected variables."""

    def describe(self, iri: str) -> list[ox.Quad]:
        """Returns what is said of a thing, what refers to it, and the labels of both."""

    def surroundings(self, iri: str, graphs: Iterable[str]) -> list[ox.Quad]:
        """Returns what graphs say of a thing, and of what is next to it there."""

    def graphs(self) -> list[str]:
        """Returns the IRIs of the named graphs, sorted."""

    def contains(self, iri: str) -> bool:
        """Says whether anything is said of a thing, or a graph has that name."""

    def mentions(self, iri: str) -> bool:
        """Says whether there is any statement with a thing in it, wherever it stands."""

    def quads(self, graph: str) -> Iterable[ox.Quad]:
        """Returns the quads of one named graph."""

    def write_graph(self, graph: str | None, target: Format, prefixes: Mapping[str, str]) -> bytes:
        """Returns the triples of a named graph, or of the default one, in a format."""

    def count(self) -> int:
        """Returns the number of quads."""

    def count_default(self) -> int:
        """Returns the number of triples in the default graph of queries."""


class EmbeddedStore:
    """The quads of a release, to be asked in a dialect. It never changes."""

    def __init__(self, store: ox.Store, dialect: Dialect = WHOLE) -> None:
        self._store = store
        self.dialect = dialect
        self._default_count: int | None = None

    @classmethod
    def load(cls, *nquads_files: Path, dialect: Dialect = WHOLE) -> Self:
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
        return cls(store, dialect)

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Self:
        """Returns a store in memory with these quads."""
        store = ox.Store()
        store.bulk_extend(quads)
        return cls(store)

    @classmethod
    def parse(cls, nquads: str) -> Self:
        """Returns a store in memory with the quads of a text in N-Quads."""
        store = ox.Store()
        store.bulk_load(nquads, format=ox.RdfFormat.N_QUADS)
        return cls(store)

    @classmethod
    def open(cls, path: Path, dialect: Dialect = WHOLE) -> Self:
        """Returns the store in a directory, read-only.

        Raises:
            ReleaseError: there is none, or it is damaged.
        """
        try:
            return cls(ox.Store.read_only(str(path)), dialect)
        except OSError as error:
            raise _damaged(path, error) from error

    @staticmethod
    def create(path: Path, nquads: Path) -> None:
        """Writes a new store with the quads of an N-Quads file to a directory, for `open`.

        Raises:
            ReleaseError: it cannot be written.
        """
        try:
            store = ox.Store(str(path))
            store.bulk_load(path=str(nquads), format=ox.RdfFormat.N_QUADS)
            store.optimize()
            store.flush()
        except OSError as error:
            raise _unwritable(path, error) from error

    @staticmethod
    def extend(path: Path, nquads: Path) -> None:
        """Adds the quads of an N-Quads file, few beside those that are there, to a store.

        Raises:
            ReleaseError: it cannot be written.
        """
        try:
            store = ox.Store(str(path))
            store.bulk_load(path=str(nquads), format=ox.RdfFormat.N_QUADS)
            store.flush()  # sorted by themselves: to sort all anew takes longer than to load
        except OSError as error:
            raise _unwritable(path, error) from error

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        substitutions: Mapping[str, Term] | None = None,
        base_iri: str | None = None,
        dialect: Dialect | None = None,
    ) -> QueryResults:
        """Returns the answer to a SPARQL 1.1 query.

        The dialect says what the default graph is, unless the call or the query
        itself (FROM) names graphs, and which prefixes need no declaration.

        Args:
            default_graphs: `default-graph-uri` of the SPARQL protocol; they and
                `named_graphs` override the query's own FROM (protocol, section 2.1.4).
            named_graphs: `named-graph-uri`.
            substitutions: values of projected variables, by name without `?`.
            base_iri: what relative IRIs are resolved against where the query has no BASE.
            dialect: another than the store's own.

        Raises:
            QueryRefused: an update, or a query that calls another server.
            QueryError: not a query that can be answered, with line and column.
        """
        spoken = dialect or self.dialect
        query = QueryText(sparql, spoken.prefixes, base_iri)
        query.check()
        is_named = bool(default_graphs or named_graphs)
        bound = {ox.Variable(name): term for name, term in (substitutions or {}).items()}
        try:
            return query.run(
                self._store,
                # With the union switched on, the engine would pass over the query's own FROM.
                union=spoken.union and not is_named and not has_dataset_clause(sparql),
                default_graphs=_parse_names(default_graphs) if is_named else None,
                named_graphs=_parse_names(named_graphs) if is_named else None,
                substitutions=bound,
            )
        except SyntaxError as error:
            raise query.explain(error) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(
                f"the query cannot be answered: {error}",
                remedy="use functions and features of SPARQL 1.1",
            ) from error

    def describe(self, iri: str) -> list[ox.Quad]:
        """Returns what is said of a thing, what refers to it, and the labels of both.

        Empty if the store says nothing of it, or `iri` is none.
        """
        node = _find_node(iri)
        return [] if node is None else concise.describe_node(self._store, node)

    def surroundings(self, iri: str, graphs: Iterable[str]) -> list[ox.Quad]:
        """Returns what these graphs say of a thing, of what it refers to there, and of what
        refers to it there."""
        node, found = ox.NamedNode(iri), dict[ox.Quad, None]()
        for graph in map(ox.NamedNode, graphs):
            own = self._store.quads_for_pattern(node, None, None, graph)
            near = [quad.object for quad in own]
            near += [q.subject for q in self._store.quads_for_pattern(None, None, node, graph)]
            for thing in {node, *(term for term in near if isinstance(term, ox.NamedNode))}:
                found |= dict.fromkeys(self._store.quads_for_pattern(thing, None, None, graph))
        return list(found)

    def graphs(self) -> list[str]:
        """Returns the IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))

    def contains(self, iri: str) -> bool:
        """Says whether the store says anything of a thing, or has a graph of that name."""
        node = _find_node(iri)
        if node is None:
            return False
        statement = next(iter(self._store.quads_for_pattern(node, None, None, None)), None)
        return statement is not None or self._store.contains_named_graph(node)

    def mentions(self, iri: str) -> bool:
        """Says whether the store has any statement with a thing in it, wherever it stands."""
        node = _find_node(iri)
        return node is not None and concise.is_mentioned(self._store, node)

    def quads(self, graph: str | None = None) -> Iterable[ox.Quad]:
        """Returns the quads of one named graph, or all."""
        name = None if graph is None else ox.NamedNode(graph)
        return self._store.quads_for_pattern(None, None, None, name)

    def write_graph(self, graph: str | None, target: Format, prefixes: Mapping[str, str]) -> bytes:
        """Returns the triples of a named graph, or of the default one, in no particular order.

        Raises:
            ValueError: the format cannot say all of them.
            Inexpressible: RDF/XML cannot.
        """
        name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
        try:
            data = self._store.dump(format=target.syntax, from_graph=name, prefixes=dict(prefixes))
        except OSError as error:
            raise ValueError(str(error)) from error
        return mend_rdfxml(data or b"") if target is RDFXML else data or b""

    def count(self) -> int:
        """Returns the number of quads."""
        return len(self._store)

    def count_default(self) -> int:
        """Returns the number of triples in the default graph of queries."""
        if self.dialect.union:
            return self.count()
        if self._default_count is None:
            found = self._store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
            number = next(found)["n"] if isinstance(found, ox.QuerySolutions) else None
            self._default_count = int(number.value) if isinstance(number, ox.Literal) else 0
        return self._default_count


def separate_own(store: Store, iris: Iris) -> Store:
    """Returns a store with what a site says itself, without the graphs of other publishers: in
    memory, or the one given where nobody else's data is in it."""
    graphs = store.graphs()
    own = [graph for graph in graphs if not is_harvest(graph, iris)]
    if len(own) == len(graphs):
        return store
    return EmbeddedStore.of(quad for graph in own for quad in store.quads(graph))


def _find_node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _unwritable(path: Path, error: OSError) -> ReleaseError:
    return ReleaseError(f"cannot be written: {error}", where=str(path))


def _damaged(path: Path, error: Exception) -> ReleaseError:
    return ReleaseError(
        f"not a store that can be read: {error}",
        where=str(path),
        remedy="build the release again: publisher build",
    )


def _parse_names(iris: Sequence[str] | None) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(iri) for iri in iris or ()]
    except ValueError as error:
        raise QueryError(
            f"a graph has no absolute IRI for a name: {error}",
            remedy="name graphs by absolute IRIs",
        ) from error
