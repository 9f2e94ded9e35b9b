"""A workbook and a page hold one report: what rules see outside it is worked out before, and nothing else changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.context import Context
from hub.domain.form import Column, Form, Label, Row
from hub.domain.rule_grammar import Call, Comparison, Number, Product
from hub.domain.rule_moment import OtherReport
from hub.domain.rule_settling import MISSING, asked_rules, settles
from hub.domain.values import FormValues, Values


def f1(**cells: str) -> Values:
    return Values({"F1": FormValues({tuple(key.split("_")): Decimal(text) for key, text in cells.items()})})  # type: ignore[misc]


@pytest.fixture
def asked(make_small_edition, make_grid, make_rule):
    """A callable (expression, **what is known) → the asked rules of a 2 × 3 grid."""

    def ask(expr: str, **known: object):
        edition = make_small_edition(forms=(make_grid(2, 3),), rules=(make_rule(expr),), outline=())
        context = Context("2027-M03", "monthly", **known)  # type: ignore[arg-type]
        return asked_rules(edition, context.moment(edition, Values()))

    return ask


def right(rule) -> object:
    assert isinstance(rule.test, Comparison)
    return rule.test.right


def test_a_rule_about_the_report_alone_is_asked_as_it_is_bound(asked) -> None:
    (rule,) = asked("c01 <= c02")
    assert rule.test is rule.bound.test
    assert rule.rows == ("r01", "r02")


def test_last_periods_figure_becomes_a_constant_row_by_row(asked) -> None:
    first, second = asked("c01 >= prev(c02)", previous=f1(r01_c02="7"))
    assert (first.rows, right(first)) == (("r01",), Call("given", (Number(Decimal(7)),)))
    assert (second.rows, right(second)) == (("r02",), MISSING)


def test_without_an_earlier_report_it_is_missing(asked) -> None:
    assert [right(rule) for rule in asked("c01 >= prev(c02)")] == [MISSING, MISSING]


def test_an_endless_fraction_stays_exact(asked) -> None:
    rule = asked("c01 >= prev(c02 / c03)", previous=f1(r01_c02="1", r01_c03="3"))[0]
    assert right(rule) == Call("given", (Product((("*", Number(Decimal(1))), ("/", Number(Decimal(3))))),))


def test_the_year_to_date_keeps_the_figure_that_is_still_being_typed(asked) -> None:
    (sign, now), constant = right(asked("c01 >= ytd(c02)", so_far=[f1(r01_c02="2"), f1(r01_c02="3")])[0]).terms
    assert (sign, now.parts, constant) == (1, ("F1", "@", "c02"), (1, Number(Decimal(5))))
    assert [right(one) for one in asked("c01 >= ytd(c02)", so_far=[f1(r01_c02="2"), f1()])] == [MISSING, MISSING]


def test_what_is_skipped_for_a_wrong_figure_of_this_year_is_still_skipped(asked) -> None:
    rule = asked("c01 >= ytd(c02)")[0]
    assert right(rule) == MISSING
    assert {name.parts[2] for name in rule.needed} == {"c01", "c02"}


def test_another_regimes_figure_becomes_a_constant(asked, make_small_edition) -> None:
    column = Column("c01", Label("x", "x"), "integer")
    other = make_small_edition(forms=(Form("K1", Label("x", "x"), "grid", (column,), (Row("r01", Label("x", "x")),)),),
                               rules=(), outline=(), regime="KHAC")  # fmt: skip
    values = Values({"K1": FormValues({("r01", "c01"): Decimal(9)})})
    known = asked("c01 >= other('KHAC', K1.r01.c01)", others={"KHAC": OtherReport(other, values)})
    assert [right(rule) for rule in known] == [Call("given", (Number(Decimal(9)),))] * 2
    assert right(asked("c01 >= other('KHAC', K1.r01.c01)")[0]) == MISSING


def test_figures_of_a_message_are_settled_too(make_small_edition, make_grid, make_rule) -> None:
    rule = make_rule("c01 <= c02", message=Label("Kỳ trước {prev(c01)}", "Before {prev(c01)}"))
    edition = make_small_edition(forms=(make_grid(1, 2),), rules=(rule,), outline=())
    assert settles(edition)
    moment = Context("2027-M03", "monthly", f1(r01_c01="4")).moment(edition, Values())
    (asked,) = asked_rules(edition, moment)
    assert asked.shown == {"prev(c01)": Call("given", (Number(Decimal(4)),))}
