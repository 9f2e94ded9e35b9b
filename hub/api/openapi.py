"""The API's own description (OpenAPI 3.1), drawn from the payload schemas."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from hub.api import describing, descriptions_vi, editions_description, figures_description, kpi_description, payloads
from hub.api.operations import GROUPS

PREFIX = "/api/v1"
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = {"type": "string"}
CSV = "text/csv; charset=utf-8"
FILES = ("application/json", CSV, XLSX, "application/pdf", "application/zip", DOCX)
_FILE_SCHEMAS: dict[str, dict[str, Any]] = {"application/json": {"type": "object"}, "application/xml": TEXT, CSV: TEXT}
EXAMPLE_CSV = "regime,unit,period,form,row,column,value\nTHU-01,X11,2026-M09,F1,r02,c02,1\n"


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI document; every route of the API is in it."""
    spec = APISpec(
        title="National reporting hub",
        version="1",
        openapi_version="3.1.0",
        info={"description": "Send legally required reports, follow them, fetch national figures and reports."},
        plugins=[MarshmallowPlugin(schema_name_resolver=lambda schema: _name(schema))],
        tags=[{"name": name, "description": en, "x-description-vi": vi} for name, (vi, en) in GROUPS.items()],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    basic = "The token as the password, any name; reading only. For programs that ask for a name and a password."
    spec.components.security_scheme("password", {"type": "http", "scheme": "basic", "description": basic})
    for name, header in describing.components().items():
        spec.components.header(name, header)
    for path, method, operation in _operations():
        spec.path(path=f"{PREFIX}{path}", operations={method: describing.whole(path, method, operation)})
    made: dict[str, Any] = spec.to_dict()
    describing.plain_parameters(made)
    descriptions_vi.say_both(made)
    return made


def _name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Body")


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        ("/submissions", "post", _submit()),
        ("/submissions/{submission_id}", "get", _get("One arrival, without its bytes", payloads.ArrivalBody)),
        (
            "/submissions/{submission_id}/marked.xlsx",
            "get",
            _file("A workbook with its findings marked in it", XLSX),
        ),
        ("/filings", "get", _filing_list()),
        ("/filings/{filing_id}", "get", _get("One filing with its figures and findings", payloads.FilingDetailBody)),
        ("/filings/{filing_id}/workbook", "get", _file("The workbook to fill for this filing", XLSX)),
        ("/editions/{regime}/{edition}/xsd", "get", _file("The XML schema of an edition's reports", "application/xml")),
        ("/publications", "get", _publication_list()),
        ("/publications/{publication_id}", "get", _get("One issued edition", payloads.PublicationDetailBody)),
        ("/publications/{publication_id}/files/{name}", "get", _file("One file of an issued edition", *FILES)),
        *figures_description.operations(),
        *editions_description.operations(),
        *kpi_description.operations(),
        ("/", "get", _get("Where the interface is described", payloads.IndexBody) | {"security": []}),
        ("/health", "get", _get("Whether the hub answers", payloads.HealthBody) | {"security": []}),
        ("/openapi.json", "get", _file("This document", "application/json") | {"security": []}),
    ]


def _submit() -> dict[str, Any]:
    key = {
        "in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string", "maxLength": 180},
        "description": "One key for one report; repeat it when you retry and you get the same receipt.",
    }  # fmt: skip
    intent = {
        "in": "query", "name": "intent", "schema": {"type": "string", "enum": ["draft", "send", "dry_run"]},
        "example": "draft",
        "description": "`send` by default; `dry_run` checks and keeps nothing.",
    }  # fmt: skip
    many = {"schema": {"anyOf": [payloads.ReceiptBody, payloads.ReceiptsBody]}}
    return {
        "summary": "Send one or many reports",
        "parameters": [key, intent],
        "requestBody": {"required": True, "content": _reports()},
        "responses": {
            "201": {"description": "Stored, a new version", "content": _content(payloads.ReceiptBody)},
            "200": {"description": "A repeat, a dry run, or many reports", "content": {"application/json": many}},
            "422": {
                "description": "Kept but refused: the findings say why; or nothing was kept",
                "content": {"application/json": many, **_content(payloads.ProblemBody, "application/problem+json")},
            },
            **{status: {} for status in ("409", "413", "415")},
        },
    }


def _filing_list() -> dict[str, Any]:
    return _get("The filings you may see", payloads.FilingsBody) | {
        "parameters": [{"in": "query", "schema": payloads.FilingFilters}]
    }


def _publication_list() -> dict[str, Any]:
    return _get("Issued editions, newest first", payloads.PublicationPageBody) | {
        "parameters": [{"in": "query", "schema": payloads.PublicationsAsked}]
    }


def _reports() -> dict[str, Any]:
    """The bodies that reports come in; a report's own shape is described by its edition's schema."""
    return {
        "application/json": {"schema": payloads.ReportAsked},
        "application/xml": {"schema": TEXT},
        "text/xml": {"schema": TEXT},
        "text/csv": {"schema": TEXT, "example": EXAMPLE_CSV},
        XLSX: {"schema": BINARY},
    }


def _get(summary: str, schema: type[Schema]) -> dict[str, Any]:
    return {"summary": summary, "responses": {"200": {"description": summary, "content": _content(schema)}}}


def _file(summary: str, *media_types: str) -> dict[str, Any]:
    content = {media_type: {"schema": _FILE_SCHEMAS.get(media_type, BINARY)} for media_type in media_types}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}


def _content(schema: type[Schema], media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": schema}}
