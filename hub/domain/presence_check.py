"""Presence: is all there that must be, at this frequency; nothing is called missing that has a finding already."""

from __future__ import annotations

from collections.abc import Iterator

from hub.domain.check_plan import FormPlan
from hub.domain.check_progress import Progress
from hub.domain.form import ALL_RECORDS, Address, Label
from hub.domain.number_text import Problem
from hub.domain.regime import OutlineSection
from hub.domain.rule_binding import THIS
from hub.domain.values import OUTLINE, FormValues


def find_missing(progress: Progress) -> None:
    """Required forms, cells and narrative sections of this frequency that are not there."""
    for form in progress.edition.forms_for(progress.frequency):
        values = progress.values.forms.get(form.code)
        if values is None:
            if form.required and form.code not in progress.findings.tainted.forms:
                progress.findings.add_for_form("presence", _FORM_MISSING, form)
        elif not values.nil:
            for address in list(_missing_in(progress, progress.plan.forms[form.code], values)):
                label = progress.plan.forms[form.code].columns[address.column].label
                progress.findings.add("presence", _cell_missing(label), address, at=progress.in_reading(address))
    for section in progress.edition.outline:
        address = Address(OUTLINE, ALL_RECORDS, section.code)
        if (
            section.required
            and section.code not in progress.values.outline
            and address not in progress.findings.tainted.cells
        ):
            progress.findings.add("presence", _section_missing(section), address)
    _distrust_totals(progress)


def _distrust_totals(progress: Progress) -> None:
    """Totals computed from what is missing or wrong are not used by rules: the mistake has its finding already."""
    tainted = progress.findings.tainted
    for address in progress.filled if tainted else ():
        row = THIS if progress.edition.form(address.form).kind == "list" else address.row
        formulas = progress.plan.formulas[address.form, row, address.column]
        if any(tainted.touches(formula.needed, address.row) for formula in formulas):
            tainted.add(address)


def _missing_in(progress: Progress, plan: FormPlan, values: FormValues) -> Iterator[Address]:
    form = plan.form.code
    if plan.form.kind == "grid":
        cells = values.cells
        if cells.keys() >= plan.required_keys:
            return
        for key in plan.required:
            if key not in cells and _is_missing(progress, plan, Address(form, *key), key):
                yield Address(form, *key)
        return
    for number, record in enumerate(values.records, start=1):
        for column in plan.required_columns:
            if column not in record:
                address = Address(form, str(number), column)
                if _is_missing(progress, plan, address, (THIS, column)):
                    yield address


def _is_missing(progress: Progress, plan: FormPlan, address: Address, key: tuple[str, str]) -> bool:
    """False where a finding says it already, and for a total that lacks only what is missing or wrong itself."""
    if address in progress.findings.tainted.cells:
        return False
    if key not in plan.totals or not _input_is_missing(progress, address, key):
        return True
    progress.findings.tainted.add(address)
    return False


def _input_is_missing(progress: Progress, address: Address, key: tuple[str, str]) -> bool:
    for formula in progress.plan.formulas[address.form, *key]:
        for name in formula.needed:
            form, row, column = name.parts
            if ALL_RECORDS in name.parts:
                continue
            needed = Address(form, address.row if row == THIS else row, column)
            required = progress.plan.forms[form].columns[column].required
            if needed in progress.findings.tainted.cells or (required and progress.values.get(needed) is None):
                return True
    return False


_FORM_MISSING = Problem(
    "form_missing",
    "Biểu chưa có số liệu. Nếu không phát sinh, hãy khai “Không phát sinh”.",
    "The form is not filled in. If there is nothing to report, declare so.",
)


def _cell_missing(label: Label) -> Problem:
    return Problem(
        "cell_missing",
        f"Chưa điền “{label.vi}”. Không có thì ghi 0; không áp dụng thì ghi N/A.",
        f"“{label.en}” is not filled in. Write 0 for none, N/A if it does not apply.",
    )


def _section_missing(section: OutlineSection) -> Problem:
    return Problem(
        "section_missing",
        f"Chưa viết mục “{section.title.vi}”.",
        f"The section “{section.title.en}” is not written.",
    )
