"""A release directory: immutable, complete, ready to be served.

OUT/releases/{version}/ holds one release, OUT/current points to the newest. A
release is written beside the others, renamed when it is complete, and only then
made current: all or nothing, and the one before stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from publisher.dumps import DUMP_STEM
from publisher.errors import ReleaseError
from publisher.formats import NQUADS
from publisher.jsonld import Context
from publisher.manifest import Manifest
from publisher.query_text import STANDARD, WHOLE, Dialect
from publisher.settings import Settings
from publisher.store import EmbeddedStore
from publisher.vocabulary import PREFIXES

MANIFEST = "manifest.json"
CONTEXT = "context.jsonld"
PROBLEMS = "problems.json"
REPORT_STEM = "report"
REPORTS = "reports"
SHAPES = "shapes.ttl"
CATALOG = "catalog.nq"
STORE = "store"
DUMPS = "dumps"
RELEASES = "releases"
CURRENT = "current"
CACHE = "cache"
MASTER_DUMP = f"{DUMP_STEM}{NQUADS.suffix}"

# Of the digest of a context: enough to tell all apart that a site ever has.
_DIGITS = 12
# Above this, the store stays on disk: in memory a million triples take 433 MB.
MAX_TRIPLES_IN_MEMORY = 5_000_000
# From this on, a release has a store on disk, for what is seldom asked: fewer triples are
# read from the dump in a second, which takes no longer than to write the store for everyone.
MIN_TRIPLES_ON_DISK = 200_000


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release; `path` is its own directory, whatever `current` becomes."""

    path: Path
    manifest: Manifest
    context: dict[str, Any]

    @property
    def settings(self) -> Settings:
        """The settings it was built with."""
        return self.manifest.settings

    @property
    def modified(self) -> dt.datetime:
        """When it was put into its place here: a release of one date may replace another."""
        return dt.datetime.fromtimestamp(int((self.path / MANIFEST).stat().st_mtime), dt.UTC)

    @property
    def is_site(self) -> bool:
        """Says whether a site was built, rather than RDF files taken as they are."""
        return not self.manifest.files

    @property
    def dialect(self) -> Dialect:
        """What public queries may leave unsaid: of plain data nothing, by the standard."""
        return WHOLE if self.is_site else STANDARD

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes to shorten IRIs with; those that data files declare come first."""
        return PREFIXES if self.is_site else {**PREFIXES, **self.context["@context"]}

    def dump(self, name: str) -> Path:
        """Returns the path of a dump or table of the manifest.

        Raises:
            KeyError: the manifest lists no file of that name.
        """
        if name not in {dump.name for dump in self.manifest.downloads}:
            raise KeyError(name)
        return self.path / DUMPS / name

    @property
    def master(self) -> Path:
        """The dump in N-Quads, of a site in canonical ones."""
        return self.path / DUMPS / self.manifest.dumps[0].name

    def find_former(self, version: str) -> Release | None:
        """Returns a former release that lies beside this one; None where it does not, or was
        made by a version of this program whose releases are not read any more.

        Raises:
            ReleaseError: what lies there is not the release that was recorded.
        """
        record = next((r for r in self.manifest.former if r.version == version), None)
        if record is None:
            return None
        try:
            found = open_release(self.path.with_name(version))
        except ReleaseError:
            return None
        if found.manifest.canonical.dataset != record.sha256:
            raise ReleaseError(
                f"is not the release {version} that the site has recorded",
                where=str(found.path),
                remedy="put the directory of that release back, or remove it",
            )
        return found

    @property
    def context_version(self) -> str:
        """The digest that the address of the context has."""
        return _mint_version(self.context)

    def jsonld_context(self) -> Context:
        """Returns the context; that of a site is to be written as its public address."""
        address = context_iri(self.manifest.base_iri, self.context) if self.is_site else None
        return Context.parse(self.context, reference=address)

    def store(self) -> EmbeddedStore:
        """Returns the store with all named graphs and the catalog.

        Raises:
            ReleaseError: its files are damaged.
        """
        return self._load() if self.manifest.triples < MAX_TRIPLES_IN_MEMORY else self.stored()

    def stored(self) -> EmbeddedStore:
        """Returns the same store for what is seldom asked: from disk, which takes next to no
        memory, unless there are so few triples that it was not written.

        Raises:
            ReleaseError: its files are damaged.
        """
        path = self.path / STORE
        return EmbeddedStore.open(path, dialect=self.dialect) if path.exists() else self._load()

    def _load(self) -> EmbeddedStore:
        return EmbeddedStore.load(self.master, self.path / CATALOG, dialect=self.dialect)


def context_iri(base_iri: str, context: Mapping[str, Any]) -> str:
    """Returns the address at which a site publishes its JSON-LD context for ever.

    It holds the digest of the context, so what refers to it always means the same.
    """
    return f"{base_iri}context/{_mint_version(context)}.jsonld"


def _mint_version(context: Mapping[str, Any]) -> str:
    text = json.dumps(context, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def open_release(out: Path) -> Release:
    """Returns the release that OUT/current points to, or that OUT itself is.

    Raises:
        ReleaseError: there is none, or another version of this program made it.
    """
    path = out if (out / MANIFEST).is_file() else out / CURRENT
    path = path.resolve()
    try:
        manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"))
        context = json.loads((path / CONTEXT).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ReleaseError(
            "there is no release here", where=str(out), remedy="make one: publisher build"
        ) from error
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"not a release that can be used: {error}",
            where=str(path),
            remedy="build it again with this version: publisher build",
        ) from error
    return Release(path, manifest, context)


class ReleaseWriter:
    """A release while it is written, beside the others. Leave it before it is published, and
    nothing was written.

    Args:
        out: the directory of releases, made if need be.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._opened = ExitStack()
        self._writing: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._opened.close()

    def begin(self, quads: str) -> None:
        """Begins to write a release with the quads of the master dump: where there are many, a
        store with them, in a thread of its own.

        Raises:
            ReleaseError: `out` cannot be written to.
        """
        with _explain_unwritable(self._out):
            releases = self._out / RELEASES
            made = [path for path in (releases, *releases.parents) if not path.exists()]
            self._opened.callback(_remove_empty, made)
            releases.mkdir(parents=True, exist_ok=True)
            self._scratch = self._opened.enter_context(_scratch_directory(releases))
            self._new = self._scratch / "new"
            self._new.mkdir()
            if quads.count("\n") >= MIN_TRIPLES_ON_DISK:
                _write_files(self._scratch, {MASTER_DUMP: quads.encode()})
                self._thread = self._opened.enter_context(ThreadPoolExecutor(1))
                self._write_store(EmbeddedStore.create, MASTER_DUMP)

    def publish(
        self,
        version: str,
        files: Mapping[str, bytes],
        complete: Callable[[], Mapping[str, bytes]],
    ) -> None:
        """Writes the files, beside the store if one was begun, and makes the release current.

        Args:
            files: by path in the release; a store holds the catalogue too.
            complete: gives the rest of the files; asked while a store is written. If it
                raises an error, nothing is released.

        Raises:
            ReleaseError: `out` cannot be written to.
        """
        target = self._out / RELEASES / version
        with _explain_unwritable(self._out):
            if self._writing:
                _write_files(self._scratch, {CATALOG: files[CATALOG]})
                self._write_store(EmbeddedStore.extend, CATALOG)
            _write_files(self._new, files)
            _write_files(self._new, complete())
            for written in self._writing:
                written.result()
            if target.exists():  # the same data, built again
                target.rename(self._scratch / "old")
            self._new.rename(target)
        make_current(self._out, version)

    def _write_store(self, write: Callable[[Path, Path], None], name: str) -> None:
        source, target = self._scratch / name, self._new / STORE
        self._writing.append(self._thread.submit(write, target, source))


