"""Steering indicators for programs: packets 10 to 13 of QCVN 125 given out, packet 13 taken in. JSON or XML.

Every packet is acknowledged (R34): what was stored, or every reason why nothing was.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Response, current_app, request

from hub.api.answering import answer
from hub.api.credentials import ARRIVED, actor_of_request
from hub.api.errors import problem
from hub.api.negotiation import Offer, chosen
from hub.domain.kpi_packet import BadPacket
from hub.errors import BadRequest
from hub.services import kpi_packets
from hub.services.core import Core
from hub.writers.kpi_packet import write_json, write_xml

blueprint = Blueprint("api_kpi", __name__, url_prefix="/api/v1")

_JSON, _XML = Offer("application/json", "json"), Offer("application/xml", "xml", ("text/xml",))
TAKEN = frozenset({"application/json", "application/xml", "text/xml"})


class WrongPacketType(BadRequest):
    code, status = "unsupported_type", 415
    vi = "Hãy gửi gói tin bằng JSON hoặc XML và nói rõ trong Content-Type."
    en = "Send the packet as JSON or XML and name it in Content-Type."


def _core() -> Core:
    return cast(Core, current_app.extensions["hub"])


def _now() -> datetime:
    return cast(datetime, request.environ[ARRIVED])


@blueprint.get("/kpi-packets/<name>")
def catalogue(name: str) -> Response:
    """Packet 10 (``kpi-sets``), 11 (``kpi-groups``) or 12 (``kpi-breakdowns``)."""
    return _written(kpi_packets.catalogue(_core(), actor_of_request(), name, _now()))


@blueprint.get("/kpi-data/<kpi_set>")
def data(kpi_set: str) -> Response:
    """Packet 13: the values of a set in a period, the newest if none is named."""
    period = request.args.get("period") or None
    return _written(kpi_packets.data(_core(), actor_of_request(), kpi_set, _now(), period))


@blueprint.post("/kpi-data")
def receive() -> Response:
    """Values of another system: all of a packet's are stored, or none. The same message again is answered alike."""
    actor = actor_of_request("submit")
    if request.mimetype not in TAKEN:
        raise WrongPacketType()
    taken = kpi_packets.receive(_core(), actor, request.get_data(cache=False), request.mimetype, _now())
    body = {"message_id": taken.message_id, "verdict": "accepted", "stored": taken.stored, "repeat": taken.repeat}
    return Response(json.dumps(body), 200 if taken.repeat else 201, content_type="application/json")


@blueprint.errorhandler(BadPacket)
def _refused(error: BadPacket) -> Response:
    problems = [{"place": one.place, "message": {"vi": one.message.vi, "en": one.message.en}} for one in error.problems]
    return problem(error, {"message_id": error.message_id, "verdict": "refused", "problems": problems})


def _written(packet: dict[str, Any]) -> Response:
    """JSON unless XML is asked for, by ``format=xml`` or the Accept header."""
    if chosen((_JSON, _XML)) is _XML:
        return answer([write_xml(packet)], "application/xml")
    return answer([write_json(packet)], "application/json")
