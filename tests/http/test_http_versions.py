"""Releases by version: documents and files that stay, diffs between any two, the feed."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rdflib import DCTERMS, PROV, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from small_release import LIMITS, BufferedClient

from publisher.answers import InProcess
from publisher.build import build_release
from publisher.cli import main
from publisher.release import Release, open_release
from publisher.web import create_app
from publisher.web.versions import VERSIONS, Versions
from tests.unit.small_site import PAGE, open_site, write_site

BASE = "https://data.example.org/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LDES, TREE = Namespace("https://w3id.org/ldes#"), Namespace("https://w3id.org/tree#")
AS = Namespace("https://www.w3.org/ns/activitystreams#")
CITY = URIRef(f"{BASE}id/city/ch/bergdorf")
POPULATION = URIRef(f"{BASE}id/observation/ch/bergdorf/population")
COLLEGE = URIRef(f"{BASE}id/entity/ch/bergdorf/bergdorf-open-college")
POSITION = URIRef("https://schema.org/position")
STREAM = URIRef(f"{BASE}feed#stream")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases on record, and a third that withdrew something and is the newest."""
    site = write_site(tmp_path_factory.mktemp("versions") / "site")
    page = site / "data/profiles/bergdorf.txt"
    for population in ("12,345", "12,346"):
        page.write_text(PAGE.replace("12,345", population), encoding="utf-8")
        result = CliRunner().invoke(main, ["release", "--site", str(site)])
        assert result.exit_code == 0, result.output
    page.write_text(PAGE.replace("Its Bergdorf Open College was founded for that.", ""), "utf-8")
    context = site / "ontology/context.jsonld"
    context.write_text(context.read_text().replace('"@version"', '"ex": "urn:ex:", "@version"', 1))
    (site / "data/withdrawn.csv").write_text(
        "path,date,reason,replaced_by\n"
        "entity/ch/bergdorf/bergdorf-open-college,2021-07-01,It never opened.,\n"
    )
    build_release(open_site(site), site / "build")
    return site


@pytest.fixture(scope="module")
def release(site: Path) -> Release:
    return open_release(site / "build")


@pytest.fixture(scope="module")
def names(release: Release) -> list[str]:
    """The three versions, oldest first."""
    former = [record.version for record in release.manifest.former]
    assert len({*former, release.manifest.version}) == 3
    return [*former, release.manifest.version]


def open_client(release: Release) -> FlaskClient:
    app = create_app(release, InProcess(release, LIMITS), cache_mib=0)
    app.test_client_class = BufferedClient
    return app.test_client()


@pytest.fixture(scope="module")
def client(release: Release) -> FlaskClient:
    return open_client(release)


@pytest.fixture(scope="module")
def get(client: FlaskClient) -> Callable[[str], Graph]:
    def get(path: str) -> Graph:
        response = client.get(path, headers={"Accept": "text/turtle"})
        assert response.status_code == 200, path
        return Graph().parse(data=response.text, format="turtle")

    return get


def test_documents_of_a_former_release_say_what_it_said(
    get: Callable[[str], Graph], names: list[str]
) -> None:
    value = URIRef("https://schema.org/value")
    found = [
        get(f"/release/{name}/doc/observation/ch/bergdorf/population").value(POPULATION, value)
        for name in names
    ]
    assert [int(v) for v in found if isinstance(v, Literal)] == [12345, 12346, 12345]
    now = get("/doc/observation/ch/bergdorf/population")
    assert now.value(POPULATION, value) == found[-1]


def test_a_thing_that_was_withdrawn_is_gone_now_and_stays_where_it_was(
    client: FlaskClient, names: list[str]
) -> None:
    path = "entity/ch/bergdorf/bergdorf-open-college"
    assert client.get(f"/id/{path}").status_code == 410
    assert client.get(f"/release/{names[2]}/doc/{path}").status_code == 410
    then = client.get(f"/release/{names[0]}/doc/{path}", headers={"Accept": BROWSER})
    assert then.status_code == 200
    assert "Bergdorf Open College" in then.text


