"""The description of all addresses for programs: https://spec.openapis.org/oas/v3.1.1

Paths come from the routes, summaries from the first words of the functions that
answer; `publisher.web.operations` says what Flask does not know. A test holds both
together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, json, request
from werkzeug.routing import Rule

import publisher
from publisher.formats import HTML
from publisher.release import REPORTS
from publisher.web.errors import PROBLEM_JSON
from publisher.web.links import MOUNTED
from publisher.web.operations import DATASET, OPERATIONS, Operation
from publisher.web.protocol import QUERY
from publisher.web.reader import Reader, get_reader

blueprint = Blueprint("openapi", __name__)

# A variable of an address, as Flask writes it: <name>, <int:name>, <any('a','b'):name>.
_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<items>.*?)\))?:)?(?P<name>\w+)>")
_FORM = "application/x-www-form-urlencoded"

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "remedy": {"type": "string", "description": "What to do about it."},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "limit": {"type": "string", "description": "The setting that a query went beyond."},
        "parameter": {"type": "string"},
        "available": {"type": "array", "items": {"type": "string"}},
        "allow": {"type": "array", "items": {"type": "string"}},
        "withdrawn": {"type": "string", "description": "The day when the thing was withdrawn."},
        "replaced_by": {"type": "string", "description": "What stands in its place."},
    },
}


@blueprint.get("/openapi.json")
def send_openapi() -> Response:
    """Sends the description of all addresses of this server."""
    release = get_reader().release
    examples = _find_examples(get_reader())
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(current_app.url_map.iter_rules(), key=str):
        paths.setdefault(write_path(rule), {}).update(_describe_path(rule, examples))
    document = {
        "openapi": "3.1.1",
        "info": {
            "title": release.settings.title,
            "description": release.settings.description,
            "version": publisher.__version__,
        },
        "servers": [{"url": request.root_url.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }
    return Response(json.dumps(document), content_type="application/json")


def write_path(rule: Rule) -> str:
    """Returns the template of the addresses that a rule of Flask routes."""
    return _VARIABLE.sub(r"{\g<name>}", rule.rule)


def _find_examples(reader: Reader) -> dict[str, str]:
    """Returns values for the variables of addresses, some only of one view, that lead somewhere."""
    release = reader.release
    newest = release.manifest.version
    found = {
        "version": newest,
        "old": newest,
        "new": newest,
        "filename": "style.css",
        "versions.send_context.version": release.context_version,
        "dumps.send_dump.name": release.manifest.downloads[0].name,
        "resources.show_graph.path": "ontology",
    }
    queries = reader.saved_queries.values()
    # One that is answered without parameters, if there is any.
    for query in sorted(queries, key=lambda q: any(p.is_required for p in q.parameters))[:1]:
        found |= {"path": f"query/{query.name}", "saved.answer_saved_query.name": query.name}
    for folder in sorted((release.path / REPORTS).glob("*/*"))[:1]:
        city = folder.name
        found |= {"country": folder.parent.name, "dumps.send_city.name": f"{city}.ttl"}
        found["reports.show_city_report.name"] = city
    return found


def _describe_path(rule: Rule, examples: Mapping[str, str]) -> dict[str, Any]:
    methods = sorted((rule.methods or set()) & {"GET", "POST"})
    view = rule.endpoint.removeprefix(MOUNTED)
    variables = []
    for variable in _VARIABLE.finditer(rule.rule):
        name = variable["name"]
        example = examples.get(f"{view}.{name}", examples.get(name, ""))
        variables.append(_describe_variable(variable, example))
    return {
        "parameters": variables,
        **{method.lower(): _describe(rule, method) for method in methods},
    }


def _describe(rule: Rule, method: str) -> dict[str, Any]:
    operation = OPERATIONS[rule.endpoint.removeprefix(MOUNTED)]
    view = current_app.view_functions[rule.endpoint]
    place = rule.rule.rpartition("/")[2].partition(".")
    suffixed = "suffix" if "suffix" in rule.arguments - set(rule.defaults or ()) else place[2]
    described: dict[str, Any] = {
        "operationId": ".".join(filter(None, (rule.endpoint, method.lower(), suffixed))),
        "summary": operation.summary or (view.__doc__ or "").partition("\n")[0],
        "parameters": list(operation.parameters),
        "responses": _describe_answers(operation, is_mounted=rule.endpoint.startswith(MOUNTED)),
    }
    if method == "POST":
        described |= _describe_form(operation)
    return described


def _describe_form(operation: Operation) -> dict[str, Any]:
    fields = {name: {"type": "string"} for name in operation.form}
    content: dict[str, Any] = {_FORM: {"schema": {"type": "object", "properties": fields}}}
    is_protocol = DATASET[0] in operation.parameters
    if is_protocol:
        content[QUERY] = {"schema": {"type": "string"}}
    return {
        "parameters": list(DATASET) if is_protocol else [],
        "requestBody": {"required": True, "content": content},
    }


def _describe_answers(operation: Operation, *, is_mounted: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if operation.media_types:
        content: dict[str, Any] = {media_type: {} for media_type in operation.media_types}
        answers["200"] = {"description": "The answer, complete.", "content": content}
    if operation.redirect:
        answers[str(operation.redirect)] = {
            "description": "Another address answers.",
            "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
        }
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    # There may be no release of the version.
    for status in sorted({*operation.problems, *((404,) if is_mounted else ())}):
        content = {PROBLEM_JSON: problem, HTML.media_type: {}}
        answers[str(status)] = {"description": "A problem.", "content": content}
    return answers


def _describe_variable(variable: re.Match[str], example: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if variable["kind"] == "any":
        items = [item.strip("' ") for item in variable["items"].split(",")]
        schema = {"type": "string", "enum": items}
    elif variable["kind"] == "int":
        schema = {"type": "integer", "minimum": 1}
    elif example:
        schema["examples"] = [example]
    return {"name": variable["name"], "in": "path", "required": True, "schema": schema}
