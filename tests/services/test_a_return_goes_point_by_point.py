"""A return with a reason for each cell: kept with the return or not at all, answered, corrected, accepted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.errors import BadRequest, Forbidden, NotFound, Refused
from hub.services import filings, moves, remarks, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
POINTS = {"F1/r02/c04": "Kinh phí chưa khớp sổ", "outline/s1": "Viết rõ nguyên nhân"}


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "P1")


@pytest.fixture
def give_back(opened, filing_of, officer):
    """``give_back(**changes)``: X11's report returned with two points."""

    def do(**changes):
        row = filing_of("X11")
        fields = {"reason": "", "points": POINTS, "revision": row.revision} | changes
        return review.send_back(opened, officer, row.id, now=NOW, **fields)

    return do


def points(core, actor, filing_id):
    return remarks.points(core, actor, filing_id, NOW)


def test_the_points_stand_with_the_return_on_the_version_that_was_returned(
    opened, submit, give_back, make_actor, filing_of
):
    submit("X11")
    assert give_back().state == "returned"
    found = points(opened, make_actor("reporter", "X11"), filing_of("X11").id)
    assert {each.remark.place: each.remark.text for each in found} == POINTS
    assert {(each.remark.version, each.remark.audience, each.open, each.answered) for each in found} == {
        (1, "both", True, False)
    }


def test_points_alone_are_reason_enough_but_nothing_at_all_is_not(opened, submit, give_back, filing_of, make_actor):
    submit("X11")
    with pytest.raises(BadRequest):
        give_back(points={})
    with pytest.raises(BadRequest):
        give_back(points={"F1/r02/c04": "  "})
    give_back()
    view = filings.open_one(opened, make_actor("reporter", "X11"), filing_of("X11").id, NOW)
    assert [each.reason for each in view.decisions if each.event == "send_back"] == [review.SEE_POINTS]


@pytest.mark.parametrize("wrong", [{"F9/r01/c01": "x"}, {"F1/r02/c04": "x" * 4001}, {"F1/r02/c04": "x\x00"}])
def test_a_point_that_cannot_be_leaves_the_report_where_it_was(wrong, submit, give_back, filing_of):
    submit("X11")
    with pytest.raises(BadRequest):
        give_back(points=POINTS | wrong, reason="Sai")
    assert filing_of("X11").state == "submitted"


@pytest.mark.parametrize("where", [(moves, "tell"), (remarks, "add_points")])
def test_a_stop_in_the_middle_leaves_neither_the_return_nor_its_points(
    where, opened, submit, give_back, filing_of, officer, monkeypatch
):
    submit("X11")
    module, name = where

    def stop(*args, **named):
        raise RuntimeError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr(module, name, stop)
        with pytest.raises(RuntimeError):
            give_back()
    assert filing_of("X11").state == "submitted"
    assert remarks.threads(opened, officer, filing_of("X11").id, NOW) == ()
    assert give_back().state == "returned"
    assert len(points(opened, officer, filing_of("X11").id)) == 2


def test_the_same_return_clicked_twice_is_one(opened, submit, give_back, filing_of, officer):
    submit("X11")
    before = filing_of("X11")
    give_back()
    with pytest.raises(Exception, match="changed"):
        give_back(revision=before.revision)
    same = opened, officer, before.id, "send_back", before.revision, NOW
    assert review.was_done(*same, points=POINTS)
    assert not review.was_done(*same, points=POINTS, reason="Lý do khác"), "other words are no second click"
    assert not review.was_done(*same, points=dict.fromkeys(POINTS, "Điểm khác"))
    assert not review.was_done(opened, officer, before.id, "accept", before.revision, NOW)
    assert len(points(opened, officer, before.id)) == 2


def test_the_unit_answers_and_only_the_receiver_settles(opened, submit, give_back, make_actor, filing_of, officer):
    submit("X11")
    give_back()
    reporter, filing = make_actor("reporter", "X11"), filing_of("X11").id
    first, second = points(opened, reporter, filing)
    remarks.answer(opened, reporter, filing, first.remark.id, text="Đã sửa", key="answer-key", now=NOW)
    assert [each.answered for each in points(opened, officer, filing)] == [True, False]
    with pytest.raises(Forbidden):
        remarks.settle(opened, reporter, filing, first.remark.id, settled=True, now=NOW)
    remarks.settle(opened, officer, filing, first.remark.id, settled=True, now=NOW)
    assert [each.remark.id for each in points(opened, officer, filing)] == [second.remark.id]


def test_answers_may_still_come_after_the_report_was_sent_again(
    opened, submit, give_back, make_actor, filing_of, document, officer
):
    submit("X11")
    give_back()
    submit("X11", content=document("X11", men=9))
    assert filing_of("X11").state == "submitted", "no rule stops a report for points without an answer"
    filing = filing_of("X11").id
    found = points(opened, officer, filing)[0]
    remarks.answer(
        opened, make_actor("approver", "X11"), filing, found.remark.id, text="Đã sửa", key="later-key", now=NOW
    )
    reply = points(opened, officer, filing)[0].replies[0]
    assert (reply.text, reply.version) == ("Đã sửa", 2)


def test_acceptance_settles_what_was_asked(opened, submit, give_back, accept, filing_of, officer, document):
    submit("X11")
    give_back()
    submit("X11", content=document("X11", men=9))
    accept("X11")
    assert points(opened, officer, filing_of("X11").id) == ()
    assert len(remarks.threads(opened, officer, filing_of("X11").id, NOW)) == 2, "they stay to be read"


def test_nobody_elses_officer_sees_or_makes_points(opened, submit, give_back, make_actor, filing_of):
    submit("X11")
    give_back()
    with pytest.raises(NotFound):
        points(opened, make_actor("officer", "P2"), filing_of("X11").id)


def test_a_key_from_outside_never_takes_the_place_of_a_point(opened, submit, give_back, make_actor, filing_of, officer):
    submit("X11")
    row = filing_of("X11")
    for number in (1, 2):
        remarks.add(
            opened, make_actor("reporter", "X11"), row.id, kind="comment", audience="unit", place="", text="Chiếm chỗ",
            key=f"return-{row.revision + 1}-{number}", now=NOW,
        )  # fmt: skip
    give_back()
    assert len(points(opened, officer, row.id)) == 2


def test_what_was_never_sent_cannot_be_returned(submit, give_back, opened, filing_of):
    submit("X11", intent="draft")
    with pytest.raises(Refused):
        give_back()
