"""A site to a release: converted, validated, put together and written, or refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef

import publisher
from publisher import assemble
from publisher.conversion import Progress, convert_pages, keep_silent, union, validate_pages
from publisher.describe import count_things, describe_release
from publisher.dumps import SUMS, DumpFile, find_hashes, write_dumps, write_sums
from publisher.errors import InvalidData, SourceError
from publisher.executables import convert_saved_queries
from publisher.formats import NQUADS, write
from publisher.harvested import admit, describe_harvests
from publisher.history import describe_withdrawals, find_former, refuse_withdrawn
from publisher.jsonld import Context
from publisher.linksets import describe_linksets
from publisher.manifest import RELEASE_FORMAT, Manifest
from publisher.profile import Problem
from publisher.quads import sort_quads, to_quads
from publisher.quality import describe_quality
from publisher.query_files import refuse_unknown_defaults
from publisher.release import (
    CATALOG,
    CONTEXT,
    DUMPS,
    MANIFEST,
    PROBLEMS,
    REPORT_STEM,
    REPORTS,
    SHAPES,
    context_iri,
    write_release,
)
from publisher.site import QUERIES, Converted, Site
from publisher.statistics import describe_coverage, describe_statistics
from publisher.store import EmbeddedStore
from publisher.tables import write_tables
from publisher.validate import Report, Severity, Validator, merge_results

_RESULTS_IN_MESSAGE = 5


@dataclass(frozen=True, slots=True)
class _Assembly:
    """A release before it is written; `pages` names the page of each city by its key."""

    manifest: Manifest
    quads: list[ox.Quad]
    catalog: list[ox.Quad]
    downloads: tuple[DumpFile, ...]
    report: Report
    problems: tuple[Problem, ...]
    pages: Mapping[str, str]


def build_release(
    site: Site, out: Path, *, allow_violations: bool = False, progress: Progress | None = None
) -> Manifest:
    """Builds a release of a site, makes it the current one and returns its manifest.

    Args:
        out: the directory of releases, made if need be.
        allow_violations: release data that violates shapes all the same.
        progress: told of every page and step.

    Raises:
        SourceError: a page cannot be used, or two are of one city.
        InvalidData: a shape is violated, a triple stands in two graphs, or a
            thing has no absolute IRI. Nothing was released.
        ReleaseError: `out` cannot be written to.
    """
    assembly = _assemble(site, progress or keep_silent)
    if not assembly.report.conforms and not allow_violations:
        raise _refusal(assembly.report)
    quads = [*assembly.quads, *assembly.catalog]
    write_release(out, assembly.manifest.version, _files(assembly, site), quads)
    return assembly.manifest


def check_site(site: Site, progress: Progress | None = None) -> tuple[Report, tuple[Problem, ...]]:
    """Returns the report on everything a release of the site would hold, and what its
    pages say that did not reach the graphs.

    Raises:
        SourceError, InvalidData: as `build_release`, violations apart.
    """
    assembly = _assemble(site, progress or keep_silent)
    return assembly.report, assembly.problems


def _assemble(site: Site, notify: Progress) -> _Assembly:
    pages = convert_pages(site, site.pages(), notify)
    report = validate_pages(site, pages, notify)
    notify("putting together", 0, 1)
    graphs = _gather(site, pages)
    own = to_quads(graphs)
    admitted = admit(site.harvests, own, site.iris)
    # As the store gives them again: it keeps numbers and times by value, in one form each,
    # and the dumps say the same as the endpoint to the last digit.
    store = EmbeddedStore.of(itertools.chain(own, *admitted.values()))
    quads = sort_quads(store.quads())
    assemble.refuse_shared_triples(quads)
    date = _find_date(site, pages)
    dumps = write_dumps(quads, read_context(site))
    tables = write_tables(quads, site.settings, date)
    counts = count_things(triple for graph in graphs.values() for triple in graph)
    manifest = replace(
        _make_manifest(site, date, dumps, tables),
        triples=len(quads),
        counts=counts,
        problems=len(_problems(pages)),
    )
    sources = {str(page.profile.key): page.profile.page.source for page in pages}
    catalog = describe_release(
        manifest, site.iris, _addresses(pages), assemble.find_namespaces(quads)
    )
    dataset = site.iris.release(manifest.version)
    catalog += describe_statistics(dataset, site.iris.base, quads)
    catalog += describe_coverage(dataset, site.iris.base, quads)
    catalog += describe_harvests(site.harvests, admitted, dataset, site.iris)
    catalog += describe_linksets(
        graphs,
        site.iris,
        dataset,
        site.settings.license,
        site.links_date,
    )
    describe_quality(catalog, manifest, site.iris, (page.profile.key for page in pages))
    report = _complete_report(site, report, catalog)
    counted = replace(
        manifest,
        conforms=report.conforms,
        violations=report.count(Severity.VIOLATION),
        warnings=report.count(Severity.WARNING),
    )
    catalog_quads = sort_quads(to_quads({site.iris.graph("catalog"): catalog}))
    notify("putting together", 1, 1)
    files = (*dumps, *tables)
    return _Assembly(counted, quads, catalog_quads, files, report, _problems(pages), sources)


def _make_manifest(
    site: Site, date: str, dumps: Sequence[DumpFile], tables: Sequence[DumpFile]
) -> Manifest:
    """The manifest with what is known of the files and the site; nothing is counted yet."""
    hashes = find_hashes(dumps)
    version = assemble.mint_version(date, hashes.dataset)
    return Manifest(
        format=RELEASE_FORMAT,
        publisher=publisher.__version__,
        version=version,
        base_iri=site.settings.base_iri,
        date=date,
        triples=0,
        counts={},
        dumps=tuple(file.dump for file in dumps),
        canonical=hashes,
        tables=tuple(file.dump for file in tables),
        former=find_former(site.releases, version),
        withdrawn=site.withdrawals,
        # Whoever reads a release need not know whom its server asks.
        settings=replace(site.settings, store="", federation=()),
        conforms=True,
        violations=0,
        warnings=0,
        problems=0,
    )


def _gather(site: Site, pages: Sequence[Converted]) -> dict[URIRef, Graph]:
    """The named graphs of the dataset."""
    network = site.network(page.profile for page in pages)
    base = {
        site.iris.graph("ontology"): site.ontology,
        site.iris.graph("concepts"): site.concepts,
        site.iris.graph("network"): network,
        **site.link_graphs(network),
        site.iris.graph("queries"): convert_saved_queries(site.saved_queries, site.iris),
    }
    graphs = assemble.merge_graphs([base, *(page.graphs for page in pages)])
    graphs[site.iris.graph("concepts")] += assemble.describe_used_concepts(
        site.further_concepts, graphs.values()
    )
    refuse_unknown_defaults(site.saved_queries, graphs, QUERIES.as_posix())
    things = {str(subject) for graph in graphs.values() for subject in graph.subjects()}
    refuse_withdrawn(sorted(things), site.withdrawals, site.iris)
    return graphs | {
        site.iris.graph("withdrawn"): describe_withdrawals(site.withdrawals, site.iris)
    }


def _find_date(site: Site, pages: Sequence[Converted]) -> str:
    recorded = [row.date for row in site.releases] + [row.date for row in site.withdrawals]
    recorded += [harvest.state.find_date().isoformat() for harvest in site.harvests]
    sources = (page.profile.source for page in pages)
    return assemble.find_date(sources, site.ontology, recorded).isoformat()


def _complete_report(site: Site, pages: Report, catalog: Graph) -> Report:
    """The report on the pages, and on what else a release holds."""
    tombstones = describe_withdrawals(site.withdrawals, site.iris)
    queries = convert_saved_queries(site.saved_queries, site.iris)
    network = _linked_network(site)
    return merge_results(
        [
            pages.results,
            # By its tables only: what pages add was validated with each page.
            Validator(site.shapes, site.concept_types).find_results(network, "network"),
            Validator(site.shapes).find_results(site.concepts, "concepts"),
            Validator(site.shapes).find_results(tombstones, "withdrawn"),
            Validator(site.shapes).find_results(queries, "queries"),
            Validator(site.shapes).find_results(catalog, "catalog"),
        ]
    )


def _linked_network(site: Site) -> Graph:
    network = site.network()
    return union([network, *site.link_graphs(network).values()])


def _addresses(pages: Iterable[Converted]) -> list[str]:
    return sorted({a for page in pages if (a := page.profile.source.address)})


def _problems(pages: Iterable[Converted]) -> tuple[Problem, ...]:
    return tuple(problem for page in pages for problem in page.problems)


def read_context(site: Site) -> Context:
    """Returns the site's JSON-LD context, written as its public address.

    Raises:
        SourceError: the context document cannot be used.
    """
    try:
        return Context.parse(site.context, context_iri(site.settings.base_iri, site.context))
    except ValueError as error:
        raise SourceError(
            f"not a JSON-LD context: {error}",
            where="ontology/context.jsonld",
            remedy="correct the file",
        ) from error


def _refusal(report: Report) -> InvalidData:
    violations = tuple(r for r in report.results if r.severity is Severity.VIOLATION)
    shown = Report(violations[:_RESULTS_IN_MESSAGE]).to_text().partition("\n")[2]
    more = len(violations) - _RESULTS_IN_MESSAGE
    rest = f"… and {more} more\n" if more > 0 else ""
    return InvalidData(
        f"the data violates its shapes in {len(violations)} places, so nothing was released\n"
        f"{shown}{rest}".rstrip(),
        remedy="see all with `publisher validate`, correct the sources, or --allow-violations",
    )


def _files(assembly: _Assembly, site: Site) -> dict[str, bytes]:
    results = assembly.report.results
    reports: dict[str, bytes] = {}
    for key, page in assembly.pages.items():
        own = Report(tuple(result for result in results if result.source == page))
        problems = [problem for problem in assembly.problems if problem.source == page]
        reports |= _report_files(f"{REPORTS}/{key}/", own, problems)
    return {
        **{f"{DUMPS}/{file.dump.name}": file.data for file in assembly.downloads},
        f"{DUMPS}/{SUMS}": write_sums(assembly.manifest.downloads),
        CATALOG: write(assembly.catalog, NQUADS),
        CONTEXT: _json(site.context),
        SHAPES: site.shapes_document,
        **_report_files("", assembly.report, assembly.problems),
        **reports,
        MANIFEST: assembly.manifest.to_json().encode(),
    }


def _report_files(folder: str, report: Report, problems: Iterable[Problem]) -> dict[str, bytes]:
    return {
        f"{folder}{PROBLEMS}": _json([asdict(problem) for problem in problems]),
        f"{folder}{REPORT_STEM}.txt": report.to_text().encode(),
        f"{folder}{REPORT_STEM}.ttl": report.to_turtle().encode(),
        f"{folder}{REPORT_STEM}.json": report.to_json().encode(),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
