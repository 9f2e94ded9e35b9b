"""The list of what a unit owes: by urgency, with what is missing, whose turn it is and last period's report."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from hub.domain.workflow import SignOff
from hub.services import due_calendar, filings, opening, profiles, remarks, review, steps, unsaved
from hub.services.unsaved import Change
from hub.services.worklist import WorkQuery, working_days_until, worklist

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def lan(make_actor):
    return make_actor("reporter", "X11", "lan")


@pytest.fixture
def months(core):
    """The reports of July to September opened; those of July and August are overdue."""
    opening.open_due(core, NOW, since=date(2026, 7, 1))
    return core


def listed(core, actor, now=NOW, **query):
    return {group.urgency: list(group.items) for group in worklist(core, actor, WorkQuery(**query), now).groups}


def test_reports_stand_by_urgency_the_latest_overdue_first(months, lan):
    found = listed(months, lan)
    assert list(found) == ["overdue", "soon"]
    assert [each.row.period for each in found["soon"]] == ["2026-M09", "2026-Q3"]
    overdue = [each.row.period for each in found["overdue"]]
    assert overdue == ["2026-M08", "2026-M07"]


@pytest.mark.parametrize(
    ("at", "urgency", "left"),
    [
        (datetime(2026, 9, 8, 3, tzinfo=UTC), "coming", 6),
        (datetime(2026, 9, 9, 3, tzinfo=UTC), "soon", 5),
        (datetime(2026, 9, 16, 16, 59, tzinfo=UTC), "today", 0),
        (datetime(2026, 9, 16, 17, 0, tzinfo=UTC), "overdue", 0),
    ],
)
def test_the_deadline_of_the_16th_draws_nearer_in_working_days(months, lan, at, urgency, left):
    (found,) = [each for each in listed(months, lan, at)[urgency] if each.row.period == "2026-M09"]
    assert found.days_left == left
    assert found.past is (urgency == "overdue")


def test_last_periods_report_is_one_click_away(months, lan):
    found = {each.row.period: each for items in listed(months, lan).values() for each in items}
    assert found["2026-M09"].previous == found["2026-M08"].row.id
    assert found["2026-M07"].previous is None
    assert found["2026-Q3"].previous is None, "a month is not the period before a quarter"


def test_a_report_goes_from_entry_to_check_to_sending_to_its_receiver(opened, lan, submit, filing_of, make_actor):
    assert only_month(opened, lan).waits == "entry"
    submit("X11", lan, intent="draft")
    assert only_month(opened, lan).waits == "check"
    row = filing_of("X11")
    filings.check(opened, lan, row.id, revision=row.revision, now=NOW)
    assert only_month(opened, lan).waits == "send"
    steps.choose(opened, make_actor("approver", "X11"), "X11", "", asked=SignOff(("sign",)), now=NOW)
    assert only_month(opened, lan).waits == "sign"


def test_what_was_sent_is_with_its_receiver(opened, lan, submit):
    submit("X11")
    found = listed(opened, lan)["sent"]
    assert [(each.row.state, each.waits) for each in found] == [("submitted", "receiver")]


def only_month(core, actor):
    (item,) = [
        each for items in listed(core, actor).values() for each in items if each.row.period == "2026-M09"
    ]  # fmt: skip
    return item


def test_blank_cells_errors_and_unexplained_warnings_are_counted(opened, lan, submit, document):
    cells = {"r02.c04": None, "r01.c04": "99999.00"}
    submit("X11", lan, intent="draft", content=document("X11", cells=cells))
    found = only_month(opened, lan)
    assert (found.waits, found.missing) == ("mend", 1)
    view = filings.open_one(opened, lan, found.row.id, NOW)
    errors = sum(each.severity == "error" and each.stage != "presence" for each in view.findings)
    warnings = [each.key for each in view.findings if each.severity == "warning"]
    assert (found.errors, found.warnings) == (errors, len(warnings))
    assert warnings
    filings.explain(opened, lan, found.row.id, {warnings[0]: "Đã đối chiếu."}, NOW)
    assert only_month(opened, lan).warnings == len(warnings) - 1


def test_a_return_says_who_why_and_which_points_are_left(opened, lan, submit, filing_of, make_actor):
    submit("X11")
    row = filing_of("X11")
    officer = make_actor("officer", "P1")
    review.send_back(
        opened, officer, row.id, revision=row.revision, version=1, reason="Xem lại kinh phí", now=NOW,
        points={"F1/r02/c04": "Chưa khớp", "F1/r03/c04": "Chưa khớp"},
    )  # fmt: skip
    (found,) = listed(opened, lan)["returned"]
    assert (found.returned.by, found.returned.reason, found.points) == (officer.name, "Xem lại kinh phí", 2)
    point = remarks.points(opened, lan, row.id, NOW)[0].remark
    remarks.answer(opened, lan, row.id, point.id, text="Đã sửa", key="tra-loi-1", now=NOW)
    assert listed(opened, lan)["returned"][0].points == 1


def test_unsaved_cells_are_told_with_who_typed_them_and_who_is_there(opened, lan, filing_of, make_actor):
    huy = make_actor("approver", "X11", "huy")
    changes = {"cell.F1.r02.c02": Change("7"), "cell.F1.r03.c02": Change("8")}
    unsaved.note(opened, huy, filing_of("X11").id, version=0, seen=0, changes=changes, now=NOW)
    found = only_month(opened, lan)
    assert (found.typed.fields, found.typed.by, found.open_with) == (2, (huy.name,), (huy.name,))
    assert only_month(opened, huy).open_with == (), "one knows of oneself"
    later = NOW + timedelta(minutes=5)
    assert [each.open_with for each in listed(opened, lan, later)["soon"]] == [()] * len(listed(opened, lan)["soon"])


def test_typing_that_a_version_says_by_now_is_not_unsaved(opened, lan, filing_of, submit):
    changes = {"cell.F1.r02.c02": Change("1")}
    unsaved.note(opened, lan, filing_of("X11").id, version=0, seen=0, changes=changes, now=NOW)
    submit("X11", lan, intent="draft")
    assert only_month(opened, lan).typed is None


def test_search_and_filters_narrow_the_list_and_leave_the_counts(months, lan):
    everything = worklist(months, lan, WorkQuery(), NOW)
    assert worklist(months, lan, WorkQuery(text="che do THU"), NOW).groups == everything.groups
    nothing = worklist(months, lan, WorkQuery(text="không có tên này"), NOW)
    assert (nothing.groups, nothing.counts) == ((), everything.counts)
    assert list(listed(months, lan, urgency="overdue")) == ["overdue"]
    assert listed(months, lan, waits="send") == {}
    assert listed(months, lan, waits="entry").keys() == {"overdue", "soon"}


def test_nobody_sees_the_work_of_a_unit_they_do_not_work_for(months, lan, make_actor):
    assert {each.row.unit_id for items in listed(months, lan).values() for each in items} == {"X11"}
    assert listed(months, lan, unit_id="X12") == {}
    assert listed(months, make_actor("officer", "P1")) == {}, "who receives owes nothing by that"
    assert {each.row.unit_id for items in listed(months, make_actor("reporter", "P1")).values() for each in items} == {
        "P1"
    }, "the units below owe theirs themselves"


def test_the_number_of_queries_does_not_grow_with_the_reports(months, lan):
    def queries() -> int:
        seen: list[str] = []

        def note(*told):
            seen.append(told[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            worklist(months, lan, WorkQuery(), NOW)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(seen)

    few = queries()
    opening.open_due(months, NOW, since=date(2026, 1, 1))
    assert len(listed(months, lan)["overdue"]) > 5
    assert queries() == few


def test_working_days_are_counted_once_over_all_deadlines(core):
    friday, saturday, monday = date(2026, 9, 18), date(2026, 9, 19), date(2026, 9, 21)
    beyond = date(2045, 1, 2)
    found = working_days_until(core.calendar, friday, [monday, friday, saturday, beyond])
    assert found == {friday: 0, saturday: 0, monday: 1, beyond: None}


def test_the_calendar_holds_open_reports_and_those_that_will_come(opened, lan):
    lines = due_calendar.due_lines(opened, lan, date(2026, 9, 1), date(2026, 10, 31), NOW)
    assert [(line.day, line.period, line.row is not None) for line in lines] == [
        (date(2026, 9, 16), "2026-M09", True),
        (date(2026, 9, 16), "2026-Q3", True),
        (date(2026, 10, 16), "2026-M10", False),
    ]
    assert {line.unit_id for line in lines} == {"X11"}


def test_who_works_for_no_unit_has_an_empty_calendar(opened, make_actor):
    officer = make_actor("officer", "P1")
    assert due_calendar.due_lines(opened, officer, date(2026, 9, 1), date(2026, 12, 31), NOW) == []


def test_the_tour_is_put_aside_and_shown_again(core, lan):
    assert not profiles.has_toured(core, lan)
    for _ in range(2):
        profiles.note_tour(core, lan, seen=True, now=NOW)
        assert profiles.has_toured(core, lan)
    profiles.keep(core, lan, email="lan@tinh.gov.vn", phone="", language="en", choices={}, now=NOW)
    profiles.note_tour(core, lan, seen=False, now=NOW)
    profile = profiles.view(core, lan).profile
    assert (profile.toured_at, profile.email, profile.language) == (None, "lan@tinh.gov.vn", "en")
