"""The page that documents the API, drawn from the API's own description; nothing on it comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup, escape

from hub.domain.form import Label
from hub.web import security
from hub.web.current import core
from hub.web.language import plain

blueprint = Blueprint("api_docs", __name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: where it stands, what it takes, and what it is for."""

    name: str
    place: str
    takes: str
    required: bool
    text: Label


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it. ``fields``: (name, what it holds) of its answer, nested ones indented."""

    id: str
    method: str
    path: str
    title: Label
    parameters: tuple[Parameter, ...]
    bodies: tuple[str, ...]
    answers: tuple[tuple[str, Label], ...]
    fields: tuple[tuple[int, str, str, Label], ...]
    curl: str


@blueprint.get("/api/docs")
def show() -> str:
    """Open to everybody, as the description itself is; who is signed in keeps the menu."""
    security.load_session()
    document: dict[str, Any] = current_app.config["API_DOCUMENT"]()
    home = (core().config.base_url or request.host_url).rstrip("/")
    groups = [
        (
            tag["name"],
            Label(tag["x-description-vi"], tag["description"]),
            list(_operations(document, tag["name"], home)),
        )
        for tag in document["tags"]
    ]
    return render_template("pages/api_docs.html", groups=groups, config=core().config, described=_described)


def _operations(document: dict[str, Any], group: str, home: str) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            if group in said.get("tags", ()):
                yield _operation(document, path, method, said, home)


def _operation(document: dict[str, Any], path: str, method: str, said: dict[str, Any], home: str) -> Operation:
    bodies = said.get("requestBody", {}).get("content", {})
    right = next(code for code in sorted(said["responses"]) if code.startswith("2"))
    answer = said["responses"][right].get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        said["operationId"],
        method.upper(),
        path,
        Label(said["x-summary-vi"], said["summary"]),
        tuple(map(_parameter, said.get("parameters", ()))),
        tuple(bodies),
        tuple((code, _both(each)) for code, each in said["responses"].items()),
        tuple(_fields(document, answer, 0)),
        _curl(path, method, said, bodies, home),
    )


def _parameter(said: Mapping[str, Any]) -> Parameter:
    return Parameter(said["name"], said["in"], _takes(said["schema"]), bool(said.get("required")), _both(said))


def _described(text: Label) -> Markup:
    """A description in the reader's language, what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", escape(plain(text))))  # noqa: S704


def _both(said: Mapping[str, Any]) -> Label:
    """What the document says of a part, in both languages; empty where it says nothing."""
    english = said.get("description", "")
    return Label(said.get("x-description-vi", english), english)


def _takes(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_takes(schema['items'])}, …"
    bounds = f" {schema['minimum']}–{schema['maximum']}" if {"minimum", "maximum"} <= schema.keys() else ""
    return f"{schema.get('format') or schema.get('type', 'string')}{bounds}"


_DEEPEST = 3
_CODE = re.compile(r"`([^`]+)`")


def _fields(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Iterator[tuple[int, str, str, Label]]:
    """(depth, name, type, description) of each field of an answer."""
    its = _resolved(document, schema)
    for name, each in its.get("properties", {}).items():
        field = _resolved(document, each)
        below = _resolved(document, field.get("items", {})) if field.get("type") == "array" else field
        kind = field.get("type", "object")
        yield depth, name, kind if isinstance(kind, str) else " | ".join(kind), _both(each)
        if depth < _DEEPEST:
            yield from _fields(document, below, depth + 1)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that is meant where there is only a reference to it; of several possible ones the first."""
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            schema = next((each for each in schema[several] if each.get("type") != "null"), {})
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _curl(path: str, method: str, said: Mapping[str, Any], bodies: Mapping[str, Any], home: str) -> str:
    """The operation from a command line; ``$TOKEN`` stands for the token."""
    place, query = path, []
    for each in said.get("parameters", ()):
        if each["in"] == "path":
            example = (each["schema"].get("examples") or each["schema"].get("enum") or [None])[0]
            place = place.replace(f"{{{each['name']}}}", example or f"${each['name'].upper()}")
        elif each["in"] == "query" and "example" in each:
            given = each["example"]
            query += [(each["name"], text) for text in (given if isinstance(given, list) else [given])]
    lines = [f'curl "{home}{place}{"?" + urlencode(query, safe="/") if query else ""}"']
    if method != "get":
        lines[0] = lines[0].replace("curl ", f"curl -X {method.upper()} ", 1)
    if said.get("security"):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if any(each["name"] == "Idempotency-Key" for each in said.get("parameters", ())):
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if bodies:
        lines += ['-H "Content-Type: application/json"', "--data-binary @file.json"]
    return " \\\n  ".join(lines)
