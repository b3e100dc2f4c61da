"""Graphs and shapes to a report, with pyshacl. Pure.

Results are read by people first: each names its file, the thing, the property,
what to do, and the passage that the thing rests on. https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

import pyoxigraph as ox
from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from publisher.formats import TURTLE, write
from publisher.sparql_constraints import SparqlViolation, find_violations, split_shapes
from publisher.vocabulary import LC, PREFIXES, SCHEMA

_SHORTENED_PASSAGE = 160


class Severity(StrEnum):
    """How bad a result is; only a violation stops a release."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


_SEVERITIES = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}
_IRIS_OF_SEVERITIES = {severity: iri for iri, severity in _SEVERITIES.items()}


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One validation result; IRIs and values as text, N-Triples where not an IRI.

    `path` is None for a constraint on the thing itself or a path of several
    steps; `passage` is the text that the thing has as evidence.
    """

    source: str
    focus_node: str
    source_shape: str
    component: str
    severity: Severity
    message: str
    path: str | None = None
    value: str | None = None
    passage: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All results, by source and thing."""

    results: tuple[Result, ...] = ()

    def count(self, severity: Severity) -> int:
        """Returns the number of results of a severity."""
        return sum(result.severity is severity for result in self.results)

    @property
    def conforms(self) -> bool:
        """Says whether the data may be published: warnings do not stand in the way."""
        return self.count(Severity.VIOLATION) == 0

    def to_text(self) -> str:
        """Returns the report for people, worst first within each source."""
        lines = [
            f"{'Valid' if self.conforms else 'Not valid'}: "
            f"{_plural(self.count(Severity.VIOLATION), 'violation')}, "
            f"{_plural(self.count(Severity.WARNING), 'warning')}."
        ]
        source = None
        for result in sorted(
            self.results, key=lambda r: (r.source, list(Severity).index(r.severity))
        ):
            if result.source != source:
                source = result.source
                lines += ["", source]
            lines += _describe_result(result)
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Returns the report as JSON: `conforms`, counts and `results`."""
        document = {
            "conforms": self.conforms,
            "violations": self.count(Severity.VIOLATION),
            "warnings": self.count(Severity.WARNING),
            "results": [asdict(result) for result in self.results],
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def to_turtle(self) -> str:
        """Returns a `sh:ValidationReport`; `sh:conforms` means no results at all there."""
        report = ox.BlankNode("report")
        quads = [
            _quad(report, RDF.type, ox.NamedNode(SH.ValidationReport)),
            _quad(report, SH.conforms, _literal(str(not self.results).lower(), XSD.boolean)),
        ]
        for number, result in enumerate(self.results, 1):
            node = ox.BlankNode(f"result{number}")
            quads.append(_quad(report, SH.result, node))
            quads += _result_quads(node, result)
        return write(quads, TURTLE).decode()


class Validator:
    """The shapes of a site, made ready once for many graphs.

    Args:
        shapes: all shapes.
        context: what every graph may refer to and is not itself at issue, such
            as the types of all concepts: no shape targets the classes it uses.
    """

    def __init__(self, shapes: Graph, context: Graph | None = None) -> None:
        self._context = context or Graph()
        described = set(self._context.objects(None, RDF.type))
        about = Graph()
        for triple in shapes:
            if not (triple[1] == SH.targetClass and triple[2] in described):
                about.add(triple)
        self._shapes, self._sparql = split_shapes(about)

    def find_results(self, data: Graph, source: str) -> tuple[Result, ...]:
        """Returns the sorted results for one graph, which stays as it is.

        Args:
            source: what a reader knows the graph by, such as its file.
        """
        import pyshacl  # which takes rdflib's SPARQL with it: a second where nothing is validated

        merged = Graph()
        for triple in (*data, *self._context):
            merged.add(triple)
        _, report, _ = pyshacl.validate(merged, shacl_graph=self._shapes, inplace=True)
        if not isinstance(report, Graph):
            raise TypeError("pyshacl was asked for a graph")
        nodes = report.subjects(RDF.type, SH.ValidationResult)
        results = [_read_result(report, node, data, source) for node in nodes]
        results += [
            _sparql_result(violation, data, source)
            for violation in find_violations(data, self._sparql)
        ]
        return tuple(sorted(results, key=_key))


def validate_graphs(
    graphs: Mapping[str, Graph], shapes: Graph, context: Graph | None = None
) -> Report:
    """Returns one report on several graphs, each validated by itself, keyed by its source."""
    validator = Validator(shapes, context)
    return merge_results(validator.find_results(data, name) for name, data in graphs.items())


def merge_results(results: Iterable[tuple[Result, ...]]) -> Report:
    """Returns the report that holds the results of several graphs.

    What two graphs have in common is reported once, under the first.
    """
    found: dict[Result, Result] = {}
    for part in results:
        for result in part:
            found.setdefault(replace(result, source="", passage=None), result)
    return Report(tuple(sorted(found.values(), key=_key)))


def _key(result: Result) -> tuple[str, ...]:
    return (
        result.source,
        result.focus_node,
        result.source_shape,
        result.component,
        result.message,
        result.path or "",
        result.value or "",
    )


def _read_result(report: Graph, node: Node, data: Graph, source: str) -> Result:
    focus = report.value(node, SH.focusNode)
    path = report.value(node, SH.resultPath)
    value = report.value(node, SH.value)
    messages = sorted(report.objects(node, SH.resultMessage), key=_language_rank)
    return Result(
        source,
        _text(focus) if focus is not None else "",
        _text_of(report, node, SH.sourceShape),
        _text_of(report, node, SH.sourceConstraintComponent),
        _SEVERITIES.get(URIRef(_text_of(report, node, SH.resultSeverity)), Severity.VIOLATION),
        str(messages[0]) if messages else "",
        str(path) if isinstance(path, URIRef) else None,
        None if value is None else _text(value),
        None if focus is None else _find_passage(data, focus),
    )


def _sparql_result(violation: SparqlViolation, data: Graph, source: str) -> Result:
    return Result(
        source,
        _text(violation.focus_node),
        str(violation.source_shape),
        str(SH.SPARQLConstraintComponent),
        Severity.VIOLATION,
        violation.message,
        value=_text(violation.value),
        passage=_find_passage(data, violation.focus_node),
    )


def _language_rank(message: Node) -> tuple[bool, str]:
    language = message.language if isinstance(message, Literal) else None
    return (language not in (None, "en"), str(message))


def _text_of(report: Graph, node: Node, predicate: Node) -> str:
    value = report.value(node, predicate)
    return str(value) if isinstance(value, URIRef) else ""


def _text(term: Node) -> str:
    return str(term) if isinstance(term, URIRef) else term.n3()


def _find_passage(data: Graph, focus: Node) -> str | None:
    """Returns the text that shows what a thing rests on: its evidence's, or its own."""
    evidence = sorted(data.objects(focus, LC.evidence), key=str)
    holders = evidence or ([focus] if (focus, RDF.type, LC.Passage) in data else [])
    texts = (data.value(holder, SCHEMA.text) for holder in holders)
    return next((str(text) for text in texts if text is not None), None)


