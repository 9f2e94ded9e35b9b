"""Rules as Excel formulas: the same trees, with blanks and N/A treated as the server treats them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.form import ALL_RECORDS, Address, Choice, Column, Form, Label
from hub.domain.rule_binding import THIS, bind
from hub.domain.rule_excel import MAX_FORMULA, at_row, check_to_excel, computed_cells, to_excel
from hub.domain.rules import names, parse


def locate(address: Address) -> str:
    """Columns c01… are A…, rows r01… are 1…; the record at hand stands in row 7, a whole column in rows 1 to 3."""
    letter = chr(64 + int(address.column.removeprefix("c"))) if address.column.startswith("c") else "Z"
    if address.row == ALL_RECORDS:
        return f"{letter}1:{letter}3"
    number = 7 if address.row == THIS else int(address.row.removeprefix("r"))
    sheet = "" if address.form == "F1" else f"'{address.form}'!"
    return f"A{number}:C{number}" if address.column == ALL_RECORDS else f"{sheet}{letter}{number}"


@pytest.fixture
def formula(make_small_edition, make_grid, make_rule):
    """A callable (expression, row, **rule fields) → the live check of that rule at that row."""

    def written(expr: str, row: str = "r01", form: str | None = "F1", **fields: object) -> str | None:
        edition = make_small_edition(forms=(make_grid(3, 6), make_grid(2, 2, "F3")), rules=(), outline=())
        return check_to_excel(bind(edition, make_rule(expr, form, **fields))[0], row, locate)

    return written


@pytest.fixture
def totals(make_small_edition, make_grid, make_rule):
    """A callable (expression, computes) → the computed cells of a 3 × 6 grid."""

    def computed(expr: str, computes: str):
        edition = make_small_edition(forms=(make_grid(3, 6),), rules=(make_rule(expr, computes=computes),), outline=())
        return computed_cells(edition, "F1")

    return computed


def test_a_column_total_is_a_sum_in_every_row(totals) -> None:
    cells = totals("c01 = c02 + c03", "c01")
    assert list(cells) == [("r01", "c01"), ("r02", "c01"), ("r03", "c01")]
    assert to_excel(cells["r02", "c01"], locate) == 'IF(COUNT(B2,C2)>0,IFERROR(SUM(B2,C2),""),"")'


def test_a_row_total_is_a_sum_in_every_column(totals) -> None:
    cells = totals("r01 = r02 + r03", "r01")
    assert [key[1] for key in cells] == [f"c0{n}" for n in range(1, 7)]
    assert to_excel(cells["r01", "c03"], locate) == 'IF(COUNT(C2,C3)>0,IFERROR(SUM(C2,C3),""),"")'


def test_names_of_a_computed_cell_are_bound_to_whole_addresses(totals) -> None:
    node = totals("c01 = c02 - c03", "c01")["r03", "c01"]
    assert [name.parts for name in names(node)] == [("F1", "r03", "c02"), ("F1", "r03", "c03")]
    assert to_excel(node, locate) == 'IF(COUNT(B3,C3)>0,IFERROR((SUM(B3)-SUM(C3)),""),"")'


def test_a_share_is_rounded_to_its_column_and_blank_without_a_base(totals) -> None:
    node = totals("c01 = c02 / c03 * 100", "c01")["r01", "c01"]
    assert to_excel(node, locate) == 'IF(COUNT(B1,C1)=2,IFERROR(ROUND((B1/C1*100),0),""),"")'


def test_a_blocked_cell_has_no_formula(make_small_edition, make_grid, make_rule) -> None:
    form = make_grid(2, 3, blocked=frozenset({("r02", "c01")}))
    edition = make_small_edition(forms=(form,), rules=(make_rule("c01 = c02 + c03", computes="c01"),), outline=())
    assert list(computed_cells(edition, "F1")) == [("r01", "c01")]


def test_a_list_has_one_formula_for_the_record_at_hand(make_small_edition, make_rule) -> None:
    columns = tuple(Column(f"c0{n}", Label("c", "c"), "integer") for n in (1, 2, 3))
    form = Form("F1", Label("L", "L"), "list", columns)
    edition = make_small_edition(forms=(form,), rules=(make_rule("c01 = c02 + c03", computes="c01"),), outline=())
    cells = computed_cells(edition, "F1")
    assert list(cells) == [(THIS, "c01")]
    assert to_excel(cells[THIS, "c01"], locate) == 'IF(COUNT(B7,C7)>0,IFERROR(SUM(B7,C7),""),"")'
    assert to_excel(at_row(cells[THIS, "c01"], "r02"), locate) == 'IF(COUNT(B2,C2)>0,IFERROR(SUM(B2,C2),""),"")'


@pytest.mark.parametrize(
    ("expr", "fields", "expected"),
    [
        ("c02 <= c01", {}, "IFERROR(IFERROR(IF(COUNT(B1,A1)=2,ROUND(B1-A1,6)<=0,TRUE),TRUE),TRUE)"),
        ("c02 <= c01", {"tolerance": Decimal("0.5")},
         "IFERROR(IFERROR(IF(COUNT(B1,A1)=2,ROUND(B1-A1,6)<=0.5,TRUE),TRUE),TRUE)"),
        ("c01 = c02 + c03", {},
         "IFERROR(IFERROR(IF(AND(COUNT(A1)=1,COUNT(B1,C1)>0),ABS(ROUND(A1-(SUM(B1,C1)),6))<=0,TRUE),TRUE),TRUE)"),
        ("sum(c01) <= 9", {}, "IFERROR(IFERROR(IF(COUNT(A1:A3)>0,ROUND(SUM(A1:A3)-9,6)<=0,TRUE),TRUE),TRUE)"),
        ("empty(c01) or not empty(c02)", {}, 'IFERROR(OR(OR(A1="",A1="N/A"),NOT(OR(B1="",B1="N/A"))),TRUE)'),
    ],
)  # fmt: skip
def test_a_check_is_true_where_it_holds_or_is_skipped(formula, expr: str, fields: dict, expected: str) -> None:
    assert formula(expr, **fields) == expected


def test_not_turns_what_is_skipped_round(formula) -> None:
    assert "IF(COUNT(A1)=1,ABS(ROUND(A1-1,6))<=0,FALSE)" in formula("not c01 = 1")


def test_other_forms_are_named_with_their_sheet(formula) -> None:
    assert "'F3'!B2" in formula("c01 <= F3.r02.c02")


def test_a_condition_guards_the_check(formula) -> None:
    written = formula("c01 >= 0", when="c02 > 5")
    assert written.startswith("IF(AND(COUNT(B1)=1,")
    assert written.endswith(",TRUE)")


def test_a_choice_is_known_in_excel_by_its_code_alone_or_with_its_label(make_small_edition, make_rule) -> None:
    choices = (Choice("dat", Label("Đạt", "Passed")),)
    columns = (Column("c01", Label("K", "K"), "choice", choices=choices), Column("c02", Label("S", "S"), "integer"))
    form = Form("F1", Label("L", "L"), "list", columns)
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    (bound,) = bind(edition, make_rule("c01 != 'Đạt' or c02 >= 90"))
    assert 'NOT(OR(A7="dat",LEFT(A7,6)="dat - "))' in str(check_to_excel(bound, THIS, locate))


@pytest.mark.parametrize("expr", ["c01 = prev(c02)", "c01 <= same_period_last_year(c01) * 2", "c01 = ytd(c02)"])
def test_what_looks_at_another_period_has_no_formula(formula, expr: str) -> None:
    assert formula(expr) is None


def test_a_quote_in_a_text_is_written_twice(make_small_edition, make_rule) -> None:
    form = Form("F1", Label("L", "L"), "list", (Column("c01", Label("K", "K"), "text"),))
    edition = make_small_edition(forms=(form,), rules=(), outline=())
    (bound,) = bind(edition, make_rule("c01 != 'a\"b'"))
    assert '"a""b"' in str(check_to_excel(bound, THIS, locate))


def test_a_formula_longer_than_excel_allows_is_not_written(formula) -> None:
    assert formula("c01 = " + " + ".join(["c02"] * 280)) is not None
    assert to_excel(parse("F1.r01.c01 <= F1.r01.c02"), lambda address: "X" * (MAX_FORMULA // 2)) is None
