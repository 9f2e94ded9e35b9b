"""Whom a notice reaches: those whom it concerns, on exactly that unit, once, in the transaction of what it tells of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.notice import KINDS, kinds_for, shortened
from hub.domain.org import OrgRegister, OrgUnit, Succession
from hub.errors import Conflict, NotFound
from hub.services import accounts, aggregation, filings, notifications, publication, review
from hub.services.core import Core

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


def told(core, actor, **narrowed):
    return [(notice.kind, notice.subject_vi) for notice in notifications.listing(core, actor, **narrowed).rows]


def kinds(core, actor):
    return [kind for kind, _ in told(core, actor)]


def tell(core, *, occurrence="o1", kind="returned", now=NOW, **whom):
    with core.database.write() as connection:
        return notifications.tell(
            connection, core, kind, occurrence=occurrence, path="/filings/x", subject=("Chủ đề", "Subject"),
            body=("Nội dung", "Body"), now=now, **whom,
        )  # fmt: skip


def test_an_accepted_report_is_told_to_the_people_of_its_unit_and_to_nobody_else(opened, submit, accept, make_actor):
    own = [make_actor(role, "X11") for role in ("reporter", "checker", "signer", "approver")]
    others = [
        make_actor("reporter", "P1"), make_actor("reporter", "X12"), make_actor("officer", "X11"),
        make_actor("reporter", "VN"),
    ]  # fmt: skip
    submit("X11")
    accept("X11")
    for actor in own:
        [(kind, subject)] = told(opened, actor)
        assert (kind, subject) == ("accepted", "Đã tiếp nhận: Chế độ thử – Tháng 09 năm 2026")
    assert [told(opened, actor) for actor in others] == [[]] * 4


def test_a_returned_report_says_until_when_and_never_why(opened, submit, filing_of, make_actor):
    reporter, officer = make_actor("reporter", "X11"), make_actor("officer", "P1")
    submit("X11")
    row = filing_of("X11")
    until = datetime(2026, 9, 18, 17, tzinfo=UTC)
    review.send_back(
        opened, officer, row.id, revision=row.revision, reason="Sai 1.234,5 triệu", resend_due=until, now=NOW
    )  # fmt: skip
    [notice] = notifications.listing(opened, reporter).rows
    assert notice.kind == "returned"
    assert notice.path == f"/filings/{row.id}"
    assert "Hạn gửi lại: 18/09/2026" in notice.body_vi
    assert "by 18/09/2026" in notice.body_en
    assert "1.234" not in notice.body_vi + notice.body_en, "it may travel by mail"


def test_a_decision_that_fails_tells_nobody(opened, submit, filing_of, make_actor):
    reporter, officer = make_actor("reporter", "X11"), make_actor("officer", "P1")
    submit("X11")
    row = filing_of("X11")
    with pytest.raises(Conflict):
        review.send_back(opened, officer, row.id, revision=row.revision - 1, reason="x", now=NOW)
    assert told(opened, reporter) == []


def test_the_receiver_hears_of_a_campaign_once_a_day_however_many_reports_come_in(opened, submit, make_actor):
    officer, stranger = make_actor("officer", "P1"), make_actor("officer", "P2")
    for unit in ("X11", "X12", "X13"):
        submit(unit)
    assert told(opened, officer) == [("submitted", "Có báo cáo gửi đến: Chế độ thử – Tháng 09 năm 2026")]
    assert told(opened, stranger) == []


def test_the_receiver_hears_of_each_report_that_is_taken_back(opened, submit, filing_of, make_actor):
    officer, approver = make_actor("officer", "P1"), make_actor("approver", "X11")
    submit("X11", approver)
    row = filing_of("X11")
    filings.withdraw(opened, approver, row.id, revision=row.revision, reason="Gửi nhầm", now=NOW + timedelta(hours=1))
    assert kinds(opened, officer) == ["withdrawn", "submitted"]


def test_a_national_report_is_told_only_to_those_who_may_read_it(opened, submit, accept, make_actor):
    centre, owner = make_actor("central", "VN"), make_actor("officer", "G12")
    others = [make_actor("officer", "G01"), make_actor("reporter", "X11"), make_actor("officer", "P1")]
    submit("X11")
    accept("X11")
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    publication.issue(opened, Actor("c", "c", "VN", (Grant("central", "VN"),)), "thu", PERIOD, NOW)
    publication.issue(opened, Actor("c", "c", "VN", (Grant("central", "VN"),)), "thu", PERIOD, NOW)
    assert kinds(opened, centre) == ["published"]
    assert kinds(opened, owner) == ["published"]
    assert all("published" not in kinds(opened, actor) for actor in others)


def test_one_occurrence_is_told_once(opened, make_actor):
    actor = make_actor("reporter", "X11")
    assert tell(opened, unit_ids=["X11"]) == 1
    assert tell(opened, unit_ids=["X11"], account_ids=[actor.account_id]) == 0
    assert tell(opened, occurrence="o2", unit_ids=["X11"], account_ids=[actor.account_id]) == 1
    assert len(told(opened, actor)) == 2


def test_one_statement_tells_many_and_leaves_out_who_was_told_or_is_left_out(opened, make_actor):
    people = [make_actor("reporter", "X11") for _ in range(5)]
    assert tell(opened, account_ids=[people[0].account_id]) == 1
    assert tell(opened, unit_ids=["X11"], without=[people[1].account_id]) == 3
    assert told(opened, people[1]) == []


def test_an_account_that_is_switched_off_is_not_told(opened, make_actor):
    actor = make_actor("reporter", "X11")
    accounts.set_active(opened, SYSTEM, actor.account_id, False, NOW)
    assert tell(opened, unit_ids=["X11"], account_ids=[actor.account_id]) == 0


def test_a_body_under_a_new_name_is_told_of_what_it_owed_under_the_old_one(core, make_actor):
    old, new = (
        OrgUnit(unit_id, code, code, core.orgs.get("G12").name, "ministry", "ministry", start, end, "VN", True)
        for unit_id, code, start, end in (
            ("B1", "G90", date(2008, 8, 1), date(2025, 2, 28)), ("B2", "G91", date(2025, 3, 1), None),
        )
    )  # fmt: skip
    orgs = OrgRegister([*core.orgs.units.values(), old, new], [Succession("B1", "B2", date(2025, 3, 1), "rename")])
    catalog = replace(core.catalog)
    catalog.__dict__.update(orgs=orgs, calendar=core.calendar)
    renamed = Core(core.config, catalog, core.database)
    actor = make_actor("reporter", "B2")
    assert tell(renamed, unit_ids=["B1"]) == 1
    assert len(told(renamed, actor)) == 1


def test_a_notice_is_read_by_its_own_person_only(opened, make_actor):
    mine, theirs = make_actor("reporter", "X11"), make_actor("reporter", "X12")
    tell(opened, unit_ids=["X11"])
    [notice] = notifications.listing(opened, mine).rows
    with pytest.raises(NotFound):
        notifications.open_one(opened, theirs, notice.id, NOW)
    assert notifications.mark_read(opened, theirs, NOW, notice.id) == 0
    assert notifications.unread(opened, mine) == 1
    notifications.open_one(opened, mine, notice.id, NOW)
    notifications.open_one(opened, mine, notice.id, NOW + timedelta(days=1))
    assert notifications.unread(opened, mine) == 0
    assert notifications.listing(opened, mine).rows[0].read_at == NOW, "read once, when it was read"


def test_notices_are_listed_newest_first_by_kind_and_by_page(opened, make_actor):
    actor = make_actor("reporter", "X11")
    for number in range(notifications.PAGE_SIZE + 1):
        tell(opened, occurrence=f"o{number}", unit_ids=["X11"], now=NOW + timedelta(minutes=number))
    tell(opened, occurrence="due", kind="due_soon", unit_ids=["X11"])
    first, second = (notifications.listing(opened, actor, page=number) for number in (1, 2))
    assert (first.total, len(first.rows), len(second.rows)) == (notifications.PAGE_SIZE + 2, notifications.PAGE_SIZE, 2)
    assert first.rows[0].occurrence == f"o{notifications.PAGE_SIZE}"
    assert [each.kind for each in notifications.listing(opened, actor, kind="due_soon").rows] == ["due_soon"]
    assert notifications.mark_read(opened, actor, NOW) == first.total
    assert notifications.listing(opened, actor, only_unread=True).total == 0


def test_every_kind_has_a_name_and_somebody_whom_it_concerns():
    assert all(kind.name.vi and kind.name.en and kind.roles for kind in KINDS.values())
    assert set().union(*(kinds_for(kind.roles) for kind in KINDS.values())) == set(KINDS)
    assert "published" not in kinds_for(frozenset({"reporter"}))


def test_a_long_title_is_cut_after_a_word_and_stands_on_one_line():
    assert shortened("một hai ba bốn", 10) == "một hai…"
    assert shortened("một\r\nhai", 10) == "một hai"
