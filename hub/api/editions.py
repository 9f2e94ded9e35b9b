"""Editions over time for programs: what changed and why, which stood on a day, proof, holds, subscriptions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from marshmallow import Schema, ValidationError

from hub.api.answering import answer
from hub.api.credentials import ARRIVED, actor_of_request
from hub.api.editions_payloads import (
    ChangesAsked,
    ChangesBody,
    HoldsBody,
    InForceAsked,
    ProofBody,
    SubscriptionAsked,
    SubscriptionBody,
    SubscriptionsBody,
)
from hub.api.payloads import PublicationsBody
from hub.errors import BadRequest, NotFound
from hub.services import holds, publication, publication_diff, publication_proof, subscriptions
from hub.services.core import Core
from hub.services.publication_diff import Changes, FigureLine

blueprint = Blueprint("api_editions", __name__, url_prefix="/api/v1")


class NoJson(BadRequest):
    code, status = "unsupported_type", 415
    vi, en = "Hãy gửi JSON và nói rõ trong Content-Type.", "Send JSON and name it in Content-Type."


def _core() -> Core:
    return cast(Core, current_app.extensions["hub"])


def _now() -> datetime:
    return cast(datetime, request.environ[ARRIVED])


@blueprint.get("/publications/<publication_id>/changes")
def changes(publication_id: str) -> Response:
    """What an edition says differently from the one before, or from the one that is named."""
    actor = actor_of_request()
    asked = _load(ChangesAsked(), request.args.to_dict())
    against = asked["against"]
    if against is None:
        older = publication.view(_core(), actor, publication_id, _now()).older
        against = older.id if older is not None else publication_id
    found = publication_diff.changes(
        _core(), actor, publication_id, against, _now(), skip=asked["skip"], most=asked["limit"],
        figure=asked["figure"],
    )  # fmt: skip
    return _answer(ChangesBody().dump(_said(found)))


def _said(found: Changes) -> dict[str, Any]:
    coverage = [
        {"regime": regime, "unit_id": each.unit_id, "old": each.old, "new": each.new}
        for regime, lines in found.coverage.items()
        for each in lines
    ]
    figures = [_figure(line) for line in found.figures]
    return {
        "old": found.old, "new": found.new, "reports": found.reports, "hidden": found.hidden, "coverage": coverage,
        "total": found.total, "figures": figures,
    }  # fmt: skip


def _figure(line: FigureLine) -> dict[str, Any]:
    change = line.change
    return {
        "figure": str(change.ref), "label": line.label, "unit_id": change.ref.unit_id, "old": change.old,
        "new": change.new, "difference": change.difference, "rollup": line.rollup, "exact": line.exact,
        "made_of": line.made_of, "parts": line.parts,
    }  # fmt: skip


@blueprint.get("/publications/<publication_id>/proof")
def proof(publication_id: str) -> Response:
    """The edition said again: files, and every figure that its manifest still allows to compute."""
    found = publication_proof.prove(_core(), actor_of_request(), publication_id, _now())
    body = {name: getattr(found, name) for name in ("holds", "files", "reports", "figures", "recomputed")}
    said = {name: [{"vi": vi, "en": en} for vi, en in getattr(found, name)] for name in ("problems", "left_out")}
    return _answer(ProofBody().dump(body | said))


@blueprint.get("/publications/in-force")
def in_force() -> Response:
    """The editions of a report that stood at the end of a day."""
    actor = actor_of_request()
    asked = _load(InForceAsked(), request.args.to_dict())
    try:
        rows = publication.listing(_core(), actor, _now(), asked["report"], asked["on"])
    except OverflowError:
        raise BadRequest("Ngày quá xa.", "That day is too far away.") from None
    wanted = [row for row in rows if asked["period"] in {None, row.period}]
    if not wanted:
        raise NotFound("Ngày đó chưa có ấn bản nào.", "No edition stood on that day.")
    return _answer(PublicationsBody().dump({"publications": wanted}))


@blueprint.get("/holds")
def held() -> Response:
    """The reports that wait because too few units are in them."""
    return _answer(HoldsBody().dump({"holds": holds.listing(_core(), actor_of_request(), _now())}))


@blueprint.get("/subscriptions")
def subscribed() -> Response:
    """The token's account's own subscriptions."""
    mine = subscriptions.mine(_core(), actor_of_request(), _now())
    return _answer(SubscriptionsBody().dump({"subscriptions": mine}))


@blueprint.post("/subscriptions")
def subscribe() -> Response:
    """Each new edition comes from now on; asked again, the same subscription is answered."""
    actor = actor_of_request("subscribe")
    if request.mimetype != "application/json":
        raise NoJson()
    asked = _load(SubscriptionAsked(), _body())
    kept = subscriptions.subscribe(
        _core(), actor, asked["report"], asked["format"], asked["channel"], asked["target"], _now()
    )
    return _written(SubscriptionBody().dump(kept), 201 if kept.since == _now() else 200)


@blueprint.delete("/subscriptions/<subscription_id>")
def end(subscription_id: str) -> Response:
    """It brings nothing more; asked again, it is still so."""
    subscriptions.end(_core(), actor_of_request("subscribe"), subscription_id, _now())
    return Response(status=204)


def _body() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadRequest("Nội dung không phải JSON.", "The body is no JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest("Nội dung phải là một đối tượng JSON.", "The body must be a JSON object.")
    return body


def _load(schema: Schema, data: dict[str, Any]) -> dict[str, Any]:
    """The loaded data; BadRequest that names each bad field."""
    try:
        return cast(dict[str, Any], schema.load(data))
    except ValidationError as error:
        names = ", ".join(sorted(str(name)[:60] for name in error.messages_dict))
        raise BadRequest(f"Tham số không hợp lệ: {names}.", f"These parameters are not valid: {names}.") from None


def _answer(body: Any) -> Response:
    return answer([json.dumps(body, ensure_ascii=False).encode()], "application/json")


def _written(body: Any, status: int) -> Response:
    return Response(json.dumps(body, ensure_ascii=False).encode(), status, content_type="application/json")
