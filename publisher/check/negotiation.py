"""Checks of a thing's address and its document over HTTP (RFC 9110, Cool URIs)."""

from __future__ import annotations

from urllib.parse import urljoin

from publisher.check.client import Exchange
from publisher.check.finding import MUST, SHOULD, Check, Finding, judge, not_there
from publisher.check.target import RDF_ACCEPT, Target, parse

_RFC = "https://www.rfc-editor.org/rfc/rfc9110#section-"
_TYPES = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
_SEE_OTHER = 303


def _get(target: Target, accept: str = RDF_ACCEPT, **headers: str) -> Exchange:
    address = target.locate(target.thing)
    return target.client.ask(address, headers={"Accept": accept, **headers})


def _document(target: Target) -> Exchange:
    """Returns the document about the thing at its own address."""
    found = _get(target)
    return target.client.ask(found.url, headers={"Accept": RDF_ACCEPT})


def _dereferences(target: Target) -> Finding:
    found = _get(target)
    is_named = bool(target.uri_space)
    right = found.status == 200 and (
        not is_named or "#" in target.thing or not found.hops or _SEE_OTHER in found.hops
    )
    way = " → ".join(map(str, (*found.hops, found.summary)))
    return judge(right, f"<{target.thing}>: {way}", found)


def _describes(target: Target) -> Finding:
    found = _get(target)
    quads = parse(found)
    if quads is None:
        return judge(False, f"no RDF that can be read: {found.summary}", found)
    named = any(getattr(t, "value", "") == target.thing for q in quads for t in (q[0], q[2]))
    return judge(named, f"{len(quads)} triples{'' if named else ', none names it'}", found)


def _weights(target: Target) -> Finding:
    offered = [t for t in _TYPES if _get(target, t).media_type == t]
    if len(offered) < 2:
        return not_there("a second RDF format")
    first, second = offered[:2]
    for liked, other in ((first, second), (second, first)):
        found = _get(target, f"{other};q=0.2, {liked};q=0.9")
        if found.media_type != liked:
            return judge(False, f"{found.summary} where {liked} was preferred", found)
    return judge(True, f"formats: {', '.join(offered)}", found)


def _not_acceptable(target: Target) -> Finding:
    found = _get(target, "image/x-of-no-kind")
    return judge(found.status == 406, found.summary, found)


def _vary(target: Target) -> Finding:
    found = _document(target)
    vary = found.headers.get("vary", "")
    names = {name.strip().lower() for name in vary.split(",")}
    return judge(bool(names & {"accept", "*"}), f"Vary: {vary}", found)


def _content_location(target: Target) -> Finding:
    found = _document(target)
    place = found.headers.get("content-location", "")
    if not place:
        return judge(False, "no Content-Location", found)
    again = target.client.ask(urljoin(found.url, place), headers={"Accept": "*/*"})
    same = again.status == 200 and again.media_type == found.media_type
    return judge(same, f"{place}: {again.summary}", again)


def _not_modified(target: Target) -> Finding:
    found = _document(target)
    tag = found.headers.get("etag", "")
    if not tag:
        return judge(False, "no ETag", found)
    headers = {"Accept": RDF_ACCEPT, "If-None-Match": tag}
    again = target.client.ask(found.url, headers=headers)
    return judge(again.status == 304 and not again.body, again.summary, again)


def _head(target: Target) -> Finding:
    found = _document(target)
    head = target.client.ask(found.url, method="HEAD", headers={"Accept": RDF_ACCEPT})
    same = (head.status, head.media_type) == (found.status, found.media_type)
    return judge(same and head.status == 200 and not head.body, head.summary, head)


def _options(target: Target) -> Finding:
    found = target.client.ask(_get(target).url, method="OPTIONS")
    allowed = found.headers.get("allow", "")
    right = 200 <= found.status < 300 and "GET" in allowed
    return judge(right, f"{found.status} Allow: {allowed}", found)


def _method(target: Target) -> Finding:
    """PROPFIND, which changes nothing even where it is known."""
    found = target.client.ask(_get(target).url, method="PROPFIND")
    allowed = found.headers.get("allow", "")
    right = found.status == 501 or (found.status == 405 and "GET" in allowed)
    return judge(right, f"{found.status} Allow: {allowed}", found)


def _cors(target: Target) -> Finding:
    found = _get(target, Origin="https://example.org")
    allowed = found.headers.get("access-control-allow-origin", "")
    right = allowed in ("*", "https://example.org")
    return judge(right, f"Access-Control-Allow-Origin: {allowed}", found)


def _unknown(target: Target) -> Finding:
    address = f"{target.locate(target.thing)}-of-which-nothing-is-said"
    found = target.client.ask(address, headers={"Accept": RDF_ACCEPT})
    return judge(found.status in (404, 410), found.summary, found)


CHECKS = (
    Check("thing-dereferences", "The IRI of a thing leads to a document",
          "https://www.w3.org/TR/cooluris/#r303gendocument", MUST, _dereferences),
    Check("thing-described", "The document is RDF and speaks of the thing",
          "https://www.w3.org/TR/ldp-bp/#use-dereferenceable", MUST, _describes),
    Check("accept-weights", "The format is chosen by the weights of Accept",
          f"{_RFC}12.5.1", MUST, _weights),
    Check("not-acceptable", "A format that there is not is refused",
          f"{_RFC}15.5.7", SHOULD, _not_acceptable),
    Check("vary", "Caches are told that Accept matters", f"{_RFC}12.5.5", MUST, _vary),
    Check("content-location", "Each format has its own address",
          f"{_RFC}8.7", SHOULD, _content_location),
    Check("not-modified", "Who has the newest is told so", f"{_RFC}13.1.2", SHOULD, _not_modified),
    Check("head", "HEAD is answered as GET is, without a body", f"{_RFC}9.3.2", MUST, _head),
    Check("options", "OPTIONS says what may be done", f"{_RFC}9.3.7", SHOULD, _options),
    Check("method-not-allowed", "Other methods are refused with a list of those there are",
          f"{_RFC}15.5.6", MUST, _method),
    Check("cors", "Pages of other sites may read the data",
          "https://fetch.spec.whatwg.org/#http-access-control-allow-origin", SHOULD, _cors),
    Check("unknown-thing", "What nothing is said of is not found", f"{_RFC}15.5.5", MUST, _unknown),
)  # fmt: skip
