"""Links for machines between pages, their data and the dataset: https://signposting.org/FAIR/

The links of an answer stand in its Link header (RFC 8288); those of a page and all
that belongs to it, once more, as a linkset (RFC 9264). What programs can use at
all is listed as RFC 9727 says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from flask import Blueprint, Response, g, request, url_for
from rdflib import DCTERMS
from werkzeug.urls import iri_to_uri

from publisher.dumps import get_media_type
from publisher.formats import HTML, TURTLE, Format
from publisher.vocabulary import ONTOLOGY_IRI, SCHEMA
from publisher.web.links import is_web_address, locate
from publisher.web.reader import Reader, get_reader
from publisher.web.schema_org import find_types

blueprint = Blueprint("signposting", __name__)

LINKSET = "application/linkset+json"
_CATALOG_PROFILE = "https://www.rfc-editor.org/info/rfc9727"
_PAGE = f"{SCHEMA}AboutPage"
_FILE = f"{SCHEMA}DataDownload"
_CREATORS = (str(DCTERMS.creator), f"{SCHEMA}author")


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link; `anchor` is the address that it begins at, `type` a media type."""

    anchor: str
    rel: str
    href: str
    type: str = ""


def write_header(links: Iterable[Link]) -> str:
    """Returns links as the value of a Link header of the answer that they begin at."""
    return ", ".join(
        f'<{iri_to_uri(link.href)}>; rel="{link.rel}"' + (f'; type="{link.type}"' * bool(link.type))
        for link in links
    )


def link_formats(anchor: str, chosen: Format, addresses: Mapping[Format, str]) -> list[Link]:
    """Returns the links from what is found in one format to the others."""
    others = ((kind, address) for kind, address in addresses.items() if kind is not chosen)
    return [Link(anchor, "alternate", address, kind.media_type) for kind, address in others]


def link_document(
    iri: str,
    addresses: Mapping[Format, str],
    linkset: str = "",
    files: Mapping[Format, str] | None = None,
    licenses: Sequence[str] = (),
) -> list[Link]:
    """Returns the links of the page about a thing, of its other formats and of its files.

    Args:
        iri: of the thing, "" for a page about none.
        addresses: of the formats, HTML among them.
        linkset: the address of these links as a linkset, if there is one.
        files: the addresses of all data of the thing.
        licenses: of what others say there; without any, the thing's own or the dataset's.
    """
    page, data = find_page(addresses), {k: a for k, a in addresses.items() if k is not HTML}
    links = [Link(page, "type", _PAGE), Link(page, "collection", _find_landing(), HTML.media_type)]
    if linkset:
        links.append(Link(page, "linkset", linkset, LINKSET))
    for kind, address in data.items():
        links.append(Link(page, "describedby", address, kind.media_type))
        links.append(Link(address, "describes", page, HTML.media_type))
    for kind, address in (files or {}).items():
        links.append(Link(page, "item", address, kind.media_type))
        links += link_file(address, page, iri)
    if iri:
        links += _link_thing(get_reader(), iri, page)
    stated = filter(None, licenses or [_find_license(get_reader(), iri)])
    anchors = (page, *data.values())
    return [*links, *(Link(anchor, "license", one) for one in stated for anchor in anchors)]


def find_page(addresses: Mapping[Format, str]) -> str:
    """Returns the address of a page that a thing leads to: without the suffix of its format."""
    return addresses[HTML].removesuffix(HTML.suffix)


def link_file(address: str, page: str, iri: str = "") -> list[Link]:
    """Returns the links of a file of data.

    Args:
        page: that offers it.
        iri: of what it is about, "" for the whole release.
    """
    links = [Link(address, "collection", page, HTML.media_type), Link(address, "type", _FILE)]
    license_ = _find_license(get_reader(), iri)
    return [*links, Link(address, "license", license_)] if license_ else links


def link_dump(name: str) -> list[Link]:
    """Returns the links of a dump or a table of the release that the request is about."""
    return link_file(locate("dumps.send_dump", name=name), _find_landing())


def link_landing() -> list[Link]:
    """Returns the links of the page of the release that the request is about, and of its dumps.

    The page of the newest is the front page.
    """
    reader, page = get_reader(), _find_landing()
    links = [Link(page, "type", _PAGE), Link(page, "type", f"{SCHEMA}Dataset")]
    if reader.release.is_site:
        links += _link_description(reader, page)
    links += _link_license(page)
    if reader.release.settings.publisher_url:
        links.append(Link(page, "author", reader.release.settings.publisher_url))
    for dump in reader.release.manifest.downloads:
        address = locate("dumps.send_dump", name=dump.name)
        links.append(Link(page, "item", address, get_media_type(dump)))
        links += link_dump(dump.name)
    links.append(Link(page, "linkset", locate("linksets.send_linkset"), LINKSET))
    catalog = url_for("signposting.send_api_catalog")
    description = url_for("openapi.send_openapi")
    links.append(Link(page, "service-desc", description, "application/json"))
    return [*links, Link(page, "api-catalog", catalog, LINKSET)]