def test_links_of_a_former_release_stay_in_it(client: FlaskClient, names: list[str]) -> None:
    inside = f"/release/{names[0]}"
    page = client.get(f"{inside}/doc/city/ch/bergdorf", headers={"Accept": BROWSER})
    assert f'href="{inside}/doc/city/ch/bergdorf.ttl"' in page.text
    things = re.findall(r'href="(/[^"]*/id/[^"]*)"', page.text)
    assert things
    assert all(address.startswith(f"{inside}/id/") for address in things)
    thing = client.get(f"{inside}/id/city/ch/bergdorf")
    assert thing.status_code == 303
    assert thing.location == f"{inside}/doc/city/ch/bergdorf"
    assert f'Release <a href="/release/{names[0]}/">{names[0]}</a>' in page.text


def test_every_document_refers_to_a_context_that_stays(
    client: FlaskClient, site: Path, names: list[str]
) -> None:
    addresses = []
    for name in names:
        document = client.get(f"/release/{name}/doc/city/ch/bergdorf.jsonld").get_json(force=True)
        addresses.append(document["@context"])
        response = client.get(addresses[-1].removeprefix(BASE.rstrip("/")))
        assert response.mimetype == "application/ld+json"
        assert "immutable" in response.headers["Cache-Control"]
        held = open_release(site / "build/releases" / name)
        assert response.get_json(force=True) == held.context
    assert addresses[0] == addresses[1] != addresses[2]


def test_an_unknown_version_of_the_context_is_404_and_never_kept(client: FlaskClient) -> None:
    response = client.get("/context/0.9.jsonld")
    assert response.status_code == 404
    assert "Cache-Control" not in response.headers
    newest = response.get_json()["remedy"].removeprefix("The newest is ").removesuffix(".")
    assert client.get(newest).data == client.get("/context.jsonld").data


def test_the_page_of_a_former_release_links_its_own_files(
    client: FlaskClient, names: list[str]
) -> None:
    page = f"/release/{names[0]}/"
    header = client.get(page).headers["Link"]
    assert f'<{BASE}id/release/{names[0]}>; rel="cite-as"' in header
    dump = f"{page}dump/learning-cities.nt"
    assert f'<{dump}>; rel="item"; type="application/n-triples"' in header
    assert f'<{page}>; rel="collection"' in client.get(dump).headers["Link"]
    assert (
        f'<{page}>; rel="collection"' in client.get(f"{page}doc/city/ch/bergdorf").headers["Link"]
    )
    assert f'<{page}linkset>; rel="linkset"' in header
    anchors = [c["anchor"] for c in client.get(f"{page}linkset").get_json(force=True)["linkset"]]
    assert f"http://localhost{dump}" in anchors


@pytest.mark.parametrize("number", [0, 2])
def test_files_of_every_release_are_served_as_they_were(
    client: FlaskClient, site: Path, names: list[str], number: int
) -> None:
    kept = open_release(site / "build/releases" / names[number])
    for dump in kept.manifest.downloads:
        response = client.get(f"/release/{names[number]}/dump/{dump.name}")
        assert hashlib.sha256(response.data).hexdigest() == dump.sha256
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    report = client.get(f"/release/{names[number]}/report.ttl")
    assert report.data == (kept.path / "report.ttl").read_bytes()


def test_the_catalogue_leads_to_files_that_stay(
    get: Callable[[str], Graph], client: FlaskClient, names: list[str]
) -> None:
    """What the newest says under its own version is where its checksums will hold."""
    catalog = get("/graph/catalog")
    download = URIRef("http://www.w3.org/ns/dcat#downloadURL")
    addresses = [str(value) for value in catalog.objects(None, download)]
    assert len(addresses) == 21
    for address in addresses:
        assert address.startswith(f"{BASE}release/{names[2]}/dump/")
        assert client.get(address.removeprefix(BASE.rstrip("/"))).status_code == 200


