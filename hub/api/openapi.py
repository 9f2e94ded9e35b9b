"""The API's own description (OpenAPI 3.1), drawn from the payload schemas."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from hub.api import editions_description, kpi_description, payloads

PREFIX = "/api/v1"
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
BODIES = (
    "application/json",
    "application/xml",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document; every route of the API is in it."""
    spec = APISpec(
        title="National reporting hub",
        version="1",
        openapi_version="3.1.0",
        info={"description": "Send legally required reports, follow them, and fetch the national reports."},
        plugins=[MarshmallowPlugin(schema_name_resolver=lambda schema: _name(schema))],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for path, method, operation in _operations():
        spec.path(path=f"{PREFIX}{path}", operations={method: operation}, parameters=_in_path(path))
    return spec.to_dict()


def _in_path(path: str) -> list[dict[str, Any]]:
    return [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Body")


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        ("/submissions", "post", _submit()),
        ("/submissions/{submission_id}", "get", _get("One arrival, without its bytes", payloads.SubmissionBody)),
        ("/submissions/{submission_id}/marked.xlsx", "get", _get("A workbook with its findings marked in it", None)),
        ("/filings", "get", _filing_list()),
        ("/filings/{filing_id}", "get", _get("One filing with its figures and findings", payloads.FilingDetailBody)),
        ("/filings/{filing_id}/workbook", "get", _get("The workbook to fill for this filing", None)),
        ("/editions/{regime}/{edition}/xsd", "get", _get("The XML schema of an edition's reports", None)),
        ("/publications", "get", _publication_list()),
        ("/publications/{publication_id}", "get", _get("One issued edition", payloads.PublicationDetailBody)),
        ("/publications/{publication_id}/files/{name}", "get", _get("One file of an issued edition", None)),
        *editions_description.operations(),
        *kpi_description.operations(),
        ("/health", "get", _get("Whether the hub answers", payloads.HealthBody) | {"security": []}),
        ("/openapi.json", "get", _get("This document", None) | {"security": []}),
    ]


def _submit() -> dict[str, Any]:
    key = {
        "in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string", "maxLength": 180},
        "description": "One key for one report; repeat it when you retry and you get the same receipt.",
    }  # fmt: skip
    intent = {
        "in": "query", "name": "intent", "schema": {"type": "string", "enum": ["draft", "send", "dry_run"]},
        "description": "`send` by default; `dry_run` checks and keeps nothing.",
    }  # fmt: skip
    many = {"oneOf": [{"$ref": "#/components/schemas/Receipt"}, {"$ref": "#/components/schemas/Receipts"}]}
    return {
        "summary": "Send one or many reports",
        "parameters": [key, intent],
        "requestBody": {"required": True, "content": {media_type: {"schema": BINARY} for media_type in BODIES}},
        "responses": {
            "201": {"description": "Stored, a new version", "content": _content(payloads.ReceiptBody)},
            "200": {"description": "A repeat, a dry run, or many reports", "content": _content(payloads.ReceiptsBody)},
            "422": {
                "description": "Kept but refused: the findings say why",
                "content": {"application/json": {"schema": many}},
            },
            **_problems("400", "401", "403", "409", "413", "415"),
        },
    }


def _filing_list() -> dict[str, Any]:
    return _get("The filings you may see", payloads.FilingsBody) | {
        "parameters": [{"in": "query", "schema": payloads.FilingFilters}]
    }


def _publication_list() -> dict[str, Any]:
    return _get("Issued editions, newest first", payloads.PublicationsBody) | {
        "parameters": [{"in": "query", "name": "report", "schema": {"type": "string"}}]
    }


def _get(summary: str, schema: type[Schema] | None) -> dict[str, Any]:
    content = _content(schema) if schema is not None else {"application/octet-stream": {"schema": BINARY}}
    return {
        "summary": summary,
        "responses": {"200": {"description": summary, "content": content}, **_problems("401", "403", "404")},
    }


def _content(schema: type[Schema]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _problems(*statuses: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": payloads.ProblemBody}}
    return {status: {"description": "A refusal", "content": content} for status in statuses}
