"""Reminding one or all: told once, kept with its time and sender, never twice within the hour, safe to click twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.errors import BadRequest, HubError, NotFound
from hub.services import inbox, notifications, reminding
from hub.services.inbox import InboxQuery
from hub.services.reminding import Reminded

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


@pytest.fixture
def officer(make_actor):
    return make_actor("officer", "P1")


@pytest.fixture
def clerks(make_actor):
    return {unit: make_actor("reporter", unit) for unit in ("X11", "X12", "X13")}


@pytest.fixture
def remind(opened, officer):
    def do(key="khoa-0001", *, now=NOW, **more):
        return reminding.remind(opened, officer, EDITION, PERIOD, key=key, now=now, **more)

    return do


def bodies(core, actor):
    return [each.body_vi for each in notifications.listing(core, actor, kind="reminded").rows]


def test_all_that_have_not_sent_are_reminded_and_nobody_else(opened, submit, clerks, remind):
    submit("X12")
    assert remind(text="Xin gửi trước trưa mai") == Reminded(2, 0, 0)
    told = {unit: bodies(opened, clerk) for unit, clerk in clerks.items()}
    assert [len(each) for each in told.values()] == [1, 0, 1]
    assert "Xin gửi trước trưa mai" in told["X11"][0]
    assert "16/09/2026" in told["X11"][0]


def test_a_second_click_reminds_nobody_again_and_says_the_same(opened, clerks, remind):
    assert remind() == remind() == Reminded(3, 0, 0)
    assert [len(bodies(opened, clerk)) for clerk in clerks.values()] == [1, 1, 1]


def test_within_the_hour_all_are_not_reminded_again_but_one_may_be(opened, clerks, remind, filing_of):
    remind("khoa-0001")
    soon = NOW + timedelta(minutes=59)
    assert remind("khoa-0002", now=soon) == Reminded(0, 3, 0)
    assert remind("khoa-0003", now=soon, filing_ids=[filing_of("X11").id]) == Reminded(1, 0, 0)
    assert remind("khoa-0004", now=NOW + timedelta(minutes=61)) == Reminded(2, 1, 0)
    assert len(bodies(opened, clerks["X11"])) == 2


def test_nobody_to_tell_is_said(opened, make_actor, remind):
    make_actor("reporter", "X11")
    assert remind() == Reminded(1, 0, 2)


def test_the_last_reminder_and_its_sender_stand_in_the_list(opened, clerks, remind, officer):
    remind()
    page = inbox.campaign(opened, officer, InboxQuery(EDITION, PERIOD, tab="all"), NOW)
    assert {(line.reminded.at, line.reminded.account_id) for line in page.lines} == {(NOW, officer.account_id)}
    assert page.lines[0].reminded.account_name == officer.name


@pytest.mark.parametrize(
    ("role", "home"), [("reporter", "X11"), ("approver", "P1"), ("central", "VN"), ("officer", "P2")]
)
def test_only_the_receiver_reminds(opened, clerks, make_actor, role, home, filing_of):
    with pytest.raises(HubError):
        reminding.remind(
            opened, make_actor(role, home), EDITION, PERIOD, key="khoa-0001", now=NOW,
            filing_ids=[filing_of("X11").id],
        )  # fmt: skip
    assert bodies(opened, clerks["X11"]) == []


@pytest.mark.parametrize("more", [{"key": ""}, {"key": "có dấu cách"}, {"text": "x" * 301}, {"text": "a\x00b"}])
def test_a_missing_key_or_a_text_that_cannot_be_kept_reminds_nobody(opened, clerks, remind, more):
    with pytest.raises(BadRequest):
        remind(**more)
    assert bodies(opened, clerks["X11"]) == []


def test_when_all_have_sent_there_is_nobody_to_remind(opened, submit, remind):
    for unit in ("X11", "X12", "X13"):
        submit(unit)
    with pytest.raises(NotFound):
        remind()
