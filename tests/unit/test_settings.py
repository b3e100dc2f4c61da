"""The table of settings: who wins, what is refused, and what the message says."""

from __future__ import annotations

import pytest

from publisher.errors import SettingsError
from publisher.settings import Settings, parse_settings, setting_fields


def test_flag_wins_over_environment_over_file_over_default() -> None:
    toml = 'title = "file"\ndescription = "file"\nport = 1'
    environ = {"PUBLISHER_TITLE": "environment", "PUBLISHER_PORT": "2", "PATH": "/bin"}
    settings = parse_settings(toml, "site.toml", environ, {"port": "3", "host": None})
    assert (settings.port, settings.title, settings.description) == (3, "environment", "file")
    assert settings.host == Settings().host


def test_lists_come_from_file_and_environment() -> None:
    assert parse_settings('lexicons = ["a.ttl"]', "s", {}, {}).lexicons == ("a.ttl",)
    environ = {"PUBLISHER_LEXICONS": "a.ttl, b.nt.gz"}
    assert parse_settings("", "s", environ, {}).lexicons == ("a.ttl", "b.nt.gz")


@pytest.mark.parametrize(
    "toml",
    [
        'base_iri = "https://example.org/cities"',
        'base_iri = "https://example.org/?q=/"',
        'base_iri = "cities/"',
        'base_iri = "ftp://example.org/"',
        'base_iri = "https://exa mple.org/"',
        'contact = "me@example.org"',
        'contact = "http://example.org/"',
        'license = "CC BY"',
        'network = "G N L C"',
        'title = ""',
        "port = 0",
        "port = true",
        "port = 65536",
        "query_timeout = 0",
        "query_memory = 1.5",
        "query_workers = -1",
        'lexicons = "a.ttl"\nhost = ""',
    ],
)
def test_bad_value_is_refused_with_place_and_remedy(toml: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(toml, "data/site.toml", {}, {})
    key = toml.rpartition("\n")[2].partition(" ")[0]
    assert caught.value.where == f"data/site.toml, {key}"
    assert caught.value.remedy


def test_unknown_key_suggests_the_right_one() -> None:
    with pytest.raises(SettingsError, match="tittle") as caught:
        parse_settings('tittle = "x"', "site.toml", {}, {})
    assert caught.value.remedy == "did you mean title?"


def test_unknown_environment_variable_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings("", "site.toml", {"PUBLISHER_PROT": "1"}, {})
    assert caught.value.where == "environment variable PUBLISHER_PROT"


def test_broken_toml_names_file_and_line() -> None:
    with pytest.raises(SettingsError, match="line 2") as caught:
        parse_settings('title = "x"\nport: 1', "data/site.toml", {}, {})
    assert caught.value.where == "data/site.toml"


def test_every_default_passes_its_own_check_and_has_help() -> None:
    for field in setting_fields():
        assert field.help.endswith(".")
        given = {field.name: field.default}
        assert getattr(parse_settings("", "", {}, given), field.name) == field.default