def add_landing_links(response: Response) -> Response:
    """Returns the page of a release with the links that begin there."""
    page = _find_landing()
    links = [link for link in link_landing() if link.anchor == page]
    response.headers["Link"] = write_header(links)
    return response


# What a former release has, too.
linksets = Blueprint("linksets", __name__)


@linksets.get("/linkset")
def send_linkset() -> Response:
    """Sends the links of the page of the release and of what belongs to it."""
    return send_links(link_landing())


@blueprint.get("/.well-known/api-catalog")
def send_api_catalog() -> Response:
    """Lists what programs can use here (RFC 9727)."""
    own = url_for(".send_api_catalog")
    links = list(_list_apis(own))
    response = send_links(links, f'{LINKSET}; profile="{_CATALOG_PROFILE}"')
    items = (link for link in links if link.anchor == own)
    response.headers["Link"] = write_header([Link(own, "api-catalog", own, LINKSET), *items])
    return response


def _list_apis(own: str) -> Iterator[Link]:
    """What describes an API is told as RFC 8631 says."""
    home, endpoint = url_for("pages.show_home"), url_for("sparql.answer_query")
    asking = url_for("pages.show_home", _anchor="query")
    description = url_for("openapi.send_openapi")
    yield Link(own, "item", endpoint)
    yield Link(endpoint, "service-desc", description, "application/json")
    yield Link(endpoint, "service-doc", asking, HTML.media_type)
    yield Link(endpoint, "service-meta", endpoint, TURTLE.media_type)
    if get_reader().release.is_site:
        queries, service = url_for("saved.list_saved_queries"), url_for("reconciliation.ask")
        feed = url_for("changes.show_feed")
        yield Link(own, "item", queries)
        yield Link(queries, "service-desc", description, "application/json")
        yield Link(queries, "service-doc", queries, HTML.media_type)
        yield Link(own, "item", service)
        yield Link(service, "service-desc", service, "application/json")
        yield Link(own, "item", feed)
        yield Link(feed, "service-meta", feed, TURTLE.media_type)
        catalog = url_for("catalog.show_catalog")
        yield Link(home, "service-meta", catalog, TURTLE.media_type)


def send_links(links: Iterable[Link], content_type: str = LINKSET) -> Response:
    """Returns links as a linkset, with whole addresses (RFC 9264, section 4.2)."""
    contexts: dict[str, dict[str, list[dict[str, str]]]] = {}
    for link in links:
        target = {"href": iri_to_uri(urljoin(request.url_root, link.href))}
        if link.type:
            target["type"] = link.type
        anchor = iri_to_uri(urljoin(request.url_root, link.anchor))
        contexts.setdefault(anchor, {}).setdefault(link.rel, []).append(target)
    linkset = [{"anchor": anchor, **relations} for anchor, relations in contexts.items()]
    body = json.dumps({"linkset": linkset}, ensure_ascii=False, indent=1)
    return Response(body, content_type=content_type)


@blueprint.after_app_request
def _link_page(response: Response) -> Response:
    """A page that has no links of its own says where it belongs."""
    is_page = response.status_code == HTTPStatus.OK and response.mimetype == HTML.media_type
    if is_page and "Link" not in response.headers:
        landing = Link(request.path, "collection", _find_landing(), HTML.media_type)
        response.headers["Link"] = write_header([landing, *_link_license(request.path)])
    return response


def _find_landing() -> str:
    """Returns the address of the page of the release that the request is about."""
    if "version" in g:
        return url_for("versions.show_release", version=g.version)
    return url_for("pages.show_home")


def _link_description(reader: Reader, page: str) -> list[Link]:
    """The newest release is the dataset itself, a former one a thing of its own."""
    if "version" in g:
        iri = f"{reader.base}id/release/{g.version}"
        return [Link(page, "cite-as", iri)]
    catalog = url_for("catalog.show_catalog", suffix=TURTLE.suffix)
    return [
        Link(page, "cite-as", reader.base),
        Link(page, "describedby", catalog, TURTLE.media_type),
        Link(catalog, "describes", page, HTML.media_type),
    ]


def _link_thing(reader: Reader, iri: str, page: str) -> list[Link]:
    """Ours are cited by their IRI, which leads to the page; others are only its subject."""
    links = [Link(page, "type", f"{SCHEMA}{name}") for name in find_types(reader, iri)]
    is_own = reader.release.is_site and (iri == ONTOLOGY_IRI or iri.startswith(reader.base))
    if is_web_address(iri):
        links.insert(0, Link(page, "cite-as" if is_own else "about", iri))
    rows = reader.rows("about", thing=iri)
    creators = (row.get("value") for row in rows if row.get("property") in _CREATORS)
    return [*links, *(Link(page, "author", who) for who in creators if is_web_address(who))]


def _link_license(anchor: str) -> list[Link]:
    license_ = get_reader().release.settings.license
    return [Link(anchor, "license", license_)] if license_ else []


def _find_license(reader: Reader, iri: str) -> str:
    """Returns the licence of a thing, where it states none that of the dataset."""
    rows = reader.rows("about", thing=iri) if iri else []
    stated = (r.get("value") for r in rows if r.get("property") == str(DCTERMS.license))
    return next(filter(is_web_address, stated), reader.release.settings.license)
