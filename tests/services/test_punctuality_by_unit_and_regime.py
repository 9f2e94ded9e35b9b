"""Who sent on time, by unit and regime (R31–R33): counted from the filings, kept between looks, and always exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select, update

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.period import Period
from hub.domain.period import punctuality as judged
from hub.domain.punctuality import Counts
from hub.errors import NotFound
from hub.services import extensions, moves, opening, punctuality, review
from hub.services.punctuality import Asked
from hub.services.sending_ledger import ledger_of
from hub.store import tables
from hub.store.filings import _row

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
AFTER = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
EDITION, PERIOD, REGIME = "THU-01/2025-07-01", "2026-M09", "THU-01"
ALL = Asked(date(2026, 1, 1), date(2026, 12, 31))
COMMUNES = Asked(ALL.first, ALL.last, level="commune", frequency="monthly")
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


def recounted(core, now, keep=lambda row: True):
    """(top unit, regime) → (on time, late, not sent, pending, excluded), one filing after the other."""
    found = {}
    with core.database.read() as connection:
        rows = [_row(row) for row in connection.execute(select(tables.filing))]
    for row in rows:
        if not keep(row):
            continue
        numbers = found.setdefault((row.unit_path.split("/")[1], row.regime), dict.fromkeys(Counts._fields, 0))
        if row.excluded:
            numbers["excluded"] += 1
            continue
        numbers[judged(row.due_at, row.first_sent_at, now)] += 1
        numbers["correcting"] += row.first_sent_at is not None and row.state in {
            "draft", "checked", "signed", "returned",
        }  # fmt: skip
        numbers["waiting"] += row.state == "submitted"
        numbers["accepted"] += row.state in {"accepted", "aggregated", "finalized"}
    return {pair: Counts(**numbers) for pair, numbers in found.items()}


def seen(core, now, asked=ALL):
    return dict(punctuality.heat(core, CENTRAL, asked, now).cells)


@pytest.fixture
def busy(opened, submit, accept, filing_of, make_actor):
    """On time and accepted, on time and sent back, late, not sent, excluded."""
    submit("X11")
    accept("X11")
    submit("X12")
    row = filing_of("X12")
    officer = make_actor("officer", "P1")
    review.send_back(opened, officer, row.id, revision=row.revision, version=1, reason="Xem lại", now=NOW)
    row = filing_of("X13")
    review.exclude(opened, officer, row.id, revision=row.revision, reason="Lũ lụt", now=NOW)
    submit("X21", now=filing_of("X21").due_at)
    return opened


@pytest.mark.parametrize("now", [NOW, AFTER])
def test_the_map_says_what_the_filings_say_one_by_one(busy, now):
    assert seen(busy, now) == recounted(busy, now)


def test_being_sent_back_does_not_make_an_on_time_report_late(busy):
    counts = punctuality.heat(busy, CENTRAL, COMMUNES, AFTER).cell("P1", REGIME)
    assert counts == Counts(on_time=2, correcting=1, accepted=1, excluded=1)


def test_a_report_sent_at_its_very_deadline_is_late(busy, filing_of):
    counts = punctuality.heat(busy, CENTRAL, COMMUNES, AFTER).cell("P2", REGIME)
    assert (counts.late, counts.not_sent) == (1, 1)


def test_a_deadline_that_passes_turns_what_is_pending_into_what_is_not_sent(busy, filing_of):
    due = filing_of("X22").due_at
    before = punctuality.heat(busy, CENTRAL, COMMUNES, due - timedelta(microseconds=1)).cell("P2", REGIME)
    after = punctuality.heat(busy, CENTRAL, COMMUNES, due).cell("P2", REGIME)
    assert (before.pending, before.not_sent, after.pending, after.not_sent) == (1, 0, 0, 1)


def test_what_happens_between_two_looks_is_seen_at_the_second(busy, submit, accept, filing_of, make_actor):
    assert seen(busy, NOW) == recounted(busy, NOW)
    submit("X22")
    assert seen(busy, NOW) == recounted(busy, NOW)
    accept("X22")
    officer, row = make_actor("officer", "P1"), filing_of("X13")
    review.include(busy, officer, row.id, revision=row.revision, reason="Đã có đường", now=NOW)
    assert seen(busy, NOW) == recounted(busy, NOW)
    clerk, row = make_actor("reporter", "X13"), filing_of("X13")
    extensions.ask(busy, clerk, row.id, until=row.due_at + timedelta(days=9), reason="Bão", now=NOW)
    extensions.grant(busy, officer, row.id, until=row.due_at + timedelta(days=9), reason="Đồng ý", now=NOW)
    between = row.due_at + timedelta(days=1)
    assert seen(busy, between) == recounted(busy, between)
    opening.open_due(busy, AFTER, since=date(2026, 10, 1))
    assert seen(busy, AFTER) == recounted(busy, AFTER)


def test_a_look_at_earlier_years_counts_them_too(busy):
    assert seen(busy, NOW) == recounted(busy, NOW)
    opening.open_due(busy, NOW, since=date(2024, 1, 1))
    long_ago = Asked(date(2023, 1, 1), date(2026, 12, 31))
    assert seen(busy, NOW, long_ago) == recounted(busy, NOW)


def test_the_days_asked_for_bound_the_deadlines(busy, filing_of):
    due = filing_of("X22").due_at
    last = (due - timedelta(hours=1)).date()
    inside = Asked(last, last)
    assert seen(busy, NOW, inside) == recounted(busy, NOW, lambda row: row.due_at == due)
    assert seen(busy, NOW, Asked(last + timedelta(days=200), last + timedelta(days=210))) == {}


def test_the_second_look_asks_for_the_last_line_of_the_chain_and_no_more(busy):
    seen(busy, NOW)
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        seen(busy, NOW)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len([each for each in asked if each.upper().startswith("SELECT")]) == 1


def test_a_chain_that_does_not_go_on_is_counted_anew(busy):
    ledger = ledger_of(busy)
    with busy.database.read() as connection:
        ledger.counted(connection, 2025)
        ledger._last = replace(ledger._last, hash="0" * 64)
        ledger._counted = {}
        assert ledger.counted(connection, 2025)


def test_after_an_audit_line_of_an_unknown_kind_everything_is_counted_anew(busy):
    seen(busy, NOW)
    with busy.database.write() as connection:
        connection.execute(
            update(tables.filing).where(tables.filing.c.unit_id == "X22").values(first_sent_at="2026-09")
        )
        moves.tell(connection, SYSTEM, "push", "batch", "1", NOW, {})
    communes = punctuality.heat(busy, CENTRAL, COMMUNES, NOW).cell("P2", REGIME)
    assert communes.sent == 2


def test_a_ministry_sees_the_regimes_it_owns_and_a_province_none(busy, make_actor):
    assert punctuality.heat(busy, make_actor("officer", "G12"), ALL, NOW).total.obliged > 0
    for role, unit in (("officer", "P1"), ("officer", "G01"), ("approver", "X11")):
        with pytest.raises(NotFound):
            punctuality.heat(busy, make_actor(role, unit), ALL, NOW)


def test_a_province_sees_itself_and_its_communes_but_no_other(busy, make_actor):
    officer = make_actor("officer", "P1")
    record = punctuality.of_unit(busy, officer, "P1", ALL.first, ALL.last, AFTER)
    assert (record.below_by_unit["X11"].on_time, record.below_by_unit["X11"].accepted) == (1, 1)
    assert record.below_by_unit["X13"].excluded == 1
    assert set(record.below_by_unit) == {"X11", "X12", "X13"}
    with busy.database.read() as connection:
        owed = connection.execute(select(tables.filing.c.id).where(tables.filing.c.unit_id == "P1")).all()
    assert record.total.obliged == len(owed)
    with pytest.raises(NotFound):
        punctuality.of_unit(busy, officer, "P2", ALL.first, ALL.last, AFTER)


def test_the_campaigns_of_a_regime_come_newest_first(busy):
    opening.open_due(busy, AFTER, since=date(2026, 9, 1))
    found = punctuality.of_regime(busy, SYSTEM, REGIME, ALL, AFTER)
    ends = [Period.parse(period).end for _, period in found]
    assert ends == sorted(ends, reverse=True)
    assert ends[0] > Period.parse(PERIOD).end
    assert found[EDITION, PERIOD].excluded == 1
