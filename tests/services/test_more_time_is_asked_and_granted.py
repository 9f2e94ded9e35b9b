"""Extensions: asked, granted, refused; the unit's deadline moves, the first one is kept, and nobody is told twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.access import SYSTEM
from hub.domain.period import punctuality
from hub.errors import BadRequest, Conflict, Forbidden, HubError, NotFound, Refused
from hub.services import extensions, filings, notifications, on_behalf, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
UNTIL = datetime(2026, 9, 25, 17, 0, tzinfo=UTC)
LATER = datetime(2026, 9, 28, 17, 0, tzinfo=UTC)


@pytest.fixture
def unit(make_actor):
    return make_actor("reporter", "X11")


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "P1")


@pytest.fixture
def asked(opened, unit, officer, filing_of):
    """A request that waits, with everybody there who is told of it."""
    return extensions.ask(opened, unit, filing_of("X11").id, until=UNTIL, reason="Thiếu người", now=NOW)


def told(core, actor):
    return [each.subject_vi for each in notifications.listing(core, actor, kind="extension").rows]


def test_a_request_reaches_the_receiver_and_changes_no_deadline(opened, asked, officer, filing_of):
    assert (asked.state, asked.until) == ("asked", UNTIL)
    assert filing_of("X11").due_at < UNTIL
    assert told(opened, officer)[0].startswith("Xin gia hạn")


def test_asking_twice_is_asking_once_and_asking_otherwise_is_refused(opened, asked, unit, officer, filing_of):
    row = filing_of("X11")
    assert extensions.ask(opened, unit, row.id, until=UNTIL, reason="Thiếu người", now=NOW) == asked
    with pytest.raises(Refused):
        extensions.ask(opened, unit, row.id, until=LATER, reason="Thiếu người", now=NOW)
    assert len(told(opened, officer)) == 1


def test_a_granted_request_moves_the_deadline_and_keeps_the_first(opened, asked, unit, officer, filing_of):
    before = filing_of("X11").due_at
    made = extensions.grant(opened, officer, filing_of("X11").id, until=LATER, reason="Đồng ý", now=NOW)
    assert (made.id, made.state, made.until, made.due_before) == (asked.id, "granted", LATER, before)
    row = filing_of("X11")
    assert row.due_at == LATER
    assert extensions.first_deadline(row, extensions.of_filing(opened, officer, row.id, NOW)) == before
    assert told(opened, unit)[0].startswith("Gia hạn đến 28/09/2026")


def test_the_first_deadline_is_known_after_two_extensions(opened, officer, filing_of):
    before = filing_of("X11").due_at
    for at, until in ((NOW, UNTIL), (NOW + timedelta(hours=1), LATER)):
        extensions.grant(opened, officer, filing_of("X11").id, until=until, reason="Bão", now=at)
    row = filing_of("X11")
    made = extensions.of_filing(opened, officer, row.id, NOW)
    assert len(made) == 2
    assert extensions.first_deadline(row, made) == before


def test_granting_twice_is_granting_once(opened, unit, officer, filing_of):
    row = filing_of("X11")
    first = extensions.grant(opened, officer, row.id, until=UNTIL, reason="Bão", now=NOW)
    revision = filing_of("X11").revision
    assert extensions.grant(opened, officer, row.id, until=UNTIL, reason="Bão", now=NOW) == first
    assert filing_of("X11").revision == revision
    assert len(told(opened, unit)) == 1


def test_a_report_sent_within_an_extension_is_on_time_and_closing_follows_it(opened, submit, officer, filing_of):
    row = filing_of("X11")
    at = row.due_at + timedelta(days=2)
    assert punctuality(row.due_at, None, at) == "not_sent"
    extensions.grant(opened, officer, row.id, until=UNTIL, reason="Bão", now=at)
    assert punctuality(filing_of("X11").due_at, None, at) == "pending"
    receipt = submit("X11", now=at)
    assert receipt.on_time
    assert filings.open_one(opened, SYSTEM, row.id, at).punctuality == "on_time"


def test_a_refusal_keeps_the_deadline_and_says_why(opened, asked, unit, officer, filing_of):
    before = filing_of("X11").due_at
    for _ in range(2):
        made = extensions.refuse(opened, officer, asked.filing_id, asked.id, reason="Số liệu cần ngay", now=NOW)
    assert (made.state, made.reason) == ("refused", "Số liệu cần ngay")
    assert filing_of("X11").due_at == before
    assert [each.startswith("Không được gia hạn") for each in told(opened, unit)] == [True]
    again = extensions.ask(opened, unit, asked.filing_id, until=LATER, reason="Vẫn thiếu người", now=NOW)
    assert again.state == "asked"


def test_what_was_granted_cannot_be_refused_any_more(opened, asked, officer):
    extensions.grant(opened, officer, asked.filing_id, until=UNTIL, reason="Đồng ý", now=NOW)
    with pytest.raises(Conflict):
        extensions.refuse(opened, officer, asked.filing_id, asked.id, reason="Thôi", now=NOW)


def test_sent_back_reports_get_more_time_to_be_sent_again(opened, submit, officer, filing_of):
    submit("X11")
    row = filing_of("X11")
    review.send_back(
        opened, officer, row.id, revision=row.revision, reason="Sai", resend_due=NOW + timedelta(days=1), now=NOW
    )  # fmt: skip
    due = filing_of("X11").due_at
    extensions.grant(opened, officer, row.id, until=UNTIL, reason="Chờ số liệu", now=NOW)
    row = filing_of("X11")
    assert (row.due_at, row.resend_due) == (due, UNTIL)
    assert extensions.first_deadline(row, extensions.of_filing(opened, officer, row.id, NOW)) is None


@pytest.mark.parametrize(
    "until", [NOW - timedelta(days=1), datetime(2026, 9, 15, 17, tzinfo=UTC), NOW.replace(year=2028)]
)
def test_an_end_before_the_deadline_or_years_away_is_refused(opened, officer, filing_of, until):
    with pytest.raises(BadRequest):
        extensions.grant(opened, officer, filing_of("X11").id, until=until, reason="Bão", now=NOW)


def test_no_extension_without_a_reason_or_after_sending(opened, submit, officer, unit, filing_of):
    with pytest.raises(BadRequest):
        extensions.grant(opened, officer, filing_of("X11").id, until=UNTIL, reason=" ", now=NOW)
    submit("X11")
    for deed, actor in ((extensions.grant, officer), (extensions.ask, unit)):
        with pytest.raises(Refused):
            deed(opened, actor, filing_of("X11").id, until=UNTIL, reason="Bão", now=NOW)


@pytest.mark.parametrize(
    ("role", "home"),
    [("reporter", "X11"), ("checker", "X11"), ("officer", "P2"), ("officer", "X11"), ("central", "VN")],
)
def test_only_the_receiver_grants_or_refuses(opened, asked, make_actor, role, home, filing_of):
    before = filing_of("X11").due_at
    for deed in (
        lambda actor: extensions.grant(opened, actor, asked.filing_id, until=UNTIL, reason="Bão", now=NOW),
        lambda actor: extensions.refuse(opened, actor, asked.filing_id, asked.id, reason="Bão", now=NOW),
    ):
        with pytest.raises(HubError):
            deed(make_actor(role, home))
    assert filing_of("X11").due_at == before


@pytest.mark.parametrize(("role", "home", "error"), [
    ("checker", "X11", Forbidden), ("reporter", "X12", NotFound), ("officer", "P1", Forbidden),
])  # fmt: skip
def test_only_the_unit_asks(opened, make_actor, filing_of, role, home, error):
    with pytest.raises(error):
        extensions.ask(opened, make_actor(role, home), filing_of("X11").id, until=UNTIL, reason="Bão", now=NOW)


def test_all_who_have_not_sent_get_more_time_at_once_and_twice_is_as_once(
    opened, submit, officer, filing_of, make_actor
):
    submit("X12")
    people = [make_actor("reporter", unit) for unit in ("X11", "X13")]
    for _ in range(2):
        done = extensions.grant_many(opened, officer, EDITION, PERIOD, until=UNTIL, reason="Bão", now=NOW)
        assert (done.granted, done.left) == (2, 1)
    assert [filing_of(unit).due_at == UNTIL for unit in ("X11", "X12", "X13", "X21")] == [True, False, True, False]
    assert [len(told(opened, person)) for person in people] == [1, 1]


def test_more_time_for_one_place_leaves_the_others(opened, officer, filing_of):
    path = filing_of("X13").unit_path
    done = extensions.grant_many(opened, officer, EDITION, PERIOD, until=UNTIL, reason="Lũ", within=path, now=NOW)
    assert (done.granted, filing_of("X11").due_at < UNTIL, filing_of("X13").due_at) == (1, True, UNTIL)


def test_a_reason_with_a_character_that_no_database_takes_is_refused_in_words(opened, unit, officer, filing_of):
    row = filing_of("X11")
    said, words = "Bão\x00", {"match": "cannot be kept"}
    with pytest.raises(BadRequest, **words):
        extensions.ask(opened, unit, row.id, until=UNTIL, reason=said, now=NOW)
    with pytest.raises(BadRequest, **words):
        extensions.grant(opened, officer, row.id, until=UNTIL, reason=said, now=NOW)
    with pytest.raises(BadRequest, **words):
        on_behalf.begin(opened, officer, row.id, reason=said, now=NOW)
    with pytest.raises(BadRequest, **words):
        review.exclude(opened, officer, row.id, revision=row.revision, reason=said, now=NOW)
    with pytest.raises(BadRequest, **words):
        filings.withdraw(opened, unit, row.id, revision=row.revision, reason=said, now=NOW)
