"""How long reconciliation of the shipped site takes, over HTTP, from its running server.

    publisher serve --port 8000
    python benchmarks/reconciliation.py http://127.0.0.1:8000

Every name is asked once, so that no answer comes from the server's cache. The first
answer, for which the index is made, is told apart. Hard cases are single characters,
beginnings in other scripts, the longest names of the data, and hundreds of letters, each
with as many suggestions as the server has.
"""

from __future__ import annotations

import json
import statistics
import string
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable

_BATCH = 50
_AIM = 50.0
_SCALE = 1000


def ask(address: str, form: dict[str, str] | None = None) -> tuple[float, bytes]:
    """Returns milliseconds and the answer."""
    data = urllib.parse.urlencode(form).encode() if form else None
    start = time.perf_counter()
    with urllib.request.urlopen(address, data, timeout=60) as answer:
        body = answer.read()
    return (time.perf_counter() - start) * _SCALE, body


def report(what: str, times: Iterable[float]) -> None:
    """Prints a row: number, median, 99th percentile, largest, how many over 50 ms."""
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    median = statistics.median(ordered)
    slow = sum(took > _AIM for took in ordered)
    print(f"| {what} | {len(ordered)} | {median:.1f} | {high:.1f} | {ordered[-1]:.1f} | {slow} |")


def main(server: str) -> None:
    first, _ = ask(f"{server}/reconcile")
    suggest = f"{server}/reconcile/suggest/entity?"
    _, body = ask(suggest + urllib.parse.urlencode({"prefix": "", "limit": 2000}))
    names = list(dict.fromkeys(thing["name"] for thing in json.loads(body)["result"]))
    print(f"first answer: {first:.0f} ms; {len(names)} names\n")
    print(
        "| what | answers | median ms | p99 ms | max ms | over 50 ms |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    beginnings = sorted({name[:length] for name in names for length in (1, 2, 3, 5)})
    encoded = [urllib.parse.urlencode({"prefix": text}) for text in beginnings]
    report("suggest, beginning of a name", [ask(suggest + text)[0] for text in encoded])
    query = "SELECT DISTINCT ?n { ?thing skos:prefLabel|skos:altLabel|rdfs:label ?n }"
    form = urllib.parse.urlencode({"query": query, "format": "csv"})
    labels = ask(f"{server}/sparql?{form}")[1].decode().splitlines()[1:]
    foreign = sorted({text[:2] for text in labels if not text.isascii()})
    longest = sorted(labels, key=len)[-50:]
    hard = [*string.printable, *foreign, *longest, *(text * 100 for text in foreign[:100])]
    encoded = [urllib.parse.urlencode({"prefix": text, "limit": 1000}) for text in hard]
    report("suggest, hard cases", [ask(suggest + text)[0] for text in encoded])
    misspelt = sorted({f"{name[:2]}x{name[3:]}" for name in names})
    encoded = [urllib.parse.urlencode({"prefix": text}) for text in misspelt]
    report("suggest, misspelt name", [ask(suggest + text)[0] for text in encoded])
    batches = [
        {str(n): {"query": name} for n, name in enumerate(misspelt[start : start + _BATCH])}
        for start in range(0, len(misspelt), _BATCH)
    ]
    forms = [{"queries": json.dumps(batch)} for batch in batches]
    report(f"batch of {_BATCH} misspelt names", [ask(f"{server}/reconcile", f)[0] for f in forms])


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
