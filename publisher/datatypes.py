"""The lexical spaces of the datatypes of XML Schema. Pure.

https://www.w3.org/TR/xmlschema11-2/. Of a datatype that is not listed any text is taken.
"""

from __future__ import annotations

import calendar
import re
from decimal import Decimal

from rdflib import XSD

_YEAR = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH, _DAY = r"(?P<month>0[1-9]|1[0-2])", r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_PATTERNS = {
    "boolean": "true|false|1|0",
    "decimal": _DECIMAL,
    "double": _DOUBLE,
    "float": _DOUBLE,
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "time": f"{_TIME}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": f"--{_MONTH}{_ZONE}?",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}?",
    "gDay": f"---{_DAY}{_ZONE}?",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
# The least and the greatest value of each kind of whole number; None where there is no end.
_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{
        name: (-(1 << bits - 1), (1 << bits - 1) - 1)
        for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    **{
        f"unsigned{name}": (0, (1 << bits) - 1)
        for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))
    },
}
_LEAP_YEAR = 2000


def is_lexical(text: str, datatype: str) -> bool:
    """Says whether a text is in the lexical space of a datatype, given by its IRI."""
    name = datatype.removeprefix(str(XSD))
    if name == datatype:
        return True
    if name in _RANGES:
        return re.fullmatch(_INTEGER, text) is not None and _is_within(text, *_RANGES[name])
    if name not in _PATTERNS:
        return True
    found = re.fullmatch(_PATTERNS[name], text)
    return found is not None and _is_day(found.groupdict())


def _is_within(text: str, least: int | None, most: int | None) -> bool:
    number = Decimal(text)  # of any length, unlike int()
    return (least is None or least <= number) and (most is None or number <= most)


def _is_day(parts: dict[str, str | None]) -> bool:
    """Says whether a month has the day; one without a month or a year may be of any."""
    month, day = parts.get("month"), parts.get("day")
    if month is None or day is None:
        return True
    # The calendar repeats after 400 years, also before the first one.
    year = int(parts.get("year") or _LEAP_YEAR) % 400 + 400
    return int(day) <= calendar.monthrange(year, int(month))[1]
