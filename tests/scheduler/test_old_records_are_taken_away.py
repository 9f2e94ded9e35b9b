"""Records of runs and sent letters are kept as long as the settings say; the audit log is never touched (R40)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from hub.services import audit, moves, pruning, runs
from hub.store import tables
from hub.store.instants import to_text
from scheduler import jobs

NOW = datetime(2027, 1, 26, 3, 0, tzinfo=UTC)
OLD, FRESH = NOW - timedelta(days=366), NOW - timedelta(days=364)


@pytest.fixture
def ran(core):
    """``ran(job, at, finished=True)``: a run of a job at a moment."""

    def do(job: str, at: datetime, finished: bool = True) -> None:
        key = f"{at:%Y-%m-%dT%H:%MZ}"
        assert runs.claim(core, job, key, "w", at, 60)
        if finished:
            assert runs.finish(core, job, key, "ok", "", at, worker="w")

    return do


@pytest.fixture
def letter(core):
    """``letter(id, state, at)``: a letter made, and sent if it was, at a moment."""

    def do(key: str, state: str, at: datetime) -> None:
        row = {
            "id": key, "account_id": "a", "address": "a@b", "subject": "s", "body": "b", "state": state, "tries": 1,
            "next_try_at": to_text(at), "created_at": to_text(at), "sent_at": to_text(at) if state == "sent" else None,
        }  # fmt: skip
        with core.database.write() as connection:
            connection.execute(insert(tables.mail), row)

    return do


def letters_of(core) -> set[str]:
    with core.database.read() as connection:
        return set(connection.scalars(select(tables.mail.c.id)))


def test_a_run_goes_after_a_year_and_the_newest_of_each_job_stays(core, ran):
    for at in (OLD - timedelta(days=1), OLD, FRESH):
        ran("collect", at)
    ran("publish", OLD)
    assert pruning.prune(core, NOW).runs == 2
    assert [(each.job, each.claimed_at) for each in runs.listing(core)] == [("collect", FRESH), ("publish", OLD)]
    assert pruning.prune(core, NOW).runs == 0


def test_a_run_that_never_ended_stays_as_a_sign_of_what_happened(core, ran):
    ran("collect", OLD, finished=False)
    ran("collect", FRESH)
    assert pruning.prune(core, NOW).runs == 0


def test_only_letters_that_were_sent_go(core, letter):
    for state in ("sent", "waiting", "dead"):
        letter(f"{state}-old", state, OLD)
        letter(f"{state}-fresh", state, FRESH)
    assert pruning.prune(core, NOW).letters == 1
    assert letters_of(core) == {"waiting-old", "dead-old", "sent-fresh", "waiting-fresh", "dead-fresh"}


def test_the_settings_say_how_long(core, ran, letter):
    core = replace(core, config=replace(core.config, keep_runs_days=30, keep_letters_days=1))
    ran("collect", NOW - timedelta(days=31))
    ran("collect", NOW - timedelta(days=29))
    letter("sent", "sent", NOW - timedelta(days=2))
    assert pruning.prune(core, NOW) == pruning.Pruned(1, 1)


def test_many_are_taken_away_in_several_transactions(core, ran, monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for days in range(5):
        ran("collect", OLD - timedelta(days=days))
    assert pruning.prune(core, NOW).runs == 4


def test_the_nightly_sweep_prunes_and_leaves_the_audit_log_whole(core, ran, letter, make_actor):
    ran("collect", OLD)
    ran("collect", FRESH)
    letter("sent", "sent", OLD)
    central = make_actor("central", "VN")
    with core.database.write() as connection:
        moves.tell(connection, central, "publish", "report", "r", OLD - timedelta(days=900), {})
    said = jobs.sweep_unsaved(core, NOW)
    assert "1 old runs and 1 old letters" in said[1]
    assert "1 lượt chạy cũ, 1 thư cũ" in said[0]
    assert audit.verify(core) == []
    with core.database.read() as connection:
        assert len(connection.execute(select(tables.event.c.number)).all()) == 1
