"""The files in which a release is taken away, as bytes. Pure.

N-Quads and N-Triples are written in canonical form (RDFC-1.0 section 5,
https://www.w3.org/TR/rdf-canon/): published data has no blank nodes, so the
canonical form is the sorted lines. The N-Quads are the master: the version is
made from them, their SHA-256 is the canonical hash of the dataset, and that of
the N-Triples the canonical hash of the union of its graphs.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyoxigraph as ox
import zstandard

from publisher.formats import (
    JSONLD,
    NQUADS,
    NTRIPLES,
    TRIG,
    TURTLE,
    Format,
    find_used_prefixes,
    get_format,
    write_sorted,
)
from publisher.jsonld import Context, Recall, make_anew
from publisher.manifest import CanonicalHashes, Dump
from publisher.nquads import read_union, write_lines

DUMP_STEM = "learning-cities"
DUMP_FORMATS: tuple[Format, ...] = (NQUADS, TRIG, TURTLE, NTRIPLES, JSONLD)
SUMS = "SHA256SUMS"

# zstd: beyond level 10 the time grows a hundred times faster than the files shrink.
_GZIP_LEVEL, _ZSTD_LEVEL = 9, 10


@dataclass(frozen=True, slots=True)
class Compression:
    """A way to pack a file: the name in the manifest, the suffix, the media type of the
    packed file (RFC 6713, RFC 8878), and the function that packs."""

    name: str
    suffix: str
    media_type: str
    label: str
    pack: Callable[[bytes], bytes]


def _gzip(data: bytes) -> bytes:
    """With neither time nor name nor operating system in the header (RFC 1952, section 2.3.1)."""
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", _GZIP_LEVEL, packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(_ZSTD_LEVEL, write_checksum=True).compress(data)


COMPRESSIONS: tuple[Compression, ...] = (
    Compression("gzip", ".gz", "application/gzip", "gzip", _gzip),
    Compression("zstd", ".zst", "application/zstd", "Zstandard", _zstd),
)


def find_compression(name: str) -> Compression | None:
    """Returns the compression of that name in a manifest; None for "", a file as it is."""
    return next((c for c in COMPRESSIONS if c.name == name), None)


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A file to be written, with what the manifest says of it."""

    dump: Dump
    data: bytes


def write_dumps(
    quads: Sequence[ox.Quad], context: Context, recall: Recall = make_anew
) -> tuple[DumpFile, ...]:
    """Returns the dataset in every format, each as it is and packed; the master first.

    Args:
        quads: by graph, subject and predicate, types first, each once and in a named graph.
        recall: gives what a graph was written as before.
    """
    files = []
    prefixes = find_used_prefixes(quads)
    union = read_union(write_lines(quads))
    with ThreadPoolExecutor() as pool:  # files are packed while others are written
        for chosen in DUMP_FORMATS:
            data = write_sorted(
                quads if chosen.named_graphs else union,
                chosen,
                prefixes=prefixes,
                context=context,
                recall=recall,
            )
            name = f"{DUMP_STEM}{chosen.suffix}"
            files.append(pool.submit(make_file, name, chosen.name, data))
            files += [pool.submit(_pack, name, chosen.name, data, p) for p in COMPRESSIONS]
        return tuple(file.result() for file in files)


def _pack(name: str, format_name: str, data: bytes, packing: Compression) -> DumpFile:
    return make_file(name + packing.suffix, format_name, packing.pack(data), packing.name)


def make_file(name: str, format_name: str, data: bytes, compression: str = "") -> DumpFile:
    """Returns a file with its size and checksum."""
    checksum = hashlib.sha256(data).hexdigest()
    return DumpFile(Dump(name, format_name, compression, len(data), checksum), data)


def get_media_type(dump: Dump) -> str:
    """Returns the media type of a dump or a table as it is sent: that of its packing, if any."""
    packing = find_compression(dump.compression)
    return packing.media_type if packing else get_format(dump.format).media_type


def write_sums(dumps: Iterable[Dump]) -> bytes:
    """Returns the checksums as `sha256sum --check` reads them."""
    return "".join(f"{dump.sha256}  {dump.name}\n" for dump in dumps).encode()


def find_hashes(files: Iterable[DumpFile]) -> CanonicalHashes:
    """Returns the canonical hashes of the dataset and of the union of its graphs, which
    are the checksums of the two dumps that are canonical forms."""
    sums: Mapping[str, str] = {f.dump.name: f.dump.sha256 for f in files}
    return CanonicalHashes(
        dataset=sums[f"{DUMP_STEM}{NQUADS.suffix}"], union=sums[f"{DUMP_STEM}{NTRIPLES.suffix}"]
    )
