"""What a workbook's formulas are: worked out once for an edition and its lists' lengths, and used for every unit.

Only where a report looks elsewhere (an earlier period, another regime) or gives a total that its rule does not, they
are worked out for that one workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.domain.context import Context
from hub.domain.form import Address, Form
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition
from hub.domain.rule_excel import computed_cells, total_to_excel
from hub.domain.rule_excel_checks import CheckLine, FormLine, Mark, check_lines, form_line, form_marks
from hub.domain.rule_kinds import THIS
from hub.domain.rule_moment import Moment
from hub.domain.rule_settling import asked_rules, settled, settles
from hub.domain.sheet_layout import BLANK_RECORDS
from hub.domain.sheet_places import ROW_AT_HAND, Book, Cell, Places
from hub.domain.totals import computed
from hub.domain.values import FormValues, Value, Values
from hub.writers.workbook_check_texts import LineText, line_text
from hub.writers.workbook_figures import follows

Formulas = dict[str, dict[tuple[str, str], str]]
"""By form and (row, column) the formula of a total, without ``=``; of a list's record with ROW_AT_HAND for its line."""


@dataclass(frozen=True)
class WorkbookPlan:
    """Every formula of a workbook."""

    sheets: Book
    formulas: Formulas
    lines: list[CheckLine]
    texts: list[LineText]
    forms: list[FormLine]
    marks: dict[str, list[Mark]]


@dataclass(frozen=True)
class _Known:
    """The plans of an edition that hold for every unit: by the forms asked for and the lengths of their lists."""

    always: bool
    plans: dict[tuple[tuple[str, ...], tuple[tuple[str, int], ...]], WorkbookPlan] = field(default_factory=dict)


def plan_of(
    edition: Edition,
    forms: tuple[Form, ...],
    values: Values,
    by_rules: Values,
    choices: Mapping[tuple[str, str], str],
    context: Context | None,
) -> WorkbookPlan:
    """The formulas of the workbook that holds these values."""
    drawn = {form.code: _drawn(form, values) for form in forms if form.kind == "list"}
    typed = frozenset(_typed(edition, forms, values, by_rules))
    known = _known(edition)
    if typed or not known.always:
        moment = context.moment(edition, values) if context is not None else None
        return _planned(edition, forms, drawn, typed, choices, moment)
    key = tuple(form.code for form in forms), tuple(drawn.items())
    plan = known.plans.get(key)
    if plan is None:
        plan = known.plans[key] = _planned(edition, forms, drawn, typed, choices, None)
    return plan


@per_edition
def _known(edition: Edition) -> _Known:
    return _Known(not settles(edition))


def _drawn(form: Form, values: Values) -> int:
    """The lines drawn of a list, in steps, so that a few records more or less make the same workbook."""
    count = len(values.forms.get(form.code, FormValues()).records)
    wanted = BLANK_RECORDS if count + 50 <= BLANK_RECORDS else -(-(count + 50) // 250) * 250
    return min(wanted, form.max_records)


def _typed(edition: Edition, forms: tuple[Form, ...], values: Values, by_rules: Values) -> list[Cell]:
    """The totals whose given value is not what their rule gives: the cell then holds the value."""
    codes = {form.code for form in forms}
    found: list[Cell] = []
    for cell in computed(edition):
        form, row, column = cell.target
        said = values.forms.get(form)
        if said is None or form not in codes:
            continue
        rows = [row] if row != THIS else [str(number) for number in range(1, len(said.records) + 1)]
        if any(_is_typed(Address(form, each, column), values, by_rules) for each in rows):
            found.append(cell.target)
    return found


def _is_typed(address: Address, values: Values, by_rules: Values) -> bool:
    value: Value | None = values.get(address)
    return value is not None and not follows(value, by_rules.get(address))


def _planned(
    edition: Edition,
    forms: tuple[Form, ...],
    drawn: Mapping[str, int],
    typed: frozenset[Cell],
    choices: Mapping[tuple[str, str], str],
    moment: Moment | None,
) -> WorkbookPlan:
    formulas: Formulas = {}
    sheets = Book(forms, drawn, {}, choices)
    for form in forms:
        formulas[form.code] = _totals(edition, form, sheets, moment)
    filled = {
        form.code: frozenset(column for _, column in formulas[form.code]) for form in forms if form.kind == "list"
    }
    not_written = {cell.target for cell in computed(edition) if cell.target[1:] not in formulas.get(cell.target[0], {})}
    sheets = Book(forms, drawn, filled, choices, typed | not_written)
    lines = check_lines(edition, asked_rules(edition, moment), sheets)
    return WorkbookPlan(
        sheets,
        formulas,
        lines,
        [line_text(edition, line, sheets) for line in lines],
        [form_line(edition, form.code, sheets) for form in forms],
        {form.code: form_marks(edition, form.code, sheets) for form in forms},
    )


def _totals(edition: Edition, form: Form, sheets: Book, moment: Moment | None) -> dict[tuple[str, str], str]:
    places = Places(sheets, form.code, (ROW_AT_HAND, ROW_AT_HAND))
    formulas = {}
    for (row, column), node in computed_cells(edition, form.code).items():
        tree = settled(edition, node, form.code, row, moment)
        formula = total_to_excel(edition, tree, places)
        if formula is not None:
            formulas[row, column] = formula
    return formulas
