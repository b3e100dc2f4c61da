"""A client of the Reconciliation Service API, version 0.2.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
OpenRefine and Wikidata speak it. Nothing is asked unless a person names a service.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from publisher.candidates import Subject
from publisher.errors import ServiceError
from publisher.service_links import Question, Result

_BATCH = 10
_TIMEOUT = 30
_MOST_RESULTS = 5


class ReconciliationService:
    """One service, by the address of its manifest.

    Raises:
        ServiceError: there is none.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.url = question.endpoint
        if urllib.parse.urlsplit(self.url).scheme not in ("http", "https"):
            raise ServiceError("is no web address", where=self.url, remedy="begin it with https://")
        manifest = self._ask({})
        self.name = str(manifest.get("name") or self.url)
        self.identifier_space = str(manifest.get("identifierSpace") or "")
        self._extends = bool(manifest.get("extend"))
        if not self.identifier_space:
            raise self._fail("its manifest has no identifierSpace")

    def find(self, subjects: Sequence[Subject]) -> Iterator[tuple[Subject, tuple[Result, ...]]]:
        """Yields what the service answers about each member, with the values of the
        question's properties if it offers data extension.

        Raises:
            ServiceError: it cannot be reached, or does not answer as the protocol says.
        """
        for start in range(0, len(subjects), _BATCH):
            batch = subjects[start : start + _BATCH]
            queries = {f"q{i}": self._make_query(subject) for i, subject in enumerate(batch)}
            answers = self._ask({"queries": queries})
            results = [self._parse(answers.get(f"q{i}")) for i in range(len(batch))]
            values = self._extend([result.id for found in results for result in found])
            for subject, found in zip(batch, results, strict=True):
                yield subject, tuple(replace(r, values=values.get(r.id, {})) for r in found)

    def _make_query(self, subject: Subject) -> dict[str, Any]:
        query: dict[str, Any] = {"query": subject.name, "limit": _MOST_RESULTS}
        types = self.question.types
        if types:
            query["type"] = types[0] if len(types) == 1 else list(types)
        if self.question.country:
            code = subject.key.country.upper()
            query["properties"] = [{"pid": self.question.country, "v": code}]
        return query

    def _extend(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """Asks for the values of the question's properties, by thing and property."""
        properties = self.question.properties
        if not (self._extends and ids and properties):
            return {}
        wanted = [{"id": name} for name in properties]
        answer = self._ask({"extend": {"ids": list(dict.fromkeys(ids)), "properties": wanted}})
        try:
            return {
                str(id_): {
                    str(name): tuple(text for cell in cells for text in _read_cell(cell))
                    for name, cells in row.items()
                }
                for id_, row in answer["rows"].items()
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise self._fail("extends data without rows as version 0.2 has them") from error

    def _ask(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Asks for the manifest, or with a form for what that is answered with."""
        written = {name: json.dumps(value) for name, value in form.items()}
        data = urllib.parse.urlencode(written).encode() if written else None
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            self.url, data, headers={"Accept": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
                document = json.load(answer)
        except (OSError, ValueError) as error:
            raise self._fail(f"cannot be asked ({error})") from error
        if not isinstance(document, dict):
            raise self._fail("does not answer with a JSON object")
        return document

    def _parse(self, answer: object) -> tuple[Result, ...]:
        try:
            rows = answer["result"]  # type: ignore[index]
            return tuple(
                Result(
                    str(row["id"]),
                    str(row["name"]),
                    dict(map(_read_type, row.get("type") or ())),
                    float(row.get("score") or 0),
                    bool(row.get("match")),
                    {str(f["id"]): f.get("value") for f in row.get("features") or ()},
                )
                for row in rows
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._fail("answers without results as version 0.2 has them") from error

    def _fail(self, message: str) -> ServiceError:
        return ServiceError(
            message, where=self.url, remedy="check the address, or link without --endpoint"
        )


def _read_type(given: object) -> tuple[str, str]:
    """A type as id and name; services of old versions give the id alone."""
    if isinstance(given, dict):
        return str(given["id"]), str(given.get("name") or given["id"])
    return str(given), str(given)


def _read_cell(cell: Mapping[str, object]) -> Iterator[str]:
    """Yields what a cell says: a thing's id and name, or a text, number or date."""
    return (str(value) for value in cell.values() if value not in (None, ""))
