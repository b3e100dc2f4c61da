"""A public query and its answer, as values that go from process to process.

Those that do have no slots: Python pickles a frozen class with slots field by field.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, BinaryIO, Protocol, cast

import pyoxigraph as ox

from publisher.errors import AnswerTooLarge, Inexpressible, QueryError
from publisher.formats import FORMATS, HTML, RESULT_FORMATS, write
from publisher.jsonld import Context
from publisher.query_text import QueryResults
from publisher.release import Release
from publisher.settings import Settings
from publisher.store import Queryable
from publisher.xml_text import escape_returns, is_outside_xml

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None

# A browser is no place for more; the formats for programs hold every row.
MOST_ROWS = 1_000
_MOST_CHARACTERS = 2_000_000
# A larger body goes through a file.
_LARGEST_IN_MEMORY = 1 << 20
_MIB = 1 << 20
# Of each server process, of which there is one a core.
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What public queries may take: seconds, MiB, processes, places in a queue."""

    timeout: int
    memory: int
    result_mib: int
    workers: int
    queue: int

    @property
    def most_at_once(self) -> int:
        """How many queries are being answered or wait at a time, short and long."""
        return 2 * (self.workers + self.queue)

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Returns the limits that the settings state."""
        return cls(
            timeout=settings.query_timeout,
            memory=settings.query_memory,
            result_mib=settings.query_result_mib,
            workers=settings.query_workers or _WORKERS,
            queue=settings.query_queue,
        )


@dataclass(frozen=True)
class Question:
    """A query as the SPARQL protocol brings it.

    What form it has shows when it is read, so it names a format of
    `publisher.formats` for either: for rows (and yes or no), and for graphs.
    `html` stands for a table, "" for a form that is not to be answered. Its
    relative IRIs are resolved against `base_iri`, the endpoint's address. `seconds`
    are what is left of the time that a query may take, None all of it.
    """

    query: str
    result_format: str
    graph_format: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base_iri: str | None = None
    seconds: float | None = None

    def find_deadline(self, limits: Limits) -> float:
        """Returns when its time is up, on the clock of `time.monotonic`."""
        seconds = limits.timeout if self.seconds is None else self.seconds
        return time.monotonic() + seconds


@dataclass(frozen=True)
class Table:
    """The first rows of an answer, for a page; `total` counts all."""

    names: tuple[str, ...]
    rows: tuple[tuple[Term, ...], ...]
    total: int


@dataclass(frozen=True)
class Answer:
    """A complete answer: a table, `body`, or `size` bytes in `file`.

    All are empty where the question named no format for a graph, or for rows.
    Who receives a file closes it.
    """

    is_graph: bool = False
    body: bytes = b""
    table: Table | None = None
    file: BinaryIO | None = None
    size: int = 0


@dataclass(frozen=True)
class Reply:
    """What a worker sends back; one that is `spent` ends itself."""

    outcome: Answer | QueryError
    spent: bool


class Answerer(Protocol):
    """Answers public queries, within limits; they may call the SPARQL `endpoints`, no others."""

    limits: Limits
    endpoints: Sequence[str]

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question of the client at a network address.

        Raises:
            QueryError: it cannot be answered, may not be, or takes too much.
            ServerBusy: not now.
        """


class InProcess:
    """Answers in this process, where only the size of an answer can be limited."""

    endpoints: Sequence[str] = ()

    def __init__(self, release: Release, limits: Limits) -> None:
        self.limits = limits
        self._store = release.store()
        self._context = release.jsonld_context()

    def answer(self, question: Question, client: str) -> Answer:
        """Returns the answer to a question, whoever asks."""
        spool = Spool(_open_file, self.limits.result_mib)
        return evaluate(self._store, self._context, question, spool)


def _open_file() -> BinaryIO:
    return tempfile.TemporaryFile(buffering=0)


