"""Every saved query of this site answers with rows, by its defaults, in every format."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.query import Result

from publisher.answers import InProcess, Limits
from publisher.release import Release
from publisher.web import create_app

_QUERIES = sorted((Path(__file__).parents[2] / "data/queries").glob("*.rq"))
_NAMES = [path.stem for path in _QUERIES]
_LIMITS = Limits(timeout=10, memory=512, result_mib=20, workers=1, queue=1)
_BROWSER = "text/html,*/*;q=0.8"
_READERS = {".srj": "json", ".srx": "xml", ".csv": "csv", ".tsv": "tsv"}
_PARSERS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".jsonld": None}


@pytest.fixture(scope="module")
def client(release: Release) -> FlaskClient:
    return create_app(release, InProcess(release, _LIMITS)).test_client()


def _is_graph(path: Path) -> bool:
    return "\nCONSTRUCT" in path.read_text(encoding="utf-8")


def _is_question(path: Path) -> bool:
    return "\nASK" in path.read_text(encoding="utf-8")


def test_there_are_queries_of_every_form() -> None:
    assert len(_QUERIES) >= 12
    assert any(map(_is_graph, _QUERIES)) and any(map(_is_question, _QUERIES))


@pytest.mark.parametrize("path", _QUERIES, ids=_NAMES)
def test_saved_query_answers_in_every_format(client: FlaskClient, path: Path) -> None:
    for suffix in _PARSERS if _is_graph(path) else _READERS:
        response = client.get(f"/query/{path.stem}{suffix}")
        assert response.status_code == 200, suffix
        if _is_question(path):
            assert b"true" in response.data, suffix
        elif suffix == ".jsonld":
            assert response.get_json(force=True)["graph"]
        elif _is_graph(path):
            assert len(Graph().parse(data=response.data, format=_PARSERS[suffix])) > 1, suffix
        else:
            rows = Result.parse(io.BytesIO(response.data), format=_READERS[suffix])
            assert len(list(rows)) > 1, suffix


@pytest.mark.parametrize("path", _QUERIES, ids=_NAMES)
def test_saved_query_has_a_page(client: FlaskClient, path: Path) -> None:
    page = client.get(f"/query/{path.stem}", headers={"Accept": _BROWSER})
    assert page.status_code == 200
    assert (">Yes</h2>" if _is_question(path) else "<td") in page.text


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("initiatives-for-a-group.csv?group=target-group/older-people", "Village School"),
        ("cities-that-share-topics.csv?city=city/kr/nonsan", "Sejong"),
        ("figures.csv?indicator=indicator/population", "Bristol"),
        ("unsettled-membership-years.csv?country=country/jo", "Amman"),
        ("award-winners.csv?year=2019", "Chengdu"),
        ("members-of-a-country.csv?country=country/kr", "Sejong"),
        ("topics-by-number-of-cities.csv?country=country/kr", "literacy"),
        ("passages-on-a-topic.csv?topic=topic/mental-health&city=city/kr/sejong", "Sejong"),
        ("passages-with-words.csv?words=SENIOR%20CITIZEN", "Nonsan"),
        ("good-practices.csv?city=city/kr/sejong", "Policy Academy"),
        ("initiatives-as-a-graph.nt?city=city/kr/nonsan", "Village School"),
    ],
)
def test_parameter_narrows_the_answer(client: FlaskClient, address: str, found: str) -> None:
    narrowed = client.get(f"/query/{address}")
    assert narrowed.status_code == 200
    assert found in narrowed.text
    assert narrowed.text != client.get(f"/query/{address.partition('?')[0]}").text
