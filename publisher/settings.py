"""The settings of a site: one table that fills itself from file, environment and flags.

The fields of `Settings` are that table: each has its default, its help and the
function that checks it. The command line and `docs/settings.md` are made from
it. Pure: the caller reads the file and the environment.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from publisher.errors import SettingsError

ENVIRONMENT_PREFIX = "PUBLISHER_"

_NOT_IN_IRI = re.compile(r"""[\x00-\x20<>"{}|\\^`]""")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_PORT = 65535


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value.strip()


def _optional_text(value: object) -> str:
    return "" if value == "" else _text(value)


def _iri(value: object) -> str:
    text = _text(value)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or _NOT_IN_IRI.search(text):
        raise ValueError("must be an absolute address that begins with http:// or https://")
    return text


def _optional_iri(value: object) -> str:
    return "" if value == "" else _iri(value)


def _base_iri(value: object) -> str:
    text = _iri(value)
    if not text.endswith("/") or "?" in text or "#" in text:
        raise ValueError("must end in a slash and have neither ? nor #")
    return text


def _contact(value: object) -> str:
    text = _optional_text(value)
    if text and not re.fullmatch(r"mailto:[^@\s<>]+@[^@\s<>]+|https://[^\s<>]+", text):
        raise ValueError("must begin with mailto: or https://")
    return text


def _slug(value: object) -> str:
    text = _text(value)
    if not _SLUG.fullmatch(text):
        raise ValueError("must consist of lower-case letters, digits and single hyphens")
    return text


