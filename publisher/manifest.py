"""What a release says of itself: the values in its `manifest.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from publisher.settings import Settings

# Raised whenever an older server could not serve a newer release, or the reverse.
RELEASE_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Dump:
    """A file of the release; `format` is a name in `publisher.formats`, `compression` one in
    `publisher.dumps` or empty."""

    name: str
    format: str
    compression: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """An RDF file that is served as it is; `triples` counts the statements in it."""

    name: str
    format: str
    bytes: int
    triples: int


@dataclass(frozen=True, slots=True)
class CanonicalHashes:
    """SHA-256 of the canonical form (RDFC-1.0) of the dataset, and of the union of its graphs:
    what every dump gives again that keeps the names of graphs, or does not."""

    dataset: str
    union: str


@dataclass(frozen=True, slots=True)
class FormerRelease:
    """A release that came before; `sha256` is the canonical hash of its dataset."""

    version: str
    date: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A thing that was published and is no longer, by the paths of its IRI and of the
    thing that replaces it, if any."""

    path: str
    date: str
    reason: str
    replaced_by: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of a release.

    `date` is that of the newest input, as ISO text; `triples` counts what the
    dumps hold; `counts` are numbers of things by plural name (`cities`). The dumps
    hold everything, the tables a part of it; the last of these is their metadata.
    `former` lists what was released before, oldest first. `files` is empty for a
    site that was built: only plain data is made of RDF files, and has none of the rest.
    """

    format: int
    publisher: str
    version: str
    base_iri: str
    date: str
    triples: int
    counts: Mapping[str, int]
    dumps: tuple[Dump, ...]
    settings: Settings
    conforms: bool
    violations: int
    warnings: int
    problems: int
    canonical: CanonicalHashes = CanonicalHashes("", "")
    tables: tuple[Dump, ...] = ()
    former: tuple[FormerRelease, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    files: tuple[DataFile, ...] = ()

    @property
    def downloads(self) -> tuple[Dump, ...]:
        """All files that can be downloaded."""
        return (*self.dumps, *self.tables)

    def to_json(self) -> str:
        """Returns the manifest as it stands in a release."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Returns the manifest in a text.

        Raises:
            ValueError: not JSON, of another format, or with a field missing or unknown.
        """
        document: dict[str, Any] = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != RELEASE_FORMAT:
            found = document.get("format") if isinstance(document, dict) else None
            raise ValueError(f"release format {found}, where this version reads {RELEASE_FORMAT}")
        try:
            settings = document.pop("settings")
            for name in ("lexicons", "federation"):
                settings[name] = tuple(settings[name])
            parts: dict[str, Any] = {
                "settings": Settings(**settings),
                "canonical": CanonicalHashes(**document.pop("canonical")),
                "dumps": tuple(Dump(**row) for row in document.pop("dumps")),
                "tables": tuple(Dump(**row) for row in document.pop("tables")),
                "former": tuple(FormerRelease(**row) for row in document.pop("former")),
                "files": tuple(DataFile(**row) for row in document.pop("files")),
                "withdrawn": tuple(Withdrawal(**row) for row in document.pop("withdrawn")),
            }
            return cls(**document, **parts)
        except (KeyError, TypeError) as error:
            raise ValueError(f"a field is missing or unknown: {error}") from error
