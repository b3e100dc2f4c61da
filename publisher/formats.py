"""The formats in which graphs and query results are written: one table of each.

Media types, suffixes and labels stand here and nowhere else.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from publisher.errors import SourceError
from publisher.jsonld import Context, write_jsonld
from publisher.quads import sort_quads
from publisher.vocabulary import PREFIXES
from publisher.xml_text import check_well_formed, mend_rdfxml


@dataclass(frozen=True, slots=True)
class Format:
    """A representation of a graph.

    `named_graphs` says whether it keeps the names of graphs; `syntax` is None
    where pyoxigraph does not write it (HTML is the web's own). `aliases` are
    further media types a client may ask for or send.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    named_graphs: bool
    syntax: ox.RdfFormat | None
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type, of texts with their encoding."""
        return _add_charset(self.media_type)


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A representation of the rows of a SELECT or the answer to an ASK."""

    name: str
    suffix: str
    media_type: str
    label: str
    syntax: ox.QueryResultsFormat
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type, of texts with their encoding."""
        return _add_charset(self.media_type)


def _add_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


TURTLE = Format(
    "turtle", ".ttl", "text/turtle", "Turtle", False, ox.RdfFormat.TURTLE, ("application/x-turtle",)
)
TRIG = Format("trig", ".trig", "application/trig", "TriG", True, ox.RdfFormat.TRIG)
NTRIPLES = Format(
    "ntriples", ".nt", "application/n-triples", "N-Triples", False, ox.RdfFormat.N_TRIPLES
)
NQUADS = Format("nquads", ".nq", "application/n-quads", "N-Quads", True, ox.RdfFormat.N_QUADS)
JSONLD = Format(
    "jsonld",
    ".jsonld",
    "application/ld+json",
    "JSON-LD",
    True,
    ox.RdfFormat.JSON_LD,
    ("application/json",),
)
RDFXML = Format("rdfxml", ".rdf", "application/rdf+xml", "RDF/XML", False, ox.RdfFormat.RDF_XML)
HTML = Format("html", ".html", "text/html", "Web page", False, None, ("application/xhtml+xml",))
# What one dataset becomes another by (https://afs.github.io/rdf-patch/).
PATCH = Format("patch", ".rdfp", "application/rdf-patch", "RDF Patch", True, None)
# What tables are written in, and their metadata (https://www.w3.org/TR/tabular-metadata/).
CSV = Format("csv", ".csv", "text/csv", "CSV", False, None)
CSVM = Format("csvm", ".json", "application/csvm+json", "CSVW metadata", False, None)

RDF_FORMATS: tuple[Format, ...] = (TURTLE, TRIG, NTRIPLES, NQUADS, JSONLD, RDFXML)
FORMATS: tuple[Format, ...] = (*RDF_FORMATS, HTML)

RESULT_FORMATS: tuple[ResultFormat, ...] = (
    ResultFormat(
        "json",
        ".srj",
        "application/sparql-results+json",
        "JSON",
        ox.QueryResultsFormat.JSON,
        ("application/json",),
    ),
    ResultFormat(
        "xml",
        ".srx",
        "application/sparql-results+xml",
        "XML",
        ox.QueryResultsFormat.XML,
        ("application/xml", "text/xml"),
    ),
    ResultFormat("csv", ".csv", "text/csv", "CSV", ox.QueryResultsFormat.CSV),
    ResultFormat("tsv", ".tsv", "text/tab-separated-values", "TSV", ox.QueryResultsFormat.TSV),
)


def get_format(name: str) -> Format:
    """Returns the format of a file of a release, graphs or tables.

    Raises:
        KeyError: there is none of that name.
    """
    return {f.name: f for f in (*RDF_FORMATS, CSV, CSVM)}[name]


def find_format(name: str) -> Format | None:
    """Returns the graph format of this name (`turtle`) or suffix (`.ttl`), or None."""
    return next((f for f in FORMATS if name.lower() in (f.name, f.suffix)), None)


def write(
    quads: Iterable[ox.Quad],
    target: Format,
    *,
    prefixes: Mapping[str, str] = PREFIXES,
    context: Context | None = None,
) -> bytes:
    """Returns the quads in a format, sorted: the same quads give the same bytes.

    N-Quads and N-Triples without blank nodes are canonical (RDFC-1.0, section 5):
    pyoxigraph escapes as is asked there, and the lines are in code point order.
    A format without named graphs gets the triples, once each. Prefixes that
    nothing uses are left out.

    Args:
        context: the JSON-LD context to write with; without one, IRIs are written in full.

    Raises:
        ValueError: a format that is no RDF serialisation (HTML).
        Inexpressible: RDF/XML cannot hold it.
    """
    if not target.named_graphs:
        quads = {ox.Quad(q.subject, q.predicate, q.object) for q in quads}
    ordered = sort_quads(quads)
    used = find_used_prefixes(ordered, prefixes)
    return write_sorted(ordered, target, prefixes=used, context=context or Context.empty())


def write_sorted(
    quads: Iterable[ox.Quad],
    target: Format,
    *,
    prefixes: Mapping[str, str],
    context: Context,
) -> bytes:
    """Returns quads in the order given, as `write` does with any.

    Args:
        quads: for a format without named graphs without graphs, and each once.
        prefixes: to declare.

    Raises:
        ValueError: a format that is no RDF serialisation (HTML).
        Inexpressible: RDF/XML cannot hold it.
    """
    if target.syntax is None:
        raise ValueError(f"{target.label} is not written from quads alone")
    if target is JSONLD:
        return write_jsonld(quads, context)
    return _tidy(ox.serialize(quads, format=target.syntax, prefixes=dict(prefixes)) or b"", target)


def _tidy(data: bytes, target: Format) -> bytes:
    """Sorts the prefixes, whose order pyoxigraph leaves open, and parts the things; sorts lines
    that are statements."""
    if target in (NQUADS, NTRIPLES):
        # In UTF-8 the order of bytes is that of code points.
        return b"".join(sorted(data.splitlines(keepends=True)))
    if target in (TURTLE, TRIG):
        head, body = _split_declarations(data)
        lines = sorted(head.splitlines(keepends=True))
        # A line break inside a text is written as an escape, so this is the end of a statement.
        return b"".join(lines) + (b"\n" if lines else b"") + body.replace(b" .\n", b" .\n\n")
    if target is RDFXML:
        return mend_rdfxml(_ROOT_ELEMENT.sub(_sort_attributes, data, count=1))
    return data


_DECLARATIONS = re.compile(rb"(?:@prefix [^\n]*\n)*\n?")


def _split_declarations(data: bytes) -> tuple[bytes, bytes]:
    found = _DECLARATIONS.match(data)
    end = found.end() if found else 0
    return data[:end], data[end:]


def join_documents(documents: Iterable[bytes]) -> bytes:
    """Returns one TriG document of several that `write_sorted` wrote with the same prefixes."""
    parts = [_split_declarations(document) for document in documents]
    return b"".join([*(head for head, _ in parts[:1]), *(body for _, body in parts)])


_ROOT_ELEMENT = re.compile(rb"<rdf:RDF((?: [^\s=]+=\"[^\"]*\")*)")


def _sort_attributes(root: re.Match[bytes]) -> bytes:
    return b" ".join([b"<rdf:RDF", *sorted(root.group(1).split())])


def find_used_prefixes(
    quads: Iterable[ox.Quad], prefixes: Mapping[str, str] = PREFIXES
) -> dict[str, str]:
    """Returns the prefixes that stand for the beginning of an IRI in the quads."""
    heads = find_heads(quads)
    return {name: iri for name, iri in prefixes.items() if iri in heads}


def find_heads(quads: Iterable[ox.Quad]) -> set[str]:
    """Returns what IRIs in the quads begin with, up to the last slash or hash."""
    iris = {
        iri.value
        for quad in quads
        for term in quad
        for iri in (term, term.datatype if isinstance(term, ox.Literal) else None)
        if isinstance(iri, ox.NamedNode)
    }
    return {iri[: _local_start(iri)] for iri in iris}


_LOCAL_NAME = re.compile(r"[^/#]*$")


def _local_start(iri: str) -> int:
    match = _LOCAL_NAME.search(iri)
    return match.start() if match else len(iri)


def read(
    data: bytes, source: str, origin: Format, *, base_iri: str, context: Context | None = None
) -> list[ox.Quad]:
    """Returns the quads of a document; blank nodes keep apart from other documents'.

    Args:
        context: read in place of a reference to its own address in JSON-LD; no
            document is ever fetched.

    Raises:
        SourceError: not valid in that format, with line and column where known.
    """
    if origin.syntax is None:
        raise ValueError(f"{origin.label} holds no quads")
    try:
        if origin is JSONLD and context is not None:
            data = context.inline(data)
        if origin is RDFXML:
            check_well_formed(data)
        else:
            data = data.removeprefix(BOM_UTF8)  # which pyoxigraph takes for part of a term
        return list(
            ox.parse(data, format=origin.syntax, base_iri=base_iri, rename_blank_nodes=True)
        )
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise SourceError(
            f"not valid {origin.label}: {error.args[0]}",
            where=f"{source}{line}",
            remedy="correct the file, or say which format it is in",
        ) from error
