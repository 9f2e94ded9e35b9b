"""The nine regimes of the spine: what each source says is what the data say. Facts are typed here, from the sources."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from hub.catalog.load import load_catalog
from hub.domain.form import Address
from hub.domain.period import Period, due_day, window

GRID_AND_LIST_SHAPES = {
    "BCT-THUOCLA-SO/2013-09-25": {
        "PL62": (0, 5), "PL63": (0, 6), "PL64": (0, 8), "PL65": (0, 7), "PL66A": (0, 4), "PL66B": (0, 8),
    },
    "BCT-THUOCLA-SO/2025-07-01": {"PL62": (0, 5), "PL63": (0, 6), "PL64": (0, 8), "PL65": (0, 7)},
    "BNN-PCTT-DK/2015-12-30": {
        "F1": (5, 3), "F2": (4, 7), "F3": (7, 7), "F4": (5, 7), "F5": (4, 7),
        "F6": (6, 7), "F7": (5, 7), "F8": (4, 7), "F9": (7, 7), "F10": (9, 1),
    },
    "BNN-PCTT-DK/2025-07-01": {
        "F1": (5, 3), "F2": (4, 7), "F3": (7, 7), "F4": (5, 7), "F5": (4, 7),
        "F6": (6, 7), "F7": (5, 7), "F8": (4, 7), "F9": (7, 7), "F10": (9, 1),
    },
    "BNV-TDKT-0602/2023-03-23": {"F1": (19, 13)},
    "BTC-DTC-TT15/2021-02-18": {"F01a": (9, 5), "F01b": (0, 6), "F01c": (0, 4), "F01d": (0, 5), "F01e": (0, 4)},
    "LDTBXH-TNLD-TINH/2016-07-01": {"F1": (9, 11), "F2": (9, 9)},
    "TTCP-TCD01/2021-01-01": {"F1": (1, 30)},
    "TTCP-XLD01/2021-01-01": {"F1": (1, 27)},
    "VPCP-CS766/2022-01-01": {"F1": (1, 48)},
    "VPCP-TTHC06/2020-12-15": {"F1": (0, 12), "F2": (3, 11)},
    "VPCP-TTHC06/2025-07-01": {"F1": (0, 12), "F2": (2, 11)},
}  # fmt: skip
"""Edition → form → (rows, columns); a list has no rows."""

FIDELITY = {
    "BCT-THUOCLA-SO": "form", "BNN-PCTT-DK": "enumerated", "BNV-TDKT-0602": "form", "BTC-DTC-TT15": "enumerated",
    "LDTBXH-TNLD-TINH": "form", "TTCP-TCD01": "form", "TTCP-XLD01": "form", "VPCP-CS766": "enumerated",
    "VPCP-TTHC06": "form",
}  # fmt: skip

INFERRED_COLUMNS = {
    "BNN-PCTT-DK": "F1.c02 F1.c03 F2.c01 F2.c06 F3.c01 F3.c06 F4.c01 F4.c06 F5.c01 F5.c06 F6.c01 F6.c06 F7.c01 F7.c06 "
    "F8.c01 F8.c06 F9.c01 F9.c06",
    "BTC-DTC-TT15": "F01a.c04 F01a.c05 F01b.c04 F01b.c06 F01d.c01 F01d.c05",
}
INFERRED_ROWS = {
    "BNV-TDKT-0602": "F1.r17",
    "BTC-DTC-TT15": "F01a.r05 F01a.r07 F01a.r08",
    "LDTBXH-TNLD-TINH": "F1.r02 F1.r03 F1.r04 F1.r05 F1.r06 F1.r07 F1.r08 F1.r09 F2.r25 F2.r26 F2.r27 F2.r28 F2.r29",
}
RULES = {
    "BCT-THUOCLA-SO": {("warning", "inferred"): 2},
    "BNN-PCTT-DK": {("error", "inferred"): 10},
    "BNV-TDKT-0602": {("error", "inferred"): 4, ("error", "text"): 1, ("warning", "inferred"): 1},
    "BTC-DTC-TT15": {("warning", "inferred"): 3, ("error", "inferred"): 2, ("warning", "hub"): 2},
    "LDTBXH-TNLD-TINH": {("error", "inferred"): 7, ("warning", "inferred"): 3},
    "TTCP-TCD01": {("warning", "inferred"): 7, ("error", "text"): 3},
    "TTCP-XLD01": {("error", "text"): 6, ("warning", "inferred"): 2},
    "VPCP-CS766": {("error", "text"): 15, ("error", "inferred"): 15},
    "VPCP-TTHC06": {("error", "inferred"): 8},
}
REPORTERS = {
    "BCT-THUOCLA-SO/2013-09-25": "district/own→province province/own→owner",
    "BCT-THUOCLA-SO/2025-07-01": "province/own→owner",
    "BNN-PCTT-DK/2015-12-30": "commune/own→district district/rollup→province province/rollup→owner ministry/own→owner",
    "BNN-PCTT-DK/2025-07-01": "commune/own→province province/rollup→owner ministry/own→owner",
    "BNV-TDKT-0602/2023-03-23": "ministry/own→owner province/own→owner",
    "BTC-DTC-TT15/2021-02-18": "ministry/own→owner province/own→owner",
    "LDTBXH-TNLD-TINH/2016-07-01": "province/own→owner",
    "TTCP-TCD01/2021-01-01": "commune/own→province province/own→owner ministry/own→owner",
    "TTCP-XLD01/2021-01-01": "commune/own→province province/own→owner ministry/own→owner",
    "VPCP-CS766/2022-01-01": "commune/own→province province/own→owner ministry/own→owner",
    "VPCP-TTHC06/2020-12-15": "commune/own→province province/own→owner ministry/own→owner",
    "VPCP-TTHC06/2025-07-01": "commune/own→province province/own→owner ministry/own→owner",
}
DATES = [
    # regime, level, period, first and last day of the window, last day on time
    ("VPCP-TTHC06", "province", "2027-Q1", "2026-12-15", "2027-03-14", "2027-03-25"),
    ("VPCP-TTHC06", "commune", "2027-Q1", "2026-12-15", "2027-03-14", "2027-03-16"),
    ("VPCP-TTHC06", "ministry", "2027-Y", "2026-12-15", "2027-12-14", "2027-12-25"),
    ("VPCP-CS766", "province", "2027-M01", "2026-12-15", "2027-01-14", "2027-01-25"),
    ("TTCP-TCD01", "province", "2027-H1", "2026-12-15", "2027-06-14", "2027-06-25"),
    ("TTCP-XLD01", "ministry", "2027-9M", "2026-12-15", "2027-09-14", "2027-09-25"),
    ("LDTBXH-TNLD-TINH", "province", "2027-H1", "2026-12-15", "2027-06-14", "2027-07-14"),
    ("LDTBXH-TNLD-TINH", "province", "2027-Y", "2026-12-15", "2027-12-14", "2028-01-24"),
    ("BNV-TDKT-0602", "ministry", "2027-Y", "2026-12-15", "2027-12-14", "2027-12-15"),
    ("BNN-PCTT-DK", "commune", "2027-H1", "2027-01-01", "2027-06-30", "2027-07-14"),
    ("BNN-PCTT-DK", "province", "2027-Y", "2027-01-01", "2027-12-31", "2028-01-30"),
    ("BTC-DTC-TT15", "ministry", "2027-M03", "2027-02-01", "2027-02-28", "2027-03-14"),
    ("BTC-DTC-TT15", "province", "2027-M01", "2026-12-01", "2026-12-31", "2027-01-14"),
    ("BTC-DTC-TT15", "province", "2027-H1", "2027-01-01", "2027-06-30", "2027-07-14"),
    ("BTC-DTC-TT15", "province", "2027-Y", "2027-01-01", "2028-01-31", "2028-02-27"),
    ("BCT-THUOCLA-SO", "province", "2027-H1", "2027-01-01", "2027-06-30", "2027-07-20"),
    ("BCT-THUOCLA-SO", "province", "2027-H2", "2027-07-01", "2027-12-31", "2028-01-20"),
    ("BCT-THUOCLA-SO", "province", "2027-Y", "2026-12-15", "2027-12-14", "2028-01-14"),
]


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def test_every_regime_has_a_report_and_the_nine_of_the_spine_are_among_them(catalog):
    assert set(catalog.regimes) >= set(FIDELITY)
    assert set(catalog.reports) == {*catalog.regimes, "overview"}
    assert set(catalog.editions) >= set(GRID_AND_LIST_SHAPES)


@pytest.mark.parametrize("key", GRID_AND_LIST_SHAPES)
def test_an_edition_has_the_rows_and_columns_of_its_source(catalog, key):
    forms = catalog.edition(key).forms
    assert {form.code: (len(form.rows), len(form.columns)) for form in forms} == GRID_AND_LIST_SHAPES[key]
    assert all((form.kind == "grid") == bool(form.rows) for form in forms)


@pytest.mark.parametrize("key", GRID_AND_LIST_SHAPES)
def test_an_edition_keeps_the_marks_of_its_source(catalog, key):
    edition = catalog.edition(key)
    columns = [f"{form.code}.{column.code}" for form in edition.forms for column in form.columns if column.inferred]
    rows = [f"{form.code}.{row.code}" for form in edition.forms for row in form.rows if row.inferred]
    assert edition.fidelity == FIDELITY[edition.regime]
    assert columns == INFERRED_COLUMNS.get(edition.regime, "").split()
    assert rows == INFERRED_ROWS.get(edition.regime, "").split()
    assert Counter((rule.severity, rule.source) for rule in edition.rules) == RULES[edition.regime]


@pytest.mark.parametrize("key", REPORTERS)
def test_each_level_of_an_edition_sends_where_the_text_says(catalog, key):
    reporters = catalog.edition(key).reporters
    assert " ".join(f"{r.level}/{r.scope}→{r.receiver}" for r in reporters) == REPORTERS[key]


@pytest.mark.parametrize(("regime", "level", "code", "first", "last", "due"), DATES)
def test_windows_and_deadlines_are_those_of_the_text_or_the_decree(catalog, regime, level, code, first, last, due):
    period = Period.parse(code)
    edition = catalog.edition_for(regime, date(2027, 1, 1))
    found = window(edition, period, catalog.calendar)
    assert (found.start.isoformat(), found.end.isoformat()) == (first, last)
    assert due_day(edition, level, period, catalog.calendar).isoformat() == due


def test_work_accidents_fill_180_cells_and_state_awards_247(catalog):
    def cells(key):
        return sum(1 for form in catalog.edition(key).forms for _ in form.cells())

    assert cells("LDTBXH-TNLD-TINH/2016-07-01") == 180
    assert cells("BNV-TDKT-0602/2023-03-23") == 247


def test_districts_are_in_no_edition_of_today(catalog):
    for edition in catalog.editions.values():
        if edition.in_force(date(2025, 7, 1)):
            assert "district" not in {reporter.level for reporter in edition.reporters}
        if edition.in_force(date(2025, 7, 1)) and edition.regime in FIDELITY:
            words = [row.label.vi for form in edition.forms for row in form.rows]
            words += [column.label.vi for form in edition.forms for column in form.columns]
            assert not [text for text in words if "huyện" in text.lower()]


def test_the_district_row_is_kept_in_the_edition_of_its_time(catalog):
    assert catalog.edition("VPCP-TTHC06/2020-12-15").form("F2").row("r02").label.vi.startswith("Huyện")
    assert [row.code for row in catalog.edition("VPCP-TTHC06/2025-07-01").form("F2").rows] == ["r01", "r03"]


@pytest.mark.parametrize("regime", ["VPCP-TTHC06", "BNN-PCTT-DK", "BCT-THUOCLA-SO"])
def test_the_two_editions_of_a_regime_meet_on_the_day_districts_ended(catalog, regime):
    assert catalog.edition_for(regime, date(2025, 6, 30)).valid_to == date(2025, 6, 30)
    assert catalog.edition_for(regime, date(2025, 7, 1)).valid_from == date(2025, 7, 1)


def test_what_the_law_asks_of_only_some_periods_is_asked_of_those_alone(catalog):
    procedures = catalog.edition("VPCP-TTHC06/2025-07-01")
    assert [n for n in (1, 2, 3, 4) if procedures.asks_for("quarterly", n)] == [1, 2, 3]
    for key in ("TTCP-TCD01/2021-01-01", "LDTBXH-TNLD-TINH/2016-07-01", "BNN-PCTT-DK/2025-07-01"):
        assert [n for n in (1, 2) if catalog.edition(key).asks_for("half_yearly", n)] == [1]
    assert all(catalog.edition("BCT-THUOCLA-SO/2025-07-01").asks_for("half_yearly", n) for n in (1, 2))
    assert not procedures.asks_for("monthly", 1)


def test_stocks_flows_and_ratios_are_brought_together_as_the_notes_say(catalog):
    received = catalog.edition("VPCP-TTHC06/2025-07-01").form("F2")
    rollups = [received.column(code).rollup for code in ("c03", "c04", "c06", "c11")]
    assert [rollup.kind for rollup in rollups] == ["sum", "sum", "sum", "last"]
    assert [rollup.over_time for rollup in rollups] == ["recompute", "sum", "first", "last"]
    accidents = catalog.edition("LDTBXH-TNLD-TINH/2016-07-01").form("F1").column("c09").rollup
    assert (accidents.kind, accidents.numerator, accidents.denominator, accidents.scale) == (
        "ratio",
        "c06",
        "c04",
        1000,
    )
    petitions = catalog.edition("TTCP-XLD01/2021-01-01").form("F1")
    assert {column.rollup.over_time for column in petitions.columns} == {"none"}
    disasters = catalog.edition("BNN-PCTT-DK/2025-07-01").form("F10").column("c01").rollup
    assert disasters.kind == "none"


def test_money_is_kept_to_the_thousandth_of_a_million(catalog):
    form = catalog.edition("BTC-DTC-TT15/2021-02-18").form("F01a")
    assert (form.column("c01").type, form.column("c01").decimals, form.column("c01").unit) == ("money", 3, "triệu đồng")


def test_the_spine_shows_every_kind_of_report(catalog):
    editions = [catalog.editions[key] for key in GRID_AND_LIST_SHAPES]
    assert any(len(list(form.cells())) >= 100 for edition in editions for form in edition.forms)
    assert any(form.kind == "list" and form.max_records >= 10_000 for edition in editions for form in edition.forms)
    assert {"monthly", "quarterly", "half_yearly", "nine_month", "yearly"} == {
        f for e in editions for f in e.frequencies
    }
    assert any(edition.outline for edition in editions)
    ratios = {c.rollup.kind for e in editions for form in e.forms for c in form.columns}
    assert ratios == {"sum", "ratio", "last", "none"}


def test_every_owner_is_a_body_of_its_time_with_one_successor_today(catalog):
    today = date(2026, 11, 1)
    for edition in catalog.editions.values():
        owner = catalog.orgs.find(edition.owner, edition.valid_from)
        assert owner is not None, edition.key
        assert len(catalog.orgs.today(owner.id, today)) == 1, edition.key


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("G02", "Bộ Công Thương"), ("G07", "Bộ Nội vụ"), ("G09", "Bộ Nội vụ"), ("G10", "Bộ Nông nghiệp và Môi trường"),
        ("G12", "Bộ Tài chính"), ("G20", "Thanh tra Chính phủ"), ("G22", "Văn phòng Chính phủ"),
    ],
)  # fmt: skip
def test_the_owners_of_the_spine_are_found_today(catalog, code, name):
    found = [catalog.orgs.find(e.owner, e.valid_from) for e in catalog.editions.values() if e.owner == code]
    names = {unit.name.vi for owner in found for unit in catalog.orgs.today(owner.id, date(2026, 11, 1))}
    assert names == {name}


def test_the_national_overview_names_figures_of_every_regime(catalog):
    items = [item for section in catalog.reports["overview"].sections for item in section.items]
    assert {item.regime for item in items} == set(FIDELITY)
    rates = [item for item in items if item.indicator == "public_investment.estimate_rate"]
    assert [item.address for item in rates] == [Address("F01a", "r01", "c05")]


def test_every_edition_is_locked(catalog):
    from hub.catalog.lock import read_lock

    locked = read_lock(catalog.root, [])
    assert locked == {key: edition.sha256 for key, edition in catalog.editions.items()}
