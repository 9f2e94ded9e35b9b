"""Rules that look outside the report: the year so far, other units of measure, other regimes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.domain.context import Context
from hub.domain.form import Column, Form, Label, Row
from hub.domain.rule_binding import bind
from hub.domain.rule_grammar import Call, Comparison, Name, Number, Product, Text, names, parse
from hub.domain.rule_moment import OtherReport
from hub.domain.rules import RuleSyntaxError, Tainted, compile_rules, rule_problems, unit_warnings
from hub.domain.units import Conversion
from hub.domain.values import FormValues, Values


def label(text: str) -> Label:
    return Label(text, text)


def figure(code: str, unit: str | None = None, decimals: int = 0) -> Column:
    kind = "decimal" if decimals else "integer"
    return Column(code, label(code), kind, decimals, unit=unit, required=False, minimum=None)


CONVERSIONS = {
    "đồng": Conversion("money", Decimal(1)),
    "triệu đồng": Conversion("money", Decimal(1_000_000)),
    "tỷ đồng": Conversion("money", Decimal(1_000_000_000)),
    "ha": Conversion("area", Decimal(10_000)),
    "kg": Conversion("mass", Decimal(1)),
    "yến": Conversion("mass", Decimal(10)),
    "thước": Conversion("mass", Decimal(3)),
}
GRID = Form(
    "F1", label("Lưới"), "grid",
    (
        figure("c01"), figure("c02"), figure("c03", "đồng"), figure("c04", "triệu đồng", 2), figure("c05", "ha"),
        figure("c06", "người"), figure("c07", "kg"), figure("c08", "thước", 1),
    ),
    (Row("r01", label("Một")), Row("r02", label("Hai"))),
)  # fmt: skip
LIST = Form("F2", label("Danh sách"), "list", (Column("c21", label("Tên"), "text"), figure("c22", "tỷ đồng", 2)))


def cells(**given: object) -> FormValues:
    exact = {key: Decimal(value) if isinstance(value, int) else value for key, value in given.items()}
    return FormValues(cells={tuple(key.split("_")): value for key, value in exact.items()})  # type: ignore[misc]


def grid(**given: object) -> Values:
    return Values({"F1": cells(**given)})


@pytest.fixture
def edition_with(make_small_edition, make_rule):
    """``edition_with(expression, form="F1", **fields)``: the edition of the grid and the list with that one rule."""

    def make(expr: str, form: str | None = "F1", **fields: object):
        rule = make_rule(expr, form, **fields)
        return make_small_edition(forms=(GRID, LIST), rules=(rule,), conversions=CONVERSIONS)

    return make


@pytest.fixture
def ask(edition_with):
    """``ask(expression, values, form="F1", **context) -> [(place, found, expected)]``."""

    def asked(expr: str, values: Values, form: str | None = "F1", **context: object):
        edition = edition_with(expr, form)
        moment = Context("2026-M03", "monthly", **context).moment(edition, values)  # type: ignore[arg-type]
        found = compile_rules(edition).failures(moment, Tainted())
        return [(str(each.address), each.found, each.expected) for each in found]

    return asked


# --- the year so far


def test_the_year_to_date_adds_the_earlier_periods_and_this_one(ask) -> None:
    so_far = [grid(r01_c01=10, r02_c01=1), grid(r01_c01=20, r02_c01=2)]
    values = grid(r01_c01=5, r01_c02=35, r02_c01=4, r02_c02=8)
    assert ask("c02 = ytd(c01)", values, so_far=so_far) == [("F1.r02.c02", 8, 7)]


def test_the_first_period_of_a_year_is_its_own_year_to_date(ask) -> None:
    assert ask("c02 = ytd(c01)", grid(r01_c01=5, r01_c02=6), so_far=[]) == [("F1.r01.c02", 6, 5)]


@pytest.mark.parametrize("so_far", [None, [grid(r01_c01=10), grid()], [grid(), grid(r01_c01=3)]])
def test_a_year_with_a_gap_is_not_added_up(ask, so_far) -> None:
    assert ask("c02 = ytd(c01)", grid(r01_c01=5, r01_c02=99), so_far=so_far) == []


def test_a_year_without_this_periods_figure_is_not_added_up(ask) -> None:
    assert ask("c02 = ytd(c01)", grid(r01_c02=99), so_far=[grid(r01_c01=1)]) == []


def test_a_period_with_nothing_to_report_adds_nothing_to_the_year(ask) -> None:
    so_far = [Values({"F1": FormValues(nil=True)}), grid(r01_c01=20)]
    assert ask("c02 = ytd(c01)", grid(r01_c01=5, r01_c02=26), so_far=so_far) == [("F1.r01.c02", 26, 25)]


def test_totals_and_formulas_are_added_over_the_year(ask) -> None:
    so_far = [grid(r01_c01=1, r02_c01=2)]
    assert ask("F1.r01.c02 = ytd(sum(F1.c01))", grid(r01_c01=3, r01_c02=7), None, so_far=so_far) == [
        ("F1.r01.c02", 7, 6)
    ]
    assert ask("c02 = ytd(c01 / 4)", grid(r01_c01=3, r01_c02=2), so_far=so_far) == [("F1.r01.c02", 2, 1)]


def test_a_blank_total_of_the_year_is_computed_when_the_year_is_known(
    make_small_edition, make_rule, make_reading
) -> None:
    from hub.domain.checks import check

    edition = make_small_edition(forms=(GRID,), rules=(make_rule("c02 = ytd(c01)", computes="c02"),))
    reading = make_reading(F1={"r01.c01": 5})
    known = check(edition, reading, Context("2026-M02", "monthly", so_far=[grid(r01_c01=10)]))
    unknown = check(edition, make_reading(F1={"r01.c01": 5}), Context("2026-M02", "monthly"))
    assert known.values.forms["F1"].cells["r01", "c02"] == 15
    assert ("r01", "c02") not in unknown.values.forms["F1"].cells
    assert known.findings == unknown.findings == []


def test_a_total_may_go_on_from_the_last_periods_own(make_small_edition, make_rule, make_reading) -> None:
    from hub.domain.checks import check

    edition = make_small_edition(forms=(GRID,), rules=(make_rule("c02 = prev(c02) + c01", computes="c02"),))
    checked = check(edition, make_reading(F1={"r01.c01": 5}), Context("2026-M02", "monthly", previous=grid(r01_c02=30)))
    assert checked.values.forms["F1"].cells["r01", "c02"] == 35


# --- units of measure


def test_a_conversion_is_exact_both_ways(ask) -> None:
    values = grid(r01_c03=1_234_567, r01_c04=Decimal("1.23"))
    assert ask("c04 = convert(c03, 'triệu đồng')", values) == []
    assert ask("c03 = convert(c04, 'đồng')", values) == [("F1.r01.c03", 1_234_567, 1_230_000)]
    assert ask("c03 < convert(c04, 'đồng')", values) == [("F1.r01.c03", 1_234_567, 1_230_000)]


def test_a_conversion_that_does_not_divide_evenly_stays_exact(ask) -> None:
    assert ask("c08 <= convert(c07, 'thước')", grid(r01_c07=10, r01_c08=Decimal("3.3"))) == []
    (failure,) = ask("c08 <= convert(c07, 'thước')", grid(r01_c07=10, r01_c08=Decimal("3.4")))
    assert failure[2] * 3 == 10


def test_totals_and_earlier_figures_can_be_converted(ask) -> None:
    values = Values({"F1": cells(r01_c04=2500), "F2": FormValues(records=[{"c22": Decimal("1.25")}] * 2)})
    assert ask("F1.r01.c04 = convert(sum(F2.c22), 'triệu đồng')", values, None) == []
    assert ask("c04 >= convert(prev(c03), 'triệu đồng')", values, previous=grid(r01_c03=2_500_000_001))[0][1] == 2500


def test_a_bound_conversion_is_a_product_of_exact_constants(edition_with) -> None:
    edition = edition_with("c04 >= convert(c03, 'triệu đồng')")
    (bound,) = bind(edition, edition.rules[0])
    assert isinstance(bound.test, Comparison)
    assert bound.test.right == Product((("*", Name(("F1", "@", "c03"), 15)), ("/", Number(Decimal(1_000_000)))))


@pytest.mark.parametrize(
    "expr",
    [
        "c04 = convert(c03, 'tấn')",
        "c04 = convert(c05, 'triệu đồng')",
        "c04 = convert(c06, 'triệu đồng')",
        "c04 = convert(c01, 'triệu đồng')",
        "c04 = convert(c03 + c04, 'triệu đồng')",
        "c04 = convert(c03, c05)",
        "c04 = convert(count(F2), 'triệu đồng')",
        "F1.r01.c04 = convert(sum(r01), 'triệu đồng')",
    ],
)
def test_a_conversion_that_cannot_be_made_is_told_to_lint(edition_with, expr: str) -> None:
    assert len(rule_problems(edition_with(expr))) == 1


@pytest.mark.parametrize(
    ("expr", "count"),
    [
        ("c03 = c04", 1),
        ("c03 + c04 >= 0", 1),
        ("c03 <= c05", 1),
        ("max(c03, c05) > 0", 1),
        ("c03 <= prev(c04)", 1),
        ("F1.r01.c03 <= sum(F2.c22)", 1),
        ("c03 = convert(c04, 'đồng')", 0),
        ("c03 = c04 * 1000000", 0),
        ("c01 = c03", 0),
        ("c03 <= c06", 0),
        ("c03 <= 5", 0),
        ("r01 = r02 * 2", 0),
        ("c99 = 1", 0),
    ],
)
def test_figures_of_different_units_that_meet_are_a_warning(edition_with, expr: str, count: int) -> None:
    assert len(unit_warnings(edition_with(expr))) == count


def test_a_rows_own_unit_goes_before_its_columns(make_small_edition, make_rule) -> None:
    rows = (Row("r01", label("Diện tích"), unit="ha"), Row("r02", label("Vốn"), unit="triệu đồng"))
    form = Form("F1", label("Lưới"), "grid", (figure("c01", "đồng"), figure("c02")), rows)
    rules = (make_rule("r01.c01 <= r02.c01", id="A"), make_rule("c01 >= c02", id="B"))
    edition = make_small_edition(forms=(form,), rules=rules, conversions=CONVERSIONS)
    assert [warning.rule_id for warning in unit_warnings(edition)] == ["A"]


# --- other regimes


@pytest.fixture
def neighbour(make_small_edition):
    """The edition of another regime, with a grid and a list, and a report of it."""
    edition = make_small_edition(regime="KHAC-02", forms=(GRID, LIST), rules=())
    records = [{"c21": "A", "c22": Decimal("1.50")}, {"c21": "B", "c22": Decimal("2.50")}]
    return OtherReport(edition, Values({"F1": cells(r01_c01=7), "F2": FormValues(records=records)}))


def test_a_figure_of_another_regime_is_compared(ask, neighbour) -> None:
    others = {"KHAC-02": neighbour}
    assert ask("r01.c01 = other('KHAC-02', F1.r01.c01)", grid(r01_c01=8), others=others) == [("F1.r01.c01", 8, 7)]
    assert ask("r01.c01 = other('KHAC-02', F2.*.c22)", grid(r01_c01=5), others=others) == [("F1.r01.c01", 5, 4)]
    assert ask("r01.c01 <= other('KHAC-02', F2.*.#)", grid(r01_c01=5), others=others) == [("F1.r01.c01", 5, 2)]


@pytest.mark.parametrize("name", ["F1.r02.c01", "F1.r09.c01", "F9.r01.c01", "F2.*.c21", "F2.c22.c22", "F1.*.c01"])
def test_what_the_other_regime_does_not_say_skips_the_rule(ask, neighbour, name: str) -> None:
    assert ask(f"r01.c01 = other('KHAC-02', {name})", grid(r01_c01=8), others={"KHAC-02": neighbour}) == []


def test_a_regime_that_was_not_reported_skips_the_rule(ask) -> None:
    assert ask("r01.c01 = other('KHAC-02', F1.r01.c01)", grid(r01_c01=8)) == []


def test_nothing_to_report_elsewhere_is_zero(ask, neighbour) -> None:
    nil = OtherReport(neighbour.edition, Values({"F1": FormValues(nil=True)}))
    found = ask("r01.c01 = other('KHAC-02', F1.r01.c01)", grid(r01_c01=8), others={"KHAC-02": nil})
    assert found == [("F1.r01.c01", 8, 0)]


def test_a_name_in_another_regime_is_none_of_this_one(edition_with) -> None:
    edition = edition_with("r01.c01 = other('KHAC-02', F7.r01.c99)")
    (bound,) = bind(edition, edition.rules[0])
    assert [name.parts for name in bound.names] == [("F1", "r01", "c01")]
    assert isinstance(bound.test, Comparison)
    called = bound.test.right.arguments[0]  # type: ignore[union-attr]
    assert called == Call("other", (Text("KHAC-02"), Name(("F7", "r01", "c99"), 27)), 10)
    assert [name.parts for name in names(parse("c01 = other('A', F1.r01.c02) + c03"))] == [("c01",), ("c03",)]


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        ("r01.c01 = other('LA', F1.r01.c01)", "LA"),
        ("r01.c01 = other('KHAC-02', F1.r09.c01)", "F1.r09.c01"),
        ("r01.c01 = other('KHAC-02', F9.r01.c01)", "F9.r01.c01"),
        ("r01.c01 = other('KHAC-02', F2.r01.c22)", "F2.*.c22"),
        ("r01.c01 = other('KHAC-02', F2.*.c21)", "F2.*.c21"),
    ],
)
def test_what_another_regime_does_not_have_is_told_to_lint_that_can_look_it_up(
    edition_with, neighbour, expr: str, said: str
) -> None:
    edition = edition_with(expr)
    (problem,) = rule_problems(edition, {"KHAC-02": neighbour.edition}.get)
    assert said in problem.message
    assert rule_problems(edition) == []


def test_a_right_name_in_another_regime_is_no_problem(edition_with, neighbour) -> None:
    edition = edition_with("r01.c01 = other('KHAC-02', F1.r01.c01) + other('KHAC-02', F2.*.#)")
    assert rule_problems(edition, {"KHAC-02": neighbour.edition}.get) == []


@pytest.mark.parametrize(
    "expr",
    [
        "c01 = prev(ytd(c02))",
        "c01 = ytd(prev(c02))",
        "c01 = prev(other('KHAC-02', F1.r01.c01))",
        "c01 = other('KHAC-02', c01)",
        "c01 = other(c02, F1.r01.c01)",
        "c01 = other('THU-01', F1.r01.c01)",
        "c01 = F2.*.c22",
        "c01 = sum(F2.*.c22)",
        "other('KHAC-02', F1.r01.c01) = 5",
        "1 = 2",
        "c21 = ytd(c21)",
    ],
)
def test_looking_elsewhere_in_a_way_that_has_no_meaning_is_told_to_lint(edition_with, expr: str) -> None:
    edition = edition_with(expr, None if "c21" not in expr else "F2")
    assert len(rule_problems(edition)) == 1
    with pytest.raises(RuleSyntaxError):
        compile_rules(edition)


def test_records_are_not_added_over_the_year(edition_with) -> None:
    assert len(rule_problems(edition_with("c22 <= ytd(c22)", "F2"))) == 1
    assert rule_problems(edition_with("sum(c22) <= ytd(sum(c22))", "F2")) == []


def test_earlier_days_are_compared_as_days(make_small_edition, make_rule) -> None:
    form = Form("F1", label("L"), "grid", (Column("c01", label("Ngày"), "date"),), (Row("r01", label("r")),))
    edition = make_small_edition(forms=(form,), rules=(make_rule("c01 > prev(c01)"),))
    earlier = Values({"F1": FormValues(cells={("r01", "c01"): date(2026, 1, 31)})})
    moment = Context("2026-M02", "monthly", previous=earlier).moment(
        edition, Values({"F1": FormValues(cells={("r01", "c01"): date(2026, 1, 5)})})
    )
    assert len(compile_rules(edition).failures(moment, Tainted())) == 1
