"""Collection: run a connector, hand each thing it fetches to intake, keep where it stopped (P24).

The cursor is kept after each thing. A stop between taking a thing in and keeping the cursor brings the same thing again
under the same idempotency key, which intake answers with the earlier receipts: harmless.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.base import Connector, ConnectorFault, Cursor, Fetched, FetchLimits, Outcome, Visit
from hub.domain.access import CONNECTION, Actor, Grant
from hub.domain.envelope import Receipt
from hub.errors import HubError
from hub.readers.dispatch import door_of
from hub.services import intake
from hub.services.core import Core
from hub.services.receipts import receipt_json
from hub.store import connectors as store
from hub.store.connectors import ConnectorState

FAILING_AFTER = 5
"""Failed visits in a row after which a connector counts as failing and is left alone for a while."""
REST_FIRST, REST_MOST = timedelta(minutes=10), timedelta(hours=6)


@dataclass(slots=True)
class Collected:
    """What one visit brought. ``reports`` counts receipts, ``items`` the things they came in."""

    connector: str
    resumed_from: Cursor
    items: int = 0
    accepted: int = 0
    refused: int = 0
    left_out: list[str] = field(default_factory=list)
    """Things refused before they could be read, each in a sentence."""
    fault_vi: str | None = None
    fault_en: str | None = None
    resting_until: datetime | None = None

    @property
    def failing(self) -> bool:
        """True if the visit did not come to its end."""
        return self.fault_en is not None or self.resting_until is not None

    def describe(self) -> str:
        """One line for the record of runs."""
        if self.resting_until is not None:
            return f"{self.connector}: failing, left alone until {self.resting_until:%Y-%m-%dT%H:%MZ}"
        line = f"{self.connector}: {self.items} items, {self.accepted} accepted, {self.refused} refused"
        return line + (f"; stopped: {self.fault_en}" if self.fault_en else "")


def actor_of(connector: str) -> Actor:
    """The service account a connector acts as: it may enter and send for every unit, and nothing else."""
    return Actor(f"{CONNECTION}{connector}"[:40], f"Kết nối {connector}", "VN", (Grant("approver", "VN"),))


def collect(
    core: Core, connector: Connector, now: datetime, *, limits: FetchLimits | None = None, force: bool = False
) -> Collected:
    """One visit. Never raises for what the other side does: a fault is counted, kept and told in the answer.

    Five failed visits in a row mean failing: the connector then rests, longer each time up to six hours; ``force``
    visits all the same. One good visit ends that.
    """
    state = _state(core, connector.name, now)
    collected = Collected(connector.name, json.loads(state.cursor))
    if not force and (until := resting_until(state)) is not None and now < until:
        collected.resting_until = until
        return collected
    visit = Visit()
    progress = _Progress(core, state, now)
    try:
        for fetched in connector.fetch(collected.resumed_from, limits or _limits(core), visit):
            _take(core, connector, fetched, collected, now)
            progress.keep(fetched.cursor)
        progress.succeeded(visit.cursor)
    except (ConnectorFault, HubError) as fault:
        collected.fault_vi, collected.fault_en = fault.message_vi, fault.message_en
        progress.failed(fault.message_en)
    collected.left_out = visit.refused
    collected.refused += len(visit.refused)
    return collected


def resting_until(state: ConnectorState) -> datetime | None:
    """When a failing connector is visited again; None if it is not failing."""
    if state.failures < FAILING_AFTER:
        return None
    rest: timedelta = REST_FIRST * 2 ** min(state.failures - FAILING_AFTER, 10)
    return state.at + min(rest, REST_MOST)


def states(core: Core) -> list[ConnectorState]:
    """Where every connector stands, by name."""
    with core.database.read() as connection:
        return store.listing(connection)


class _Progress:
    """The stored state of one connector during one visit."""

    def __init__(self, core: Core, state: ConnectorState, now: datetime) -> None:
        self._core, self._state, self._now = core, state, now

    def keep(self, cursor: Cursor) -> None:
        self._save(replace(self._state, cursor=json.dumps(cursor, sort_keys=True), at=self._now))

    def succeeded(self, cursor: Cursor | None) -> None:
        self._state = replace(self._state, failures=0, last_error=None)
        self.keep(cursor if cursor is not None else json.loads(self._state.cursor))

    def failed(self, message: str) -> None:
        failures = self._state.failures + 1
        self._save(replace(self._state, at=self._now, failures=failures, last_error=message[:500]))

    def _save(self, state: ConnectorState) -> None:
        self._state = state
        with self._core.database.write() as connection:
            store.save(connection, state)


def _state(core: Core, name: str, now: datetime) -> ConnectorState:
    with core.database.read() as connection:
        return store.find(connection, name) or ConnectorState(name, "{}", now)


def _limits(core: Core) -> FetchLimits:
    return FetchLimits(max_bytes=core.config.max_upload_bytes)


def _take(core: Core, connector: Connector, fetched: Fetched, collected: Collected, now: datetime) -> None:
    """One thing goes through intake and back to the connector with what became of it.

    A refusal of the thing itself (status below 500) settles it; trouble of the hub (503) ends the visit with the
    cursor before it, so that it comes again.
    """
    envelope = fetched.envelope
    envelope = replace(envelope, door=door_of(envelope.content, envelope.filename, envelope.media_type))
    collected.items += 1
    try:
        receipts = intake.receive_many(core, actor_of(connector.name), envelope, now)
    except HubError as error:
        if error.status >= 500:
            raise
        connector.settle(fetched, Outcome(False, _refusal(error)))
        collected.refused += 1
        return
    accepted = sum(receipt.verdict == "accepted" for receipt in receipts)
    collected.accepted += accepted
    collected.refused += len(receipts) - accepted
    connector.settle(fetched, Outcome(bool(receipts) and accepted == len(receipts), receipts_json(receipts)))


def receipts_json(receipts: list[Receipt]) -> bytes:
    """The receipts of one file as one JSON document: ``{"receipts": […]}``."""
    return b'{"receipts":[\n' + b",\n".join(receipt_json(receipt) for receipt in receipts) + b"\n]}\n"


def _refusal(error: HubError) -> bytes:
    message = {"vi": error.message_vi, "en": error.message_en}
    return json.dumps({"verdict": "refused", "code": error.code, "message": message}, ensure_ascii=False).encode()
