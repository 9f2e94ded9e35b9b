"""Whom to call: what the unit says for a regime, else for all reports, else one of its people; under every name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.errors import BadRequest, NotFound
from hub.services import contacts, inbox, profiles
from hub.services.inbox import InboxQuery

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


@pytest.fixture
def keep(opened, make_actor):
    def do(regime="", *, unit="X11", actor=None, **said):
        values = {"name": "Đầu mối", "title": "", "phone": "0000 000 001", "email": ""} | said
        contacts.keep(opened, actor or make_actor("reporter", "X11"), unit, regime, **values, now=NOW)

    return do


def test_the_regimes_own_contact_comes_before_that_for_all(opened, keep):
    keep(name="Văn phòng")
    assert contacts.of_unit(opened, "X11", "THU-01").name == "Văn phòng"
    keep("THU-01", name="Bộ phận thống kê")
    assert contacts.of_unit(opened, "X11", "THU-01").name == "Bộ phận thống kê"
    assert contacts.of_unit(opened, "X11", "KHAC-01").name == "Văn phòng"


def test_without_a_contact_the_person_who_can_be_called_is_shown(opened, make_actor):
    make_actor("reporter", "X11")
    reachable = make_actor("approver", "X11")
    profiles.keep(opened, reachable, email="", phone="0000 000 002", language="vi", choices={}, now=NOW)
    found = contacts.of_unit(opened, "X11", "THU-01")
    assert (found.account_id, found.phone) == (reachable.account_id, "0000 000 002")
    assert contacts.of_unit(opened, "X12", "THU-01") is None


def test_the_officers_list_shows_contacts(opened, keep, make_actor):
    keep(name="Văn phòng", title="Đầu mối báo cáo")
    page = inbox.campaign(opened, make_actor("officer", "P1"), InboxQuery(EDITION, PERIOD, tab="all"), NOW)
    assert [line.contact.title if line.contact else None for line in page.lines] == ["Đầu mối báo cáo", None, None]


def test_taking_a_contact_away_leaves_the_one_for_all(opened, keep, make_actor):
    actor = make_actor("reporter", "X11")
    keep(actor=actor, name="Văn phòng")
    keep("THU-01", actor=actor, name="Thống kê")
    for _ in range(2):
        contacts.remove(opened, actor, "X11", "THU-01", NOW)
    assert contacts.of_unit(opened, "X11", "THU-01").name == "Văn phòng"


@pytest.mark.parametrize("said", [
    {"name": " "}, {"phone": "gọi tôi"}, {"phone": "12"}, {"email": "khong-phai-thu"}, {"phone": "", "email": ""},
    {"name": "a\x00"},
])  # fmt: skip
def test_what_cannot_be_called_or_written_to_is_refused_in_words(opened, keep, said):
    with pytest.raises(BadRequest):
        keep(**said)
    found = contacts.of_unit(opened, "X11", "THU-01")
    assert found is None or found.at is None, "nothing is kept"


@pytest.mark.parametrize(("role", "home"), [("reporter", "X12"), ("checker", "X11"), ("officer", "P1")])
def test_only_the_unit_itself_says_whom_to_call(keep, make_actor, role, home):
    with pytest.raises(NotFound):
        keep(actor=make_actor(role, home))
