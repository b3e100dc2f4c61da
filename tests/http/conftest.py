"""A small release of one invented city, served in process and by a real server."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from small_release import LIMITS, release, server
from werkzeug.test import TestResponse

from publisher.answers import InProcess
from publisher.release import Release
from publisher.web import create_app

__all__ = ["app", "client", "release", "server"]


@pytest.fixture(scope="session")
def app(release: Release) -> Flask:
    return create_app(release, InProcess(release, LIMITS))


class BufferedClient(FlaskClient):
    """Reads each answer to its end, so that no file stays open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = BufferedClient
    return app.test_client()