def test_pages_of_the_releases(client: FlaskClient, names: list[str]) -> None:
    listed = client.get("/release/").text
    places = [listed.index(f'href="/release/{name}/"') for name in names]
    assert places[2] < places[1] < places[0]
    assert f'href="/release/{names[0]}/diff/{names[1]}"' in listed
    first, newest = (client.get(f"/release/{names[n]}/").text for n in (0, 2))
    assert "A former release" in first
    assert "The newest release" in newest
    assert f'href="/release/{names[1]}/diff/{names[2]}"' in newest
    assert f'href="/release/{names[0]}/dump/learning-cities.nq.gz"' in first


def apply(patch: str, nquads: bytes) -> bytes:
    """The patch by the letter of https://afs.github.io/rdf-patch/, on lines of N-Quads."""
    lines = set(nquads.decode().splitlines())
    rows = [row.split(" ", 1) for row in patch.splitlines()]
    codes = [code for code, _ in rows]
    assert codes == sorted(codes, key=["H", "TX", "D", "A", "TC"].index)
    assert (codes.count("TX"), codes.count("TC")) == (1, 1)
    for code, line in rows:
        if code == "D":
            lines.remove(line)
        elif code == "A":
            assert line not in lines
            lines.add(line)
    return "".join(f"{line}\n" for line in sorted(lines)).encode()


@pytest.mark.parametrize(("old", "new"), [(0, 1), (1, 2), (0, 2), (2, 0), (1, 1)])
def test_a_patch_leads_from_one_dump_to_the_other(
    client: FlaskClient, names: list[str], old: int, new: int
) -> None:
    address = f"/release/{names[old]}/diff/{names[new]}"
    response = client.get(address, headers={"Accept": "application/rdf-patch"})
    assert response.mimetype == "application/rdf-patch"
    assert response.headers["Content-Location"] == f"{address}.rdfp"
    assert f"H from <{BASE}id/release/{names[old]}> .\n" in response.text
    dumps = [client.get(f"/release/{names[n]}/dump/learning-cities.nq").data for n in (old, new)]
    assert apply(response.text, dumps[0]) == dumps[1]
    assert client.get(f"{address}.rdfp").data == response.data


def test_catalogue_leads_to_shapes_and_reports(
    get: Callable[[str], Graph], client: FlaskClient, names: list[str]
) -> None:
    catalog = get(f"/release/{names[0]}/graph/catalog")
    dqv = Namespace("http://www.w3.org/ns/dqv#")
    dataset = URIRef(f"{BASE}id/release/{names[0]}")
    report, shapes = (
        catalog.value(dataset, dqv.hasQualityMetadata),
        URIRef(f"{BASE}release/{names[0]}/shapes"),
    )
    assert (dataset, DCTERMS.conformsTo, shapes) in catalog
    part = catalog.value(None, DCTERMS.isPartOf, report)
    assert catalog.value(part, DCTERMS.subject) == URIRef(f"{BASE}id/profile/ch/bergdorf")
    for address in (report, part, shapes):
        answer = client.get(str(address).replace(BASE, "/"), headers={"Accept": "text/turtle"})
        assert answer.status_code == 200, address
        assert Graph().parse(data=answer.text, format="turtle")


def test_catalogue_leads_to_the_feed(
    get: Callable[[str], Graph], relations: list[tuple[str, str]]
) -> None:
    catalog = get("/graph/catalog")
    dataset = URIRef("http://www.w3.org/ns/dcat#dataset")
    assert (URIRef(f"{BASE}id/catalog"), dataset, STREAM) in catalog
    assert catalog.value(STREAM, TREE.view) == URIRef(f"{BASE}feed")
    assert len(relations) == 3


def test_a_city_of_a_former_release_is_one_file(
    get: Callable[[str], Graph], names: list[str]
) -> None:
    then, now = (get(f"/release/{names[n]}/dump/city/ch/bergdorf.ttl") for n in (0, 2))
    assert (COLLEGE, RDFS.label, None) in then
    assert (COLLEGE, None, None) not in now
    for graph in (then, now):
        assert (CITY, RDFS.label, Literal("Bergdorf", "en")) in graph
        assert (URIRef(f"{BASE}id/country/ch"), RDFS.label, None) in graph


