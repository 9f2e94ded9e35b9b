"""A unit adds steps to those of the edition, and may want different people to make them (R24)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.domain.workflow import SignOff
from hub.errors import Forbidden, NotFound, Refused
from hub.services import filings, intake, steps

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
SIGNED = SignOff(("check", "sign"))


@pytest.fixture
def ask(opened, make_actor):
    """``ask(unit, *steps, regime="", separate=False)``: the unit's approver sets its steps."""

    def choose(unit: str, *asked: str, regime: str = "", separate: bool = False) -> None:
        steps.choose(
            opened, make_actor("approver", unit), unit, regime, asked=SignOff(asked, separate), now=NOW
        )  # fmt: skip

    return choose


def asked_of(core, row):
    with core.database.read() as connection:
        return steps.in_force(core, connection, row, core.catalog.edition(row.edition))


def test_a_unit_that_sets_nothing_has_the_steps_of_the_edition(opened, filing_of):
    assert asked_of(opened, filing_of("X11")) == SignOff(("check",), False)


def test_steps_are_added_for_all_regimes_or_for_one(opened, filing_of, ask):
    ask("X11", "sign")
    assert asked_of(opened, filing_of("X11")) == SIGNED
    assert asked_of(opened, filing_of("X12")) == SignOff(("check",))
    ask("X11", regime="THU-01", separate=True)
    assert asked_of(opened, filing_of("X11")) == SignOff(("check",), True)  # the line of the regime stands alone


def test_the_steps_of_the_edition_are_never_taken_away(opened, filing_of, ask):
    ask("X11")
    assert asked_of(opened, filing_of("X11")).steps == ("check",)


def test_setting_the_same_twice_is_setting_it_once_and_it_can_be_taken_back(opened, filing_of, ask, make_actor):
    ask("X11", "sign")
    ask("X11", "sign")
    assert asked_of(opened, filing_of("X11")) == SIGNED
    steps.choose(opened, make_actor("approver", "X11"), "X11", "", asked=None, now=NOW)
    assert asked_of(opened, filing_of("X11")) == SignOff(("check",))


@pytest.mark.parametrize(("role", "unit"), [("reporter", "X11"), ("approver", "X12"), ("officer", "P1")])
def test_only_the_approver_of_the_unit_and_national_administrators_set_steps(opened, make_actor, role, unit):
    with pytest.raises(NotFound):
        steps.choose(opened, make_actor(role, unit), "X11", "", asked=SIGNED, now=NOW)
    steps.choose(opened, make_actor("administrator", "VN"), "X11", "", asked=SIGNED, now=NOW)


def test_a_report_that_is_to_be_signed_is_taken_in_and_waits_for_its_signature(submit, ask, filing_of):
    ask("X11", "sign")
    receipt = submit("X11")
    assert (receipt.verdict, receipt.state) == ("accepted", "checked")
    assert "awaits_signature" in {finding.code for finding in receipt.findings}
    assert filing_of("X11").first_sent_at is None


def test_an_unsigned_report_is_never_sent_where_a_signature_is_asked(opened, submit, ask, filing_of, make_actor):
    ask("X11", "sign")
    submit("X11")
    row = filing_of("X11")
    with pytest.raises(Refused, match="signed"):
        filings.send(opened, make_actor("approver", "X11"), row.id, revision=row.revision, now=NOW)
    assert filing_of("X11").state == "checked"


def test_a_step_added_after_the_check_is_asked_all_the_same(opened, submit, ask, filing_of, make_actor):
    approver = make_actor("approver", "X11")
    submit("X11", actor=approver, intent="draft")
    row = filing_of("X11")
    filings.check(opened, approver, row.id, revision=row.revision, now=NOW)
    ask("X11", "sign")
    row = filing_of("X11")
    with pytest.raises(Refused):
        filings.send(opened, approver, row.id, revision=row.revision, now=NOW)


def test_a_step_taken_back_does_not_hold_up_what_went_through_it(opened, submit, filing_of, make_actor, ask):
    ask("X11", "check", separate=True)
    approver = make_actor("approver", "X11")
    submit("X11", actor=make_actor("reporter", "X11"), intent="draft")
    row = filing_of("X11")
    filings.check(opened, approver, row.id, revision=row.revision, now=NOW)
    steps.choose(opened, approver, "X11", "", asked=None, now=NOW)
    row = filing_of("X11")
    assert filings.send(opened, approver, row.id, revision=row.revision, now=NOW).state == "submitted"


def test_who_entered_does_not_check_where_the_unit_wants_different_people(opened, submit, ask, filing_of, make_actor):
    ask("X11", "check", separate=True)
    clerk, checker = make_actor("reporter", "X11"), make_actor("checker", "X11")
    submit("X11", actor=clerk, intent="draft")
    row = filing_of("X11")
    with pytest.raises(Forbidden, match="somebody else"):
        filings.check(opened, clerk, row.id, revision=row.revision, now=NOW)
    assert filings.check(opened, checker, row.id, revision=row.revision, now=NOW).state == "checked"


def test_handing_a_report_in_does_not_check_it_where_others_must(submit, ask, filing_of):
    ask("X11", "check", separate=True)
    receipt = submit("X11")
    assert receipt.state == "draft"
    assert "awaits_check" in {finding.code for finding in receipt.findings}


def test_a_sending_needs_the_declaration_that_there_is_no_secret(opened, submit, filing_of, make_actor):
    approver = make_actor("approver", "X11")
    submit("X11", actor=approver, intent="draft")
    row = filing_of("X11")
    with pytest.raises(Refused, match="secret"):
        filings.send(opened, approver, row.id, revision=row.revision, now=NOW, secrecy="")
    assert filings.send(opened, approver, row.id, revision=row.revision, now=NOW, secrecy="none").state == "submitted"


def test_a_file_may_declare_that_it_holds_no_secret(submit, document):
    assert submit("X11", content=document("X11", secrecy="none")).state == "submitted"


@pytest.mark.parametrize("said", ["mat", "", 1, True])
def test_of_a_file_that_is_declared_secret_nothing_is_kept(opened, submit, document, filing_of, make_actor, said):
    sender = make_actor("approver", "X12")
    receipt = submit("X12", actor=sender, content=document("X12", secrecy=said))
    assert receipt.verdict == "refused"
    assert [finding.code for finding in receipt.findings] == ["declared_secret"]
    _, kept = intake.submission_content(opened, sender, receipt.submission_id, NOW)
    assert kept == b""
    assert filing_of("X12").version is None
