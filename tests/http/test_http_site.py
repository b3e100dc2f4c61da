"""Front page, dumps, context, report, headers, failures of the backend."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, SH, Graph
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


def test_pages_tell_what_a_thing_is_elsewhere_and_who_says_where_it_lies(
    client: FlaskClient,
) -> None:
    city = " ".join(client.get("/doc/city/xa/example.html").text.split())
    elsewhere = city[city.index('id="elsewhere"') :]
    entry = '<a href="https://sws.geonames.org/1/">Example</a> in GeoNames'
    assert f"{entry}<br>7.25° N, 112.50° E<br>90,000 inhabitants" in elsewhere
    assert 'Lies at <a href="https://example.org/places/town">' in elsewhere
    assert 'GeoNames</a>, <a href="https://creativecommons.org/licenses/by/4.0/">' in elsewhere
    assert '<a href="/id/region/001">Samples</a>' in city
    country = client.get("/doc/country/xa.html").text
    assert '<a href="https://example.org/countries/samples">' in country
    assert "GeoNames" not in country, "nothing on it is theirs"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("learning-cities.nq", "application/n-quads"),
        ("learning-cities.ttl", "text/turtle"),
        ("learning-cities.jsonld", "application/ld+json"),
        ("learning-cities.trig.gz", "application/gzip"),
        ("learning-cities.nt.zst", "application/zstd"),
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


@pytest.mark.parametrize("name", ["learning-cities.nq", "learning-cities.nq.gz"])
@pytest.mark.parametrize("part", [{}, {"Range": "bytes=-5"}])
def test_dump_tells_the_digest_of_the_whole_file(
    client: FlaskClient, release: Release, name: str, part: dict[str, str]
) -> None:
    response = client.get(f"/dump/{name}", headers=part)
    digest = base64.b64encode(hashlib.sha256(release.dump(name).read_bytes()).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in response.headers
    assert "Repr-Digest" in response.headers["Access-Control-Expose-Headers"]


def test_range_of_another_version_is_the_whole_dump(client: FlaskClient) -> None:
    asked = {"Range": "bytes=0-4", "If-Range": '"of-a-former-release"'}
    assert client.get("/dump/learning-cities.nq", headers=asked).status_code == 200


def test_head_of_a_dump_is_its_headers(client: FlaskClient, release: Release) -> None:
    response = client.head("/dump/learning-cities.nq.zst")
    size = release.dump("learning-cities.nq.zst").stat().st_size
    assert (response.data, response.content_length) == (b"", size)


def test_sums_are_those_of_the_dumps(client: FlaskClient) -> None:
    response = client.get("/dump/SHA256SUMS")
    assert response.mimetype == "text/plain"
    lines = dict(reversed(line.split("  ")) for line in response.text.splitlines())
    assert len(lines) == 21
    for name, checksum in lines.items():
        assert hashlib.sha256(client.get(f"/dump/{name}").data).hexdigest() == checksum


def test_table_leads_to_its_metadata(client: FlaskClient) -> None:
    response = client.get("/dump/passages.csv")
    assert response.mimetype == "text/csv"
    assert response.text.startswith("passage,city,profile,")
    link = '</dump/csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    assert link in response.headers["Link"]
    metadata = client.get("/dump/csv-metadata.json")
    assert metadata.mimetype == "application/csvm+json"
    assert json.loads(metadata.data)["dc:title"] == "Example cities"


def test_all_of_one_city(client: FlaskClient) -> None:
    def parse(data: bytes) -> set[ox.Quad]:
        return set(ox.parse(data, format=ox.RdfFormat.N_QUADS))

    base = "https://data.example.org/cities/"
    whole = parse(client.get("/dump/learning-cities.nq").data)
    response = client.get("/dump/city/xa/example.nq")
    assert response.mimetype == "application/n-quads"
    found = parse(response.data)
    profile = ox.NamedNode(f"{base}graph/profile/xa/example")
    assert {q for q in whole if q.graph_name == profile} <= found <= whole
    digest = base64.b64encode(hashlib.sha256(response.data).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    again = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/dump/city/xa/example.nq", headers=again).status_code == 304
    part = client.get("/dump/city/xa/example.nq", headers={"Range": "bytes=3-7"})
    assert (part.status_code, part.data) == (206, response.data[3:8])
    turtle = client.get("/dump/city/xa/example.ttl").data
    triples = {q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    assert triples == {q.triple for q in found}
    for path in ("xa/example", "xa/nowhere.ttl", "xa/example.csv"):
        assert client.get(f"/dump/city/{path}").status_code == 404


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


def test_report_on_one_city(client: FlaskClient) -> None:
    page = client.get("/report/xa/example", headers={"Accept": BROWSER})
    assert "the mayor&#39;s name is left out" in page.text
    assert 'href="/id/city/xa/example"' in page.text
    assert client.get("/report/xa/example.json").get_json()["conforms"] is True
    turtle = client.get("/report/xa/example", headers={"Accept": "text/turtle"})
    assert turtle.headers["Content-Location"] == "/report/xa/example.ttl"
    for unknown in ("xa/nowhere", "xa/..%2F..", "../dumps"):
        assert client.get(f"/report/{unknown}").status_code == 404


def test_shapes(client: FlaskClient) -> None:
    response = client.get("/shapes")
    assert response.mimetype == "text/turtle"
    shapes = Graph().parse(data=response.text, format="turtle")
    assert (None, RDF.type, SH.NodeShape) in shapes


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


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        ("/id/city/kr/서울", "/lc/id/city/kr/%EC%84%9C%EC%9A%B8"),
        ("/same?iri=http://x/é", "/lc/same?iri=http://x/%C3%A9"),
        ("/id/100%25?a=%C3%A9&b", "/lc/id/100%25?a=%C3%A9&b"),
        ("/id/" + "x" * 600, "/lc/id/" + "x" * 493),
        ("/id/" + "é" * 600, "/lc/id/" + "%C3%A9" * 82),
    ],
)
def test_a_problem_names_what_was_asked_by_its_address(
    client: FlaskClient, path: str, instance: str
) -> None:
    problem = client.get(path, base_url="http://127.0.0.1/lc/").get_json()
    assert problem["instance"] == instance


def test_missing_file_is_a_failure_not_404(release: Release, tmp_path: Path) -> None:
    app = create_app(release, InProcess(release, LIMITS))
    reader = app.extensions[EXTENSION]
    reader.release = Release(tmp_path, release.manifest, release.context)
    assert app.test_client().get("/report.json").status_code == 500
    assert app.test_client().get("/report.html").status_code == 500
    assert app.test_client().get("/dump/learning-cities.nq").status_code == 500
