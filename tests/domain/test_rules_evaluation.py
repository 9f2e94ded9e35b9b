"""Rules asked of values: where they apply, what is skipped, and that they are exact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Address, Choice, Column, Form, Label, Rollup, Row
from hub.domain.rule_moment import Moment
from hub.domain.rules import Failure, RuleSyntaxError, Tainted, compile_rules, exact_text, rule_problems
from hub.domain.values import FormValues, Values


def label(text: str) -> Label:
    return Label(text, text)


def figure(code: str, decimals: int = 0) -> Column:
    kind = "decimal" if decimals else "integer"
    return Column(code, label(code), kind, decimals, required=False, minimum=None)


GRID = Form(
    "F1", label("Lưới"), "grid",
    (
        figure("c01"), figure("c02"), figure("c03"), figure("c04", 2),
        Column("c05", label("Tỷ lệ"), "percent", 1, rollup=Rollup("ratio"), required=False),
        Column("c06", label("Mức"), "choice", choices=(Choice("1", label("Đạt")), Choice("2", label("Chưa đạt")))),
        Column("c07", label("Ghi chú"), "text"),
        Column("c08", label("Từ"), "date"), Column("c09", label("Đến"), "date"),
    ),
    tuple(Row(f"r0{n}", label(f"r{n}")) for n in (1, 2, 3)),
    blocked=frozenset({("r03", "c03")}),
)  # fmt: skip
LIST = Form("F2", label("Danh sách"), "list", (Column("c21", label("Tên"), "text"), figure("c22", 2), figure("c23")))
OTHER = Form("F3", label("Lưới khác"), "grid", (figure("c31"), figure("c01")), (Row("r31", label("r")),))


def grid(**cells: object) -> FormValues:
    """``r01_c01=5`` is the cell (r01, c01); whole numbers become Decimals."""
    exact = {key: Decimal(value) if isinstance(value, int) else value for key, value in cells.items()}
    return FormValues(cells={tuple(key.split("_")): value for key, value in exact.items()})  # type: ignore[misc]


def records(*rows: dict[str, object]) -> FormValues:
    return FormValues(records=[{k: Decimal(v) if isinstance(v, int) else v for k, v in row.items()} for row in rows])  # type: ignore[misc]


@pytest.fixture
def ask(make_small_edition, make_rule):
    """A callable (expression, forms…, previous=…, tainted=…) → the failures of that one rule."""

    def asked(
        expr: str,
        form: str | None = "F1",
        *,
        previous: Values | None = None,
        last_year: Values | None = None,
        tainted: tuple[Address, ...] = (),
        fields: dict[str, object] | None = None,
        **forms: FormValues,
    ) -> list[Failure]:
        edition = make_small_edition(forms=(GRID, LIST, OTHER), rules=(make_rule(expr, form, **(fields or {})),))
        compiled = compile_rules(edition)
        taint = Tainted()
        for address in tainted:
            taint.add(address)
        earlier = [Moment(compiled.forms, values) if values else None for values in (previous, last_year)]
        return compiled.failures(Moment(compiled.forms, Values(dict(forms)), *earlier), taint)

    return asked


def where(failures: list[Failure]) -> list[str]:
    return [str(failure.address) for failure in failures]


# --- where a rule applies


def test_column_names_are_asked_of_every_row(ask) -> None:
    found = ask("c02 <= c01", F1=grid(r01_c01=1, r01_c02=2, r02_c01=5, r02_c02=5, r03_c01=0, r03_c02=1))
    assert where(found) == ["F1.r01.c02", "F1.r03.c02"]
    assert (found[0].found, found[0].expected) == (2, 1)


def test_column_names_of_a_list_are_asked_of_every_record(ask) -> None:
    found = ask("c23 <= 10", "F2", F2=records({"c23": 5}, {"c23": 11}, {"c21": "không"}))
    assert where(found) == ["F2[2].c23"]


def test_row_names_are_asked_of_every_column_that_adds_up(ask) -> None:
    values = grid(r01_c01=5, r02_c01=2, r03_c01=2, r01_c04=Decimal("2.50"), r02_c04=Decimal("2.50"), r03_c04=0)
    values.cells["r01", "c05"] = values.cells["r02", "c05"] = values.cells["r03", "c05"] = Decimal("50.0")
    assert where(ask("r01 = r02 + r03", F1=values)) == ["F1.r01.c01"]


def test_full_addresses_and_totals_are_asked_once(ask) -> None:
    found = ask("F1.r01.c01 = sum(F2.c23)", None, F1=grid(r01_c01=5), F2=records({"c23": 2}, {"c23": 4}))
    assert where(found) == ["F1.r01.c01"]
    assert (found[0].found, found[0].expected) == (5, 6)


def test_a_cell_of_the_rules_own_form_is_named_by_row_and_column(ask) -> None:
    assert where(ask("c01 <= r01.c02", F1=grid(r01_c02=3, r01_c01=1, r02_c01=4))) == ["F1.r02.c01"]


def test_a_rule_without_a_form_is_asked_of_every_form_that_has_its_names(ask) -> None:
    found = ask("c01 >= 0", None, F1=grid(r01_c01=-1), F3=FormValues(cells={("r31", "c01"): Decimal(-2)}))
    assert where(found) == ["F1.r01.c01", "F3.r31.c01"]


def test_a_rule_over_rows_may_look_into_another_form(ask) -> None:
    other = FormValues(cells={("r31", "c31"): Decimal(3)})
    assert where(ask("c01 <= F3.r31.c31", F1=grid(r01_c01=3, r02_c01=4), F3=other)) == ["F1.r02.c01"]


def test_totals_of_a_column_add_all_its_rows(ask) -> None:
    assert ask("sum(c01) = 6", F1=grid(r01_c01=1, r02_c01=2, r03_c01=3)) == []
    assert where(ask("sum(c01) = 7", F1=grid(r01_c01=1, r02_c01=2, r03_c01=3))) == ["F1.*.c01"]


def test_functions_take_whole_columns_or_several_values(ask) -> None:
    values = grid(r01_c01=1, r02_c01=-2, r03_c01=3)
    for holds in ("max(c01) = 3", "min(c01) = -2", "count(c01) = 3", "sum(r01.c01, r03.c01) = 4",
                  "abs(r02.c01) = 2", "max(r01.c01, r02.c01, 2) = 2", "round(r01.c01 / 3, 2) = 0.33",
                  "if(r01.c01 > 0, r03.c01, r02.c01) = 3"):  # fmt: skip
        assert ask(holds, F1=values) == [], holds
        assert len(ask(f"not ({holds})", F1=values)) == 1, holds


def test_the_number_of_records_is_counted(ask) -> None:
    assert ask("count(F2) = 2", None, F2=records({"c23": 1}, {"c21": "A"})) == []
    assert len(ask("count(F2) = 3", None, F2=records({"c23": 1}, {"c21": "A"}))) == 1


# --- what is missing


def test_a_missing_part_of_a_sum_counts_as_nothing_if_another_is_there(ask) -> None:
    assert ask("c01 = c02 + c03", F1=grid(r01_c01=5, r01_c02=5)) == []
    assert where(ask("c01 = c02 + c03", F1=grid(r01_c01=5, r01_c02=4))) == ["F1.r01.c01"]
    assert where(ask("c01 = c02 - c03", F1=grid(r01_c01=5, r01_c03=5))) == ["F1.r01.c01"]


def test_a_sum_of_nothing_and_a_bare_missing_value_are_skipped(ask) -> None:
    assert ask("c01 = c02 + c03", F1=grid(r01_c01=5)) == []
    assert ask("c01 = c02 + c03", F1=grid(r01_c02=5, r01_c03=1)) == []
    assert ask("c01 = c02 + 5", F1=grid(r01_c01=4)) == []


def test_what_does_not_apply_is_as_missing(ask) -> None:
    values = grid(r01_c01=5, r01_c02=5)
    values.cells["r01", "c03"] = NOT_APPLICABLE
    assert ask("c01 = c02 + c03", F1=values) == []
    assert ask("c03 >= 100", F1=values) == []


def test_a_blocked_cell_is_nothing_in_a_sum(ask) -> None:
    assert ask("r01 = r02 + r03", F1=grid(r01_c03=2, r02_c03=2)) == []


def test_a_missing_part_decides_neither_or_nor_and(ask) -> None:
    assert ask("c01 > 0 or c02 > 0", F1=grid(r01_c01=0)) == []
    assert len(ask("c01 > 0 or c02 > 0", F1=grid(r01_c01=0, r01_c02=0))) == 1
    assert len(ask("c01 > 0 and c02 > 0", F1=grid(r01_c01=0))) == 1
    assert ask("not c02 > 0", F1=grid(r01_c01=0)) == []


def test_a_text_compared_with_nothing_is_asked_even_where_it_is_missing(ask) -> None:
    assert where(ask("c01 = 0 or c07 != ''", F1=grid(r01_c01=3, r02_c01=0, r03_c01=1, r03_c07="có"))) == ["F1.r01.c01"]
    assert where(ask("not empty(c07) or c01 = 0", F1=grid(r01_c01=3, r02_c01=0))) == ["F1.r01.c07"]


def test_division_by_zero_is_skipped(ask) -> None:
    assert ask("c05 = c02 / c01 * 100", F1=grid(r01_c05=Decimal("7.0"), r01_c01=0, r01_c02=3)) == []
    assert ask("c02 / c01 <= 0.1", F1=grid(r01_c01=0, r01_c02=3)) == []


# --- nil forms, other moments, what already failed


def test_a_nil_form_is_not_asked_itself_but_is_zero_to_others(ask) -> None:
    nil = FormValues(nil=True)
    assert ask("c01 > 0", F1=nil) == []
    assert ask("sum(c01) > 0", F1=nil) == []
    assert where(ask("F1.r01.c01 = sum(F2.c23)", None, F1=grid(r01_c01=5), F2=nil)) == ["F1.r01.c01"]
    assert ask("F1.r01.c01 = count(F2)", None, F1=grid(r01_c01=0), F2=nil) == []


def test_a_form_of_which_nothing_was_said_is_missing_not_zero(ask) -> None:
    assert ask("F1.r01.c01 = sum(F2.c23)", None, F1=grid(r01_c01=5)) == []
    assert ask("F1.r01.c01 = count(F2)", None, F1=grid(r01_c01=5)) == []


def test_the_last_period_and_the_last_year_are_looked_up(ask) -> None:
    before = Values({"F1": grid(r01_c02=7, r02_c02=1)})
    assert where(ask("c01 = prev(c02)", previous=before, F1=grid(r01_c01=7, r02_c01=2))) == ["F1.r02.c01"]
    assert ask("c01 = prev(c02)", F1=grid(r01_c01=7)) == []
    assert len(ask("c01 <= same_period_last_year(c02 * 2)", last_year=before, F1=grid(r02_c01=3))) == 1
    assert ask("c01 = ytd(c02)", previous=before, F1=grid(r01_c01=1, r01_c02=2)) == []


def test_a_rule_is_skipped_where_something_it_needs_already_failed(ask) -> None:
    values = grid(r01_c01=9, r01_c02=1, r02_c01=9, r02_c02=1)
    failed = (Address("F1", "r01", "c03"),)
    assert where(ask("c01 = c02 + c03", tainted=failed, F1=values)) == ["F1.r02.c01"]
    assert ask("sum(c03) + sum(c02) = 99", tainted=failed, F1=values) == []
    assert where(ask("c01 = c02 * 2", tainted=failed, F1=values)) == ["F1.r01.c01", "F1.r02.c01"]


# --- exactness, tolerance, conditions, texts and days


def test_sums_of_decimals_are_exact(ask) -> None:
    cells = {("r01", "c04"): Decimal("0.30"), ("r02", "c04"): Decimal("0.10"), ("r03", "c04"): Decimal("0.20")}
    assert ask("r01 = r02 + r03", F1=FormValues(cells=cells)) == []


def test_products_of_the_largest_figures_are_exact(ask) -> None:
    largest = 10**18 - 1
    values = grid(r01_c01=largest, r01_c02=largest, r01_c03=largest)
    assert ask("c01 * c02 * c03 = c03 * c02 * c01 + 0", F1=values) == []
    assert len(ask("c01 * c02 * c03 + 1 = c03 * c02 * c01", F1=values)) == 1


@pytest.mark.parametrize(("given", "holds"), [("33.3", True), ("33.4", False), ("33.2", False)])
def test_a_share_must_equal_the_quotient_rounded_to_its_column(ask, given: str, holds: bool) -> None:
    values = grid(r01_c01=3, r01_c02=1, r01_c05=Decimal(given))
    assert (ask("c05 = c02 / c01 * 100", F1=values) == []) is holds
    assert (ask("c05 = 100 * (c02 + c03) / c01", F1=values) == []) is holds


def test_half_is_rounded_up(ask) -> None:
    assert ask("c05 = c02 / c01 * 100", F1=grid(r01_c01=2000, r01_c02=1, r01_c05=Decimal("0.1"))) == []
    found = ask("c05 = c02 / c01 * 100", F1=grid(r01_c01=2000, r01_c02=1, r01_c05=Decimal("0.0")))
    assert [(failure.found, failure.expected) for failure in found] == [(Decimal("0.0"), Decimal("0.1"))]
    assert ask("c03 = (c01 / c02) + 0", F1=grid(r01_c01=-5, r01_c02=2, r01_c03=-3)) == []


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9), st.integers(0, 6))
def test_both_ways_of_rounding_a_quotient_agree(above: int, below: int, places: int) -> None:
    from hub.domain.rule_compilation import Compiler, round_fraction
    from hub.domain.rule_grammar import Call, Number, Product, Sum

    numbers = Number(Decimal(above)), Number(Decimal(below))
    quotient = Product((("*", numbers[0]), ("/", numbers[1])))
    compiler = Compiler({}, None)
    moment = Moment({}, Values())
    fast = compiler.number(Call("round", (quotient, Number(Decimal(places)))))((), 0, moment)
    slow = compiler.number(Call("round", (Sum(((1, quotient),)), Number(Decimal(places)))))((), 0, moment)
    assert fast == slow == round_fraction(Fraction(above, below), places)


def test_inequalities_with_a_division_are_not_rounded(ask) -> None:
    assert ask("c01 / 3 < 0.34", F1=grid(r01_c01=1)) == []
    found = ask("c01 / 3 <= 0.33", F1=grid(r01_c01=1))
    assert found[0].found == Fraction(1, 3)


def test_tolerance_is_absolute_and_inclusive(ask) -> None:
    one = {"tolerance": Decimal(1)}
    assert ask("c01 = c02 + c03", fields=one, F1=grid(r01_c01=10, r01_c02=11)) == []
    assert len(ask("c01 = c02 + c03", fields=one, F1=grid(r01_c01=10, r01_c02=12))) == 1
    assert ask("c01 <= c02", fields=one, F1=grid(r01_c01=12, r01_c02=11)) == []
    assert len(ask("c01 <= c02", fields=one, F1=grid(r01_c01=13, r01_c02=11))) == 1


def test_a_condition_decides_whether_a_rule_is_asked(ask) -> None:
    when = {"when": "c06 = '1'"}
    values = grid(r01_c01=-1, r01_c06="1", r02_c01=-1, r02_c06="2", r03_c01=-1)
    assert where(ask("c01 >= 0", fields=when, F1=values)) == ["F1.r01.c01"]


def test_a_choice_may_be_written_by_its_label(ask) -> None:
    values = grid(r01_c06="1", r01_c01=50, r02_c06="2", r02_c01=50)
    assert where(ask("c06 != 'đạt' or c01 >= 90", F1=values)) == ["F1.r01.c06"]


def test_texts_are_compared_as_people_read_them(ask) -> None:
    assert ask("c07 = 'chưa  ĐẠT'", F1=grid(r01_c07="Chưa đạt")) == []


def test_days_are_compared_with_days_and_with_written_dates(ask) -> None:
    values = grid(r01_c08=date(2026, 1, 2), r01_c09=date(2026, 1, 1))
    assert where(ask("c08 <= c09", F1=values)) == ["F1.r01.c08"]
    assert ask("c08 > '2026-01-01'", F1=values) == []


# --- what does not fit is told when the edition is read


@pytest.mark.parametrize(
    ("expr", "form", "fields"),
    [
        ("c01 = c99", "F1", {}),
        ("c01 = c02", "F9", {}),
        ("c01 = r01", "F1", {}),
        ("c98 = c99", None, {}),
        ("c07 + 1 = 2", "F1", {}),
        ("c01 = 'chữ'", "F1", {}),
        ("c07 < 'chữ'", "F1", {}),
        ("c06 = 'không có'", "F1", {}),
        ("c08 = 'hôm qua'", "F1", {}),
        ("c01 + c02", "F1", {}),
        ("F2.c22 = 1", "F1", {}),
        ("F2.r01.c22 = 1", "F1", {}),
        ("F1.r09.c01 = 1", None, {}),
        ("F1.r03.c03 = 1", None, {}),
        ("sum(c01 + c02) = 1", "F1", {}),
        ("sum(c07) = 1", "F1", {}),
        ("count(F1) = 1", None, {}),
        ("c22 = prev(c22)", "F2", {}),
        ("round(c01, c02) = 1", "F1", {}),
        ("empty(1)", "F1", {}),
        ("c01 = c02", "F1", {"when": "c01"}),
        ("c01 = c02", "F1", {"computes": "c03"}),
        ("c01 <= c02", "F1", {"computes": "c01"}),
    ],
)
def test_a_rule_that_does_not_fit_its_edition_is_a_problem_told_to_lint(
    make_small_edition, make_rule, expr: str, form: str | None, fields: dict[str, object]
) -> None:
    edition = make_small_edition(forms=(GRID, LIST), rules=(make_rule("c01 >= 0"), make_rule(expr, form, **fields)))
    assert len(rule_problems(edition)) == 1
    with pytest.raises(RuleSyntaxError):
        compile_rules(edition)


def test_an_edition_is_compiled_once_and_editions_are_kept_apart(make_small_edition, make_rule) -> None:
    one = make_small_edition(forms=(GRID,), rules=(make_rule("c01 > 0"),))
    other = make_small_edition(forms=(GRID,), rules=(make_rule("c01 > 1"),))
    assert compile_rules(one) is compile_rules(one)
    assert compile_rules(one) is not compile_rules(other)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.5"), (Decimal("100"), "100"), (Decimal("-0.00"), "0"), (Fraction(1, 8), "0.125"),
        (Fraction(1, 3), "1/3"), (Decimal("1E+3"), "1000"), ("đạt", "đạt"), (None, None),
    ],
)  # fmt: skip
def test_figures_are_told_exactly(value: object, text: str | None) -> None:
    assert exact_text(value) == text


def test_totals_that_need_each_other_are_told_to_lint(make_small_edition, make_rule) -> None:
    rules = (
        make_rule("c01 = c02 + c03", id="A", computes="c01"),
        make_rule("c02 = c01 - c03", id="B", computes="c02"),
    )
    (problem,) = rule_problems(make_small_edition(forms=(GRID,), rules=rules))
    assert problem.rule_id == "B"


def test_a_rule_that_starts_with_a_fixed_cell_fails_at_the_row_it_was_asked_of(ask) -> None:
    found = ask("r01.c02 >= c01", F1=grid(r01_c02=1, r02_c01=5, r03_c01=7))
    assert where(found) == ["F1.r02.c01", "F1.r03.c01"]
