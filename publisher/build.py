"""A site to a release: converted, validated, put together and written, or refused."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph

import publisher
from publisher import assemble
from publisher.conversion import (
    PagePart,
    Progress,
    convert_parts,
    count_new_pages,
    keep_silent,
)
from publisher.dataset import find_date, gather_graphs, validate_others
from publisher.describe import count_things, describe_release
from publisher.dumps import SUMS, DumpFile, find_hashes, write_dumps, write_sums
from publisher.errors import InvalidData, SourceError
from publisher.harvested import admit, describe_harvests, is_harvested
from publisher.history import find_former
from publisher.jsonld import Context
from publisher.judging import Judge
from publisher.link_description import describe_links
from publisher.manifest import RELEASE_FORMAT, Manifest
from publisher.memo import Memo
from publisher.nquads import merge_lines, parse_lines, write_lines, write_stored_lines
from publisher.profile import Problem
from publisher.quads import to_quads
from publisher.quality import describe_quality
from publisher.query_files import refuse_unknown_defaults
from publisher.release import (
    CACHE,
    CATALOG,
    CONTEXT,
    DUMPS,
    MANIFEST,
    PROBLEMS,
    RELEASES,
    REPORT_STEM,
    REPORTS,
    SHAPES,
    ReleaseWriter,
    context_iri,
    find_unchanged,
    fingerprint_files,
    make_current,
    open_release,
)
from publisher.site import CONTENT, QUERIES, Site
from publisher.statistics import describe_coverage, describe_statistics
from publisher.store import EmbeddedStore
from publisher.tables import write_tables
from publisher.validate import Report, Severity, merge_results

_RESULTS_IN_MESSAGE = 5


@dataclass(frozen=True, slots=True)
class _Assembly:
    """A release before it is validated and written: nothing of `manifest` is judged yet.

    `pages` names the page of each city by its key; `report` waits for the report.
    """

    manifest: Manifest
    catalog: str
    downloads: tuple[DumpFile, ...]
    problems: tuple[Problem, ...]
    pages: Mapping[str, str]
    report: Callable[[], Report]


def build_release(
    site: Site,
    out: Path,
    *,
    allow_violations: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Builds a release of a site, makes it the current one and returns its manifest.

    What was made before from the same inputs, by the same code, is taken from `out`: the
    release is the same, byte by byte, as without it. If nothing changed at all, it is the
    one that is there.

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
    memo = Memo(out / CACHE)
    inputs = site.fingerprint_all()
    key = memo.key("release", inputs)
    known = memo.find(key)
    unchanged = find_unchanged(out, json.loads(known)) if known else None
    if unchanged and (unchanged.conforms or allow_violations):
        make_current(out, unchanged.version)
        return unchanged
    new_pages = count_new_pages(site, memo)
    with Judge(site, memo, new_pages) as judge, ReleaseWriter(out) as writer:
        assembly = _assemble(site, memo, judge, progress or keep_silent, writer.begin)

        def judge_all() -> dict[str, bytes]:
            report = assembly.report()
            if not report.conforms and not allow_violations:
                raise _refusal(report)
            return _report_on(assembly, report)

        writer.publish(assembly.manifest.version, _files(assembly, site), judge_all)
    release = open_release(out / RELEASES / assembly.manifest.version)
    if site.fingerprint_all() == inputs:  # else it is not known what was read
        memo.keep(key, json.dumps(fingerprint_files(release.path)))
        memo.save()
    return release.manifest


def check_site(site: Site, progress: Progress | None = None) -> tuple[Report, tuple[Problem, ...]]:
    """Returns the report on everything a release of the site would hold, and what its
    pages say that did not reach the graphs.

    Raises:
        SourceError, InvalidData: as `build_release`, violations apart.
    """
    memo = Memo()
    with Judge(site, memo, len(site.pages())) as judge:
        assembly = _assemble(site, memo, judge, progress or keep_silent)
        return assembly.report(), assembly.problems


def _assemble(
    site: Site,
    memo: Memo,
    judge: Judge,
    notify: Progress,
    begin: Callable[[str], None] | None = None,
) -> _Assembly:
    """A release of a site; `begin` is given its quads as soon as they are known."""
    content = site.fingerprint(CONTENT)
    others = validate_others(site, content, memo, judge)
    pages, report_on_pages = convert_parts(site, memo, judge, notify)
    notify("putting together", 0, 1)
    own = gather_graphs(site, pages, content, memo)
    admitted = admit(site.harvests, parse_lines(own) if site.harvests else (), site.iris)
    harvested = write_stored_lines(itertools.chain(*admitted.values()))
    lines = merge_lines([own, harvested]) if harvested else own
    if begin:
        begin(lines)
    date = find_date(site, pages)
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(_write_tables, own, site, date)
        assemble.refuse_shared_triples(lines)
        quads = parse_lines(lines)
        refuse_unknown_defaults(site.saved_queries, quads, QUERIES.as_posix())
        dumps = write_dumps(lines, read_context(site), memo.recall)
        tables = written.result()
    manifest = replace(
        _make_manifest(site, date, dumps, tables),
        triples=len(quads),
        counts=count_things(parse_lines(own) if site.harvests else quads),
        problems=len(_problems(pages)),
    )
    catalog = _describe(site, manifest, pages, lines, quads, admitted)
    catalog_lines = write_lines(to_quads({site.iris.graph("catalog"): catalog}))
    others.append(judge.submit("catalog", catalog_lines, by_itself=True))
    notify("putting together", 1, 1)

    def wait_for_report() -> Report:
        return merge_results([report_on_pages().results, *(found() for found in others)])

    sources = {str(page.key): page.file for page in pages}
    downloads = (*dumps, *tables)
    return _Assembly(manifest, catalog_lines, downloads, _problems(pages), sources, wait_for_report)


def _write_tables(lines: str, site: Site, date: str) -> tuple[DumpFile, ...]:
    return write_tables(EmbeddedStore.parse(lines), site.settings, date)


def _describe(
    site: Site,
    manifest: Manifest,
    pages: Sequence[PagePart],
    lines: str,
    quads: Sequence[ox.Quad],
    admitted: Mapping[str, list[ox.Quad]],
) -> Graph:
    """The catalogue's graph. `lines` and `quads` are the dataset, as text and parsed."""
    dataset, iris = site.iris.release(manifest.version), site.iris
    catalog = describe_release(manifest, iris, _addresses(pages), assemble.find_namespaces(quads))
    catalog += describe_statistics(dataset, iris.base, lines)
    catalog += describe_coverage(dataset, iris.base, quads)
    catalog += describe_harvests(site.harvests, admitted, dataset, iris)
    if site.harvests:
        quads = [quad for quad in quads if not is_harvested(quad, iris)]
    catalog += describe_links(quads, site.links, iris, dataset, site.settings.license)
    describe_quality(catalog, manifest, iris, (page.key for page in pages))
    return catalog


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


