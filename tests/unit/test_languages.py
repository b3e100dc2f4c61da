# ruff: noqa: E501 - a paragraph of a page is one line
"""Pages in other languages are read by the vocabulary's labels in that language, and say
nothing in English that they do not say."""

import pytest
from rdflib import RDFS, Literal

from publisher.vocabulary import LC

FRENCH = """Thiès, Sénégal

  • Population de la ville :\u00a0
    391 000
  • PIB – ville :\u00a0
    Moins de 10 000 USD

Une ville qui apprend ensemble

Thiès est une ville de l’ouest du Sénégal. Les migrants y trouvent des cours d’alphabétisation.

Vision et stratégie

La ville veut offrir à tous les habitants un accès équitable à l’éducation. Le programme « Lire à Thiès » réunit les bibliothèques de quartier.

Politiques, plan et mise en œuvre

Durabilité et santé

  • La santé mentale est une priorité.

Bonnes pratiques

L’École des parents

  • L’École des parents accompagne les familles du quartier.
"""

SPANISH = """Villa Ejemplo, Colombia

  • Población de la ciudad:\u00a0
    1.234.567
  • PIB – ciudad:\u00a0
    Entre 10.000 y 15.000 USD

Una ciudad que aprende

Villa Ejemplo es una ciudad de montaña.

Visión y estrategia

La ciudad ofrece cursos de alfabetización a migrantes y personas mayores. El Instituto Municipal de Cultura coordina el Plan de Lectura.
"""

KOREAN = """세종, 대한민국

  • 도시 인구:\u00a0
    386,525

배움이 있는 도시

세종시는 모든 시민을 위한 평생학습 도시입니다. 장애인과 이주민을 위한 한국어 강좌가 있습니다.

비전과 전략

시민대학은 마을 공동체를 지원합니다.
"""


def concepts(profile, field):
    return {
        concept.rpartition("/")[2]
        for _, tags in profile.passage_tags
        for concept in getattr(tags, field)
    }


@pytest.mark.parametrize(
    ("text", "language", "country", "kinds"),
    [
        (FRENCH, "fr", "sn", ["overview", "vision", "implementation", "theme", "good-practices", "good-practice"]),
        (SPANISH, "es", "co", ["overview", "vision"]),
        (KOREAN, "ko", "kr", ["overview", "vision"]),
    ],
    ids=["fr", "es", "ko"],
)  # fmt: skip
def test_language_country_and_headings_are_recognised(extract, text, language, country, kinds):
    profile = extract(text)
    assert profile.page.language == language
    assert profile.key.country == country
    assert [s.kind for s in profile.page.all_sections()] == kinds
    assert profile.page.headline is not None


def test_french_page_is_read_in_french(extract):
    profile = extract(FRENCH)
    assert {(o.indicator, o.value, o.maximum) for o in profile.observations} == {
        ("population", 391000, None),
        ("gdp-city", None, 10000),
    }
    assert {"migrants", "citizens-at-large", "families"} <= concepts(profile, "target_groups")
    assert "teachers-and-educators" not in concepts(profile, "target_groups")
    assert {"literacy", "mental-health"} <= concepts(profile, "topics")
    assert {e.name for e in profile.entities} == {"Lire à Thiès", "École des parents"}


def test_spanish_page_is_read_in_spanish(extract):
    profile = extract(SPANISH)
    assert {(o.indicator, o.value, o.minimum, o.maximum) for o in profile.observations} == {
        ("population", 1234567, None, None),
        ("gdp-city", None, 10000, 15000),
    }
    assert {"migrants", "older-people"} <= concepts(profile, "target_groups")
    kinds = {e.name: e.is_organization for e in profile.entities}
    assert kinds == {"Instituto Municipal de Cultura": True, "Plan de Lectura": False}


def test_texts_keep_their_language_and_names_have_an_english_label_too(convert):
    graphs = convert(SPANISH).graphs
    graph = next(g for name, g in graphs.items() if "/profile/" in name)
    labels = {o for s in graph.subjects(None, LC.Initiative) for o in graph.objects(s, RDFS.label)}
    assert labels == {Literal("Plan de Lectura", lang="en"), Literal("Plan de Lectura", lang="es")}
    assert {o.language for o in graph.objects(None, LC.headline)} == {"es"}


def test_korean_page_yields_its_figure_and_no_english_nonsense(extract):
    profile = extract(KOREAN)
    assert [(o.indicator, o.value) for o in profile.observations] == [("population", 386525)]
    assert profile.entities == ()
    assert profile.problems == ()
