"""The documentation of the ontology, made from the ontology itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDFS, SKOS

from publisher.vocabulary import ONTOLOGY_IRI, SCHEMA
from publisher.web.reader import Reader, Row, Text
from publisher.web.views.common import Link, make_link
from publisher.web.views.constraints import Constraint, find_constraints

_KINDS = {
    str(OWL.Class): "Classes",
    str(RDFS.Class): "Classes",
    str(OWL.ObjectProperty): "Properties that lead to things",
    str(OWL.DatatypeProperty): "Properties that hold values",
}
_OTHER = "Other terms"
_RELATIONS = {
    str(RDFS.subClassOf): "narrower than",
    str(RDFS.subPropertyOf): "narrower than",
    str(OWL.equivalentClass): "the same as",
    str(OWL.equivalentProperty): "the same as",
    str(OWL.inverseOf): "the inverse of",
    str(RDFS.domain): "said of",
    str(SCHEMA.domainIncludes): "said of",
    str(RDFS.range): "its value is",
    str(SCHEMA.rangeIncludes): "its value is",
    str(RDFS.seeAlso): "see also",
    str(SKOS.closeMatch): "close to",
    str(SKOS.relatedMatch): "related to",
}
_DEFINITIONS = (str(SKOS.definition), str(RDFS.comment), str(DCTERMS.description))
_NOTES = (str(SKOS.scopeNote), str(SKOS.note), str(SKOS.editorialNote))
_TITLES = (str(DCTERMS.title), str(RDFS.label))


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of the ontology.

    `anchor` is the end of its IRI; `uses` counts the things of a class and the
    statements with a property.
    """

    iri: str
    anchor: str
    label: Text
    definition: str
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    relations: tuple[tuple[str, tuple[Link, ...]], ...]
    constraints: tuple[Constraint, ...]
    uses: int


@dataclass(frozen=True, slots=True)
class OntologyView:
    """The ontology: its header, and its terms under the heading of each kind."""

    title: str
    description: str
    notes: tuple[str, ...]
    version: str
    modified: str
    license: str
    groups: tuple[tuple[str, tuple[Term, ...]], ...]


def view_ontology(reader: Reader) -> OntologyView:
    """Returns what the page of the ontology shows."""
    header: dict[str, list[Row]] = defaultdict(list)
    for row in reader.rows("ontology-header", ontology=ONTOLOGY_IRI):
        header[row.get("property")].append(row)
    return OntologyView(
        title=_first(header, _TITLES) or ONTOLOGY_IRI,
        description=_first(header, _DEFINITIONS),
        notes=_all(header, _NOTES),
        version=_first(header, (str(OWL.versionInfo),)),
        modified=_first(header, (str(DCTERMS.modified),)),
        license=_first(header, (str(DCTERMS.license),)),
        groups=_groups(reader),
    )


def _groups(reader: Reader) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    values: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    kinds: dict[str, str] = {}
    for row in reader.rows("ontology-terms"):
        iri = row.get("term")
        kinds[iri] = _KINDS.get(row.get("type"), kinds.get(iri, _OTHER))
        values[iri][row.get("property")].setdefault(row.get("value"), row)
    constraints = find_constraints(reader)
    uses = {row.get("term"): row.number("uses") for row in reader.rows("ontology-usage")}
    terms: dict[str, list[Term]] = {name: [] for name in (*_KINDS.values(), _OTHER)}
    for iri in values:
        about = {name: list(rows.values()) for name, rows in values[iri].items()}
        term = _term(reader, iri, about, constraints.get(iri, ()), uses.get(iri, 0))
        terms[kinds[iri]].append(term)
    return tuple(
        (name, tuple(sorted(group, key=lambda term: term.anchor)))
        for name, group in terms.items()
        if group
    )


def _term(
    reader: Reader,
    iri: str,
    about: dict[str, list[Row]],
    constraints: tuple[Constraint, ...],
    uses: int,
) -> Term:
    relations: dict[str, list[Link]] = defaultdict(list)
    for name, words in _RELATIONS.items():
        relations[words] += [make_link(reader, row.get("value")) for row in about.get(name, ())]
    return Term(
        iri=iri,
        anchor=iri.rpartition("#")[2],
        label=reader.label(iri),
        definition=_first(about, _DEFINITIONS),
        notes=_all(about, _NOTES),
        examples=_all(about, (str(SKOS.example),)),
        relations=tuple((words, tuple(links)) for words, links in relations.items() if links),
        constraints=constraints,
        uses=uses,
    )


def _all(about: dict[str, list[Row]], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row.get("value") for name in names for row in about.get(name, ()))


def _first(about: dict[str, list[Row]], names: tuple[str, ...]) -> str:
    return next(iter(_all(about, names)), "")
