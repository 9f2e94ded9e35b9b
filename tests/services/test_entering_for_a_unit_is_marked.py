"""Entering for a unit (R19): begun with a reason by its receiver, told, ended by sending, never accepted by oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.access import SYSTEM
from hub.domain.on_behalf import entered, entering, stretches
from hub.errors import BadRequest, Forbidden, HubError, NotFound, Refused
from hub.services import filings, notifications, on_behalf, review

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def officer(make_actor):
    """Of the ministry that receives from provinces: it sees none of their drafts by itself."""
    return make_actor("officer", "G12")


@pytest.fixture
def ministry(filing_of):
    return lambda: filing_of("G01")


@pytest.fixture
def begin(opened, officer, ministry):
    def do(actor=None, reason="Đơn vị mất mạng", now=NOW - timedelta(hours=1)):
        return on_behalf.begin(opened, actor or officer, ministry().id, reason=reason, now=now)

    return do


def test_before_beginning_an_officer_neither_sees_nor_enters_it(opened, officer, submit, ministry):
    with pytest.raises(NotFound):
        filings.open_one(opened, officer, ministry().id, NOW)
    receipt = submit("G01", officer, intent="draft")
    assert (receipt.verdict, receipt.filing_id) == ("refused", None)


def test_having_begun_the_officer_enters_and_sends_and_is_marked(opened, officer, submit, ministry, begin, make_actor):
    unit = make_actor("reporter", "G01")
    begin()
    view = filings.open_one(opened, officer, ministry().id, NOW)
    assert {"edit", "check", "send"} & view.moves
    assert submit("G01", officer).state == "submitted"
    view = filings.open_one(opened, SYSTEM, ministry().id, NOW)
    mark = entered(view.decisions, view.versions[0].account_id, view.versions[0].created_at)
    assert (mark.account_id, mark.reason) == (officer.account_id, "Đơn vị mất mạng")
    assert on_behalf.mark_of(opened, ministry().id, officer.account_id, NOW) == (officer.name, officer.unit_id)
    told = notifications.listing(opened, unit, kind="entered_for").rows
    assert [each.subject_vi.partition(":")[0] for each in told] == ["Nơi nhận nhập thay"]


def test_whoever_entered_for_a_unit_never_accepts_it(opened, officer, submit, ministry, begin, make_actor):
    begin()
    submit("G01", officer)
    row = ministry()
    with pytest.raises(Forbidden):
        review.accept(opened, officer, row.id, revision=row.revision, version=1, now=NOW)
    assert review.accept_many(opened, officer, [row.id], NOW)[row.id] != "accepted"
    colleague = make_actor("officer", "G12")
    assert review.accept(opened, colleague, row.id, revision=row.revision, version=1, now=NOW).state == "accepted"


def test_what_the_unit_enters_meanwhile_is_its_own(opened, officer, submit, ministry, begin):
    begin()
    submit("G01", officer, intent="draft")
    receipt = submit("G01")
    assert receipt.state == "submitted"
    view = filings.open_one(opened, SYSTEM, ministry().id, NOW)
    sending = next(each for each in view.decisions if each.event == "send")
    assert entered(view.decisions, sending.account_id, sending.at) is None


def test_sending_ends_it_and_a_return_needs_another_reason(opened, officer, submit, ministry, begin, make_actor):
    begin()
    submit("G01", officer)
    row = ministry()
    review.send_back(opened, make_actor("officer", "G12"), row.id, revision=row.revision, reason="Sai", now=NOW)
    view = filings.open_one(opened, officer, row.id, NOW)
    assert not {"edit", "check", "send"} & view.moves
    begin(reason="Đơn vị vẫn mất mạng", now=NOW + timedelta(hours=1))
    assert "edit" in filings.open_one(opened, officer, row.id, NOW).moves
    assert len(stretches(filings.open_one(opened, officer, row.id, NOW).decisions)) == 2


def test_beginning_twice_is_beginning_once(opened, officer, begin, ministry, make_actor):
    unit = make_actor("reporter", "G01")
    begin()
    begin()
    view = filings.open_one(opened, officer, ministry().id, NOW)
    assert [each.event for each in view.decisions].count("enter_for") == 1
    assert entering(view.decisions, officer.account_id)
    assert len(notifications.listing(opened, unit).rows) == 1


def test_it_allows_nothing_else_and_nobody_else(opened, officer, submit, begin, ministry, make_actor):
    begin()
    colleague = make_actor("officer", "G12")
    with pytest.raises(NotFound):
        filings.open_one(opened, colleague, ministry().id, NOW)
    submit("G01", officer)
    row = ministry()
    for deed in (filings.withdraw, filings.amend):
        with pytest.raises(HubError):
            deed(opened, officer, row.id, revision=row.revision, reason="x", now=NOW)


@pytest.mark.parametrize(
    ("role", "home"), [("reporter", "G01"), ("approver", "G12"), ("officer", "P1"), ("central", "VN")]
)
def test_only_an_officer_of_the_receiver_begins(begin, make_actor, role, home):
    with pytest.raises(NotFound):
        begin(make_actor(role, home))


def test_no_beginning_without_a_reason_or_after_sending_or_where_it_is_switched_off(opened, submit, begin):
    with pytest.raises(BadRequest):
        begin(reason="  ")
    config = opened.config
    object.__setattr__(opened, "config", replace(config, enter_for=False))
    with pytest.raises(Forbidden):
        begin()
    object.__setattr__(opened, "config", config)
    submit("G01")
    with pytest.raises(Refused):
        begin()


def test_a_token_never_enters_for_a_unit(opened, officer, submit, begin):
    begin()
    machine = replace(officer, scopes=frozenset({"submit", "send", "read"}))
    assert submit("G01", machine, intent="draft").verdict == "refused"


LARGE = {"r02.c04": "9000.50", "r01.c04": "9013.00"}


def explained(core, author, submit, ministry, document, who):
    """A report with warnings that ``author`` enters, checks and sends, and ``who`` explains."""
    submit("G01", author, content=document("G01", cells=LARGE), intent="draft")
    view = filings.open_one(core, author, ministry().id, NOW)
    keys = [each.key for each in view.findings if each.severity == "warning"]
    assert keys
    filings.explain(core, who, ministry().id, dict.fromkeys(keys, "Mua thiết bị lớn"), NOW)
    filings.check(core, author, ministry().id, revision=ministry().revision, now=NOW)
    return filings.send(core, author, ministry().id, revision=ministry().revision, now=NOW), keys


def test_whoever_explained_for_a_unit_never_accepts_it_either(
    opened, officer, submit, ministry, begin, make_actor, document
):
    begin()
    row, _ = explained(opened, make_actor("approver", "G01"), submit, ministry, document, officer)
    with pytest.raises(Forbidden):
        review.accept(opened, officer, row.id, revision=row.revision, version=1, now=NOW)


def test_explanations_stay_as_they_were_sent(opened, submit, ministry, make_actor, document):
    author = make_actor("approver", "G01")
    row, keys = explained(opened, author, submit, ministry, document, author)
    with pytest.raises(Refused, match="explanations went with it"):
        filings.explain(opened, author, row.id, {keys[0]: "Lý do khác"}, NOW)
    review.accept(opened, make_actor("officer", "G12"), row.id, revision=row.revision, version=1, now=NOW)
    with pytest.raises(Refused):
        filings.explain(opened, author, row.id, {keys[0]: "Lý do khác"}, NOW)
    assert set(filings.open_one(opened, author, row.id, NOW).explanations.values()) == {"Mua thiết bị lớn"}


def test_of_a_report_out_of_reach_accepting_many_tells_nothing(opened, submit, ministry, make_actor, document):
    author = make_actor("approver", "G01")
    row, _ = explained(opened, author, submit, ministry, document, author)
    stranger = make_actor("officer", "P1")
    answers = review.accept_many(opened, stranger, [row.id, "khong-co"], NOW)
    assert answers[row.id] == answers["khong-co"]
