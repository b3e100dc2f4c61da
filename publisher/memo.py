"""What pure steps returned, kept under all that they depend on: an incremental build.

A step's name, what goes into it and the code are hashed; the hash is the name of the file
that holds what came out. So nothing is ever out of date: what depends on something new has
another name. Values are text and nothing in them is run; each file begins with its own
checksum, and one that does not agree counts as not there.
"""

from __future__ import annotations

import hashlib
import os
import platform
import site
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import publisher

_DIGEST = hashlib.sha256().digest_size


class Memo:
    """The values in one directory, or none at all where there is no directory."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._used: set[str] = set()
        self._new: dict[str, str] = {}
        self._code = _fingerprint_code() if directory else ""

    def recall(self, step: str, inputs: tuple[str, ...], make: Callable[[], str]) -> str:
        """Returns what a step makes of its inputs, from the directory or by making it.

        Args:
            make: the step; it may depend on nothing but the inputs and the code.
        """
        key = self.key(step, *inputs)
        found = self.find(key)
        if found is None:
            found = make()
            self.keep(key, found)
        return found

    def key(self, step: str, *inputs: str) -> str:
        """Returns the name of what a step makes of its inputs."""
        return fingerprint(self._code, step, *inputs)

    def knows(self, key: str) -> bool:
        """Says whether there is a value under a key, damaged or not."""
        return self._directory is not None and (self._directory / key).exists()

    def find(self, key: str) -> str | None:
        """Returns the value under a key; None if there is none, or its file is damaged."""
        if self._directory is None:
            return None
        self._used.add(key)
        if key in self._new:
            return self._new[key]
        try:
            data = (self._directory / key).read_bytes()
        except OSError:
            return None
        digest, value = data[:_DIGEST], data[_DIGEST:]
        return value.decode() if digest == _check(key, value) else None

    def keep(self, key: str, value: str) -> None:
        """Keeps a value for `save`."""
        if self._directory is not None:
            self._used.add(key)
            self._new[key] = value

    def save(self) -> None:
        """Writes what was kept, and removes what was neither kept nor found. A build that
        is refused does not come here: it leaves nothing behind. What cannot be written, the
        next build makes again."""
        if self._directory is None:
            return
        with suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            for key, value in self._new.items():
                data = value.encode()
                temporary = self._directory / f".{key}-{os.getpid()}"
                temporary.write_bytes(_check(key, data) + data)
                temporary.replace(self._directory / key)
            for path in self._directory.iterdir():
                if path.name not in self._used:
                    path.unlink(missing_ok=True)


def fingerprint(*parts: str | bytes) -> str:
    """Returns a hash of texts, which tells where one ends and the next begins."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def _check(key: str, value: bytes) -> bytes:
    return hashlib.sha256(key.encode() + value).digest()


def _fingerprint_code() -> str:
    """A hash of the package's own files, so that an edit counts, of the versions of all
    packages beside it, and of Python's."""
    own = Path(publisher.__file__).parent
    files = sorted(p for p in own.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    parts: list[str | bytes] = [platform.python_version()]
    for path in files:
        parts += [path.relative_to(own).as_posix(), path.read_bytes()]
    for directory in site.getsitepackages():
        parts += sorted(path.name for path in Path(directory).glob("*.dist-info"))
    return fingerprint(*parts)
