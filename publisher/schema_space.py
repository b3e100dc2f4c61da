"""The types and properties of a reconciliation service, however a query names them. Pure.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/#spaces
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from publisher.spelling import fold, join
from publisher.vocabulary import PREFIXES

# People write either, and schema.org has changed its own.
_SCHEMES = ("https", "http")
_SPACES = {prefix: space.partition("://")[2] for prefix, space in PREFIXES.items()}
# What the properties of others are called by those who define them.
STANDARD_LABELS: Mapping[str, str] = {
    "dct:relation": "relation",
    "foaf:isPrimaryTopicOf": "is primary topic of",
    "geo:hasGeometry": "has geometry",
    "org:classification": "classification",
    "rdfs:label": "label",
    "schema:sameAs": "same as",
    "schema:unitCode": "unit code",
    "schema:unitText": "unit text",
    "skos:altLabel": "alternative label",
    "skos:broadMatch": "has broader match",
    "skos:broader": "has broader",
    "skos:closeMatch": "has close match",
    "skos:definition": "definition",
    "skos:exactMatch": "has exact match",
    "skos:hiddenLabel": "hidden label",
    "skos:inScheme": "is in scheme",
    "skos:narrowMatch": "has narrower match",
    "skos:narrower": "has narrower",
    "skos:notation": "notation",
    "skos:prefLabel": "preferred label",
    "skos:related": "has related",
    "skos:relatedMatch": "has related match",
    "skos:scopeNote": "scope note",
    "skos:topConceptOf": "is top concept in scheme",
}


def shorten_term(iri: str, base: str) -> str:
    """Returns the identifier of a thing, class or property: with a prefix, or below `id/`.

    `http` and `https` are one. What is in no known namespace is returned as it is.
    """
    scheme, mark, address = iri.partition("://")
    if not mark or scheme not in _SCHEMES:
        return iri
    own = f"{base.partition('://')[2]}id/"
    if address.startswith(own):
        return address.removeprefix(own)
    for prefix, space in _SPACES.items():
        if address.startswith(space) and address != space:
            return f"{prefix}:{address.removeprefix(space)}"
    return iri


class SchemaSpace:
    """Types, or properties, by identifier, IRI, name without prefix and by what they are called.

    Args:
        names: what each is called, by its identifier.
        base: the site's base IRI.
    """

    def __init__(self, names: Mapping[str, str], base: str) -> None:
        self.names = names
        self._base = base
        self._spoken: dict[str, set[str]] = defaultdict(set)
        for identifier, label in names.items():
            for spoken in (identifier.partition(":")[2], label):
                self._spoken[join(fold(spoken))].add(identifier)

    def find(self, text: str) -> str | None:
        """Returns the identifier of what a text names; None if that is nothing, or not one."""
        identifier = shorten_term(text, self._base)
        if identifier in self.names:
            return identifier
        if ":" in text:  # a term of another vocabulary, whatever it is called there
            return None
        found = self._spoken.get(join(fold(text)), set())
        return next(iter(found)) if len(found) == 1 else None
