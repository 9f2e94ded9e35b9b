"""The main job through the services: bytes in, version, decision, aggregate, publication, and the way back."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.findings import Finding
from hub.domain.form import Address
from hub.domain.regime import Regime
from hub.errors import BadRequest, Conflict, Forbidden, NotFound, Refused
from hub.services import aggregation, filings, intake, opening, publication, review, tracing
from hub.services.receipts import finding_from_json, receipt_from_json, receipt_json
from hub.store import events, versions

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


def test_every_obliged_unit_gets_one_filing_and_opening_again_adds_none(core):
    since = datetime(2026, 9, 1, tzinfo=UTC).date()
    first = opening.open_due(core, NOW, since=since)
    assert first.by_campaign[EDITION, PERIOD] == 5 + 2 + 2
    assert opening.open_due(core, NOW, since=since).total == 0


def test_a_right_report_is_sent_in_one_go(submit, filing_of):
    receipt = submit("X11")
    assert (receipt.verdict, receipt.version, receipt.state, receipt.on_time) == ("accepted", 1, "submitted", True)
    assert filing_of("X11").sent_version == 1


def test_a_wrong_total_is_refused_when_sent_and_what_was_received_is_kept(
    submit, filing_of, document, opened, make_actor
):
    actor = make_actor("approver", "X11")
    content = document("X11", cells={"r01.c01": 99})
    receipt = submit("X11", actor, content)
    assert receipt.verdict == "refused"
    assert receipt.findings[0].code == "THU-R1"
    assert filing_of("X11").version is None
    assert intake.submission_content(opened, actor, receipt.submission_id, NOW)[1] == content


def test_the_same_wrong_total_may_be_saved_as_a_draft_but_not_sent(submit, filing_of, document, opened, make_actor):
    actor = make_actor("approver", "X11")
    receipt = submit("X11", actor, document("X11", cells={"r01.c01": 99}), intent="draft")
    assert (receipt.verdict, receipt.state) == ("accepted", "draft")
    row = filing_of("X11")
    with pytest.raises(Refused, match="error"):
        filings.send(opened, actor, row.id, revision=row.revision, now=NOW)


def test_the_same_bytes_again_get_the_earlier_receipt(submit, make_actor, filing_of):
    actor = make_actor("approver", "X11")
    first = submit("X11", actor)
    again = submit("X11", actor, now=NOW + timedelta(minutes=5))
    assert again.submission_id == first.submission_id
    assert again.repeat_of == first.submission_id
    assert filing_of("X11").version == 1


def test_a_key_used_again_answers_alike_and_for_another_body_is_a_conflict(submit, make_actor, document):
    actor = make_actor("approver", "X11")
    first = submit("X11", actor, idempotency_key="k1")
    assert receipt_json(submit("X11", actor, idempotency_key="k1")) == receipt_json(first)
    with pytest.raises(Conflict):
        submit("X11", actor, document("X11", men=5), idempotency_key="k1")


def test_a_unit_cannot_send_for_another(submit, make_actor, document, filing_of):
    receipt = submit("X21", make_actor("approver", "X11"), document("X21"))
    assert (receipt.verdict, [finding.code for finding in receipt.findings]) == ("refused", ["no_filing"])
    assert filing_of("X21").version is None


def test_nobody_accepts_what_they_sent(opened, submit, filing_of):
    both = Actor("both", "Hai vai", "P1", (Grant("approver", "X11"), Grant("officer", "P1")))
    submit("X11", both)
    row = filing_of("X11")
    with pytest.raises(Forbidden):
        review.accept(opened, both, row.id, revision=row.revision, now=NOW)


def test_a_decision_on_what_has_changed_since_is_a_conflict(opened, submit, filing_of, make_actor):
    submit("X11")
    row = filing_of("X11")
    with pytest.raises(Conflict):
        review.accept(opened, make_actor("officer", "P1"), row.id, revision=row.revision - 1, now=NOW)


def test_the_receiver_of_another_province_does_not_see_it(opened, submit, filing_of, make_actor):
    submit("X11")
    row = filing_of("X11")
    with pytest.raises(NotFound):
        review.accept(opened, make_actor("officer", "P2"), row.id, revision=row.revision, now=NOW)


def test_a_returned_report_is_sent_again_and_its_first_sending_still_counts_as_on_time(
    opened, submit, filing_of, make_actor, document
):
    actor = make_actor("approver", "X11")
    submit("X11", actor)
    row = filing_of("X11")
    officer = make_actor("officer", "P1")
    review.send_back(opened, officer, row.id, revision=row.revision, reason="Thiếu thuyết minh", now=NOW)
    late = row.due_at + timedelta(days=1)
    receipt = submit("X11", actor, document("X11", men=5), now=late)
    row = filing_of("X11")
    assert (receipt.version, row.state, row.attempt) == (2, "submitted", 2)
    assert filings.open_one(opened, actor, row.id, late).punctuality == "on_time"


def test_an_accepted_report_that_is_sent_back_leaves_the_roll_up(opened, submit, accept, filing_of, make_actor):
    submit("X11")
    row = accept("X11")
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    row = filing_of("X11")
    assert row.state == "aggregated"
    review.send_back(opened, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Sai", now=NOW)
    run = aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW + timedelta(minutes=1))
    assert run.accepted == 0


def test_figures_of_communes_and_ministries_add_up_to_the_nation_with_coverage_beside_them(
    opened, submit, accept, document
):
    for unit, men in (("X11", 4), ("X12", 10), ("X21", 1), ("G12", 7)):
        submit(unit, content=document(unit, men=men))
        accept(unit)
    run = aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    assert (run.accepted, run.obliged) == (4, 7)
    nation = aggregation.view(opened, CENTRAL, EDITION, PERIOD, NOW)
    assert nation.figures[Address("F1", "r02", "c01")] == 4 + 10 + 1 + 7
    assert nation.contributors[Address("F1", "r02", "c01")] == 4
    assert nation.figures[Address("F1", "r02", "c05")] == Decimal("18.2")  # 4 of 22: recomputed from sums
    province = aggregation.view(opened, CENTRAL, EDITION, PERIOD, NOW, "P1")
    assert province.figures[Address("F1", "r02", "c01")] == 14
    assert province.coverage.missing == ("X13",)


def test_the_summary_of_a_province_is_never_added_to_its_communes(opened, submit, accept, document):
    submit("X11")
    accept("X11")
    submit("P1", content=document("P1", men=400))
    accept("P1")
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    nation = aggregation.view(opened, CENTRAL, EDITION, PERIOD, NOW)
    assert nation.figures[Address("F1", "r02", "c01")] == 4


def test_an_excluded_unit_leaves_the_denominator(opened, submit, accept, filing_of, make_actor):
    submit("X11")
    accept("X11")
    row = filing_of("X12")
    review.exclude(opened, make_actor("officer", "P1"), row.id, revision=row.revision, reason="Mới lập", now=NOW)
    aggregation.run(opened, SYSTEM, EDITION, PERIOD, NOW)
    assert aggregation.view(opened, CENTRAL, EDITION, PERIOD, NOW, "P1").coverage.excluded == ("X12",)
    assert aggregation.view(opened, CENTRAL, EDITION, PERIOD, NOW).coverage.obliged == 6


def test_a_quarter_of_a_monthly_regime_is_brought_together_from_its_months(
    core, make_actor, document, make_small_edition
):
    july, august = "2026-M07", "2026-M08"
    edition = make_small_edition(frequencies=("monthly", "yearly"))
    core.catalog.__dict__["editions"] = {edition.key: edition}
    core.catalog.regimes[edition.regime] = Regime(edition.regime, (edition,))
    opening.open_due(core, NOW, since=datetime(2026, 7, 1, tzinfo=UTC).date())
    officer = make_actor("officer", "G12")
    for period, men in ((july, 4), (august, 6), (PERIOD, 8)):
        body = document("G01", period=period, men=men)
        envelope = Envelope(body, "json", intent="send")
        receipt = intake.receive(core, make_actor("approver", "G01"), envelope, NOW)
        row = filings.search(core, SYSTEM, FilingQuery(unit_id="G01", period=period), NOW).rows[0]
        assert receipt.state == "submitted"
        review.accept(core, officer, row.id, revision=row.revision, now=NOW)
        aggregation.run(core, SYSTEM, EDITION, period, NOW)
    assert aggregation.due_campaigns(core, NOW) == [(EDITION, "2026-Q3")]
    aggregation.run(core, SYSTEM, EDITION, "2026-Q3", NOW)
    with pytest.raises(Refused, match="October"):
        aggregation.run(core, SYSTEM, EDITION, "2026-H2", NOW)
    assert aggregation.due_campaigns(core, NOW) == []
    quarter = aggregation.view(core, CENTRAL, EDITION, "2026-Q3", NOW, "G01").figures
    assert quarter[Address("F1", "r02", "c01")] == 4 + 6 + 8
    assert quarter[Address("F1", "r02", "c03")] == 7, "a stock is the last month's"
    assert quarter[Address("F1", "r02", "c05")] == Decimal("16.7"), "3 of 18, recomputed from sums"


def test_an_amendment_stands_beside_the_accepted_version_until_it_is_accepted(
    opened, submit, accept, filing_of, make_actor, document
):
    actor = make_actor("approver", "X11")
    officer = make_actor("officer", "P1")
    submit("X11", actor)
    accept("X11")
    row = filing_of("X11")
    row = review.finalise(opened, officer, row.id, revision=row.revision, now=NOW)
    filings.amend(opened, actor, row.id, revision=row.revision, reason="Nhập nhầm", now=NOW)
    submit("X11", actor, document("X11", men=40))
    with opened.database.read() as connection:
        assert versions.in_force(connection, EDITION, PERIOD, "own").versions == (1,)
    accept("X11")
    with opened.database.read() as connection:
        assert versions.in_force(connection, EDITION, PERIOD, "own").versions == (2,)


def test_each_step_leaves_a_line_in_an_audit_chain_that_holds(opened, submit, accept):
    submit("X11")
    accept("X11")
    with opened.database.read() as connection:
        assert events.verify(connection) == []
        assert events.head(connection).number >= 3


def test_json_body_of_a_receipt_reads_back_to_the_receipt(submit):
    receipt = submit("X11")
    assert receipt_from_json(receipt_json(receipt)) == receipt
    assert json.loads(receipt_json(receipt))["verdict"] == "accepted"


def test_the_same_inputs_give_the_same_edition_and_an_amendment_a_new_one(published, submit, accept, document):
    core, row = published
    assert publication.issue(core, CENTRAL, "thu", PERIOD, NOW + timedelta(hours=1)).id == row.id
    before = [
        publication.file(core, CENTRAL, row.id, name, NOW)[1]
        for name, *_ in publication.view(core, CENTRAL, row.id, NOW).files
    ]
    submit("X12", content=document("X12", men=3))
    accept("X12")
    aggregation.run(core, SYSTEM, EDITION, PERIOD, NOW + timedelta(hours=2))
    newer = publication.issue(core, CENTRAL, "thu", PERIOD, NOW + timedelta(hours=3), "X12 gửi muộn")
    assert newer.number == 2
    after = [
        publication.file(core, CENTRAL, row.id, name, NOW)[1]
        for name, *_ in publication.view(core, CENTRAL, row.id, NOW).files
    ]
    assert before == after


def test_a_published_page_shows_what_was_issued_with_coverage_beside_it(published):
    core, row = published
    document = publication.view(core, CENTRAL, row.id, NOW).document
    nation = document.tables[0]
    cell = nation.rows[1].cells[0]
    assert (cell.value, cell.ref, cell.mark) == (Decimal(14), "THU-01@VN:F1.r02.c01", "provisional")
    by_unit = document.tables[1]
    assert [line.cells[0].value for line in by_unit.rows][:1] == ["2/7"]


def test_a_national_figure_is_walked_back_to_the_cell_it_stood_in(published, document):
    core, row = published
    found = tracing.trace(core, CENTRAL, row.id, "F1.r02.c01", NOW)
    assert (found.value, found.accepted, found.obliged) == (Decimal(14), 2, 7)
    assert [(part.unit_id, part.value, part.place.pointer) for part in found.parts] == [
        ("G01", Decimal(10), "/forms/F1/cells/r02.c01"),
        ("X11", Decimal(4), "/forms/F1/cells/r02.c01"),
    ]
    assert all(part.computed for part in found.parts), "the document left the total to the hub"
    given = tracing.trace(core, CENTRAL, row.id, "P1:F1.r02.c02", NOW)
    assert [(part.unit_id, part.value, part.computed) for part in given.parts] == [("X11", Decimal(1), False)]


def test_a_figure_is_traced_from_where_it_stands_in_the_published_workbook(published):
    core, row = published
    name = next(name for name, *_ in publication.view(core, CENTRAL, row.id, NOW).files if name.endswith(".xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(publication.file(core, CENTRAL, row.id, name, NOW)[1]))
    sheet = book["T1"]
    place = next(cell.coordinate for line in sheet.iter_rows() for cell in line if cell.value == 14)
    found = tracing.trace(core, CENTRAL, row.id, f"T1!{place}", NOW)
    assert (str(found.address), found.value) == ("F1.r02.c01", Decimal(14))


def test_a_cell_that_is_not_in_the_report_is_refused_in_words(published):
    core, row = published
    for cell in ("F9.r01.c01", "T1!A1", "gì đó", "KHAC@VN:F1.r01.c01", ""):
        with pytest.raises(BadRequest):
            tracing.trace(core, CENTRAL, row.id, cell, NOW)


def test_national_figures_are_for_the_centre_and_the_ministry_that_owns_the_regime(published, make_actor):
    core, row = published
    owner = make_actor("officer", "G12")
    assert [each.id for each in publication.listing(core, owner, NOW)] == [row.id]
    found = tracing.trace(core, owner, row.id, "F1.r02.c01", NOW)
    assert (found.value, [part.unit_id for part in found.parts], found.hidden) == (Decimal(14), ["G01"], 1)
    for role, unit in (("reporter", "X11"), ("approver", "P1"), ("officer", "P1"), ("officer", "G01")):
        other = make_actor(role, unit)
        assert publication.listing(core, other, NOW) == []
        with pytest.raises(NotFound):
            publication.view(core, other, row.id, NOW)
        with pytest.raises(NotFound):
            publication.file(core, other, row.id, "manifest.json", NOW)
        with pytest.raises(NotFound):
            tracing.trace(core, other, row.id, "F1.r02.c01", NOW)


def test_a_unit_sees_its_own_aggregate_and_no_other(published, make_actor):
    core, _ = published
    officer = make_actor("officer", "P1")
    assert aggregation.view(core, officer, EDITION, PERIOD, NOW, "P1").coverage.accepted == 1
    for unit in ("VN", "P2", "G01", "nowhere"):
        with pytest.raises(NotFound):
            aggregation.view(core, officer, EDITION, PERIOD, NOW, unit)


def test_the_receiver_sees_who_owes_it_a_report_and_may_exclude_one_that_never_came(opened, submit, make_actor):
    submit("X11")
    officer = make_actor("officer", "P1")
    rows = review.awaited(opened, officer, EDITION, PERIOD, NOW)
    assert [row.unit_id for row in rows] == ["X12", "X13"]
    review.exclude(opened, officer, rows[0].id, revision=rows[0].revision, reason="Mới lập", now=NOW)
    assert review.awaited(opened, make_actor("reporter", "P1"), EDITION, PERIOD, NOW) == []


def test_there_is_nothing_to_publish_before_the_roll_up(opened):
    with pytest.raises(Refused):
        publication.issue(opened, CENTRAL, "thu", PERIOD, NOW)
    with pytest.raises(NotFound):
        publication.issue(opened, CENTRAL, "khong-co", PERIOD, NOW)


def test_a_report_in_the_middle_of_a_file_that_one_may_not_send_takes_no_other_receipt_away(opened, document):
    both = Actor("both", "Hai xã", "P1", (Grant("approver", "X11"), Grant("approver", "X13"), Grant("officer", "P1")))
    reports = [json.loads(document(unit)) for unit in ("X11", "X12", "X13")]
    envelope = Envelope(json.dumps({"reports": reports}).encode(), "json", intent="send")
    receipts = intake.receive_many(opened, both, envelope, NOW)
    assert [receipt.verdict for receipt in receipts] == ["accepted", "refused", "accepted"]
    assert [finding.code for finding in receipts[1].findings] == ["not_permitted"]


def test_a_rule_on_trial_is_still_on_trial_when_its_finding_is_read_back():
    finding = Finding("R1", "warning", "rule", "vi", "en", beta=True)
    assert finding_from_json(finding.as_json()) == finding
