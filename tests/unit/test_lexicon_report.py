"""The vocabulary's faults are told: clashing labels, concepts never found, words not covered."""

from rdflib import Graph

from publisher.lexicon_report import check_lexicon, find_clashes
from publisher.page import read_page
from publisher.profile import PageSource

CLASHING = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://x/id/topic/a> a skos:Concept ; skos:inScheme <http://x/id/scheme/topic> ;
    skos:prefLabel "school garden"@en .
<http://x/id/topic/b> a skos:Concept ; skos:inScheme <http://x/id/scheme/topic> ;
    skos:prefLabel "b"@en ; skos:hiddenLabel "School gardens"@en .
<http://x/id/target-group/c> a skos:Concept ; skos:inScheme <http://x/id/scheme/target-group> ;
    skos:prefLabel "school gardens"@en .
"""


def test_word_forms_of_one_label_clash_within_a_scheme_only():
    clashes = find_clashes(Graph().parse(data=CLASHING))
    assert [(c.scheme, c.concepts) for c in clashes] == [
        ("topic", ("http://x/id/topic/a", "http://x/id/topic/b"))
    ]


def test_shipped_vocabulary_has_no_clash(site):
    assert find_clashes(site.concepts) == ()


def test_words_that_no_concept_covers_are_counted_by_page(site):
    text = "Zedville, Portugal\n\nVision\n\nZeppelins for migrants. Zeppelins for all.\n"
    page = read_page(text.encode(), "z.txt", PageSource(), site.reader)
    report = check_lexicon(site.concepts, [page], site.reader, most=5)
    assert ("zeppelins", 2, 1) in report.uncovered
    assert "migrants" not in {word for word, *_ in report.uncovered}
    assert any(concept.endswith("/literacy") for concept in report.never_found)
