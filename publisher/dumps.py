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
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial

import pyoxigraph as ox
import zstandard

from publisher.formats import (
    JSONLD,
    NQUADS,
    NTRIPLES,
    TRIG,
    TURTLE,
    Format,
    find_heads,
    get_format,
    join_documents,
    write_sorted,
)
from publisher.jsonld import Context, find_clashing, find_schemes, write_document, write_members
from publisher.manifest import CanonicalHashes, Dump
from publisher.nquads import merge_graphs, read_lines, split_graphs
from publisher.vocabulary import PREFIXES

DUMP_STEM = "learning-cities"
SUMS = "SHA256SUMS"

# Levels 9 and 10 take twice and one and a half times as long for files smaller by 2 and 1 %.
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 8


# Called with the name of a pure step, what it depends on, and the step itself.
Recall = Callable[[str, tuple[str, ...], Callable[[], str]], str]


def make_anew(step: str, inputs: tuple[str, ...], make: Callable[[], str]) -> str:
    """The memory of nothing."""
    return make()


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


def write_dumps(lines: str, context: Context, recall: Recall = make_anew) -> tuple[DumpFile, ...]:
    """Returns the dataset in every format, each as it is and packed; the master first.

    Args:
        lines: of canonical N-Quads, all in named graphs.
        recall: gives what was made of a graph before.
    """
    files = []
    with ThreadPoolExecutor() as pool:  # files are packed while others are written
        for chosen, data in _write_formats(lines, context, recall):
            name = f"{DUMP_STEM}{chosen.suffix}"
            files.append(pool.submit(make_file, name, chosen.name, data))
            files += [pool.submit(_pack, name, chosen.name, data, p) for p in COMPRESSIONS]
        return tuple(file.result() for file in files)


def _write_formats(lines: str, context: Context, recall: Recall) -> Iterator[tuple[Format, bytes]]:
    """Each format as soon as it is written. Where graphs stand one after the other, each is
    written by itself, so that those that did not change need not be written again."""
    yield NQUADS, lines.encode()
    graphs = split_graphs(lines)

    @cache
    def read(graph: str) -> list[ox.Quad]:
        return list(read_lines(graph))

    def find_names(graph: str) -> str:
        quads = read(graph)
        return json.dumps([sorted(find_heads(quads)), sorted(find_schemes(quads))])

    def write_trig(graph: str) -> str:
        return write_sorted(read(graph), TRIG, prefixes=prefixes, context=context).decode()

    def write_json(graph: str) -> str:
        return write_members(read(graph), context, clashing)

    names = [json.loads(recall("names", (g,), partial(find_names, g))) for g in graphs.values()]
    heads = {head for found, _ in names for head in found}
    prefixes = {name: iri for name, iri in PREFIXES.items() if iri in heads}
    clashing = find_clashing((scheme for _, found in names for scheme in found), context)
    trig, fixed = repr(prefixes), repr((context, clashing))
    parts = [recall("trig", (trig, g), partial(write_trig, g)) for g in graphs.values()]
    yield TRIG, join_documents(part.encode() for part in parts)
    union = merge_graphs(graphs)
    yield TURTLE, write_sorted(read_lines(union), TURTLE, prefixes=prefixes, context=context)
    yield NTRIPLES, union.encode()
    parts = [recall("jsonld", (fixed, g), partial(write_json, g)) for g in graphs.values()]
    yield JSONLD, write_document(parts, context, clashing)


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
