"""Programs that begin at the front page reach all of the data, and never need a page."""

from __future__ import annotations

import http.client
from urllib.parse import quote, urljoin, urlsplit

import pyoxigraph as ox

from publisher.release import Release

ACCEPT = "application/n-triples, */*;q=0.1"


def get(connection: http.client.HTTPConnection, path: str) -> tuple[int, str, bytes]:
    """Returns how an address answers after redirects on this server."""
    while True:
        connection.request("GET", path, headers={"Accept": ACCEPT})
        response = connection.getresponse()
        body = response.read()
        if response.status not in (302, 303):
            return response.status, response.headers.get_content_type(), body
        path = urljoin(path, response.headers["Location"])


def own_iris(quads: list[ox.Quad], base: str) -> set[str]:
    terms = {term for quad in quads for term in quad}
    iris = (t.value.partition("#")[0] for t in terms if isinstance(t, ox.NamedNode))
    return {iri for iri in iris if iri.startswith(base)}


def test_crawl_without_a_page_reaches_every_own_iri(server: str, release: Release) -> None:
    base = release.manifest.base_iri
    master = release.dump(release.manifest.dumps[0].name).read_bytes()
    wanted = own_iris(list(ox.parse(master, format=ox.RdfFormat.N_QUADS)), base)
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    waiting, seen, failed = [base], {base}, []
    while waiting:
        iri = waiting.pop()
        status, kind, body = get(connection, quote(f"/{iri.removeprefix(base)}", safe="/%"))
        if status != 200:
            failed.append((iri, status))
        if kind != "application/n-triples" or "/dump/" in iri:
            continue
        found = own_iris([ox.Quad(*t) for t in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)], base)
        waiting += found - seen
        seen |= found
    connection.close()
    assert failed == []
    assert len(wanted) > 1000
    assert wanted - seen == set()
