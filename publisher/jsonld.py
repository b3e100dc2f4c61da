"""Compact JSON-LD, written straight from quads with the site's published context.

Reads from a context what it needs to choose keys and shorten values; the exact
round trip is the promise: whatever a term cannot say exactly is written out as
a value object. https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pyoxigraph as ox

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING, _INTEGER, _BOOLEAN = f"{_XSD}string", f"{_XSD}integer", f"{_XSD}boolean"
# Larger integers lose digits in readers that keep numbers as doubles.
_NATIVE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_GEN_DELIMITERS = tuple(":/?#[]@")
_READ_CONTAINERS = frozenset({"@set", "@language"})


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a context. `type` is `@id`, `@vocab` or the IRI of a datatype.

    `language` is None where the entry sets none, "" where it says there is none.
    """

    name: str
    iri: str
    type: str | None = None
    language: str | None = None
    container: frozenset[str] = frozenset()
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """A context: its definitions, and the address written in their place."""

    definitions: Mapping[str, Any]
    terms: Mapping[str, Term]
    keywords: Mapping[str, str] = field(default_factory=dict)
    vocabulary: str = ""
    language: str = ""
    reference: str | None = None

    @classmethod
    def empty(cls) -> Context:
        """Returns the context that shortens nothing."""
        return cls({}, {})

    @classmethod
    def parse(cls, document: Mapping[str, Any], reference: str | None = None) -> Context:
        """Returns the context of a `{"@context": {…}}` document.

        Args:
            reference: the address to write instead of the definitions.

        Raises:
            ValueError: not such a document, or an entry that names no IRI.
        """
        definitions = document.get("@context")
        if not isinstance(definitions, Mapping):
            raise ValueError("a context document has one object under @context")
        resolver = _Resolver(definitions)
        terms = {}
        keywords = {}
        for name, value in definitions.items():
            target = value.get("@id", name) if isinstance(value, Mapping) else value
            if name.startswith("@") or target is None:
                continue
            if isinstance(target, str) and target.startswith("@"):
                keywords[target] = name
            elif not (isinstance(value, Mapping) and "@reverse" in value):
                terms[name] = resolver.term(name, value)
        return cls(
            definitions,
            terms,
            keywords,
            definitions.get("@vocab") or "",
            (definitions.get("@language") or "").lower(),
            reference,
        )

    def key(self, keyword: str) -> str:
        """Returns a keyword, or the name that the context gives it."""
        return self.keywords.get(keyword, keyword)

    def written(self, without: Iterable[str] = ()) -> Any:
        """Returns the value of `@context`, which switches off the names in `without`."""
        base = self.reference if self.reference is not None else dict(self.definitions)
        off = dict.fromkeys(sorted(without))
        return [base, off] if off else base

    def inline(self, data: bytes) -> bytes:
        """Returns a document with the definitions in place of their address.

        Raises:
            ValueError: the document is not JSON.
        """
        document = json.loads(data)
        if isinstance(document, dict) and "@context" in document and self.reference:
            given = document["@context"]
            entries = given if isinstance(given, list) else [given]
            document["@context"] = [
                dict(self.definitions) if entry == self.reference else entry for entry in entries
            ]
        return json.dumps(document).encode()


