"""publisher serve: a release over HTTP."""

from __future__ import annotations

import functools
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from werkzeug.middleware.proxy_fix import ProxyFix

from publisher.answers import Limits
from publisher.commands.common import (
    find_release_dir,
    load_settings,
    out_option,
    say,
    setting_option,
    site_option,
)
from publisher.errors import UsageError
from publisher.release import open_release
from publisher.settings import Settings
from publisher.web import create_app
from publisher.workers import WorkerPool

# Python runs one of them at a time; more would only wait.
_THREADS_PER_CORE = 2


@click.command()
@site_option
@out_option
@setting_option("host")
@setting_option("port")
def serve(root: Path, out: Path | None, host: str | None, port: str | None) -> None:
    """Serve the current release: pages, linked data, dumps and a SPARQL endpoint."""
    settings = load_settings(root, {"host": host, "port": port})
    release = open_release(find_release_dir(root, settings, out))
    _require_free(settings.host, settings.port)
    say(f"Release {release.manifest.version} at http://{settings.host}:{settings.port}/")
    limits = Limits.of(settings)
    # Every query that is being answered or waits holds a thread; pages need some, too.
    threads = limits.most_at_once + _THREADS_PER_CORE * (os.cpu_count() or 1)
    server = Server(
        "publisher",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        blocking_threads=threads,
        log_level=LogLevels.error,  # its warning is of the number of threads, which is meant
    )
    loader = functools.partial(_load_app, release.path, settings)
    server.serve(target_loader=loader, wrap_loader=False)


def _load_app(path: Path, settings: Settings) -> Callable[..., Any]:
    """Runs in the process that serves, which needs a store and query workers of its own."""
    pool = WorkerPool(path, Limits.of(settings))
    app = create_app(open_release(path), pool, cache_mib=settings.cache_mib)
    proxies = settings.proxies
    return ProxyFix(app, x_for=proxies, x_proto=proxies, x_prefix=proxies) if proxies else app


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
