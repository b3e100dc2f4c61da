"""`data/sources.toml`: whose open data a site takes in, and how. Pure."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from publisher.errors import SourceError
from publisher.formats import RDF_FORMATS
from publisher.vocabulary import PREFIXES

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{(\+?)([^{}]+)\}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_FORMAT_NAMES = tuple(f.name for f in RDF_FORMATS)


class Kind(StrEnum):
    """What a source is."""

    RDF = "rdf"
    CONSTRUCT = "construct"
    DCAT = "dcat"
    CSV = "csv"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Template:
    """An IRI with columns in braces (RFC 6570, level 2): `{name}` encoded, `{+name}` as it is."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return tuple(name for _, name in _PLACEHOLDER.findall(self.text))

    def fill(self, encode: Callable[[str, bool], str]) -> str:
        """Returns the IRI; `encode` is given a column, and whether its value stays as it is."""
        return _PLACEHOLDER.sub(lambda found: encode(found[2], bool(found[1])), self.text)


@dataclass(frozen=True, slots=True)
class Column:
    """What a cell of a column says: a literal, or an IRI where there is a template for it."""

    predicate: str
    language: str = ""
    datatype: str = ""
    iri: Template | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher whose data is taken in; `hosts` may be asked besides that of `url`."""

    name: str
    kind: Kind
    url: str
    title: str
    license: str
    hosts: tuple[str, ...] = ()
    format: str = ""
    query: str = ""
    seconds: int = 60
    most_mib: int = 50
    subject: Template | None = None
    rdf_class: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Changes whenever what was fetched before would be kept otherwise: not with what the
        source is called, or its licence."""
        columns = sorted((name, repr(column)) for name, column in self.columns.items())
        parts = (self.kind, self.url, self.hosts, self.format, self.query)
        text = repr((*parts, self.subject, self.rdf_class, columns))
        return hashlib.sha256(text.encode()).hexdigest()


def parse_harvest_sources(text: str, file: str) -> tuple[Source, ...]:
    """Returns the sources in the order of the file.

    Raises:
        SourceError: broken TOML, an unknown key or a bad value, with its place.
    """
    try:
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(
            f"not valid TOML: {error}", where=file, remedy="see docs/harvest.md for an example"
        ) from error
    return tuple(_parse_source(name, table, file) for name, table in tables.items())


def _parse_source(name: str, table: object, file: str) -> Source:
    if not isinstance(table, dict) or not _NAME.fullmatch(name):
        raise SourceError(
            f"{name!r} is not the name of a source",
            where=file,
            remedy="write a table for each source, [city-library], its name in lower-case "
            "letters, digits and single hyphens",
        )
    keys = _Keys(table, f"{file}, {name}")
    kind = Kind(keys.one_of("kind", tuple(Kind)))
    is_table = kind is Kind.CSV
    source = Source(
        name=name,
        kind=kind,
        url=keys.address("url"),
        title=keys.text("title"),
        license=keys.address("license"),
        hosts=keys.addresses("hosts"),
        format="" if is_table else keys.one_of("format", ("", *_FORMAT_NAMES), ""),
        query=keys.text("query") if kind is Kind.CONSTRUCT else "",
        seconds=keys.number("seconds", 60, 3600),
        most_mib=keys.number("most_mib", 50, 10_000),
        subject=keys.template("subject") if is_table else None,
        rdf_class=keys.term("class") if is_table else "",
        columns=keys.columns("columns") if is_table else {},
    )
    keys.refuse_others()
    return source


class _Keys:
    """The keys of a table, each asked for once; the place of a mistake names its key."""

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self._table = table
        self._where = where
        self._asked: list[str] = []

    def _get(self, key: str, default: object = None) -> Any:
        self._asked.append(key)
        value = self._table.get(key, default)
        if value is None:
            raise self._fail(key, "is missing", f"add {key} = …; see docs/harvest.md")
        return value

    def _fail(self, key: str, message: str, remedy: str) -> SourceError:
        return SourceError(message, where=f"{self._where}, {key}", remedy=remedy)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self._fail(key, f"{value!r} is not a text", "write a text in quotation marks")
        return value.strip()

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            names = ", ".join(filter(None, allowed))
            raise self._fail(key, f"{value!r} is not known here", f"write one of {names}")
        return value

    def number(self, key: str, default: int, most: int) -> int:
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise self._fail(
                key, f"{value!r} is not such a number", f"write a whole number from 1 to {most}"
            )
        return value

    def address(self, key: str) -> str:
        return self._address(key, self.text(key))

    def addresses(self, key: str) -> tuple[str, ...]:
        value = self._get(key, [])
        if not isinstance(value, list):
            raise self._fail(key, "is not a list", 'write ["https://…", …]')
        return tuple(self._address(key, part) for part in value)

    def _address(self, key: str, value: object) -> str:
        try:
            parts = urlsplit(ox.NamedNode(str(value)).value)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
                raise ValueError
        except ValueError as error:
            raise self._fail(
                key,
                f"{value!r} is not an address on the web",
                "write an absolute address that begins with http:// or https://",
            ) from error
        return str(value)

    def template(self, key: str, value: object = None) -> Template:
        template = Template(self.text(key) if value is None else str(value))
        filled = template.fill(lambda _, as_it_is: "urn:x" if as_it_is else "x")
        if not template.columns or not _is_iri(filled):
            raise self._fail(
                key,
                f"{template.text!r} is not a pattern for IRIs",
                "write an absolute IRI with a column in braces, https://example.org/id/{number}",
            )
        return template

    def term(self, key: str, value: object = None) -> str:
        """Returns the IRI of a term, written in full or with a prefix of the site."""
        text = self.text(key) if value is None else str(value)
        prefix, _, rest = text.partition(":")
        iri = PREFIXES[prefix] + rest if prefix in PREFIXES else text
        if not _is_iri(iri):
            raise self._fail(
                key, f"{text!r} is not a term", "write schema:name, or an absolute IRI"
            )
        return iri

    def columns(self, key: str) -> dict[str, Column]:
        value = self._get(key)
        if not isinstance(value, dict) or not value:
            raise self._fail(key, "maps no column", 'write name = "schema:name", one a column')
        return {name: self._column(f"{key}.{name}", entry) for name, entry in value.items()}

    def _column(self, key: str, entry: object) -> Column:
        if isinstance(entry, str):
            return Column(self.term(key, entry))
        keys = _Keys(entry if isinstance(entry, dict) else {}, f"{self._where}, {key}")
        column = Column(
            keys.term("property"),
            language=keys.text("language", ""),
            datatype=keys.term("datatype") if keys.has("datatype") else "",
            iri=keys.template("iri") if keys.has("iri") else None,
        )
        keys.refuse_others()
        if column.language and not _LANGUAGE.fullmatch(column.language):
            raise self._fail(key, f"{column.language!r} is no language tag", "write en, pt-BR …")
        if sum(map(bool, (column.language, column.datatype, column.iri))) > 1:
            raise self._fail(
                key, "is of two kinds", "keep one of language, datatype and iri, or none"
            )
        return column

    def has(self, key: str) -> bool:
        return key in self._table

    def refuse_others(self) -> None:
        """Raises where the table has a key that nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                close = difflib.get_close_matches(key, self._asked, 1)
                known = f"the keys here are {', '.join(self._asked)}"
                remedy = f"did you mean {close[0]}?" if close else known
                raise self._fail(key, "is no key of such a table", remedy)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
