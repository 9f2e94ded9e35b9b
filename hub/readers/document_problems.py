"""The catalogue of what the document readers can find wrong: code, stage, and the two messages people read."""

from __future__ import annotations

import re
from typing import NamedTuple

from hub.domain.findings import NOWHERE, Finding, Place, Stage
from hub.domain.form import Address


class Problem(NamedTuple):
    stage: Stage
    vi: str
    en: str


PROBLEMS: dict[str, Problem] = {
    # The file as a whole
    "file_empty": Problem("file", "Tệp rỗng, không có nội dung.", "The file is empty."),
    "file_too_large": Problem("file", "Tệp vượt quá dung lượng cho phép.", "The file is larger than allowed."),
    "file_not_utf8": Problem(
        "file",
        "Tệp không phải văn bản UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.",
        "The file is not UTF-8 text. Save it again as UTF-8.",
    ),
    "file_is_html": Problem(
        "file",
        "Tệp là một trang web (HTML), không phải báo cáo. Có thể đó là trang đăng nhập hoặc trang báo lỗi.",
        "The file is a web page (HTML), not a report. It may be a sign-in or error page.",
    ),
    "file_wrong_type": Problem(
        "file", "Nội dung tệp không đúng với định dạng đã khai.", "The content is not in the format that was declared."
    ),
    "file_too_complex": Problem(
        "file",
        "Tệp lớn và quá phức tạp, không đọc được trong giới hạn bộ nhớ và thời gian. Hãy chia thành nhiều tệp.",
        "The file is large and too complex to be read within the limits of memory and time. Split it into several.",
    ),
    "too_many_values": Problem("file", "Tệp có quá nhiều giá trị.", "The file holds too many values."),
    "too_many_reports": Problem("file", "Tệp có quá nhiều báo cáo.", "The file holds too many reports."),
    "too_deep": Problem("file", "Các phần lồng nhau quá nhiều cấp.", "The parts are nested too deep."),
    "no_report": Problem("file", "Tệp không có báo cáo nào.", "The file holds no report."),
    "json_malformed": Problem("file", "Tệp JSON sai cú pháp.", "The JSON is not well formed."),
    "xml_malformed": Problem("file", "Tệp XML sai cú pháp.", "The XML is not well formed."),
    "xml_encoding": Problem(
        "file",
        "Tệp XML phải dùng bảng mã UTF-8, hoặc UTF-16 có dấu thứ tự byte, và phải khai đúng bảng mã đó.",
        "XML must be UTF-8, or UTF-16 with a byte order mark, and must declare that encoding or none.",
    ),
    "xml_doctype": Problem(
        "file", "Tệp XML có khai báo DOCTYPE; không được phép.", "The XML has a DOCTYPE, which is not allowed."
    ),
    "xml_namespace": Problem(
        "file",
        "Phần tử gốc phải là report hoặc reports trong không gian tên của hệ thống.",
        "The root must be report or reports in the hub's namespace.",
    ),
    "csv_malformed": Problem("file", "Tệp CSV sai cú pháp ở dòng này.", "The CSV is not well formed at this line."),
    "csv_header_missing": Problem(
        "file", "Dòng tiêu đề thiếu cột bắt buộc.", "The header lacks a column that is needed."
    ),
    "csv_header_unknown": Problem("file", "Dòng tiêu đề có cột lạ.", "The header has an unknown column."),
    "csv_header_duplicate": Problem("file", "Dòng tiêu đề có cột bị lặp.", "The header repeats a column."),
    "form_too_many_fields": Problem("file", "Biểu mẫu gửi lên có quá nhiều ô.", "The posted form has too many fields."),
    # Which filing it is
    "identity_missing": Problem(
        "identity", "Báo cáo không nêu thông tin định danh này.", "The report does not say this part of its identity."
    ),
    "identity_bad": Problem(
        "identity", "Thông tin định danh không hợp lệ.", "This part of the report's identity is not valid."
    ),
    "scope_unknown": Problem("identity", "Phạm vi báo cáo không hợp lệ.", "The scope is not valid."),
    "edition_unknown": Problem(
        "identity",
        "Không có chế độ báo cáo này, hoặc chế độ này không có kỳ báo cáo đã nêu.",
        "There is no such regime, or it has no such period.",
    ),
    "report_not_contiguous": Problem(
        "structure",
        "Các dòng của cùng một báo cáo phải liền nhau.",
        "The lines of one report must stand together.",
    ),
    # What is in it
    "wrong_shape": Problem(
        "structure", "Giá trị ở đây không đúng kiểu cấu trúc.", "What stands here has the wrong structure."
    ),
    "unknown_key": Problem("structure", "Có mục không được định nghĩa.", "There is an entry that is not defined."),
    "duplicate_key": Problem("structure", "Mục này bị lặp lại.", "This entry is repeated."),
    "unknown_form": Problem("structure", "Chế độ báo cáo không có biểu này.", "The regime has no form of this code."),
    "duplicate_form": Problem("structure", "Biểu này xuất hiện nhiều lần.", "This form stands here more than once."),
    "wrong_form_kind": Problem(
        "structure",
        "Dữ liệu không đúng loại biểu (biểu lưới dùng dòng, biểu danh sách dùng bản ghi).",
        "The data do not fit the kind of form (a grid has rows, a list has records).",
    ),
    "unknown_row": Problem("structure", "Biểu không có dòng này.", "The form has no row of this code."),
    "duplicate_row": Problem("structure", "Dòng này xuất hiện nhiều lần.", "This row stands here more than once."),
    "unknown_column": Problem("structure", "Biểu không có cột này.", "The form has no column of this code."),
    "blocked_cell": Problem(
        "structure", "Ô này không phải điền theo mẫu biểu.", "The form leaves no room for a value here."
    ),
    "duplicate_cell": Problem("structure", "Ô này được điền nhiều lần.", "This cell is given more than once."),
    "bad_record_number": Problem("structure", "Số thứ tự bản ghi không hợp lệ.", "The record number is not valid."),
    "too_many_records": Problem("structure", "Biểu có quá nhiều bản ghi.", "The form has too many records."),
    "unknown_section": Problem("structure", "Đề cương không có mục này.", "The outline has no section of this code."),
    "duplicate_section": Problem(
        "structure", "Mục này xuất hiện nhiều lần.", "This section stands here more than once."
    ),
    "ragged_row": Problem(
        "structure",
        "Dòng không có đúng số cột của dòng tiêu đề.",
        "The line does not have the header's number of columns.",
    ),
    "markup_in_value": Problem(
        "structure",
        "Trong ô có chú thích hoặc thẻ XML; chỉ được có giá trị.",
        "The cell holds a comment or markup; only a value may stand here.",
    ),
    "text_outside_values": Problem("structure", "Có chữ nằm ngoài các ô.", "There is text outside the cells."),
    "forbidden_character": Problem(
        "structure",
        "Giá trị có ký tự không được phép (ký tự rỗng hoặc nửa ký tự).",
        "The value holds a character that is not allowed (NUL or half a character).",
    ),
    "not_a_number": Problem(
        "structure",
        "Giá trị NaN hoặc vô cực không phải là số liệu.",
        "NaN or infinity is not a figure.",
    ),
    "number_too_long": Problem("structure", "Số quá dài.", "The number is too long."),
    "too_many_problems": Problem(
        "structure",
        "Còn nhiều lỗi khác chưa được liệt kê. Hãy sửa các lỗi trên rồi gửi lại.",
        "There are more problems than are listed. Mend these and send again.",
    ),
}

_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


def shown(text: str, most: int = 80) -> str:
    """Received text made safe to show, store and log: one line, cut, nothing invisible (``\\u202e`` is spelled out)."""
    cut = text if len(text) <= most else text[: most - 1] + "…"
    return _UNSHOWABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", cut)


def listed(codes: list[str] | tuple[str, ...], most: int = 20) -> str:
    """The allowed codes as one short text."""
    return ", ".join(codes[:most]) + (", …" if len(codes) > most else "")


def problem(
    code: str,
    place: Place = NOWHERE,
    *,
    address: Address | None = None,
    found: str | None = None,
    expected: str | None = None,
) -> Finding:
    """The finding of that code; ``found`` is made safe to show."""
    kind = PROBLEMS[code]
    return Finding(
        code=code,
        severity="error",
        stage=kind.stage,
        message_vi=kind.vi,
        message_en=kind.en,
        address=address,
        place=place,
        found=None if found is None else shown(found),
        expected=expected,
    )
