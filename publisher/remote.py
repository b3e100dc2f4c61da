"""A release whose quads an engine keeps: what pages need of it, and the check that it is that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from publisher.concise import LABELS
from publisher.engine import Engine
from publisher.errors import QueryError, StoreError
from publisher.formats import Format, write
from publisher.query_text import WHOLE, Dialect, QueryResults
from publisher.release import CATALOG, Release
from publisher.sparql_rewrite import substitute
from publisher.store import Term

# Names in one question: engines take their time to plan longer ones.
_BATCH = 100
# Counted, because Virtuoso answers SELECT DISTINCT ?graph with graphs that it hides.
_GRAPHS = "SELECT ?graph (COUNT(?s) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
# Rows also for graphs: of a graph that is cut short, Virtuoso says nothing.
_GRAPH = "SELECT ?s ?p ?o (%(node)s AS ?g) { GRAPH %(node)s { ?s ?p ?o } }"
_SUBJECT = "SELECT (%(node)s AS ?s) ?p ?o ?g { GRAPH ?g { %(node)s ?p ?o } }"
_OBJECT = "SELECT ?s ?p (%(node)s AS ?o) ?g { GRAPH ?g { ?s ?p %(node)s } }"
_PROPERTY = "SELECT ?s (%(node)s AS ?p) ?o ?g { GRAPH ?g { ?s %(node)s ?o } }"
_LABELS = "SELECT ?s ?p ?o ?g { VALUES ?s { %s } VALUES ?p { %s } GRAPH ?g { ?s ?p ?o } }"
_MENTIONED = (
    "ASK { { %(node)s ?p ?o } UNION { ?s %(node)s ?o } UNION { ?s ?p %(node)s }"
    " UNION { GRAPH %(node)s { ?s ?p ?o } } }"
)
_NEAR = (
    "SELECT (%(node)s AS ?s) ?p ?o { GRAPH %(graph)s { %(node)s ?p ?o } }",
    "SELECT ?s ?p ?o { GRAPH %(graph)s { %(node)s ?x ?s . ?s ?p ?o } }",
    "SELECT ?s ?p ?o { GRAPH %(graph)s { ?s ?x %(node)s . ?s ?p ?o } }",
)
_KNOWN = "ASK { { %(node)s ?p ?o } UNION { GRAPH %(node)s { ?s ?p ?o } } }"


class RemoteStore:
    """The quads of a release in an engine, to be asked. The release is not to change there.

    Every method raises StoreError where the engine fails.
    """

    dialect = WHOLE

    def __init__(self, engine: Engine, graphs: Iterable[str], count: int) -> None:
        self._engine = engine
        self._graphs = sorted(graphs)
        self._count = count

    @classmethod
    def of(cls, release: Release, engine: Engine) -> RemoteStore:
        """Returns the store of a release in an engine that holds it, and nothing else.

        Raises:
            StoreError: the engine does not answer, or shows something else.
        """
        store = cls(engine, (), 0)
        catalog = list(ox.parse(path=str(release.path / CATALOG), format=ox.RdfFormat.N_QUADS))
        graphs = store.find_graphs()
        _require_release(store, engine.address, release, catalog, graphs)
        return cls(engine, graphs, release.manifest.triples + len(catalog))

    def query(
        self,
        sparql: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        dialect: Dialect | None = None,
    ) -> QueryResults:
        """Returns the answer to a query of ours; the values become part of it as terms.

        An engine has the one dialect that it was found to have.
        """
        try:
            values = {name: str(term) for name, term in (substitutions or {}).items()}
            return self._engine.query(substitute(sparql, values) if values else sparql)
        except QueryError as error:
            raise StoreError(
                f"the engine behind this site fails: {error.message}",
                where=self._engine.address,
                remedy="try again a little later",
            ) from error

    def describe(self, iri: str) -> list[ox.Quad]:
        """Returns what is said of a thing, what refers to it, and the labels of both."""
        node = _find_node(iri)
        if node is None:
            return []
        own = self._ask_quads(_SUBJECT % {"node": node})
        own += self._ask_quads(_OBJECT % {"node": node})
        own += self._ask_quads(_PROPERTY % {"node": node})
        mentioned = {
            term: None
            for quad in own
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
            if isinstance(term, ox.NamedNode)
        }
        found = dict.fromkeys(own)
        names = [str(term) for term in mentioned]
        for start in range(0, len(names), _BATCH):
            batch = " ".join(names[start : start + _BATCH])
            labels = " ".join(map(str, LABELS))
            found |= dict.fromkeys(self._ask_quads(_LABELS % (batch, labels)))
        return list(found)

    def surroundings(self, iri: str, graphs: Iterable[str]) -> list[ox.Quad]:
        """Returns what graphs say of a thing, and of what is next to it there."""
        node = ox.NamedNode(iri)
        found: dict[ox.Quad, None] = {}
        for graph in map(ox.NamedNode, graphs):
            for sparql in _NEAR:
                rows = _rows(self.query(sparql % {"node": node, "graph": graph}))
                found |= dict.fromkeys(ox.Quad(row[0], row[1], row[2], graph) for row in rows)
        return list(found)

    def graphs(self) -> list[str]:
        """Returns the IRIs of the named graphs, sorted."""
        return self._graphs

    def find_graphs(self) -> list[str]:
        """Returns the IRIs of the named graphs that the engine shows now."""
        return [node.value for node in self._ask_column(_GRAPHS) if isinstance(node, ox.NamedNode)]

    def contains(self, iri: str) -> bool:
        """Says whether the engine says anything of a thing, or has a graph of that name."""
        node = _find_node(iri)
        return node is not None and bool(self.query(_KNOWN % {"node": node}))

    def mentions(self, iri: str) -> bool:
        """Says whether the engine has any statement with a thing in it, wherever it stands."""
        node = _find_node(iri)
        return node is not None and bool(self.query(_MENTIONED % {"node": node}))

    def quads(self, graph: str) -> Iterable[ox.Quad]:
        """Returns the quads of one named graph."""
        return self._ask_quads(_GRAPH % {"node": ox.NamedNode(graph)})

    def write_graph(self, graph: str | None, target: Format, prefixes: Mapping[str, str]) -> bytes:
        """Returns the triples of a named graph, or of all, in a format."""
        names = self._graphs if graph is None else [graph]
        quads = (quad for name in names for quad in self.quads(name))
        return write([ox.Quad(*quad.triple) for quad in quads], target, prefixes=prefixes)

    def count(self) -> int:
        """Returns the number of quads of the release."""
        return self._count

    count_default = count

    def count_graph(self, graph: str) -> int:
        """Returns how many triples the engine has in a named graph now."""
        name = ox.NamedNode(graph)
        found = self._ask_column(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {name} {{ ?s ?p ?o }} }}")
        return int(found[0].value) if found and isinstance(found[0], ox.Literal) else 0

    def _ask_column(self, sparql: str) -> list[object]:
        return [row[0] for row in _rows(self.query(sparql))]

    def _ask_quads(self, sparql: str) -> list[ox.Quad]:
        return [ox.Quad(*row) for row in _rows(self.query(sparql))]


def _rows(found: QueryResults) -> ox.QuerySolutions:
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("not the answer to a SELECT query")
    return found


def _find_node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _require_release(
    store: RemoteStore, address: str, release: Release, catalog: list[ox.Quad], graphs: list[str]
) -> None:
    """Raises StoreError unless an engine shows a release, all of it and alone."""

    def fail(message: str, remedy: str) -> StoreError:
        return StoreError(message, where=address, remedy=remedy)

    own = f"{release.settings.base_iri}graph/"
    foreign = [name for name in graphs if not name.startswith(own)]
    if foreign:
        more = f" and {len(foreign) - 3} more" if foreign[3:] else ""
        raise fail(
            f"the engine shows graphs that are not of this site: {', '.join(foreign[:3])}{more}",
            "hide them from the account that asks, or give the site an engine of its own",
        )
    # The catalog is loaded last and names the version, which depends on every quad.
    name = next((quad.graph_name for quad in catalog), None)
    shown = store.quads(name.value) if isinstance(name, ox.NamedNode) else []
    if {(q.subject, q.predicate) for q in shown} != {(q.subject, q.predicate) for q in catalog}:
        raise fail(
            f"the engine does not hold release {release.manifest.version}",
            "bring it there: publisher load",
        )
    if not any(store.query(f"ASK {{ {quad.subject} ?p ?o }}") for quad in catalog[:1]):
        raise fail(
            "the engine's default graph is not the union of its named graphs",
            "configure the engine so, for example oxigraph serve --union-default-graph",
        )
