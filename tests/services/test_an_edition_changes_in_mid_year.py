"""A regime is asked differently from August on: rules, pages, roll-ups and traces see one series across the change."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Address, Column, Form, Label, Rollup, Row
from hub.domain.regime import Regime, Rule
from hub.domain.report_definition import ReportDefinition, Section
from hub.domain.units import Conversion
from hub.errors import Refused
from hub.services import aggregation, filings, history, intake, opening, publication, review, tracing, verify

OLD, NEW, OTHER = "THU-01/2025-07-01", "THU-01/2026-08-01", "KHAC-02/2025-07-01"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
MONEY = {
    "triệu đồng": Conversion("money", Decimal(1_000_000)),
    "tỷ đồng": Conversion("money", Decimal(1_000_000_000)),
}


def label(text: str) -> Label:
    return Label(text, text)


def figure(code: str, unit: str | None = None, decimals: int = 0, rollup: Rollup | None = None) -> Column:
    kind = "decimal" if decimals else "integer"
    return Column(code, label(code), kind, decimals, unit, required=False, rollup=rollup or Rollup("sum", "sum"))


def grid(*columns: Column) -> Form:
    return Form("F1", label("Biểu"), "grid", columns, (Row("r01", label("Tổng số")),), required=False)


BEFORE = grid(figure("c01"), figure("c02", rollup=Rollup("last", "last")), figure("c03", "triệu đồng"))
AFTER = grid(
    figure("c01"), figure("c02"), figure("c09", rollup=Rollup("last", "last")), figure("c03", "tỷ đồng", 1),
    figure("c10", rollup=Rollup("none", "none")),
)  # fmt: skip
"""c02 became c09 and another c02 came in; c03 is asked in billions; c10 is the year so far of c01."""


def rule(number: int, expr: str, message: str = "Sai", **fields: object) -> Rule:
    return Rule(f"THU-01-R{number}", "F1", expr, "warning", "inferred", label(message), **fields)  # type: ignore[arg-type]


RULES = (
    rule(1, "c01 <= prev(c01) * 2", "{c01} gấp hơn hai lần {prev(c01)}"),
    rule(2, "c09 >= prev(c09)"),
    rule(3, "c03 <= prev(c03)"),
    rule(4, "c01 <= same_period_last_year(c01)"),
    rule(5, "c10 = ytd(c01)", computes="c10"),
    rule(6, "r01.c01 = other('KHAC-02', F1.r01.c01)"),
)


@pytest.fixture
def small_catalog(small_catalog: Catalog, make_small_edition) -> Catalog:
    """THU-01 in two editions, asked for July to September only, and KHAC-02 that asks the same figure."""
    common = {"frequencies": ("monthly",), "outline": (), "conversions": MONEY, "parts": {"monthly": (7, 8, 9)}}
    common["swing"] = None
    old = make_small_edition(forms=(BEFORE,), rules=(), valid_to=date(2026, 7, 31), **common)
    new = make_small_edition(
        code="2026-08-01", valid_from=date(2026, 8, 1), forms=(AFTER,), rules=RULES, **common,
        continues={"F1.c09": "F1.c02", "F1.c02": None, "F1.c03": "F1.c03"},
    )  # fmt: skip
    other = make_small_edition(regime="KHAC-02", forms=(BEFORE,), rules=(), **common)
    regimes = {"THU-01": Regime("THU-01", (old, new)), "KHAC-02": Regime("KHAC-02", (other,))}
    sections = (Section("nation", "F1"), Section("units", "F1", columns=("c01",)))
    report = ReportDefinition("thu", label("Báo cáo thử"), "regime", "THU-01", sections)
    catalog = replace(small_catalog, regimes=regimes, reports={"thu": report})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


def at(month: int, year: int = 2026) -> datetime:
    """The day after the window of that month has ended."""
    return datetime(year, month, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def row_of(core):
    """``row_of(unit, period, regime="THU-01") -> FilingRow``."""

    def find(unit: str, period: str, regime: str = "THU-01"):
        page = filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=period, regime=regime), at(9))
        (found,) = page.rows
        return found

    return find


@pytest.fixture
def report(core, make_actor):
    """``report(unit, month, {"c01": 5}, …) -> Receipt``: the month's filings opened and the unit's report taken in."""

    def send(unit: str, month: int, figures: dict[str, object], *, year: int = 2026, regime: str = "THU-01", **more):
        now = at(month, year)
        opening.open_due(core, now, since=date(year, month, 1))
        cells = {f"r01.{column}": value for column, value in figures.items()}
        period = f"{year}-M{month:02}"
        body = {"regime": regime, "unit": unit, "period": period, "forms": {"F1": {"cells": cells}}}
        fields = {"door": "json", "media_type": "application/json", "intent": more.pop("intent", "draft")}
        envelope = Envelope(json.dumps(body).encode(), **fields, **more)
        receipt = intake.receive(core, make_actor("approver", unit), envelope, now)
        assert receipt.verdict == "accepted", receipt.findings
        return receipt

    return send


@pytest.fixture
def accepted(core, report, row_of, make_actor):
    """``accepted(unit, month, figures)``: reported, sent, and accepted by its receiver."""

    def do(unit: str, month: int, figures: dict[str, object], regime: str = "THU-01") -> None:
        report(unit, month, figures, regime=regime, intent="send")
        row = row_of(unit, f"2026-M{month:02}", regime)
        officer = make_actor("officer", row.receiver_id)
        review.accept(core, officer, row.id, revision=row.revision, now=at(month))

    return do


def codes(receipt) -> list[str]:
    return [finding.code for finding in receipt.findings]


# --- rules


def test_the_last_period_is_seen_across_the_change(report) -> None:
    report("X11", 7, {"c01": 10, "c02": 50, "c03": 2500})
    receipt = report("X11", 8, {"c01": 21, "c02": 999, "c09": 49, "c03": "2.6"})
    assert codes(receipt) == ["THU-01-R1", "THU-01-R2", "THU-01-R3"]
    assert [finding.expected for finding in receipt.findings] == ["20", "50", "2.5"]
    assert receipt.findings[0].message_vi == "21 gấp hơn hai lần 10."


def test_the_last_year_is_seen_across_the_change(report) -> None:
    report("X11", 8, {"c01": 10}, year=2025)
    assert codes(report("X11", 8, {"c01": 11})) == ["THU-01-R4"]


def test_the_year_to_date_counts_both_editions(report, row_of, core) -> None:
    report("X11", 7, {"c01": 10})
    report("X11", 8, {"c01": 4})
    report("X11", 9, {"c01": 3})
    seen = filings.open_one(core, SYSTEM, row_of("X11", "2026-M09").id, at(9))
    assert seen.values.forms["F1"].cells["r01", "c10"] == 17
    assert codes(report("X11", 9, {"c01": 3, "c10": 16})) == ["THU-01-R5"]


def test_a_year_with_a_missing_month_is_not_added_up(report, row_of, core) -> None:
    report("X11", 8, {"c01": 4})
    assert codes(report("X11", 9, {"c01": 3, "c10": 999})) == []


def test_another_unit_is_never_looked_at(report) -> None:
    report("X12", 7, {"c01": 1})
    assert codes(report("X11", 8, {"c01": 100})) == []


def test_another_regimes_report_of_the_same_period_is_compared(report) -> None:
    report("X11", 8, {"c01": 7}, regime="KHAC-02")
    report("X11", 9, {"c01": 7}, regime="KHAC-02")
    assert codes(report("X11", 8, {"c01": 7})) == []
    assert codes(report("X11", 8, {"c01": 8})) == ["THU-01-R6"]


def test_the_accepted_version_of_another_regime_counts_before_a_later_draft(
    report, accepted, row_of, core, make_actor
) -> None:
    accepted("X11", 8, {"c01": 7}, "KHAC-02")
    row = row_of("X11", "2026-M08", "KHAC-02")
    officer = make_actor("officer", row.receiver_id)
    filings_row = review.finalise(core, officer, row.id, revision=row.revision, now=at(8))
    approver = make_actor("approver", "X11")
    filings.amend(core, approver, row.id, revision=filings_row.revision, reason="Sửa số", now=at(8))
    report("X11", 8, {"c01": 9}, regime="KHAC-02")
    assert codes(report("X11", 8, {"c01": 7})) == []
    assert codes(report("X11", 8, {"c01": 9})) == ["THU-01-R6"]


def test_a_rule_that_looks_elsewhere_is_asked_again_when_the_report_is_sent(report, row_of, core, make_actor) -> None:
    report("X11", 8, {"c01": 8})
    report("X11", 8, {"c01": 7}, regime="KHAC-02")
    row = row_of("X11", "2026-M08")
    with pytest.raises(Refused, match="warning"):
        filings.send(core, make_actor("approver", "X11"), row.id, revision=row.revision, now=at(8))


def test_an_edition_whose_rules_look_nowhere_reads_nothing_more(report, row_of, core, monkeypatch) -> None:
    report("X11", 7, {"c01": 10})
    row = row_of("X11", "2026-M07")

    def unwanted(*_: object) -> None:
        raise AssertionError("nothing else was asked for")

    monkeypatch.setattr(history, "_reported", unwanted)
    with core.database.read() as connection:
        context = history.context_of(core, connection, row, core.catalog.edition(OLD))
    assert (context.previous, context.last_year, context.so_far, context.others) == (None, None, None, {})


# --- pages


def test_a_page_shows_the_last_periods_figures_across_the_change(report, row_of, core) -> None:
    report("X11", 7, {"c01": 10, "c02": 50, "c03": 2500})
    report("X11", 8, {"c01": 4})
    seen = filings.open_one(core, SYSTEM, row_of("X11", "2026-M08").id, at(8))
    assert seen.previous is not None
    assert seen.previous.forms["F1"].cells == {
        ("r01", "c01"): 10, ("r01", "c09"): 50, ("r01", "c03"): Decimal("2.5")
    }  # fmt: skip


def test_the_first_period_of_a_regime_has_none_before_it(report, row_of, core) -> None:
    report("X11", 7, {"c01": 10}, year=2025)
    assert filings.open_one(core, SYSTEM, row_of("X11", "2025-M07").id, at(7, 2025)).previous is None


# --- longer periods


@pytest.fixture
def quarter(core, accepted):
    """The quarter of both editions, reported by X11 and X21 and rolled up as the scheduler does it."""
    for unit, times in (("X11", 1), ("X21", 10)):
        accepted(unit, 7, {"c01": 10 * times, "c02": 50 * times, "c03": 2500 * times})
        accepted(unit, 8, {"c01": 4 * times, "c02": 1 * times, "c09": 60 * times, "c03": "1.5"})
        accepted(unit, 9, {"c01": 3 * times, "c02": 2 * times, "c09": 65 * times, "c03": "1.2"})
    for campaign in aggregation.due_campaigns(core, at(9)):
        aggregation.run(core, SYSTEM, *campaign, at(9))
    return core


def test_the_longer_period_belongs_to_the_edition_at_its_end(core, accepted) -> None:
    for month in (7, 8, 9):
        accepted("X11", month, {"c01": 10})
    due = aggregation.due_campaigns(core, at(9))
    assert due[:3] == [(OLD, "2026-M07"), (NEW, "2026-M08"), (NEW, "2026-M09")]
    assert due[3:] == [(NEW, "2026-Q3")]


def test_a_quarter_holds_the_months_of_both_editions(quarter) -> None:
    view = aggregation.view(quarter, SYSTEM, NEW, "2026-Q3", at(9))
    figures = {address.column: value for address, value in view.figures.items()}
    assert figures["c01"] == (10 + 4 + 3) * 11
    assert figures["c02"] == (1 + 2) * 11
    assert figures["c09"] == 65 * 11
    assert figures["c03"] == Decimal("2.5") * 11 + 2 * Decimal("1.5") + 2 * Decimal("1.2")
    assert view.coverage.accepted == 6
    assert aggregation.due_campaigns(quarter, at(9)) == []


def test_a_unit_has_its_own_quarter_of_both_editions(quarter) -> None:
    view = aggregation.view(quarter, SYSTEM, NEW, "2026-Q3", at(9), "P1")
    assert view.figures[Address("F1", "r01", "c01")] == 17
    assert view.contributors[Address("F1", "r01", "c01")] == 3
    assert view.contributors[Address("F1", "r01", "c02")] == 2


def test_what_was_amended_under_the_old_edition_makes_the_quarter_due_again(quarter, make_actor, row_of) -> None:
    row = row_of("X11", "2026-M07")
    review.finalise(quarter, make_actor("officer", row.receiver_id), row.id, revision=row.revision, now=at(9))
    later = datetime(2026, 9, 16, tzinfo=UTC)
    row = row_of("X11", "2026-M07")
    filings.amend(quarter, make_actor("approver", "X11"), row.id, revision=row.revision, reason="Sửa", now=later)
    assert aggregation.due_campaigns(quarter, later) == [(OLD, "2026-M07"), (NEW, "2026-Q3")]


def test_a_figure_of_both_editions_is_traced_to_where_it_stood_in_each(quarter) -> None:
    issued = publication.issue(quarter, CENTRAL, "thu", "2026-Q3", at(9))
    for column, value in (("c01", 187), ("c09", 65 * 11), ("c03", Decimal("32.9"))):
        trace = tracing.trace(quarter, CENTRAL, issued.id, f"F1.r01.{column}", at(9))
        assert trace.value == value
    own = [part for part in trace.parts if part.unit_id == "X11"]
    assert [part.value for part in own] == [2500, Decimal("1.5"), Decimal("1.2")]
    assert [part.place.pointer for part in own] == ["/forms/F1/cells/r01.c03"] * 3
    trace = tracing.trace(quarter, CENTRAL, issued.id, "F1.r01.c02", at(9))
    assert trace.value == 33
    assert [part.value for part in trace.parts if part.unit_id == "X11"] == [None, 1, 2]


def test_rebuilding_gives_the_same_quarter(quarter) -> None:
    rebuilt = verify.rebuild(quarter, at(9))
    assert (NEW, "2026-Q3") in rebuilt.same
    assert rebuilt.differed == ()
