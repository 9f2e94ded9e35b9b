"""Value: has everything that was given one exact meaning within its bounds; what has is read, what has not is found."""

from __future__ import annotations

from hub.domain.cell_reading import bounds_problem
from hub.domain.check_plan import FormPlan
from hub.domain.check_progress import Progress
from hub.domain.context import Context
from hub.domain.envelope import Raw, RawForm
from hub.domain.form import ALL_RECORDS, Address
from hub.domain.number_text import Problem, clean_text
from hub.domain.packing import totals_too_large
from hub.domain.rule_moment import Moment
from hub.domain.structure_check import (
    find_stray_cells,
    find_stray_column,
    find_stray_section,
    find_too_many_records,
    forms_to_read,
)
from hub.domain.totals import fill_moment
from hub.domain.values import OUTLINE, FormValues, Value

_TOTAL_TOO_LARGE = Problem(
    "number_too_large",
    "Tổng của cột quá lớn. Hãy kiểm tra lại đơn vị tính.",
    "The total is too large. Check the unit of measure.",
)


def read_forms(progress: Progress) -> None:
    """Read all forms that can be read: their values, or a finding for each that has no one meaning."""
    for plan, raw in forms_to_read(progress):
        values = FormValues()
        if plan.form.kind == "grid":
            _read_grid(progress, plan, raw, values)
        else:
            _read_list(progress, plan, raw, values)
        if not values.blank:
            progress.values.forms[plan.form.code] = values


def _read_grid(progress: Progress, plan: FormPlan, raw: RawForm, values: FormValues) -> None:
    if (figures := plan.plain.read(raw.cells)) is not None:
        values.cells.update(figures)
        return
    code = plan.form.code
    get = raw.cells.get
    cells = values.cells
    read = 0
    for key, reader in plan.cells:
        given = get(key)
        if given is None:
            continue
        read += 1
        value = reader(given)
        if isinstance(value, Problem):
            progress.findings.add("value", value, Address(code, *key), found=given)
        elif value is not None:
            cells[key] = value
    if read < len(raw.cells):
        find_stray_cells(progress, plan, raw)


def _read_list(progress: Progress, plan: FormPlan, raw: RawForm, values: FormValues) -> None:
    form = plan.form
    numbers = progress.numbers.setdefault(form.code, [])
    for number, given in enumerate(raw.records, start=1):
        record = _read_record(progress, plan, given, len(numbers) + 1, number)
        if record is None:
            continue
        if len(numbers) == form.max_records:
            find_too_many_records(progress, form)
            break
        numbers.append(number)
        values.records.append(record)
    for address in totals_too_large(form, values):
        progress.findings.add("value", _TOTAL_TOO_LARGE, address)


def _read_record(
    progress: Progress, plan: FormPlan, given: dict[str, Raw], index: int, number: int
) -> dict[str, Value] | None:
    """The record that will have number ``index`` and has ``number`` in the Reading; None if it is blank."""
    record: dict[str, Value] = {}
    form, readers = plan.form.code, plan.readers
    said = False
    for column, raw in given.items():
        reader = readers.get(column)
        if reader is None:
            here, at = Address(form, str(index), column), Address(form, str(number), column)
            find_stray_column(progress, plan, here, raw, at)
            continue
        value = reader(raw)
        if isinstance(value, Problem):
            said = True
            here, at = Address(form, str(index), column), Address(form, str(number), column)
            progress.findings.add("value", value, here, found=raw, at=at)
        elif value is not None:
            record[column] = value
    return record if record or said else None


def read_outline(progress: Progress) -> None:
    """The narrative: known sections, clean text, not too long."""
    sections = {section.code: section for section in progress.edition.outline}
    for code, text in progress.reading.outline.items():
        section = sections.get(code)
        address = Address(OUTLINE, ALL_RECORDS, code)
        if section is None:
            find_stray_section(progress, address, sections)
            continue
        cleaned = clean_text(text, section.max_length)
        if isinstance(cleaned, Problem):
            progress.findings.add("value", cleaned, address, found=text)
        elif cleaned:
            progress.values.outline[code] = cleaned


def check_totals(progress: Progress, context: Context) -> Moment:
    """Fill blank totals, check their bounds, and lay everything out for the rules."""
    moment = context.moment(progress.edition, progress.values)
    for address, value in fill_moment(progress.edition, moment, progress.findings.tainted):
        progress.filled.append(address)
        column = progress.plan.forms[address.form].columns[address.column]
        problem = _TOTAL_TOO_LARGE if value is None else bounds_problem(column, value)
        if problem is not None:
            progress.findings.add("value", problem, address, found=value, at=progress.in_reading(address))
    return moment
