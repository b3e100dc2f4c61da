"""What version 0.2 of the Reconciliation Service API says of answers, as JSON Schema.

Written from the text of the specification, and stricter than it where this service
promises more: no member but those named, types always as objects.
https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
ADDRESS: Schema = {"type": "string", "pattern": "^https?://"}


def _object(required: Schema, **optional: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _array(items: Schema, **more: object) -> Schema:
    return {"type": "array", "items": items, **more}


def _template(mark: str) -> Schema:
    return {"type": "string", "pattern": f"^https?://.*{mark}"}


NAMED = _object({"id": TEXT, "name": TEXT})
SUGGEST = _object({"service_url": ADDRESS, "service_path": TEXT})
MANIFEST = _object(
    {
        "versions": _array(TEXT, contains={"const": "0.2"}),
        "name": TEXT,
        "identifierSpace": ADDRESS,
        "schemaSpace": ADDRESS,
    },
    batchSize={"type": "integer", "minimum": 1},
    serviceVersion=TEXT,
    documentation=ADDRESS,
    logo=ADDRESS,
    defaultTypes=_array(NAMED, uniqueItems=True, minItems=1),
    view=_object({"url": _template(r"\{\{id\}\}")}),
    preview=_object(
        {
            "url": _template(r"\{\{id\}\}"),
            "width": {"type": "integer"},
            "height": {"type": "integer"},
        }
    ),
    suggest=_object({"entity": SUGGEST, "type": SUGGEST, "property": SUGGEST}),
    extend=_object(
        {
            "propose_properties": SUGGEST,
            "property_settings": _array(
                _object(
                    {"name": TEXT, "label": TEXT, "type": {"const": "number"}},
                    default={"type": "number"},
                    help_text=TEXT,
                )
            ),
        }
    ),
)
CANDIDATE = _object(
    {
        "id": TEXT,
        "name": TEXT,
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "type": _array(NAMED, minItems=1),
    },
    description=TEXT,
    features=_array(_object({"id": TEXT, "value": {"type": ["number", "boolean"]}})),
)
RESULTS: Schema = {
    "type": "object",
    "additionalProperties": _object({"result": _array(CANDIDATE)}),
}
SUGGESTED_THINGS = _object(
    {"result": _array(_object({"id": TEXT, "name": TEXT}, description=TEXT, notable=_array(NAMED)))}
)
SUGGESTED = _object({"result": _array(NAMED)})
PROPOSALS = _object({"properties": _array(NAMED)}, type=TEXT, limit={"type": "integer"})
CELL: Schema = {
    "oneOf": [
        NAMED,
        _object({"str": {"type": "string"}}),
        _object({"int": {"type": "integer"}}),
        _object({"float": {"type": "number"}}),
    ]
}
EXTENSION = _object(
    {
        "meta": _array(_object({"id": TEXT, "name": TEXT}, type=NAMED)),
        "rows": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": _array(CELL)},
        },
    }
)


def check(answer: object, schema: Schema) -> None:
    """Raises ValidationError where an answer is not as the schema says."""
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer)