def _describe_result(result: Result) -> list[str]:
    lines = [f"  {result.severity}: {result.message}", f"    thing     {result.focus_node}"]
    if result.path:
        lines.append(f"    property  {_shorten(result.path)}")
    if result.value is not None:
        lines.append(f"    value     {_cut(result.value)}")
    if result.passage is not None:
        lines.append(f"    passage   “{_cut(result.passage)}”")
    lines.append(f"    shape     {_shorten(result.source_shape)}")
    return lines


def _shorten(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri or "(one without a name)"


def _cut(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _SHORTENED_PASSAGE else folded[:_SHORTENED_PASSAGE] + "…"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _quad(
    subject: ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal
) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value)


def _literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


def _result_quads(node: ox.BlankNode, result: Result) -> list[ox.Quad]:
    iris = {
        SH.sourceShape: result.source_shape,
        SH.sourceConstraintComponent: result.component,
        SH.resultPath: result.path,
    }
    quads = [
        _quad(node, RDF.type, ox.NamedNode(SH.ValidationResult)),
        _quad(node, SH.resultSeverity, ox.NamedNode(_IRIS_OF_SEVERITIES[result.severity])),
        _quad(node, SH.resultMessage, ox.Literal(result.message, language="en")),
        _quad(node, SH.focusNode, _term(result.focus_node)),
    ]
    quads += [_quad(node, name, ox.NamedNode(iri)) for name, iri in iris.items() if iri]
    if result.value is not None:
        quads.append(_quad(node, SH.value, _term(result.value)))
    return quads


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Returns the term that `_text` wrote; what is no IRI after all becomes a text."""
    if text.startswith("_:"):
        return ox.BlankNode(text.removeprefix("_:"))
    try:
        if text.startswith('"'):
            statement = f"<urn:x> <urn:x> {text} ."
            literal = next(iter(ox.parse(statement, format=ox.RdfFormat.TURTLE))).object
            return literal if isinstance(literal, ox.Literal) else ox.Literal(text)
        return ox.NamedNode(text)
    except (SyntaxError, ValueError):
        return ox.Literal(text)
