"""What every operation has in common, added to its description: its name, refusals, headers and who may call it."""

from __future__ import annotations

import re
from typing import Any

from hub.api.operations import CATALOGUES, EXAMPLES, NAMES, PLACES
from hub.api.payloads import ProblemBody

REFUSALS = {
    "400": "The request is not valid",
    "401": "No valid token",
    "403": "Not allowed",
    "404": "Not there, or not for you",
    "406": "The formats asked for are not available",
    "409": "The key was used for something else, or somebody else was first",
    "413": "Too large",
    "415": "Unsupported content type",
    "422": "Refused",
    "429": "Too many requests: see Retry-After",
    "503": "Busy: see Retry-After",
}
HEADERS = {
    "X-Request-Id": "The id of this request: the one you sent, if it is usable",
    "RateLimit-Limit": "Requests a minute",
    "RateLimit-Remaining": "How many of them are left",
    "RateLimit-Reset": "Seconds until they are all there again",
    "Retry-After": "Seconds to wait",
    "ETag": "Send it back as If-None-Match: what did not change comes as 304",
    "Link": 'The next page, rel="next"',
    "Location": "Where to ask how far it is",
    "WWW-Authenticate": "How a token may be given",
}
_NUMBERS = frozenset({"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"})


def components() -> dict[str, Any]:
    """The headers that answers refer to."""
    return {
        name: {"description": text, "schema": {"type": "integer" if name in _NUMBERS else "string"}}
        for name, text in HEADERS.items()
    }


def whole(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """The operation with all that it has in common with the others. KeyError for one without a name."""
    name = NAMES[method, path]
    is_open = operation.get("security") == []
    security: list[dict[str, list[str]]] = [{"token": []}, {"password": []}] if method == "get" else [{"token": []}]
    given = operation.pop("responses")
    if name.id in EXAMPLES:
        operation["requestBody"]["content"]["application/json"]["example"] = EXAMPLES[name.id]
    return {
        "operationId": name.id, "tags": [name.group], "x-summary-vi": name.vi, "security": [] if is_open else security,
        **operation,
        "parameters": [*places(path), *operation.get("parameters", [])],
        "responses": _responses(path, method, given, is_open),
    }  # fmt: skip


def places(path: str) -> list[dict[str, Any]]:
    """What stands in the address."""
    found = []
    for name in re.findall(r"\{(\w+)\}", path):
        text, schema = CATALOGUES if path.startswith("/kpi-packets") else PLACES[name]
        found.append({"in": "path", "name": name, "required": True, "schema": dict(schema), "description": text})
    return found


def _responses(path: str, method: str, given: dict[str, Any], is_open: bool) -> dict[str, Any]:
    statuses = set(given) | {"400", "429", "503"} | (set() if is_open else {"401", "403"})
    if "{" in path or path in {"/figures", "/measures", "/periods"}:
        statuses.add("404")
    if method == "get" and path != "/health":
        statuses.add("304")
    return {status: _response(path, method, status, given.get(status)) for status in sorted(statuses)}


def _response(path: str, method: str, status: str, given: dict[str, Any] | None) -> dict[str, Any]:
    headers = ["X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    if method == "get" and status in {"200", "304"}:
        headers.append("ETag")
    headers += {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"], "202": ["Location"]}.get(
        status, []
    )
    headers += ["Link"] if status == "200" and path in {"/measures", "/units", "/figures", "/publications"} else []
    refs = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    if status == "304":
        return {"description": "What you have is what there is", "headers": refs}
    if status not in REFUSALS:
        return {**(given or {}), "headers": refs}
    content = (given or {}).get("content") or {"application/problem+json": {"schema": ProblemBody}}
    text = (given or {}).get("description", "A refusal")
    return {"description": REFUSALS[status] if text == "A refusal" else text, "headers": refs, "content": content}


def plain_parameters(document: dict[str, Any]) -> None:
    """Query parameters cannot be null: they may be left out. So no schema of one says null."""
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                _without_null(parameter)


def _without_null(parameter: dict[str, Any]) -> None:
    schema = parameter["schema"]
    if schema.get("default", 0) is None:
        del schema["default"]
    if isinstance(schema.get("type"), list):
        schema["type"] = next(each for each in schema["type"] if each != "null")
    if None in schema.get("enum", []):
        schema["enum"].remove(None)
    for name in ("description", "example"):
        if name in schema:
            parameter[name] = schema.pop(name)
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
