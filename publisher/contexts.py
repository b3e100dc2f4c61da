"""JSON-LD that names its contexts by their addresses → JSON-LD that holds them. Pure.

pyoxigraph fetches nothing. https://www.w3.org/TR/json-ld11/#the-context
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

# Contexts may name contexts; nobody's do so any deeper.
_DEEPEST = 5
# A context stands at each place that names it, so a few bytes may stand for very many.
_MOST_BYTES = 64 << 20


def inline_contexts(data: bytes, base: str, load: Callable[[str], bytes]) -> bytes:
    """Returns a document with its contexts in place of their addresses.

    Args:
        base: the address of the document.
        load: returns what is at the address of a context.

    Raises:
        ValueError: it, or a context, is not JSON of the kind, or they are too large in all.
    """
    try:
        document = json.loads(data)
        inliner = _Inliner(load)
        waiting = [document]
        while waiting:
            part = waiting.pop()
            if isinstance(part, list):
                waiting += part
            elif isinstance(part, dict):
                waiting += [value for key, value in part.items() if key != "@context"]
                if "@context" in part:
                    part["@context"] = inliner.resolve(part["@context"], base, 0)
        return json.dumps(document).encode() if inliner.size else data
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


class _Inliner:
    """Puts contexts in place of their addresses; `size` counts the bytes that come in."""

    def __init__(self, load: Callable[[str], bytes]) -> None:
        self._load = load
        self.size = 0

    def resolve(self, context: Any, base: str, depth: int) -> Any:
        """Returns a context, or several, with definitions in place of addresses."""
        if isinstance(context, str):
            return self._fetch(urljoin(base, context), depth + 1)
        if isinstance(context, list):
            listed = [self.resolve(part, base, depth) for part in context]
            return [one for part in listed for one in (part if isinstance(part, list) else [part])]
        if isinstance(context, dict):
            # Whatever a context elsewhere says of it, the base is that of the document.
            ignored = ("@base",) if depth else ()
            return {
                name: self._resolve_term(term, base, depth)
                for name, term in context.items()
                if name not in ignored
            }
        return context

    def _resolve_term(self, term: Any, base: str, depth: int) -> Any:
        """Returns the definition of a term, which may have a context of its own (section 4.1.8)."""
        if isinstance(term, dict) and "@context" in term:
            return {**term, "@context": self.resolve(term["@context"], base, depth)}
        return term

    def _fetch(self, address: str, depth: int) -> Any:
        if depth > _DEEPEST:
            raise ValueError(f"contexts name each other more than {_DEEPEST} deep, as {address}")
        data = self._load(address)
        self.size += len(data)
        if self.size > _MOST_BYTES:
            raise ValueError(f"with its contexts it has more than {_MOST_BYTES} bytes")
        document = json.loads(data)
        if not isinstance(document, dict) or "@context" not in document:
            raise ValueError(f"{address} is no context")
        return self.resolve(document["@context"], address, depth)
