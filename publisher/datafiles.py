"""RDF files as they are → a release directory to serve: no site, no build.

Each file is read once, into the N-Quads that the server and its query workers
load. Its default graph stays the default graph; blank nodes of two files are two.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

import pyoxigraph as ox

from publisher import __version__
from publisher.errors import SourceError, UsageError
from publisher.formats import JSONLD, NQUADS, RDF_FORMATS, RDFXML, TRIG, Format
from publisher.manifest import RELEASE_FORMAT, DataFile, Dump, Manifest
from publisher.release import (
    CATALOG,
    CONTEXT,
    DUMPS,
    MANIFEST,
    MAX_TRIPLES_IN_MEMORY,
    STORE,
)
from publisher.settings import Settings
from publisher.store import EmbeddedStore

STANDARD_INPUT = "-"
_STEM = "data"
_COMPRESSED = ".gz"
_SUFFIXES = {
    **{f.suffix: f for f in RDF_FORMATS},
    ".owl": RDFXML,
    ".xml": RDFXML,
    ".json": JSONLD,
}
# To write more a second time would hold up the start of the server; N-Quads there are always.
_MOST_AS_TRIG = 200_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Often enough for a bar on a screen.
_CHUNK = 1 << 20

# Told the name of a file, the bytes that were read of it, and how many it has.
Notify = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DataSource:
    """A file to be read, or standard input where `path` is None."""

    name: str
    path: Path | None
    format: Format
    base_iri: str | None

    @property
    def size(self) -> int:
        """The bytes of the file, 0 where nobody knows."""
        return 0 if self.path is None else self.path.stat().st_size


def find_sources(
    names: Sequence[str], base_iri: str | None, format_name: str | None
) -> tuple[DataSource, ...]:
    """Returns what is to be read.

    Args:
        names: paths, or `-` for standard input.
        base_iri: for relative IRIs; without one, each file's own address.
        format_name: of standard input, and of files whose names do not say.

    Raises:
        UsageError: a directory, a file of unknown format, a base that is no IRI.
        SourceError: a file that there is not.
    """
    if base_iri is not None:
        _require_iri(base_iri)
    return tuple(_find_source(name, base_iri, format_name) for name in dict.fromkeys(names))


def _require_iri(base_iri: str) -> None:
    try:
        list(ox.parse(b"", format=ox.RdfFormat.TURTLE, base_iri=base_iri))
    except ValueError as error:
        raise UsageError(
            f"not an absolute IRI: {error}",
            where=f"--base {base_iri}",
            remedy="give one such as https://example.org/data/",
        ) from error


def _find_source(name: str, base_iri: str | None, format_name: str | None) -> DataSource:
    told = next((f for f in RDF_FORMATS if f.name == format_name), None)
    if name == STANDARD_INPUT:
        return DataSource("standard input", None, _require_format(told, name), base_iri)
    path = Path(name)
    if path.is_dir():
        raise UsageError(
            "this is a directory",
            where=name,
            remedy=f"name the files in it, for example {path / '*.ttl'}",
        )
    if not path.exists():
        raise SourceError(
            "there is no such file", where=name, remedy="give the path of an RDF file"
        )
    plain = path.with_suffix("") if path.suffix.lower() == _COMPRESSED else path
    kind = _require_format(_SUFFIXES.get(plain.suffix.lower(), told), name)
    return DataSource(name, path, kind, base_iri or plain.absolute().as_uri())


def _require_format(kind: Format | None, name: str) -> Format:
    if kind is None:
        raise UsageError(
            "cannot tell which format this is in",
            where=name if name != STANDARD_INPUT else "standard input",
            remedy=f"say so with --format, one of {', '.join(f.name for f in RDF_FORMATS)}",
        )
    return kind


def write_data_release(
    target: Path, sources: Sequence[DataSource], settings: Settings, notify: Notify
) -> Manifest:
    """Writes what the files hold as a release to a directory, and returns its manifest.

    Raises:
        SourceError: a file cannot be read, with line and column where they are known.
        OSError: the directory cannot be written to.
    """
    dumps = target / DUMPS
    dumps.mkdir(parents=True)
    reading = _Reading(notify)
    master = dumps / f"{_STEM}{NQUADS.suffix}"
    ox.serialize(reading.read(sources), str(master), format=ox.RdfFormat.N_QUADS)
    kinds = [NQUADS]
    if reading.triples <= _MOST_AS_TRIG:
        kinds.append(TRIG)
        ox.serialize(
            _read_master(master),
            str(dumps / f"{_STEM}{TRIG.suffix}"),
            format=ox.RdfFormat.TRIG,
            prefixes=reading.prefixes,
        )
    if reading.triples >= MAX_TRIPLES_IN_MEMORY:
        EmbeddedStore.create(target / STORE, master)
    (target / CATALOG).touch()
    (target / CONTEXT).write_text(json.dumps({"@context": reading.prefixes}), encoding="utf-8")
    manifest = _make_manifest(target, kinds, sources, reading, settings)
    (target / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def _read_master(path: Path) -> Iterator[ox.Quad]:
    return ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)


def _make_manifest(
    target: Path,
    kinds: Sequence[Format],
    sources: Sequence[DataSource],
    reading: _Reading,
    settings: Settings,
) -> Manifest:
    dumps = tuple(_describe_dump(target / DUMPS / f"{_STEM}{k.suffix}", k) for k in kinds)
    changed = [s.path.stat().st_mtime for s in sources if s.path is not None]
    when = dt.datetime.fromtimestamp(max(changed), dt.UTC) if changed else dt.datetime.now(dt.UTC)
    date = when.date().isoformat()
    return Manifest(
        format=RELEASE_FORMAT,
        publisher=__version__,
        version=f"{date}-{dumps[0].sha256[:8]}",
        base_iri=settings.base_iri,
        date=date,
        triples=reading.triples,
        counts={},
        dumps=dumps,
        settings=settings,
        conforms=True,
        violations=0,
        warnings=0,
        problems=0,
        files=tuple(reading.files),
    )


def _describe_dump(path: Path, kind: Format) -> Dump:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Dump(path.name, kind.name, "", path.stat().st_size, digest)


@dataclass(slots=True)
class _Reading:
    """Reads files one after the other, and keeps count."""

    notify: Notify
    files: list[DataFile] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    triples: int = 0

    def read(self, sources: Sequence[DataSource]) -> Iterator[ox.Quad]:
        for source in sources:
            before = self.triples
            with _open(source, self.notify) as stream, _explain(source):
                for quad in self._parse(source, stream):
                    self.triples += 1
                    yield quad
            # Where the file lies on this machine is nobody's business on the web.
            name = source.path.name if source.path is not None else source.name
            said = self.triples - before
            self.files.append(DataFile(name, source.format.name, stream.done, said))

    def _parse(self, source: DataSource, stream: _Stream) -> Iterator[ox.Quad]:
        if stream.is_empty():  # not every format has an empty document
            return
        parser = ox.parse(
            cast(IO[bytes], stream),
            format=source.format.syntax,
            base_iri=source.base_iri,
            rename_blank_nodes=True,
        )
        for quad in parser:
            if not self.prefixes:
                self._keep(parser.prefixes)  # RDF/XML forgets them at its end
            yield quad
        self._keep(parser.prefixes)

    def _keep(self, prefixes: dict[str, str]) -> None:
        """Keeps what shortens IRIs; the first file that declares a prefix decides."""
        for name, iri in prefixes.items():
            if name and ":" in iri and iri.endswith(("/", "#", ":", "?", "=")):
                self.prefixes.setdefault(name, iri)


class _Stream:
    """The bytes of a source, without compression and byte order mark; tells how far it is."""

    def __init__(self, source: DataSource, raw: BinaryIO, notify: Notify) -> None:
        self._source = source
        self._raw = raw
        self._notify = notify
        self._told = 0
        self._size = source.size
        is_compressed = source.path is not None and source.path.suffix.lower() == _COMPRESSED
        self._plain: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if is_compressed else raw
        self._ahead: bytes | None = None
        self.done = 0

    def is_empty(self) -> bool:
        """Says whether there is nothing to read at all."""
        start = self._plain.read(len(_BYTE_ORDER_MARK))
        self._ahead = start.removeprefix(_BYTE_ORDER_MARK)
        return not start

    def read(self, size: int = -1) -> bytes:
        """Returns some of the bytes, none at the end."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            data = self._plain.read(size)
        self.done += len(data)
        if self.done - self._told >= _CHUNK:
            self._told = self.done
            place = self._raw.tell() if self._source.path is not None else self.done
            self._notify(self._source.name, place, self._size or place)
        return data


