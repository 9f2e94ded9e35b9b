"""Rules over many reports at once: compiled once, asked of each, with the verdict the hub gives when a report arrives.

Most reports keep most rules, so a report is first asked as it stands. Only where a rule fails is it worked out what the
report leaves out: what is required and missing has its own finding, and rules that need it are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, localcontext
from typing import TypeVar

from hub.domain.form import Address
from hub.domain.rule_asking import CompiledRules, Failure, Tainted
from hub.domain.rule_compilation import Vector
from hub.domain.rule_kinds import THIS
from hub.domain.rule_moment import Layout, Moment
from hub.domain.rule_numbers import EXACT_ARITHMETIC
from hub.domain.rule_totals import ComputedCell
from hub.domain.values import FormValues

Key = TypeVar("Key")


def backtest(rules: CompiledRules, reports: Iterable[tuple[Key, Moment]]) -> Iterator[tuple[Key, Failure]]:
    """Every failure of every report, report by report in the order given, rule by rule within one.

    A report is its values as they were read, with what its rules may look at (``Context.moment``). Reports are taken
    one at a time, so there may be any number.
    """
    nothing = Tainted()
    for key, moment in reports:
        failures = rules.failures(moment, nothing)
        if failures:
            tainted = left_out(rules, moment)
            failures = rules.failures(moment, tainted) if tainted else failures
        for failure in failures:
            yield key, failure


def left_out(rules: CompiledRules, moment: Moment) -> Tainted:
    """What the report leaves out though it is required, and totals that are only what is there added up."""
    tainted = Tainted()
    for code, values in moment.values.forms.items():
        for address in _missing(rules.forms[code], values):
            tainted.add(address)
    if tainted:
        with localcontext(EXACT_ARITHMETIC):
            for cell in rules.totals:
                for address in _distrusted(rules, cell, moment, tainted):
                    tainted.add(address)
    return tainted


def _missing(layout: Layout, values: FormValues) -> Iterator[Address]:
    """Required cells of a form that is neither nil nor blank."""
    if values.nil or values.blank:
        return
    form = layout.form
    if form.kind == "grid":
        for row, column in form.cells():
            if column.required and (row.code, column.code) not in values.cells:
                yield Address(form.code, row.code, column.code)
        return
    required = [column.code for column in form.columns if column.required]
    for number, record in enumerate(values.records, start=1):
        for code in required:
            if code not in record:
                yield Address(form.code, str(number), code)


def _distrusted(rules: CompiledRules, cell: ComputedCell, moment: Moment, tainted: Tainted) -> list[Address]:
    """Where the total has the value its rule gives, and needs something that is tainted."""
    form, row, column = cell.target
    if form not in moment.values.forms or moment.nil(form):
        return []
    if row != THIS:
        places: list[tuple[str, Vector]] = [(row, moment.grid(form))]
    else:
        places = [(str(number), record) for number, record in enumerate(moment.records(form), start=1)]
    index = rules.forms[form].column_offset[column] if row == THIS else cell.index
    return [
        Address(form, place, column)
        for place, vector in places
        if _follows(cell, vector, index, moment)
        and any(tainted.touches(formula.needed, place) for formula in cell.formulas)
    ]


def _follows(cell: ComputedCell, vector: Vector, index: int, moment: Moment) -> bool:
    """True if the total is what the first of its formulas that applies gives."""
    given = vector[index]
    for formula in cell.formulas:
        if formula.when is not None and formula.when(vector, cell.base, moment) is not True:
            continue
        value = formula.value(vector, cell.base, moment)
        if value is not None:
            return isinstance(given, Decimal) and abs(given - value) <= cell.quantum / 2
    return given is None
