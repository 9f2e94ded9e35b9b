"""Structure: does every address that was given exist, in a form that is asked for and was filled in as its kind is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hub.domain.check_plan import FormPlan
from hub.domain.check_progress import Progress
from hub.domain.envelope import Raw, RawForm
from hub.domain.form import ALL_RECORDS, Address, Form
from hub.domain.number_text import Problem
from hub.domain.values import NIL, FormValues


def forms_to_read(progress: Progress) -> Iterator[tuple[FormPlan, RawForm]]:
    """The forms with something to read, in the edition's order; a finding instead for each that cannot be read.

    A form declared nil is taken over here: there is nothing to read in it.
    """
    for form in progress.edition.forms:
        raw = progress.reading.forms.get(form.code)
        if raw is None:
            continue
        given = bool(raw.cells or raw.records)
        if not form.applies_to(progress.frequency):
            if given or raw.nil:
                progress.findings.add_for_form("structure", _NOT_ASKED, form)
        elif raw.nil and given:
            progress.findings.add_for_form("structure", _NIL_WITH_VALUES, form)
        elif raw.nil:
            progress.values.forms[form.code] = FormValues(nil=True)
        elif raw.cells if form.kind == "list" else raw.records:
            progress.findings.add_for_form("structure", _WRONG_KIND[form.kind], form)
        elif given:
            yield progress.plan.forms[form.code], raw
    _find_unknown_forms(progress)


def _find_unknown_forms(progress: Progress) -> None:
    for code in sorted(set(progress.reading.forms) - set(progress.plan.forms)):
        problem = _unknown("unknown_form", "biểu", "form", [form.code for form in progress.edition.forms])
        progress.findings.add("structure", problem, Address(code, ALL_RECORDS, ALL_RECORDS), found=code)


def find_stray_cells(progress: Progress, plan: FormPlan, raw: RawForm) -> None:
    """Findings for the cells of a grid that the form does not have."""
    known = dict(plan.cells)
    for key in sorted(key for key in raw.cells if key not in known):
        _find_stray_cell(progress, plan, key, raw.cells[key])


def _find_stray_cell(progress: Progress, plan: FormPlan, key: tuple[str, str], given: Raw) -> None:
    """A cell that the form does not have, or that is blocked."""
    row, column = key
    if row not in plan.rows:
        problem = _unknown("unknown_row", "dòng", "row", plan.rows)
    elif column not in plan.columns:
        problem = _unknown("unknown_column", "cột", "column", plan.columns)
    elif isinstance(given, str) and not given.strip():
        return
    else:
        problem = _BLOCKED
    progress.findings.add("structure", problem, Address(plan.form.code, row, column), found=given)


def find_stray_column(progress: Progress, plan: FormPlan, address: Address, found: Raw, at: Address) -> None:
    """A finding for a value of a record in a column that the form does not have."""
    problem = _unknown("unknown_column", "cột", "column", plan.columns)
    progress.findings.add("structure", problem, address, found=found, at=at)


def find_too_many_records(progress: Progress, form: Form) -> None:
    """A finding for a list that goes on past its last possible record."""
    progress.findings.add_for_form("structure", _too_many_records(form), form)


def find_stray_section(progress: Progress, address: Address, known: Iterable[str]) -> None:
    """A finding for a narrative section that the edition does not have."""
    problem = _unknown("unknown_section", "mục", "section", known)
    progress.findings.add("structure", problem, address, found=address.column)


_NOT_ASKED = Problem(
    "form_not_asked",
    "Biểu này không thuộc kỳ báo cáo này. Hãy bỏ số liệu của biểu.",
    "This form is not asked for in this period. Leave it out.",
)
_NIL_WITH_VALUES = Problem(
    NIL + "_with_values",
    "Biểu vừa khai không phát sinh vừa có số liệu. Hãy bỏ một trong hai.",
    "The form is declared to have nothing to report, yet holds values. Remove one of the two.",
)
_WRONG_KIND = {
    "grid": Problem(
        "wrong_form_kind",
        "Biểu này có các dòng cố định, không nhận bản ghi.",
        "This form has fixed rows and takes no records.",
    ),
    "list": Problem(
        "wrong_form_kind",
        "Biểu này là danh sách bản ghi, không có các dòng cố định.",
        "This form is a list of records and has no fixed rows.",
    ),
}
_BLOCKED = Problem("blocked_cell", "Ô này không được ghi số liệu.", "Nothing may be entered in this cell.")


def _unknown(code: str, vi: str, en: str, known: Iterable[str]) -> Problem:
    shown = ", ".join(sorted(known)[:20])
    return Problem(code, f"Mẫu không có {vi} này. Có: {shown}.", f"There is no such {en}. There are: {shown}.", shown)


def _too_many_records(form: Form) -> Problem:
    return Problem(
        "too_many_records",
        f"Biểu có quá nhiều bản ghi; nhiều nhất {form.max_records}.",
        f"The form has too many records; at most {form.max_records}.",
        f"≤ {form.max_records}",
    )
