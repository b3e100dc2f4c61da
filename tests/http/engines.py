"""Real SPARQL engines on free ports of the loopback interface, and sites before them."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_release import wait_until_open

BIN = Path(sys.executable).parent
# A server without any data, and an endpoint that shows none of its own graphs.
VIRTUOSO_INI = """
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
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = 10000
"""
VIRTUOSO_HIDE = (
    "DB.DBA.RDF_GRAPH_GROUP_CREATE('{private}', 1);"
    "DB.DBA.RDF_GRAPH_GROUP_INS('{private}', 'http://www.openlinksw.com/schemas/virtrdf#');"
    "DB.DBA.RDF_GRAPH_GROUP_INS('{private}', 'http://www.w3.org/ns/ldp#');"
    "DB.DBA.RDF_GRAPH_GROUP_INS('{private}', 'http://localuriqaserver/sparql');"
    "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 0, 1);"
).format(private="http://www.openlinksw.com/schemas/virtrdf#PrivateGraphs")


@dataclass(frozen=True)
class Engine:
    """Where an engine answers queries and takes graphs, and who may write."""

    name: str
    query: str
    graph_store: str
    user: str = ""
    password: str = ""


def find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextlib.contextmanager
def run(
    command: list[str], port: int, folder: Path, **environ: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server until the context ends; it is there when its port is open."""
    with (
        (folder / "log.txt").open("ab") as log,
        subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **environ}
        ) as process,
    ):
        try:
            wait_until_open(port, process)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def run_oxigraph(folder: Path, *options: str) -> Iterator[Engine]:
    command = BIN / "oxigraph"
    if not command.is_file():
        pytest.skip("the Oxigraph server (PyPI oxigraph) is not installed")
    port = find_free_port()
    address = f"http://127.0.0.1:{port}"
    with run([str(command), "serve", "--bind", f"127.0.0.1:{port}", *options], port, folder):
        yield Engine("oxigraph", f"{address}/query", f"{address}/store")


@contextlib.contextmanager
def run_virtuoso(folder: Path) -> Iterator[Engine]:
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        pytest.skip("Virtuoso (Debian virtuoso-opensource-7) is not installed")
    sql, http = find_free_port(), find_free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=sql, http=http))
    address = f"http://127.0.0.1:{http}"
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    with run(command, http, folder) as process:
        wait_until_open(sql, process)
        command = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={VIRTUOSO_HIDE}"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        yield Engine(
            "virtuoso",
            f"{address}/sparql?timeout=3000",
            f"{address}/sparql-graph-crud-auth",
            "dba",
            "dba",
        )


def load(engine: Engine, release: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Brings a release into an engine by the command for it."""
    return subprocess.run(
        [
            *(str(BIN / "publisher"), "load", "--site", str(folder), "--out", str(release)),
            *("--store", engine.query, "--graph-store", engine.graph_store),
            *(("--user", engine.user) if engine.user else ()),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "GRAPH_STORE_PASSWORD": engine.password},
    )


@contextlib.contextmanager
def run_site(
    release: Path, folder: Path, store: str = "", limits: Mapping[str, int] | None = None
) -> Iterator[str]:
    """Serves a release by the command for it; returns the address."""
    port = find_free_port()
    command = [str(BIN / "publisher"), "serve", "--site", str(folder), "--out", str(release)]
    command += ["--port", str(port), "--store", store]
    environ = {f"PUBLISHER_QUERY_{name.upper()}": str(n) for name, n in (limits or {}).items()}
    environ["PUBLISHER_PROCESSES"] = "1"  # each has a cache of its own
    with run(command, port, folder, **environ):
        yield f"http://127.0.0.1:{port}"
