"""The sheet of checks in a filing's workbook: what formulas make of the rules while people type, and marks on cells."""

from __future__ import annotations

from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Form, Label
from hub.domain.rule_excel_checks import FAILS, HOLDS, SKIPPED, CheckLine
from hub.domain.sheet_layout import CHECK_SHEET, CheckLayout, both, cell_name, column_letters
from hub.domain.sheet_places import Places
from hub.writers.row_height import height
from hub.writers.workbook_check_texts import MESSAGE_WIDTH, PLACE_WIDTH, LineText
from hub.writers.workbook_filing import Filing
from hub.writers.workbook_plan import WorkbookPlan
from hub.writers.workbook_styles import Styles, put_text

_TITLE = Label("Kiểm tra trước khi gửi", "Checks before sending")
_SEVERITIES = {
    "error": Label("Lỗi", "Error"), "warning": Label("Cảnh báo", "Warning"), "note": Label("Lưu ý", "Note"),
}  # fmt: skip
_FORM_HEADINGS = (
    Label("Biểu", "Form"), Label("Tên biểu", "Title"), Label("Tình trạng", "State"), Label("Đã điền", "Filled"),
    Label("Còn thiếu", "Missing"), Label("Không đọc được", "Unreadable"),
)  # fmt: skip
_LINE_HEADINGS = (
    Label("Kết quả", "Result"), Label("Quy tắc", "Rule"), Label("Chỗ", "Place"), Label("Số dòng sai", "Failing"),
    Label("Mức độ", "Severity"), Label("Đến ô", "Go to"), Label("Dòng sai đầu tiên", "First failing record"),
)  # fmt: skip
_WIDTHS = (14, MESSAGE_WIDTH, PLACE_WIDTH, 12, 20, 16, 16)
_HEADING_HEIGHT = 32
_NOT_IN_EXCEL = "Excel không tính được; hệ thống sẽ kiểm tra / not in Excel, the hub checks it"
_LOOKS: dict[str, dict[str, Any]] = {
    "error": {"bg_color": "#F8C9C4", "font_color": "#9C0006"},
    "warning": {"bg_color": "#FFE39A", "font_color": "#7F4F00"},
    "note": {"bg_color": "#DCE9F7"},
    "missing": {"bg_color": "#FFD9B3"},
    "holds": {"bg_color": "#DDF1DD", "font_color": "#1E6B1E"},
}
_CELLS, _STATES, _LEVELS = "hub_check_cells", "hub_check_states", "hub_check_severities"


class _Looks(NamedTuple):
    """How the cells of a line look, looked up once for all lines."""

    plain: Format
    state: Format
    link: Format

    @classmethod
    def of(cls, styles: Styles) -> _Looks:
        plain = styles(border=1, text_wrap=True, valign="top")
        return cls(plain, styles(border=1, align="center", valign="top", bold=True), styles.link)


