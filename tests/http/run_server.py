"""Serves a release as `publisher serve` does: `run_server.py RELEASE PORT LIMITS [ENDPOINTS]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from publisher.answers import Answerer, Limits
from publisher.federation import Federation
from publisher.release import open_release
from publisher.web import create_app
from publisher.workers import WorkerPool

LIMITS = Limits(**json.loads(sys.argv[3]))
ENDPOINTS = json.loads(sys.argv[4]) if sys.argv[4:] else []


def load_app(*_: object) -> Flask:
    release = open_release(Path(sys.argv[1]))
    answerer: Answerer
    answerer = pool = WorkerPool(release.path, LIMITS)
    if ENDPOINTS:
        prefixes = release.dialect.prefixes
        answerer = Federation(ENDPOINTS, pool, pool, prefixes=prefixes, most_mib=1)
    return create_app(release, answerer)


if __name__ == "__main__":
    server = Granian(
        "app",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        blocking_threads=LIMITS.most_at_once + 4,
        log_enabled=False,
    )
    server.serve(target_loader=load_app, wrap_loader=False)
