"""What is packed comes in small pieces, and in full or not at all."""

from __future__ import annotations

import gzip
import itertools
import random
import tracemalloc

import pytest

from publisher.gunzip import gunzip

DATA = random.Random(1).randbytes(70_000) + b"x" * 300_000
PACKED = gzip.compress(DATA)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize(
    "packed", [PACKED, PACKED + PACKED, PACKED + b"\0" * 20, PACKED * 2 + b"\0"]
)
def test_what_is_packed_comes_out_whole(packed: bytes, size: int) -> None:
    pieces = list(gunzip(cut(packed, size)))
    assert b"".join(pieces) == DATA * packed.count(PACKED)
    assert max(map(len, pieces)) <= 1 << 16


@pytest.mark.parametrize(
    "packed",
    [b"", PACKED[:5], PACKED[: len(PACKED) // 2], PACKED[:-1], PACKED[:-8], PACKED + PACKED[:-1]],
)
def test_half_of_it_is_an_error(packed: bytes) -> None:
    with pytest.raises(ValueError, match="ends too early"):
        list(gunzip(cut(packed, 1000)))


@pytest.mark.parametrize("packed", [b"text", PACKED + b"text", PACKED[:-8] + b"\1" + PACKED[-7:]])
def test_what_is_damaged_is_an_error(packed: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        list(gunzip([packed]))


def test_a_bomb_takes_no_more_memory_than_is_read_of_it() -> None:
    bomb = gzip.compress(b"\0" * (64 << 20))
    tracemalloc.start()
    assert sum(map(len, itertools.islice(gunzip([bomb]), 20))) == 20 << 16
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20
