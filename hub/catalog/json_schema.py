"""JSON Schemas (draft 2020-12) of the files under ``report_schemas``, for editors: completion, help and first checks.

They are generated from the marshmallow schemas that the hub itself reads with, so both say the same; each key's
description is what its field says of itself. Meaning (what exists, what agrees) stays the work of lint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import Schema, fields, missing, validate

from hub.catalog import metaschema
from hub.catalog.metaschema.fields import BreakdownField, LabelField, RollupField, RollupSchema
from hub.domain.form import OverTime, RollupKind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES: Mapping[str, type[Schema]] = {
    "regime": metaschema.RegimeSchema,
    "form": metaschema.FormSchema,
    "rules": metaschema.RulesSchema,
    "report": metaschema.ReportSchema,
    "kpi": metaschema.KpiSetSchema,
    "units": metaschema.UnitsSchema,
    "indicators": metaschema.IndicatorsSchema,
    "breakdowns": metaschema.BreakdownsSchema,
    "sample": metaschema.ValidSampleSchema,
    "invalid-samples": metaschema.InvalidSamplesSchema,
}
"""Name of a schema file (``<name>.schema.json``) → what it describes."""
Json = dict[str, Any]


def json_schemas() -> dict[str, str]:
    """File name → its text, for every kind of file."""
    return {f"{name}.schema.json": _text(json_schema(schema)) for name, schema in FILES.items()}


def _text(schema: Json) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def json_schema(schema: type[Schema]) -> Json:
    """The JSON Schema of one marshmallow schema; nested ones stand under ``$defs`` by name."""
    definitions: dict[str, Json] = {}
    body = _object(schema(), definitions)
    return {"$schema": DIALECT, **body, **({"$defs": dict(sorted(definitions.items()))} if definitions else {})}


def _object(schema: Schema, definitions: dict[str, Json]) -> Json:
    required = [name for name, field in schema.fields.items() if field.required]
    return {
        "title": _name(type(schema)),
        "description": (schema.__doc__ or "").strip().splitlines()[0],
        "type": "object",
        "properties": {name: _property(field, definitions) for name, field in schema.fields.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
        **getattr(schema, "json_schema", {}),
    }


def _property(field: fields.Field[Any], definitions: dict[str, Json]) -> Json:
    found = _shape(field, definitions)
    for validator in field.validators:
        found |= _limits(validator, field)
    if field.allow_none:
        found = _or_null(found)
    description = field.metadata.get("description")
    default = field.load_default
    if callable(default) or default is missing or default is None:
        default = missing
    return {
        **({"description": description} if description else {}),
        **found,
        **({"default": default} if default is not missing else {}),
    }


def _shape(field: fields.Field[Any], definitions: dict[str, Json]) -> Json:
    match field:
        case LabelField():
            return _label()
        case RollupField():
            return {"anyOf": [_rollup_text(), _reference(RollupSchema(), definitions)]}
        case BreakdownField():
            return {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
        case fields.Nested():
            return _reference(field.schema, definitions)
        case fields.List():
            return {"type": "array", "items": _property(field.inner, definitions)}
        case fields.Dict():
            return _mapping(field, definitions)
        case fields.Boolean():
            return {"type": "boolean"}
        case fields.Integer():
            return {"type": "integer"}
        case fields.Decimal():
            return {"type": ["number", "string"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
        case fields.Date():
            return {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case fields.String():
            return {"type": "string"}
        case _:
            return {}


def _label() -> Json:
    """In place, not under ``$defs``: an editor then completes both keys at once."""
    filled = {"type": "string", "pattern": r"\S"}
    return {
        "type": "object",
        "properties": {
            "vi": filled | {"description": "The Vietnamese text, as the legal source prints it."},
            "en": filled | {"description": "The English text."},
        },
        "required": ["vi", "en"],
        "additionalProperties": False,
    }


def _rollup_text() -> Json:
    """``sum/last``, spelled out so that editors complete it."""
    kinds, over_time = get_args(RollupKind), get_args(OverTime)
    return {"type": "string", "enum": [*kinds, *(f"{kind}/{then}" for kind in kinds for then in over_time)]}


def _mapping(field: fields.Dict, definitions: dict[str, Json]) -> Json:
    keys = _property(field.key_field, definitions) if field.key_field is not None else {"type": "string"}
    values = _property(field.value_field, definitions) if field.value_field is not None else {}
    return {"type": "object", "propertyNames": keys, "additionalProperties": values}


def _reference(schema: Schema, definitions: dict[str, Json]) -> Json:
    name = _name(type(schema))
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = _object(schema, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _limits(validator: Any, field: fields.Field[Any]) -> Json:
    match validator:
        case validate.OneOf():
            return {"enum": list(validator.choices)}
        case validate.Regexp():
            return {"pattern": _pattern(str(validator.regex.pattern))}
        case validate.Range():
            limits = {"minimum": validator.min, "maximum": validator.max}
            return {key: value for key, value in limits.items() if value is not None}
        case validate.Length():
            ends = ("minItems", "maxItems") if isinstance(field, fields.List) else ("minLength", "maxLength")
            limits = dict(zip(ends, (validator.min, validator.max), strict=True))
            return {key: value for key, value in limits.items() if value is not None}
        case _:
            return {}


def _pattern(pattern: str) -> str:
    """Python matches from the start and writes the end as ``\\Z``; JSON Schema searches and writes ``$``."""
    return "^" + pattern.replace(r"\Z", "$")


def _or_null(shape: Json) -> Json:
    if isinstance(shape.get("type"), str):
        shape = shape | {"type": [shape["type"], "null"]}
    elif isinstance(shape.get("type"), list):
        shape = shape | {"type": [*shape["type"], "null"]}
    elif shape:
        shape = {"anyOf": [shape, {"type": "null"}]}
    return shape | {"enum": [*shape["enum"], None]} if "enum" in shape else shape


def _name(schema: type[Schema]) -> str:
    return schema.__name__.removesuffix("Schema")
