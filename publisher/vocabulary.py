"""Namespaces and the prefix table that every serialisation and query page uses."""

from __future__ import annotations

from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, VANN, VOID, XSD, URIRef
from rdflib import Namespace as _Namespace


class _Vocabulary(_Namespace):
    """A namespace that makes each of its terms once: conversion asks for them often."""

    def __getattr__(self, name: str) -> URIRef:
        term = super().__getattr__(name)
        setattr(self, name, term)
        return term


LC = _Vocabulary("https://w3id.org/learning-cities/ontology#")
SCHEMA = _Vocabulary("https://schema.org/")
GEO = _Namespace("http://www.opengis.net/ont/geosparql#")
GN = _Namespace("http://www.geonames.org/ontology#")
WGS84 = _Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
SH_LC = _Namespace("https://w3id.org/learning-cities/shapes#")

ONTOLOGY_IRI = "https://w3id.org/learning-cities/ontology"

PREFIXES: dict[str, str] = {
    "dcat": str(DCAT),
    "dct": str(DCTERMS),
    "foaf": str(FOAF),
    "geo": str(GEO),
    "gn": str(GN),
    "lc": str(LC),
    "org": str(ORG),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "schema": str(SCHEMA),
    "sh": str(SH),
    "sh-lc": str(SH_LC),
    "skos": str(SKOS),
    "vann": str(VANN),
    "void": str(VOID),
    "wgs84": str(WGS84),
    "xsd": str(XSD),
}
