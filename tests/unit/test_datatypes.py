"""What the datatypes of XML Schema allow, and what they do not."""

from __future__ import annotations

import pytest
from rdflib import XSD

from publisher.datatypes import is_lexical


@pytest.mark.parametrize(
    ("datatype", "texts"),
    [
        ("integer", "0 -7 +08 " + "1" * 5000),
        ("byte", "-128 127 00000127"),
        ("nonNegativeInteger", "0 -0 7"),
        ("decimal", "1 -1.50 .5 1."),
        ("double", "1e5 -1.5E-3 INF -INF NaN 1"),
        ("boolean", "true false 1 0"),
        ("date", "2020-02-29 2021-12-31Z -0044-03-15+14:00 12020-01-01"),
        ("dateTime", "2020-02-29T00:00:00 2020-01-01T24:00:00Z 2020-01-01T23:59:59.999-05:00"),
        ("gYear", "1999 -0044 0000 2001Z"),
        ("gMonthDay", "--02-29"),
        ("string", "anything"),
    ],
)
def test_lexical_forms(datatype: str, texts: str) -> None:
    assert all(is_lexical(text, str(XSD[datatype])) for text in texts.split())


@pytest.mark.parametrize(
    ("datatype", "texts"),
    [
        ("integer", "1.0 ٣ abc"),
        ("byte", "-129 128"),
        ("unsignedByte", "-1 256"),
        ("decimal", "1,5 1e5 ."),
        ("double", "inf 1e"),
        ("boolean", "yes TRUE"),
        ("date", "2021-02-29 1900-02-29 2020-13-01 20200101 2020-01-01T00:00:00"),
        ("dateTime", "2020-01-01 2020-01-01T24:00:01 2020-01-01T00:00:00+15:00"),
        ("gYear", "99 01999 c.1900 1999-2000"),
    ],
)
def test_what_is_none(datatype: str, texts: str) -> None:
    assert not any(is_lexical(text, str(XSD[datatype])) for text in texts.split())


def test_of_other_datatypes_nothing_is_known() -> None:
    assert is_lexical("anything", "urn:datatype")
    assert is_lexical("", "")
