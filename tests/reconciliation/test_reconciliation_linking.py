"""`publisher link --endpoint` asks the site's own service, as the sites of others may do."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from publisher.candidates import Subject
from publisher.countries import Countries
from publisher.iris import CityKey, mint_slug
from publisher.linksets import PlaceFacts
from publisher.reconciliation import ReconciliationService
from publisher.service_links import Known, Question, ServiceProposal, propose_service_link

BRISTOL = PlaceFacts("2654675", "Bristol", "51.45523", "-2.59665", "472474")


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/reconcile"
    server.shutdown()
    thread.join()
    server.server_close()


def propose(address: str, name: str, country: str, facts: PlaceFacts | None) -> ServiceProposal:
    question = Question(
        address, ("lc:LearningCity",), "schema:containedInPlace", "indicator/population"
    )
    service = ReconciliationService(question)
    subject = Subject(CityKey(country, mint_slug(name)), name, (), "")
    ((asked, results),) = service.find([subject])
    known = Known(Countries(), facts)
    return propose_service_link(asked, results, question, service.identifier_space, known)


def test_a_member_is_linked_where_country_type_and_population_agree(address: str) -> None:
    proposal = propose(address, "Bristol", "gb", BRISTOL)
    assert proposal.doubt == ""
    link = proposal.links[0]
    assert link.object == "https://w3id.org/learning-cities/id/city/gb/bristol"
    assert "country: GB" in link.comment
    assert "(GeoNames: 472,474)" in link.comment


def test_a_city_of_the_name_in_another_country_is_left(address: str) -> None:
    assert propose(address, "Bristol", "ca", None).doubt != ""
