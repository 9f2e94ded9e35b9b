"""The catalogue of what the reader of Word files can find: code, severity, stage, and the two messages people read."""

from __future__ import annotations

from typing import NamedTuple

from hub.domain.findings import NOWHERE, Finding, Place, Severity, Stage
from hub.readers.document_problems import PROBLEMS as SHARED
from hub.readers.document_problems import shown


class WordProblem(NamedTuple):
    stage: Stage
    vi: str
    en: str
    severity: Severity = "error"


_DOWNLOAD_VI = "Hãy tải lại tệp Word của báo cáo này từ hệ thống."
_DOWNLOAD_EN = "Download this report's Word file again."

PROBLEMS: dict[str, WordProblem] = {
    # The file as a whole
    "word_not_word": WordProblem("file", "Tệp không phải văn bản Word (.docx).", "The file is no Word (.docx) file."),
    "word_encrypted": WordProblem(
        "file",
        "Tệp Word có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
        "The Word file needs a password to open. Remove it and send the file again.",
    ),
    "word_macros": WordProblem(
        "file",
        "Tệp Word có macro. Hãy lưu thành “Word Document (.docx)” không có macro rồi gửi lại.",
        "The Word file holds macros. Save it as “Word Document (.docx)” without macros and send it again.",
    ),
    "word_broken": WordProblem(
        "file",
        "Tệp Word bị hỏng hoặc có cấu trúc bất thường. Hãy mở bằng Word, lưu lại rồi gửi lại.",
        "The Word file is damaged or odd inside. Open it in Word, save it and send it again.",
    ),
    "word_doctype": WordProblem(
        "file",
        "Tệp Word có khai báo DOCTYPE bên trong; không được phép.",
        "The Word file has a DOCTYPE inside, which is not allowed.",
    ),
    "word_too_large": WordProblem(
        "file",
        "Tệp Word khi giải nén lớn quá mức, hoặc quá phức tạp. Hãy bỏ bớt nội dung thừa; ảnh thì đính kèm thành tệp.",
        "The Word file becomes too large when unpacked, or is too complex. Take out what is spare; attach pictures.",
    ),
    # Which filing it is
    "word_unknown": WordProblem(
        "identity",
        f"Tệp không phải là mẫu thuyết minh do hệ thống cấp (không có mã nhận dạng). {_DOWNLOAD_VI}",
        f"The file is not a narrative that the hub gave out (it has no identity). {_DOWNLOAD_EN}",
    ),
    "word_layout": WordProblem(
        "identity",
        f"Tệp Word thuộc một loại mẫu hoặc phiên bản khác. {_DOWNLOAD_VI}",
        f"The Word file is of another kind or version. {_DOWNLOAD_EN}",
    ),
    "edition_unknown": WordProblem(
        "identity",
        "Chế độ báo cáo hoặc kỳ ghi trong tệp không có, hoặc kỳ đó dùng mẫu khác.",
        "There is no such regime or period as the file says, or that period uses another form.",
    ),
    "edition_changed": WordProblem(
        "identity",
        f"Mẫu của chế độ báo cáo đã thay đổi từ khi tải tệp này. {_DOWNLOAD_VI}",
        f"The regime's form has changed since this file was downloaded. {_DOWNLOAD_EN}",
    ),
    # What is in it
    "heading_missing": WordProblem(
        "structure",
        f"Thiếu tiêu đề của một mục. {_DOWNLOAD_VI}",
        f"The heading of a section is missing. {_DOWNLOAD_EN}",
    ),
    "heading_duplicate": WordProblem(
        "structure",
        "Tiêu đề của một mục xuất hiện hai lần. Hãy gộp nội dung về một tiêu đề.",
        "The heading of a section stands here twice. Bring its text below one of them.",
    ),
    "heading_renamed": WordProblem(
        "structure",
        "Tiêu đề của mục đã bị sửa; nội dung vẫn được đọc vào đúng mục.",
        "The heading of the section was changed; its text was read into the right section all the same.",
        "note",
    ),
    "text_before_headings": WordProblem(
        "structure",
        "Có nội dung đứng trước tiêu đề đầu tiên, không thuộc mục nào. Hãy chuyển xuống dưới tiêu đề của mục.",
        "There is text before the first heading, in no section. Move it below the heading of its section.",
    ),
    "tracked_changes": WordProblem(
        "structure",
        "Tệp còn vết sửa đổi (track changes): đã đọc như khi chấp nhận mọi sửa đổi.",
        "The file has tracked changes: it was read as if all of them were accepted.",
        "note",
    ),
    "comments_left_out": WordProblem(
        "structure", "Ghi chú (comment) trong tệp không được đọc.", "Comments in the file were not read.", "note"
    ),
    "picture_left_out": WordProblem(
        "structure",
        "Hình ảnh không được đưa vào; hãy đính kèm thành tệp.",
        "Pictures are not taken in; attach them as files.",
        "note",
    ),
    "box_left_out": WordProblem(
        "structure",
        "Chữ trong khung (text box) không được đọc. Hãy chuyển thành đoạn văn thường.",
        "Text in a text box was not read. Turn it into ordinary paragraphs.",
    ),
    "footnote_left_out": WordProblem(
        "structure",
        "Chú thích cuối trang không được đọc. Hãy viết vào nội dung.",
        "Footnotes and endnotes were not read. Write them into the text.",
    ),
}  # fmt: skip

_OF_THE_GUARD = {
    "workbook_encrypted": "word_encrypted", "workbook_doctype": "word_doctype",
    "workbook_too_complex": "word_too_large",
    "zip_bomb": "word_too_large", "zip_too_many_entries": "word_too_large", "zip_broken": "word_broken",
    "zip_unsafe": "word_broken", "workbook_broken": "word_broken", "workbook_macros": "word_macros",
}  # fmt: skip
"""What the guard of zips found, in the words of a Word file."""


def word_problem(
    code: str, place: Place = NOWHERE, *, found: str | None = None, expected: str | None = None
) -> Finding:  # fmt: skip
    """The finding of that code, of this catalogue or the one shared by all doors; ``found`` is made safe to show."""
    code = _OF_THE_GUARD.get(code, code)
    if code not in PROBLEMS and code not in SHARED:
        code = "word_not_word"
    stage, vi, en, severity = PROBLEMS[code] if code in PROBLEMS else WordProblem(*SHARED[code])
    return Finding(
        code, severity, stage, vi, en, place=place, expected=expected,
        found=None if found is None else shown(found, 300),
    )  # fmt: skip
