"""Serves a release with granian: `run_server.py RELEASE PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from publisher.release import open_release
from publisher.web import create_app


def load_app(*_: object) -> Flask:
    return create_app(open_release(Path(sys.argv[1])))


if __name__ == "__main__":
    server = Granian("app", port=int(sys.argv[2]), interface=Interfaces.WSGI, log_enabled=False)
    server.serve(target_loader=load_app, wrap_loader=False)
