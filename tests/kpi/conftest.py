"""A small hub with a set of steering indicators: a share, a count (less is better), and values that others send."""

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
from hub.domain.form import Label
from hub.domain.kpi import Alerts, BreakdownItem, Formula, Kpi, KpiBreakdown, KpiGroup, KpiSet, Thresholds
from hub.services import aggregation, filings, intake, opening, review

EDITION = "THU-01/2025-07-01"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
NEW, ALL, SHARE = "THU-01/F1.r01.c02", "THU-01/F1.r01.c01", "THU-01/F1.r01.c05"


def _label(text: str) -> Label:
    return Label(text, text)


@pytest.fixture
def kpi_set() -> KpiSet:
    share = Formula(SHARE, NEW, ALL, Decimal(100))
    ways = KpiBreakdown("basis", _label("Cách tính"), (BreakdownItem("file", _label("Theo hồ sơ")),))
    kpis = (
        Kpi("1.1", "1", _label("Tỷ lệ mới"), "%", 1, "higher", share,
            Thresholds(Decimal(20), Decimal(10), "choice"), full_at=Decimal(25)),
        Kpi("1.2", "1", _label("Số người"), "người", 0, "lower", Formula(ALL),
            Thresholds(Decimal(10), Decimal(50), "choice")),
        Kpi("2.1", "2", _label("Tỷ lệ hài lòng"), "%", 2, "higher", Formula(scale=Decimal(100)),
            Thresholds(Decimal(90), Decimal(70), "text"), full_at=Decimal(90), breakdowns=(ways,)),
    )  # fmt: skip
    groups = (KpiGroup("1", _label("Nhóm một")), KpiGroup("2", _label("Nhóm hai")))
    return KpiSet(
        "THU-KPI", _label("Bộ chỉ số thử"), "G12", "Văn bản thử", "derived", date(2025, 7, 1), ("monthly", "yearly"),
        ("ministry", "province"), groups, kpis, Alerts("red", ("central",), ("approver",)),
    )  # fmt: skip


@pytest.fixture
def small_catalog(small_catalog: Catalog, kpi_set: KpiSet) -> Catalog:
    catalog = replace(small_catalog, kpi_sets={kpi_set.code: kpi_set})
    catalog.__dict__.update(orgs=small_catalog.orgs, calendar=small_catalog.calendar)
    return catalog


def in_month(month: int) -> datetime:
    return datetime(2026, month, 15, 3, 0, tzinfo=UTC)


def body_of(unit: str, period: str, men: int, women: int) -> bytes:
    """A right report of a unit: men in r02, women in r03, one of each new."""
    cells = {}
    for row, people, new in (("r01", men + women, 2), ("r02", men, 1), ("r03", women, 1)):
        cells |= {f"{row}.c02": new, f"{row}.c03": people - new, f"{row}.c04": f"{people * 2}.50"}
    cells["r01.c04"] = f"{(men + women) * 2 + 1}.00"
    body = {"regime": "THU-01", "unit": unit, "period": period, "forms": {"F1": {"cells": cells}}}
    return json.dumps(body | {"outline": {"s1": "Ổn định."}}).encode()


@pytest.fixture
def central() -> Actor:
    return CENTRAL


@pytest.fixture
def report(core, make_actor):
    """``report(unit, month, men, women)``: the unit's report of a month of 2026 is sent and accepted."""

    def do(unit: str, month: int, men: int = 4, women: int = 6) -> None:
        now, period = in_month(month), f"2026-M{month:02}"
        opening.open_due(core, now, since=date(2026, month, 1))
        actor, body = make_actor("approver", unit), json.loads(body_of(unit, period, men, women))
        tried = intake.receive(core, actor, Envelope(json.dumps(body).encode(), "json", intent="dry_run"), now)
        body["explanations"] = {each.key: "Tăng thật." for each in tried.findings if each.severity == "warning"}
        receipt = intake.receive(core, actor, Envelope(json.dumps(body).encode(), "json", intent="send"), now)
        assert receipt.state == "submitted", receipt.findings
        page = filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=period, regime="THU-01"), now)
        (row,) = [row for row in page.rows if row.scope == "own"]
        officer = make_actor("officer", row.receiver_id)
        review.accept(core, officer, row.id, revision=row.revision, now=now)

    return do


@pytest.fixture
def roll_up(core):
    """``roll_up(month)``: the month's reports are rolled up."""

    def do(month: int) -> None:
        aggregation.run(core, SYSTEM, EDITION, f"2026-M{month:02}", in_month(month))

    return do
