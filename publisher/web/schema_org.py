"""What a page shows in the words of schema.org, for search engines.

A search engine knows no other vocabulary, so nothing else is said here. The whole
of what is known stands in the page's other formats.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
from flask import url_for
from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS

from publisher.formats import find_format
from publisher.vocabulary import LC, SCHEMA
from publisher.web.reader import Reader, Row, get_reader

# The nearest class of schema.org, for things that have none of it themselves.
_CLASSES = {
    str(LC.LearningCity): "Organization",
    str(LC.CityProfile): "Report",
    str(LC.Section): "CreativeWork",
    str(LC.Passage): "Quotation",
    str(LC.Initiative): "Project",
    str(LC.GoodPractice): "Project",
    str(ORG.Organization): "Organization",
    str(SKOS.Concept): "DefinedTerm",
    str(SKOS.ConceptScheme): "DefinedTermSet",
    str(OWL.Ontology): "DefinedTermSet",
    str(DCAT.Dataset): "Dataset",
    str(DCAT.Catalog): "DataCatalog",
    str(SH.SPARQLExecutable): "SoftwareSourceCode",
}
_PROPERTIES = {
    str(RDFS.label): "name",
    str(SKOS.prefLabel): "name",
    str(DCTERMS.title): "name",
    str(FOAF.name): "name",
    str(SKOS.altLabel): "alternateName",
    str(SKOS.definition): "description",
    str(DCTERMS.description): "description",
    str(LC.headline): "headline",
    str(OWL.sameAs): "sameAs",
    str(SKOS.exactMatch): "sameAs",
    str(SKOS.inScheme): "inDefinedTermSet",
    str(FOAF.isPrimaryTopicOf): "subjectOf",
    str(FOAF.primaryTopic): "about",
    str(PROV.wasDerivedFrom): "isBasedOn",
    str(PROV.wasQuotedFrom): "isBasedOn",
    str(DCTERMS.isPartOf): "isPartOf",
    str(DCTERMS.license): "license",
    str(DCTERMS.language): "inLanguage",
    str(DCTERMS.issued): "datePublished",
    str(DCTERMS.modified): "dateModified",
    str(OWL.versionInfo): "version",
}
# Addresses elsewhere, of which this data has no description.
_PLAIN = frozenset({"sameAs", "license", "isBasedOn", "inLanguage"})
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_NUMBERS = frozenset({"value", "minValue", "maxValue"})
# A page has its text already; said twice, it would be twice as long.
_LONGEST = 1000


def find_types(reader: Reader, iri: str) -> tuple[str, ...]:
    """Returns the names of the classes of schema.org that a thing has, `Thing` at least."""
    types = reader.types(iri)
    own = sorted(t.removeprefix(str(SCHEMA)) for t in types if t.startswith(str(SCHEMA)))
    nearest = (name for known, name in _CLASSES.items() if known in types)
    return tuple(own) or tuple(nearest)[:1] or ("Thing",)


def describe_page(iri: str | None, title: str, address: str) -> dict[str, Any]:
    """Returns what a page shows as JSON-LD.

    Args:
        iri: the thing that the page is about, if it is about one.
        title: of the page.
        address: of the page, whole and canonical.
    """
    reader = get_reader()
    home = url_for("pages.show_home", _external=True)
    if iri:
        node = _describe_thing(reader, iri)
        node["mainEntityOfPage"] = {"@type": "WebPage", "@id": address, "isPartOf": _dataset(home)}
    elif address == home:
        node = _describe_dataset(reader, home)
    else:
        node = {"@type": "WebPage", "@id": address, "name": title, "isPartOf": _dataset(home)}
    return {"@context": "https://schema.org", **node}


def _dataset(home: str) -> dict[str, str]:
    return {"@type": "Dataset", "@id": f"{home}#dataset"}


def _describe_dataset(reader: Reader, home: str) -> dict[str, Any]:
    settings, manifest = reader.release.settings, reader.release.manifest
    publisher = {
        "@type": "Organization",
        "name": settings.publisher,
        "url": settings.publisher_url,
    }
    node = {
        **_dataset(home),
        "name": settings.title,
        "description": settings.description,
        "url": home,
        "license": settings.license,
        "version": manifest.version,
        "dateModified": manifest.date,
        "publisher": {k: v for k, v in publisher.items() if v} if settings.publisher else "",
        "distribution": [
            {
                "@type": "DataDownload",
                "name": dump.name,
                "encodingFormat": kind.media_type if (kind := find_format(dump.format)) else "",
                "contentSize": f"{dump.bytes} B",
                "contentUrl": url_for("dumps.send_dump", name=dump.name, _external=True),
            }
            for dump in manifest.dumps
            if not dump.compression
        ],
    }
    return {name: value for name, value in node.items() if value}


def _describe_thing(reader: Reader, iri: str) -> dict[str, Any]:
    values: dict[str, list[Any]] = {"name": [reader.label(iri).value]}
    for row in reader.rows("about", thing=iri):
        name = _name(row.get("property"))
        if not name or len(row.get("value")) > _LONGEST:
            continue
        value = _value(reader, name, row)
        if value not in values.setdefault(name, []):
            values[name].append(value)
    main, *others = values.pop("name")
    if others:
        values["alternateName"] = [*others, *values.get("alternateName", ())]
    known = {name: _single(found) for name, found in values.items()}
    return {"@type": _single(find_types(reader, iri)), "@id": iri, "name": main, **known}


def _name(predicate: str) -> str:
    """Returns the property of schema.org that says the same, "" where there is none."""
    if predicate == str(RDF.type):
        return ""
    local = predicate.removeprefix(str(SCHEMA))
    return local if local != predicate else _PROPERTIES.get(predicate, "")


def _value(reader: Reader, name: str, row: Row) -> Any:
    text = row.get("value")
    if isinstance(row.term("value"), ox.NamedNode):
        if name in _PLAIN:
            return text
        return {"@id": text, "name": reader.label(text).value}
    if name in _NUMBERS and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    language = row.text("value").language
    return {"@value": text, "@language": language} if language else text


def _single(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else list(values)
