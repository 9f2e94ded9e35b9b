"""The first sheet of a filing's workbook: what this report is, by when, how to fill it in, what happens afterwards."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hub.domain.form import Form, Label
from hub.domain.sheet_layout import GUIDE_SHEET, HEADER_ROW, NOTICE_ROW, both
from hub.writers.row_height import height
from hub.writers.workbook_about import About, Remarked
from hub.writers.workbook_filing import Filing
from hub.writers.workbook_styles import put_text

_WIDTH = 110
_STEPS = (
    Label("Mỗi trang tính là một biểu mẫu. Chỉ điền vào các ô nền vàng nhạt; các ô khác đã khóa.",
          "Each sheet is one form. Fill in the pale yellow cells only; all others are locked."),
    Label("Không xóa hoặc gộp hàng, cột; không sửa mã dòng (r01…), mã cột (c01…). Khi chép: dùng “Dán giá trị”.",
          "Do not delete or merge rows or columns, nor change their codes (r01…, c01…). Paste as values."),
    Label("Ô để trống nghĩa là chưa có số liệu, không phải số 0. Số 0 thì gõ 0. Không áp dụng thì gõ N/A.",
          "An empty cell means missing, not zero. For zero type 0. Where a cell does not apply type N/A."),
    Label("Cả biểu không phát sinh số liệu: chọn x ở ô “Không phát sinh” đầu trang tính.",
          "If a whole form has nothing to report choose x in the cell “Nothing to report” at the top."),
    Label("Số viết kiểu Việt Nam: dấu chấm phân cách hàng nghìn, dấu phẩy trước phần thập phân, ví dụ 1.234,5. "
          "Cột tỷ lệ % gõ 12,5, không gõ 12,5%.",
          "Numbers as text are read the Vietnamese way: 1.234,5. In a column of percentages type 12,5 and no % sign."),
    Label("Số có hơn 15 chữ số: định dạng ô là Văn bản (Text) rồi gõ, ví dụ 1.234.567.890.123.456,78.",
          "Numbers of more than 15 digits: format the cell as Text first, e.g. 1.234.567.890.123.456,78."),
    Label("Biểu danh sách: mỗi hàng một bản ghi, bắt đầu dưới dòng tổng số; được để trống hàng ở giữa.",
          "Lists: one record a row, below the line of totals; empty rows between records are allowed."),
    Label("Cảnh báo cần giải trình: viết ở trang “Giải trình”, cột C, cạnh nội dung cảnh báo.",
          "Explain warnings on the sheet “Giải trình”, column C, beside the warning."),
    Label("Trang cuối “Kiểm tra” cho biết quy tắc nào chưa đạt trong khi điền.",
          "The last sheet “Kiểm tra” shows which rules fail while you type."),
)  # fmt: skip
_AFTER = (
    Label("Lưu tệp bằng Excel (.xlsx) để các công thức được tính, rồi tải lên tại trang của kỳ báo cáo này.",
          "Save the file in Excel (.xlsx) so that formulas are computed, and upload it on the page of this report."),
    Label("Hệ thống kiểm tra ngay. Nếu còn lỗi, bạn nhận lại đúng tệp này, ô sai được tô màu kèm ghi chú "
          "và có danh sách lỗi ở trang đầu; sửa trên tệp đó rồi tải lên lại.",
          "The hub checks at once. If something is wrong you get this very file back with the wrong cells coloured and "
          "noted and a list first; correct that file and upload it again."),
    Label("Tải lên chưa phải là gửi: trên trang của báo cáo còn các bước kiểm tra, ký (nếu có) và gửi.",
          "Uploading is not sending: on the report's page it is then checked, signed where asked for, and sent."),
)  # fmt: skip
_COLOURS: tuple[tuple[dict[str, Any], Label], ...] = (
    ({"bg_color": "#FFFBE6"}, Label("Ô để điền", "Fill in")),
    ({"bg_color": "#E3F0FA"}, Label("Ô tổng, Excel tự tính", "Totals that Excel computes")),
    ({"bg_color": "#BFBFBF"}, Label("Ô mẫu biểu không cho điền", "Closed by the form")),
    ({"bg_color": "#EFEFEF", "font_color": "#606060", "italic": True},
     Label("Số liệu kỳ trước, chỉ để xem; không được đọc khi tải lên", "Last period, for reference; never read")),
    ({"bg_color": "#F8C9C4", "font_color": "#9C0006"}, Label("Lỗi", "Error")),
    ({"bg_color": "#FFE39A", "font_color": "#7F4F00"}, Label("Cảnh báo", "Warning")),
    ({"bg_color": "#FFD9B3"}, Label("Ô bắt buộc còn thiếu", "Required and still missing")),
)  # fmt: skip


class GuideSheet:
    """Writes the sheet from the top down."""

    def __init__(self, filing: Filing, about: About, remarked: tuple[Remarked, ...]) -> None:
        self.filing, self.about, self.remarked = filing, about, remarked
        self.sheet: Worksheet = filing.add_sheet(GUIDE_SHEET, filing.edition.title)
        self.row = HEADER_ROW
        styles = filing.styles
        self.plain = styles(text_wrap=True, valign="top")
        self.bold = styles(bold=True, valign="top")
        self.english = styles(text_wrap=True, italic=True, font_color="#606060", valign="top")
        self.heading = styles(bold=True, font_size=12, font_color="#0B3D6B", bottom=1)

    def write(self, forms: tuple[Form, ...]) -> None:
        self.sheet.set_column(0, 0, 14)
        self.sheet.set_column(1, 1, _WIDTH)
        if self.filing.fidelity is not None:
            style = self.filing.styles(bold=True, font_color="#C00000")
            put_text(self.sheet, NOTICE_ROW, 0, both(self.filing.fidelity), style)
        self._write_facts()
        self._write_remarks()
        self._write_steps(Label("Cách điền", "How to fill it in"), _STEPS)
        self._write_colours()
        self._write_steps(Label("Sau khi điền xong", "When it is filled in"), _AFTER)
        self._write_forms(forms)

    def _head(self, label: Label) -> None:
        self.row += 1
        for column in (0, 1):
            put_text(self.sheet, self.row, column, both(label) if column == 0 else "", self.heading)
        self.row += 1

    def _line(self, key: str, text: str, style: Format | None = None) -> None:
        put_text(self.sheet, self.row, 0, key, self.bold)
        put_text(self.sheet, self.row, 1, text, style or self.plain)
        self.sheet.set_row(self.row, height([(text, _WIDTH)]))
        self.row += 1

    def _write_facts(self) -> None:
        about = self.about
        facts = (
            (Label("Hạn nộp", "Due"), about.due),
            (Label("Kỳ số liệu", "Data window"), about.window),
            (Label("Nơi nhận", "Receiver"), both(about.receiver) if about.receiver is not None else ""),
            (Label("Hỏi ai", "Whom to ask"), about.contact),
        )
        if not any(text for _, text in facts):
            return
        self._head(Label("Báo cáo này", "This report"))
        for label, text in facts:
            if text:
                self._line(label.vi, f"{text}  ({label.en})", self.bold if label.en == "Due" else None)

    def _write_remarks(self) -> None:
        """What is still open, since a note on a cell is easily missed."""
        if not self.remarked:
            return
        self._head(Label("Ý kiến, điểm trả lại còn mở", "Open remarks and points of returns"))
        for each in self.remarked:
            self._line(each.kind.vi, f"{both(each.place_text)}\n{each.text}")

    def _write_steps(self, title: Label, steps: tuple[Label, ...]) -> None:
        self._head(title)
        for number, step in enumerate(steps, 1):
            self._line(f"{number}.", step.vi)
            self._line("", step.en, self.english)

    def _write_colours(self) -> None:
        self._head(Label("Màu ô", "Colours"))
        for look, label in _COLOURS:
            sample = self.filing.styles(border=1, align="center", **look)
            put_text(self.sheet, self.row, 0, "1.234,5", sample)
            put_text(self.sheet, self.row, 1, both(label), self.plain)
            self.row += 1

    def _write_forms(self, forms: tuple[Form, ...]) -> None:
        self._head(Label("Các biểu", "Forms"))
        for form in forms:
            self.sheet.write_url(self.row, 0, f"internal:'{form.code}'!A1", self.filing.styles.link, form.code)
            put_text(self.sheet, self.row, 1, both(form.title), self.plain)
            self.sheet.set_row(self.row, height([(both(form.title), _WIDTH)]))
            self.row += 1
