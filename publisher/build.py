"""A site to a release: converted, validated, put together and written, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph

import publisher
from publisher import assemble
from publisher.describe import count_things, describe_release
from publisher.errors import InvalidData, SourceError
from publisher.executables import convert_saved_queries
from publisher.formats import NQUADS, write
from publisher.iris import CityKey
from publisher.jsonld import Context
from publisher.manifest import RELEASE_FORMAT, Manifest
from publisher.profile import Problem
from publisher.quads import sort_quads, to_quads
from publisher.query_files import refuse_unknown_defaults
from publisher.release import (
    CATALOG,
    CONTEXT,
    DUMPS,
    MANIFEST,
    MASTER_DUMP,
    PROBLEMS,
    REPORT_STEM,
    context_iri,
    write_release,
)
from publisher.site import QUERIES, Converted, PageFile, Site
from publisher.validate import Report, Severity, Validator, merge_results

# Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]

_RESULTS_IN_MESSAGE = 5


@dataclass(frozen=True, slots=True)
class _Assembly:
    """A release before it is written."""

    manifest: Manifest
    quads: list[ox.Quad]
    catalog: list[ox.Quad]
    dumps: Mapping[str, bytes]
    report: Report
    problems: tuple[Problem, ...]


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
    assembly = _assemble(site, progress or _keep_silent)
    if not assembly.report.conforms and not allow_violations:
        raise _refusal(assembly.report)
    quads = [*assembly.quads, *assembly.catalog]
    write_release(out, assembly.manifest.version, _files(assembly, site.context), quads)
    return assembly.manifest


def check_site(site: Site, progress: Progress | None = None) -> tuple[Report, tuple[Problem, ...]]:
    """Returns the report on everything a release of the site would hold, and what its
    pages say that did not reach the graphs.

    Raises:
        SourceError, InvalidData: as `build_release`, violations apart.
    """
    assembly = _assemble(site, progress or _keep_silent)
    return assembly.report, assembly.problems


def convert_pages(
    site: Site, pages: Iterable[PageFile], progress: Progress | None = None
) -> list[Converted]:
    """Returns what each of the pages was converted to.

    Raises:
        SourceError: a page cannot be used, or two are of one city.
    """
    notify = progress or _keep_silent
    converted: list[Converted] = []
    names: dict[CityKey, str] = {}
    listed = list(pages)
    for number, page in enumerate(listed):
        notify("converting", number, len(listed))
        name = _name_page(site, page)
        result = site.convert(page.data, name, page.known)
        key = result.profile.key
        if key in names:
            raise _two_pages(key, names[key], name)
        names[key] = name
        converted.append(result)
    notify("converting", len(listed), len(listed))
    return converted


def _name_page(site: Site, page: PageFile) -> str:
    """A site's own page by its place in the site, wherever that is on this machine."""
    inside = page.path.is_relative_to(site.root)
    return page.path.relative_to(site.root).as_posix() if inside else str(page.path)


def validate_pages(
    site: Site, converted: Sequence[Converted], progress: Progress | None = None
) -> Report:
    """Returns the report on converted pages, each validated by itself."""
    notify = progress or _keep_silent
    validator = Validator(site.shapes, site.concept_types)
    results = []
    for number, page in enumerate(converted):
        notify("validating", number, len(converted))
        graph = _union(page.graphs.values())
        results.append(validator.find_results(graph, page.profile.page.source))
    notify("validating", len(converted), len(converted))
    return merge_results(results)


def _keep_silent(step: str, done: int, total: int) -> None:
    """The progress nobody asked for."""


def _union(graphs: Iterable[Graph]) -> Graph:
    union = Graph()
    for graph in graphs:
        for triple in graph:
            union.add(triple)
    return union


def _two_pages(key: CityKey, first: str, second: str) -> SourceError:
    return SourceError(
        f"two pages of the same city, {key}",
        where=f"{first} and {second}",
        remedy="keep one of them, or tell the cities apart in sources.csv",
    )


