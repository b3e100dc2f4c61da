"""publisher link: find what members are elsewhere, and decide where it is not plain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from publisher.commands import link_geonames, link_service
from publisher.commands.common import open_site, say, site_option
from publisher.commands.link_files import GEONAMES_NAME, Reviewed, get_subject
from publisher.service_links import Question

_THRESHOLD = 0.8

F = TypeVar("F", bound=Callable[..., Any])

threshold_option = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=_THRESHOLD,
    show_default=True,
    help="Score from which an unambiguous candidate is linked.",
)
name_option = click.option(
    "--name",
    default=GEONAMES_NAME,
    show_default=True,
    help="Name of the link file: that of a service which was asked, such as wikidata.",
)


def question_options(command: F) -> F:
    """Adds the options that make up a `Question`."""
    for name, variable, text in (
        ("--coordinates-property", "coordinates", "The service's property for coordinates "
         "(Wikidata: P625), which are compared with GeoNames'."),
        ("--population-property", "population", "The service's property for the number of "
         "inhabitants (Wikidata: P1082), which is compared with GeoNames'."),
        ("--country-property", "country", "The service's property for the ISO code of a country "
         "(Wikidata: P17/P297). Without it nothing is linked by itself."),
        ("--endpoint", "endpoint", "Address of a W3C reconciliation service to ask instead."),
    ):  # fmt: skip
        command = click.option(name, variable, default="", help=text)(command)
    return click.option(
        "--type",
        "types",
        multiple=True,
        help="The service's type for a place that a member can be (Wikidata: Q515, a city); "
        "may be repeated. Without it nothing is linked by itself.",
    )(command)


@click.group(invoke_without_command=True)
@threshold_option
@question_options
@name_option
@site_option
@click.pass_context
def link(
    context: click.Context, /, threshold: float, name: str, root: Path, endpoint: str, **asked: Any
) -> None:
    """Link the members to GeoNames, without a network, and the countries by their codes.

    What is beyond doubt is written to data/links/; the rest waits for `publisher link
    review`. Decisions made there are kept. With --endpoint the members are looked up in a
    reconciliation service instead, such as Wikidata's; its link file says how it was asked,
    so --name is enough to ask again.
    """
    if context.invoked_subcommand:
        return
    site = open_site(root)
    if endpoint or name != GEONAMES_NAME:
        question = Question(endpoint, **asked) if endpoint else None
        link_service.link_members(site, name, question)
    else:
        link_geonames.link_members(site, threshold)


@link.command()
@click.argument("member", required=False)
@threshold_option
@name_option
@site_option
def review(member: str | None, threshold: float, name: str, root: Path) -> None:
    """Show the members that a person must decide on, or MEMBER, with their candidates side
    by side. `publisher link decide` writes a decision down. A service is asked again."""
    site = open_site(root)
    subjects = [get_subject(site, member)] if member else None
    if name == GEONAMES_NAME:
        shown = link_geonames.review_members(site, threshold, subjects)
    else:
        shown = link_service.review_members(site, name, subjects)
    say(f"{shown} to decide; the score says how well the name fits")


@link.command()
@click.argument("member")
@click.argument("place")
@click.option("--located", is_flag=True, help="MEMBER only lies at PLACE, or has its seat there.")
@click.option("--reviewer", required=True, help="Who decides.")
@click.option("--comment", default="", help="Why.")
@name_option
@site_option
def decide(member: str, place: str, name: str, root: Path, **written: Any) -> None:
    """Write down that MEMBER is PLACE: a GeoNames id, or that of the service whose link file
    --name names, or `none` where there is none. MEMBER is a path such as city/pt/lagoa, or
    a name. Nobody is asked, and no later run overwrites it."""
    site = open_site(root)
    subject = get_subject(site, member)
    reviewed = Reviewed(**written)
    if name == GEONAMES_NAME:
        row = link_geonames.decide_member(site, subject, place, reviewed)
    else:
        row = link_service.decide_member(site, name, subject, place, reviewed)
    say(f"{subject.name}: {row.predicate} {row.object}")
