"""Title blocks, several forms in a file, documents, old fonts, bad files, and the files that are written."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt
from official_forms import document_bytes, document_table, put_signature, put_table, put_title, saved, workbook
from openpyxl import Workbook, load_workbook
from reading_drafts import HINTS, columns, docx, excel, inferred, kinds, labels, printed, rows

from hub.catalog.load import load_catalog
from hub.drafting.draft import Hints, draft_form
from hub.drafting.files import write_draft
from hub.errors import BadRequest, HubError, TooLarge

HEADS = [["STT"], ["Chỉ tiêu"], ["Kỳ trước"], ["Kỳ này"]]
BODY = [["1", "Công chức"], ["2", "Viên chức"]]


def test_the_title_block_says_number_title_period_reporter_and_receiver() -> None:
    more = (
        "Đơn vị báo cáo: Sở Tài chính",
        "Đơn vị nhận báo cáo: Bộ Tài chính",
        "Kỳ báo cáo: 6 tháng",
        "Ngày nhận báo cáo: trước ngày 15/7",
    )
    content = workbook(
        HEADS, ["A", "B", 1, 2], BODY, number="03/BTC", title="BÁO CÁO TÌNH HÌNH QUẢN LÝ TÀI SẢN CÔNG", more=more
    )
    drafted = draft_form(content, "form.xlsx", Hints(owner="G12", basis="Thông tư 05/2024/TT-BTC"))
    regime = drafted.regime
    assert regime["title"]["vi"] == "Báo cáo tình hình quản lý tài sản công"
    assert drafted.forms[0]["title"]["vi"] == "Báo cáo tình hình quản lý tài sản công (03/BTC)"
    assert regime["frequencies"] == ["half_yearly"]
    assert [reporter["level"] for reporter in regime["reporters"]] == ["province"]
    assert regime["receiver"]["vi"] == "Bộ Tài chính"
    due = regime["dues"][0]
    assert {key: due[key] for key in ("levels", "frequencies", "months", "day", "before")} == {
        "levels": ["province"],
        "frequencies": ["half_yearly"],
        "months": 1,
        "day": 15,
        "before": True,
    }
    assert regime["valid_from"] == "2024-05-10"
    assert regime["code"] == "G12-03-BTC"


def test_what_the_form_does_not_say_is_unread_with_a_reason() -> None:
    drafted = draft_form(
        workbook(HEADS, None, BODY, more=()), "form.xlsx", Hints(owner="G12", basis="Thông tư 05/2024/TT-BTC")
    )
    assert {"frequency", "reporters", "receiver", "methods", "outline"} <= drafted.regime["unread"].keys()
    assert {"frequency", "levels"} <= kinds(drafted)


def test_every_sheet_with_a_table_is_a_form_and_hidden_sheets_are_said() -> None:
    book = Workbook()
    book.remove(book.active)
    for name in ("Biểu 01", "Biểu 02", "Ẩn"):
        sheet = book.create_sheet(name)
        top = put_title(sheet, 4, name[-2:], "", f"BÁO CÁO {name.upper()}")
        put_signature(sheet, put_table(sheet, top, HEADS, ["A", "B", 1, 2], BODY), 4)
    book["Ẩn"].sheet_state = "hidden"
    drafted = draft_form(saved(book), "form.xlsx", HINTS)
    assert [form["code"] for form in drafted.forms] == ["F1", "F2"]
    assert "hidden_sheet" in kinds(drafted)


def test_two_tables_on_one_sheet_are_two_forms_with_their_own_titles() -> None:
    book = Workbook()
    sheet = book.active
    row = put_table(sheet, put_title(sheet, 4, "01", "", "BÁO CÁO CHUNG"), HEADS, ["A", "B", 1, 2], BODY)
    sheet.cell(row + 1, 1, "II. TÌNH HÌNH TÀI SẢN")
    put_table(
        sheet,
        row + 3,
        [["STT"], ["Tên tài sản"], ["Số lượng"], ["Giá trị (triệu đồng)"]],
        ["A", "B", 1, 2],
        [["1"], ["2"]],
    )
    drafted = draft_form(saved(book), "form.xlsx", HINTS)
    assert [form["kind"] for form in drafted.forms] == ["grid", "list"]
    assert drafted.forms[1]["title"]["vi"] == "Tình hình tài sản"


def test_a_table_that_goes_on_over_pages_is_one_form() -> None:
    document = Document()
    document.add_paragraph("BÁO CÁO TÌNH HÌNH CÁN BỘ")
    document_table(document, HEADS, None, BODY)
    document.add_paragraph("(tiếp theo)")
    document_table(document, HEADS, None, [["3", "Hợp đồng"]])
    drafted = draft_form(document_bytes(document), "form.docx", HINTS)
    assert rows(drafted) == ["Công chức", "Viên chức", "Hợp đồng"]
    assert "continued" in kinds(drafted)


def test_a_heading_repeated_within_a_table_is_no_row() -> None:
    drafted = excel(HEADS, None, [*BODY, ["STT", "Chỉ tiêu", "Kỳ trước", "Kỳ này"], ["3", "Hợp đồng"]])
    assert rows(drafted) == ["Công chức", "Viên chức", "Hợp đồng"]


def test_layout_tables_of_a_document_are_read_as_lines() -> None:
    document = Document()
    block = document.add_table(rows=1, cols=2)
    block.cell(0, 0).text = "Biểu số: 02/TCD\nBan hành theo Thông tư số 02/2021/TT-TTCP ngày 22/3/2021"
    block.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    document.add_paragraph("TỔNG HỢP KẾT QUẢ PHÂN LOẠI ĐƠN")
    document.add_paragraph("Quý … năm …")
    document_table(document, HEADS, ["A", "B", 1, 2], BODY)
    end = document.add_table(rows=1, cols=2)
    end.cell(0, 0).text = "NGƯỜI LẬP BIỂU\n(Ký, ghi rõ họ tên)"
    end.cell(0, 1).text = "THỦ TRƯỞNG ĐƠN VỊ\n(Ký tên, đóng dấu)"
    drafted = draft_form(document_bytes(document), "form.docx", HINTS)
    assert len(drafted.forms) == 1
    assert drafted.forms[0]["title"]["vi"] == "Tổng hợp kết quả phân loại đơn (02/TCD)"
    assert drafted.regime["frequencies"] == ["quarterly"]


def test_automatic_numbers_of_a_document_order_rows() -> None:
    document = Document()
    document.add_paragraph("BÁO CÁO TÌNH HÌNH")
    table = document_table(
        document, HEADS, ["A", "B", 1, 2], [[None, "Nông nghiệp"], [None, "Thủy sản"], [None, "Lâm nghiệp"]]
    )
    for number in (2, 3, 4):
        table.cell(number, 0).paragraphs[0].style = document.styles["List Number"]
    assert rows(draft_form(document_bytes(document), "form.docx", HINTS)) == ["Nông nghiệp", "Thủy sản", "Lâm nghiệp"]


def test_a_report_template_becomes_an_outline() -> None:
    document = Document()
    for text in (
        "BÁO CÁO KẾT QUẢ CÔNG TÁC NĂM …",
        "I. KẾT QUẢ THỰC HIỆN",
        "1. Công tác chỉ đạo",
        "…………",
        "2. Kết quả",
        "II. TỒN TẠI, HẠN CHẾ",
        "…",
        "III. Đề xuất, kiến nghị",
        "Nơi nhận:",
    ):
        document.add_paragraph(text)
    drafted = draft_form(document_bytes(document), "form.docx", HINTS)
    assert [section["vi"] for section in drafted.outline] == [
        "Kết quả thực hiện",
        "Tồn tại, hạn chế",
        "Đề xuất, kiến nghị",
    ]
    assert drafted.regime["content_kind"] == "narrative"


def test_headings_over_tables_are_titles_and_headings_over_text_are_the_outline() -> None:
    document = Document()
    document.add_paragraph("BÁO CÁO TAI NẠN LAO ĐỘNG")
    document.add_paragraph("I. Thông tin tổng quan")
    document_table(document, HEADS, ["A", "B", 1, 2], BODY)
    document.add_paragraph("II. Đánh giá tình hình")
    document.add_paragraph("Nêu rõ nguyên nhân, biện pháp khắc phục và kết quả thực hiện trong kỳ.")
    document.add_paragraph("III. Kiến nghị")
    drafted = draft_form(document_bytes(document), "form.docx", HINTS)
    assert [section["vi"] for section in drafted.outline] == ["Đánh giá tình hình", "Kiến nghị"]
    assert drafted.regime["content_kind"] == "both"


def test_a_raised_two_is_square_metres_and_a_raised_footnote_is_nothing() -> None:
    document = Document()
    document.add_paragraph("BÁO CÁO ĐẤT ĐAI")
    table = document_table(document, [["STT"], ["Chỉ tiêu"], ["Diện tích"], ["Số thửa"]], ["A", "B", 1, 2], BODY)
    cell = table.cell(0, 2).paragraphs[0]
    cell.add_run(" (m")
    raised = cell.add_run("2")
    raised.font.superscript = True
    cell.add_run(")")
    note = table.cell(0, 3).paragraphs[0].add_run("(1)")
    note.font.superscript = True
    note.font.size = Pt(8)
    drafted = draft_form(document_bytes(document), "form.docx", HINTS)
    assert columns(drafted)["c01"]["unit"] == "m2"
    assert labels(drafted) == ["Diện tích", "Số thửa"]


def test_old_fonts_are_read_as_unicode() -> None:
    heads = [["STT"], ["ChØ tiªu"], ["Tæng sè"], ["Chia ra", "Trong n­íc"], ["Chia ra", "N­íc ngoµi"]]
    drafted = excel(
        heads,
        ["A", "B", "1=2+3", 2, 3],
        [["1", "C«ng chøc"], ["2", "Viªn chøc"]],
        basis="",
        title="B¸o c¸o t×nh h×nh c¸n bé",
        more=(),
    )
    assert labels(drafted) == ["Tổng số", "Chia ra > Trong nước", "Chia ra > Nước ngoài"]
    assert rows(drafted) == ["Công chức", "Viên chức"]
    assert "old_font" in kinds(drafted)


def test_spaces_breaks_and_forms_of_letters_do_not_matter() -> None:
    import unicodedata

    heads = [["S T T"], [unicodedata.normalize("NFD", "Chỉ tiêu")], ["Tổng\u00a0số\nngười"], ["Trong\nđó", "Nữ"]]
    drafted = excel(heads, ["A", "B", 1, 2], BODY)
    assert labels(drafted) == ["Tổng số người", "Trong đó > Nữ"]
    assert inferred(drafted) == ["c02 <= c01"]


def test_lists_in_cells_make_choices() -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    content = workbook([["STT"], ["Tên cơ sở"], ["Loại hình"], ["Số người"]], None, [["1"], ["2"]])
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    rule = DataValidation(type="list", formula1='"Công lập,Tư thục"')
    sheet.add_data_validation(rule)
    first = next(cell.row for cell in sheet["A"] if cell.value in ("1", 1))
    rule.add(f"C{first}:C{first + 1}")
    drafted = draft_form(saved(book), "form.xlsx", HINTS)
    assert [entry["vi"] for entry in columns(drafted)["c02"]["choices"]] == ["Công lập", "Tư thục"]


def test_footnotes_and_signatures_are_no_rows() -> None:
    drafted = excel(
        HEADS,
        ["A", "B", 1, 2],
        BODY,
        notes=("Ghi chú: số liệu tính đến ngày chốt.", "(*) Không gồm đơn vị sự nghiệp."),
        borders=False,
    )
    assert rows(drafted) == ["Công chức", "Viên chức"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.xlsx"), (b"   ", "a.docx"), (b"%PDF-1.7 ...", "a.pdf"), (b"STT;Chi tieu\n", "a.csv"), (b"PK\x03\x04 broken", "a.xlsx"),  # noqa: E501
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx"), (b"<html><table></table>", "a.xls"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_is_no_form_is_answered_in_both_languages(content: bytes, name: str) -> None:
    with pytest.raises(HubError) as answer:
        draft_form(content, name, HINTS)
    assert answer.value.message_vi != answer.value.message_en


def test_a_zip_that_is_no_office_file_is_no_form() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(BadRequest):
        draft_form(stream.getvalue(), "a.xlsx", HINTS)


def test_a_zip_bomb_is_too_large() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    with pytest.raises(TooLarge):
        draft_form(stream.getvalue(), "a.xlsx", HINTS)


def test_a_workbook_without_any_table_is_no_form() -> None:
    book = Workbook()
    book.active["A1"] = "Xin chào"
    with pytest.raises(BadRequest):
        draft_form(saved(book), "a.xlsx", HINTS)


def test_a_large_workbook_is_read_in_a_child_process_with_the_same_result() -> None:
    content = workbook(HEADS, ["A", "B", 1, 2], BODY)
    book = load_workbook(io.BytesIO(content))
    filler = book.create_sheet("Danh mục")
    for number in range(9000):
        for column in range(1, 9):
            filler.cell(number % 2900 + 1, column + 8 * (number // 2900), f"Mục số {number}")
    filler.sheet_state = "hidden"
    assert rows(draft_form(saved(book), "a.xlsx", HINTS)) == rows(draft_form(content, "a.xlsx", HINTS))


def test_what_is_written_lints_clean_over_the_hub_s_own_data(tmp_path: Path) -> None:
    heads = [["STT"], ["Chỉ tiêu"], ["ĐVT"], ["Tổng số"], ["Trong đó: nữ"], ["Tỷ lệ (%)"], ["Ghi chú"]]
    body = [[None, "Tổng số", "cặp"], ["1", "Kết hôn lần đầu", "cặp"], ["2", "Kết hôn lại", "cặp"]]
    drafted = excel(heads, ["A", "B", "C", 1, 2, "3=2/1x100", 4], body, more=("Kỳ báo cáo: năm",))
    written = write_draft(drafted, tmp_path)
    assert {path.name for path in written} >= {"regime.yaml", "F1.yaml", "rules.yaml", "uncertain.md"}
    catalog = load_catalog(overlays=(tmp_path,))
    assert list(catalog.drafts.problems(drafted.key)) == []
    assert [rule.expr for rule in catalog.drafts[drafted.key].rules] == [rule["expr"] for rule in drafted.rules]


def test_every_doubt_says_what_was_taken_why_and_what_else_in_both_languages() -> None:
    drafted = excel(HEADS, None, [["1", "Tổng hợp"], [None, "Trong đó: khác"]], more=())
    assert drafted.uncertain
    for item in drafted.uncertain:
        for label in (item.taken, item.why, item.other):
            assert label.vi
            assert label.en
            assert "{" not in label.vi + label.en


def test_a_document_with_printed_formulas_reads_like_a_workbook() -> None:
    heads = [["TT"], ["Nội dung"], ["Số đơn", "Tổng số"], ["Số đơn", "Kỳ trước"], ["Số đơn", "Trong kỳ"]]
    numbers = ["(1)", "(2)", "(3)=(4)+(5)", "(4)", "(5)"]
    assert printed(docx(heads, numbers, BODY)) == printed(excel(heads, numbers, BODY)) == ["c03 = c04 + c05"]


FLOWERS = [["STT"], ["Loài hoa"], ["Số lượng"]]


def _picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.mark.parametrize("cell", ["", "XFD1048576", "Ghi chú"])
def test_a_workbook_without_a_form_is_refused_in_words(cell: str) -> None:
    book = Workbook()
    book.active["XFD1048576" if cell == "XFD1048576" else "A1"] = cell or None
    with pytest.raises(BadRequest) as refused:
        draft_form(saved(book), "form.xlsx", HINTS)
    assert "ảnh chụp" in refused.value.message_vi
    assert "scan" in refused.value.message_en


def test_a_picture_is_no_form() -> None:
    with pytest.raises(BadRequest):
        draft_form(_picture(), "form.xlsx", HINTS)


def test_a_protected_sheet_is_read_like_any_other() -> None:
    book = load_workbook(io.BytesIO(workbook(FLOWERS, None, [["1", "Sen"], ["2", "Súng"]])))
    sheet = book.active
    sheet.protection.set_password("bí mật")
    book.security.lockStructure = True
    assert rows(draft_form(saved(book), "form.xlsx", HINTS)) == ["Sen", "Súng"]


def test_a_cell_merged_over_the_whole_sheet_does_no_harm() -> None:
    book = load_workbook(io.BytesIO(workbook(FLOWERS, None, [["1", "Sen"], ["2", "Súng"]])))
    sheet = book.active
    sheet.merge_cells("A2:XFD2")
    assert rows(draft_form(saved(book), "form.xlsx", HINTS)) == ["Sen", "Súng"]


def test_nothing_but_units_is_no_reason_to_fail() -> None:
    book = Workbook()
    for _ in range(6):
        book.active.append(["Đơn vị tính", "ha", "người", "tấn"])
    assert draft_form(saved(book), "form.xlsx", HINTS).forms