def _assemble(site: Site, notify: Progress) -> _Assembly:
    pages = convert_pages(site, site.pages(), notify)
    report = validate_pages(site, pages, notify)
    notify("putting together", 0, 1)
    network = site.network(page.profile for page in pages)
    queries = convert_saved_queries(site.saved_queries, site.iris)
    base = {
        site.iris.graph("ontology"): site.ontology,
        site.iris.graph("concepts"): site.concepts,
        site.iris.graph("network"): network,
        site.iris.graph("queries"): queries,
    }
    graphs = assemble.merge_graphs([base, *(page.graphs for page in pages)])
    graphs[site.iris.graph("concepts")] += assemble.describe_used_concepts(
        site.further_concepts, graphs.values()
    )
    refuse_unknown_defaults(site.saved_queries, graphs, QUERIES.as_posix())
    quads = sort_quads(to_quads(graphs))
    assemble.refuse_shared_triples(quads)
    dumps = assemble.write_dumps(quads, read_context(site))
    counts = count_things(triple for graph in graphs.values() for triple in graph)
    manifest = _make_manifest(site, pages, counts, len(quads), dumps)
    catalog = describe_release(
        manifest, site.iris, _addresses(pages), assemble.find_namespaces(quads)
    )
    types = site.concept_types
    report = merge_results(
        [
            report.results,
            # By its tables only: what pages add was validated with each page.
            Validator(site.shapes, types).find_results(site.network(), "network"),
            Validator(site.shapes).find_results(site.concepts, "concepts"),
            Validator(site.shapes).find_results(queries, "queries"),
            Validator(site.shapes).find_results(catalog, "catalog"),
        ]
    )
    counted = replace(
        manifest,
        conforms=report.conforms,
        violations=report.count(Severity.VIOLATION),
        warnings=report.count(Severity.WARNING),
    )
    catalog_quads = sort_quads(to_quads({site.iris.graph("catalog"): catalog}))
    notify("putting together", 1, 1)
    return _Assembly(counted, quads, catalog_quads, dumps, report, _problems(pages))


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
        return Context.parse(site.context, context_iri(site.settings.base_iri))
    except ValueError as error:
        raise SourceError(
            f"not a JSON-LD context: {error}",
            where="ontology/context.jsonld",
            remedy="correct the file",
        ) from error


def _make_manifest(
    site: Site,
    pages: Sequence[Converted],
    counts: Mapping[str, int],
    triples: int,
    dumps: Mapping[str, bytes],
) -> Manifest:
    date = assemble.find_date((page.profile.source for page in pages), site.ontology)
    return Manifest(
        format=RELEASE_FORMAT,
        publisher=publisher.__version__,
        version=assemble.mint_version(date, dumps[MASTER_DUMP]),
        base_iri=site.settings.base_iri,
        date=date.isoformat(),
        triples=triples,
        counts=counts,
        dumps=assemble.describe_dumps(dumps),
        # Whoever reads a release need not know the address of an engine.
        settings=replace(site.settings, store=""),
        conforms=True,
        violations=0,
        warnings=0,
        problems=len(_problems(pages)),
    )


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


def _files(assembly: _Assembly, context: Mapping[str, Any]) -> dict[str, bytes]:
    problems = [asdict(problem) for problem in assembly.problems]
    report = assembly.report
    return {
        **{f"{DUMPS}/{name}": data for name, data in assembly.dumps.items()},
        CATALOG: write(assembly.catalog, NQUADS),
        CONTEXT: _json(context),
        PROBLEMS: _json(problems),
        f"{REPORT_STEM}.txt": report.to_text().encode(),
        f"{REPORT_STEM}.ttl": report.to_turtle().encode(),
        f"{REPORT_STEM}.json": report.to_json().encode(),
        MANIFEST: assembly.manifest.to_json().encode(),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
