"""The audit chain in use: a line a deed, signed checkpoints outside the database, the check of both (R40, P21)."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from hub.domain.access import Actor
from hub.services.core import Core
from hub.store import events
from hub.store.events import ChainProblem, Event, Head
from hub.store.instants import to_text

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the chain had come at a moment. ``signature`` covers the line before as well."""

    at: str
    number: int
    hash: str
    signature: str


def record(
    connection: Connection,
    actor: Actor,
    *,
    action: str,
    object_type: str,
    object_id: str,
    now: datetime,
    result: str = "ok",
    detail: Mapping[str, Any] | None = None,
) -> Event:
    """The deed stands in the chain with the change it tells of. Call it last in a transaction (see ``events``)."""
    return events.append(
        connection,
        at=now,
        account_id=actor.account_id,
        unit_id=actor.unit_id,
        ip=actor.ip,
        action=action,
        object_type=object_type,
        object_id=object_id,
        result=result,
        detail=detail,
    )


def write_checkpoint(core: Core, now: datetime) -> Checkpoint:
    """The head of the chain, signed and on disk in ``<var>/checkpoints``. Copy that folder away: it is the evidence."""
    with core.database.read() as connection:
        head = events.head(connection)
    folder = _folder(core)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = _lines(core)
    previous = json.loads(before[-1])["signature"] if before else _START
    at = to_text(now)
    checkpoint = Checkpoint(at, head.number, head.hash, _sign(_key(folder), previous, at, head))
    with (folder / "chain.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(checkpoint)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return checkpoint


def verify(core: Core) -> list[ChainProblem]:
    """Empty when the chain holds, every checkpoint is genuine and stands in the chain."""
    points, problems = _checkpoints(core)
    with core.database.read() as connection:
        return problems + events.verify(connection, points)


def _checkpoints(core: Core) -> tuple[list[Head], list[ChainProblem]]:
    """The genuine ones, and a problem for each that is not."""
    points: list[Head] = []
    previous = _START
    lines = _lines(core)
    key = _key(_folder(core)) if lines else b""
    for number, line in enumerate(lines, 1):
        try:
            point = Checkpoint(**json.loads(line))
            head = Head(point.number, point.hash)
            genuine = hmac.compare_digest(point.signature, _sign(key, previous, point.at, head))
        except (ValueError, TypeError):
            genuine = False
        if not genuine:
            return points, [
                ChainProblem(
                    0,
                    f"line {number} of the checkpoints is not genuine",
                    f"dòng {number} của tệp mốc đối chiếu không thật",
                )
            ]
        points.append(head)
        previous = point.signature
    return points, []


def _sign(key: bytes, previous: str, at: str, head: Head) -> str:
    text = json.dumps(["national-reporting-hub checkpoint 1", previous, at, head.number, head.hash])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _folder(core: Core) -> Path:
    return core.config.var / "checkpoints"


def _lines(core: Core) -> list[str]:
    file = _folder(core) / "chain.jsonl"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _key(folder: Path) -> bytes:
    """The signing key: made at first use, readable by the hub's own system user only."""
    file = folder / "key"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(descriptor, "wb") as new:
        new.write(secrets.token_bytes(32))
        new.flush()
        os.fsync(new.fileno())
    return file.read_bytes()
