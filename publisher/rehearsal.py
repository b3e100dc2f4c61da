"""What a build does with the data of others, tried before it is kept. Pure.

So it is a source that fails, with its name, and not a build that nobody can repair here.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from publisher.errors import InvalidData, SourceError
from publisher.formats import JSONLD, NTRIPLES, TRIG, TURTLE, write
from publisher.iris import Iris
from publisher.jsonld import Context
from publisher.nquads import write_stored_lines
from publisher.quads import to_quads
from publisher.statistics import describe_coverage, describe_statistics


def rehearse(quads: Sequence[ox.Quad], context: Context, iris: Iris, url: str) -> None:
    """Stores, writes and counts quads of one source, as a build does with those of all.

    Raises:
        SourceError: one of that cannot be done.
    """
    dataset = iris.release("rehearsal")
    try:
        lines = write_stored_lines(quads)
        for target in (TURTLE, TRIG, NTRIPLES, JSONLD):
            write(quads, target, context=context)
        catalog = describe_statistics(dataset, iris.base, lines)
        catalog += describe_coverage(dataset, iris.base, quads)
        to_quads({iris.graph("catalog"): catalog})
    except (InvalidData, ValueError, SyntaxError) as error:
        raise SourceError(
            f"no release can hold what it says: {error}",
            where=url,
            remedy="tell its publisher, and leave the source out until then",
        ) from error
