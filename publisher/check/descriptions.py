"""Checks of what a site says of itself, against each other and against its endpoint."""

from __future__ import annotations

from rdflib import DCAT, DCTERMS, RDF, VOID
from rdflib import URIRef as Iri

from publisher.check.client import Exchange
from publisher.check.finding import MUST, SHOULD, Check, Finding, judge, not_there
from publisher.check.target import SD, Target, number, parse
from publisher.quads import to_graph

_VOID = "https://www.w3.org/TR/void/#"
_DCAT = "https://www.w3.org/TR/vocab-dcat-3/#"
_SERVICE = "https://www.w3.org/TR/sparql11-service-description/#"
_SHOWN = 3


def _well_known(target: Target) -> Finding:
    found = target.well_known
    return judge(parse(found) is not None, found.summary, found)


def _void(target: Target) -> Finding:
    found = target.well_known if parse(target.well_known) else target.front
    if target.dataset is None:
        return judge(False, f"no void:Dataset is described: {found.summary}", found)
    return judge(
        (target.dataset, RDF.type, VOID.Dataset) in target.description, f"<{target.dataset}>", found
    )


def _dcat(target: Target) -> Finding:
    held = list(target.description.subjects(DCAT.dataset, target.dataset))
    right = target.dataset is not None and bool(held)
    return judge(right, "a dcat:Catalog lists it" if right else "no dcat:Catalog lists a dataset",
                 target.front)  # fmt: skip


def _service(target: Target) -> Finding:
    if target.service is None:
        return not_there("an endpoint")
    graph = to_graph(parse(target.service) or [])
    stated = {target.locate(str(o)) for o in graph.objects(None, Iri(f"{SD}endpoint"))}
    right = target.endpoint in stated
    return judge(right, f"sd:endpoint {', '.join(sorted(stated)) or 'missing'}", target.service)


def _same_endpoint(target: Target) -> Finding:
    void = {str(o) for o in target.objects(target.dataset, VOID.sparqlEndpoint)}
    services = target.description.subjects(DCAT.servesDataset, target.dataset)
    dcat = {str(o) for s in services for o in target.objects(s, DCAT.endpointURL)}
    if not void and not dcat:
        return not_there("an endpoint")
    return judge(bool(void) and void <= dcat, f"VoID: {sorted(void)}, DCAT: {sorted(dcat)}", None)


def _license(target: Target) -> Finding:
    stated = target.value(DCTERMS.license)
    return judge(bool(stated), stated or "the dataset has no dct:license", target.front)


def _named(target: Target) -> Finding:
    missing = [n for n in ("title", "description", "publisher") if not target.value(DCTERMS[n])]
    return judge(not missing, f"missing: {', '.join(missing)}" if missing else "complete",
                 target.front)  # fmt: skip


def _uri_space(target: Target) -> Finding:
    detail = target.uri_space or "the dataset has no void:uriSpace"
    return judge(bool(target.uri_space), detail, target.front)


def _filter(target: Target) -> str:
    names = ", ".join(f"<{g}>" for g in sorted(target.describing_graphs))
    return f"FILTER(?g NOT IN ({names}))" if names else ""


def _counts(target: Target, head: str, pattern: str) -> tuple[list[dict[str, int]], Exchange]:
    """Returns numbers by term, once in the default graph and once in the named graphs
    but those that only describe the dataset."""
    tables = []
    for scope in (f"{{ {pattern} }}", f"{{ GRAPH ?g {{ {pattern} }} {_filter(target)} }}"):
        rows, exchange = target.select(f"SELECT {head} {scope} GROUP BY ?term")
        tables.append({r.get("term", ""): number(r.get("n", "")) or 0 for r in rows})
    return tables, exchange


def _triples(target: Target) -> Finding:
    stated = number(target.value(VOID.triples))
    if not target.endpoint or stated is None:
        return not_there("an endpoint, or void:triples")
    head = "(COUNT(*) AS ?n)"
    found: list[int] = []
    for scope in ("{ ?s ?p ?o }", f"{{ GRAPH ?g {{ ?s ?p ?o }} {_filter(target)} }}"):
        rows, exchange = target.select(f"SELECT {head} {scope}")
        found += [n for r in rows if (n := number(r.get("n", ""))) is not None]
    return judge(stated in found, f"void:triples {stated}, COUNT {found or 'fails'}", exchange)


def _partitions(target: Target, kind: str, measure: Iri, head: str, pattern: str) -> Finding:
    stated = {}
    for part in target.objects(target.dataset, VOID[f"{kind}Partition"]):
        count = number(target.description.value(part, measure))
        if count is not None:
            stated[str(target.description.value(part, VOID[kind]))] = count
    if not target.endpoint or not stated:
        return not_there(f"an endpoint, or a void:{kind}Partition")
    tables, exchange = _counts(target, head, pattern)
    wrong = [
        f"{term}: {count}, not {tables[-1].get(term, 0)}"
        for term, count in sorted(stated.items())
        if all(table.get(term) != count for table in tables)
    ]
    detail = "; ".join(wrong[:_SHOWN]) or f"{len(stated)} agree"
    return judge(not wrong, detail, exchange)


def _classes(target: Target) -> Finding:
    head = "?term (COUNT(DISTINCT ?s) AS ?n)"
    return _partitions(target, "class", VOID.entities, head, "?s a ?term")


def _properties(target: Target) -> Finding:
    return _partitions(target, "property", VOID.triples, "?term (COUNT(*) AS ?n)", "?s ?term ?o")


def _dumps(target: Target) -> Finding:
    dumps = {str(o) for o in target.objects(target.dataset, VOID.dataDump)}
    files = {
        str(o)
        for d in target.objects(target.dataset, DCAT.distribution)
        for o in target.objects(d, DCAT.downloadURL)
    }
    if not dumps:
        return not_there("void:dataDump")
    missing = sorted(dumps - files)
    return judge(not missing, f"no distribution: {missing[0]}" if missing else f"{len(dumps)}",
                 target.front)  # fmt: skip


CHECKS = (
    Check("void-well-known", "/.well-known/void leads to a description", f"{_VOID}well-known",
          SHOULD, _well_known),
    Check("void-dataset", "The dataset is described with VoID", f"{_VOID}dataset", MUST, _void),
    Check("dcat-dataset", "The dataset stands in a DCAT catalogue", f"{_DCAT}Class:Catalog", MUST,
          _dcat),
    Check("license", "A licence is stated", f"{_VOID}license", MUST, _license),
    Check("metadata", "Title, description and publisher are stated",
          f"{_VOID}dublin-core", SHOULD, _named),
    Check("uri-space", "What the IRIs begin with is stated", f"{_VOID}pattern", SHOULD, _uri_space),
    Check("service-description", "The endpoint describes itself", f"{_SERVICE}accessing", SHOULD,
          _service),
    Check("same-endpoint", "VoID and DCAT name the same endpoint", f"{_DCAT}Class:Data_Service",
          SHOULD, _same_endpoint),
    Check("same-dumps", "VoID and DCAT name the same dumps", f"{_DCAT}Class:Distribution", SHOULD,
          _dumps),
    Check("triples", "void:triples is what the endpoint counts", f"{_VOID}statistics", MUST,
          _triples),
    Check("class-partitions", "The numbers of things of each class are what the endpoint counts",
          f"{_VOID}class-property-partitions", MUST, _classes),
    Check("property-partitions", "The numbers of each property are what the endpoint counts",
          f"{_VOID}class-property-partitions", MUST, _properties),
)  # fmt: skip
