"""Front page, dumps, context, report, headers, failures of the backend."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from small_release import LIMITS

from publisher.answers import InProcess
from publisher.errors import ReleaseError
from publisher.release import Release
from publisher.web import create_app
from publisher.web.reader import EXTENSION, Reader

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_front_page(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Example cities" in page
    assert "Stories for every village" in page
    assert "http://localhost/sparql" in page


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("learning-cities.nq", "application/n-quads"),
        ("learning-cities.ttl", "text/turtle"),
        ("learning-cities.jsonld", "application/ld+json"),
    ],
)
def test_dump_is_the_file(
    client: FlaskClient, release: Release, name: str, media_type: str
) -> None:
    response = client.get(f"/dump/{name}")
    assert response.mimetype == media_type
    assert response.data == release.dump(name).read_bytes()
    again = client.get(f"/dump/{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_part_of_a_dump(client: FlaskClient, release: Release) -> None:
    whole = release.dump("learning-cities.nq").read_bytes()
    response = client.get("/dump/learning-cities.nq", headers={"Range": "bytes=10-19"})
    assert response.status_code == 206
    assert response.data == whole[10:20]
    assert response.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    beyond = client.get("/dump/learning-cities.nq", headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize("name", ["nothing.nq", "..%2Fmanifest.json", "manifest.json"])
def test_only_dumps_are_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/dump/{name}").status_code == 404


def test_context(client: FlaskClient, release: Release) -> None:
    response = client.get("/context.jsonld")
    assert response.mimetype == "application/ld+json"
    assert json.loads(response.data) == release.context


def test_report(client: FlaskClient) -> None:
    page = client.get("/report", headers={"Accept": BROWSER})
    assert "the mayor&#39;s name is left out" in page.text
    assert client.get("/report", headers={"Accept": "text/turtle"}).mimetype == "text/turtle"
    assert client.get("/report.json").get_json()["conforms"] is True
    assert client.get("/report.txt").text.startswith("Valid")
    assert client.get("/report", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("path", ["/", "/sparql", "/ontology", "/doc/nothing", "/report"])
def test_nothing_foreign_and_no_inline_code(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": BROWSER})
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", response.text)
    assert not re.search(r'src="(?!/)', response.text)


def test_static_files(client: FlaskClient) -> None:
    for name in ("style.css", "copy.js", "icon.svg"):
        with client.get(f"/static/{name}") as response:
            assert response.status_code == 200


def test_failure_of_the_backend_is_500_and_tells_nothing(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(release, InProcess(release, LIMITS))
    reader = app.extensions[EXTENSION]
    assert isinstance(reader, Reader)

    def fail(*_: object, **__: object) -> bool:
        raise ReleaseError("damaged", where="/secret/path")

    monkeypatch.setattr(reader.store, "contains", fail)
    response = app.test_client().get("/id/city/xa/example")
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert "secret" not in response.text


def test_unforeseen_failure_is_500_in_the_same_form(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(release, InProcess(release, LIMITS))
    reader = app.extensions[EXTENSION]

    def fail(*_: object, **__: object) -> bool:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(reader.store, "contains", fail)
    response = app.test_client().get("/id/city/xa/example")
    assert response.status_code == 500
    assert response.get_json().keys() == {"type", "title", "status", "detail", "instance"}
    assert "secret" not in response.text


def test_missing_file_is_a_failure_not_404(release: Release, tmp_path: Path) -> None:
    app = create_app(release, InProcess(release, LIMITS))
    reader = app.extensions[EXTENSION]
    reader.release = Release(tmp_path, release.manifest, release.context)
    assert app.test_client().get("/report.json").status_code == 500
    assert app.test_client().get("/report.html").status_code == 500
    assert app.test_client().get("/dump/learning-cities.nq").status_code == 500
