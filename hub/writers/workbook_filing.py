"""What all sheets of a filing's workbook share, the sheets of text, and the hidden lists of choices."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Column, Form, Label
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.sheet_layout import (
    BASIS_ROW,
    CHOICE_SHEET,
    EXPLANATION_SHEET,
    HEADER_ROW,
    IDENTITY_CELL,
    OUTLINE_SHEET,
    PERIOD_ROW,
    TEXT_CODE_COLUMN,
    TEXT_COLUMN,
    TEXT_FIRST_ROW,
    TEXT_TITLE_COLUMN,
    TITLE_EN_ROW,
    TITLE_ROW,
    UNIT_ROW,
    both,
    choice_text,
    column_letters,
)
from hub.domain.totals import totals_by_rules
from hub.domain.values import OUTLINE, Values
from hub.domain.workbook_identity import WorkbookIdentity
from hub.writers.workbook_about import Remarked
from hub.writers.workbook_notes import Notes
from hub.writers.workbook_styles import PlainSheet, Styles, put_text

DEMONSTRATION = "DỮ LIỆU TRÌNH DIỄN, KHÔNG PHẢI SỐ LIỆU THẬT / DEMONSTRATION DATA, NOT REAL FIGURES"
_BLANK_EXPLANATIONS = 50
_PROTECTION = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}
_SCOPES = {
    "own": Label("số liệu của chính đơn vị", "own figures"),
    "rollup": Label("số liệu tổng hợp toàn địa bàn", "summary of all subordinate units"),
}
_FIDELITY = {
    "enumerated": Label(
        "Mẫu biểu dựng theo danh mục chỉ tiêu trong văn bản; bố cục bảng do hệ thống sắp xếp.",
        "This form follows the items the text lists; the hub laid out the table.",
    ),
    "derived": Label("Mẫu biểu suy ra từ nội dung văn bản.", "It is derived from the text."),
    "memory": Label("Mẫu biểu chưa đối chiếu được với văn bản gốc.", "It has not been compared with the source."),
}
_AWAITS = Label("Biểu chờ cơ quan chủ trì xác nhận.", "Form awaiting confirmation by its owner.")


class Filing:
    """What all sheets of the workbook share, and the sheets of text."""

    def __init__(
        self,
        book: Workbook,
        edition: Edition,
        identity: WorkbookIdentity,
        unit_name: str,
        demonstration: bool,
        values: Values,
        previous: Values,
        remarked: tuple[Remarked, ...] = (),
    ) -> None:
        self.book, self.edition, self.identity = book, edition, identity
        self.unit_name, self.demonstration = unit_name, demonstration
        self.values, self.previous = values, previous
        self.by_rules = totals_by_rules(edition, values)
        self.styles = Styles(book)
        self.notes = Notes(edition, remarked)

    def add_sheet(self, name: str, title: Label) -> Worksheet:
        """A protected sheet with its head: titles, basis, unit, period, notice, identity."""
        sheet = self.book.add_worksheet(name, PlainSheet)
        plain, faint = self.styles(), self.styles(font_color="#808080", font_size=8)
        self._write_title(sheet, title)
        put_text(sheet, BASIS_ROW, 0, f"Căn cứ / Legal basis: {self.edition.legal_basis.text}", plain)
        put_text(sheet, UNIT_ROW, 0, f"Đơn vị báo cáo / Reporting unit: {self.unit_name} ({self.identity.unit})", plain)
        put_text(sheet, PERIOD_ROW, 0, self._period_line(), plain)
        put_text(sheet, IDENTITY_CELL[0], 0, "ID", faint)
        put_text(sheet, *IDENTITY_CELL, self.identity.cell_text(name), faint)
        sheet.protect("", _PROTECTION)
        self._set_page(sheet, name)
        return sheet

    def _write_title(self, sheet: Worksheet, title: Label) -> None:
        mark = f"[{DEMONSTRATION}] " if self.demonstration else ""
        bold = self.styles(bold=True, font_size=14, font_color="#C00000" if self.demonstration else "#000000")
        put_text(sheet, TITLE_ROW, 0, mark + title.vi, bold)
        put_text(sheet, TITLE_EN_ROW, 0, title.en, self.styles(italic=True))

    def _period_line(self) -> str:
        scope = _SCOPES.get(self.identity.scope, Label(self.identity.scope, self.identity.scope))
        label = both(Period.parse(self.identity.period).label)
        return f"Kỳ báo cáo / Period: {label} ({self.identity.period}); phạm vi / scope: {both(scope)}"

    def _set_page(self, sheet: Worksheet, name: str) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        mark = f"&C{DEMONSTRATION}" if self.demonstration else ""
        left = f"{self.edition.regime} {self.identity.period} {name}".replace("&", "&&")[:120]
        sheet.set_header(f"&L{left}{mark}")
        sheet.set_footer(f"&L{self.identity.unit.replace('&', '&&')[:60]}{mark}&R&P/&N")

    @property
    def fidelity(self) -> Label | None:
        """What to know about where the form comes from; nothing for one that was printed."""
        said = _FIDELITY.get(self.edition.fidelity)
        if said is None or not self.edition.awaits_confirmation:
            return said
        return Label(f"{_AWAITS.vi} {said.vi}", f"{_AWAITS.en} {said.en}")

    def write_outline(self) -> None:
        """The narrative: one row a section."""
        sheet = self._text_sheet(OUTLINE_SHEET, Label("Đề cương báo cáo", "Narrative"), "Mục / Section")
        for index, section in enumerate(self.edition.outline):
            text = self.values.outline.get(section.code, "")
            self._text_row(sheet, index, section.code, both(section.title), text)
        self.notes.put(sheet, OUTLINE)

    def write_explanations(self, explanations: Mapping[str, str], warnings: Mapping[str, str]) -> None:
        """Explanations of warnings: the finding's key as the hub shows it, what it says, and the text so far."""
        title = Label("Giải trình cảnh báo", "Explanations of warnings")
        sheet = self._text_sheet(EXPLANATION_SHEET, title, "Mã cảnh báo / Warning")
        keys = sorted({*explanations, *warnings})
        for index, key in enumerate([*keys, *[""] * _BLANK_EXPLANATIONS]):
            self._text_row(sheet, index, key, warnings.get(key, ""), explanations.get(key, ""), open_key=True)

    def _text_sheet(self, name: str, title: Label, key: str) -> Worksheet:
        sheet = self.add_sheet(name, title)
        for column, (heading, width) in enumerate(((key, 24), ("Nội dung / Subject", 44), ("Văn bản / Text", 100))):
            put_text(sheet, HEADER_ROW, column, heading, self.styles.header)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(TEXT_FIRST_ROW, 0)
        return sheet

    def _text_row(self, sheet: Worksheet, index: int, code: str, title: str, text: str, open_key: bool = False) -> None:
        row = TEXT_FIRST_ROW + index
        closed = self.styles(border=1, text_wrap=True, valign="top")
        entry = self.styles(border=1, text_wrap=True, valign="top", locked=False, bg_color="#FFFBE6", num_format="@")
        put_text(sheet, row, TEXT_CODE_COLUMN, code, entry if open_key else closed)
        put_text(sheet, row, TEXT_TITLE_COLUMN, title, closed)
        put_text(sheet, row, TEXT_COLUMN, text, entry)


class ChoiceLists:
    """The hidden sheet of choices: a column for each column of a form that has choices."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        chosen = [(form, column) for form in forms for column in form.columns if column.choices]
        self._place = {(form.code, column.code): index for index, (form, column) in enumerate(chosen)}
        self._chosen = chosen

    def source(self, form: Form, column: Column) -> str:
        """The range that a column's validation lists."""
        letters = column_letters(self._place[form.code, column.code])
        return f"='{CHOICE_SHEET}'!${letters}$2:${letters}${len(column.choices) + 1}"

    @property
    def sources(self) -> dict[tuple[str, str], str]:
        """The range of every column's choices, without ``=``."""
        return {(form.code, column.code): self.source(form, column)[1:] for form, column in self._chosen}

    def write(self, filing: Filing) -> None:
        if not self._chosen:
            return
        sheet = filing.book.add_worksheet(CHOICE_SHEET)
        sheet.hide()
        sheet.protect("")
        for index, (form, column) in enumerate(self._chosen):
            put_text(sheet, 0, index, f"{form.code}.{column.code}", filing.styles.header)
            for row, choice in enumerate(column.choices, 1):
                put_text(sheet, row, index, choice_text(column, choice.code), filing.styles())
