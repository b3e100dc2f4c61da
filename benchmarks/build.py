"""How long `publisher build` takes: with all made anew, one page changed, and nothing changed.

    python benchmarks/build.py [ROUNDS]

Builds a copy of this repository's site with the command that users call, start and imports
included; CPU seconds are those of all its processes. In each round the releases are removed
and built, then built again as they are, then once more with a sentence of one page changed.
`to rdflib` is the ratio to the time that a process takes, in the same rounds, to read the
Turtle dump of the release with rdflib.
"""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("publisher")
DUMP = Path("build/current/dumps/learning-cities.ttl")


class _Times:
    """Seconds and CPU seconds of what was done, by its name, in each round."""

    def __init__(self) -> None:
        self.taken: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def measure(self, name: str, command: Sequence[str | Path]) -> None:
        begin, used = time.perf_counter(), _cpu_of_children()
        subprocess.run(command, check=True, capture_output=True)
        self.taken[name].append((time.perf_counter() - begin, _cpu_of_children() - used))


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _change_page(site: Path, number: int) -> None:
    pages = sorted((site / "data/profiles").glob("*.txt"))
    page = pages[number % len(pages)]
    text = page.read_text("utf-8").rstrip().removesuffix(".")
    page.write_text(f"{text}, as of {number}.\n", "utf-8")


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 3
    times = _Times()
    with tempfile.TemporaryDirectory() as directory:
        site = Path(directory)
        for name in ("data", "ontology", "shapes"):
            shutil.copytree(ROOT / name, site / name)
        build = (COMMAND, "build", "--site", site)
        read = (sys.executable, "-c", f"import rdflib; rdflib.Graph().parse({str(site / DUMP)!r})")
        for number in range(rounds):
            shutil.rmtree(site / "build", ignore_errors=True)
            times.measure("all made anew", build)
            times.measure("nothing changed", build)
            _change_page(site, number)
            times.measure("one page changed", build)
            times.measure("rdflib reads the dump", read)
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    print("| build | median s | least s | median CPU s | to rdflib |")
    print("| --- | --- | --- | --- | --- |")
    peer = statistics.median(seconds for seconds, _ in times.taken["rdflib reads the dump"])
    for name, taken in times.taken.items():
        seconds, cpu = (sorted(column) for column in zip(*taken, strict=True))
        middle = statistics.median(seconds)
        print(
            f"| {name} | {middle:.1f} | {seconds[0]:.1f} | {statistics.median(cpu):.1f} "
            f"| {middle / peer:.2f} |"
        )


if __name__ == "__main__":
    main()