class Spool:
    """Takes the bytes of an answer: in memory while they are few, else in a file."""

    def __init__(self, open_file: Callable[[], BinaryIO], limit_mib: int) -> None:
        self._open_file = open_file
        self._limit_mib = limit_mib
        self._memory = bytearray()
        self._file: BinaryIO | None = None
        self._size = 0

    @property
    def has_file(self) -> bool:
        """Says whether anything went into a file."""
        return self._file is not None

    def write(self, data: bytes) -> int:
        """Takes bytes.

        Raises:
            AnswerTooLarge: they are more than an answer may have.
        """
        self._size += len(data)
        if self._size > self._limit_mib * _MIB:
            raise AnswerTooLarge(
                f"the answer is larger than {self._limit_mib} MiB",
                limit="query_result_mib",
                remedy="ask for less at a time (LIMIT, OFFSET), or take a dump of the dataset",
            )
        if self._file is None:
            self._memory += data
            if self._size > _LARGEST_IN_MEMORY:
                self._file = self._open_file()
                _write_all(self._file, self._memory)
                self._memory.clear()
        else:
            _write_all(self._file, data)
        return len(data)

    def flush(self) -> None:
        """Does nothing: nothing is held back."""

    def finish(self, *, is_graph: bool) -> Answer:
        """Returns what was written."""
        if self._file is None:
            return Answer(is_graph, body=bytes(self._memory))
        self._file.seek(0)
        return Answer(is_graph, file=self._file, size=self._size)


def _write_all(file: BinaryIO, data: bytes | bytearray) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def evaluate(store: Queryable, context: Context, question: Question, spool: Spool) -> Answer:
    """Returns the answer to a question, its bytes through `spool`.

    Raises:
        QueryError: it cannot be answered, or may not be.
        AnswerTooLarge: the answer is larger than the spool takes.
    """
    results = store.query(
        question.query,
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        base_iri=question.base_iri,
    )
    is_graph = isinstance(results, ox.QueryTriples)
    name = question.graph_format if is_graph else question.result_format
    try:  # the engine evaluates while results are read
        if name == HTML.name:
            return Answer(is_graph, table=_tabulate(results))
        if name:
            _write(results, name, context, spool)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(
            f"the query cannot be answered: {error}", remedy="simplify the query"
        ) from error
    return spool.finish(is_graph=is_graph)


def _write(results: QueryResults, name: str, context: Context, spool: Spool) -> None:
    if isinstance(results, ox.QueryTriples):
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in results]
        target = next(f for f in FORMATS if f.name == name)
        try:
            spool.write(write(quads, target, context=context))
        except Inexpressible as error:
            raise QueryError(error.message, remedy=error.remedy) from error
    else:
        kind = next(f for f in RESULT_FORMATS if f.name == name)
        is_xml = kind.syntax == ox.QueryResultsFormat.XML
        # A file is asked for, but the engine only writes to it and flushes.
        sink = cast(IO[bytes], _XmlSink(spool) if is_xml else spool)
        results.serialize(sink, format=kind.syntax)


class _XmlSink:
    """Passes on to a spool what the engine writes as XML, and what it leaves out doing."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._last = b""

    def write(self, data: bytes) -> int:
        if is_outside_xml(self._last + data):
            raise _outside_xml()
        self._last = data[-2:]  # the longest character of those has three bytes
        self._spool.write(escape_returns(data))
        return len(data)

    def flush(self) -> None:
        """Does nothing: nothing is held back."""


def _outside_xml() -> QueryError:
    return QueryError(
        "the answer has a control character, which XML cannot hold",
        remedy="ask for another format",
    )


def _tabulate(results: QueryResults) -> Table:
    if isinstance(results, ox.QueryBoolean):
        return Table(("answer",), ((ox.Literal(bool(results)),),), 1)
    names: tuple[str, ...] = ("subject", "predicate", "object")
    if isinstance(results, ox.QuerySolutions):
        names = tuple(variable.value for variable in results.variables)
    kept: list[tuple[Term, ...]] = []
    total = characters = 0
    for solution in results:
        total += 1
        if len(kept) < MOST_ROWS and characters <= _MOST_CHARACTERS:
            row = tuple(solution)
            characters += sum(len(str(term)) for term in row if term is not None)
            if characters <= _MOST_CHARACTERS:
                kept.append(row)
    return Table(names, tuple(kept), total)
