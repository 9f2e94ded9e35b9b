"""A returned report whose figures are right goes out again with other words; what was sent keeps its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.services import filings, review, verify

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
COSTLY = {"r02.c04": "9000.00", "r03.c04": "7000.00", "r01.c04": "16000.00"}
FIRST, SECOND = "Mua thiết bị", "Mua thiết bị theo Quyết định 12"


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def approver(make_actor):
    return make_actor("approver", "X11")


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "P1")


@pytest.fixture
def warned(submit, document, approver) -> list[str]:
    """X11's costly report is a draft; the keys of its warnings."""
    told = submit("X11", approver, content=document("X11", cells=COSTLY), intent="draft", now=at(0)).findings
    return [each.key for each in told if each.severity == "warning"]


@pytest.fixture
def returned(opened, submit, document, filing_of, approver, officer, warned):
    """X11's report, sent with an explanation and returned."""
    explained = document("X11", cells=COSTLY, explanations=dict.fromkeys(warned, FIRST))
    assert submit("X11", approver, content=explained, now=at(1)).state == "submitted"
    row = filing_of("X11")
    return review.send_back(opened, officer, row.id, revision=row.revision, reason="Giải trình rõ hơn", now=at(2))


def words(core, actor, row) -> set[str]:
    return set(filings.open_one(core, actor, row.id, at(60)).explanations.values())


def test_explaining_a_returned_report_makes_its_next_version_with_the_same_figures(
    opened, returned, warned, approver, officer
):
    filings.explain(opened, approver, returned.id, dict.fromkeys(warned, SECOND), at(3))
    view = filings.open_one(opened, approver, returned.id, at(4))
    assert (view.row.state, view.row.attempt, view.row.version) == ("draft", returned.attempt + 1, 2)
    assert filings.compare(opened, approver, returned.id, 1, 2, at(4)) == []
    assert len({each.sha256 for each in view.versions}) == 1
    assert (words(opened, approver, returned), words(opened, officer, returned)) == ({SECOND}, {FIRST})
    assert verify.everything(opened).problems == []


def test_it_is_then_sent_and_its_receiver_reads_the_new_words(opened, returned, warned, approver, officer, filing_of):
    filings.explain(opened, approver, returned.id, dict.fromkeys(warned, SECOND), at(3))
    sent = filings.send(opened, approver, returned.id, revision=filing_of("X11").revision, now=at(4))
    assert (sent.state, sent.sent_version, sent.attempt) == ("submitted", 2, 2)
    assert words(opened, officer, returned) == {SECOND}
    accepted = review.accept(opened, officer, sent.id, revision=sent.revision, version=2, now=at(5))
    assert accepted.accepted_version == 2


def test_a_second_explanation_stays_with_the_version_that_the_first_made(opened, returned, warned, approver):
    for minute, text in ((3, "Một"), (4, "Hai")):
        filings.explain(opened, approver, returned.id, dict.fromkeys(warned, text), at(minute))
    view = filings.open_one(opened, approver, returned.id, at(5))
    assert (view.row.version, set(view.explanations.values())) == (2, {"Hai"})


def test_saying_the_same_again_changes_nothing(opened, returned, warned, approver, filing_of):
    filings.explain(opened, approver, returned.id, dict.fromkeys(warned, FIRST), at(3))
    assert filing_of("X11") == returned


def test_a_warning_that_is_not_explained_anew_keeps_its_explanation(
    opened, returned, warned, approver, submit, document
):
    assert len(warned) > 1
    filings.explain(opened, approver, returned.id, {warned[0]: SECOND}, at(3))
    view = filings.open_one(opened, approver, returned.id, at(4))
    assert view.explanations == dict.fromkeys(warned, FIRST) | {warned[0]: SECOND}


def test_a_file_that_only_explains_anew_is_taken_and_sent(
    opened, returned, warned, approver, officer, submit, document
):
    again = document("X11", cells=COSTLY, explanations=dict.fromkeys(warned, SECOND))
    receipt = submit("X11", approver, content=again, now=at(3))
    assert (receipt.state, receipt.version) == ("submitted", 2)
    view = filings.open_one(opened, approver, returned.id, at(4))
    assert view.versions[0].sha256 == view.versions[1].sha256
    assert words(opened, officer, returned) == {SECOND}


def test_what_was_accepted_keeps_its_explanation_while_it_is_amended(
    opened, returned, warned, approver, officer, submit, document, filing_of
):
    submit(
        "X11", approver, content=document("X11", cells=COSTLY, explanations=dict.fromkeys(warned, SECOND)), now=at(3)
    )
    row = filing_of("X11")
    row = review.accept(opened, officer, row.id, revision=row.revision, version=row.version, now=at(4))
    row = review.finalise(opened, officer, row.id, revision=row.revision, now=at(5))
    filings.amend(opened, approver, row.id, revision=row.revision, reason="Nói rõ hơn", now=at(6))
    filings.explain(opened, approver, row.id, dict.fromkeys(warned, "Lần ba"), at(7))
    amended = filing_of("X11")
    assert (amended.version, amended.accepted_version, amended.attempt) == (3, 2, 3)
    assert (words(opened, approver, row), words(opened, officer, row)) == ({"Lần ba"}, {SECOND})
