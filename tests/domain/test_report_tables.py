"""National report tables: marks, references, coverage and notices come from the figures, not from the writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hub.domain.form import Address, Label
from hub.domain.period import Period
from hub.domain.report import Issue, RegimeFigures, UnitFigures, build_document
from hub.domain.report_definition import Item, ReportDefinition, Section
from hub.domain.rollup import Coverage

ISSUE = Issue(Period.parse("2026-M09"), 2, datetime(2026, 10, 1, tzinfo=UTC), True, "f" * 64)
FULL, HALF = Coverage(2, 2, 0, (), ()), Coverage(2, 1, 0, ("X1",), ())


@pytest.fixture
def source(small_edition):
    figures = {Address("F1", "r01", "c01"): Decimal(5), Address("F2", "*", "#"): Decimal(3)}
    nation = UnitFigures("VN", Label("Cả nước", "Nation"), "nation", figures, HALF)
    province = UnitFigures("P1", Label("Tỉnh P1", "P1"), "province", figures, FULL)
    ministry = UnitFigures("G1", Label("Bộ G1", "G1"), "ministry", {}, FULL)
    return RegimeFigures(small_edition, ISSUE.period, nation, (ministry, province))


def build(source, *sections, kind="regime"):
    definition = ReportDefinition("r", Label("R", "R"), kind, "THU-01" if kind == "regime" else None, sections)
    return build_document(definition, {"THU-01": source}, ISSUE)


def test_a_figure_with_units_missing_is_provisional_and_a_blank_one_missing(source):
    table = build(source, Section("nation", "F1")).tables[0]
    first = table.rows[0].cells
    assert (first[0].value, first[0].mark, first[0].ref) == (Decimal(5), "provisional", "THU-01@VN:F1.r01.c01")
    assert (first[1].value, first[1].mark, first[1].ref) == (None, "missing", None)


def test_parts_stand_indented_under_their_total(source):
    table = build(source, Section("nation", "F1")).tables[0]
    assert [row.level for row in table.rows] == [0, 1, 1]


def test_a_list_shows_its_number_of_records_and_the_totals_of_its_columns(source):
    table = build(source, Section("nation", "F2")).tables[0]
    assert list(table.column_codes) == ["#", "c04"]
    assert table.rows[0].cells[0].value == 3


def test_units_stand_under_the_nation_with_their_coverage(source):
    table = build(source, Section("units", "F1", level="province", columns=("c01",))).tables[0]
    assert [(row.code, row.cells[0].value) for row in table.rows] == [("VN", "1/2"), ("P1", "2/2")]
    assert table.rows[1].cells[1].mark == ""


def test_every_row_has_as_many_cells_as_the_table_has_columns(source):
    sections = (Section("nation", "F1"), Section("nation", "F2"), Section("units", "F1"), Section("units", "F2"))
    for table in build(source, *sections).tables:
        assert {len(row.cells) for row in table.rows} == {len(table.column_codes)}
        spans = sum(cell.span_cols for cell in table.header[0])
        assert spans == len(table.column_codes) + 1


def test_an_overview_names_the_period_and_coverage_of_each_line_and_skips_what_has_no_figures(source):
    items = (
        Item("THU-01", Address("F1", "r01", "c01"), Label("Tổng", "Total")),
        Item("KHAC-01", Address("F1", "r01", "c01"), Label("Khác", "Other")),
    )
    document = build(source, Section("nation", items=items), kind="overview")
    line = document.tables[0].rows
    assert [cell.value for cell in line[0].cells] == [Decimal(5), "người", "Tháng 09 năm 2026", "1/2"]
    assert len(line) == 1
    assert ("KHAC-01") in {label.en: text for label, text in document.facts}["No figures yet"]


def test_a_form_that_awaits_confirmation_says_so_under_its_tables(source):
    derived = replace(source, edition=replace(source.edition, fidelity="derived"))
    assert "chờ cơ quan chủ trì xác nhận" in build(derived, Section("nation", "F1")).tables[0].notes[0].vi
    assert not build(source, Section("nation", "F1")).tables[0].notes


def test_a_monthly_form_has_its_table_in_the_report_of_the_quarter_that_its_months_make(source, make_small_edition):
    forms = tuple(replace(form, frequencies=("monthly",)) for form in source.edition.forms)
    edition = make_small_edition(forms=forms)
    of_months = replace(source, edition=edition, period=Period.parse("2026-Q3"))
    assert [table.code for table in build(of_months, Section("nation", "F1")).tables] == ["T1"]
    nothing = replace(of_months, nation=replace(source.nation, figures={}))
    assert build(nothing, Section("nation", "F1")).tables == []


def test_the_report_says_when_it_was_issued_in_the_time_of_viet_nam(source):
    said = {label.vi: text for label, text in build(source, Section("nation", "F1")).facts}
    assert said["Ban hành lúc (giờ Việt Nam)"] == "07:00:00 01/10/2026"
