"""The catalogue of what the workbook reader can find wrong: code, severity, stage, and the two messages people read.

Codes that other doors know too (``file_empty``, ``blocked_cell``, …) are in ``document_problems``.
"""

from __future__ import annotations

from typing import NamedTuple

from hub.domain.findings import NOWHERE, Finding, Place, Severity, Stage
from hub.domain.form import Address
from hub.readers.document_problems import PROBLEMS as SHARED
from hub.readers.document_problems import shown


class WorkbookProblem(NamedTuple):
    stage: Stage
    vi: str
    en: str
    severity: Severity = "error"


_DOWNLOAD_VI = "Hãy tải lại tệp mẫu của kỳ này từ hệ thống."
_DOWNLOAD_EN = "Download the workbook of this period again."

PROBLEMS: dict[str, WorkbookProblem] = {
    # The file as a whole: what it is
    "workbook_encrypted": WorkbookProblem(
        "file",
        "Tệp Excel được đặt mật khẩu mở tệp. Hãy bỏ mật khẩu rồi gửi lại.",
        "The workbook needs a password to open. Remove the password and send it again.",
    ),
    "workbook_old_format": WorkbookProblem(
        "file",
        "Tệp ở định dạng Excel cũ (.xls). Hãy lưu thành (Save As) “Excel Workbook (.xlsx)” rồi gửi lại.",
        "The file is in the old Excel format (.xls). Save it as “Excel Workbook (.xlsx)” and send it again.",
    ),
    "workbook_binary_format": WorkbookProblem(
        "file",
        "Tệp ở định dạng Excel nhị phân (.xlsb). Hãy lưu thành “Excel Workbook (.xlsx)” rồi gửi lại.",
        "The file is a binary workbook (.xlsb). Save it as “Excel Workbook (.xlsx)” and send it again.",
    ),
    "workbook_open_document": WorkbookProblem(
        "file",
        "Tệp ở định dạng OpenDocument (.ods). Hãy lưu thành “Excel Workbook (.xlsx)” rồi gửi lại.",
        "The file is an OpenDocument sheet (.ods). Save it as “Excel Workbook (.xlsx)” and send it again.",
    ),
    "workbook_xml_2003": WorkbookProblem(
        "file",
        "Tệp là bảng tính XML đời 2003, không phải .xlsx. Hãy lưu thành “Excel Workbook (.xlsx)” rồi gửi lại.",
        "The file is an XML spreadsheet of 2003, not .xlsx. Save it as “Excel Workbook (.xlsx)” and send it again.",
    ),
    "workbook_not_excel": WorkbookProblem(
        "file",
        "Tệp không phải là bảng tính Excel (.xlsx). Hãy gửi tệp mẫu tải từ hệ thống, lưu bằng “Excel Workbook "
        "(.xlsx)”.",
        "The file is not an Excel workbook (.xlsx). Send the workbook downloaded from the hub, saved as .xlsx.",
    ),
    "workbook_is_text": WorkbookProblem(
        "file",
        "Tệp là văn bản thường (CSV, TXT) chỉ được đổi đuôi thành .xlsx. Hãy mở tệp mẫu tải từ hệ thống, chép số "
        "liệu vào và lưu bằng “Excel Workbook (.xlsx)”.",
        "The file is plain text (CSV, TXT) whose name was changed to .xlsx. Copy the figures into the workbook "
        "downloaded from the hub and save that as “Excel Workbook (.xlsx)”.",
    ),
    "workbook_is_pdf": WorkbookProblem(
        "file",
        "Tệp là PDF, không phải bảng tính Excel. Hãy gửi tệp mẫu .xlsx; tệp PDF gửi ở mục tài liệu kèm theo.",
        "The file is a PDF, not an Excel workbook. Send the .xlsx workbook; a PDF goes with the attachments.",
    ),
    "workbook_is_picture": WorkbookProblem(
        "file",
        "Tệp là ảnh, không phải bảng tính Excel. Hãy gửi tệp mẫu .xlsx đã điền số liệu.",
        "The file is a picture, not an Excel workbook. Send the .xlsx workbook filled in.",
    ),
    "workbook_is_archive": WorkbookProblem(
        "file",
        "Tệp là tệp nén (ZIP, RAR, 7z…), không phải bảng tính Excel. Hãy giải nén rồi gửi tệp .xlsx bên trong.",
        "The file is an archive (ZIP, RAR, 7z…), not an Excel workbook. Unpack it and send the .xlsx inside.",
    ),
    "workbook_is_document": WorkbookProblem(
        "file",
        "Tệp là văn bản Word hoặc bản trình chiếu, không phải bảng tính Excel.",
        "The file is a Word document or a presentation, not an Excel workbook.",
    ),
    "workbook_macros": WorkbookProblem(
        "file",
        "Tệp có chứa macro. Hãy lưu thành “Excel Workbook (.xlsx)” không có macro rồi gửi lại.",
        "The workbook holds macros. Save it as “Excel Workbook (.xlsx)” without macros and send it again.",
    ),
    "workbook_embedded": WorkbookProblem(
        "file",
        "Tệp có chứa đối tượng nhúng (OLE, ActiveX) hoặc liên kết DDE. Hãy xóa các đối tượng này rồi gửi lại.",
        "The workbook holds embedded objects (OLE, ActiveX) or DDE links. Remove them and send it again.",
    ),
    # The file as a whole: what is wrong with it
    "zip_broken": WorkbookProblem(
        "file",
        "Tệp Excel bị hỏng hoặc chưa tải lên hết. Hãy mở tệp bằng Excel, lưu lại rồi gửi lại.",
        "The workbook is damaged or was cut off. Open it in Excel, save it and send it again.",
    ),
    "zip_unsafe": WorkbookProblem(
        "file",
        "Cấu trúc nén của tệp bất thường (mục trùng tên, chồng lấn hoặc đường dẫn lạ). Hãy mở bằng Excel và lưu lại.",
        "The file's zip is odd inside (repeated, overlapping or strange entries). Open it in Excel and save it again.",
    ),
    "zip_too_many_entries": WorkbookProblem(
        "file", "Tệp có quá nhiều thành phần bên trong.", "The file has too many parts inside."
    ),
    "zip_bomb": WorkbookProblem(
        "file",
        "Tệp khi giải nén lớn quá mức cho phép.",
        "The file becomes larger than allowed when unpacked.",
    ),
    "workbook_broken": WorkbookProblem(
        "file",
        "Nội dung bên trong tệp Excel bị hỏng hoặc thiếu. Hãy mở tệp bằng Excel, lưu lại rồi gửi lại.",
        "The content of the workbook is damaged or missing. Open it in Excel, save it and send it again.",
    ),
    "workbook_doctype": WorkbookProblem(
        "file",
        "Tệp Excel có khai báo DOCTYPE bên trong; không được phép.",
        "The workbook has a DOCTYPE inside, which is not allowed.",
    ),
    "workbook_too_complex": WorkbookProblem(
        "file",
        "Tệp quá phức tạp: đọc tệp này tốn quá nhiều bộ nhớ hoặc thời gian.",
        "The file is too complex: reading it takes too much memory or time.",
    ),
    "too_many_sheets": WorkbookProblem("file", "Tệp có quá nhiều trang tính.", "The workbook has too many sheets."),
    "too_many_cells": WorkbookProblem("file", "Tệp có quá nhiều ô.", "The workbook has too many cells."),
    "cell_too_far": WorkbookProblem(
        "file",
        "Có ô chứa giá trị nằm quá xa bảng số liệu. Hãy xóa các hàng, cột thừa rồi gửi lại.",
        "A cell with a value stands much too far from the table. Delete the spare rows and columns and send it again.",
    ),
    "text_too_long": WorkbookProblem("file", "Có ô chứa văn bản quá dài.", "A cell holds too much text."),
    # Which filing it is
    "template_unknown": WorkbookProblem(
        "identity",
        f"Tệp không phải là mẫu do hệ thống cấp (không có mã nhận dạng). {_DOWNLOAD_VI}",
        f"The file is not a workbook that the hub gave out (it has no identity). {_DOWNLOAD_EN}",
    ),
    "template_layout": WorkbookProblem(
        "identity",
        f"Tệp mẫu thuộc phiên bản bố cục khác. {_DOWNLOAD_VI}",
        f"The workbook has another version of the layout. {_DOWNLOAD_EN}",
    ),
    "identity_conflict": WorkbookProblem(
        "identity",
        f"Mã nhận dạng trên trang tính không khớp với mã nhận dạng của tệp. {_DOWNLOAD_VI}",
        f"The identity on the sheet differs from that of the file. {_DOWNLOAD_EN}",
    ),
    "identity_from_cells": WorkbookProblem(
        "identity",
        "Tệp đã mất thuộc tính nhận dạng; mã nhận dạng được lấy từ ô khóa trên các trang tính.",
        "The file lost its identity properties; the identity was taken from the locked cells.",
        "note",
    ),
    "edition_changed": WorkbookProblem(
        "identity",
        f"Tệp mẫu được cấp theo một bản khác của chế độ báo cáo. {_DOWNLOAD_VI}",
        f"The workbook was made for another text of the regime. {_DOWNLOAD_EN}",
    ),
    # Sheets
    "sheet_missing": WorkbookProblem(
        "structure",
        f"Thiếu trang tính của biểu này. {_DOWNLOAD_VI}",
        f"The sheet of this form is missing. {_DOWNLOAD_EN}",
    ),
    "sheet_renamed": WorkbookProblem(
        "structure",
        "Trang tính đã bị đổi tên; trang tính vẫn được đọc theo mã nhận dạng trên trang.",
        "The sheet was renamed; it was read by the identity that stands on it.",
        "note",
    ),
    "sheet_duplicate": WorkbookProblem(
        "structure",
        "Có nhiều trang tính của cùng một biểu; không rõ trang nào đúng. Hãy xóa trang thừa.",
        "Several sheets are of the same form, and which one counts is not clear. Delete the others.",
    ),
    "sheet_extra": WorkbookProblem(
        "structure",
        "Trang tính này không thuộc mẫu nên không được đọc.",
        "This sheet does not belong to the template and was not read.",
        "note",
    ),
    "sheet_hidden": WorkbookProblem(
        "structure",
        "Trang tính bị ẩn nhưng có số liệu; số liệu vẫn được đọc.",
        "The sheet is hidden but holds values; they were read.",
        "warning",
    ),
    "identity_lost": WorkbookProblem(
        "structure",
        "Ô nhận dạng của trang tính đã bị xóa hoặc ghi đè, nên trang tính này chưa được đọc. Hãy chép lại đúng nội "
        "dung nêu ở mục “Yêu cầu” vào ô này, hoặc tải lại tệp mẫu.",
        "The sheet's identity cell was emptied or overwritten, so this sheet was not read. Put back exactly what is "
        "expected there, or download the workbook again.",
    ),
    "column_lost": WorkbookProblem(
        "structure",
        "Thiếu mã cột của mẫu: cột đã bị xóa, hoặc ô mã cột đã bị sửa. Trang tính này chưa được đọc. Hãy khôi phục "
        "cột và mã cột, hoặc chép số liệu sang tệp mẫu mới.",
        "Column codes of the form are missing: a column was deleted, or its code was changed. This sheet was not read. "
        "Restore the column and its code, or copy the figures into a fresh workbook.",
    ),
    "row_lost": WorkbookProblem(
        "structure",
        "Thiếu mã dòng của mẫu: dòng đã bị xóa, hoặc ô mã dòng đã bị sửa. Trang tính này chưa được đọc. Hãy khôi "
        "phục dòng và mã dòng, hoặc chép số liệu sang tệp mẫu mới.",
        "Row codes of the form are missing: a row was deleted, or its code was changed. This sheet was not read. "
        "Restore the row and its code, or copy the figures into a fresh workbook.",
    ),
    "code_twice": WorkbookProblem(
        "structure",
        "Một mã dòng hoặc mã cột xuất hiện nhiều lần, nên không rõ số liệu nào đúng. Trang tính này chưa được đọc. "
        "Hãy xóa dòng, cột thừa.",
        "A row or column code stands there more than once, so it is not clear which figures count. This sheet was not "
        "read. Delete the row or column that is too many.",
    ),
    "table_twice": WorkbookProblem(
        "structure",
        "Dòng mã cột xuất hiện nhiều lần trên trang tính, nên không rõ bảng nào đúng. Trang tính này chưa được đọc. "
        "Hãy xóa bảng thừa.",
        "The line of column codes stands on the sheet more than once, so it is not clear which table counts. This "
        "sheet was not read. Delete the other table.",
    ),
    "labels_mixed": WorkbookProblem(
        "structure",
        "Tên dòng hoặc tên cột không khớp với mã: có thể chỉ một phần của bảng đã được sắp xếp hoặc di chuyển, nên "
        "không rõ số liệu thuộc dòng nào. Trang tính này chưa được đọc. Hãy hoàn tác việc sắp xếp, hoặc chép số liệu "
        "sang tệp mẫu mới.",
        "A label does not belong to its code: perhaps only a part of the table was sorted or moved, so it is not clear "
        "which row the figures are for. This sheet was not read. Undo the sorting, or copy the figures into a fresh "
        "workbook.",
    ),
    "totals_lost": WorkbookProblem(
        "structure",
        "Dòng tổng số ngay dưới mã cột đã bị xóa hoặc bị sắp xếp lẫn vào danh sách, nên bản ghi đứng sai chỗ. Trang "
        "tính này chưa được đọc. Hãy chèn lại một dòng trống ngay dưới mã cột.",
        "The line of totals below the column codes was deleted or sorted into the list, so a record stands in its "
        "place. This sheet was not read. Insert an empty row right below the column codes again.",
    ),
    "table_moved": WorkbookProblem(
        "structure",
        "Hàng hoặc cột của mẫu đã được chèn, di chuyển hoặc sắp xếp lại; số liệu vẫn được đọc đúng theo mã dòng và "
        "mã cột.",
        "Rows or columns were inserted, moved or sorted; the figures were read by their row and column codes.",
        "note",
    ),
    "labels_changed": WorkbookProblem(
        "structure",
        "Tên dòng hoặc tên cột đã bị sửa; số liệu vẫn được đọc theo mã dòng và mã cột.",
        "Labels of rows or columns were changed; the figures were read by their row and column codes.",
        "note",
    ),
    "header_moved": WorkbookProblem(
        "structure",
        "Dòng của mẫu đã bị dịch chuyển: hàng đã bị chèn, xóa hoặc sửa. Trang tính này chưa được đọc. Hãy khôi phục "
        "bố cục hoặc chép nội dung sang tệp mẫu mới.",
        "Lines of the template were moved: rows were inserted, deleted or changed. This sheet was not read. "
        "Restore the layout or copy the content into a fresh workbook.",
    ),
    "merged_cells": WorkbookProblem(
        "structure",
        "Các ô nhập liệu bị gộp (merge) nên không rõ giá trị thuộc ô nào. Hãy bỏ gộp ô.",
        "Entry cells are merged, so that it is not clear which cell the value is for. Unmerge them.",
    ),
    "hidden_values": WorkbookProblem(
        "structure",
        "Hàng hoặc cột bị ẩn nhưng có số liệu; số liệu vẫn được đọc.",
        "Hidden rows or columns hold values; they were read.",
        "warning",
    ),
    "values_outside": WorkbookProblem(
        "structure",
        "Có giá trị nằm ngoài bảng; các giá trị này không được đọc.",
        "There are values outside the table; they were not read.",
        "warning",
    ),
    "nil_unknown": WorkbookProblem(
        "structure",
        "Ô “Không phát sinh” chỉ được chọn x hoặc để trống.",
        "The cell “Nothing to report” may hold x or nothing.",
    ),
    # Cells
    "error_cell": WorkbookProblem(
        "structure",
        "Ô đang báo lỗi Excel. Hãy sửa công thức hoặc nhập giá trị.",
        "The cell shows an Excel error. Mend the formula or type the value.",
    ),
    "formula_without_value": WorkbookProblem(
        "structure",
        "Ô có công thức nhưng chưa có kết quả được lưu. Hãy mở tệp bằng Excel, chờ tính xong, lưu lại rồi gửi.",
        "The cell's formula has no stored result. Open the file in Excel, let it calculate, save it and send it.",
    ),
    "formula_not_calculated": WorkbookProblem(
        "structure",
        "Công thức của ô chưa được tính (kết quả 0 chưa chắc chắn). Hãy mở tệp bằng Excel, lưu lại rồi gửi.",
        "The cell's formula was never calculated (its 0 is not certain). Open the file in Excel, save it and send it.",
    ),
    "formula_dde": WorkbookProblem(
        "structure",
        "Công thức của ô gọi chương trình bên ngoài (DDE); không được phép.",
        "The cell's formula calls another program (DDE), which is not allowed.",
    ),
    "formula_external": WorkbookProblem(
        "structure",
        "Giá trị của ô lấy từ một tệp khác; giá trị đã lưu được sử dụng.",
        "The cell's value comes from another workbook; the stored value was used.",
        "warning",
    ),
    "number_beyond_excel": WorkbookProblem(
        "structure",
        "Số có hơn 15 chữ số nên Excel đã làm tròn. Hãy định dạng ô là Văn bản (Text) rồi gõ lại số đầy đủ.",
        "The number has more than 15 digits, so Excel rounded it. Format the cell as Text and type the number again.",
    ),
    "number_impossible": WorkbookProblem(
        "structure",
        "Giá trị số trong ô không hợp lệ (vô cực hoặc không phải là số).",
        "The cell's number is not valid (infinite or not a number).",
    ),
    "percent_format": WorkbookProblem(
        "structure",
        "Ô được định dạng phần trăm nên Excel lưu 12% thành 0,12. Hãy bỏ định dạng % và gõ lại số (ví dụ 12).",
        "The cell is formatted as a percentage, so Excel stores 12% as 0.12. Remove the % format and type it again.",
    ),
    "boolean_in_cell": WorkbookProblem(
        "structure", "Ô chứa giá trị đúng/sai (TRUE/FALSE).", "The cell holds TRUE or FALSE."
    ),
    "date_in_number": WorkbookProblem(
        "structure",
        "Ô số liệu lại chứa ngày, giờ. Hãy định dạng ô là Số (Number) rồi gõ lại.",
        "A cell for a number holds a date or time. Format it as Number and type it again.",
    ),
    "date_in_text": WorkbookProblem(
        "structure",
        "Ô văn bản lại chứa ngày, giờ do Excel tự chuyển. Hãy định dạng ô là Văn bản (Text) rồi gõ lại.",
        "A text cell holds a date or time that Excel made of it. Format it as Text and type it again.",
    ),
    "number_in_text": WorkbookProblem(
        "structure",
        "Ô văn bản lại chứa số lẻ hoặc số quá dài. Hãy định dạng ô là Văn bản (Text) rồi gõ lại.",
        "A text cell holds a number with decimals or too many digits. Format it as Text and type it again.",
    ),
    "number_in_date": WorkbookProblem(
        "structure",
        "Ô ngày lại chứa một số. Hãy gõ ngày theo dạng ngày/tháng/năm.",
        "A cell for a date holds a number. Type the date as day/month/year.",
    ),
    "date_impossible": WorkbookProblem(
        "structure",
        "Ngày trong ô không chắc chắn (có giờ, hoặc trước ngày 01/3/1900). Hãy gõ lại ngày.",
        "The date in the cell is not certain (it has a time, or lies before 1 March 1900). Type it again.",
    ),
}  # fmt: skip


def workbook_problem(
    code: str,
    place: Place = NOWHERE,
    *,
    address: Address | None = None,
    found: str | None = None,
    expected: str | None = None,
) -> Finding:
    """The finding of that code, of this catalogue or of the one shared by all doors; ``found`` is made safe to show."""
    own = PROBLEMS.get(code)
    stage, vi, en, severity = WorkbookProblem(*SHARED[code]) if own is None else own
    return Finding(
        code=code,
        severity=severity,
        stage=stage,
        message_vi=vi,
        message_en=en,
        address=address,
        place=place,
        found=None if found is None else shown(found, 300),
        expected=expected,
    )
