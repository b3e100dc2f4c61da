"""Former releases and withdrawn things: recorded in the site, stated in every build of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import DCAT, DCTERMS, PROV, SKOS, XSD, Graph, Literal, Namespace, URIRef
from small_site import PAGE, open_site, write_site

from publisher.build import build_release
from publisher.cli import main
from publisher.errors import SourceError
from publisher.formats import NQUADS, read
from publisher.history import find_former, find_withdrawal, parse_releases, parse_withdrawals
from publisher.manifest import FormerRelease, Withdrawal
from publisher.quads import to_graph
from publisher.release import Release, open_release

BASE = "https://data.example.org/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
SHA = "0123456789abcdef" * 4
RELEASES = f"version,date,sha256\n2020-01-01-aaaaaaaa,2020-01-01,{SHA}\n"
WITHDRAWN = """path,date,reason,replaced_by
entity/ch/bergdorf/old-college,2021-07-01,The page named it by mistake.,entity/ch/bergdorf/new
profile/ch/talheim,2021-07-02,The city asked for it.,
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def _build(site: Path, out: str = "build") -> Release:
    build_release(open_site(site), site / out)
    return open_release(site / out)


def _catalog(release: Release) -> Graph:
    data = (release.path / "catalog.nq").read_bytes()
    return to_graph(read(data, "catalog", NQUADS, base_iri=BASE))


def _files(release: Release) -> dict[str, bytes]:
    paths = [p for p in release.path.rglob("*") if p.is_file() and "store" not in p.parts]
    return {str(p.relative_to(release.path)): p.read_bytes() for p in paths}


def _publish(site: Path) -> str:
    result = CliRunner().invoke(main, ["release", "--site", str(site)])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_publishing_records_the_release_and_changes_nothing_of_it(site: Path) -> None:
    before = _files(_build(site))
    version = _publish(site)
    release = open_release(site / "build")
    assert release.manifest.version == version
    row = f"{version},2021-06-02,{release.manifest.canonical.dataset}"
    assert (site / "data/releases.csv").read_text() == f"version,date,sha256\n{row}\n"
    assert _files(_build(site)) == before
    assert _publish(site) == version
    assert (site / "data/releases.csv").read_text().count("\n") == 2


def test_next_release_follows_the_one_before_on_every_clone(site: Path) -> None:
    first = _publish(site)
    page = site / "data/profiles/bergdorf.txt"
    page.write_text(PAGE.replace("12,345", "12,346"), encoding="utf-8")
    second = _publish(site)
    assert first != second
    here, clone = open_release(site / "build"), _build(site, "elsewhere")
    assert _files(here) == _files(clone)
    assert [former.version for former in clone.manifest.former] == [first]
    catalog = _catalog(clone)
    now, then = URIRef(f"{BASE}id/release/{second}"), URIRef(f"{BASE}id/release/{first}")
    dataset = URIRef(f"{BASE}id/dataset")
    assert catalog.value(now, URIRef(f"{DCAT}previousVersion")) == then
    assert catalog.value(dataset, URIRef(f"{DCAT}hasCurrentVersion")) == now
    assert set(catalog.objects(dataset, URIRef(f"{DCAT}hasVersion"))) == {now, then}
    assert catalog.value(then, DCTERMS.issued) == Literal("2021-06-02", datatype=XSD.date)
    stated = str(catalog.value(catalog.value(then, SPDX.checksum), SPDX.checksumValue))
    kept = site / "build/releases" / first
    assert stated == open_release(kept).manifest.canonical.dataset


def test_a_return_to_former_content_is_a_new_release(site: Path) -> None:
    (site / "data/releases.csv").write_text(
        RELEASES + f"2022-02-02-bbbbbbbb,2022-02-02,{SHA[::-1]}\n"
    )
    manifest = _build(site).manifest
    assert manifest.date == "2022-02-02"
    assert [former.version for former in manifest.former][-1] == "2022-02-02-bbbbbbbb"


