"""Any SKOS file becomes a second lexicon by one line in site.toml."""

import shutil

import pytest
from click.testing import CliRunner

from publisher.build import build_release
from publisher.cli import main
from publisher.commands.common import open_site
from publisher.release import open_release
from tests.gold.scoring import ORIGINALS

FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://vocab.example/rivers> a skos:Concept ; skos:inScheme <http://vocab.example/> ;
    skos:prefLabel "Rivers"@en , "Rivières"@fr .
<http://vocab.example/unused> a skos:Concept ; skos:inScheme <http://vocab.example/> ;
    skos:prefLabel "Volcanoes"@en .
<http://vocab.example/is> a skos:Concept ; skos:inScheme <http://vocab.example/> ;
    skos:prefLabel "Information systems"@en ; skos:altLabel "IS"@en .
"""
PAGE = "Zedville, Portugal\n\nVision\n\nChildren learn how a river is born.\n"


@pytest.fixture
def root(site, tmp_path):
    """A copy of the repository's site with one page of its own."""
    for part in ("ontology", "shapes"):
        shutil.copytree(site.root / part, tmp_path / part)
    (tmp_path / "data" / "profiles").mkdir(parents=True)
    (tmp_path / "data" / "profiles" / "zedville.txt").write_text(PAGE, encoding="utf-8")
    return tmp_path


def name_lexicon(root, name):
    (root / "data" / "site.toml").write_text(f'lexicons = ["{name}"]\n', encoding="utf-8")


def test_its_concepts_are_found_and_described_as_far_as_they_are_used(root):
    (root / "rivers.ttl").write_text(FOREIGN, encoding="utf-8")
    name_lexicon(root, "rivers.ttl")
    manifest = build_release(open_site(root), root / "out")
    assert manifest.conforms
    store = open_release(root / "out").store()
    rows = store.query(
        "SELECT ?c ?l WHERE { ?p <https://w3id.org/learning-cities/ontology#topic> ?c ."
        " ?c <http://www.w3.org/2004/02/skos/core#prefLabel> ?l"
        " FILTER(STRSTARTS(STR(?c), 'http://vocab.example/') && LANG(?l) = 'en') }"
    )
    assert {(row["c"].value, row["l"].value) for row in rows} == {
        ("http://vocab.example/rivers", "Rivers")
    }
    assert not store.contains("http://vocab.example/unused")


def test_broken_file_is_named_with_its_place(root):
    (root / "rivers.ttl").write_text("<a> <b>", encoding="utf-8")
    name_lexicon(root, "rivers.ttl")
    result = CliRunner().invoke(main, ["build", "--site", str(root)])
    assert result.exit_code == 1
    assert "rivers.ttl, line 1" in result.output


def test_whole_unesco_thesaurus_works(root):
    thesaurus = ORIGINALS.parent / "vocabularies" / "unesco-thesaurus.nt.gz"
    if not thesaurus.exists():
        pytest.skip("the UNESCO Thesaurus is not on this machine: it is not shipped")
    shutil.copy(thesaurus, root)
    name_lexicon(root, thesaurus.name)
    page = root / "data" / "profiles" / "zedville.txt"
    page.write_text(PAGE + "Adult education and museums.\n", encoding="utf-8")
    converted = open_site(root).convert(page.read_bytes(), page.name)
    topics = {c for _, tags in converted.profile.passage_tags for c in tags.topics}
    assert "http://vocabularies.unesco.org/thesaurus/concept1473" in topics
    assert "http://vocabularies.unesco.org/thesaurus/concept365" in topics