def _addresses(pages: Iterable[PagePart]) -> list[str]:
    return sorted({address for page in pages if (address := page.known.address)})


def _problems(pages: Iterable[PagePart]) -> tuple[Problem, ...]:
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
    return {
        **{f"{DUMPS}/{file.dump.name}": file.data for file in assembly.downloads},
        f"{DUMPS}/{SUMS}": write_sums(assembly.manifest.downloads),
        CATALOG: assembly.catalog.encode(),
        CONTEXT: _json(site.context),
        SHAPES: site.shapes_document,
    }


def _report_on(assembly: _Assembly, report: Report) -> dict[str, bytes]:
    """The report on a release and its parts, and the manifest, which says what came out."""
    files = _report_files("", report, assembly.problems)
    for key, page in assembly.pages.items():
        own = Report(tuple(result for result in report.results if result.source == page))
        problems = [problem for problem in assembly.problems if problem.source == page]
        files |= _report_files(f"{REPORTS}/{key}/", own, problems)
    manifest = replace(
        assembly.manifest,
        conforms=report.conforms,
        violations=report.count(Severity.VIOLATION),
        warnings=report.count(Severity.WARNING),
    )
    return {**files, MANIFEST: manifest.to_json().encode()}


def _report_files(folder: str, report: Report, problems: Iterable[Problem]) -> dict[str, bytes]:
    return {
        f"{folder}{PROBLEMS}": _json([asdict(problem) for problem in problems]),
        f"{folder}{REPORT_STEM}.txt": report.to_text().encode(),
        f"{folder}{REPORT_STEM}.ttl": report.to_turtle().encode(),
        f"{folder}{REPORT_STEM}.json": report.to_json().encode(),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
