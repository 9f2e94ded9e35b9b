"""How the OpenAPI document describes editions over time and subscriptions."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from hub.api import editions_payloads as payloads
from hub.api.payloads import ProblemBody, PublicationsBody


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of each route."""
    changes = _get("What changed between two editions, and why", payloads.ChangesBody, payloads.ChangesAsked)
    stood = _get("The editions that stood at the end of a day", PublicationsBody, payloads.InForceAsked)
    return [
        ("/publications/in-force", "get", stood),
        ("/publications/{publication_id}/changes", "get", changes),
        (
            "/publications/{publication_id}/proof",
            "get",
            _get("An edition proved from its manifest", payloads.ProofBody),
        ),
        ("/holds", "get", _get("Reports that wait because too few units are in them", payloads.HoldsBody)),
        ("/subscriptions", "get", _get("Your own subscriptions", payloads.SubscriptionsBody)),
        ("/subscriptions", "post", _subscribe()),
        ("/subscriptions/{subscription_id}", "delete", _end()),
    ]


def _get(summary: str, body: type[Schema], asked: type[Schema] | None = None) -> dict[str, Any]:
    parameters: dict[str, Any] = {"parameters": [{"in": "query", "schema": asked}]} if asked is not None else {}
    responses = {
        "200": {"description": summary, "content": _json(body)},
        "304": {"description": "What you have is what there is"},
        **_problems("400", "401", "403", "404"),
    }
    return {"summary": summary, **parameters, "responses": responses}


_SCOPE = "The token needs the scope `subscribe`."


def _subscribe() -> dict[str, Any]:
    content = _json(payloads.SubscriptionBody)
    return {
        "summary": "Have each new edition of a report from now on",
        "description": _SCOPE,
        "requestBody": {"required": True, "content": _json(payloads.SubscriptionAsked)},
        "responses": {
            "201": {"description": "Subscribed", "content": content},
            "200": {"description": "Subscribed before", "content": content},
            **_problems("400", "401", "403", "404", "413", "415", "422"),
        },
    }


def _end() -> dict[str, Any]:
    return {
        "summary": "End a subscription",
        "description": _SCOPE,
        "responses": {"204": {"description": "Nothing comes any more"}, **_problems("401", "403", "404")},
    }


def _json(schema: type[Schema]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _problems(*statuses: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": ProblemBody}}
    return {status: {"description": "A refusal", "content": content} for status in statuses}
