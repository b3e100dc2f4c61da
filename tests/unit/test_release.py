"""A release: complete, reproducible, all or nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, VOID, Graph, Literal, Namespace, URIRef
from small_site import PAGE, open_site, write_site

from publisher import assemble
from publisher.build import build_release, check_site
from publisher.errors import InvalidData, ReleaseError, SourceError
from publisher.formats import NQUADS, find_format, read
from publisher.manifest import Manifest
from publisher.nquads import write_lines
from publisher.quads import to_graph, to_quads
from publisher.release import STORE, Release, context_iri, open_release

BASE = "https://data.example.org/"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built release of the small site; tests only read it."""
    site = write_site(tmp_path_factory.mktemp("small") / "site")
    steps: list[tuple[str, int, int]] = []
    build_release(open_site(site), site / "build", progress=lambda *step: steps.append(step))
    assert ("converting", 0, 1) in steps
    assert ("converting", 1, 1) in steps
    return site / "build"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def _unpack(name: str, data: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".zst"):
        return zstandard.ZstdDecompressor().decompress(data)
    return data


def _hash(quads: Iterable[ox.Quad]) -> str:
    """The canonical hash as anybody can make it, by the engine's own RDFC-1.0."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(ox.serialize([q], format=ox.RdfFormat.N_QUADS) or b"" for q in dataset)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def test_every_dump_read_again_gives_the_canonical_hash(out: Path) -> None:
    release = open_release(out)
    context = release.jsonld_context()
    hashes = release.manifest.canonical
    assert hashes.dataset != hashes.union
    for dump in release.manifest.dumps:
        data = release.dump(dump.name).read_bytes()
        assert dump.bytes == len(data)
        assert dump.sha256 == hashlib.sha256(data).hexdigest()
        kind = find_format(dump.format)
        assert kind is not None
        plain = _unpack(dump.name, data)
        quads = read(plain, dump.name, kind, base_iri=BASE, context=context)
        expected = hashes.dataset if kind.named_graphs else hashes.union
        assert _hash(quads) == expected, dump.name
        assert len({quad.triple for quad in quads}) == release.manifest.triples
    names = {dump.name for dump in release.manifest.dumps}
    stems = {f"learning-cities.{suffix}" for suffix in ("nq", "trig", "ttl", "nt", "jsonld")}
    assert names == {stem + packing for stem in stems for packing in ("", ".gz", ".zst")}


def test_packed_dumps_hold_no_time(out: Path) -> None:
    data = open_release(out).dump("learning-cities.nq.gz").read_bytes()
    assert data[3:8] == bytes(5)  # no name, no time (RFC 1952, section 2.3.1)
    assert data[9] == 255  # and no operating system


def test_master_is_canonical_and_gives_the_version(out: Path) -> None:
    release = open_release(out)
    data = release.dump("learning-cities.nq").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert release.manifest.version == f"2021-06-02-{digest[:8]}"
    assert release.manifest.canonical.dataset == digest
    assert data.splitlines() == sorted(set(data.splitlines()))


def test_catalog_states_size_packing_and_checksum_of_every_dump(out: Path) -> None:
    release = open_release(out)
    data = (release.path / "catalog.nq").read_bytes()
    catalog = to_graph(read(data, "catalog", NQUADS, base_iri=BASE))
    dataset = URIRef(f"{BASE}id/release/{release.manifest.version}")
    spdx = Namespace("http://spdx.org/rdf/terms#")
    iana = "https://www.iana.org/assignments/media-types/"
    for dump in release.manifest.downloads:
        found = URIRef(f"{dataset}/distribution/{dump.name}")
        assert int(catalog.value(found, DCAT.byteSize)) == dump.bytes
        checksum = catalog.value(found, spdx.checksum)
        assert str(catalog.value(checksum, spdx.checksumValue)) == dump.sha256
        packing = catalog.value(found, DCAT.compressFormat)
        suffix = Path(dump.name).suffix
        expected = {".gz": f"{iana}application/gzip", ".zst": f"{iana}application/zstd"}
        assert (str(packing) if packing else None) == expected.get(suffix)
    stated = {
        str(catalog.value(c, spdx.checksumValue)) for c in catalog.objects(dataset, spdx.checksum)
    }
    assert stated == {release.manifest.canonical.dataset, release.manifest.canonical.union}


def test_sums_can_be_checked_by_the_usual_program(out: Path) -> None:
    folder = open_release(out).path / "dumps"
    ran = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True
    )
    assert ran.returncode == 0
    assert ran.stdout.count(b": OK\n") == 21


def test_manifest_counts_and_keeps_the_settings(out: Path) -> None:
    manifest = open_release(out).manifest
    assert (manifest.counts["cities"], manifest.counts["profiles"]) == (1, 1)
    assert manifest.base_iri == BASE == manifest.settings.base_iri
    assert manifest.conforms
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_store_has_the_data_and_the_catalog(out: Path) -> None:
    store = open_release(out).store()
    assert store.contains(f"{BASE}id/city/ch/bergdorf")
    assert f"{BASE}graph/catalog" in store.graphs()
    assert store.count() > open_release(out).manifest.triples


def test_no_dump_holds_the_catalog(out: Path) -> None:
    assert b"graph/catalog" not in open_release(out).dump("learning-cities.nq").read_bytes()


def test_catalog_describes_the_release(out: Path) -> None:
    release = open_release(out)
    data = (release.path / "catalog.nq").read_bytes()
    catalog = to_graph(read(data, "catalog", NQUADS, base_iri=BASE))
    dataset = URIRef(f"{BASE}id/release/{release.manifest.version}")
    assert (dataset, RDF.type, DCAT.Dataset) in catalog
    assert (dataset, VOID.triples, Literal(release.manifest.triples)) in catalog
    assert (dataset, PROV.wasDerivedFrom, URIRef("https://example.org/bergdorf")) in catalog
    assert catalog.value(dataset, DCTERMS.license) == URIRef(release.settings.license)
    dumps = {str(iri) for iri in catalog.objects(dataset, VOID.dataDump)}
    assert dumps == {
        f"{BASE}release/{release.manifest.version}/dump/{dump.name}"
        for dump in release.manifest.dumps
    }


def test_counts_are_those_of_the_dump(out: Path) -> None:
    release = open_release(out)
    lines = release.dump("learning-cities.nq").read_bytes().count(b"\n")
    data = (release.path / "catalog.nq").read_bytes()
    catalog = to_graph(read(data, "catalog", NQUADS, base_iri=BASE))
    dataset = URIRef(f"{BASE}id/release/{release.manifest.version}")
    subsets = set(catalog.objects(dataset, VOID.subset))
    subsets -= set(catalog.subjects(RDF.type, VOID.Linkset))
    graphs = [catalog.value(part, VOID.triples) for part in subsets]
    parts = list(catalog.objects(dataset, VOID.propertyPartition))
    said = [catalog.value(part, VOID.triples) for part in parts]
    assert sum(int(str(n)) for n in graphs) == sum(int(str(n)) for n in said) == lines
    assert len({catalog.value(part, VOID.property) for part in parts}) == len(parts)


def test_coverage_is_that_of_the_data(out: Path) -> None:
    release = open_release(out)
    data = (release.path / "catalog.nq").read_bytes()
    catalog = to_graph(read(data, "catalog", NQUADS, base_iri=BASE))
    dataset = URIRef(f"{BASE}id/release/{release.manifest.version}")
    assert URIRef(f"{BASE}id/country/ch") in set(catalog.objects(dataset, DCTERMS.spatial))


def test_jsonld_names_the_published_context(out: Path) -> None:
    release = open_release(out)
    document = json.loads(release.dump("learning-cities.jsonld").read_bytes())
    assert document["@context"] == context_iri(BASE, release.context)
    assert "City" in release.context["@context"]


def test_a_store_on_disk_is_written_where_there_are_many_triples(
    site: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = open_release(out)
    assert not (few.path / STORE).exists()
    monkeypatch.setattr("publisher.release.MIN_TRIPLES_ON_DISK", few.manifest.triples)
    build_release(open_site(site), site / "build")
    many = open_release(site / "build")
    assert (many.path / STORE).is_dir()
    assert set(many.stored().quads()) == set(few.stored().quads())
    assert many.manifest == few.manifest


def test_unknown_dump_is_a_key_error(out: Path) -> None:
    with pytest.raises(KeyError):
        open_release(out).dump("../manifest.json")


def _files(release: Release) -> dict[str, bytes]:
    """All files but those of the store, which is the engine's own."""
    paths = [p for p in release.path.rglob("*") if p.is_file() and p.parent.name != "store"]
    return {p.relative_to(release.path).as_posix(): p.read_bytes() for p in paths}


