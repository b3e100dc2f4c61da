"""Content codings: which one a request accepts, and what it makes of a body (RFC 9110, 8.4)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header


class _Stream(Protocol):
    """Codes a body piece by piece."""

    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class _BrotliStream:
    """The compressor of the package, which names one method otherwise."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=_BROTLI_QUALITY)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.finish())


# Levels at which a page of 50 kB takes below two milliseconds.
_ZSTD_LEVEL = 6
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
_GZIP_WINDOW = 31  # zlib's way to ask for gzip


@dataclass(frozen=True, slots=True)
class Coding:
    """A content coding by its registered name."""

    name: str
    code: Callable[[bytes], bytes]
    open: Callable[[], _Stream]

    def tag(self, etag: str) -> str:
        """Returns the entity tag of a body in this coding, from that of the body itself."""
        return f'{etag[:-1]}-{self.name}"'

    def code_all(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yields the coded body of one that comes in pieces."""
        stream = self.open()
        for piece in pieces:
            if coded := stream.compress(piece):
                yield coded
        yield stream.flush()


# Those a server should prefer first: the fastest of the three is also the smallest but for brotli.
CODINGS = (
    Coding(
        "zstd",
        lambda body: zstandard.ZstdCompressor(_ZSTD_LEVEL).compress(body),
        lambda: zstandard.ZstdCompressor(_ZSTD_LEVEL).compressobj(),
    ),
    Coding("br", lambda body: bytes(brotli.compress(body, quality=_BROTLI_QUALITY)), _BrotliStream),
    Coding(
        "gzip",
        lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
        lambda: zlib.compressobj(_GZIP_LEVEL, wbits=_GZIP_WINDOW),
    ),
)


def find_tags(etag: str) -> tuple[str, ...]:
    """Returns the entity tags that a body may have been sent with, in whatever coding."""
    return (etag, *(coding.tag(etag) for coding in CODINGS))


_SMALLEST = 500
_TEXT = ("text/", "application/", "image/svg")
_CODED_ALREADY = ("application/gzip", "application/zstd", "application/zip")


@lru_cache(maxsize=1000)
def choose_coding(accept_encoding: str) -> Coding | None:
    """Returns the coding that an Accept-Encoding header likes best, None for none.

    Without the header nothing is coded: most programs that leave it out cannot decode.
    """
    accept = parse_accept_header(accept_encoding, Accept)
    ranked = [(accept.quality(coding.name), coding) for coding in CODINGS]
    best = max(quality for quality, _ in ranked)
    if best <= 0 or best < accept.quality("identity"):
        return None
    return next(coding for quality, coding in ranked if quality == best)


def is_worth_coding(media_type: str, size: int | None) -> bool:
    """Says whether a body becomes smaller by coding; `size` in bytes, None if not known."""
    if size is not None and size < _SMALLEST:
        return False
    return media_type.startswith(_TEXT) and not media_type.startswith(_CODED_ALREADY)
