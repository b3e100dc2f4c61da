"""publisher init: a new site that builds and serves at once."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from importlib import resources
from pathlib import Path

import click

from publisher.commands.common import say
from publisher.errors import UsageError
from publisher.settings import setting_fields
from publisher.site import PROFILES, QUERIES, SETTINGS_FILE, SOURCES
from publisher.site_tables import NETWORK

_SOURCES_HEADER = "file,address,city,country,language,text,issued,modified\n"
_SHAPES = Path("shapes")
_ONTOLOGY = Path("ontology")
# Saved queries that find something on any site.
_QUERIES = ("graphs.rq", "members-of-a-country.rq")
_WRITTEN = ("base_iri", "title", "description", "publisher", "contact", "license")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Make a new site in DIRECTORY: ontology, concepts, shapes, tables, two queries, no pages."""
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise UsageError(
                "is there already and not empty",
                where=str(directory),
                remedy="name a directory that does not exist yet",
            )
        _write_site(directory)
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror})",
            where=str(error.filename or directory),
            remedy="choose a directory that you may write to",
        ) from error
    say(f"A new site is in {directory}. Next:")
    say(f"  set base_iri, title and publisher in {directory / SETTINGS_FILE}")
    say(f"  put pages into {directory / PROFILES} and list them in {directory / SOURCES}")
    say(f"  publisher build --site {directory} && publisher serve --site {directory}")


def _write_site(directory: Path) -> None:
    with ExitStack() as stack:
        for target, source in _find_content(stack).items():
            if target == QUERIES:
                (directory / target).mkdir(parents=True)
                for name in _QUERIES:
                    shutil.copy(source / name, directory / target)
            else:
                shutil.copytree(source, directory / target)
    (directory / PROFILES).mkdir(parents=True)
    (directory / SOURCES).write_text(_SOURCES_HEADER, encoding="utf-8")
    (directory / SETTINGS_FILE).write_text(_write_settings(), encoding="utf-8")


def _find_content(stack: ExitStack) -> dict[Path, Path]:
    """Returns where the ontology, the shapes and the tables are: in the wheel, or in
    the repository that the program runs from."""
    package = resources.files("publisher")
    content = package / "content"
    if content.is_dir():
        carried = {_ONTOLOGY: "ontology", _SHAPES: "shapes", NETWORK: "network", QUERIES: "queries"}
        return {
            target: stack.enter_context(resources.as_file(content / name))
            for target, name in carried.items()
        }
    repository = stack.enter_context(resources.as_file(package)).parent
    return {target: repository / target for target in (_ONTOLOGY, _SHAPES, NETWORK, QUERIES)}


def _write_settings() -> str:
    lines = ["# The settings of this site. What is left out has its default."]
    for field in setting_fields():
        if field.name in _WRITTEN:
            lines += ["", f"# {field.help}", f"{field.name} = {json.dumps(field.default)}"]
    return "\n".join(lines) + "\n"
