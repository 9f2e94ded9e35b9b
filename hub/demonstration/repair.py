"""Small corrections to invented figures: where a rule does not hold, its cell is given what the rule expects.

The relations that figures are drawn from are those of one form; a rule across forms, or one with a bound of its own, is
kept here, one cell at a time, for as long as fewer rules fail than before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal

from hub.domain.findings import Finding
from hub.domain.form import ALL_RECORDS, Address, Column
from hub.domain.regime import Edition
from hub.domain.rule_binding import THIS
from hub.domain.rules import compile_rules
from hub.domain.totals import computed, fill_totals
from hub.domain.values import Value, Values

MOST_CORRECTIONS = 40

Problems = Callable[[Values], list[Finding]]


def repaired(edition: Edition, values: Values, problems_of: Problems) -> tuple[Values, list[Finding]]:
    """The values after corrections that each made fewer problems, and the problems that are left."""
    problems = problems_of(values)
    for _ in range(MOST_CORRECTIONS):
        better = _better(edition, values, problems, problems_of)
        if better is None:
            break
        values, problems = better
    return values, problems


def _better(
    edition: Edition, values: Values, problems: list[Finding], problems_of: Problems
) -> tuple[Values, list[Finding]] | None:
    for finding in problems:
        for address, figure in _corrections(edition, values, finding):
            tried = with_value(edition, values, address, figure)
            left = problems_of(tried)
            if len(left) < len(problems):
                return tried, left
    return None


def _corrections(edition: Edition, values: Values, finding: Finding) -> Iterator[tuple[Address, Value]]:
    """What cells that the rule reads could hold: its own what is expected; the others more or less by what is off."""
    address = finding.address
    if finding.stage != "rule" or address is None:
        return
    if finding.expected is not None and ALL_RECORDS not in address:
        yield from _expected(edition, address, finding.expected)
    if finding.difference is not None and "/" not in finding.difference:
        yield from _moved(edition, values, finding, Decimal(finding.difference))
    for column in edition.form(address.form).columns if ALL_RECORDS not in address else ():
        for choice in column.choices:
            yield Address(address.form, address.row, column.code), choice.code


def _moved(edition: Edition, values: Values, finding: Finding, off: Decimal) -> Iterator[tuple[Address, Value]]:
    assert finding.address is not None
    for bound in compile_rules(edition).bound:
        for name in bound.names if bound.rule.id == finding.code else ():
            form, row, code = name.parts
            at = Address(form, {THIS: finding.address.row, ALL_RECORDS: "1"}.get(row, row), code)
            value = value_at(values, at)
            if isinstance(value, Decimal) and not is_computed(edition, at):
                column = edition.form(form).column(code)
                moved = ((value + change).quantize(Decimal(1).scaleb(-column.decimals)) for change in (-off, off))
                yield from ((at, figure) for figure in moved if _within(column, figure))


def value_at(values: Values, address: Address) -> Value | None:
    """The value of a cell of a grid or record; None where there is none."""
    said = values.forms.get(address.form)
    if said is None:
        return None
    if not address.row.isdigit():
        return said.cells.get((address.row, address.column))
    number = int(address.row)
    return said.records[number - 1].get(address.column) if number <= len(said.records) else None


def _expected(edition: Edition, address: Address, expected: str) -> Iterator[tuple[Address, Value]]:
    column = edition.form(address.form).column(address.column)
    if not column.numeric or "/" in expected or is_computed(edition, address):
        return
    step = Decimal(1).scaleb(-column.decimals)
    for figure in (Decimal(expected) + change for change in (Decimal(0), step, -step)):
        if _within(column, figure):
            yield address, figure.quantize(step)


def _within(column: Column, figure: Decimal) -> bool:
    low = column.minimum is None or figure >= column.minimum
    return low and (column.maximum is None or figure <= column.maximum)


def is_computed(edition: Edition, address: Address) -> bool:
    """True if a rule defines the cell."""
    targets = {cell.target for cell in computed(edition)}
    return tuple(address) in targets or (address.form, THIS, address.column) in targets


def with_value(edition: Edition, values: Values, address: Address, value: Value) -> Values:
    """A copy of the values with one cell set and every computed cell worked out anew."""
    copy = deepcopy(values)
    for cell in computed(edition):
        form, row, column = cell.target
        said = copy.forms.get(form)
        if said is not None:
            said.cells.pop((row, column), None)
            for record in said.records:
                record.pop(column, None)
    said = copy.forms[address.form]
    if address.row.isdigit():
        said.records[int(address.row) - 1][address.column] = value
    else:
        said.cells[address.row, address.column] = value
    fill_totals(edition, copy)
    return copy
