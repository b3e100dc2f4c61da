"""The service of the shipped site, in process."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from publisher.answers import InProcess, Limits
from publisher.release import Release
from publisher.web import create_app


@pytest.fixture(scope="session")
def app(release: Release) -> Flask:
    limits = Limits(timeout=10, memory=512, result_mib=20, workers=1, queue=1)
    return create_app(release, InProcess(release, limits))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
