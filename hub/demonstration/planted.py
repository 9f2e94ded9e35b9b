"""Planted mistakes: each is one real way in which a report goes wrong, with the finding that must come of it.

Each is made from a right report by changing as little as possible, and only where the edition's own rules show that it
is a mistake: nothing here knows a regime.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from hub.demonstration import doors
from hub.demonstration.doors import Report
from hub.domain.checks import Context, check
from hub.domain.envelope import Door, Envelope
from hub.domain.findings import Finding
from hub.domain.form import Address
from hub.domain.sheet_layout import SheetLayout
from hub.domain.totals import computed, fill_totals
from hub.domain.values import FormValues, Values
from hub.readers.again import reading_of
from hub.services.core import Core

VIETNAMESE = "1.234,5"
VIETNAMESE_VALUE = Decimal("1234.5")


@dataclass(frozen=True)
class Mistake:
    """An arrival that must lead to the finding ``code``; ``refused``: it makes no version or is not sent."""

    kind: str
    vi: str
    en: str
    envelope: Envelope
    code: str
    refused: bool = True


Maker = Callable[[Core, Report], Mistake | None]


def wrong_total(core: Core, report: Report) -> Mistake | None:
    """A total that is one more than its parts."""
    for _, values in _changed(report, lambda value: value + 1):
        findings = _problems(report, values)
        if findings and all(finding.stage == "rule" and finding.severity == "error" for finding in findings):
            wrong = doors.envelope(core, replace(report, values=values), "json", "wrong-total")
            return Mistake("wrong_total", "Tổng sai", "A wrong total", wrong, findings[0].code)
    return None


def text_in_number(core: Core, report: Report) -> Mistake | None:
    """Words where a number belongs."""
    return _typed(core, report, "form", "text_in_number", "khoảng mười hai", "number_unreadable", (
        "Chữ trong ô số", "Text in a number cell",
    ))  # fmt: skip


def part_of_a_whole(core: Core, report: Report) -> Mistake | None:
    """``1.234,5`` in JSON where only whole numbers belong: it is read for what it is, and refused for that."""
    return _typed(core, report, "json", "part_of_a_whole", VIETNAMESE, "too_many_decimals", (
        "1.234,5 trong ô số nguyên", "1.234,5 where a whole number belongs",
    ))  # fmt: skip


def missing_cell(core: Core, report: Report) -> Mistake | None:
    """A required cell left out."""
    for _, values in _changed(report, lambda value: None):
        findings = _problems(report, values)
        if [finding.code for finding in findings] == ["cell_missing"]:
            wrong = doors.envelope(core, replace(report, values=values), "xml", "missing-cell")
            return Mistake("missing_cell", "Thiếu ô bắt buộc", "A missing required cell", wrong, "cell_missing")
    return None


def error_cell(core: Core, report: Report) -> Mistake | None:
    """A workbook in which a cell shows #DIV/0!."""
    address = next((each for each in _figures(report) if not _is_computed(report, each)), None)
    if address is None:
        return None
    right = doors.envelope(core, report, "xlsx", "error-cell")
    form = report.edition.form(address.form)
    broken = with_error_cell(right.content, form.code, SheetLayout(form).a1(address))
    return Mistake(
        "error_cell", "Ô lỗi #DIV/0! trong tệp Excel", "An error cell in a workbook",
        replace(right, content=broken), "error_cell",
    )  # fmt: skip


def wrong_unit(core: Core, report: Report, other: Report) -> Mistake:
    """Another unit's workbook, left on this unit's page."""
    wrong = doors.envelope(core, other, "xlsx", "wrong-unit")
    here = replace(wrong, filing_id=report.row.id, idempotency_key=doors.key_of(report.row, "wrong-unit"))
    return Mistake("wrong_unit", "Tệp của đơn vị khác", "Another unit's file", here, "wrong_unit")


MAKERS: tuple[Maker, ...] = (wrong_total, text_in_number, missing_cell, part_of_a_whole, error_cell)


def vietnamese_number(report: Report) -> tuple[Address, Report] | None:
    """The same report with 1.234,5 where one decimal or more is asked for and every rule still holds."""
    for address in _figures(report):
        decimals = report.edition.form(address.form).column(address.column).decimals
        if not decimals or _is_computed(report, address):
            continue
        values = without_totals(report)
        _put(values, address, VIETNAMESE_VALUE.quantize(Decimal(1).scaleb(-decimals)))
        fill_totals(report.edition, values)
        if not _problems(report, values):
            return address, replace(report, values=values)
    return None


def grouped(text: bytes) -> bytes:
    """The form's bytes with the figure as people group it: ``1234,500`` becomes ``1.234,5``."""
    return re.sub(rb"=1234%2C50*(?=&|$)", b"=1.234%2C5", text)


