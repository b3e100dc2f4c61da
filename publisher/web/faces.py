"""What differs between the pages of a site that was built and those of plain RDF files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from publisher.release import Release
from publisher.saved_queries import SavedQuery
from publisher.web.reader import Reader
from publisher.web.views.dataset import Example, load_data_examples, view_dataset
from publisher.web.views.places import view_members

EXTENSION = "publisher.face"


@dataclass(frozen=True, slots=True)
class Face:
    """One kind of pages.

    `folder` has the templates `home.html`, `nav.html`, `foot.html` and `examples.html`,
    and a query to begin with, `first_query.html`; `service_iri` names the endpoint,
    given the base IRI and its address.
    """

    folder: str
    view_home: Callable[[Reader], object]
    load_examples: Callable[[Reader], tuple[SavedQuery, ...] | tuple[Example, ...]]
    service_iri: Callable[[str, str], str]


_SITE = Face(
    "site",
    view_members,
    lambda reader: tuple(reader.saved_queries.values()),
    lambda base, _: f"{base}id/sparql-service",
)
_DATA = Face("data", view_dataset, load_data_examples, lambda _, endpoint: f"{endpoint}#service")


def find_face(release: Release) -> Face:
    """Returns the kind of pages that a release has."""
    return _SITE if release.is_site else _DATA


def get_face() -> Face:
    """Returns the kind of pages of the application that is answering."""
    face: Face = current_app.extensions[EXTENSION]
    return face
