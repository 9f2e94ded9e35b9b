"""P8: whatever is being accepted meanwhile, a roll-up adds what stood at one moment."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime

from hub.domain.envelope import Envelope
from hub.domain.form import Address
from hub.domain.period import Period
from hub.domain.rollup import as_decimals
from hub.services import aggregation, intake
from hub.store import filings, versions

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
ROUNDS = 150 * int(os.environ.get("HUB_TEST_SCALE", "1"))


def test_value_moved_between_two_units_is_never_seen_half_moved(opened, make_actor, document, filing_of):
    edition = opened.catalog.edition(EDITION)
    rows = []
    for unit in ("X11", "X21"):
        actor = make_actor("approver", unit)
        for men in (10, 90):
            intake.receive(opened, actor, Envelope(document(unit, men=men), "json"), NOW)
        rows.append(filing_of(unit))
    stop = threading.Event()
    first_swap = threading.Event()

    def swap() -> None:
        turn = 0
        while not stop.is_set():
            with opened.database.write() as connection:
                for row, number in zip(rows, (1 + turn % 2, 2 - turn % 2), strict=True):
                    filings.lock(connection, row.id)
                    versions.put_in_force(
                        connection, edition=row.edition, period=row.period, scope=row.scope, unit_path=row.unit_path,
                        filing_id=row.id, number=number,
                    )  # fmt: skip
            first_swap.set()
            turn += 1

    mover = threading.Thread(target=swap)
    mover.start()
    assert first_swap.wait(10)
    seen = set()
    try:
        for _ in range(ROUNDS):
            with opened.database.read() as connection:
                made = aggregation.roll_up(opened, connection, edition, Period.parse(PERIOD), "run", NOW)
            nation = as_decimals(edition, made[-1].vector)
            parts = sum(as_decimals(edition, each.vector).get(Address("F1", "r02", "c01"), 0) for each in made[:-1])
            seen.add((nation[Address("F1", "r02", "c01")], parts))
    finally:
        stop.set()
        mover.join()
    assert seen == {(100, 100)}
