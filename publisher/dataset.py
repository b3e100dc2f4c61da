"""A site and its pages to the named graphs of a dataset, as lines of N-Quads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher import assemble
from publisher.conversion import PagePart
from publisher.executables import convert_saved_queries
from publisher.history import describe_withdrawals, refuse_withdrawn
from publisher.judging import Judge, Results
from publisher.linksets import refuse_unknown_subjects
from publisher.memo import Memo
from publisher.nquads import merge_lines, parse_lines, write_stored_lines
from publisher.quads import to_quads
from publisher.site import Site


def gather_graphs(site: Site, pages: Sequence[PagePart], content: str, memo: Memo) -> str:
    """Returns the named graphs of the dataset, but for harvests, as sorted lines.

    Args:
        content: the fingerprint of all but the pages.

    Raises:
        InvalidData: a thing has no absolute IRI, or is described though it was withdrawn.
        SourceError: a link begins at nothing that is described.
    """
    keys = {page.key for page in pages}

    def convert_rest() -> str:
        graphs = {
            site.iris.graph("ontology"): site.ontology,
            site.iris.graph("concepts"): site.concepts,
            site.iris.graph("network"): site.network(keys),
            site.iris.graph("queries"): convert_saved_queries(site.saved_queries, site.iris),
        }
        return write_stored_lines(to_quads(graphs))

    rest = memo.recall("rest", (content, *sorted(map(str, keys))), convert_rest)
    lines = "".join([rest, *(page.quads for page in pages)])
    refuse_unknown_subjects(site.link_rows, site.iris, _find_subjects(lines))

    def convert_links() -> str:
        return write_stored_lines(to_quads(site.link_graphs()))

    lines += memo.recall("links", (content,), convert_links)
    if site.settings.lexicons:
        used = assemble.describe_used_concepts(site.further_concepts, parse_lines(lines))
        lines += write_stored_lines(to_quads({site.iris.graph("concepts"): used}))
    if site.withdrawals:
        refuse_withdrawn(sorted(_find_subjects(lines)), site.withdrawals, site.iris)
    return merge_lines([lines, _write_tombstones(site)])


def _find_subjects(lines: str) -> set[str]:
    return {line.partition(">")[0][1:] for line in lines.split("\n")}


def _write_tombstones(site: Site) -> str:
    tombstones = describe_withdrawals(site.withdrawals, site.iris)
    return write_stored_lines(to_quads({site.iris.graph("withdrawn"): tombstones}))


def find_date(site: Site, pages: Sequence[PagePart]) -> str:
    """Returns the date of a release, that of its newest input, as ISO text."""
    recorded = [row.date for row in site.releases] + [row.date for row in site.withdrawals]
    recorded += [harvest.state.find_date().isoformat() for harvest in site.harvests]
    sources = (page.known for page in pages)
    return assemble.find_date(sources, site.ontology, recorded).isoformat()


def validate_others(
    site: Site, content: str, memo: Memo, judge: Judge
) -> list[Callable[[], Results]]:
    """Has all validated that a release holds besides the pages and the catalogue; what is
    returned waits for the results.

    Args:
        content: the fingerprint of all but the pages.
    """
    concepts, queries = site.iris.graph("concepts"), site.iris.graph("queries")

    def convert_tables() -> str:
        network = site.network()
        graphs = {site.iris.graph("network"): network, **site.link_graphs()}
        return write_stored_lines(to_quads(graphs))

    def convert_concepts() -> str:
        return write_stored_lines(to_quads({concepts: site.concepts}))

    def convert_queries() -> str:
        return write_stored_lines(
            to_quads({queries: convert_saved_queries(site.saved_queries, site.iris)})
        )

    return [
        # By its tables only: what pages add is validated with each page.
        judge.submit("network", memo.recall("tables", (content,), convert_tables), by_itself=False),
        judge.submit(
            "concepts", memo.recall("concepts", (content,), convert_concepts), by_itself=True
        ),
        judge.submit("withdrawn", _write_tombstones(site), by_itself=True),
        judge.submit(
            "queries", memo.recall("queries", (content,), convert_queries), by_itself=True
        ),
    ]
