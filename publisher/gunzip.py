"""gzip taken apart, never more at a time than is asked for. Pure.

A few bytes may stand for gigabytes, so whoever reads counts what comes out. RFC 1952.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

MAGIC = b"\x1f\x8b"
_PIECE = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS


def gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yields what is packed in pieces of gzip, in pieces of at most 64 KiB.

    Raises:
        ValueError: it is no gzip, was damaged, or ends too early.
    """
    inflater = zlib.decompressobj(_GZIP)
    for piece in pieces:
        data = piece
        while True:
            if inflater.eof:
                data = data.lstrip(b"\0")  # with which files may be padded behind a member
            if not data:
                break
            if inflater.eof:
                inflater = zlib.decompressobj(_GZIP)
            yield from _inflate(inflater, data)
            data = inflater.unused_data
    if not inflater.eof:
        raise ValueError("what is packed with gzip ends too early")


def _inflate(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """Yields all that comes of the data up to the end of a member."""
    while True:
        try:
            piece = inflater.decompress(data, _PIECE)
        except zlib.error as error:
            raise ValueError(f"what is packed with gzip is damaged: {error}") from error
        if piece:
            yield piece
        data = inflater.unconsumed_tail
        # Where a piece is full, more may wait within, though all the data has been taken.
        if inflater.eof or (not data and len(piece) < _PIECE):
            return
