"""What XML can hold, and whether it is XML to its end. Pure.

https://www.w3.org/TR/xml/, https://www.w3.org/TR/xml-names/
"""

from __future__ import annotations

import re
from xml.parsers import expat

_OUTSIDE_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# Entities are used in RDF/XML to shorten namespaces; nobody's is longer.
_LONGEST_ENTITY = 1000


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
