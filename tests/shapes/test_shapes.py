"""Every shape accepts the valid example, and refuses an example made to violate it.

`valid.ttl` uses the whole model. An invalid example is named
`<NodeShape>/<source shape>--<fault>.ttl`, opens with `# focus: <iri>`, and
violates exactly that shape there. The nodes around the focus node are stubs,
so what is said of them does not count.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VALID = HERE / "valid.ttl"
INVALID = sorted(HERE.glob("*/*--*.ttl"))
LC = Namespace("https://w3id.org/learning-cities/ontology#")
SH_LC = Namespace("https://w3id.org/learning-cities/shapes#")
ONTOLOGY = URIRef("https://w3id.org/learning-cities/ontology")

SHAPE_FILES = ("learning-city.ttl", "recommended.ttl", "concepts.ttl", "catalog.ttl", "queries.ttl")
# What a shape may say of itself without constraining anything.
NOT_CONSTRAINTS = {
    SH.targetClass,
    SH.targetObjectsOf,
    SH.targetSubjectsOf,
    SH.property,
    SH.severity,
    SH.message,
    SH.path,
}


@dataclass(frozen=True)
class Violation:
    """One validation result, as far as a test names it."""

    source_shape: Node | None
    focus_node: Node | None


@pytest.fixture(scope="session")
def shapes() -> dict[str, Graph]:
    """Each file of shapes on its own: an error need not silence a warning."""
    return {name: Graph().parse(ROOT / "shapes" / name) for name in SHAPE_FILES}


@pytest.fixture(scope="session")
def all_shapes(shapes: dict[str, Graph]) -> Graph:
    union = Graph()
    for graph in shapes.values():
        union += graph
    return union


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return Graph().parse(ROOT / "ontology" / "learning-city.ttl")


def find_violations(data: Graph, shapes: Graph) -> set[Violation]:
    """Returns what results there are of validating `data`, warnings included."""
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    return {
        Violation(named_source(report, shapes, result), report.value(result, SH.focusNode))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def named_source(report: Graph, shapes: Graph, result: Node) -> Node | None:
    """Returns the shape that a result names, or for a SPARQL constraint the constraint."""
    constraint = report.value(result, SH.sourceConstraint)
    if constraint is not None and (constraint, RDF.type, SH.SPARQLConstraint) in shapes:
        return constraint
    return report.value(result, SH.sourceShape)


def find_testable_shapes(shapes: Graph) -> set[Node]:
    """Returns every shape and constraint that a result can name as its source.

    These are the property shapes and SPARQL constraints, and those node shapes
    with a target that constrain the node itself.
    """
    testable = set(shapes.subjects(RDF.type, SH.PropertyShape))
    testable |= set(shapes.subjects(RDF.type, SH.SPARQLConstraint))
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        constraints = set(shapes.predicates(shape)) - NOT_CONSTRAINTS - {RDF.type, SH.sparql}
        if constraints:
            testable.add(shape)
    return testable


def read_focus(path: Path) -> URIRef:
    first_line = path.read_text(encoding="utf-8").splitlines()[0]
    return URIRef(first_line.removeprefix("# focus: <").removesuffix(">"))


def get_shapes_of(path: Path, shapes: dict[str, Graph]) -> Graph:
    """Returns the shapes that hold the node shape after which the folder is called."""
    node_shape = SH_LC[path.parent.name]
    return next(g for g in shapes.values() if (node_shape, RDF.type, SH.NodeShape) in g)


@pytest.mark.parametrize("name", SHAPE_FILES)
def test_valid_example_has_no_result(name: str, shapes: dict[str, Graph]) -> None:
    assert find_violations(Graph().parse(VALID), shapes[name]) == set()


@pytest.mark.parametrize("path", INVALID, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_invalid_example_violates_its_shape_only(path: Path, shapes: dict[str, Graph]) -> None:
    source_shape = SH_LC[path.stem.partition("--")[0]]
    focus_node = read_focus(path)
    found = find_violations(Graph().parse(path), get_shapes_of(path, shapes))
    at_focus = {violation for violation in found if violation.focus_node == focus_node}
    assert at_focus == {Violation(source_shape, focus_node)}


def test_every_shape_is_violated_by_an_example(all_shapes: Graph) -> None:
    violated = {SH_LC[path.stem.partition("--")[0]] for path in INVALID}
    assert find_testable_shapes(all_shapes) == violated


def test_invalid_example_lies_in_the_folder_of_its_node_shape(all_shapes: Graph) -> None:
    for path in INVALID:
        node_shape, source = SH_LC[path.parent.name], SH_LC[path.stem.partition("--")[0]]
        owned = set(all_shapes.objects(node_shape, SH.property | SH.sparql))
        assert source == node_shape or source in owned, path


def test_every_property_shape_is_used(all_shapes: Graph) -> None:
    used = set(all_shapes.objects(None, SH.property))
    assert set(all_shapes.subjects(RDF.type, SH.PropertyShape)) == used


def test_every_testable_shape_has_a_message_in_english(all_shapes: Graph) -> None:
    for shape in find_testable_shapes(all_shapes):
        messages = list(all_shapes.objects(shape, SH.message))
        assert [m.language for m in messages if isinstance(m, Literal)] == ["en"], shape


def test_recommended_shapes_warn_and_no_other_does() -> None:
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph = Graph().parse(path)
        severities = {graph.value(s, SH.severity) for s in find_testable_shapes(graph)}
        assert severities == {SH.Warning if path.name == "recommended.ttl" else None}, path.name


def test_shape_files_are_all_tested() -> None:
    assert {path.name for path in (ROOT / "shapes").glob("*.ttl")} == set(SHAPE_FILES)


def test_every_shacl_term_exists(all_shapes: Graph) -> None:
    terms = {t for triple in all_shapes for t in triple if str(t).startswith(str(SH))}
    assert terms
    assert [t for t in terms if isinstance(t, URIRef) and t not in SH] == []


def find_lc_terms(graph: Graph) -> set[URIRef]:
    terms = {t for triple in graph for t in triple if isinstance(t, URIRef)}
    return {t for t in terms if t.startswith(str(LC))}


def test_shapes_use_declared_terms_only(all_shapes: Graph, ontology: Graph) -> None:
    declared = set(ontology.subjects(RDFS.isDefinedBy, ONTOLOGY))
    assert find_lc_terms(all_shapes) - declared == set()


def test_valid_example_uses_every_declared_term_and_no_other(ontology: Graph) -> None:
    declared = set(ontology.subjects(RDFS.isDefinedBy, ONTOLOGY))
    assert find_lc_terms(Graph().parse(VALID)) == declared


@pytest.mark.parametrize(
    "property_", [RDF.type, RDFS.label, SKOS.definition, SKOS.example, RDFS.isDefinedBy]
)
def test_every_term_is_documented(property_: URIRef, ontology: Graph) -> None:
    terms = find_lc_terms(ontology)
    assert {t for t in terms if (t, property_, None) not in ontology} == set()


def test_every_term_is_a_class_or_a_property(ontology: Graph) -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    for term in find_lc_terms(ontology):
        assert set(ontology.objects(term, RDF.type)) < kinds, term


# rdflib's own JSON-LD parser still uses the class that rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_context_round_trips_the_valid_example() -> None:
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    graph = Graph().parse(VALID)
    text = graph.serialize(format="json-ld", context=context, auto_compact=True)
    document = json.loads(text)
    document["@context"] = context
    assert isomorphic(Graph().parse(data=json.dumps(document), format="json-ld"), graph)


def test_context_has_a_short_key_for_every_term(ontology: Graph) -> None:
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
    for term in find_lc_terms(ontology):
        name = term.removeprefix(str(LC))
        entry = context[name]
        assert (entry if isinstance(entry, str) else entry["@id"]) == f"lc:{name}"
        is_link = (term, RDF.type, OWL.ObjectProperty) in ontology
        assert is_link == (isinstance(entry, dict) and entry.get("@type") == "@id"), name