def test_a_patch_is_as_small_as_the_change(client: FlaskClient, names: list[str]) -> None:
    patch = client.get(f"/release/{names[0]}/diff/{names[1]}.rdfp").text
    rows = [row for row in patch.splitlines() if row[0] in "DA"]
    assert 2 <= len(rows) < 60
    assert all("bergdorf" in row for row in rows)


def test_page_of_a_diff_groups_it_by_thing(client: FlaskClient, names: list[str]) -> None:
    address = f"/release/{names[1]}/diff/{names[2]}"
    page = client.get(address, headers={"Accept": BROWSER})
    assert page.mimetype == "text/html"
    assert "It never opened." in page.text
    assert re.search(r"<h2[^>]*>.*bergdorf-open-college.*: changed</h2>", page.text)
    assert f'href="{address}.rdfp"' in page.text
    same = client.get(f"/release/{names[1]}/diff/{names[1]}", headers={"Accept": BROWSER})
    assert "<p>Nothing.</p>" in same.text
    assert client.get(address, headers={"Accept": "image/png"}).status_code == 406


def read_page(get: Callable[[str], Graph], name: str) -> Iterator[Graph]:
    """The pages of one release, by the relations of each."""
    address: str | None = f"{BASE}feed/{name}/1"
    while address:
        graph = get("/" + address.removeprefix(BASE))
        yield graph
        relation = graph.value(URIRef(address), TREE.relation)
        address = str(graph.value(relation, TREE.node)) if relation else None


def replay(get: Callable[[str], Graph], relations: list[tuple[str, str]]) -> dict[str, Graph]:
    """What a client of the feed has in the end, which knows of order what the feed says."""
    members: list[tuple[str, int, str, Graph]] = []
    for _, node in relations:
        for page in read_page(get, node.split("/")[-2]):
            for member in page.objects(STREAM, TREE.member):
                thing, time = page.value(member, DCTERMS.isVersionOf), PROV.generatedAtTime
                own = Graph()
                for _, predicate, value in page.triples((member, None, None)):
                    if predicate not in (DCTERMS.isVersionOf, time, POSITION):
                        own.add((thing, predicate, value))
                place = (str(page.value(member, time)), int(page.value(member, POSITION)))
                members.append((*place, str(thing), own))
    state: dict[str, Graph] = {}
    for _, _, thing, own in sorted(members, key=lambda member: member[:3]):
        if (URIRef(thing), RDF.type, AS.Delete) in own:
            del state[thing]
        else:
            state[thing] = own
    return state


@pytest.fixture(scope="module")
def relations(get: Callable[[str], Graph]) -> list[tuple[str, str]]:
    root = get("/feed")
    assert (STREAM, RDF.type, LDES.EventStream) in root
    assert root.value(STREAM, TREE.view) == URIRef(f"{BASE}feed")
    assert root.value(STREAM, LDES.timestampPath) == PROV.generatedAtTime
    assert root.value(STREAM, LDES.sequencePath) == POSITION
    assert root.value(STREAM, LDES.versionOfPath) == DCTERMS.isVersionOf
    found = []
    for relation in root.objects(URIRef(f"{BASE}feed"), TREE.relation):
        assert (relation, RDF.type, TREE.GreaterThanOrEqualToRelation) in root
        assert root.value(relation, TREE.path) == PROV.generatedAtTime
        found.append((str(root.value(relation, TREE.value)), str(root.value(relation, TREE.node))))
    return found


def test_feed_leads_to_every_release(relations: list[tuple[str, str]], names: list[str]) -> None:
    nodes = {node for _, node in relations}
    assert nodes == {f"{BASE}feed/{name}/1" for name in names}


@pytest.mark.parametrize(("most", "pages"), [(250, 1), (40, 5)])
def test_feed_replayed_is_the_newest_release(
    get: Callable[[str], Graph],
    names: list[str],
    relations: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    pages: int,
) -> None:
    monkeypatch.setattr("publisher.web.changes.MEMBERS_ON_A_PAGE", most)
    assert len(list(read_page(get, names[0]))) == pages
    state = replay(get, relations[::-1])
    union = Graph()
    for graph in state.values():
        union += graph
    assert set(union) == set(get("/dump/learning-cities.ttl"))


