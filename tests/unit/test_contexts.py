"""Contexts stand in place of their addresses, wherever these are, and never without end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from publisher import contexts
from publisher.contexts import inline_contexts

BASE = "https://other.example.org/dump/d.jsonld"


def inline(document: object, **files: object) -> Any:
    def load(url: str) -> bytes:
        return json.dumps(files[url.rpartition("/")[2]]).encode()

    return json.loads(inline_contexts(json.dumps(document).encode(), BASE, load))


def test_addresses_are_those_of_where_they_stand() -> None:
    asked = []

    def load(url: str) -> bytes:
        asked.append(url)
        return b'{"@context": "../b"}' if url.endswith("/c/a") else b'{"@context": {"p": "urn:p"}}'

    inline_contexts(b'{"@context": "/c/a"}', BASE, load)
    assert asked == ["https://other.example.org/c/a", "https://other.example.org/b"]


def test_contexts_stand_in_nodes_and_terms_too() -> None:
    terms = {"p": "urn:p"}
    scoped = {"q": {"@id": "urn:q", "@context": "a"}}
    document = {"@graph": [{"@context": ["a", None, scoped], "p": 1}]}
    assert inline(document, a={"@context": terms})["@graph"][0]["@context"] == [
        terms,
        None,
        {"q": {"@id": "urn:q", "@context": terms}},
    ]


def test_a_context_elsewhere_does_not_say_what_iris_are_relative_to() -> None:
    here = {"@base": "urn:here"}
    found = inline({"@context": ["a", here]}, a={"@context": {"@base": "urn:there", "p": "urn:p"}})
    assert found == {"@context": [{"p": "urn:p"}, here]}


def test_what_names_no_context_stays_as_it_is() -> None:
    data = b'{"@context": {"p": "urn:p"}, "p": 1.0E2}'
    assert inline_contexts(data, BASE, lambda _: b"") == data


@pytest.mark.parametrize("file", [[], {}, "text", {"@context": ["b", "a"]}])
def test_what_is_no_context_or_names_itself_is_refused(file: object) -> None:
    with pytest.raises(ValueError, match=r"no context|each other"):
        inline({"@context": "a"}, a=file, b={"@context": {}})


def test_contexts_may_not_become_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "_MOST_BYTES", 1000)
    many = [{"@context": "a"}] * 10
    assert inline(many[:1], a={"@context": {"p": f"urn:{'x' * 90}"}})
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        inline(many, a={"@context": {"p": f"urn:{'x' * 90}"}})