class _Resolver:
    """Expands the names of a context; an entry may build on other entries."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def term(self, name: str, value: Any) -> Term:
        iri = self._iri(name, ())
        if ":" not in iri:
            raise ValueError(f"the context entry {name} names no IRI")
        if not isinstance(value, Mapping):
            return Term(name, iri, prefix=iri.endswith(_GEN_DELIMITERS))
        kind = value.get("@type")
        container = value.get("@container", ())
        language = value.get("@language", False)
        return Term(
            name,
            iri,
            kind if kind is None or kind.startswith("@") else self._expand(kind, ()),
            None if language is False else (language or "").lower(),
            frozenset([container] if isinstance(container, str) else container),
            value.get("@prefix") is True,
        )

    def _iri(self, name: str, seen: tuple[str, ...]) -> str:
        value = self._definitions[name]
        target = value.get("@id", name) if isinstance(value, Mapping) else value
        if not isinstance(target, str) or name in seen:
            raise ValueError(f"the context entry {name} names no IRI")
        return self._expand(target, (*seen, name))

    def _expand(self, text: str, seen: tuple[str, ...]) -> str:
        if text in self._definitions and text not in seen:
            return self._iri(text, seen)
        prefix, colon, local = text.partition(":")
        if colon and prefix in self._definitions and not local.startswith("//"):
            return self._iri(prefix, seen) + local
        if not colon:
            return (self._definitions.get("@vocab") or "") + text
        return text


def write_jsonld(quads: Iterable[ox.Quad], context: Context) -> bytes:
    """Returns sorted quads as one JSON-LD document in the order given.

    Raises:
        ValueError: a triple inside a triple, or a text with a direction.
    """
    listed = list(quads)
    clashing = find_clashing(find_schemes(listed), context)
    graphs = (list(members) for _, members in groupby(listed, key=lambda quad: quad.graph_name))
    members = [write_members(graph, context, clashing) for graph in graphs]
    return write_document(members, context, clashing)


def find_schemes(quads: Iterable[ox.Quad]) -> set[str]:
    """Returns the schemes of the IRIs that could be read as compact IRIs: `urn` of `urn:x`."""
    parts = (iri.partition(":") for iri in _iris(quads))
    return {scheme for scheme, colon, rest in parts if colon and not rest.startswith("//")}


def find_clashing(schemes: Iterable[str], context: Context) -> tuple[str, ...]:
    """Returns the terms of a context that some IRIs would be read with by mistake, sorted."""
    return tuple(sorted(context.terms.keys() & set(schemes)))


def write_members(quads: Sequence[ox.Quad], context: Context, clashing: Iterable[str]) -> str:
    """Returns one graph's members of the array in a document.

    Args:
        quads: sorted, at least one, all of one graph.
        clashing: terms of the context to do without.
    """
    writer = _Writer(context, clashing)
    name = quads[0].graph_name
    nodes = writer.nodes(quads)
    if not isinstance(name, ox.DefaultGraph):
        nodes = [{writer.id_key: _reference(name), writer.graph_key: nodes}]
    items = (json.dumps(node, ensure_ascii=False, indent=1) for node in nodes)
    # A line feed within a text is written as an escape: all these end a line of JSON.
    return ",\n".join("  " + item.replace("\n", "\n  ") for item in items)


def write_document(members: Iterable[str], context: Context, clashing: Iterable[str]) -> bytes:
    """Returns the document that holds what `write_members` returned of each graph."""
    document = json.dumps(
        {"@context": context.written(clashing), context.key("@graph"): []},
        ensure_ascii=False,
        indent=1,
    )
    if items := ",\n".join(members):
        document = document.removesuffix("[]\n}") + f"[\n{items}\n ]\n}}"
    return f"{document}\n".encode()


def _iris(quads: Iterable[ox.Quad]) -> set[str]:
    found = set()
    for quad in quads:
        for term in quad:
            if isinstance(term, ox.NamedNode):
                found.add(term.value)
            elif isinstance(term, ox.Literal):
                found.add(term.datatype.value)
    return found


def _reference(node: ox.NamedNode | ox.BlankNode) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


class _Writer:
    """Chooses keys and values; holds what is derived from one context."""

    def __init__(self, context: Context, clashing: Iterable[str]) -> None:
        off = set(clashing)
        self._context = context
        self._terms = {name: term for name, term in context.terms.items() if name not in off}
        self._by_iri: dict[str, list[Term]] = defaultdict(list)
        for name in sorted(self._terms):
            if self._terms[name].container <= _READ_CONTAINERS:
                self._by_iri[self._terms[name].iri].append(self._terms[name])
        self._prefixes = sorted(
            (term for term in self._terms.values() if term.prefix), key=lambda t: -len(t.iri)
        )
        self._shortened: dict[str, str] = {}
        self.id_key = context.key("@id")
        self.graph_key = context.key("@graph")

    def nodes(self, quads: Iterable[ox.Quad]) -> list[dict[str, Any]]:
        nodes = []
        for subject, about in groupby(quads, key=lambda quad: quad.subject):
            node: dict[str, Any] = {self.id_key: _reference(subject)}
            for predicate, statements in groupby(about, key=lambda quad: quad.predicate):
                self._add(node, predicate.value, [quad.object for quad in statements])
            nodes.append(node)
        return nodes

    def _add(self, node: dict[str, Any], predicate: str, values: list[Any]) -> None:
        if predicate == _RDF_TYPE and all(isinstance(v, ox.NamedNode) for v in values):
            node[self._context.key("@type")] = _single([self.shorten(v.value) for v in values])
            return
        chosen: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
        terms: dict[str, Term] = {}
        plain = Term(self._property_key(predicate), predicate)
        for value in values:
            ranked = [(self._encode(term, value), term) for term in self._by_iri[predicate]]
            ranked.append((self._encode(plain, value), plain))
            (_, encoded), term = max(ranked, key=lambda pair: pair[0][0])
            terms[term.name] = term
            chosen[term.name].append((value, encoded))
        for name, pairs in chosen.items():
            node[name] = _contained(terms[name], pairs)

    def _property_key(self, iri: str) -> str:
        # A term's name as key would coerce the value; only compact or full IRIs are free of that.
        vocabulary = self._context.vocabulary
        local = iri.removeprefix(vocabulary) if vocabulary else iri
        if local != iri and local and ":" not in local and local not in self._context.definitions:
            return local
        return self._compact(iri)

    def shorten(self, iri: str) -> str:
        """Returns the name of a term, a compact IRI or the IRI: for types."""
        if iri not in self._shortened:
            names = [t.name for t in self._by_iri.get(iri, ()) if ":" not in t.name]
            self._shortened[iri] = names[0] if names else self._property_key(iri)
        return self._shortened[iri]

    def _compact(self, iri: str) -> str:
        for prefix in self._prefixes:
            local = iri.removeprefix(prefix.iri)
            short = f"{prefix.name}:{local}"
            if local and local != iri and not local.startswith("//"):
                return iri if short in self._context.definitions else short
        return iri

    def _encode(self, term: Term, value: Any) -> tuple[int, Any]:
        """Returns how well a term says a value (-1 not at all), and the JSON for it."""
        if isinstance(value, ox.Triple) or (isinstance(value, ox.Literal) and value.direction):
            raise ValueError("this JSON-LD has no place for triple terms and directions of RDF 1.2")
        if isinstance(value, ox.Literal):
            return self._encode_literal(term, value)
        if "@language" in term.container:
            return -1, None
        reference = _reference(value)
        if term.type in ("@id", "@vocab"):
            return 3, reference
        return 1, {self.id_key: reference}

    def _encode_literal(self, term: Term, value: ox.Literal) -> tuple[int, Any]:
        if value.language:
            return self._encode_tagged(term, value)
        if "@language" in term.container:
            return -1, None
        datatype = value.datatype.value
        value_key = self._context.key("@value")
        if datatype == _STRING:
            language = self._context.language if term.language is None else term.language
            bare = term.type == _STRING or (term.type is None and not language)
            return (3, value.value) if bare else (1, {value_key: value.value})
        native = _native(value.value, datatype)
        if term.type == datatype:
            return 3, value.value if native is None else native
        if term.type is None and native is not None:
            return 2, native
        full = {self._context.key("@type"): self.shorten(datatype), value_key: value.value}
        return 1, full

    def _encode_tagged(self, term: Term, value: ox.Literal) -> tuple[int, Any]:
        if "@language" in term.container:
            return 4, value.value
        language = self._context.language if term.language is None else term.language
        if term.type is None and language == value.language:
            return 3, value.value
        keys = self._context.key("@language"), self._context.key("@value")
        return 1, {keys[0]: value.language, keys[1]: value.value}


def _native(text: str, datatype: str) -> int | bool | None:
    if datatype == _INTEGER and _NATIVE_INTEGER.fullmatch(text):
        return int(text)
    if datatype == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    return None


def _single(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _contained(term: Term, pairs: list[tuple[Any, Any]]) -> Any:
    always_list = "@set" in term.container
    if "@language" not in term.container:
        encoded = [json_value for _, json_value in pairs]
        return encoded if always_list else _single(encoded)
    by_language: dict[str, list[Any]] = defaultdict(list)
    for literal, json_value in pairs:
        by_language[literal.language].append(json_value)
    return {
        language: texts if always_list else _single(texts)
        for language, texts in sorted(by_language.items())
    }
