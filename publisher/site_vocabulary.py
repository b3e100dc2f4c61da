"""What a site says things with: its ontology, concepts, shapes and JSON-LD context.

ontology/                   learning-city.ttl, context.jsonld, concepts/*.ttl
shapes/*.ttl                what is validated
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import RDF, SKOS, Graph, Literal

from publisher.assemble import concept_types
from publisher.errors import SourceError
from publisher.extract import TAG_SCHEMES
from publisher.lexicon import Lexicon
from publisher.quads import RDF_TYPE, to_graph
from publisher.site_files import SiteFiles
from publisher.terms import Terms, Unit
from publisher.vocabulary import SCHEMA

_CONCEPT, _PREFERRED = ox.NamedNode(str(SKOS.Concept)), ox.NamedNode(str(SKOS.prefLabel))
_FURTHER_LABELS = [ox.NamedNode(str(name)) for name in (SKOS.altLabel, SKOS.hiddenLabel)]

ONTOLOGY = Path("ontology", "learning-city.ttl")
CONTEXT = Path("ontology", "context.jsonld")
CONCEPTS = Path("ontology", "concepts")
SHAPES = Path("shapes")


class SiteVocabulary(SiteFiles):
    """The graphs of a site's vocabulary, and what pages are read with by their labels."""

    @cached_property
    def ontology(self) -> Graph:
        """The ontology's graph."""
        return self._parse([self.root / ONTOLOGY])

    @cached_property
    def concepts(self) -> Graph:
        """The concept schemes; every concept has an English preferred label."""
        return to_graph(self._concept_quads)

    @cached_property
    def _concept_quads(self) -> list[ox.Quad]:
        quads: list[ox.Quad] = []
        for path in sorted((self.root / CONCEPTS).glob("*.ttl")):
            part = list(self._quads(path))
            self._require_labels(part, path)
            quads += part
        return quads

    @cached_property
    def _concept_facts(self) -> Graph:
        """The concepts without the labels by which they are only recognised: most of them."""
        return to_graph(q for q in self._concept_quads if q.predicate not in _FURTHER_LABELS)

    @cached_property
    def shapes(self) -> Graph:
        """All shapes of the site."""
        return self._parse(sorted((self.root / SHAPES).glob("*.ttl")))

    @cached_property
    def shapes_document(self) -> bytes:
        """The files of shapes in one Turtle document, as they are written."""
        parts = [f"@base <{self.settings.base_iri}> .\n".encode()]
        parts += [path.read_bytes() for path in sorted((self.root / SHAPES).glob("*.ttl"))]
        return b"\n".join(parts)

    @cached_property
    def context(self) -> dict[str, Any]:
        """The JSON-LD context document."""
        document: dict[str, Any] = json.loads(self._read(CONTEXT))
        return document

    @cached_property
    def further_concepts(self) -> Graph:
        """The SKOS files that the setting `lexicons` names."""
        return to_graph(self._further_quads)

    @cached_property
    def _further_quads(self) -> list[ox.Quad]:
        return [q for name in self.settings.lexicons for q in self._quads(self.root / name)]

    @cached_property
    def concept_types(self) -> Graph:
        """Types and schemes of all concepts that data may refer to."""
        return concept_types(self._concept_facts) + concept_types(self.further_concepts)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The labels of the site's concepts, and of the further SKOS files."""
        return Lexicon(self._concept_quads, TAG_SCHEMES, self._further_quads)

    @cached_property
    def terms(self) -> Terms:
        """What conversion needs to know of the concepts."""
        labels = {
            str(concept): str(label)
            for concept, label in self._concept_facts.subject_objects(SKOS.prefLabel)
            if isinstance(label, Literal) and label.language == "en"
        }
        units = {
            str(indicator).rpartition("/")[2]: Unit(
                _text(self._concept_facts.value(indicator, SCHEMA.unitText)),
                _text(self._concept_facts.value(indicator, SCHEMA.unitCode)),
            )
            for indicator in self._concept_facts.subjects(RDF.type, SCHEMA.StatisticalVariable)
        }
        return Terms(self.iris, labels, units, self.settings.network, self.settings.license)

    def _require_labels(self, quads: Sequence[ox.Quad], path: Path) -> None:
        named = {
            q.subject
            for q in quads
            if q.predicate == _PREFERRED
            and isinstance(q.object, ox.Literal)
            and q.object.language == "en"
        }
        concepts = {q.subject for q in quads if q.object == _CONCEPT and q.predicate == RDF_TYPE}
        for concept in sorted(concepts - named, key=str):
            raise SourceError(
                f"the concept {concept} has no English label",
                where=self._name(path),
                remedy='give it one: skos:prefLabel "…"@en',
            )


def _text(node: object) -> str | None:
    return None if node is None else str(node)
