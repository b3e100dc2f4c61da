"""How far a release can be trusted, in its description: shapes and reports (DQV). Pure.

https://www.w3.org/TR/vocab-dqv/
"""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import DCTERMS, PROV, RDF, RDFS, Graph, Namespace, URIRef

from publisher.distributions import add, english
from publisher.iris import CityKey, Iris
from publisher.manifest import Manifest

_DQV = Namespace("http://www.w3.org/ns/dqv#")


def describe_quality(
    graph: Graph, manifest: Manifest, iris: Iris, cities: Iterable[CityKey]
) -> None:
    """Adds the shapes of a release, its validation report, and the part on each city.

    Args:
        cities: those whose pages were converted.
    """
    dataset = iris.release(manifest.version)
    shapes, report = iris.shapes(manifest.version), iris.report(manifest.version)
    add(
        graph,
        shapes,
        (RDF.type, DCTERMS.Standard),
        (RDFS.label, english(f"Shapes of release {manifest.version}")),
        (DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/shacl/")),
    )
    add(
        graph,
        report,
        (RDF.type, _DQV.QualityMetadata),
        (RDFS.label, english(f"Validation report of release {manifest.version}")),
        (DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/shacl/")),
        (PROV.wasDerivedFrom, shapes),
    )
    graph.add((dataset, DCTERMS.conformsTo, shapes))
    graph.add((dataset, _DQV.hasQualityMetadata, report))
    for key in cities:
        part = iris.report(manifest.version, key)
        add(
            graph,
            part,
            (RDF.type, _DQV.QualityMetadata),
            (RDFS.label, english(f"Validation report on the profile {key}")),
            (DCTERMS.isPartOf, report),
            (DCTERMS.subject, iris.profile(key)),
        )
