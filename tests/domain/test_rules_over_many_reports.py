"""A rule asked of a whole history: compiled once, the same verdicts as when each report arrived."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.checks import Context, check
from hub.domain.rule_batch import backtest
from hub.domain.rules import compile_rules
from hub.domain.values import FormValues, Values
from hub.readers.again import reading_of


def a_grid(**cells: str) -> Values:
    return Values({"F1": FormValues({tuple(key.split("_")): Decimal(text) for key, text in cells.items()})})  # type: ignore[misc]


@pytest.fixture
def verdicts(make_small_edition, make_grid, make_rule):
    """A callable (expression, reports) → (batch, server): the keys and addresses at which the rule fails."""

    def both(expr: str, reports: dict[str, Values], previous: Values | None = None, **fields: object):
        edition = make_small_edition(forms=(make_grid(3, 4),), rules=(make_rule(expr, **fields),), outline=())
        context = Context("2027-M01", "monthly", previous)
        moments = [(key, context.moment(edition, values)) for key, values in reports.items()]
        batch = [(key, str(failure.address)) for key, failure in backtest(compile_rules(edition), moments)]
        server = [
            (key, str(finding.address))
            for key, values in reports.items()
            for finding in check(edition, reading_of(edition, values), context).findings
            if finding.stage == "rule"
        ]
        return batch, server

    return both


def test_each_failing_report_is_named_with_the_place_that_fails(verdicts) -> None:
    reports = {"a": a_grid(r01_c01="1", r01_c02="2"), "b": a_grid(r01_c01="2", r01_c02="2"), "c": a_grid(r03_c02="1")}
    batch, server = verdicts("c02 <= c01", reports)
    assert batch == server == [("a", "F1.r01.c02")]


def test_a_rule_that_looks_back_sees_the_period_before(verdicts) -> None:
    batch, server = verdicts("c01 >= prev(c01)", {"a": a_grid(r02_c01="4")}, a_grid(r02_c01="5"))
    assert batch == server == [("a", "F1.r02.c01")]


def test_what_a_report_leaves_out_has_its_own_finding_and_skips_the_rule(small_edition) -> None:
    values = Values({"F1": FormValues({("r01", "c01"): Decimal(9), ("r01", "c02"): Decimal(5)})})
    moment = Context("2027-M01", "monthly").moment(small_edition, values)
    assert list(backtest(compile_rules(small_edition), [("a", moment)])) == []


def test_a_total_of_what_is_there_is_not_trusted_where_something_is_missing(small_edition) -> None:
    rows = {"r01": ("9", "5", "4"), "r02": ("7", "3", "4"), "r03": ("3", "3", None)}
    cells = {
        (row, f"c0{n}"): Decimal(text)
        for row, texts in rows.items()
        for n, text in enumerate(texts, 1)
        if text is not None
    }
    context = Context("2027-M01", "monthly")
    moment = context.moment(small_edition, Values({"F1": FormValues(dict(cells))}))
    failed = {str(failure.address) for _, failure in backtest(compile_rules(small_edition), [("a", moment)])}
    del cells["r03", "c01"]
    reading = reading_of(small_edition, Values({"F1": FormValues(cells)}))
    found = check(small_edition, reading, context).findings
    assert failed == {str(finding.address) for finding in found if finding.stage == "rule"} == {"F1.r01.c02"}


def test_reports_are_taken_one_at_a_time(small_edition) -> None:
    asked = []

    def reports():
        for number in range(3):
            asked.append(number)
            values = Values({"F1": FormValues({("r01", "c01"): Decimal(number)})})
            yield number, Context("2027-M01", "monthly").moment(small_edition, values)

    assert next(backtest(compile_rules(small_edition), reports()), None) is None
    assert asked == [0, 1, 2]
