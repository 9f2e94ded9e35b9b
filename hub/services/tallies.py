"""What arrived through which door and what was found in it, counted for central staff."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from hub.domain.access import Actor
from hub.domain.visibility import allowed_nationally
from hub.errors import Forbidden
from hub.services.core import Core
from hub.store import tallies


@dataclass(frozen=True, slots=True)
class Arrivals:
    """``doors``: (door, through what, verdict) → arrivals. ``findings``: (severity, stage, code) → how often."""

    doors: Counter[tuple[str, str, str]]
    findings: Counter[tuple[str, str, str]]


def arrivals(core: Core, actor: Actor) -> Arrivals:
    """Counts over all arrivals at one moment. Forbidden to who may not roll up nationally."""
    if not allowed_nationally(actor, "aggregate"):
        raise Forbidden
    found: Counter[tuple[str, str, str]] = Counter()
    with core.database.read() as connection:
        doors = Counter({(door, via, verdict): count for door, via, verdict, count in tallies.by_door(connection)})
        for receipt in tallies.receipts(connection):
            for finding in json.loads(receipt)["findings"]:
                found[finding["severity"], finding["stage"], finding["code"]] += 1
    return Arrivals(doors, found)
