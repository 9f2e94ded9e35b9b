"""One form's sheet in a filing's workbook: head, table, totals as formulas, validations."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from xlsxwriter.format import Format

from hub.domain.form import Address, Column, Form, Label
from hub.domain.sheet_layout import (
    HEADER_ROW,
    IDENTITY_CELL,
    NIL_CELL,
    NIL_MARK,
    NIL_ROW,
    NIL_TEXT,
    NOTICE_ROW,
    SheetLayout,
    both,
    code_text,
    column_text,
    row_text,
)
from hub.domain.sheet_places import ROW_AT_HAND
from hub.domain.values import FormValues, Value
from hub.writers.row_height import height
from hub.writers.workbook_cells import put_value
from hub.writers.workbook_checks import CheckSheet
from hub.writers.workbook_figures import follows
from hub.writers.workbook_filing import ChoiceLists, Filing
from hub.writers.workbook_plan import WorkbookPlan
from hub.writers.workbook_previous import Previous
from hub.writers.workbook_styles import LABEL_WIDTH, put_text, width_of
from hub.writers.workbook_validation import validation

_INFERRED = Label("* dòng, cột suy luận, văn bản không in.", "* row or column inferred, not printed in the text.")


class FormSheet:
    """One form's sheet."""

    def __init__(
        self, filing: Filing, choices: ChoiceLists, plan: WorkbookPlan, checks: CheckSheet, form: Form
    ) -> None:
        self.filing, self.choices, self.plan, self.checks, self.form = filing, choices, plan, checks, form
        self.styles = filing.styles
        self.layout = SheetLayout(form)
        self.values = filing.values.forms.get(form.code, FormValues())
        self.computed = plan.formulas[form.code]
        title = Label(f"{form.code}. {form.title.vi}", form.title.en)
        self.sheet = filing.add_sheet(form.code, title)

    def write(self) -> None:
        self._write_notice()
        self._write_nil()
        self._write_header()
        if self.form.kind == "grid":
            self._write_grid()
        else:
            self._write_list()
        self._set_validations()
        self.checks.mark(self.sheet, self.form)
        if self.form.kind == "list":
            self._draw_lines()
        self.sheet.freeze_panes(self.layout.first_data_row, self.layout.first_column)
        self.sheet.repeat_rows(self.layout.label_row, self.layout.code_row)
        self.filing.notes.put(self.sheet, self.form.code)
        self._write_previous()

    def _write_previous(self) -> None:
        values = self.filing.previous.forms.get(self.form.code)
        if values is None:
            return
        previous = Previous(self.filing, self.form, values)
        if self.layout.previous_beside:
            previous.beside(self.sheet)
        else:
            previous.apart()

    # -- head ---------------------------------------------------------------------------------------------------------

    def _write_notice(self) -> None:
        parts = [] if self.filing.fidelity is None else [both(self.filing.fidelity)]
        if any(column.inferred for column in self.form.columns) or any(row.inferred for row in self.form.rows):
            parts.append(both(_INFERRED))
        put_text(self.sheet, NOTICE_ROW, 0, " ".join(parts), self.styles(bold=True, font_color="#C00000"))

    def _write_nil(self) -> None:
        style = self.styles(border=1, align="center", bold=True, locked=False, bg_color="#FFFBE6", num_format="@")
        put_text(self.sheet, *NIL_CELL, NIL_MARK if self.values.nil else "", style)
        said = f"{NIL_TEXT}: chọn x nếu cả biểu không có số liệu / Nothing to report: choose x"
        put_text(self.sheet, NIL_ROW, 1, said, self.styles())
        self.sheet.data_validation(*NIL_CELL, *NIL_CELL, {"validate": "list", "source": [NIL_MARK]})

    def _write_header(self) -> None:
        layout, header = self.layout, self.styles.header
        stub = ("Mã", both(self.form.row_axis) or "Chỉ tiêu") if self.form.kind == "grid" else ("STT",)
        for at, text in enumerate(stub):
            put_text(self.sheet, layout.label_row, at, text, header)
            put_text(self.sheet, layout.unit_row, at, "", header)
            put_text(self.sheet, layout.code_row, at, "", header)
            self.sheet.set_column(at, at, (10, LABEL_WIDTH)[at])
        for column in self.form.columns:
            at = layout.column_of[column.code]
            put_text(self.sheet, layout.label_row, at, column_text(column), header)
            put_text(self.sheet, layout.unit_row, at, column.unit or "", header)
            put_text(self.sheet, layout.code_row, at, code_text(column.code), header)
            self.sheet.set_column(at, at, width_of(column), self._free(column))
        labels = [(column_text(column), width_of(column)) for column in self.form.columns]
        self.sheet.set_row(layout.label_row, height(labels))
        for level in range(layout.header_depth):
            self._write_groups(level)
        if self.form.kind == "list":
            self._lock_head()

    def _free(self, column: Column) -> Format | None:
        return self.styles.free(column) if self.form.kind == "list" else None

    def _lock_head(self) -> None:
        """A list's columns are open without end, so the blank cells above its table are locked one by one."""
        locked = self.styles()
        for row in range(HEADER_ROW):
            for column in range(self.layout.first_column, self.layout.last_column + 1):
                if (row, column) != IDENTITY_CELL and (row, column) != (NIL_ROW, 1):
                    self.sheet.write_blank(row, column, None, locked)

    def _write_groups(self, level: int) -> None:
        """Headings above the labels; neighbours with the same headings share one cell."""
        row = HEADER_ROW + level
        columns = [(self.layout.column_of[column.code], column.group[: level + 1]) for column in self.form.columns]
        for group, members in groupby(columns, key=lambda item: item[1]):
            places = [at for at, _ in members]
            text = both(group[level]) if len(group) > level else ""
            if len(places) > 1 and text:
                self.sheet.merge_range(row, places[0], row, places[-1], "", self.styles.header)
            for at in places[:1] if text else places:
                put_text(self.sheet, row, at, text, self.styles.header)

    # -- a grid -------------------------------------------------------------------------------------------------------

    def _write_grid(self) -> None:
        label = self.styles(border=1, text_wrap=True, valign="vcenter", bg_color="#EEF2F6")
        for at, row in self.layout.row_line():
            put_text(self.sheet, at, 0, row.code, label)
            text = row_text(row)
            put_text(self.sheet, at, 1, text, label)
            self.sheet.set_row(at, height([(text, LABEL_WIDTH)]))
            for column in self.form.columns:
                if (row.code, column.code) in self.form.blocked:
                    cell = self.layout.row_of[row.code], self.layout.column_of[column.code]
                    self.sheet.write_blank(*cell, None, self.styles.cell(column, "blocked"))
                else:
                    value = self.values.cells.get((row.code, column.code))
                    self._write_cell(Address(self.form.code, row.code, column.code), column, value, row.code)

    # -- a list -------------------------------------------------------------------------------------------------------

    def _write_list(self) -> None:
        self._write_totals()
        drawn = self.plan.sheets.drawn[self.form.code]
        self.sheet.set_column(0, 0, 10, self.styles(locked=False))
        for index, record in enumerate(self.values.records, 1):
            for column in self.form.columns:
                address = Address(self.form.code, str(index), column.code)
                value = record.get(column.code)
                if value is not None or (("@", column.code) in self.computed):
                    self._write_cell(address, column, value, "@")
        for row, code in self.computed:
            for index in range(len(self.values.records) + 1, drawn + 1):
                self._write_cell(Address(self.form.code, str(index), code), self.form.column(code), None, row)

    def _draw_lines(self) -> None:
        """Borders for the lines of a list: last, since what marks a cell comes first."""
        first, last = self.layout.first_data_row, self.plan.sheets.last_line(self.form.code)
        lines = {"type": "formula", "criteria": "=TRUE", "format": self.filing.book.add_format({"border": 1})}
        self.sheet.conditional_format(first, 0, last, self.layout.last_column, lines)

    def _write_totals(self) -> None:
        """The line above the records: how many there are, and the sum of each numeric column."""
        row = self.layout.total_row
        assert row is not None
        counted = self.layout.column_range(self._counted_column())
        style = self.styles(bold=True, border=1, bg_color="#E3F0FA", num_format='"Tổng số: "0')
        self.sheet.write_formula(row, 0, f"=COUNTA({counted})", style, len(self.values.records))
        for column in self.form.columns:
            at = self.layout.column_of[column.code]
            style = self.styles.cell(column, "total")
            if column.numeric and column.type != "percent":
                figures = [record.get(column.code) for record in self.values.records]
                total = sum((value for value in figures if isinstance(value, Decimal)), Decimal(0))
                self.sheet.write_formula(row, at, f"=SUM({self.layout.column_range(column.code)})", style, float(total))
            else:
                self.sheet.write_blank(row, at, None, style)

    def _counted_column(self) -> str:
        """The column whose filled cells say how many records there are: the first that every record must have."""
        return next((column.code for column in self.form.columns if column.required), self.form.columns[0].code)

    # -- cells ---------------------------------------------------------------------------------------------------------

    def _write_cell(self, address: Address, column: Column, value: Value | None, row_key: str) -> None:
        at = self.layout.cell_of(address)
        formula = self.computed.get((row_key, column.code))
        if formula is None or not self._follows(address, value):
            self._put(*at, column, value, self.styles.cell(column, "entry"))
            return
        text = formula.replace(ROW_AT_HAND, str(at[0] + 1))
        self.sheet.write_formula(*at, f"={text}", self.styles.cell(column, "total"), _cached(value))

    def _follows(self, address: Address, value: Value | None) -> bool:
        """False where a formula would lose the value that was given."""
        return value is None or follows(value, self.filing.by_rules.get(address))

    def _put(self, row: int, at: int, column: Column, value: Value | None, style: Format) -> None:
        as_text = self.styles(border=1, align="right", bg_color="#FFFBE6", locked=False, num_format="@")
        put_value(self.sheet, row, at, column, value, style, as_text)

    def _set_validations(self) -> None:
        first, last = self.layout.first_data_row, self.layout.last_data_row
        for column in self.form.columns:
            at = self.layout.column_of[column.code]
            choices = self.choices.source(self.form, column) if column.type == "choice" else ""
            self.sheet.data_validation(first, at, last, at, validation(column, choices))


def _cached(value: Value | None) -> float | str:
    """A formula's stored result: never a 0 that nobody computed."""
    return float(value) if isinstance(value, Decimal) else ""
