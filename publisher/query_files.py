"""A file of `data/queries/` → a saved query, read and tried.

# title: Initiatives for a group of people
# description: Which initiatives are there for a group, and which sentence
#   says so?
# parameter group (skos:Concept with skos:inScheme <scheme/target-group>,
#   default <target-group/older-people>): Group of people

SELECT …

The comment lines at the top are the header; two blanks continue a line. In brackets
behind a parameter's name stands what it takes: a datatype (`xsd:gYear`), a class, or
`iri`; `with` a property, and its value, narrows a class; then `default` and a value, or
`optional`. IRIs in the header and in the query are relative to `{base}id/`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, XSD, URIRef

from publisher import sparql_binding
from publisher.errors import QueryError, SourceError
from publisher.iris import mint_slug
from publisher.quads import to_node
from publisher.saved_queries import DATATYPES, Kind, Parameter, SavedQuery, Value, parse_value
from publisher.sparql_text import find_undeclared_prefixes
from publisher.store import EmbeddedStore
from publisher.vocabulary import PREFIXES

_PARAMETER = re.compile(r"parameter\s+(?P<name>\S+)\s*\((?P<takes>.*?)\)\s*:\s*(?P<text>.+)")
_TAKES = re.compile(
    r"(?P<kind>[^\s,]+)(?:\s+with\s+(?P<path>[^\s,]+)(?:\s+(?P<value>[^\s,]+))?)?"
    r"(?:\s*,\s*(?:(?P<optional>optional)|default\s+(?P<default>.+)))?"
)
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FORMS = ("SELECT", "ASK", "CONSTRUCT")
# SHACL keeps these for itself (https://www.w3.org/TR/shacl/#constraint-components-parameters).
_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})
_HEADER = "write `# title: …`, `# description: …`, `# parameter NAME (KIND): …`"
_KINDS = "name a class or datatype (lc:LearningCity, xsd:integer), or iri"
_ANY_VALUE = "<urn:example:value>"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the header with those that continue it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _File:
    """What is being read; `source` names it in messages."""

    source: str
    base: str
    text: str

    def fault(self, message: str, line: int, remedy: str) -> SourceError:
        return SourceError(message, where=f"{self.source}, line {line}", remedy=remedy)


def parse_saved_query(text: str, name: str, source: str, base: str) -> SavedQuery:
    """Returns the saved query that a file holds.

    Args:
        name: of the file, without suffix.
        source: what messages call the file.
        base: the site's base IRI.

    Raises:
        SourceError: the header or the query is wrong, with file and line.
    """
    file = _File(source, base, text)
    if not name or mint_slug(name) != name:
        raise file.fault(
            f"{name!r} is no name for a saved query",
            1,
            f"call the file {mint_slug(name) or 'query'}.rq: small letters, digits and hyphens",
        )
    entries, first = _read_header(file)
    body = "\n".join(text.splitlines()[first - 1 :]).strip()
    prologue = _write_prologue(body, base)
    _try(file, " ".join([*prologue, text]), first)
    form = sparql_binding.find_form(body)
    if form not in _FORMS:
        raise file.fault(f"a saved query is no {form}", first, f"write one of {', '.join(_FORMS)}")
    query = SavedQuery(
        name=name,
        title=_require(file, entries, "title"),
        description=_require(file, entries, "description"),
        form=form,
        text="\n".join([*prologue, *([""] if prologue else []), body]) + "\n",
        parameters=_parse_parameters(file, entries, body),
    )
    _try_parameters(file, query, entries)
    return query


def _read_header(file: _File) -> tuple[list[_Entry], int]:
    """Returns the entries of the header, and the line behind it."""
    entries: list[_Entry] = []
    lines = file.text.splitlines()
    for number, line in enumerate(lines, 1):
        if not line.startswith("#"):
            return entries, number
        words = line[1:].strip()
        if line.startswith("#  ") and words and entries:
            entries[-1] = _Entry(entries[-1].line, f"{entries[-1].text} {words}")
        elif words:
            key = re.match(r"title\s*:|description\s*:|parameter\s", words)
            if key is None:
                raise file.fault(f"not a line of the header: {words[:80]!r}", number, _HEADER)
            entries.append(_Entry(number, words))
    return entries, len(lines) + 1


def _require(file: _File, entries: Iterable[_Entry], key: str) -> str:
    found = [(e.line, e.text.partition(":")) for e in entries if e.text.startswith(key)]
    if not found or not found[0][1][2].strip():
        raise file.fault(f"the query has no {key}", 1, f"begin the file with `# {key}: …`")
    if len(found) > 1:
        raise file.fault(f"the query has two lines for its {key}", found[1][0], "keep one of them")
    return found[0][1][2].strip()


def _write_prologue(body: str, base: str) -> list[str]:
    """What the query leaves to its site: the usual prefixes, and the base of its IRIs."""
    missing = (p for p in find_undeclared_prefixes(body, ()) if p in PREFIXES)
    lines = [f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in sorted(missing)]
    return [f"BASE <{base}id/>", *lines] if sparql_binding.needs_base(body) else lines


def _try(file: _File, text: str, first: int) -> None:
    """Puts a query to a store with nothing in it."""
    try:
        EmbeddedStore(ox.Store()).query(text)
    except QueryError as error:
        raise file.fault(error.message, error.line or first, error.remedy) from error


def _parse_parameters(file: _File, entries: Iterable[_Entry], body: str) -> tuple[Parameter, ...]:
    variables = sparql_binding.find_variables(body)
    found: dict[str, Parameter] = {}
    for entry in entries:
        if not entry.text.startswith("parameter"):
            continue
        match = _PARAMETER.fullmatch(entry.text)
        if match is None:
            raise file.fault(
                "not a parameter", entry.line, "write `# parameter NAME (KIND): what it is`"
            )
        name = match["name"]
        if _VARIABLE.fullmatch(name) is None or name in _RESERVED:
            raise file.fault(
                f"{name!r} is no name for a parameter",
                entry.line,
                f"use letters, digits and _, and none of {', '.join(sorted(_RESERVED))}",
            )
        if name in found:
            raise file.fault(f"there are two parameters {name}", entry.line, "rename one of them")
        if name not in variables:
            raise file.fault(
                f"the query has no variable ?{name} for the parameter {name}",
                entry.line,
                "rename the parameter, or use it in the query",
            )
        found[name] = _parse_parameter(file, entry, name, match)
    return tuple(found.values())


def _parse_parameter(file: _File, entry: _Entry, name: str, match: re.Match[str]) -> Parameter:
    takes = _TAKES.fullmatch(match["takes"].strip())
    if takes is None:
        raise file.fault(
            f"{match['takes']!r} does not say what the parameter {name} takes",
            entry.line,
            f"{_KINDS}; then `with PROPERTY`, then `, default VALUE` or `, optional`",
        )
    try:
        kind = _parse_kind(takes, file.base)
    except ValueError as error:
        raise file.fault(
            f"{match['takes']!r} does not say what the parameter {name} takes",
            entry.line,
            f"name {error}",
        ) from error
    return Parameter(
        name,
        match["text"].strip(),
        kind,
        default=_parse_default(file, entry, takes["default"], kind),
        optional=takes["optional"] is not None,
    )


def _parse_kind(takes: re.Match[str], base: str) -> Kind:
    path = _parse_iri(takes["path"], base) if takes["path"] else None
    value = _parse_iri(takes["value"], base) if takes["value"] else None
    if takes["kind"] == "iri":
        kind = Kind()
    elif takes["kind"].startswith("xsd:"):
        kind = Kind(datatype=_parse_iri(takes["kind"], base))
        if kind.datatype not in DATATYPES:
            known = ", ".join(f"xsd:{d.removeprefix(str(XSD))}" for d in DATATYPES)
            raise ValueError(f"one of {known}")
    else:
        return Kind(None, _parse_iri(takes["kind"], base), path, value)
    if path is not None:
        raise ValueError("a class before `with`")
    return kind


def _parse_iri(text: str, base: str) -> URIRef:
    """Reads `prefix:name` or `<IRI>`; a ValueError says what else is needed."""
    prefix, colon, name = text.partition(":")
    if text.startswith("<") and text.endswith(">"):
        value = parse_value(text[1:-1], Kind(), base)
        return URIRef(value)
    if colon and name and prefix in PREFIXES:
        return URIRef(PREFIXES[prefix] + name)
    raise ValueError("an IRI in <>, or a name with one of the usual prefixes")


def _parse_default(file: _File, entry: _Entry, text: str | None, kind: Kind) -> Value | None:
    if text is None:
        return None
    try:
        if kind.datatype is None:
            return _parse_iri(text, file.base)
        return parse_value(text.strip('"'), kind, file.base)
    except ValueError as error:
        raise file.fault(f"{text!r} is no default here", entry.line, f"give {error}") from error


def _try_parameters(file: _File, query: SavedQuery, entries: Iterable[_Entry]) -> None:
    """Sees that the query still is one when its parameters have values."""
    if query.parameters and sparql_binding.is_short_construct(query.text):
        raise file.fault(
            "CONSTRUCT WHERE { … } has no place for the value of a parameter",
            next(entry.line for entry in entries if entry.text.startswith("parameter")),
            "write CONSTRUCT { … } WHERE { … }",
        )
    for parameter in query.parameters:
        try:
            bound = sparql_binding.bind(query.text, {parameter.name: _ANY_VALUE})
            EmbeddedStore(ox.Store()).query(bound)
        except QueryError as error:
            raise file.fault(
                f"the query itself gives ?{parameter.name} a value (BIND, AS)",
                next(e.line for e in entries if f"parameter {parameter.name} " in e.text),
                "give what is computed another name",
            ) from error


def refuse_alike(queries: Iterable[SavedQuery], directory: str) -> None:
    """Sees that people can tell the queries apart.

    Raises:
        SourceError: two have the same title.
    """
    titles: dict[str, str] = {}
    for query in queries:
        other = titles.setdefault(query.title.casefold(), query.name)
        if other != query.name:
            raise SourceError(
                f"two queries have the title {query.title!r}",
                where=f"{directory}/{other}.rq and {directory}/{query.name}.rq",
                remedy="give one of them another title",
            )


def refuse_unknown_defaults(
    queries: Iterable[SavedQuery], quads: Collection[ox.Quad], directory: str
) -> None:
    """Sees that each default that is a thing is one that the parameter takes.

    Raises:
        SourceError: the data knows no such thing.
    """
    listed = list(queries)
    stated: dict[str, list[ox.Quad]] = {
        str(parameter.default): [] for query in listed for parameter in query.parameters
    }
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in stated:
            stated[quad.subject.value].append(quad)
    for query in listed:
        for parameter in query.parameters:
            kind, default = parameter.kind, parameter.default
            if default is None or kind.class_ is None:
                continue
            needed: list[tuple[URIRef, URIRef | None]] = [(RDF.type, kind.class_)]
            if kind.path is not None:
                needed.append((kind.path, kind.value))
            for path, value in needed:
                if not any(_says(quad, path, value) for quad in stated[str(default)]):
                    raise SourceError(
                        f"the default of the parameter {parameter.name}, <{default}>, "
                        "is not among the things that it takes",
                        where=f"{directory}/{query.name}.rq",
                        remedy="choose another default, or none",
                    )


def _says(quad: ox.Quad, path: URIRef, value: URIRef | None) -> bool:
    return quad.predicate.value == str(path) and value in (None, to_node(quad.object))
