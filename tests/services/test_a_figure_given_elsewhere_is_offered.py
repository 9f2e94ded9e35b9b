"""A form that asks for a figure the unit already reported elsewhere offers it, with where it came from (R13)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Address, Column, Form, Label, Rollup, Row
from hub.domain.regime import Regime, Reporter
from hub.domain.shared_figures import shared_figures
from hub.domain.units import Conversion
from hub.services import filings, intake, opening, review
from hub.services.offers import offers

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PERIOD = "2026-M09"
UNITS = {
    "triệu đồng": Conversion("money_vnd", Decimal(10**6)), "nghìn đồng": Conversion("money_vnd", Decimal(10**3)),
    "ha": Conversion("area", Decimal(10_000)),
}  # fmt: skip
PEOPLE, SPENT = Address("F1", "r01", "c01"), Address("F1", "r01", "c02")


def column(code: str, indicator: str | None, unit: str = "người", decimals: int = 0, **changes: object) -> Column:
    kind = "money" if "đồng" in unit else "integer"
    rollup = Rollup("sum", "sum")
    return Column(code, Label(code, code), kind, decimals, unit, indicator=indicator, rollup=rollup, **changes)  # type: ignore[arg-type]


ASKED = (column("c01", "people"), column("c02", "spending", "nghìn đồng"))


@pytest.fixture
def hub_of(core, make_small_edition):
    """``hub_of(columns, …) -> Core``: THU-01 binds its c01 and c04; THU-02 asks with these columns in one row."""

    def make(*columns: Column, **changes: object):
        one = make_small_edition(conversions=UNITS)
        grid = one.form("F1")
        bound = {"c01": "people", "c04": "spending"}
        grid = replace(grid, columns=tuple(replace(c, indicator=bound.get(c.code)) for c in grid.columns))
        one = replace(one, forms=(grid, one.form("F2")))
        form = Form("F1", Label("Biểu", "A form"), "grid", columns or ASKED, (Row("r01", Label("Tổng", "Total")),))
        fields = {"regime": "THU-02", "forms": (form,), "rules": (), "outline": (), "conversions": UNITS}
        two = make_small_edition(**(fields | {"title": Label("Chế độ hai", "Another regime")} | changes))
        catalog = Catalog({e.regime: Regime(e.regime, (e,)) for e in (one, two)}, {}, {}, {}, files("report_schemas"))
        catalog.__dict__.update(orgs=core.catalog.orgs, calendar=core.catalog.calendar)
        hub = replace(core, catalog=catalog)
        opening.open_due(hub, NOW, since=date(2026, 9, 1))
        return hub

    return make


@pytest.fixture
def send(make_actor, document):
    """``send(hub, unit, period=…, **cells)``: a report of THU-01, sent."""

    def do(hub, unit: str, intent: str = "send", actor=None, **cells: str):
        body = document(unit, cells={name.replace("_", "."): text for name, text in cells.items()})
        envelope = Envelope(body, "json", media_type="application/json", intent=intent)
        receipt = intake.receive(hub, actor or make_actor("approver", unit), envelope, NOW)
        assert receipt.verdict != "refused", receipt
        return receipt

    return do


@pytest.fixture
def offered(make_actor):
    """``offered(hub, unit, role=…) -> {address: offers}`` on the unit's form of THU-02."""

    def do(hub, unit: str = "X11", role: str = "reporter", at: str | None = None):
        actor = make_actor(role, at or unit)
        row = row_of(hub, unit, "THU-02")
        return offers(hub, actor, filings.open_one(hub, actor, row.id, NOW), NOW)

    return do


def row_of(hub, unit: str, regime: str, period: str = PERIOD):
    query = FilingQuery(unit_id=unit, regime=regime, period=period)
    return filings.search(hub, SYSTEM, query, NOW).rows[0]


def test_nothing_is_offered_before_the_unit_reported_anything(hub_of, offered):
    assert offered(hub_of()) == {}


def test_the_same_figure_is_offered_with_where_it_came_from(hub_of, send, offered):
    hub = hub_of()
    send(hub, "X11")
    (offer,) = offered(hub)[PEOPLE]
    assert offer.value == 10
    assert (offer.regime, offer.title.vi, offer.period) == ("THU-01", "Chế độ thử", PERIOD)
    assert (offer.state, offer.version, offer.address) == ("submitted", 1, Address("F1", "r01", "c01"))
    assert offer.filing_id == row_of(hub, "X11", "THU-01").id
    assert offer.same_window


def test_money_is_converted_exactly_to_the_unit_of_the_cell(hub_of, send, offered):
    hub = hub_of()
    send(hub, "X11", r01_c04="21.37", r02_c04="8.87")
    (offer,) = offered(hub)[SPENT]
    assert (offer.value, offer.given, offer.unit) == (Decimal(21_370), Decimal("21.37"), "triệu đồng")


def test_what_does_not_fit_the_cell_exactly_is_not_offered(hub_of, send, offered):
    hub = hub_of(column("c02", "spending", "triệu đồng", decimals=1))
    send(hub, "X11", r01_c04="21.37", r02_c04="8.87")
    assert offered(hub) == {}


def test_what_measures_something_else_is_not_offered(hub_of, send, offered):
    hub = hub_of(column("c02", "spending", "ha"))
    send(hub, "X11")
    assert offered(hub) == {}


def test_a_part_is_not_offered_for_the_whole(hub_of, send, offered):
    hub = hub_of(column("c01", "people", breakdown=(("sex", "female"),)))
    send(hub, "X11")
    assert offered(hub) == {}


