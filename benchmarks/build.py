"""How long `publisher build` takes: with all made anew, one page changed, and nothing changed.

    python benchmarks/build.py [ROUNDS]

Builds a copy of this repository's site with the command that users call, start and imports
included. In each round the releases are removed and built, then built again as they are, then
once more with a sentence of one page changed. `to rdflib` is the ratio to the time that rdflib
takes, in the same round, to read the Turtle dump of the release.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from rdflib import Graph

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("publisher")
DUMP = Path("build/current/dumps/learning-cities.ttl")


def _measure(site: Path) -> float:
    begin = time.perf_counter()
    subprocess.run([COMMAND, "build", "--site", site], check=True, capture_output=True)
    return time.perf_counter() - begin


def _read_dump(site: Path) -> float:
    begin = time.perf_counter()
    Graph().parse(site / DUMP)
    return time.perf_counter() - begin


def _change_page(site: Path, number: int) -> None:
    pages = sorted((site / "data/profiles").glob("*.txt"))
    page = pages[number % len(pages)]
    text = page.read_text("utf-8").rstrip().removesuffix(".")
    page.write_text(f"{text}, as of {number}.\n", "utf-8")


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 3
    seconds: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as directory:
        site = Path(directory)
        for name in ("data", "ontology", "shapes"):
            shutil.copytree(ROOT / name, site / name)
        for number in range(rounds):
            shutil.rmtree(site / "build", ignore_errors=True)
            seconds["all made anew"].append(_measure(site))
            seconds["nothing changed"].append(_measure(site))
            _change_page(site, number)
            seconds["one page changed"].append(_measure(site))
            seconds["rdflib reads the dump"].append(_read_dump(site))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    peer = statistics.median(seconds["rdflib reads the dump"])
    print("| build | median s | to rdflib |\n| --- | --- | --- |")
    for name, found in seconds.items():
        median = statistics.median(found)
        print(f"| {name} | {median:.1f} | {median / peer:.2f} |")


if __name__ == "__main__":
    main()
