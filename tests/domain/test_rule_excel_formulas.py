"""Rules as Excel formulas: the same trees, with blanks, N/A and mistakes treated as the server treats them.

That the formulas give the server's verdicts is proved by LibreOffice in tests/readers4; here is how they are written.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.form import Choice, Column, Form, Label
from hub.domain.rule_excel import MAX_FORMULA, computed_cells, total_to_excel
from hub.domain.rule_excel_checks import CheckLine, check_lines, form_line
from hub.domain.rule_kinds import THIS
from hub.domain.rule_settling import asked_rules
from hub.domain.rules import names
from hub.domain.sheet_places import ROW_AT_HAND, Book, Places


@pytest.fixture
def edition_of(make_small_edition, make_grid, make_rule):
    """A callable (expression, **rule fields) → an edition of a 3 × 6 grid F1, a 2 × 2 grid F3 and that rule."""

    def made(expr: str, form: str | None = "F1", **fields: object):
        forms = (make_grid(3, 6), make_grid(2, 2, "F3"))
        return make_small_edition(forms=forms, rules=(make_rule(expr, form, **fields),), outline=())

    return made


@pytest.fixture
def lines(edition_of):
    """A callable (expression, **rule fields) → the lines of the sheet of checks."""

    def written(expr: str, **fields: object) -> list[CheckLine]:
        edition = edition_of(expr, **fields)
        return check_lines(edition, asked_rules(edition), Book(edition.forms))

    return written


@pytest.fixture
def totals(edition_of):
    """A callable (expression, computes) → formula of each computed cell of F1, whose c01 is column C from row 12 on."""

    def written(expr: str, computes: str) -> dict[tuple[str, str], str | None]:
        edition = edition_of(expr, computes=computes)
        places = Places(Book(edition.forms), "F1")
        cells = computed_cells(edition, "F1").items()
        return {key: total_to_excel(edition, node, places) for key, node in cells}

    return written


def a_list(make_small_edition, make_rule, expr: str, *columns: Column, **fields: object):
    form = Form("F1", Label("L", "L"), "list", columns)
    return make_small_edition(forms=(form,), rules=(make_rule(expr, **fields),), outline=())


def integers(*codes: str) -> tuple[Column, ...]:
    return tuple(Column(code, Label("c", "c"), "integer") for code in codes)


def test_a_column_total_is_a_sum_in_every_row(totals) -> None:
    cells = totals("c01 = c02 + c03", "c01")
    assert list(cells) == [("r01", "c01"), ("r02", "c01"), ("r03", "c01")]
    assert cells["r02", "c01"] == 'IF(COUNT(D13,E13)>0,IFERROR(SUM(D13,E13),""),"")'


def test_a_row_total_is_a_sum_in_every_column(totals) -> None:
    cells = totals("r01 = r02 + r03", "r01")
    assert [key[1] for key in cells] == [f"c0{n}" for n in range(1, 7)]
    assert cells["r01", "c03"] == 'IF(COUNT(E13,E14)>0,IFERROR(SUM(E13,E14),""),"")'


def test_names_of_a_computed_cell_are_bound_to_whole_addresses(edition_of) -> None:
    node = computed_cells(edition_of("c01 = c02 - c03", computes="c01"), "F1")["r03", "c01"]
    assert [name.parts for name in names(node)] == [("F1", "r03", "c02"), ("F1", "r03", "c03")]


def test_a_share_is_rounded_to_its_column_and_does_not_apply_without_a_base(totals) -> None:
    written = totals("c01 = c02 / c03 * 100", "c01")["r01", "c01"]
    assert written == (
        'IF(IF(COUNT(D12,E12)=2,E12<>0,FALSE),IFERROR(ROUND((D12*100/E12),0),""),'
        'IF(IF(ISNUMBER(E12),E12=0,FALSE),"N/A",""))'
    )


def test_a_blocked_cell_has_no_formula(make_small_edition, make_grid, make_rule) -> None:
    form = make_grid(2, 3, blocked=frozenset({("r02", "c01")}))
    edition = make_small_edition(forms=(form,), rules=(make_rule("c01 = c02 + c03", computes="c01"),), outline=())
    assert list(computed_cells(edition, "F1")) == [("r01", "c01")]


def test_a_list_has_one_formula_for_the_record_at_hand(make_small_edition, make_rule) -> None:
    edition = a_list(make_small_edition, make_rule, "c01 = c02 + c03", *integers("c01", "c02", "c03"), computes="c01")
    cells = computed_cells(edition, "F1")
    assert list(cells) == [(THIS, "c01")]
    places = Places(Book(edition.forms), "F1", (ROW_AT_HAND, ROW_AT_HAND))
    written = total_to_excel(edition, cells[THIS, "c01"], places) or ""
    assert written.replace(ROW_AT_HAND, "13") == 'IF(COUNT(C13,D13)>0,IFERROR(SUM(C13,D13),""),"")'


@pytest.mark.parametrize(
    ("expr", "fields", "expected"),
    [
        ("c02 <= c01", {}, """IF(COUNT('F1'!D12,'F1'!C12)=2,IF(ROUND('F1'!D12-'F1'!C12,0)<=0,"Đạt","Sai"),"—")"""),
        ("c02 <= c01", {"tolerance": Decimal("0.5")}, """IF(ROUND('F1'!D12-'F1'!C12,1)<=0.5,"Đạt","Sai")"""),
        ("c01 = c02 + c03", {}, """AND(ISNUMBER('F1'!C12),COUNT('F1'!D12,'F1'!E12)>0)"""),
        ("c01 = c02 + c03", {}, """ABS(ROUND('F1'!C12-SUM('F1'!D12,'F1'!E12),0))<=0"""),
        ("sum(c01) <= 9", {}, """IF(COUNT('F1'!C12:C14)>0,IF(ROUND(SUM('F1'!C12:C14)-9,0)<=0"""),
        ("not c01 = 1", {}, """IF(ISNUMBER('F1'!C12),ABS(ROUND('F1'!C12-1,0))<=0,FALSE)"""),
    ],
)  # fmt: skip
def test_a_check_says_whether_it_holds_or_is_skipped(lines, expr: str, fields: dict, expected: str) -> None:
    assert expected in (lines(expr, **fields)[0].state or "")


def test_a_line_stands_for_each_row_and_marks_the_rules_own_cell(lines) -> None:
    assert [(line.row, line.cell.parts) for line in lines("c02 <= c01")] == [
        (row, ("F1", row, "c02")) for row in ("r01", "r02", "r03")
    ]


def test_a_rule_is_not_asked_where_its_form_is_nil_or_a_figure_cannot_be_used(lines) -> None:
    state = lines("c02 <= c01")[0].state or ""
    skipped = state.partition('"—"')[0]
    assert "'F1'!$A$8=\"x\"" in skipped
    assert "SUM((IF(ISNUMBER('F1'!C12:D12),(ROUND('F1'!C12:D12,0)<>'F1'!C12:D12)" in skipped


def test_other_forms_are_named_with_their_sheet_and_count_nothing_when_nil(lines) -> None:
    state = lines("c01 <= F3.r02.c02")[0].state or ""
    assert "OR('F3'!$A$8=\"x\",ISNUMBER('F3'!D13))" in state


def test_a_condition_guards_the_check(lines) -> None:
    state = lines("c01 >= 0", when="c02 > 5")[0].state or ""
    assert "IF(IF(ISNUMBER('F1'!D12),ROUND('F1'!D12-5,0)>0,FALSE),IF(ISNUMBER('F1'!C12)" in state


def test_a_row_where_a_compared_cell_is_closed_has_no_line(make_small_edition, make_grid, make_rule) -> None:
    form = make_grid(2, 3, blocked=frozenset({("r02", "c01")}))
    edition = make_small_edition(forms=(form,), rules=(make_rule("c02 <= c01"),), outline=())
    assert [line.row for line in check_lines(edition, asked_rules(edition), Book(edition.forms))] == ["r01"]


def test_a_list_has_one_line_that_counts_failing_records(make_small_edition, make_rule) -> None:
    edition = a_list(make_small_edition, make_rule, "c02 <= c01", *integers("c01", "c02"))
    (line,) = check_lines(edition, asked_rules(edition), Book(edition.forms, {"F1": 500}))
    assert (line.row, line.state) == (THIS, None)
    assert "ROUND('F1'!C13:C512-'F1'!B13:B512,0)>0" in (line.count or "")
    assert "ROW('F1'!B13:B512)-12" in (line.first or "")
    assert "ROUND($C13-$B13,0)>0" in (line.mark or "")


def test_a_choice_is_known_in_excel_by_its_code_alone_or_with_its_label(make_small_edition, make_rule) -> None:
    choices = (Choice("dat", Label("Đạt", "Passed")),)
    kind = Column("c01", Label("K", "K"), "choice", choices=choices)
    edition = a_list(make_small_edition, make_rule, "c01 != 'Đạt' or c02 >= 90", kind, *integers("c02"))
    (line,) = check_lines(edition, asked_rules(edition), Book(edition.forms))
    assert 'LEFT($B13,FIND(" - ",$B13&" - ")-1)="dat"' in (line.mark or "")


@pytest.mark.parametrize("expr", ["c01 = prev(c02)", "c01 <= same_period_last_year(c01) * 2", "c01 = ytd(c02)"])
def test_what_looks_at_another_period_is_never_false_where_that_is_not_known(lines, expr: str) -> None:
    assert lines(expr) == []


def test_a_quote_in_a_text_is_written_twice(make_small_edition, make_rule) -> None:
    edition = a_list(make_small_edition, make_rule, "c01 != 'a\"b'", Column("c01", Label("K", "K"), "text"))
    (line,) = check_lines(edition, asked_rules(edition), Book(edition.forms))
    assert '"a""b"' in (line.count or "")


def test_a_formula_longer_than_excel_allows_is_not_written(lines) -> None:
    (first, *_) = lines("c01 = " + " + ".join(["c02"] * 280))
    assert (first.state, first.count) == (None, None)
    assert all(len(line.state or "") <= MAX_FORMULA for line in lines("c01 = " + " + ".join(["c02"] * 100)))


def test_what_is_missing_in_a_grid_is_counted_without_the_totals_excel_computes(small_edition) -> None:
    line = form_line(small_edition, "F1", Book(small_edition.forms))
    assert line.missing == "IF('F1'!$A$8=\"x\",0,IFERROR(COUNTBLANK('F1'!D12:F14),0))"


def test_a_total_that_was_typed_is_counted_like_any_cell(small_edition) -> None:
    book = Book(small_edition.forms, typed=frozenset({("F1", "r02", "c01")}))
    assert "COUNTBLANK('F1'!C13:F13)" in form_line(small_edition, "F1", book).missing
