"""The servers that the benchmark of endpoints compares: each with the same N-Triples file, on a
free port of the loopback interface, until a context ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

_BIN = Path(sys.executable).parent
_PATIENCE = 900.0
# Beyond that rdflib takes minutes and gigabytes to load.
_MOST_FOR_RDFLIB = 1_000_000
_DESCRIBED = "DESCRIBE <{}>"
_VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 100
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
CheckpointInterval = 0
DirsAllowed = {folder}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 50
MaxKeepAlives = 50
KeepAliveTimeout = 60
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = 10000
"""


class NotCompared(Exception):
    """A server is not here, or not for so much data; the message says why."""


@dataclass(frozen=True)
class Server:
    """Where a server answers, below its address, and what it is asked for a document."""

    name: str
    address: str
    endpoint: str
    has_documents: bool = False

    def ask(self, query: str) -> str:
        """Returns the path for a query, parameters last."""
        return f"{self.endpoint}?{urlencode({'query': query}, quote_via=quote)}"

    def describe(self, thing: str) -> str:
        """Returns the path of the document about a thing, or what comes nearest."""
        if self.has_documents:
            return f"/resource?{urlencode({'iri': thing})}"
        return self.ask(f"DESCRIBE <{thing}>")


def _find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _run(command: list[str], server: Server, folder: Path) -> Iterator[Server]:
    """Runs a server until the context ends; it is there when it answers a query."""
    with (
        (folder / "log.txt").open("ab") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_until_it_answers(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_it_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(server.address + server.ask("ASK {}"), timeout=60).close()
            return
        time.sleep(0.2)
    raise NotCompared(f"{server.name} did not start within {_PATIENCE:.0f} s: see its log.txt")


@contextlib.contextmanager
def run_publisher(data: Path, folder: Path) -> Iterator[Server]:
    """Runs `publisher serve --data`, with the limits that it has without settings."""
    port = _find_free_port()
    server = Server("publisher", f"http://127.0.0.1:{port}", "/sparql", has_documents=True)
    command = [str(_BIN / "publisher"), "serve", "--port", str(port), "--data", str(data)]
    with _run(command, server, folder):
        yield server


@contextlib.contextmanager
def run_oxigraph(data: Path, folder: Path) -> Iterator[Server]:
    """Runs the Oxigraph server (PyPI oxigraph), read-only."""
    command = _find_command("oxigraph")
    port = _find_free_port()
    server = Server("oxigraph", f"http://127.0.0.1:{port}", "/query")
    location = ["--location", str(folder / "store")]
    load = [command, "load", *location, "--file", str(data)]
    subprocess.run(load, check=True, capture_output=True)
    subprocess.run([command, "optimize", *location], check=True, capture_output=True)
    serve = [command, "serve-read-only", *location, "--bind", f"127.0.0.1:{port}"]
    with _run(serve, server, folder):
        yield server


@contextlib.contextmanager
def run_virtuoso(data: Path, folder: Path) -> Iterator[Server]:
    """Runs Virtuoso (Debian virtuoso-opensource-7), loaded in bulk."""
    command, client = _find_command("virtuoso-t"), _find_command("isql-vt")
    sql, http = _find_free_port(), _find_free_port()
    settings = _VIRTUOSO_INI.format(sql=sql, http=http, folder=data.parent)
    (folder / "virtuoso.ini").write_text(settings)
    server = Server("virtuoso", f"http://127.0.0.1:{http}", "/sparql")
    with _run([command, "+configfile", "virtuoso.ini", "+foreground"], server, folder):
        load = f"ld_dir('{data.parent}', '{data.name}', 'urn:data'); rdf_loader_run(); checkpoint;"
        asked = [client, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"]
        subprocess.run(asked, check=True, capture_output=True, timeout=_PATIENCE)
        yield server


@contextlib.contextmanager
def run_rdflib(data: Path, folder: Path) -> Iterator[Server]:
    """Runs rdflib-endpoint (PyPI) with its own command and store."""
    with data.open("rb") as file:
        if sum(1 for _ in file) > _MOST_FOR_RDFLIB:
            raise NotCompared(f"rdflib-endpoint loads {_MOST_FOR_RDFLIB:,} triples at most here")
    command = _find_command("rdflib-endpoint")
    port = _find_free_port()
    server = Server("rdflib-endpoint", f"http://127.0.0.1:{port}", "/")
    serve = [command, "serve", "--host", "127.0.0.1", "--port", str(port), str(data)]
    with _run(serve, server, folder):
        yield server


def _find_command(name: str) -> str:
    """Returns the path of a program, of this environment or another on PATH."""
    found = shutil.which(name, path=os.pathsep.join([str(_BIN), os.environ["PATH"]]))
    if found is None:
        raise NotCompared(f"{name} is not installed")
    return found


RUNS: tuple[Callable[[Path, Path], contextlib.AbstractContextManager[Server]], ...] = (
    run_publisher,
    run_oxigraph,
    run_virtuoso,
    run_rdflib,
)
