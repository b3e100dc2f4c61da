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
    """A file with the whole dataset; `format` is a name in `publisher.formats`."""

    name: str
    format: str
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
class Manifest:
    """The facts of a release.

    `date` is that of the newest input, as ISO text; `triples` counts what the
    dumps hold; `counts` are numbers of things by plural name (`cities`). `files`
    is empty for a site that was built: only plain data is made of RDF files.
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
    files: tuple[DataFile, ...] = ()

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
            settings["lexicons"] = tuple(settings["lexicons"])
            dumps = tuple(Dump(**dump) for dump in document.pop("dumps"))
            files = tuple(DataFile(**file) for file in document.pop("files"))
            return cls(**document, dumps=dumps, files=files, settings=Settings(**settings))
        except (KeyError, TypeError) as error:
            raise ValueError(f"a field is missing or unknown: {error}") from error
