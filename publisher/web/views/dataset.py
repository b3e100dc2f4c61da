"""The front page of RDF files as they are: what is in them, and how to ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from publisher.web.reader import Reader
from publisher.web.views.common import Link, make_link

MOST_SHOWN = 100
_MOST_THINGS = 12


@dataclass(frozen=True, slots=True)
class Example:
    """A query with the question it answers."""

    question: str
    query: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with the number of its things, and one of them."""

    of: Link
    example: Link | None


@dataclass(frozen=True, slots=True)
class DatasetView:
    """Everything that the front page shows; counts are over all graphs."""

    triples: int
    default_triples: int
    classes: tuple[ClassRow, ...]
    properties: tuple[Link, ...]
    graphs: tuple[Link, ...]
    things: tuple[Link, ...]
    hidden_classes: int
    hidden_properties: int
    hidden_graphs: int


@lru_cache(maxsize=1)
def view_dataset(reader: Reader) -> DatasetView:
    """Returns what the front page shows; counted once, for a release never changes."""
    classes = [
        ClassRow(
            make_link(reader, row.get("class"), row.number("things")),
            make_link(reader, row.get("example")) if row.find("example") else None,
        )
        for row in reader.rows("data-classes")
    ]
    properties = _links(reader, "data-properties", "property")
    graphs = _links(reader, "data-graphs", "graph")
    things = () if classes else _links(reader, "data-things", "thing")
    return DatasetView(
        triples=reader.store.count(),
        default_triples=reader.store.count_default(),
        classes=tuple(classes[:MOST_SHOWN]),
        properties=properties[:MOST_SHOWN],
        graphs=graphs[:MOST_SHOWN],
        things=things[:_MOST_THINGS],
        hidden_classes=max(0, len(classes) - MOST_SHOWN),
        hidden_properties=max(0, len(properties) - MOST_SHOWN),
        hidden_graphs=max(0, len(graphs) - MOST_SHOWN),
    )


def _links(reader: Reader, query: str, name: str) -> tuple[Link, ...]:
    return tuple(make_link(reader, r.get(name), r.number("triples")) for r in reader.rows(query))


@lru_cache(maxsize=1)
def load_data_examples(reader: Reader) -> tuple[Example, ...]:
    """Returns queries about these very data; they declare all their prefixes."""
    view = view_dataset(reader)
    # Where all is in named graphs, a query of the default graph would find nothing.
    named = not view.default_triples and bool(view.graphs)

    def where(pattern: str) -> str:
        return f"GRAPH ?graph {{ {pattern} }}" if named else pattern

    examples = [
        Example(
            "What classes are there?",
            "SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {\n"
            f"  {where('?thing a ?class')}\n}} GROUP BY ?class ORDER BY DESC(?things)",
        ),
        Example(
            "Which properties are used, and how often?",
            "SELECT ?property (COUNT(*) AS ?times) WHERE {\n"
            f"  {where('?subject ?property ?value')}\n}} GROUP BY ?property ORDER BY DESC(?times)",
        ),
    ]
    if view.classes:
        largest = view.classes[0].of
        pattern = f"?thing a <{largest.iri}> ; ?property ?value"
        examples.append(
            Example(
                f"What is said of the things of the class {largest.label}?",
                f"SELECT ?thing ?property ?value WHERE {{\n  {where(pattern)}\n}} LIMIT 100",
            )
        )
    if view.graphs:
        examples.append(
            Example(
                "Which named graphs are there, and how large are they?",
                "SELECT ?graph (COUNT(*) AS ?triples) WHERE {\n"
                "  GRAPH ?graph { ?s ?p ?o }\n} GROUP BY ?graph ORDER BY DESC(?triples)",
            )
        )
    everything = f"SELECT * WHERE {{\n  {where('?subject ?predicate ?object')}\n}} LIMIT 100"
    return (Example("A hundred statements", everything), *examples)
