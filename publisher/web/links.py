"""Where on this server an IRI of the site leads, under whatever address it runs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urljoin

from flask import g, request, url_for

from publisher.formats import HTML
from publisher.vocabulary import ONTOLOGY_IRI
from publisher.web.reader import Text, get_reader

# What every release has of its own, and what there is once.
_OF_A_RELEASE = frozenset(
    {"context.jsonld", "doc", "dump", "graph", "id", "linkset", "ontology", "report", "shapes"}
)
_OF_THE_SITE = frozenset({"catalog", "context", "feed", "query", "release", "sparql"})
# What these show depends on the parameters of the address.
_ASKED = frozenset({"resource.show_resource", "resource.show_graph"})
# What the names of views begin with that answer for a former release.
MOUNTED = "release-"
_PASSAGE = "/passage/"


def get_href(iri: str) -> str:
    """Returns the address for a link to `iri`: on this server if the IRI is the site's, and in
    the release that the request is about.

    Of plain data, every IRI has its document on this server.
    """
    if not get_reader().release.is_site:
        return url_for("resource.show_resource", iri=iri)
    document, _, fragment = iri.partition("#")
    if document == ONTOLOGY_IRI:
        return url_for("resources.show_ontology", _anchor=fragment or None)
    rest = iri.removeprefix(get_reader().base)
    first = rest.split("/")[0]
    if rest == iri or first not in _OF_A_RELEASE | _OF_THE_SITE:
        return iri
    version = f"/release/{g.version}" if "version" in g and first in _OF_A_RELEASE else ""
    return f"{request.script_root}{version}/{quote(rest, safe='/#')}"


def locate(endpoint: str, **values: Any) -> str:
    """Returns the address of what every release has, in the one that the request is about."""
    return url_for(f"{MOUNTED}{endpoint}" if "version" in g else endpoint, **values)


def find_canonical(again: str = "") -> str:
    """Returns the one address of what is being shown, whatever format was asked for (RFC 6596).

    Args:
        again: the address that repeats an answer to a query.
    """
    if again:
        return urljoin(request.url_root, again)
    address = request.base_url.removesuffix(HTML.suffix)
    if request.endpoint not in _ASKED:
        return address
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "format"]
    return f"{address}?{urlencode(asked)}" if asked else address


def is_local(iri: str) -> bool:
    """Returns whether this server itself has something at an IRI."""
    return get_href(iri) != iri


def get_label(iri: str) -> Text:
    """Returns the label of a thing that a page names by its IRI alone."""
    return get_reader().label(iri)


def is_web_address(iri: str) -> bool:
    """Returns whether a browser may be sent there."""
    return iri.startswith(("https://", "http://"))


def leads_somewhere(iri: str) -> bool:
    """Returns whether a link to an IRI may be written."""
    return is_web_address(iri) or is_local(iri)


def get_passage_href(iri: str) -> str:
    """Returns the address of a passage where it stands in the text of its profile."""
    profile, marker, digest = iri.rpartition(_PASSAGE)
    if not marker:
        return get_href(iri)
    return f"{get_href(profile).replace('/id/', '/doc/', 1)}#passage-{digest}"


def get_correction_href(contact: str, iri: str) -> str:
    """Returns where to report an error in a thing: the contact of the site; a letter to it
    names the thing and the release that is shown (RFC 6068)."""
    if not contact.startswith("mailto:"):
        return contact
    fields = {
        "subject": f"Error in {iri}",
        "body": f"{iri}\r\nRelease {get_reader().release.manifest.version}\r\n\r\n",
    }
    return f"{contact}{'&' if '?' in contact else '?'}{urlencode(fields, quote_via=quote)}"


def get_dump_href(city: str, suffix: str) -> str:
    """Returns the address of all data of a city in one format."""
    base = get_reader().base
    return get_href(f"{base}dump/{city.removeprefix(f'{base}id/')}{suffix}")


def get_report_href(city: str) -> str:
    """Returns the address of the report on the page of a city."""
    base = get_reader().base
    return get_href(f"{base}report/{city.removeprefix(f'{base}id/city/')}")


def get_anchor(iri: str) -> str:
    """Returns the anchor of a section or passage on its profile's page."""
    kind, _, slug = iri.rstrip("/").rpartition("/")
    return f"{kind.rsplit('/', 1)[-1]}-{slug}"
