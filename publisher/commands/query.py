"""publisher query: SPARQL against a built release."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import click
import pyoxigraph as ox
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from publisher.commands.common import (
    STANDARD,
    find_release_dir,
    load_settings,
    out_option,
    output_option,
    read_input,
    site_option,
    write_output,
)
from publisher.errors import QueryError, UsageError
from publisher.executables import read_saved_queries
from publisher.formats import RDF_FORMATS, RESULT_FORMATS, TURTLE, Format, ResultFormat, write
from publisher.query_text import Dialect, QueryResults, QueryText
from publisher.release import Release, open_release
from publisher.saved_queries import parse_arguments
from publisher.sparql_order import order_by_kind
from publisher.store import EmbeddedStore
from publisher.vocabulary import PREFIXES

T = TypeVar("T", Format, ResultFormat)

_TABLE = "table"
_NAMES = (_TABLE, *(f.name for f in RESULT_FORMATS), *(f.name for f in RDF_FORMATS))
# Wide enough that nothing is wrapped where no terminal sets the width.
_UNWRAPPED = 100_000


@click.command()
@click.argument("sparql", metavar="[SPARQL|FILE|-]", required=False)
@click.option("--saved", metavar="NAME", help="Ask a saved query of the release instead.")
@click.option(
    "--param",
    "arguments",
    metavar="NAME=VALUE",
    multiple=True,
    help="Give a parameter of the saved query a value; an IRI, or what follows /id/ in it.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(_NAMES),
    help="Format of the result; a table, or Turtle for CONSTRUCT and DESCRIBE, without it.",
)
@output_option
@site_option
@out_option
def query(  # noqa: PLR0913 - an argument for each option
    sparql: str | None,
    saved: str | None,
    arguments: tuple[str, ...],
    format_name: str | None,
    output: Path | None,
    root: Path,
    out: Path | None,
) -> None:
    """Ask the current release a SPARQL query: its text, a FILE, or - for standard input.

    The usual prefixes (lc:, schema:, skos: …) need no declaration. With --saved, ask a
    saved query.
    """
    if (sparql is None) == (saved is None) or (arguments and saved is None):
        raise UsageError(
            "there is one query to ask: its text or a saved one, which may have parameters",
            remedy="give SPARQL, or --saved NAME and --param NAME=VALUE",
        )
    text = None if sparql is None else _read_query(sparql)
    release = open_release(find_release_dir(root, load_settings(root, {}), out))
    store = release.store()
    if text is None:
        text = _bind_saved(saved or "", arguments, store, release.settings.base_iri)
    results = store.query(_make_safe(text, store.dialect))
    try:
        data = _write_results(results, format_name, release, output)
    except (OSError, RuntimeError) as error:  # the engine evaluates while rows are read
        raise QueryError(
            f"the query cannot be answered: {error}", remedy="simplify the query"
        ) from error
    write_output(data, output)


def _make_safe(text: str, dialect: Dialect) -> str:
    """Nothing but this process runs the query, so it must not be ended by the engine's sort."""
    QueryText(text, dialect.prefixes).check()
    safe = order_by_kind(text)
    is_wrong = QueryText(safe, dialect.prefixes).find_error() is not None
    return text if is_wrong else safe  # so that an error is told of the text that was given


def _read_query(given: str) -> str:
    """A path has no white space or brackets that a query could do without."""
    is_file = given == STANDARD or (given.isprintable() and Path(given[:255]).is_file())
    if not is_file and not any(mark in given for mark in " {\n"):
        raise UsageError(
            "neither a file nor a query",
            where=given,
            remedy="give the path of a file, the text of a query, or - for standard input",
        )
    if not is_file:
        return given
    try:
        return read_input(given).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            "the query is not in UTF-8", where=given, remedy="save it as UTF-8 text"
        ) from error


def _bind_saved(name: str, arguments: Iterable[str], store: EmbeddedStore, base: str) -> str:
    """Returns the text of a saved query with its parameters' values.

    Raises:
        UsageError: there is none of that name, or an argument has no `=`.
        ParameterError: a parameter is unknown, missing or of a wrong value.
    """
    known = {q.name: q for q in read_saved_queries(store.quads(f"{base}graph/queries"))}
    if name not in known:
        raise UsageError(
            "there is no saved query of that name",
            where=name,
            remedy=f"the saved queries: {', '.join(known) or 'none'}",
        )
    given = []
    for argument in arguments:
        parameter, equals, value = argument.partition("=")
        if not equals:
            raise UsageError("a parameter has no value", where=argument, remedy="write NAME=VALUE")
        given.append((parameter, value))
    values = parse_arguments(known[name], given, base, lambda ask: bool(store.query(ask)))
    return known[name].bind(values)


def _write_results(
    results: QueryResults, name: str | None, release: Release, output: Path | None
) -> bytes:
    if isinstance(results, ox.QueryTriples):
        target = next((f for f in RDF_FORMATS if f.name == name), TURTLE if name is None else None)
        return _write_graph(results, _require(target, name), release)
    if name in (None, _TABLE):
        return _write_table(results, to_terminal=output is None)
    kind = next((f for f in RESULT_FORMATS if f.name == name), None)
    if isinstance(results, ox.QueryBoolean) and name in ("csv", "tsv"):
        kind = None  # the formats have no place for a yes or no
    return results.serialize(format=_require(kind, name).syntax) or b""


def _require(kind: T | None, name: str | None) -> T:
    if kind is None:
        raise UsageError(
            f"this kind of query has no answer in {name}",
            where="--format",
            remedy="rows go into table, json, xml, csv or tsv; graphs into turtle and the like",
        )
    return kind


def _write_graph(triples: ox.QueryTriples, target: Format, release: Release) -> bytes:
    quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
    return write(quads, target, context=release.jsonld_context())


def _write_table(results: ox.QuerySolutions | ox.QueryBoolean, *, to_terminal: bool) -> bytes:
    if isinstance(results, ox.QueryBoolean):
        return b"yes\n" if results else b"no\n"
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for variable in results.variables:
        table.add_column(Text(variable.value), overflow="fold")
    rows = 0
    for solution in results:
        table.add_row(*(Text(_shorten(solution[v])) for v in results.variables))
        rows += 1
    screen = Console()
    width = screen.width if to_terminal and screen.is_terminal else _UNWRAPPED
    page = io.StringIO()
    Console(file=page, width=width, color_system=None).print(table, Text(f"{rows} rows"))
    lines = (line.rstrip() for line in page.getvalue().splitlines())
    return ("\n".join(lines) + "\n").encode()


def _shorten(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return term.value
    if isinstance(term, ox.NamedNode):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
        return term.value
    return str(term)
