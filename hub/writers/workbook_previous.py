"""Last period's values: grey, locked, never read. Beside a narrow grid, else on a sheet at the same addresses."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Column, Form, Label
from hub.domain.sheet_layout import (
    NIL_ROW,
    NOTICE_ROW,
    SheetLayout,
    both,
    code_text,
    column_text,
    previous_sheet,
    previous_text,
    row_text,
)
from hub.domain.values import FormValues, Value
from hub.writers.row_height import height
from hub.writers.workbook_cells import put_value
from hub.writers.workbook_filing import Filing
from hub.writers.workbook_styles import LABEL_WIDTH, put_text, shown_as, width_of

MOST_RECORDS = 500
"""Records of last period that are shown: who needs more opens last period's report."""
_NOTICE = Label(
    "Số liệu kỳ trước, chỉ để xem; không được đọc khi tải lên. Mỗi số đứng đúng ô như ở trang biểu.",
    "Last period's values for reference; never read. Each stands in the same cell as on the form's own sheet.",
)
_NIL = Label("Kỳ trước: không phát sinh", "Last period: nothing to report")


class Previous:
    """Last period's values of one form."""

    def __init__(self, filing: Filing, form: Form, values: FormValues) -> None:
        self.filing, self.form, self.values = filing, form, values
        self.layout = SheetLayout(form)
        look = {"bg_color": "#EFEFEF", "font_color": "#606060"}
        self.header = filing.styles(
            border=1, align="center", valign="vcenter", text_wrap=True, italic=True, **look
        )  # fmt: skip
        self.label = filing.styles(border=1, text_wrap=True, valign="vcenter", **look)
        self._look = look

    def _style(self, column: Column) -> Format:
        return self.filing.styles(border=1, **self._look, **shown_as(column))

    def _put(self, sheet: Worksheet, row: int, at: int, column: Column, value: Value | None) -> None:
        as_text = self.filing.styles(border=1, align="right", num_format="@", **self._look)
        put_value(sheet, row, at, column, value, self._style(column), as_text)

    def beside(self, sheet: Worksheet) -> None:
        """A grey column for each column of figures, to the right of the table and outside of what is printed."""
        layout = self.layout
        sheet.set_column(layout.last_column + 1, layout.last_column + 1, 3)
        for code, at in layout.previous_columns.items():
            column = self.form.column(code)
            sheet.set_column(at, at, 16)
            put_text(sheet, layout.label_row, at, previous_text(code), self.header)
            put_text(sheet, layout.unit_row, at, column.unit or "", self.header)
            put_text(sheet, layout.code_row, at, "", self.header)
            for row, line in layout.row_line():
                self._put(sheet, row, at, column, self.values.cells.get((line.code, code)))
        labels = [(column_text(column), width_of(column)) for column in self.form.columns]
        headings = [(previous_text(code), 16.0) for code in layout.previous_columns]
        sheet.set_row(layout.label_row, height([*labels, *headings]))
        sheet.print_area(0, 0, layout.last_data_row, layout.last_column)

    def apart(self) -> None:
        """A sheet like the form's own, in grey."""
        title = Label(f"Kỳ trước. {self.form.code}. {self.form.title.vi}", f"Last period. {self.form.title.en}")
        sheet = self.filing.add_sheet(previous_sheet(self.form.code), title)
        sheet.set_tab_color("#A6A6A6")
        put_text(sheet, NOTICE_ROW, 0, both(_NOTICE), self.filing.styles(bold=True, font_color="#606060"))
        if self.values.nil:
            put_text(sheet, NIL_ROW, 1, both(_NIL), self.filing.styles(bold=True))
        self._write_header(sheet)
        if self.form.kind == "grid":
            self._write_rows(sheet)
        else:
            self._write_records(sheet)
        sheet.freeze_panes(self.layout.first_data_row, self.layout.first_column)
        sheet.repeat_rows(self.layout.label_row, self.layout.code_row)

    def _write_header(self, sheet: Worksheet) -> None:
        layout = self.layout
        for at in range(layout.first_column):
            sheet.set_column(at, at, (10, LABEL_WIDTH)[at])
            for row in (layout.label_row, layout.unit_row, layout.code_row):
                put_text(sheet, row, at, "", self.header)
        for column in self.form.columns:
            at = layout.column_of[column.code]
            sheet.set_column(at, at, width_of(column))
            put_text(sheet, layout.label_row, at, column_text(column), self.header)
            put_text(sheet, layout.unit_row, at, column.unit or "", self.header)
            put_text(sheet, layout.code_row, at, code_text(column.code), self.header)
        labels = [(column_text(column), width_of(column)) for column in self.form.columns]
        sheet.set_row(layout.label_row, height(labels))

    def _write_rows(self, sheet: Worksheet) -> None:
        for at, row in self.layout.row_line():
            put_text(sheet, at, 0, row.code, self.label)
            put_text(sheet, at, 1, row_text(row), self.label)
            sheet.set_row(at, height([(row_text(row), LABEL_WIDTH)]))
            for column in self.form.columns:
                value = self.values.cells.get((row.code, column.code))
                self._put(sheet, at, self.layout.column_of[column.code], column, value)

    def _write_records(self, sheet: Worksheet) -> None:
        records = self.values.records
        if len(records) > MOST_RECORDS:
            said = (
                f"{MOST_RECORDS} / {len(records)} bản ghi đầu tiên / the first {MOST_RECORDS} of {len(records)} records"
            )
            put_text(sheet, NIL_ROW, 1, said, self.filing.styles(bold=True))
        for at, record in enumerate(records[:MOST_RECORDS], self.layout.first_data_row):
            sheet.write_number(at, 0, at - self.layout.first_data_row + 1, self.label)
            for column in self.form.columns:
                self._put(sheet, at, self.layout.column_of[column.code], column, record.get(column.code))