def test_withdrawn_things_are_stated_in_the_data(site: Path) -> None:
    (site / "data/withdrawn.csv").write_text(WITHDRAWN)
    release = _build(site)
    assert release.manifest.date == "2021-07-02"
    assert release.manifest.conforms
    data = release.dump("learning-cities.nq").read_bytes()
    quads = read(data, "dump", NQUADS, base_iri=BASE)
    assert f"{BASE}graph/withdrawn" in {q.graph_name.value for q in quads}  # type: ignore[union-attr]
    catalog = f"{BASE}graph/catalog"
    served = {q for q in release.store().quads() if q.graph_name.value != catalog}  # type: ignore[union-attr]
    assert served == set(quads)  # times included, which have several forms
    graph = to_graph(quads)
    thing = URIRef(f"{BASE}id/entity/ch/bergdorf/old-college")
    status = URIRef("http://www.w3.org/ns/adms#status")
    assert graph.value(thing, status) == URIRef("http://purl.org/adms/status/Withdrawn")
    time = Literal("2021-07-01T00:00:00Z", datatype=XSD.dateTime, normalize=False)
    assert graph.value(thing, PROV.invalidatedAtTime) == time
    assert graph.value(thing, DCTERMS.isReplacedBy) == URIRef(f"{BASE}id/entity/ch/bergdorf/new")
    assert graph.value(thing, SKOS.changeNote) == Literal("The page named it by mistake.", "en")
    other = URIRef(f"{BASE}id/profile/ch/talheim")
    assert (other, DCTERMS.isReplacedBy, None) not in graph


def test_what_is_withdrawn_may_not_be_described(site: Path) -> None:
    (site / "data/withdrawn.csv").write_text(
        "path,date,reason,replaced_by\nprofile/ch/bergdorf,2021-07-01,Because.,\n"
    )
    with pytest.raises(SourceError, match="still describes it") as caught:
        _build(site)
    assert caught.value.where == "data/withdrawn.csv, profile/ch/bergdorf"
    assert not (site / "build").exists()


def test_a_withdrawal_covers_the_parts_of_a_thing() -> None:
    rows = parse_withdrawals(WITHDRAWN, "withdrawn.csv")
    assert rows[1] == Withdrawal("profile/ch/talheim", "2021-07-02", "The city asked for it.", "")
    assert find_withdrawal(rows, "profile/ch/talheim") == rows[1]
    assert find_withdrawal(rows, "profile/ch/talheim/passage/0123") == rows[1]
    assert find_withdrawal(rows, "profile/ch/talheim-dorf") is None


def test_former_releases_are_those_before() -> None:
    rows = parse_releases(RELEASES + f"b,2020-01-01,{SHA}\n", "releases.csv")
    first = FormerRelease("2020-01-01-aaaaaaaa", "2020-01-01", SHA)
    assert find_former(rows, "2020-01-01-aaaaaaaa") == ()
    assert find_former(rows, "b") == (first,)
    assert find_former(rows, "c") == rows


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        (f"a,2020-01-01,{SHA}\na,2020-01-02,{SHA}", "version"),
        (f"a,2020-01-02,{SHA}\nb,2020-01-01,{SHA}", "date"),
        (f"a,soon,{SHA}", "date"),
        (f"a,,{SHA}", "date"),
        ("a,2020-01-01,0123", "sha256"),
        (f",2020-01-01,{SHA}", "version"),
    ],
)
def test_mistakes_in_the_table_of_releases_are_named(rows: str, column: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_releases(f"version,date,sha256\n{rows}\n", "releases.csv")
    assert caught.value.where.startswith("releases.csv, row ")
    assert caught.value.where.endswith(f"column {column}")


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ("a,2020-01-01,why,\na,2020-01-01,why,", "path"),
        (",2020-01-01,why,", "path"),
        ("https://example.org/id/a,2020-01-01,why,", "path"),
        ("id/a,2020-01-01,why,", "path"),
        ("a,2020-01-01,,", "reason"),
        ("a,,why,", "date"),
        ("a,2020-01-01,why,/b", "replaced_by"),
    ],
)
def test_mistakes_in_the_table_of_withdrawals_are_named(rows: str, column: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_withdrawals(f"path,date,reason,replaced_by\n{rows}\n", "withdrawn.csv")
    assert caught.value.where.endswith(f"column {column}")
