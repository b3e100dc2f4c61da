"""A small release of one invented city, served in process and by a real server."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from small_release import LIMITS, BufferedClient, release, server

from publisher.answers import InProcess
from publisher.release import Release
from publisher.web import create_app

__all__ = ["app", "client", "release", "server"]


@pytest.fixture(scope="session")
def app(release: Release) -> Flask:
    return create_app(release, InProcess(release, LIMITS))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = BufferedClient
    return app.test_client()
