"""What changed between releases: a patch and a page for two of them, a feed through all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import islice

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from publisher.changes import Change, find_changes, leave_out_harvests, write_patch
from publisher.feed import FEED_PREFIXES, Step, describe_page, describe_stream
from publisher.formats import (
    HTML,
    JSONLD,
    NTRIPLES,
    PATCH,
    RDFXML,
    TURTLE,
    Format,
    write,
)
from publisher.iris import Iris
from publisher.release import Release
from publisher.web.documents import mark_format
from publisher.web.errors import UnknownResource
from publisher.web.headers import IMMUTABLE
from publisher.web.negotiation import choose_format, split_suffix
from publisher.web.reader import get_reader
from publisher.web.versions import get_versions, list_held
from publisher.web.views.changes import view_changes

blueprint = Blueprint("changes", __name__)

_DIFF_FORMATS = (HTML, PATCH)
_FEED_FORMATS = (TURTLE, JSONLD, NTRIPLES, RDFXML)
_SUFFIXES = ",".join(f"'{f.suffix}'" for f in _FEED_FORMATS)
MEMBERS_ON_A_PAGE = 250


@blueprint.get("/release/<old>/diff/<new>")
def show_diff(old: str, new: str) -> Response:
    """Answers with what leads from one release to another: RDF Patch, or a page by things."""
    new, chosen = split_suffix(new, _DIFF_FORMATS)
    chosen = chosen or choose_format(request.accept_mimetypes, _DIFF_FORMATS)
    reader = get_versions().get(new)
    with _compare(get_versions().get(old).release, reader.release) as changes:
        if chosen is PATCH:
            body: str | bytes = write_patch(changes, Iris(reader.base), old, new)
        else:
            view = view_changes(get_reader(), changes)
            body = render_template("diff.html", view=view, old=old, new=new)
    addresses = {f: url_for(".show_diff", old=old, new=new + f.suffix) for f in _DIFF_FORMATS}
    return _answer(body, chosen, addresses, immutable=chosen is PATCH)


@blueprint.get("/feed", defaults={"suffix": ""})
@blueprint.get(f"/feed<any({_SUFFIXES}):suffix>")
def show_feed(suffix: str) -> Response:
    """Answers with the root of the feed: where the changes of each release begin."""
    chosen = _choose(suffix)
    release = get_reader().release
    steps = [_place(held) for held in list_held(release)]
    title = f"{release.settings.title}: changes"
    quads = describe_stream(Iris(get_reader().base), title, steps)
    body = write(quads, chosen, prefixes=FEED_PREFIXES)
    addresses = {f: url_for(".show_feed", suffix=f.suffix) for f in _FEED_FORMATS}
    return _answer(body, chosen, addresses, immutable=False)


@blueprint.get("/feed/<version>")
def show_first_page(version: str) -> BaseResponse:
    """Sends to where the changes of a release begin."""
    return redirect(url_for(".show_page", version=version, number=1), 303)


@blueprint.get("/feed/<version>/<int:number>", defaults={"suffix": ""})
@blueprint.get(f"/feed/<version>/<int:number><any({_SUFFIXES}):suffix>")
def show_page(version: str, number: int, suffix: str) -> Response:
    """Answers with one page of what a release changed; the first held changed everything.

    What other publishers say is theirs to tell: it would go round between sites that
    harvest each other, and never be forgotten.
    """
    chosen = _choose(suffix)
    release = get_versions().get(version).release
    start = (number - 1) * MEMBERS_ON_A_PAGE
    own = partial(leave_out_harvests, iris=Iris(get_reader().base))
    with _compare(_find_previous(release), release, own) as changes:
        found = list(islice(changes, max(start, 0), max(start, 0) + MEMBERS_ON_A_PAGE + 1))
    if number < 1 or (not found and number > 1):
        raise UnknownResource("The feed has no such page.", remedy="Begin at /feed.")
    quads = describe_page(
        Iris(get_reader().base),
        _place(release),
        number,
        found[:MEMBERS_ON_A_PAGE],
        more=len(found) > MEMBERS_ON_A_PAGE,
    )
    addresses = {
        f: url_for(".show_page", version=version, number=number, suffix=f.suffix)
        for f in _FEED_FORMATS
    }
    body = write(quads, chosen, prefixes=FEED_PREFIXES)
    return _answer(body, chosen, addresses, immutable=True)


def _choose(suffix: str) -> Format:
    _, chosen = split_suffix(suffix, _FEED_FORMATS)
    return chosen or choose_format(request.accept_mimetypes, _FEED_FORMATS)


def _place(release: Release) -> Step:
    manifest = release.manifest
    return Step(manifest.version, manifest.date, len(manifest.former) + 1)


def _find_previous(release: Release) -> Release | None:
    """Returns the release before, of those that are here."""
    return next((held for held in list_held(release)[-2::-1]), None)


@contextmanager
def _compare(
    old: Release | None, new: Release, choose: Callable[[Iterable[bytes]], Iterable[bytes]] = iter
) -> Iterator[Iterator[Change]]:
    """Gives what changed between the lines of two masters that are chosen."""
    with new.master.open("rb") as lines:
        if old is None:
            yield find_changes((), choose(lines))
        else:
            with old.master.open("rb") as before:
                yield find_changes(choose(before), choose(lines))


def _answer(
    body: str | bytes, chosen: Format, addresses: Mapping[Format, str], *, immutable: bool
) -> Response:
    response = mark_format(Response(body), chosen, addresses)
    if immutable:
        response.headers["Cache-Control"] = IMMUTABLE
    return response