class CheckSheet:
    """The sheet of checks of one workbook, and the conditional formats on its forms' sheets."""

    def __init__(self, filing: Filing, plan: WorkbookPlan) -> None:
        self.filing, self.plan = filing, plan
        self.layout = CheckLayout(plan.sheets.forms)
        self._formats: dict[str, Format] = {}

    def _look(self, kind: str) -> Format:
        if kind not in self._formats:
            self._formats[kind] = self.filing.book.add_format(_LOOKS[kind])
        return self._formats[kind]

    # -- marks on a form's sheet --------------------------------------------------------------------------------------

    def mark(self, sheet: Worksheet, form: Form) -> None:
        """Red where the hub refuses a cell or a rule fails, amber where it warns, orange where a cell is missing."""
        for mark in self.plan.marks[form.code]:
            kind = "error" if mark.kind == "unreadable" else "missing"
            self._format(sheet, mark.block, mark.formula, kind)
        lines = [line for line in self.plan.lines if line.cell.parts[0] == form.code]
        if form.kind == "list":
            for line in lines:
                if line.mark is not None:
                    self._format(sheet, self._record_block(line), line.mark, line.rule.severity)
            return
        for severity in ("error", "warning"):
            if any(line.state is not None and line.rule.severity == severity for line in lines):
                self._format(sheet, self._table(form), self._marked(form, severity), severity)

    def _format(self, sheet: Worksheet, block: tuple[int, int, int, int], formula: str, kind: str) -> None:
        rule = {"type": "formula", "criteria": f"={formula}", "format": self._look(kind), "stop_if_true": True}
        sheet.conditional_format(*block, rule)

    def _table(self, form: Form) -> tuple[int, int, int, int]:
        layout = self.plan.sheets.layouts[form.code]
        return layout.first_data_row, layout.first_column, layout.last_data_row, layout.last_column

    def _record_block(self, line: CheckLine) -> tuple[int, int, int, int]:
        form, _, column = line.cell.parts
        layout = self.plan.sheets.layouts[form]
        at = layout.column_of[column]
        return layout.first_data_row, at, self.plan.sheets.last_line(form), at

    def _marked(self, form: Form, severity: str) -> str:
        here = f'"{form.code}!"&ADDRESS(ROW(),COLUMN(),4)'
        return f'COUNTIFS({_CELLS},{here},{_STATES},"{FAILS}",{_LEVELS},"{both(_SEVERITIES[severity])}")>0'

    # -- the sheet ----------------------------------------------------------------------------------------------------

    def write(self) -> None:
        sheet = self.filing.add_sheet(CHECK_SHEET, _TITLE)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        self._write_counter(sheet)
        self._write_forms(sheet)
        self._write_lines(sheet)
        self._define_names()
        sheet.freeze_panes(self.layout.FORM_HEADER_ROW, 0)

    def _write_counter(self, sheet: Worksheet) -> None:
        errors = f"({self._failing('error')}+SUM({self.layout.form_column(CheckLayout.UNREADABLE)}))"
        missing = f"SUM({self.layout.form_column(CheckLayout.MISSING)})"
        warnings = self._failing("warning")
        text = (
            f'="Còn "&{errors}&" lỗi, "&{warnings}&" cảnh báo, "&{missing}&" ô bắt buộc chưa điền'
            f' / "&{errors}&" errors, "&{warnings}&" warnings, "&{missing}&" required cells missing"'
        )
        style = self.filing.styles(bold=True, font_size=13, font_color="#0B3D6B")
        sheet.write_formula(CheckLayout.COUNTER_ROW, 0, text, style, "")

    def _failing(self, severity: str) -> str:
        """How often rules of a severity fail: once a place, and once a record of a list."""
        count = max(1, len(self.plan.lines))
        states, levels, counts = (
            self.layout.line_column(column, count)
            for column in (CheckLayout.STATE, CheckLayout.SEVERITY, CheckLayout.COUNT)
        )
        level = f'"{both(_SEVERITIES[severity])}"'
        places = f'COUNTIFS({states},"{FAILS}",{levels},{level})-COUNTIFS({levels},{level},{counts},">0")'
        return f"({places}+SUMIFS({counts},{levels},{level}))"

    def _write_forms(self, sheet: Worksheet) -> None:
        styles = self.filing.styles
        plain, number = styles(border=1, text_wrap=True, valign="top"), styles(border=1, align="right", valign="top")
        sheet.set_row(CheckLayout.FORM_HEADER_ROW, _HEADING_HEIGHT)
        for column, heading in enumerate(_FORM_HEADINGS):
            put_text(sheet, CheckLayout.FORM_HEADER_ROW, column, both(heading), styles.header)
        for form, counts in zip(self.plan.sheets.forms, self.plan.forms, strict=True):
            row = self.layout.form_rows[form.code]
            sheet.set_row(row, height([(both(form.title), _WIDTHS[CheckLayout.TITLE])]))
            sheet.write_url(row, CheckLayout.CODE, f"internal:'{form.code}'!A1", styles.link, form.code)
            put_text(sheet, row, CheckLayout.TITLE, both(form.title), plain)
            sheet.write_formula(row, CheckLayout.FORM_STATE, self._form_state(form, row), plain, "")
            for column, formula in (
                (CheckLayout.SAID, counts.said),
                (CheckLayout.MISSING, self._missing(form, row, counts.missing)),
                (CheckLayout.UNREADABLE, counts.unreadable),
            ):
                sheet.write_array_formula(row, column, row, column, f"{{={formula}}}", number, 0)

    def _missing(self, form: Form, row: int, missing: str) -> str:
        """Of a form of which nothing was said all is missing if it is required, else nothing."""
        return missing if form.required else f"IF({cell_name(row, CheckLayout.SAID)}>0,{missing},0)"

    def _form_state(self, form: Form, row: int) -> str:
        nil = Places(self.plan.sheets, CHECK_SHEET).nil(form.code)
        said = cell_name(row, CheckLayout.SAID)
        return f'=IF({nil},"Không phát sinh / Nothing to report",IF({said}>0,"Đã điền / Filled","Chưa điền / Blank"))'

    def _write_lines(self, sheet: Worksheet) -> None:
        for column, heading in enumerate(_LINE_HEADINGS):
            put_text(sheet, self.layout.line_header_row, column, both(heading), self.filing.styles.header)
        sheet.set_row(self.layout.line_header_row, _HEADING_HEIGHT)
        looks = _Looks.of(self.filing.styles)
        for row, (line, text) in enumerate(
            zip(self.plan.lines, self.plan.texts, strict=True), self.layout.first_line_row
        ):
            self._write_line(sheet, row, line, text, looks)
        first, last = self.layout.first_line_row, self.layout.first_line_row + max(1, len(self.plan.lines)) - 1
        state = f"${column_letters(CheckLayout.STATE)}{first + 1}"
        level = f"${column_letters(CheckLayout.SEVERITY)}{first + 1}"
        for severity, label in _SEVERITIES.items():
            criteria = f'AND({state}="{FAILS}",{level}="{both(label)}")'
            self._format(sheet, (first, 0, last, CheckLayout.LINK), criteria, severity)
        self._format(sheet, (first, 0, last, 0), f'{state}="{HOLDS}"', "holds")

    def _write_line(self, sheet: Worksheet, row: int, line: CheckLine, text: LineText, looks: _Looks) -> None:
        self._write_state(sheet, row, line, looks.state)
        sheet.set_row(row, text.height)
        sheet.write_string(row, CheckLayout.MESSAGE, text.message, looks.plain)
        sheet.write_string(row, CheckLayout.PLACE, text.place, looks.plain)
        sheet.write_string(row, CheckLayout.SEVERITY, both(_SEVERITIES[line.rule.severity]), looks.plain)
        form = line.cell.parts[0]
        if text.cell:
            sheet.write_url(row, CheckLayout.LINK, f"internal:'{form}'!{text.cell}", looks.link, f"{form}!{text.cell}")
        else:
            sheet.write_string(row, CheckLayout.LINK, form, looks.plain)

    def _write_state(self, sheet: Worksheet, row: int, line: CheckLine, style: Format) -> None:
        if line.state is not None:
            sheet.write_array_formula(row, 0, row, 0, f"{{={line.state}}}", style, "")
            return
        if line.count is None:
            put_text(sheet, row, CheckLayout.STATE, _NOT_IN_EXCEL, style)
            return
        count, first = cell_name(row, CheckLayout.COUNT), CheckLayout.FIRST
        said = cell_name(self.layout.form_rows[line.form or ""], CheckLayout.SAID)
        state = f'=IF({count}>0,"{FAILS}",IF({said}>0,"{HOLDS}","{SKIPPED}"))'
        sheet.write_formula(row, CheckLayout.STATE, state, style, "")
        sheet.write_array_formula(row, CheckLayout.COUNT, row, CheckLayout.COUNT, f"{{={line.count}}}", style, 0)
        sheet.write_array_formula(row, first, row, first, f"{{={line.first}}}", style, "")

    def _define_names(self) -> None:
        count = max(1, len(self.plan.lines))
        for name, column in ((_CELLS, CheckLayout.LINK), (_STATES, CheckLayout.STATE), (_LEVELS, CheckLayout.SEVERITY)):
            self.filing.book.define_name(name, f"='{CHECK_SHEET}'!{self.layout.line_column(column, count)}")
        for name, place in sorted(self.plan.sheets.names.items()):
            self.filing.book.define_name(name, place)
