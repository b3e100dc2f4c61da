"""Serves a release with granian: `run_server.py RELEASE PORT LIMITS`, as `publisher serve` does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from publisher.answers import Limits
from publisher.release import open_release
from publisher.web import create_app
from publisher.workers import WorkerPool

LIMITS = Limits(**json.loads(sys.argv[3]))


def load_app(*_: object) -> Flask:
    release = open_release(Path(sys.argv[1]))
    return create_app(release, WorkerPool(release.path, LIMITS))


if __name__ == "__main__":
    server = Granian(
        "app",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        blocking_threads=LIMITS.most_at_once + 4,
        log_enabled=False,
    )
    server.serve(target_loader=load_app, wrap_loader=False)
