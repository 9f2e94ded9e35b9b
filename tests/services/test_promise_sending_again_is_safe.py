"""P6: a repeat gets the first answer; nothing is stored twice, whatever is dropped, doubled or reordered."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from hub.domain.envelope import Envelope
from hub.errors import Unavailable
from hub.services import intake
from hub.services.receipts import receipt_json
from hub.store import tables

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
SCALE = int(os.environ.get("HUB_TEST_SCALE", "1"))
UNITS = ("X11", "X12", "X13", "X21", "X22", "G01", "G12")


def count(core, table) -> int:
    with core.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_hundred_equal_requests_at_once_make_one_submission_and_get_equal_receipts(opened, make_actor, document):
    actor, body = make_actor("approver", "X11"), document("X11")

    def send(_: int) -> bytes:
        envelope = Envelope(body, "json", idempotency_key="the-key", intent="send")
        for _ in range(50):
            try:
                return receipt_json(intake.receive(opened, actor, envelope, NOW))
            except Unavailable:
                continue
        pytest.fail("no answer")

    with ThreadPoolExecutor(20) as pool:
        receipts = set(pool.map(send, range(100)))
    assert len(receipts) == 1
    assert (count(opened, tables.submission), count(opened, tables.version)) == (1, 1)


def test_dropped_doubled_and_reordered_retries_store_each_report_once(opened, make_actor, document):
    chance = random.Random(20260922)
    actors = {unit: make_actor("approver", unit) for unit in UNITS}
    wanted = [(unit, f"{unit}-{n}", document(unit, men=n + 1)) for unit in UNITS for n in range(4 * SCALE)]
    retries = [each for each in wanted for _ in range(chance.randint(1, 4))]
    chance.shuffle(retries)
    answers: dict[str, set[bytes]] = {}
    for unit, key, body in retries:
        envelope = Envelope(body, "json", idempotency_key=key, intent="draft")
        answers.setdefault(key, set()).add(receipt_json(intake.receive(opened, actors[unit], envelope, NOW)))
    assert all(len(receipts) == 1 for receipts in answers.values())
    assert count(opened, tables.submission) == len(wanted)


def test_keys_belong_to_the_credential_that_used_them(opened, make_actor, document):
    for unit in ("X11", "X12"):
        envelope = Envelope(document(unit), "json", idempotency_key="same", intent="send")
        assert intake.receive(opened, make_actor("approver", unit), envelope, NOW).verdict == "accepted"
    assert count(opened, tables.submission) == 2
