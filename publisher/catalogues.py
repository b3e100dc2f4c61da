"""Which files of a DCAT catalogue are taken: of each dataset the one that is read best. Pure.

https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from rdflib import DCAT, RDF

_DATASET = ox.NamedNode(str(DCAT.Dataset))
_IANA = "://www.iana.org/assignments/media-types/"
_GZIP = ("application/gzip", "application/x-gzip")
# What a file is packed in that is not taken apart here, where only its name tells.
_OTHER_PACKINGS = (".7z", ".bz2", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst")
_SHOWN = 3

_Said = Mapping[tuple[Any, str], list[Any]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The addresses of one file for each dataset, sorted, and what is left out, in words."""

    files: tuple[str, ...]
    notes: tuple[str, ...]


def choose_files(catalogue: Iterable[ox.Quad], formats: Mapping[str, int]) -> Choice:
    """Returns which files are read, a plain one rather than a packed one.

    Args:
        formats: the media types that can be read, the best one with the lowest number.
    """
    said: dict[tuple[Any, str], list[Any]] = defaultdict(list)
    datasets: dict[Any, None] = {}
    for quad in catalogue:
        said[quad.subject, quad.predicate.value].append(quad.object)
        is_typed = quad.predicate.value == str(RDF.type) and quad.object == _DATASET
        if is_typed or quad.predicate.value == str(DCAT.distribution):
            datasets[quad.subject] = None
    best, without = [], []
    for dataset in datasets:
        files = [
            (*rank, url.value)
            for distribution in said.get((dataset, str(DCAT.distribution)), ())
            for url in said.get((distribution, str(DCAT.downloadURL)), ())
            if isinstance(url, ox.NamedNode)
            and (rank := _rank(distribution, url.value, said, formats)) is not None
        ]
        if files:
            best.append(min(files)[-1])
        else:
            without.append(dataset)
    return Choice(tuple(sorted(set(best))), (*_tell_without(without), *_tell_odd(said)))


def _rank(
    distribution: Any, url: str, said: _Said, formats: Mapping[str, int]
) -> tuple[bool, int] | None:
    """Returns the place of a distribution among those of a dataset, None if it cannot be read."""
    ranks = [
        formats[media_type]
        for term in said.get((distribution, str(DCAT.mediaType)), ())
        if (media_type := _name_media_type(term)) in formats
    ]
    path = url.lower().partition("#")[0].partition("?")[0]
    packings = [_name_media_type(t) for t in said.get((distribution, str(DCAT.compressFormat)), ())]
    is_bundle = (distribution, str(DCAT.packageFormat)) in said or path.endswith(_OTHER_PACKINGS)
    if not ranks or is_bundle or not all(packing in _GZIP for packing in packings):
        return None
    return bool(packings) or path.endswith(".gz"), min(ranks)


def _name_media_type(term: Any) -> str:
    """Returns a media type that is given by its address at IANA or as text, without parameters."""
    name = str(term.value).lower()
    return name.partition(_IANA)[2] or name.partition(";")[0].strip()


def _tell_without(datasets: list[Any]) -> list[str]:
    if not datasets:
        return []
    more = "" if len(datasets) <= _SHOWN else f" and {len(datasets) - _SHOWN} more"
    return [f"no file that is read here: {', '.join(map(str, datasets[:_SHOWN]))}{more}"]


def _tell_odd(said: _Said) -> list[str]:
    odd = [
        f"{term}, of {distribution}"
        for (distribution, predicate), terms in said.items()
        for term in terms
        if predicate == str(DCAT.downloadURL) and not isinstance(term, ox.NamedNode)
    ]
    return [f"no address, as dcat:downloadURL must be: {what}" for what in odd[:_SHOWN]]
