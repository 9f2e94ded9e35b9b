"""P20: the whole table of role × action × state × own or other, through the services."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.domain.access import Actor, Grant
from hub.errors import Forbidden, HubError, NotFound
from hub.services import filings, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
STATES = ("draft", "checked", "submitted", "accepted", "finalized")
ACTIONS = ("check", "send", "withdraw", "accept", "send_back", "finalise", "amend", "exclude")
MAY = {
    "reporter": {("check", "draft")},
    "checker": {("check", "draft")},
    "signer": {("send", "checked"), ("withdraw", "submitted"), ("amend", "finalized")},
    "approver": {
        ("check", "draft"), ("send", "draft"), ("send", "checked"), ("withdraw", "submitted"), ("amend", "finalized"),
    },
    "officer": {
        ("accept", "submitted"), ("send_back", "submitted"), ("send_back", "accepted"), ("finalise", "accepted"),
        ("exclude", "draft"), ("exclude", "checked"), ("exclude", "submitted"),
    },
    "central": set(),
    "administrator": set(),
}  # fmt: skip
HOME = {
    "reporter": "X11", "checker": "X11", "signer": "X11", "approver": "X11", "officer": "P1", "central": "VN",
    "administrator": "VN",
}  # fmt: skip


def act(core, actor, action, row):
    service = filings if action in {"check", "send", "withdraw", "amend"} else review
    extra = {"reason": "Vì lý do thử"} if action in {"send_back", "withdraw", "amend", "exclude"} else {}
    return getattr(service, action)(core, actor, row.id, revision=row.revision, now=NOW, **extra)


@pytest.fixture
def at_state(opened, submit, make_actor, filing_of):
    """Bring the filing of X11 to a state, by hands that take no part afterwards."""

    def bring(state: str):
        author, officer = make_actor("approver", "X11"), make_actor("officer", "P1")
        submit("X11", author, intent="draft")
        for action, reached in (
            ("check", "checked"),
            ("send", "submitted"),
            ("accept", "accepted"),
            ("finalise", "finalized"),
        ):
            if filing_of("X11").state == state:
                break
            row = act(opened, officer if action in {"accept", "finalise"} else author, action, filing_of("X11"))
            assert row.state == reached
        return filing_of("X11"), author

    return bring


@pytest.mark.parametrize("state", STATES)
def test_each_role_may_do_exactly_what_the_table_says(opened, at_state, make_actor, state):
    row, _ = at_state(state)
    for role, may in MAY.items():
        for action in ACTIONS:
            if (action, state) in may:
                continue
            with pytest.raises(HubError):
                act(opened, make_actor(role, HOME[role]), action, row)


@pytest.mark.parametrize(
    ("role", "action", "state"), [(role, *pair) for role, pairs in sorted(MAY.items()) for pair in sorted(pairs)]
)
def test_what_the_table_allows_is_done(opened, at_state, make_actor, role, action, state):
    row, _ = at_state(state)
    assert act(opened, make_actor(role, HOME[role]), action, row).revision > row.revision


def test_who_entered_checked_or_sent_cannot_accept_whatever_roles_they_gather(opened, at_state, make_actor, filing_of):
    row, author = at_state("submitted")
    gathered = Actor(
        author.account_id, author.name, "P1", (*author.grants, Grant("officer", "P1"), Grant("officer", "VN"))
    )
    with pytest.raises(Forbidden):
        review.accept(opened, gathered, row.id, revision=row.revision, now=NOW)
    outcome = review.accept_many(opened, gathered, [row.id], NOW)
    assert outcome[row.id] != "accepted"
    assert filing_of("X11").state == "submitted"


def test_an_accepted_version_never_changes_what_is_edited_is_a_new_one(opened, submit, accept, make_actor, document):
    submit("X11")
    accept("X11")
    receipt = submit("X11", make_actor("approver", "X11"), document("X11", men=77), intent="draft")
    assert (receipt.verdict, receipt.findings[-1].code) == ("refused", "filing_locked")


def test_what_belongs_to_another_province_is_not_found(opened, at_state, make_actor):
    row, _ = at_state("submitted")
    for role in ("officer", "approver", "reporter"):
        with pytest.raises(NotFound):
            act(opened, make_actor(role, "P2"), "accept" if role == "officer" else "check", row)