def make_current(out: Path, version: str) -> None:
    """Makes a release that lies in its place the current one.

    Raises:
        ReleaseError: `out` cannot be written to.
    """
    current, target = out / CURRENT, Path(RELEASES, version)
    if current.is_symlink() and current.readlink() == target:
        return
    with _explain_unwritable(out), _scratch_directory(out / RELEASES) as scratch:
        # A link cannot be made over another, but renaming over it is atomic.
        link = scratch / CURRENT
        link.symlink_to(target)
        link.replace(current)


def fingerprint_files(path: Path) -> list[str]:
    """Returns the version of a release, and a hash of all its files with their names."""
    digest = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        digest.update(f"{file.relative_to(path).as_posix()}\n".encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return [path.name, digest.hexdigest()]


def find_unchanged(out: Path, fingerprint: list[str]) -> Manifest | None:
    """Returns the manifest of the release of which `fingerprint_files` said this, if it is
    still there and still the same."""
    path = out / RELEASES / fingerprint[0]
    with suppress(OSError, ReleaseError):
        if fingerprint_files(path) == fingerprint:
            return open_release(path).manifest
    return None


@contextmanager
def _explain_unwritable(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReleaseError(
            f"the release cannot be written ({error.strerror or error})",
            where=str(error.filename or out),
            remedy="choose a directory that you may write to, with --out",
        ) from error


@contextmanager
def _scratch_directory(parent: Path) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix=".building-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _remove_empty(directories: Iterable[Path]) -> None:
    """Removes those that hold nothing, the innermost first."""
    for path in directories:
        with suppress(OSError):
            path.rmdir()


def _write_files(directory: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