def _whole_number(least: int, most: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return check


def _paths(value: object) -> tuple[str, ...]:
    if isinstance(value, str):  # the environment has no lists
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of file names")
    return tuple(_text(part) for part in value)


def _addresses(value: object) -> tuple[str, ...]:
    return tuple(_iri(part) for part in _paths(value))


def _setting(default: object, check: Callable[[object], object], description: str) -> Any:
    return dataclasses.field(default=default, metadata={"check": check, "help": description})


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What the operator of a site decides. An empty text means "not stated"."""

    base_iri: str = _setting(
        "https://w3id.org/learning-cities/",
        _base_iri,
        "Base of every IRI of the site; ends in a slash. Never change it after publishing.",
    )
    title: str = _setting("Learning cities as linked data", _text, "Name of the dataset.")
    description: str = _setting(
        "What the members of a network of learning cities report about themselves, as linked data.",
        _text,
        "What the dataset holds, in a sentence or two.",
    )
    publisher: str = _setting("", _optional_text, "Who publishes the dataset.")
    publisher_url: str = _setting("", _optional_iri, "The publisher's own address on the web.")
    contact: str = _setting(
        "", _contact, "Where to report errors in the data; begins with mailto: or https://."
    )
    license: str = _setting(
        "https://creativecommons.org/licenses/by/4.0/",
        _iri,
        "Address of the licence of the dataset.",
    )
    network: str = _setting("gnlc", _slug, "Short name of the network in its IRIs.")
    network_name: str = _setting(
        "UNESCO Global Network of Learning Cities", _text, "Full name of the network."
    )
    lexicons: tuple[str, ...] = _setting(
        (), _paths, "Further SKOS files to recognise concepts by, relative to the site."
    )
    host: str = _setting("127.0.0.1", _text, "Network address the server listens on.")
    port: int = _setting(8000, _whole_number(1, _MAX_PORT), "Port the server listens on.")
    proxies: int = _setting(
        0,
        _whole_number(0, 10),
        "How many reverse proxies of yours stand before the server and tell it the client's"
        " address, scheme and path prefix (X-Forwarded-For, -Proto, -Prefix).",
    )
    release_dir: str = _setting("build", _text, "Where releases are built and served from.")
    store: str = _setting(
        "",
        _optional_iri,
        "Address of the SPARQL engine that answers in place of the store within the release.",
    )
    query_timeout: int = _setting(
        10, _whole_number(1, 3600), "Seconds that a public query may take."
    )
    query_memory: int = _setting(
        1024, _whole_number(64, 1_000_000), "MiB of memory that a public query may take."
    )
    query_result_mib: int = _setting(
        100, _whole_number(1, 1_000_000), "MiB that the answer to a public query may have."
    )
    processes: int = _setting(
        0,
        _whole_number(0, 64),
        "Processes that answer requests, each with a store, a cache and query workers of its own."
        " 0 stands for one a core, four at most.",
    )
    query_workers: int = _setting(
        0,
        _whole_number(0, 1024),
        "Public queries that are answered at a time by each of the processes, each in a worker"
        " of its own, and as many beside them that take long. 0 stands for four.",
    )
    query_queue: int = _setting(
        64, _whole_number(0, 10_000), "Public queries that may wait for their turn in each process."
    )
    federation: tuple[str, ...] = _setting(
        (), _addresses, "SPARQL endpoints that public queries may call (SERVICE); no others."
    )
    federation_result_mib: int = _setting(
        10, _whole_number(1, 10_000), "MiB that an endpoint's answer to such a call may have."
    )
    cache_mib: int = _setting(
        64, _whole_number(0, 1_000_000), "MiB of answers that a server process keeps ready."
    )


@dataclasses.dataclass(frozen=True, slots=True)
class SettingField:
    """One row of the table, as help and documentation show it."""

    name: str
    default: str | int | tuple[str, ...]
    help: str

    @property
    def environment(self) -> str:
        """The environment variable that sets it."""
        return ENVIRONMENT_PREFIX + self.name.upper()


def setting_fields() -> tuple[SettingField, ...]:
    """Returns the table of settings in its order."""
    defaults = Settings()
    return tuple(
        SettingField(field.name, getattr(defaults, field.name), field.metadata["help"])
        for field in dataclasses.fields(Settings)
    )


def parse_settings(
    toml_text: str, source: str, environ: Mapping[str, str], flags: Mapping[str, object]
) -> Settings:
    """Returns the settings: flag > `PUBLISHER_*` > `site.toml` > default.

    Args:
        toml_text: the text of `site.toml`, "" if there is none.
        source: its name, for messages.
        environ: the environment; variables without the prefix are ignored.
        flags: by name of the setting; None means that the flag was not given.

    Raises:
        SettingsError: broken TOML, an unknown key or a bad value, with its place.
    """
    try:
        table = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"not valid TOML: {error}",
            where=source,
            remedy="write one `name = value` a line, with texts in quotation marks",
        ) from error
    fields = {field.name: field for field in dataclasses.fields(Settings)}
    given = [(key, value, f"{source}, {key}") for key, value in table.items()]
    given += [
        (name.removeprefix(ENVIRONMENT_PREFIX).lower(), value, f"environment variable {name}")
        for name, value in sorted(environ.items())
        if name.startswith(ENVIRONMENT_PREFIX)
    ]
    given += [
        (key, value, f"--{key.replace('_', '-')}")
        for key, value in flags.items()
        if value is not None
    ]
    values: dict[str, Any] = {}
    for key, value, where in given:
        if key not in fields:
            raise _unknown_key(key, where, list(fields))
        values[key] = _checked(fields[key], value, where)
    return Settings(**values)


def _checked(field: dataclasses.Field[Any], value: object, where: str) -> object:
    try:
        return field.metadata["check"](value)
    except ValueError as error:
        example = f"for example {field.default}; " if field.default else ""
        raise SettingsError(
            f"{value!r} is not a value for {field.name}: it {error}",
            where=where,
            remedy=f"{example}{field.metadata['help']}",
        ) from error


def _unknown_key(key: str, where: str, known: list[str]) -> SettingsError:
    close = difflib.get_close_matches(key, known, 1)
    remedy = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(known)}"
    return SettingsError(f"there is no setting called {key}", where=where, remedy=remedy)
