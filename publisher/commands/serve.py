"""publisher serve: a release over HTTP."""

from __future__ import annotations

import functools
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from werkzeug.middleware.proxy_fix import ProxyFix

from publisher.answers import Answerer, Limits
from publisher.commands.common import (
    find_release_dir,
    load_settings,
    out_option,
    say,
    setting_option,
    site_option,
)
from publisher.commands.data import hold_data_release
from publisher.cores import keep_to_one_core
from publisher.engine import Engine
from publisher.errors import UsageError
from publisher.federation import Federation
from publisher.formats import RDF_FORMATS
from publisher.relay import Relay
from publisher.release import Release, open_release
from publisher.remote import RemoteStore
from publisher.settings import Settings, parse_settings
from publisher.web import create_app, naming
from publisher.workers import WorkerPool

# Each process runs one of them at a time; more would only wait.
_THREADS_FOR_PAGES = 4
_MOST_PROCESSES = 4


@click.command()
@click.argument("more_files", nargs=-1, metavar="")
@click.option(
    "--data",
    "files",
    multiple=True,
    metavar="FILE…",
    help="RDF files to serve instead of a release, - for standard input; also .gz.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([f.name for f in RDF_FORMATS]),
    help="With --data: format of standard input, and of files whose names do not say.",
)
@click.option(
    "--base",
    "base_iri",
    metavar="IRI",
    help="With --data: what relative IRIs are relative to; without it, the file's own address.",
)
@site_option
@out_option
@setting_option("host")
@setting_option("port")
@setting_option("store")
@click.pass_context
def serve(
    context: click.Context,
    /,
    files: tuple[str, ...],
    more_files: tuple[str, ...],
    format_name: str | None,
    base_iri: str | None,
    **flags: Any,
) -> None:
    """Serve the current release: pages, linked data, dumps and a SPARQL endpoint.

    With --data FILE…, serve any RDF files in the same way, without a site or a
    build: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD. Their default
    graph is the endpoint's default graph. The files are read once, at the
    start; changing them later changes nothing.
    """
    _refuse_mixture(context, files, more_files)
    address = {name: flags[name] for name in ("host", "port")}
    if files:
        settings = parse_settings("", "", os.environ, address)
        _require_free(settings.host, settings.port)
        names = (*files, *more_files)
        with hold_data_release(names, base_iri, format_name, settings) as release:
            triples = release.manifest.triples
            _serve(release, settings, f"{release.settings.title} ({triples:,} statements)")
        return
    root, out = flags["root"], flags["out"]
    settings = load_settings(root, {**address, "store": flags["store"]})
    release = open_release(find_release_dir(root, settings, out))
    _require_free(settings.host, settings.port)
    if settings.store:
        RemoteStore.of(release, _open_engine(settings))  # told here, if anything
    _serve(release, settings, f"Release {release.manifest.version}")


def _refuse_mixture(
    context: click.Context, files: tuple[str, ...], more_files: tuple[str, ...]
) -> None:
    """Raises UsageError where options of a release and of RDF files are mixed."""
    given = {
        name
        for name in ("root", "out", "store", "format_name", "base_iri")
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    if more_files and not files:
        raise UsageError(
            "serve takes no files by themselves",
            where=more_files[0],
            remedy="to serve RDF files, put --data before them",
        )
    if files and given & {"root", "out", "store"}:
        raise UsageError(
            "RDF files are served without a site",
            where="--data",
            remedy="leave out --site, --out and --store, or leave out --data",
        )
    if not files and given & {"format_name", "base_iri"}:
        raise UsageError(
            "--format and --base are about RDF files", remedy="name the files with --data"
        )


def _serve(release: Release, settings: Settings, what: str) -> None:
    say(f"{what} at http://{settings.host}:{settings.port}/")
    limits = Limits.of(settings)
    # Every query that is being answered or waits holds a thread; pages need some, too.
    threads = limits.most_at_once + _THREADS_FOR_PAGES
    if settings.federation:
        threads += limits.most_at_once // 2
    processes = settings.processes or min(_count_cores(), _MOST_PROCESSES)
    server = Server(
        "publisher",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        log_level=LogLevels.error,  # its warning is of the number of threads, which is meant
    )
    with tempfile.NamedTemporaryFile(prefix="publisher-cores-") as file:
        claims = Path(file.name) if processes > 1 else None
        loader = functools.partial(_load_app, release.path, settings, claims)
        server.serve(target_loader=loader, wrap_loader=False)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0))


def _load_app(path: Path, settings: Settings, claims: Path | None) -> Callable[..., Any]:
    """Runs in each process that serves, which needs a store and query workers of its own.

    With `claims` it keeps to a core; alone it would leave the others idle.
    """
    # Those of the process that started this one, which would not end here until it serves.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if claims:
        keep_to_one_core(claims)
    release = open_release(path)
    answerer: Answerer
    answerer = pool = WorkerPool(path, Limits.of(settings), is_empty=bool(settings.store))
    store = None
    if settings.store:
        engine = _open_engine(settings)
        answerer, store = Relay(release, engine, pool), RemoteStore.of(release, engine)
    if settings.federation:
        answerer = Federation(
            settings.federation,
            answerer,
            pool,
            prefixes=release.dialect.prefixes,
            most_mib=settings.federation_result_mib,
        )
    app = create_app(release, answerer, store, cache_mib=settings.cache_mib)
    if release.is_site:
        naming.begin(app)
    proxies = settings.proxies
    return ProxyFix(app, x_for=proxies, x_proto=proxies, x_prefix=proxies) if proxies else app


def _open_engine(settings: Settings) -> Engine:
    limits = Limits.of(settings)
    return Engine(settings.store, seconds=limits.timeout, most_mib=limits.result_mib)


def _require_free(host: str, port: int) -> None:
    """Tries the address before the server does, whose message would be a traceback.

    Raises:
        UsageError: the port is taken or not allowed, or the host is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UsageError(
            f"cannot listen here ({error.strerror})",
            where=f"{host}:{port}",
            remedy="stop what uses the port, or choose another with --port",
        ) from error
