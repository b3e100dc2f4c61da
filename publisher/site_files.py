"""The files of a site directory, read as text or as RDF, with errors that name them."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

from publisher.decoding import decode_text
from publisher.errors import SourceError
from publisher.iris import Iris
from publisher.quads import to_graph
from publisher.settings import Settings


class SiteFiles:
    """A site directory and its settings: where its files are, and how one is read.

    `today` is the day on which it is read: what tables tell is in the past.
    """

    def __init__(self, root: Path, settings: Settings, today: dt.date) -> None:
        self.root = root
        self.settings = settings
        self.today = today
        self.iris = Iris(settings.base_iri)

    def _read(self, file: Path) -> str:
        try:
            data = (self.root / file).read_bytes()
        except OSError as error:
            raise self._unreadable(self.root / file, error) from error
        return decode_text(data, str(file))

    def _unreadable(self, path: Path, error: OSError) -> SourceError:
        return SourceError(
            f"cannot be read ({error.strerror})",
            where=self._name(path),
            remedy="is this the right site directory? `publisher init DIR` makes a new one",
        )

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def _parse(self, paths: Iterable[Path]) -> Graph:
        return to_graph(quad for path in paths for quad in self._quads(path))

    def _quads(self, path: Path) -> Iterator[ox.Quad]:
        """One file's triples; IRIs in it are relative to the site's base."""
        packed = path.suffix == ".gz"
        suffix = (path.with_suffix("") if packed else path).suffix.lstrip(".")
        try:
            data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
            yield from ox.parse(
                data,
                format=ox.RdfFormat.from_extension(suffix) or ox.RdfFormat.TURTLE,
                base_iri=self.settings.base_iri,
            )
        except OSError as error:
            raise self._unreadable(path, error) from error
        except SyntaxError as error:
            raise SourceError(
                f"is not valid RDF: {error.msg}",
                where=f"{self._name(path)}, line {error.lineno}, column {error.offset}",
                remedy="correct the file; nothing was built",
            ) from error