def unusual(report: Report) -> tuple[str, Report] | None:
    """The same report with one figure that only breaks a warning: the finding's key and the report."""
    for address in _figures(report):
        value = report.values.get(address)
        if not isinstance(value, Decimal) or not value or _is_computed(report, address):
            continue
        for times in (2, 3, 5, 10):
            values = without_totals(report)
            _put(values, address, value * times)
            fill_totals(report.edition, values)
            problems = _problems(report, values)
            if len(problems) == 1 and problems[0].severity == "warning":
                return problems[0].key, replace(report, values=values)
    return None


# --- finding where -----------------------------------------------------------------------------------------------


def _figures(report: Report) -> Iterator[Address]:
    """Every address that holds a figure, in the edition's order."""
    for form in report.edition.forms:
        values = report.values.forms.get(form.code)
        if values is None or values.nil:
            continue
        for row, column in form.cells():
            if isinstance(values.cells.get((row.code, column.code)), Decimal):
                yield Address(form.code, row.code, column.code)
        for number, record in enumerate(values.records, 1):
            for column in form.columns:
                if isinstance(record.get(column.code), Decimal):
                    yield Address(form.code, str(number), column.code)


def _is_computed(report: Report, address: Address) -> bool:
    row = "@" if address.row.isdigit() else address.row
    return any(cell.target == (address.form, row, address.column) for cell in computed(report.edition))


def _changed(report: Report, change: Callable[[Decimal], Decimal | None]) -> Iterator[tuple[Address, Values]]:
    """The report's values with one figure changed, or left out, each in turn."""
    for address in _figures(report):
        value = report.values.get(address)
        assert isinstance(value, Decimal)
        values = _copy(report.values)
        _put(values, address, change(value))
        yield address, values


def _copy(values: Values) -> Values:
    forms = {
        code: FormValues(dict(form.cells), [dict(record) for record in form.records], form.nil)
        for code, form in values.forms.items()
    }
    return Values(forms, dict(values.outline))


def _put(values: Values, address: Address, value: Decimal | None) -> None:
    form = values.forms[address.form]
    if address.row.isdigit():
        record = form.records[int(address.row) - 1]
        record.pop(address.column, None)
        if value is not None:
            record[address.column] = value
        return
    form.cells.pop((address.row, address.column), None)
    if value is not None:
        form.cells[address.row, address.column] = value


def without_totals(report: Report) -> Values:
    """A copy in which everything that rules compute is left blank, to be computed again."""
    values = _copy(report.values)
    for cell in computed(report.edition):
        code, row, column = cell.target
        form = values.forms.get(code)
        if form is None:
            continue
        form.cells.pop((row, column), None)
        for record in form.records if row == "@" else ():
            record.pop(column, None)
    return values


def _problems(report: Report, values: Values) -> list[Finding]:
    context = Context(report.row.period, report.row.frequency)
    found = check(report.edition, reading_of(report.edition, values), context).findings
    return [finding for finding in found if finding.severity != "note"]


# --- bytes -------------------------------------------------------------------------------------------------------


def _typed(
    core: Core, report: Report, door: Door, kind: str, text: str, code: str, names: tuple[str, str]
) -> Mistake | None:
    """The report with one figure typed as ``text``. A marker figure stands for it until the bytes are written."""
    marker = "918273645"
    for address in _figures(report):
        column = report.edition.form(address.form).column(address.column)
        if column.decimals or _is_computed(report, address):
            continue
        values = _copy(report.values)
        _put(values, address, Decimal(marker))
        right = doors.envelope(core, replace(report, values=values), door, kind)
        typed = text.replace(" ", "+") if door == "form" else text
        wrong = right.content.replace(marker.encode(), typed.encode())
        return Mistake(kind, *names, replace(right, content=wrong), code)
    return None


def with_error_cell(workbook: bytes, sheet: str, cell: str) -> bytes:
    """The workbook with the cell's value replaced by the error #DIV/0!, as Excel stores it."""
    source = zipfile.ZipFile(io.BytesIO(workbook))
    target = io.BytesIO()
    path = _sheet_path(source, sheet)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as broken:
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == path:
                pattern = rf'<c r="{cell}"( s="\d+")?[^>]*>.*?</c>'.encode()
                body = re.sub(pattern, rb'<c r="%s"\1 t="e"><v>#DIV/0!</v></c>' % cell.encode(), body, count=1)
            broken.writestr(entry, body)
    return target.getvalue()


def _sheet_path(book: zipfile.ZipFile, name: str) -> str:
    names = re.findall(rb'<sheet name="([^"]*)"', book.read("xl/workbook.xml"))
    return f"xl/worksheets/sheet{[each.decode() for each in names].index(name) + 1}.xml"
