"""What XML can hold, and whether it is XML to its end. Pure.

https://www.w3.org/TR/xml/, https://www.w3.org/TR/xml-names/
"""

from __future__ import annotations

import re
from xml.parsers import expat

from publisher.errors import Inexpressible

_OUTSIDE_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# Entities are used in RDF/XML to shorten namespaces; nobody's is longer.
_LONGEST_ENTITY = 1000

# RDF 1.1 XML Syntax, section 2.5: an IRI must end as an XML name to become an element.
_NAMELESS = re.compile(rb'<oxprefix: xmlns:oxprefix="([^"]*)"')


def escape_returns(xml: bytes) -> bytes:
    """Returns XML with its carriage returns as references (XML 1.0, section 2.11).

    pyoxigraph writes them as they are, and a reader would make them line feeds.
    """
    return xml.replace(b"\r", b"&#xD;")


def is_outside_xml(data: bytes) -> bool:
    """Says whether there is a character that XML cannot hold, even as a reference (section 2.2)."""
    return _OUTSIDE_XML.search(data) is not None


def check_well_formed(xml: bytes) -> None:
    """Checks what pyoxigraph leaves out: that the root element ends, and that no entity
    stands for much. Nothing is fetched.

    Raises:
        ValueError: it is not well-formed, or an entity is long or made of others.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.EntityDeclHandler = _check_entity
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def _check_entity(name: str, _: bool, value: str | None, *where: object) -> None:
    if value is None or len(value) > _LONGEST_ENTITY or "&" in value:
        raise ValueError(f"the entity {name} is elsewhere, long or made of others")


def mend_rdfxml(data: bytes) -> bytes:
    """Returns what pyoxigraph wrote as RDF/XML as others read it as it was meant.

    Raises:
        Inexpressible: nobody could: pyoxigraph writes whatever there is to write.
    """
    try:
        check_well_formed(data)
    except ValueError as error:
        nameless = _NAMELESS.search(data)
        what = f"a name for the property {nameless[1].decode()}" if nameless else "what is said"
        if is_outside_xml(data):
            what = "a control character, such as a text has"
        raise Inexpressible(
            f"RDF/XML has no place for {what}", remedy="ask for another format"
        ) from error
    return escape_returns(data)
