"""How long pages take to convert, and how that grows.

    python benchmarks/conversion.py            # 25 and 1,000 pages
    python benchmarks/conversion.py 25 1000 20000

Synthetic pages are variants of the shipped ones: another city's name, and in every
tenth sentence two words exchanged, so that no text is known from before. Each run
is a process of its own; memory is its peak resident set (with two processes, the
larger one's). `ms a page` is elapsed time and should not grow with the number of pages; median
and p99 are CPU time, which other users of the machine change less. `to peer` is the median of
the ratios to the CPU time that rdflib takes, directly afterwards, to read the page's graph from
Turtle.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from rdflib import Graph

from publisher.profile import PageSource
from publisher.settings import Settings
from publisher.site import Site, load_site

ROOT = Path(__file__).parents[1]
_COMPARED = 200
_site: Site | None = None


def make_pages(site: Site, number: int) -> Iterator[tuple[bytes, PageSource]]:
    """Yields variants of the shipped pages, the same for the same number."""
    chance = random.Random(1)
    for index, file in enumerate(islice(cycle(site.pages()), number)):
        text = file.data.decode()
        if index >= len(site.pages()):
            lines = text.split("\n")
            for position, line in enumerate(lines):
                words = line.split(" ")
                if len(words) > 20 and chance.random() < 0.1:
                    a, b = chance.sample(range(4, len(words)), 2)
                    words[a], words[b] = words[b], words[a]
                    lines[position] = " ".join(words)
            text = "\n".join(lines)
        known = file.known or PageSource()
        country = known.country or "pt"
        yield text.encode(), PageSource(city=f"Variant {index}", country=country)


def _open() -> None:
    global _site
    _site = load_site(ROOT, Settings())
    _site.reader, _site.terms  # noqa: B018 - read before the clock starts


def _convert(page: tuple[bytes, PageSource]) -> float:
    assert _site is not None
    start = time.process_time()
    _site.convert(page[0], "page.txt", page[1])
    return time.process_time() - start


def _compare(page: tuple[bytes, PageSource]) -> tuple[float, float]:
    """Seconds a page takes to convert, and those that rdflib takes directly afterwards to
    read its graph from Turtle: the peer of the run."""
    assert _site is not None
    converted = _convert(page)
    graphs = _site.convert(page[0], "page.txt", page[1]).graphs
    text = max(graphs.values(), key=len).serialize(format="turtle")
    start = time.process_time()
    Graph().parse(data=text, format="turtle")
    return converted, time.process_time() - start


def run(number: int, processes: int) -> None:
    """Prints one row: pages, processes, pages a second, median and p99, memory."""
    _open()
    assert _site is not None
    pages = list(make_pages(_site, number))
    for page in pages[:5]:
        _convert(page)
    start = time.perf_counter()
    if processes == 1:
        times = [_convert(page) for page in pages]
    else:
        with ProcessPoolExecutor(processes) as pool:  # forked: the site is loaded
            times = list(pool.map(_convert, pages, chunksize=25))
    took = time.perf_counter() - start
    usage = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    compared = [_compare(page) for page in pages[:_COMPARED]]
    to_peer = statistics.median(c / peer for c, peer in compared)
    p99 = sorted(times)[int(len(times) * 0.99)]
    print(
        f"{number:7} {processes:10} {number / took:10.1f} {statistics.median(times) * 1000:10.1f}"
        f" {p99 * 1000:8.1f} {usage / 1024:8.0f} {took / number * 1000:12.2f}"
        f" {to_peer:8.2f}",
        flush=True,
    )


def main() -> None:
    """Runs each row in a process of its own."""
    if sys.argv[1:2] == ["--row"]:
        run(int(sys.argv[2]), int(sys.argv[3]))
        return
    numbers = [int(n) for n in sys.argv[1:]] or [25, 1000]
    columns = "  pages  processes    pages/s  median ms   p99 ms      MiB  ms a page  to peer"
    print(columns, flush=True)
    for number in numbers:
        for processes in (1, 2):
            row = [sys.executable, __file__, "--row", str(number), str(processes)]
            subprocess.run(row, check=True)


if __name__ == "__main__":
    main()
