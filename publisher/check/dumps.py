"""Checks of the files that a description names."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import DCAT, VOID
from rdflib import URIRef as Iri

from publisher.check.client import Exchange
from publisher.check.finding import MUST, SHOULD, Check, Finding, judge, not_there
from publisher.check.target import Target, number
from publisher.errors import SourceError
from publisher.formats import RDF_FORMATS, read

_DCAT = "https://www.w3.org/TR/vocab-dcat-3/#"
_SPDX = "http://spdx.org/rdf/terms#"
# A file of gzip may become larger than this only if it was made to.
_LARGEST_UNPACKED = 1 << 30
_HASHES = {"sha1", "sha256", "sha384", "sha512"}


@dataclass(frozen=True, slots=True)
class Dump:
    """A file as described; what is not stated is empty or None."""

    address: str
    bytes: int | None
    algorithm: str
    checksum: str


def find_dumps(target: Target) -> list[Dump]:
    """Returns the files of the dataset: its distributions, and dumps that are none."""
    dumps = {}
    for part in target.objects(target.dataset, DCAT.distribution):
        graph = target.description
        checksum = graph.value(part, Iri(f"{_SPDX}checksum"))
        algorithm = str(graph.value(checksum, Iri(f"{_SPDX}algorithm")) or "") if checksum else ""
        value = str(graph.value(checksum, Iri(f"{_SPDX}checksumValue")) or "") if checksum else ""
        for url in target.objects(part, DCAT.downloadURL):
            size = number(graph.value(part, DCAT.byteSize))
            name = algorithm.rpartition("checksumAlgorithm_")[2].lower()
            dumps[str(url)] = Dump(str(url), size, name, value.lower())
    for url in target.objects(target.dataset, VOID.dataDump):
        dumps.setdefault(str(url), Dump(str(url), None, "", ""))
    return [dumps[url] for url in sorted(dumps)]


def load_dump(target: Target, dump: Dump) -> Exchange:
    """Returns the file, fetched once."""
    kept = target.files
    if dump.address not in kept:
        kept[dump.address] = target.client.ask(target.locate(dump.address))
    return kept[dump.address]


def read_dump(target: Target, dump: Dump) -> list[ox.Quad] | None:
    """Returns the quads of a file, None if its name tells no RDF format or it is broken."""
    path = dump.address.partition("?")[0]
    packed = path.endswith(".gz")
    path = path.removesuffix(".gz")
    kind = next((f for f in RDF_FORMATS if path.endswith(f.suffix)), None)
    found = load_dump(target, dump)
    if kind is None or found.status != 200:
        return None
    try:
        body = found.body
        if packed:
            body = gzip.GzipFile(fileobj=io.BytesIO(body)).read(_LARGEST_UNPACKED)
        return read(body, dump.address, kind, base_iri=dump.address)
    except (SourceError, OSError, EOFError, zlib.error):
        return None


def _each(judge_one: Callable[[Target, Dump], str | None]) -> Callable[[Target], Finding]:
    """Returns a check of all files; `judge_one` says what is wrong with one, nothing as an
    empty text, and None if there is nothing to judge."""

    def run(target: Target) -> Finding:
        looked_at = 0
        for dump in find_dumps(target):
            wrong = judge_one(target, dump)
            if wrong:
                return judge(False, f"{dump.address}: {wrong}", load_dump(target, dump))
            looked_at += wrong is not None
        return judge(True, f"{looked_at} files") if looked_at else not_there("a file with that")

    return run


def _there(target: Target) -> Finding:
    return judge(bool(find_dumps(target)), f"{len(find_dumps(target))} files", target.front)


def _reachable(target: Target, dump: Dump) -> str | None:
    found = load_dump(target, dump)
    return "" if found.status == 200 else found.summary


def _size(target: Target, dump: Dump) -> str | None:
    found = load_dump(target, dump)
    if dump.bytes is None or found.status != 200:
        return None
    size = len(found.body)
    return "" if size == dump.bytes else f"{size} bytes, where {dump.bytes} are stated"


def _checksum(target: Target, dump: Dump) -> str | None:
    found = load_dump(target, dump)
    if dump.algorithm not in _HASHES or found.status != 200:
        return None
    value = hashlib.new(dump.algorithm, found.body).hexdigest()
    return "" if value == dump.checksum else f"{dump.algorithm} is {value}"


def _is_rdf(dump: Dump) -> bool:
    path = dump.address.partition("?")[0].removesuffix(".gz")
    return any(path.endswith(f.suffix) for f in RDF_FORMATS) and not path.endswith(".jsonld")


def _parses(target: Target, dump: Dump) -> str | None:
    """JSON-LD is not read: its context may have to be fetched from elsewhere."""
    if not _is_rdf(dump) or load_dump(target, dump).status != 200:
        return None
    return "" if read_dump(target, dump) is not None else "no RDF of the kind that its name says"


def _triples(target: Target, dump: Dump) -> str | None:
    stated = number(target.value(VOID.triples))
    quads = read_dump(target, dump) if _is_rdf(dump) else None
    if stated is None or quads is None:
        return None
    found = len(set(quads))
    return "" if found == stated else f"{found} triples, where {stated} are stated"


def _range(target: Target, dump: Dump) -> str | None:
    if load_dump(target, dump).status != 200:
        return None
    part = target.client.ask(target.locate(dump.address), headers={"Range": "bytes=2-5"})
    right = part.status == 206 and part.body == load_dump(target, dump).body[2:6]
    return "" if right else f"a part is answered with {part.summary}"


CHECKS = (
    Check("dumps", "There are files with the whole dataset",
          f"{_DCAT}Property:dataset_distribution", SHOULD, _there),
    Check("dump-reachable", "Each file can be had", f"{_DCAT}Property:distribution_download_url",
          MUST, _each(_reachable)),
    Check("dump-size", "Each file has the stated size", f"{_DCAT}Property:distribution_size",
          MUST, _each(_size)),
    Check("dump-checksum", "Each file has the stated checksum",
          f"{_DCAT}Property:distribution_checksum", MUST, _each(_checksum)),
    Check("dump-parses", "Each RDF file can be read", "https://www.w3.org/TR/void/#dumps", MUST,
          _each(_parses)),
    Check("dump-triples", "Each RDF file has the stated number of triples",
          "https://www.w3.org/TR/void/#statistics", MUST, _each(_triples)),
    Check("dump-range", "A part of a file can be had",
          "https://www.rfc-editor.org/rfc/rfc9110#section-14.2", SHOULD, _each(_range)),
)  # fmt: skip
