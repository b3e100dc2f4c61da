"""RDF files in all six formats, and `publisher serve --data` with them as a real process."""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from small_release import wait_until_open

EX = "https://library.example/"
TURTLE = f"""@prefix ex: <{EX}> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:book1 a ex:Book ; dct:title "The Reading City"@en, "مدينة القراءة"@ar ; ex:pages 312 ;
  dct:issued "2019"^^xsd:gYear ; dct:subject <http://vocabularies.example/concept5055> ;
  dct:creator [ a foaf:Person ; foaf:name "A. Writer" ; ex:address [ ex:street "Main Street" ] ] ;
  ex:chapters ( "One" "Two" [ dct:title "Three" ] ) ; ex:isbn <urn:isbn:9780000000001> .
<relative> ex:pages 99 ; dct:relation ex:book1 .
"""
TRIG = f"""@prefix ex: <{EX}> .
ex:loans a ex:Graph .
ex:loans {{ ex:loan1 a ex:Loan ; ex:of ex:book1 . _:x ex:of ex:book2 }}
ex:members {{ ex:ann ex:borrows ex:loan1 ; ex:age 40 . ex:bob ex:age 40 , 41 }}
"""
NTRIPLES = f'<{EX}book2> <{EX}pages> "99"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
NQUADS = f"_:x <{EX}age> _:y <{EX}members> .\n_:x <{EX}p> <{EX}book1> .\n"
RDFXML = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="{EX}">
<e:Shelf rdf:about="#shelf"><e:holds rdf:resource="{EX}book1"/></e:Shelf></rdf:RDF>
"""
JSONLD = f"""{{"@context": {{"e": "{EX}"}}, "@id": "{EX}card", "e:of": {{"@id": "e:ann"}},
"@graph": [{{"@id": "e:ann", "e:age": 42}}]}}
"""
FILES = {
    "books.ttl": TURTLE.encode(),
    "lent.trig.gz": gzip.compress(TRIG.encode()),
    "more.nt": b"\xef\xbb\xbf" + NTRIPLES.encode(),
    "nameless.nq": NQUADS.encode(),
    "shelves.rdf": RDFXML.encode(),
    "cards.jsonld": JSONLD.encode(),
    "empty.ttl": b"",
}
_SYNTAX = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


def write_files(directory: Path) -> list[Path]:
    """Writes the files; returns their paths."""
    for name, data in FILES.items():
        (directory / name).write_bytes(data)
    return [directory / name for name in FILES]


def read_expected(directory: Path) -> list[ox.Quad]:
    """Returns what pyoxigraph itself reads in the files, each by its own address."""
    found: list[ox.Quad] = []
    for name, data in FILES.items():
        plain = name.removesuffix(".gz")
        text = gzip.decompress(data) if name != plain else data.removeprefix(b"\xef\xbb\xbf")
        syntax = _SYNTAX[Path(plain).suffix]
        base = (directory / plain).as_uri()
        found += ox.parse(text, format=syntax, base_iri=base, rename_blank_nodes=True)
    return found


@dataclass(frozen=True)
class Running:
    """A server process: its address, the directory it keeps its files in, itself."""

    address: str
    temporary: Path
    process: subprocess.Popen[bytes]

    def end(self, number: signal.Signals) -> int:
        """Sends a signal as a terminal or a service manager does; returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=20)


def find_free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextlib.contextmanager
def serve_files(
    temporary: Path, arguments: Sequence[str], *, stdin: bytes | None = None, processes: int = 1
) -> Iterator[Running]:
    """Runs `publisher serve --data` until it answers; ends it if nobody did."""
    port = find_free_port()
    command = [str(Path(sys.executable).with_name("publisher")), "serve", "--port", str(port)]
    settings = {"PUBLISHER_QUERY_WORKERS": "2", "PUBLISHER_PROCESSES": str(processes)}
    environment = {**os.environ, **settings, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [*command, "--data", *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(stdin or b"")
        process.stdin.close()
        try:
            wait_until_open(port, process)
            yield Running(f"http://127.0.0.1:{port}", temporary, process)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=20)


def find_processes(session: int) -> list[int]:
    """Returns the processes of a session that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found
