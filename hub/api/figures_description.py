"""How the OpenAPI document describes figures, measures, periods and units, and files of many reports."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from hub.api import figure_payloads as figures
from hub.api import upload_payloads as uploads

KEY = {
    "in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string", "maxLength": 180},
    "description": "One key for one file; repeat it when you retry and it is the same upload.",
}  # fmt: skip
TEXT = {"type": "string"}
BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of each route."""
    values = _get("Figures page by page, as JSON or CSV", figures.FiguresBody, figures.FiguresAsked)
    values["responses"]["200"]["content"]["text/csv; charset=utf-8"] = {
        "schema": TEXT | {"description": "a line a figure, with the names of the fields above them"}
    }
    values["responses"]["406"] = {}
    return [
        ("/measures", "get", _get("The measures that you may see", figures.MeasuresBody, figures.MeasuresAsked)),
        ("/periods", "get", _get("A regime's periods that have figures", figures.PeriodsBody, figures.PeriodsAsked)),
        ("/units", "get", _get("The units of a day", figures.UnitsBody, figures.UnitsAsked)),
        ("/figures", "get", values),
        ("/uploads", "post", _upload()),
        ("/uploads", "get", _get("Your own latest files of many reports", uploads.UploadsBody)),
        ("/uploads/{upload_id}", "get", _get("How far a file has been taken in", uploads.UploadBody)),
        (
            "/uploads/{upload_id}/reports",
            "get",
            _get("What became of a file's reports", uploads.UploadReportsBody, uploads.UploadReportsAsked),
        ),
    ]


def _get(summary: str, body: type[Schema], asked: type[Schema] | None = None) -> dict[str, Any]:
    parameters: dict[str, Any] = {"parameters": [{"in": "query", "schema": asked}]} if asked is not None else {}
    found = {"description": summary, "content": {"application/json": {"schema": body}}}
    return {"summary": summary, **parameters, "responses": {"200": found}}


def _upload() -> dict[str, Any]:
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    kinds = {
        "application/json": {}, "application/xml": TEXT, "text/xml": TEXT, "text/csv": TEXT, xlsx: BINARY,
        "application/zip": BINARY,
    }  # fmt: skip
    kept = {
        "description": "Kept; taken in from now on",
        "content": {"application/json": {"schema": uploads.UploadBody}},
    }
    text = "`none`: you confirm that no state secret is in it; needed to send"
    return {
        "summary": "Send a file of many reports",
        "parameters": [
            KEY,
            {"in": "query", "name": "intent", "schema": {"enum": ["draft", "send", "dry_run"], "default": "draft"}},
            {"in": "query", "name": "secrecy", "schema": {"enum": ["none"]}, "description": text},
            {"in": "query", "name": "filename", "schema": {"type": "string", "maxLength": 200}},
        ],
        "requestBody": {"required": True, "content": {kind: {"schema": schema} for kind, schema in kinds.items()}},
        "responses": {"202": kept, "409": {}, "413": {}, "415": {}, "422": {}},
    }