def test_same_site_gives_the_same_bytes_on_any_hash_seed(site: Path, out: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from small_site import open_site\n"
        "from publisher.build import build_release\n"
        "build_release(open_site(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    here = Path(__file__).parent
    environ = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(here)}
    again = site / "build"
    subprocess.run([sys.executable, "-c", script, site, again], env=environ, check=True)
    mine, other = open_release(out), open_release(again)
    assert _files(mine) == _files(other)
    assert mine.manifest == other.manifest


def _break(site: Path) -> None:
    """One thing becomes something that no shape lets pass: a concept without a definition."""
    path = site / "ontology/concepts/broken.ttl"
    path.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<id/theme/loose> a skos:Concept ; skos:prefLabel "loose"@en ;\n'
        "  skos:inScheme <id/scheme/theme> ; skos:topConceptOf <id/scheme/theme> .\n"
    )


def test_violations_stop_a_release_and_the_one_before_stays(site: Path) -> None:
    first = build_release(open_site(site), site / "build")
    _break(site)
    with pytest.raises(InvalidData, match="1 place") as caught:
        build_release(open_site(site), site / "build")
    assert "id/theme/loose" in str(caught.value)
    assert open_release(site / "build").manifest == first
    assert [path.name for path in (site / "build/releases").iterdir()] == [first.version]

    allowed = build_release(open_site(site), site / "build", allow_violations=True)
    with pytest.raises(InvalidData, match="1 place"):
        build_release(open_site(site), site / "build")
    assert (allowed.conforms, allowed.violations) == (False, 1)
    assert open_release(site / "build").manifest == allowed
    assert len(list((site / "build/releases").iterdir())) == 2
    report, _ = check_site(open_site(site))
    assert not report.conforms