def test_members_are_versions_with_the_time_of_their_release(
    get: Callable[[str], Graph], names: list[str], release: Release
) -> None:
    page = next(read_page(get, names[1]))
    member = URIRef(f"{BASE}release/{names[1]}/doc/observation/ch/bergdorf/population")
    assert (STREAM, TREE.member, member) in page
    assert page.value(member, DCTERMS.isVersionOf) == POPULATION
    time = Literal(f"{release.manifest.former[1].date}T00:00:00Z", datatype=XSD.dateTime)
    assert page.value(member, PROV.generatedAtTime) == time
    assert page.value(member, RDFS.label) is not None
    members = list(page.objects(STREAM, TREE.member))
    assert len(members) < 40  # what stayed as it was is no member again


def test_a_withdrawn_thing_is_a_member_with_its_tombstone(
    get: Callable[[str], Graph], names: list[str]
) -> None:
    page = next(read_page(get, names[2]))
    member = URIRef(f"{BASE}release/{names[2]}/doc/entity/ch/bergdorf/bergdorf-open-college")
    assert page.value(member, DCTERMS.isVersionOf) == COLLEGE
    assert page.value(member, URIRef("http://www.w3.org/ns/adms#status")) is not None
    deleted = set(page.subjects(RDF.type, AS.Delete))
    assert deleted
    assert member not in deleted


def test_pages_of_the_feed_stay_and_end(client: FlaskClient, names: list[str]) -> None:
    page = client.get(f"/feed/{names[0]}/1.jsonld")
    assert page.mimetype == "application/ld+json"
    assert "immutable" in page.headers["Cache-Control"]
    assert "immutable" not in client.get("/feed.ttl").headers.get("Cache-Control", "")
    assert client.get(f"/feed/{names[0]}/99").status_code == 404
    assert client.get(f"/feed/{names[0]}/0").status_code == 404
    assert client.get(f"/feed/{names[0]}").location == f"/feed/{names[0]}/1"


@pytest.mark.parametrize("rest", ["", "doc/city/ch/bergdorf", "dump/learning-cities.nq"])
def test_an_unknown_version_is_not_found(client: FlaskClient, rest: str) -> None:
    assert client.get(f"/release/2020-01-01-00000000/{rest}").status_code == 404


def test_a_clone_describes_what_it_does_not_hold(site: Path, names: list[str]) -> None:
    build_release(open_site(site), site / "clone")
    client = open_client(open_release(site / "clone"))
    listed = client.get("/release/").text
    assert names[0] in listed
    assert "not held by this server" in listed
    for path in ("", "doc/city/ch/bergdorf", f"diff/{names[2]}"):
        answer = client.get(f"/release/{names[0]}/{path}")
        assert answer.status_code == 404
        assert "does not hold it" in answer.get_json()["detail"]
    catalog = client.get("/graph/catalog", headers={"Accept": "text/turtle"}).text
    assert names[0] in catalog


def test_what_is_not_the_recorded_release_is_not_shown(
    site: Path, names: list[str], tmp_path: Path
) -> None:
    shutil.copytree(site / "build", tmp_path / "build", symlinks=True)
    wrong = tmp_path / "build/releases"
    shutil.rmtree(wrong / names[0])
    (wrong / names[1]).rename(wrong / names[0])
    client = open_client(open_release(tmp_path / "build"))
    answer = client.get(f"/release/{names[0]}/doc/city/ch/bergdorf")
    assert answer.status_code == 500
    assert str(wrong) not in answer.text


def test_few_former_releases_stay_open(
    release: Release, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(release, InProcess(release, LIMITS), cache_mib=0)
    versions = app.extensions[VERSIONS]
    assert isinstance(versions, Versions)
    assert versions.opened() == ()
    monkeypatch.setattr("publisher.web.versions.MOST_OPEN", 1)
    for name in (names[0], names[1], names[0], names[2]):
        path = f"/release/{name}/doc/city/ch/bergdorf.nt"
        assert app.test_client().get(path).status_code == 200
    assert versions.opened() == (names[0],)
