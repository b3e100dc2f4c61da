"""Our runner of SPARQL-based constraints finds what the reference validator finds."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, SH, Graph

from publisher.sparql_constraints import find_violations, split_shapes

HERE = Path(__file__).parent
SHAPES = HERE.parents[1] / "shapes" / "concepts.ttl"
VIOLATING = sorted(HERE.glob("*/*-query--*.ttl"))


@pytest.mark.parametrize("path", [*VIOLATING, HERE / "valid.ttl"], ids=lambda p: p.stem)
def test_results_are_those_of_pyshacl(path: Path) -> None:
    data, shapes = Graph().parse(path), Graph().parse(SHAPES)
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    expected = {
        (
            report.value(node, SH.focusNode),
            report.value(node, SH.value),
            str(report.value(node, SH.resultMessage)),
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
        if report.value(node, SH.sourceConstraintComponent) == SH.SPARQLConstraintComponent
    }
    found = find_violations(data, split_shapes(shapes)[1])
    assert {(v.focus_node, v.value, v.message) for v in found} == expected
    assert bool(expected) == (path in VIOLATING)