def test_a_draft_is_offered_as_a_draft(hub_of, send, offered):
    hub = hub_of()
    send(hub, "X11", intent="draft")
    assert offered(hub)[PEOPLE][0].state == "draft"


def test_the_accepted_version_counts_while_a_later_draft_stands(hub_of, send, offered, make_actor):
    hub = hub_of()
    send(hub, "X11")
    row = row_of(hub, "X11", "THU-01")
    officer = make_actor("officer", row.receiver_id)
    for step in (review.accept, review.finalise):
        row = step(hub, officer, row.id, revision=row.revision, now=NOW)
    approver = make_actor("approver", "X11")
    filings.amend(hub, approver, row.id, revision=row.revision, reason="Sửa số liệu.", now=NOW)
    send(hub, "X11", intent="draft", actor=approver, r01_c04="30.00", r02_c04="17.50")
    (offer,) = offered(hub)[SPENT]
    assert (offer.value, offer.version) == (Decimal(21_000), 1)


def test_no_unit_is_offered_what_another_reported(hub_of, send, offered):
    hub = hub_of()
    send(hub, "X12")
    assert offered(hub, "X11") == {}
    assert offered(hub, "X12")[PEOPLE][0].value == 10


def test_who_may_only_read_the_filing_is_offered_nothing(hub_of, send, offered):
    hub = hub_of()
    send(hub, "X11")
    assert offered(hub, "X11", role="officer", at="P1") == {}


def test_first_hand_figures_are_not_offered_for_a_summary(hub_of, send, offered):
    hub = hub_of(reporters=(Reporter("commune", "rollup", "province"),))
    send(hub, "X11")
    assert offered(hub) == {}


def test_another_window_is_told(hub_of, send, offered, make_small_edition):
    windows = make_small_edition().windows
    shifted = {name: replace(rule, start=replace(rule.start, day=1, months=0)) for name, rule in windows.items()}
    hub = hub_of(windows=shifted)
    send(hub, "X11")
    (offer,) = offered(hub)[PEOPLE]
    assert not offer.same_window
    assert (offer.window_start, offer.window_end) == (date(2026, 8, 15), date(2026, 9, 14))


# --- which figure stands for an indicator -------------------------------------------------------------------------


def figures_of(make_small_edition, *columns: Column, rows=()) -> dict:
    form = Form("F1", Label("", ""), "grid" if rows else "list", columns, rows)
    edition = make_small_edition(forms=(form,), rules=())
    return {concept: str(figure.address) for concept, figure in shared_figures(edition, edition.frequencies[0]).items()}


def row(code: str, **changes: object) -> Row:
    return Row(code, Label(code, code), **changes)  # type: ignore[arg-type]


def test_the_total_row_stands_for_its_columns_indicator(make_small_edition):
    rows = (row("r01"), row("r02", of="r01"), row("r03", of="r01"))
    found = figures_of(make_small_edition, column("c01", "people"), rows=rows)
    assert found == {("people", ()): "F1.r01.c01"}


def test_rows_without_a_total_stand_for_nothing(make_small_edition):
    assert figures_of(make_small_edition, column("c01", "people"), rows=(row("r01"), row("r02"))) == {}


def test_a_row_that_says_its_part_stands_for_that_part(make_small_edition):
    rows = (row("r01"), row("r02", of="r01", breakdown=(("sex", "female"),)))
    assert figures_of(make_small_edition, column("c01", "people"), rows=rows) == {
        ("people", ()): "F1.r01.c01",
        ("people", (("sex", "female"),)): "F1.r02.c01",
    }


def test_a_list_stands_for_an_indicator_by_its_column_s_total(make_small_edition):
    assert figures_of(make_small_edition, column("c01", "people")) == {("people", ()): "F1.*.c01"}


def test_a_list_s_total_is_offered_to_a_cell(core, hub_of, make_small_edition, make_actor, offered):
    hub = hub_of()
    listed = Form("F1", Label("Danh sách", "A list"), "list", (column("c01", "people"),))
    three = make_small_edition(regime="THU-03", forms=(listed,), rules=(), outline=(), conversions=UNITS)
    regimes = dict(hub.catalog.regimes) | {"THU-03": Regime("THU-03", (three,))}
    catalog = replace(hub.catalog, regimes=regimes)
    catalog.__dict__.update(orgs=core.catalog.orgs, calendar=core.catalog.calendar)
    hub = replace(hub, catalog=catalog)
    opening.open_due(hub, NOW, since=date(2026, 9, 1))
    body = {"regime": "THU-03", "unit": "X11", "period": PERIOD, "forms": {"F1": {"records": [{"c01": 4}, {"c01": 3}]}}}
    content = json.dumps(body).encode()
    intake.receive(hub, make_actor("approver", "X11"), Envelope(content, "json", media_type="application/json"), NOW)
    (offer,) = offered(hub)[PEOPLE]
    assert (offer.value, str(offer.address)) == (7, "F1.*.c01")


def test_forms_of_different_frequencies_each_stand_for_the_indicator_in_their_own_reports(make_small_edition):
    monthly = Form("F1", Label("", ""), "list", (column("c01", "people"),), frequencies=("monthly",))
    quarterly = replace(monthly, code="F1Q", frequencies=("quarterly",))
    edition = make_small_edition(forms=(monthly, quarterly), rules=(), frequencies=("monthly", "quarterly"))
    found = [
        [str(figure.address) for figure in shared_figures(edition, asked).values()] for asked in edition.frequencies
    ]
    assert found == [["F1.*.c01"], ["F1Q.*.c01"]]