def test_building_twice_changes_nothing(site: Path) -> None:
    first = build_release(open_site(site), site / "build")
    assert build_release(open_site(site), site / "build") == first
    assert [path.name for path in (site / "build/releases").iterdir()] == [first.version]


def test_two_pages_of_one_city_are_refused_by_name(site: Path) -> None:
    (site / "data/profiles/other.txt").write_text(PAGE, encoding="utf-8")
    with pytest.raises(SourceError, match="ch/bergdorf") as caught:
        build_release(open_site(site), site / "build")
    assert caught.value.where == "data/profiles/bergdorf.txt and data/profiles/other.txt"
    assert not (site / "build").exists()


def test_a_failure_while_writing_leaves_nothing_behind(site: Path) -> None:
    (site / "build/current").mkdir(parents=True)  # where the link has to go
    (site / "build/current/keep").write_text("mine")
    with pytest.raises(ReleaseError, match="cannot be written"):
        build_release(open_site(site), site / "build")
    assert (site / "build/current/keep").read_text() == "mine"
    assert not list((site / "build/releases").glob(".building-*"))


def test_an_impossible_place_is_reported(site: Path) -> None:
    (site / "build").write_text("a file")
    with pytest.raises(ReleaseError) as caught:
        build_release(open_site(site), site / "build")
    assert "--out" in caught.value.remedy


def test_no_release_and_another_versions_release(tmp_path: Path, site: Path) -> None:
    with pytest.raises(ReleaseError, match="no release here") as caught:
        open_release(tmp_path / "nothing")
    assert caught.value.remedy == "make one: publisher build"
    build_release(open_site(site), site / "build")
    manifest = open_release(site / "build").path / "manifest.json"
    document = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**document, "format": 999}))
    with pytest.raises(ReleaseError, match="999") as caught:
        open_release(site / "build")
    assert "publisher build" in caught.value.remedy
    manifest.write_text(json.dumps({**document, "color": "red"}))
    with pytest.raises(ReleaseError, match="color"):
        open_release(site / "build")
    manifest.write_text("{")
    with pytest.raises(ReleaseError, match="not a release"):
        open_release(site / "build")


def _graph(*triples: tuple[str, str]) -> Graph:
    graph = Graph()
    for subject, label in triples:
        graph.add((URIRef(subject), RDFS.label, Literal(label)))
    return graph


def test_a_triple_in_two_graphs_is_refused() -> None:
    graphs = {
        URIRef("urn:g"): _graph(("urn:a", "x"), ("urn:b", "y")),
        URIRef("urn:h"): _graph(("urn:a", "x")),
    }
    with pytest.raises(InvalidData, match="two graphs") as caught:
        assemble.refuse_shared_triples(write_lines(to_quads(graphs)))
    assert caught.value.where in ("urn:g and urn:h", "urn:h and urn:g")
    del graphs[URIRef("urn:h")]
    assemble.refuse_shared_triples(write_lines(to_quads(graphs)))


@pytest.mark.parametrize("subject", ["relative", "http://a b", ""])
def test_what_has_no_absolute_iri_is_refused(subject: str) -> None:
    with pytest.raises(InvalidData, match="cannot publish") as caught:
        to_quads({URIRef("urn:g"): _graph((subject, "x"))})
    assert caught.value.where == "urn:g"


def test_blank_nodes_are_refused() -> None:
    graph = Graph().parse(data="[] <urn:p> 1 .", format="turtle")
    with pytest.raises(InvalidData, match="blank node"):
        to_quads({URIRef("urn:g"): graph})