@contextmanager
def _open(source: DataSource, notify: Notify) -> Iterator[_Stream]:
    if source.path is None:
        yield _Stream(source, sys.stdin.buffer, notify)
        return
    try:
        file = source.path.open("rb")
    except OSError as error:
        raise SourceError(
            f"cannot be read ({error.strerror})",
            where=source.name,
            remedy="give the path of a file that you may read",
        ) from error
    with file:
        yield _Stream(source, file, notify)


@contextmanager
def _explain(source: DataSource) -> Iterator[None]:
    """Turns what a parser or the decompression raises into an error with its place."""
    try:
        yield
    except SyntaxError as error:
        place = f", line {error.lineno}, column {error.offset}" if error.lineno else ""
        raise SourceError(
            f"not valid {source.format.label}: {error.msg}",
            where=f"{source.name}{place}",
            remedy=_find_remedy(error, source),
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"not a complete gzip file: {error}",
            where=source.name,
            remedy="compress the file again, or leave out .gz if it is not compressed",
        ) from error


def _find_remedy(error: SyntaxError, source: DataSource) -> str:
    if "LoadDocumentCallback" in error.msg:
        return "write the context into the file: no address is fetched while a file is read"
    if "No scheme found" in error.msg and source.path is None:
        return "say with --base what the relative IRIs in it are relative to"
    return "correct the file, or say with --format which format it is in"
