"""Which campaigns are rolled up again: those where something that was sent changed since, found without reading all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text

from hub.store import aggregates, tables
from hub.store.database import Database

FIRST, LATER = "2026-09-15T03:00:00.000000+00:00", "2026-09-15T04:00:00.000000+00:00"


@pytest.fixture
def campaign(database: Database):
    """``campaign(edition, period, filings=…, made=…)``: filings by what they are, an aggregate by when and how."""

    def make(edition: str, period: str, *, filings=(), made: tuple[str, str] | None = None) -> None:
        with database.write() as connection:
            known = connection.execute(text("SELECT count(*) FROM edition WHERE key = :key"), {"key": edition}).scalar()
            if not known:
                row = {"key": edition, "regime": "A", "code": "1", "sha256": "0", "first_used_at": FIRST}
                connection.execute(insert(tables.edition).values(row))
            for number, changes in enumerate(filings):
                connection.execute(insert(tables.filing).values(_filing(edition, period, number) | changes))
            if made is not None:
                packed = dict.fromkeys(("figures", "presence", "contributors", "lineage"), b"")
                its = {"edition": edition, "period": period, "unit_id": "VN", "run_id": "r", "coverage": "{}"}
                connection.execute(insert(tables.aggregate).values(its | packed | {"at": made[0], "kind": made[1]}))

    return make


def _filing(edition: str, period: str, number: int) -> dict[str, object]:
    return {
        "id": f"{edition}{period}{number}", "edition": edition, "regime": "A", "unit_id": f"X{number}",
        "unit_path": f"VN/P/X{number}", "level": "commune", "period": period, "frequency": "month", "scope": "own",
        "receiver_id": "VN", "window_start": "2026-09-01", "window_end": "2026-09-30", "due_at": FIRST,
        "state": "accepted", "revision": 1, "attempt": 1, "excluded": False, "first_sent_at": FIRST,
        "opened_at": FIRST, "changed_at": FIRST,
    }  # fmt: skip


def _stale(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        return aggregates.stale(connection)


def test_what_changed_after_it_was_made_is_found_and_what_did_not_is_not(database, campaign):
    campaign("A/1", "2026-M08", filings=[{}, {"changed_at": LATER}], made=(FIRST, "full"))
    campaign("A/1", "2026-M09", filings=[{}, {}], made=(FIRST, "full"))
    campaign("A/2", "2026-M08", filings=[{"changed_at": LATER}], made=(LATER, "final"))
    assert _stale(database) == [("A/1", "2026-M08")]


def test_what_was_only_followed_is_looked_at_again(database, campaign):
    campaign("A/1", "2026-M08", filings=[{}], made=(LATER, "delta"))
    assert _stale(database) == [("A/1", "2026-M08")]


def test_a_campaign_without_aggregates_is_found_in_every_edition_and_period(database, campaign):
    for edition in ("A/1", "A/2", "B/1"):
        for period in ("2025-Y", "2026-M08", "2026-M09", "2026-Q3"):
            campaign(edition, period, filings=[{}])
    assert _stale(database) == [
        (edition, period) for edition in ("A/1", "A/2", "B/1")
        for period in ("2025-Y", "2026-M08", "2026-M09", "2026-Q3")
    ]  # fmt: skip


def test_what_nobody_sent_counts_only_when_it_is_left_out(database, campaign):
    unsent = {"first_sent_at": None, "state": "open", "changed_at": LATER}
    campaign("A/1", "2026-M08", filings=[unsent], made=(FIRST, "full"))
    campaign("A/1", "2026-M09", filings=[unsent])
    campaign("A/1", "2026-M10", filings=[unsent | {"excluded": True}], made=(FIRST, "full"))
    assert _stale(database) == [("A/1", "2026-M10")]


def test_filings_are_found_by_the_index_and_never_read_through(sqlite_database):
    with sqlite_database.read() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {aggregates._CHANGES.text}")]
    of_filings = [step for step in plan if "filing" in step]
    assert of_filings
    assert all("INDEX ix_filing_changed" in step for step in of_filings), plan


def test_a_campaign_is_over_when_the_last_of_its_dues_has_passed(database, campaign):
    campaign("A/1", "2026-M08", filings=[{}, {"due_at": LATER}], made=(FIRST, "full"))
    campaign("A/1", "2026-M09", filings=[{}], made=(FIRST, "final"))
    campaign("A/1", "2026-Y", made=(FIRST, "full"))

    def over(now: str) -> list[tuple[str, str]]:
        with database.read() as connection:
            return aggregates.unfinished(connection, datetime.fromisoformat(now).astimezone(UTC))

    assert over(FIRST) == []
    assert over(LATER) == [("A/1", "2026-M08")]
