"""The descriptions of the API in Vietnamese, beside the English ones that the payload schemas carry.

The document says both: ``description`` and ``x-description-vi``. A test fails for a description without its words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VIETNAMESE: Mapping[str, str] = {
    # requests
    "One key for one report; repeat it when you retry and you get the same receipt.":
        "Mỗi báo cáo một khóa; gửi lại thì dùng lại khóa ấy và nhận lại đúng biên nhận cũ.",
    "`send` by default; `dry_run` checks and keeps nothing.":
        "Mặc định `send` (gửi); `dry_run` chỉ kiểm tra, không lưu gì.",
    "One key for one file; repeat it when you retry and it is the same upload.":
        "Mỗi tệp một khóa; gửi lại thì dùng lại khóa ấy và vẫn là lần tải lên đó.",
    "`none`: you confirm that no state secret is in it; needed to send":
        "`none`: bạn xác nhận trong tệp không có bí mật nhà nước; phải có để gửi chính thức",
    "`none`: no state secret is in it": "`none`: không có bí mật nhà nước",
    "the edition's first day; the one in force if absent": "ngày đầu của bản biểu mẫu; để trống: bản đang có hiệu lực",
    "form → cells, records or nil": "biểu → các ô, các bản ghi, hoặc không phát sinh",
    "the same message is stored once": "cùng một thông điệp chỉ được lưu một lần",
    "the sender's agency code; the token's own if absent": "mã cơ quan gửi; để trống: cơ quan của mã truy cập",
    "The token needs the scope `subscribe`.": "Mã truy cập phải có phạm vi `subscribe`.",
    "The token as the password, any name; reading only. For programs that ask for a name and a password.":
        "Mật khẩu là mã truy cập, tên tùy ý; chỉ để đọc. Dành cho chương trình hỏi tên và mật khẩu.",
    # parameters
    "`submission_id` of a receipt": "`submission_id` trên biên nhận",
    "`id` of a filing": "`id` của báo cáo",
    "`id` of a subscription": "`id` của đăng ký nhận",
    "`id` of an issued edition": "`id` của ấn bản đã ban hành",
    "`id` of an upload": "`id` của lần tải lên",
    "`name` of one of the edition's files": "`name` của một tệp của ấn bản",
    "a regime's code": "mã chế độ báo cáo",
    "the first day of one of its editions": "ngày đầu của một bản biểu mẫu của chế độ đó",
    "one national report's alone": "chỉ của một báo cáo quốc gia",
    "one regime's alone": "chỉ của một chế độ báo cáo",
    "of one period": "của một kỳ",
    "rows of a page": "số dòng một trang",
    "where the page begins: the one that `next` of the page before names":
        "trang bắt đầu từ đâu: lấy ở `next` của trang trước",
    "a day of Viet Nam": "ngày Việt Nam",
    "a day of Viet Nam; today if absent": "ngày Việt Nam; để trống: hôm nay",
    "the id of a province, for its communes": "mã tỉnh, để lấy các xã của tỉnh",
    "names of measures; may be repeated": "tên chỉ tiêu; được lặp lại",
    "all measures of a regime": "mọi chỉ tiêu của một chế độ báo cáo",
    "ids of units; may be repeated; the nation and all right below it if absent":
        "mã đơn vị; được lặp lại; để trống: cả nước và các đơn vị ngay dưới",
    "one level alone; `commune` needs `within`": "chỉ một cấp; `commune` (xã) cần có `within`",
    "a period's code": "mã kỳ báo cáo",
    "on the units of the time or on today's": "theo đơn vị của kỳ đó hay đơn vị hiện nay",
    "as was known then: a day of Viet Nam (its end) or an instant; the same for all pages":
        "như đã biết lúc đó: ngày Việt Nam (hết ngày) hoặc thời điểm; giữ nguyên cho mọi trang",
    "goes before Accept": "được ưu tiên hơn Accept",
    "the other edition; the one before if absent": "ấn bản kia; để trống: ấn bản liền trước",
    "one figure by its name": "một số liệu theo tên",
    "which of the three": "một trong ba gói",
    "a set's code": "mã bộ chỉ số",
    "the newest if absent": "để trống: kỳ mới nhất",
    # answers
    "A repeat, a dry run, or many reports": "Gửi lại, kiểm tra thử, hoặc nhiều báo cáo",
    "Stored, a new version": "Đã lưu thành phiên bản mới",
    "Stored": "Đã lưu",
    "The request is not valid": "Yêu cầu không hợp lệ",
    "No valid token": "Không có mã truy cập hợp lệ",
    "Not allowed": "Không được phép",
    "The key was used for something else, or somebody else was first":
        "Khóa đã dùng cho việc khác, hoặc có người làm trước",
    "Too large": "Quá lớn",
    "Unsupported content type": "Không nhận loại nội dung này",
    "Kept but refused: the findings say why; or nothing was kept":
        "Đã giữ bản gốc nhưng không nhận, các lỗi nêu lý do; hoặc không giữ gì",
    "Too many requests: see Retry-After": "Gọi quá nhiều: xem Retry-After",
    "Busy: see Retry-After": "Đang bận: xem Retry-After",
    "What you have is what there is": "Bản bạn đang có vẫn đúng",
    "Not there, or not for you": "Không có, hoặc không dành cho bạn",
    "The formats asked for are not available": "Không có định dạng được yêu cầu",
    "Kept; taken in from now on": "Đã giữ; bắt đầu tiếp nhận",
    "Refused": "Không nhận",
    "Subscribed before": "Đã đăng ký từ trước",
    "Subscribed": "Đã đăng ký",
    "Nothing comes any more": "Không giao nữa",
    "A message that was here before": "Thông điệp đã có từ trước",
    "Nothing is stored: every reason": "Không lưu gì: nêu mọi lý do",
    # fields of answers
    "sheet and cell, line and path, or pointer": "trang tính và ô, dòng và đường dẫn, hoặc con trỏ",
    "a rule on trial: it stops nothing": "quy tắc đang thử: không chặn gì",
    "for a workbook: where it is given back with its findings marked in it":
        "với bảng tính: địa chỉ lấy lại bảng tính có đánh dấu lỗi",
    "False where the file also holds reports that you may not see: it cannot be had as it came":
        "False nếu tệp còn có báo cáo bạn không được xem: không lấy lại nguyên tệp được",
    "the address of the next page; null on the last": "địa chỉ trang tiếp theo; null ở trang cuối",
    "names of files that are made when they are first asked for, then kept for good":
        "tên các tệp sẽ được lập khi có người yêu cầu lần đầu, rồi lưu giữ nguyên",
    "of measure": "đơn vị tính",
    "how units are brought together": "cách tổng hợp các đơn vị",
    "how periods are": "cách tổng hợp các kỳ",
    "exact; null where there is none": "đúng từng chữ số; null nếu không có",
    "0 to 1: what the missing units held in the period before": "0 đến 1: phần của các đơn vị còn thiếu trong kỳ trước",
    "differs from the latest published edition that shows it": "khác với ấn bản mới nhất có số liệu này",
    "why it stopped, in both languages": "vì sao dừng, bằng hai ngôn ngữ",
    "the file of an archive, or the unit and period that it names": "tệp trong tệp nén, hoặc đơn vị và kỳ mà nó nêu",
    "its share of the difference; null: no sum": "phần của nó trong chênh lệch; null: không phải số cộng",
    "how many figures differ in all": "tất cả bao nhiêu số liệu khác nhau",
    "the agency's code or the unit's id": "mã cơ quan hoặc mã đơn vị",
    "The address of this document": "Địa chỉ của bản mô tả này",
    "The address of a page for people": "Địa chỉ trang cho người đọc",
    "a line a figure, with the names of the fields above them": "mỗi số liệu một dòng, dòng đầu là tên các trường",
    # headers
    "The id of this request: the one you sent, if it is usable": "Mã của lời gọi: mã bạn gửi, nếu dùng được",
    "Requests a minute": "Số lời gọi mỗi phút",
    "How many of them are left": "Còn lại bao nhiêu",
    "Seconds until they are all there again": "Bao nhiêu giây nữa thì đủ lại",
    "Seconds to wait": "Số giây phải chờ",
    "Send it back as If-None-Match: what did not change comes as 304":
        "Gửi lại bằng If-None-Match: không đổi thì trả về 304",
    'The next page, rel="next"': 'Trang tiếp theo, rel="next"',
    "Where to ask how far it is": "Địa chỉ hỏi tiến độ",
    "How a token may be given": "Cách đưa mã truy cập",
}  # fmt: skip
_NAMED = frozenset({"properties", "headers", "schemas", "securitySchemes"})
"""Below these stand names that are anybody's own, such as a field called ``description``."""
_DATA = frozenset({"example", "examples"})


def say_both(document: dict[str, Any]) -> None:
    """Every description of paths and components is there in Vietnamese too, as ``x-description-vi``.

    What an answer says of itself in the words of its operation has its operation's words.
    """
    summaries = {
        said["summary"]: said["x-summary-vi"] for methods in document["paths"].values() for said in methods.values()
    }
    words = summaries | dict(VIETNAMESE)
    _add(document["paths"], words, named=True)
    _add(document["components"], words, named=False)


def _add(node: Any, words: Mapping[str, str], *, named: bool) -> None:
    """``named``: the keys of this node are names, not words of the standard."""
    if isinstance(node, list):
        for each in node:
            _add(each, words, named=False)
    if not isinstance(node, dict):
        return
    said = node.get("description")
    if not named and isinstance(said, str) and said in words:
        node["x-description-vi"] = words[said]
    for key, each in list(node.items()):
        if named or key not in _DATA:
            _add(each, words, named=not named and key in _NAMED)
