"""The files of a release in its description: DCAT distributions with SPDX checksums. Pure.

https://www.w3.org/TR/vocab-dcat-3/#Class:Distribution,
https://www.w3.org/TR/vocab-dcat-3/#Class:Checksum
"""

from __future__ import annotations

from rdflib import DCAT, DCTERMS, RDF, RDFS, VOID, XSD, Graph, Literal, Namespace
from rdflib import URIRef as Iri
from rdflib.term import Node

from publisher.dumps import find_compression
from publisher.formats import CSV, NQUADS, NTRIPLES, Format, get_format
from publisher.manifest import Dump, Manifest

_SPDX = Namespace("http://spdx.org/rdf/terms#")
_MEDIA_TYPES = Namespace("https://www.iana.org/assignments/media-types/")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_TABULAR_DATA = Iri("https://www.w3.org/TR/tabular-data-model/")
_TABULAR_METADATA = Iri("https://www.w3.org/TR/tabular-metadata/")
_CANONICAL = Iri("https://www.w3.org/TR/rdf-canon/")


def add(graph: Graph, subject: Iri, *pairs: tuple[Node, Node]) -> None:
    """Adds a thing's properties to a graph."""
    for predicate, value in pairs:
        graph.add((subject, predicate, value))


def english(text: str) -> Literal:
    """Returns an English text."""
    return Literal(text, lang="en")


def describe_distributions(graph: Graph, manifest: Manifest, dataset: Iri) -> None:
    """Adds the files of a release, and the hashes by which each of them can be known again."""
    for dump in manifest.dumps:
        _describe_dump(graph, manifest, dump, dataset)
    for table in manifest.tables:
        _describe_table(graph, manifest, table, dataset)
    hashes = manifest.canonical
    describe_canonical(graph, dataset, NQUADS, "dataset", hashes.dataset)
    describe_canonical(graph, dataset, NTRIPLES, "union", hashes.union)


def _describe_dump(graph: Graph, manifest: Manifest, dump: Dump, dataset: Iri) -> None:
    packing = find_compression(dump.compression)
    title = f"The whole dataset in {get_format(dump.format).label}"
    if packing:
        title += f", packed with {packing.label}"
    distribution = _describe_file(graph, manifest, dump, dataset, title)
    if packing:
        graph.add((distribution, DCAT.compressFormat, _MEDIA_TYPES[packing.media_type]))
    graph.add((dataset, VOID.dataDump, _download(manifest, dump)))


def _describe_table(graph: Graph, manifest: Manifest, table: Dump, dataset: Iri) -> None:
    """A table conforms to the model of tabular data and to its own metadata (section 5.2 of
    https://www.w3.org/TR/tabular-data-model/)."""
    metadata = manifest.tables[-1]
    if table == metadata:
        title = "Columns and keys of the tables, for programs"
        distribution = _describe_file(graph, manifest, table, dataset, title)
        graph.add((distribution, DCTERMS.conformsTo, _TABULAR_METADATA))
        return
    title = f"The table of {table.name.removesuffix(CSV.suffix)} in CSV"
    distribution = _describe_file(graph, manifest, table, dataset, title)
    add(
        graph,
        distribution,
        (DCTERMS.conformsTo, _TABULAR_DATA),
        (DCTERMS.conformsTo, _download(manifest, metadata)),
    )


def _download(manifest: Manifest, dump: Dump) -> Iri:
    """Where the file stays when another release is the newest."""
    return Iri(f"{manifest.base_iri}release/{manifest.version}/dump/{dump.name}")


def _describe_file(graph: Graph, manifest: Manifest, dump: Dump, dataset: Iri, title: str) -> Iri:
    distribution = Iri(f"{dataset}/distribution/{dump.name}")
    checksum = Iri(f"{dataset}/checksum/{dump.name}")
    download = _download(manifest, dump)
    add(
        graph,
        distribution,
        (RDF.type, DCAT.Distribution),
        (RDFS.label, english(title)),
        (DCTERMS.title, english(title)),
        (DCTERMS.license, Iri(manifest.settings.license)),
        (DCAT.mediaType, _MEDIA_TYPES[get_format(dump.format).media_type]),
        (DCAT.byteSize, Literal(str(dump.bytes), datatype=XSD.nonNegativeInteger)),
        (DCAT.downloadURL, download),
        (DCAT.accessURL, download),
        (_SPDX.checksum, checksum),
    )
    _describe_checksum(graph, checksum, f"SHA-256 of {dump.name}", dump.sha256)
    graph.add((dataset, DCAT.distribution, distribution))
    return distribution


def _describe_checksum(graph: Graph, checksum: Iri, label: str, value: str) -> None:
    add(
        graph,
        checksum,
        (RDF.type, _SPDX.Checksum),
        (RDFS.label, english(label)),
        (_SPDX.algorithm, _SPDX.checksumAlgorithm_sha256),
        (_SPDX.checksumValue, Literal(value, datatype=XSD.hexBinary)),
    )


def describe_canonical(graph: Graph, dataset: Iri, form: Format, name: str, value: str) -> None:
    """Adds a canonical hash: the checksum of a form that any dump can be brought into again.

    Args:
        form: in which it is canonical.
        name: of what it is the hash, the dataset or the union of its graphs.
    """
    checksum = Iri(f"{dataset}/checksum/canonical-{name}")
    label = f"SHA-256 of the {name} in canonical {form.label} (RDFC-1.0)"
    _describe_checksum(graph, checksum, label, value)
    add(
        graph,
        checksum,
        (DCTERMS.conformsTo, _CANONICAL),
        (DCTERMS["format"], _FORMATS[form.label]),
    )
    graph.add((dataset, _SPDX.checksum, checksum))
