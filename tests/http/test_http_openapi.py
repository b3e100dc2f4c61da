"""The description of the addresses for programs, against the routes and a real server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from small_release import LIMITS

from publisher.answers import InProcess
from publisher.datafiles import find_sources, write_data_release
from publisher.release import open_release
from publisher.settings import Settings
from publisher.web import create_app
from publisher.web.links import MOUNTED
from publisher.web.openapi import write_path
from publisher.web.operations import OPERATIONS

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,unsupported_method"
)


@pytest.fixture(scope="module")
def data_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Plain RDF files have fewer addresses."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "a.ttl").write_text("<https://example.org/a> a <https://example.org/A> .", "utf-8")
    sources = find_sources([str(folder / "a.ttl")], None, None)
    write_data_release(folder / "release", sources, Settings(), lambda *_: None)
    release = open_release(folder / "release")
    return create_app(release, InProcess(release, LIMITS))


@pytest.mark.parametrize("name", ["app", "data_app"])
def test_every_route_is_described_and_nothing_else(
    name: str, request: pytest.FixtureRequest
) -> None:
    app: Flask = request.getfixturevalue(name)
    document = app.test_client().get("/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    described = {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    routed = {
        (write_path(rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routed
    operations = [op for item in document["paths"].values() for op in item.values()]
    operations = [op for op in operations if isinstance(op, dict)]
    assert all(op["summary"].endswith(".") for op in operations)
    assert len({op["operationId"] for op in operations}) == len(operations)


def test_the_table_describes_no_view_that_is_not_there(app: Flask, data_app: Flask) -> None:
    views = {
        rule.endpoint.removeprefix(MOUNTED)
        for each in (app, data_app)
        for rule in each.url_map.iter_rules()
    }
    assert views == OPERATIONS.keys()


def test_examples_lead_somewhere(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    tried = 0
    for path, item in document["paths"].items():
        examples = {p["name"]: p["schema"].get("examples", [""])[0] for p in item["parameters"]}
        if "get" in item and examples and all(examples.values()):
            response = client.get(path.format(**examples), headers={"Accept": "*/*"})
            assert str(response.status_code) in item["get"]["responses"], path
            assert response.status_code < 400, path
            tried += 1
    assert tried > 15


def test_the_server_answers_as_described(server: str, tmp_path: Path) -> None:
    """Asks each address what schemathesis invents for it, the same in every run."""
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{server}/openapi.json"),
        *("--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "5"),
        *("--seed", "1", "--generation-deterministic", "--no-shrink", "--no-color"),
        *("--warnings", "off"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
