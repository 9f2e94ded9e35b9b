"""How the OpenAPI document describes the packets of steering indicators."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields

from hub.api.payloads import MessageBody, ProblemBody


class KpiValueBody(Schema):
    """One value: as such, or as what is divided by what. Figures are text, so that every digit is kept."""

    kpi = fields.String(required=True, metadata={"example": "4.4"})
    unit = fields.String(required=True, metadata={"description": "the agency's code or the unit's id"})
    period = fields.String(required=True, metadata={"example": "2026-M09"})
    breakdown = fields.String(metadata={"example": "basis=file"})
    value = fields.String(metadata={"example": "97.25"})
    numerator = fields.String(metadata={"example": "389"})
    denominator = fields.String(metadata={"example": "400"})


class KpiDataBody(Schema):
    """Packet 13 of QCVN 125: values of steering indicators."""

    packet = fields.String(required=True, metadata={"enum": ["KPI_DATA"]})
    version = fields.String(metadata={"example": "1"})
    message_id = fields.String(required=True, metadata={"description": "the same message is stored once"})
    sender = fields.String(metadata={"description": "the sender's agency code; the token's own if absent"})
    set = fields.String(required=True)
    values = fields.List(fields.Nested(KpiValueBody), required=True)


class KpiTakenBody(Schema):
    """The acknowledgement of a packet."""

    message_id = fields.String()
    verdict = fields.String(metadata={"enum": ["accepted"]})
    stored = fields.Integer()
    repeat = fields.Boolean()


class PacketProblemBody(Schema):
    place = fields.String(metadata={"example": "/values/0/unit"})
    message = fields.Nested(MessageBody)


class BadPacketBody(ProblemBody):
    """Why nothing of a packet was stored."""

    message_id = fields.String()
    verdict = fields.String(metadata={"enum": ["refused"]})
    problems = fields.List(fields.Nested(PacketProblemBody))


class PacketBody(Schema):
    """A packet of QCVN 125; its lists depend on which it is."""

    class Meta:
        unknown = INCLUDE

    packet = fields.String(metadata={"enum": ["KPI_SET", "KPI_GROUP_CATALOG", "KPI_BREAKDOWN_CATALOG", "KPI_DATA"]})
    version = fields.String()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of each route."""
    period = {"in": "query", "name": "period", "schema": {"type": "string"}, "description": "the newest if absent"}
    given_out = "Packet 10, 11 or 12 of QCVN 125: kpi-sets, kpi-groups or kpi-breakdowns"
    return [
        ("/kpi-packets/{name}", "get", _read(given_out, [])),
        ("/kpi-data/{kpi_set}", "get", _read("Packet 13: the values of a set in a period", [period])),
        ("/kpi-data", "post", _receive()),
    ]


def _read(summary: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    form = {"in": "query", "name": "format", "schema": {"type": "string", "enum": ["json", "xml"]}}
    content = {"application/json": {"schema": PacketBody}, "application/xml": {"schema": {"type": "string"}}}
    return {
        "summary": summary,
        "parameters": [*parameters, form],
        "responses": {"200": {"description": summary, "content": content}, **_problems("401", "403", "404", "406")},
    }


def _receive() -> dict[str, Any]:
    taken = {"application/json": {"schema": KpiTakenBody}}
    body = {"application/json": {"schema": KpiDataBody}, "application/xml": {"schema": {"type": "string"}}}
    refused = {"application/problem+json": {"schema": BadPacketBody}}
    return {
        "summary": "Send packet 13: values of steering indicators, all or none",
        "requestBody": {"required": True, "content": body},
        "responses": {
            "201": {"description": "Stored", "content": taken},
            "200": {"description": "A message that was here before", "content": taken},
            "422": {"description": "Nothing is stored: every reason", "content": refused},
            **_problems("401", "403", "409", "413", "415"),
        },
    }


def _problems(*statuses: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": ProblemBody}}
    return {status: {"description": "A refusal", "content": content} for status in statuses}
