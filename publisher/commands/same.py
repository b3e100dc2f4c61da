"""publisher same: what a built release knows of an identifier of another dataset."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.commands.common import find_release_dir, load_settings, out_option, site_option
from publisher.iris import Iris
from publisher.release import open_release
from publisher.sameness import find_linked
from publisher.schema_space import shorten_term
from publisher.store import separate_own


@click.command()
@click.argument("iri")
@site_option
@out_option
def same(iri: str, root: Path, out: Path | None) -> None:
    """List what the current release has linked to an IRI of another dataset.

    In whatever form it is written: https://www.geonames.org/2654675/bristol.html,
    geonames:2654675, iso:KOR. Of a thing of the site, list what it is linked to.
    One line for each link: the thing, the property, and the IRI as the release has
    it, with tabs between. Which datasets a site has links to is its own choice:
    `publisher link --endpoint` finds those of cities to Wikidata.
    """
    release = open_release(find_release_dir(root, load_settings(root, {}), out))
    own = separate_own(release.store(), Iris(release.settings.base_iri))
    for link in find_linked(own, iri):
        relation = shorten_term(link.relation.value, release.settings.base_iri)
        click.echo(f"{link.thing.value}\t{relation}\t{link.value.value}")
