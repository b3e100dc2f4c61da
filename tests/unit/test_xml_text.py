"""XML is read to its end, and stands for no more than it says."""

from __future__ import annotations

import pytest

from publisher.errors import SourceError
from publisher.formats import RDFXML, read

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="&e;">'
    '<rdf:Description rdf:about="urn:a"><e:p>{}</e:p></rdf:Description></rdf:RDF>'
)
NAMESPACE = '<!ENTITY e "urn:e:">'


def parse(text: str) -> list[str]:
    data = text.encode()
    return [str(quad.triple) for quad in read(data, "x", RDFXML, base_iri="urn:base")]


def test_entities_may_shorten_namespaces() -> None:
    document = f"<!DOCTYPE rdf:RDF [{NAMESPACE}]>{RDF.format('x')}"
    assert parse(document) == ['<urn:a> <urn:e:p> "x"']


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">',
        f'<!ENTITY b "{"x" * 1001}">',
        '<!ENTITY b SYSTEM "file:///etc/hostname">',
    ],
)
def test_entities_may_not_stand_for_much(entities: str) -> None:
    with pytest.raises(SourceError, match="is elsewhere, long or made of others"):
        parse(f"<!DOCTYPE rdf:RDF [{NAMESPACE}{entities}]>{RDF.format('&b;')}")


@pytest.mark.parametrize("end", [" ", "</rdf:RDF>", "</e:p></rdf:Description></rdf:RDF><x/>"])
def test_what_does_not_end_as_xml_does_is_refused(end: str) -> None:
    whole = f"<!DOCTYPE rdf:RDF [{NAMESPACE}]>{RDF.format('x')}"
    for cut in range(len(whole) - 60, len(whole) - 1):
        with pytest.raises(SourceError, match="not valid RDF/XML"):
            parse(whole[:cut])
    with pytest.raises(SourceError, match="not valid RDF/XML"):
        parse(whole.partition("</e:p>")[0] + end)
