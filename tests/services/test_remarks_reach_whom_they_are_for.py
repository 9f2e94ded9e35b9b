"""Remarks about a report: who reads which, who may write, and that nothing is kept twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hub.domain.access import Actor, Grant
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound
from hub.services import remarks
from hub.store import events, tables

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
CANARY = "CANARY-TRONG-DON-VI"


@pytest.fixture
def say(opened, filing_of):
    """``say(actor, text, …) -> Remark`` about a cell of the report of X11."""

    def do(actor, text="Số này lấy ở đâu?", *, kind="comment", audience="both", place="F1/r02/c04", key="first-key-1"):
        return remarks.add(
            opened, actor, filing_of("X11").id, kind=kind, audience=audience, place=place, text=text, key=key, now=NOW
        )

    return do


@pytest.fixture
def heard(opened, filing_of):
    """``heard(actor) -> str``: every text that somebody reads about the report of X11."""

    def read(actor):
        threads = remarks.threads(opened, actor, filing_of("X11").id, NOW)
        return " ".join(each.text for thread in threads for each in (thread.remark, *thread.replies))

    return read


INSIDE = (("reporter", "X11"), ("approver", "X11"), ("checker", "X11"), ("signer", "X11"))
OUTSIDE = (("officer", "P1"), ("reporter", "P1"), ("central", "VN"))


def test_what_is_said_inside_the_unit_is_read_there_and_nowhere_else(opened, submit, make_actor, say, heard, filing_of):
    submit("X11")
    begun = say(make_actor("reporter", "X11"), CANARY, audience="unit")
    remarks.answer(
        opened,
        make_actor("approver", "X11"),
        filing_of("X11").id,
        begun.id,
        text=f"Đáp {CANARY}",
        key="second-key",
        now=NOW,
    )
    for role, unit in INSIDE:
        assert heard(make_actor(role, unit)).count(CANARY) == 2, role
    for role, unit in OUTSIDE:
        assert CANARY not in heard(make_actor(role, unit)), role
    both = Actor("x", "x", "P1", (Grant("officer", "VN"), Grant("central", "VN"), Grant("officer", "P1")))
    assert CANARY not in heard(both)


def test_what_is_for_both_sides_is_read_by_all_who_see_the_report(submit, make_actor, say, heard):
    submit("X11")
    say(make_actor("reporter", "X11"), "Cho cả hai bên")
    assert all("Cho cả hai bên" in heard(make_actor(*who)) for who in (*INSIDE, *OUTSIDE))
    for stranger in (("officer", "P2"), ("reporter", "X12")):
        with pytest.raises(NotFound):
            heard(make_actor(*stranger))


def test_nobody_outside_answers_or_settles_what_they_may_not_read(opened, submit, make_actor, say, filing_of):
    submit("X11")
    begun, officer = say(make_actor("reporter", "X11"), CANARY, audience="unit"), make_actor("officer", "P1")
    with pytest.raises(NotFound):
        remarks.answer(opened, officer, filing_of("X11").id, begun.id, text="?", key="second-key", now=NOW)
    with pytest.raises(NotFound):
        remarks.settle(opened, officer, filing_of("X11").id, begun.id, settled=True, now=NOW)


def test_the_receiver_writes_only_about_what_it_has_received(submit, make_actor, say):
    officer = make_actor("officer", "P1")
    submit("X11", intent="draft")
    with pytest.raises(HubError):
        say(officer, kind="question")
    submit("X11")
    assert say(officer, kind="question").version == 1


@pytest.mark.parametrize("who", [("central", "VN"), ("reporter", "P1"), ("administrator", "VN")])
def test_who_has_no_part_in_the_report_writes_nothing(who, submit, make_actor, say):
    submit("X11")
    with pytest.raises((Forbidden, NotFound)):
        say(make_actor(*who))


def test_a_question_is_never_hidden_from_the_other_side_by_mistake(submit, make_actor, say):
    submit("X11")
    with pytest.raises(BadRequest):
        say(make_actor("reporter", "X11"), kind="question", audience="unit")
    with pytest.raises(BadRequest):
        say(make_actor("officer", "P1"), audience="unit")


@pytest.mark.parametrize("wrong", [{"place": "F1/r99/c01"}, {"kind": "point"}, {"kind": "reply"}, {"audience": "all"},
                                   {"text": " "}, {"text": "a" * 4001}, {"key": ""}, {"key": "ký-tự-lạ"}])  # fmt: skip
def test_a_remark_that_cannot_be_is_refused(wrong, submit, make_actor, say, heard):
    submit("X11")
    reporter = make_actor("reporter", "X11")
    with pytest.raises(BadRequest):
        say(reporter, **wrong)
    assert heard(reporter) == ""


def test_a_remark_sent_twice_is_one_and_its_key_serves_nothing_else(submit, make_actor, say, heard):
    submit("X11")
    reporter = make_actor("reporter", "X11")
    assert say(reporter, "Một lần").id == say(reporter, "Một lần").id
    assert heard(reporter) == "Một lần"
    with pytest.raises(Conflict):
        say(reporter, "Khác")
    with pytest.raises(Conflict):
        say(make_actor("approver", "X11"), "Một lần")


def test_an_answer_sent_twice_is_one(opened, submit, make_actor, say, filing_of):
    submit("X11")
    officer, reporter = make_actor("officer", "P1"), make_actor("reporter", "X11")
    begun = say(officer, kind="question")
    for _ in range(2):
        remarks.answer(opened, reporter, filing_of("X11").id, begun.id, text="Từ sổ", key="answer-key", now=NOW)
    (thread,) = remarks.threads(opened, officer, filing_of("X11").id, NOW)
    assert [reply.text for reply in thread.replies] == ["Từ sổ"]
    assert thread.answered
    assert thread.open


def test_an_answer_to_an_answer_stays_in_the_thread(opened, submit, make_actor, say, filing_of):
    submit("X11")
    officer, reporter = make_actor("officer", "P1"), make_actor("reporter", "X11")
    filing, begun = filing_of("X11").id, say(officer, kind="question")
    first = remarks.answer(opened, reporter, filing, begun.id, text="Từ sổ", key="answer-key-1", now=NOW)
    remarks.answer(opened, officer, filing, first.id, text="Sổ nào?", key="answer-key-2", now=LATER)
    (thread,) = remarks.threads(opened, reporter, filing, NOW)
    assert [reply.text for reply in thread.replies] == ["Từ sổ", "Sổ nào?"]


def test_a_thread_is_settled_and_opened_again_and_doing_so_twice_changes_nothing(
    opened, submit, make_actor, say, filing_of
):
    submit("X11")
    reporter = make_actor("reporter", "X11")
    filing, begun = filing_of("X11").id, say(reporter)
    for settled in (True, True, False, False):
        remarks.settle(opened, reporter, filing, begun.id, settled=settled, now=NOW)
        (thread,) = remarks.threads(opened, reporter, filing, NOW)
        assert thread.open is not settled
    with opened.database.read() as connection:
        lines = events.of_object(connection, "filing", filing)
    assert sum(line.action == "settle_remark" for line in lines) == 2


def test_the_audit_line_names_place_and_kind_and_holds_no_text(opened, submit, make_actor, say, filing_of):
    submit("X11")
    say(make_actor("reporter", "X11"), CANARY, audience="unit")
    with opened.database.read() as connection:
        lines = events.of_object(connection, "filing", filing_of("X11").id)
    (line,) = [line for line in lines if line.action == "remark"]
    assert "F1/r02/c04" in line.detail
    assert CANARY not in line.detail


def told(core, actor):
    with core.database.read() as connection:
        rows = connection.execute(
            select(tables.notification).where(tables.notification.c.account_id == actor.account_id)
        )
        return [(row.kind, row.subject_vi, row.body_vi) for row in rows if row.kind in {"asked", "answered"}]


def test_the_asked_and_the_answered_are_told_and_letters_hold_no_text(opened, submit, make_actor, say, filing_of):
    submit("X11")
    officer, reporter, stranger = (
        make_actor(*who) for who in (("officer", "P1"), ("reporter", "X11"), ("reporter", "X12"))
    )
    begun = say(officer, CANARY, kind="question")
    for _ in range(2):
        remarks.answer(opened, reporter, filing_of("X11").id, begun.id, text=CANARY, key="answer-key", now=NOW)
    assert [kind for kind, _, _ in told(opened, reporter)] == ["asked"]
    assert [kind for kind, _, _ in told(opened, officer)] == ["answered"]
    assert told(opened, stranger) == []
    assert CANARY not in str([told(opened, officer), told(opened, reporter)])


def test_what_is_answered_inside_the_unit_is_told_inside_the_unit(opened, submit, make_actor, say, filing_of):
    submit("X11")
    officer, reporter, approver = (
        make_actor(*who) for who in (("officer", "P1"), ("reporter", "X11"), ("approver", "X11"))
    )
    begun = say(reporter, CANARY, audience="unit")
    remarks.answer(opened, approver, filing_of("X11").id, begun.id, text=CANARY, key="answer-key", now=NOW)
    assert [kind for kind, _, _ in told(opened, reporter)] == ["answered"]
    assert told(opened, officer) == []
