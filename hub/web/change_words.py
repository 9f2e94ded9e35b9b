"""What one edition changes of another, said in words: the data's own names and codes never stand on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.domain.edition_diff import Change
from hub.domain.form import Label
from hub.web.language import Said, plain
from hub.web.rendering import FIDELITY_NAMES, FREQUENCY_NAMES, ROLLUP_NAMES
from hub.web.rendering import OVER_TIME_NAMES as OVER_TIME

LEVELS: dict[str, Label] = {
    "commune": Label("cấp xã", "communes"),
    "district": Label("cấp huyện", "districts"),
    "province": Label("cấp tỉnh", "provinces"),
    "ministry": Label("bộ, ngành", "ministries"),
}
SEVERITIES: dict[str, Label] = {
    "error": Label("lỗi", "error"),
    "warning": Label("cảnh báo", "warning"),
    "note": Label("lưu ý", "note"),
}
ATTRIBUTES: dict[str, tuple[str, str]] = {
    "title": ("tên", "title"),
    "label": ("tên", "name"),
    "kind": ("loại biểu", "kind of form"),
    "frequencies": ("tần suất", "frequencies"),
    "required": ("phải điền", "required"),
    "of": ("là phần của", "part of"),
    "unit": ("đơn vị tính", "unit of measure"),
    "type": ("kiểu dữ liệu", "type"),
    "decimals": ("số chữ số thập phân", "decimals"),
    "rollup": ("cách tổng hợp", "roll-up"),
    "choices": ("các lựa chọn", "choices"),
    "indicator": ("chỉ tiêu quốc gia", "national indicator"),
    "minimum": ("nhỏ nhất", "least"),
    "maximum": ("lớn nhất", "most"),
    "receiver": ("nơi nhận", "receiver"),
    "office": ("cơ quan thực hiện", "office"),
    "units": ("các đơn vị", "units"),
    "expr": ("biểu thức", "expression"),
    "when": ("điều kiện", "condition"),
    "severity": ("mức", "severity"),
    "tolerance": ("sai số cho phép", "tolerance"),
    "computes": ("ô tự tính", "computed cell"),
    "beta": ("thử nghiệm", "on trial"),
    "max_length": ("độ dài tối đa", "longest text"),
    "anchor": ("tính từ", "counted from"),
    "months": ("số tháng sau", "months later"),
    "day": ("ngày", "day"),
    "days": ("số ngày sau", "days later"),
    "working_days": ("số ngày làm việc sau", "working days later"),
    "before": ("trước ngày ấy", "before that day"),
    "start": ("bắt đầu", "start"),
    "end": ("kết thúc", "end"),
}
"""What can change of an entry, by the name it has in the data."""
UNREAD: dict[str, tuple[str, str]] = {
    "title": ("tên báo cáo", "title"),
    "content_kind": ("nội dung yêu cầu", "required content"),
    "reporters": ("đối tượng báo cáo", "reporters"),
    "receiver": ("cơ quan nhận", "receiver"),
    "methods": ("phương thức gửi", "ways of sending"),
    "deadline": ("thời hạn gửi", "deadline"),
    "frequency": ("tần suất", "frequency"),
    "window": ("thời gian chốt số liệu", "data window"),
    "outline": ("đề cương", "outline"),
    "process": ("quy trình", "process"),
}
"""The items of a regime's mandatory content that may not have been read in its text."""
_YES_OR_NO = {"True": ("có", "yes"), "False": ("không", "no")}
_ANCHORS = {
    "period_start": ("đầu kỳ", "start of the period"),
    "period_end": ("cuối kỳ", "end of the period"),
    "window_end": ("ngày chốt số liệu", "end of the data window"),
}
_TYPES = {
    "integer": ("số nguyên", "whole number"),
    "decimal": ("số thập phân", "decimal number"),
    "money": ("số tiền", "amount of money"),
    "percent": ("tỷ lệ phần trăm", "per cent"),
    "text": ("chữ", "text"),
    "choice": ("chọn từ danh sách", "choice from a list"),
    "date": ("ngày", "date"),
}
_RECEIVERS = {
    "district": ("cấp huyện", "district"),
    "province": ("cấp tỉnh", "province"),
    "owner": ("cơ quan chủ trì", "owner"),
}
_VALUES: dict[str, Mapping[str, Said]] = {
    "fidelity": FIDELITY_NAMES,
    "frequencies": FREQUENCY_NAMES,
    "parts": FREQUENCY_NAMES,
    "severity": SEVERITIES,
    "type": _TYPES,
    "receiver": _RECEIVERS,
    "anchor": _ANCHORS,
    "kind": {"grid": ("bảng cố định", "fixed table"), "list": ("danh sách", "list")},
    "content_kind": {
        "narrative": ("thuyết minh", "narrative"),
        "data": ("số liệu", "data"),
        "both": ("thuyết minh và số liệu", "narrative and data"),
    },
    "sign_off": {"check": ("kiểm tra", "check"), "sign": ("ký số", "sign")},
}
"""The words of codes, by the attribute that holds them."""
_SCOPES = {"own": ("số liệu của mình", "own figures"), "rollup": ("bản tổng hợp", "roll-up")}


def place_in_words(change: Change) -> str:
    """Where the change is: the level or frequency it is about, the code of a form's part, and what of it changed."""
    if change.what == "text":
        return ""
    where, name = change.where, ""
    if change.how == "changed" and change.what != "cell":
        where, _, name = where.rpartition(" ")
    parts = [_subject(change, where), plain(ATTRIBUTES.get(name, (name, name))) if name else ""]
    return ": ".join(part for part in parts if part)


def _subject(change: Change, where: str) -> str:
    if change.what == "reporters":
        level, _, scope = where.partition("/")
        return f"{_named(level, LEVELS)}, {_named(scope, _SCOPES)}"
    if change.what == "dates":
        return ", ".join(_named(part, LEVELS if part in LEVELS else FREQUENCY_NAMES) for part in where.split(", "))
    return where


def in_words(change: Change, text: str) -> str:
    """A value before or after the change, its codes in words."""
    name = change.where.rpartition(" ")[2]
    if not text:
        return ""
    if text in _YES_OR_NO:
        return plain(_YES_OR_NO[text])
    if change.what == "dates" and name in {"start", "end"}:
        return ", ".join(_counted(part) for part in text.split(", "))
    if name == "rollup":
        return _rolled_up(text)
    if name in _VALUES and not (change.what == "text" and name == "receiver"):
        return ", ".join(_named(code, _VALUES[name]) for code in text.split(", "))
    return text


def _counted(part: str) -> str:
    """``months 1`` of a day's rule: what it is counted from, or by how much."""
    name, _, value = part.partition(" ")
    said = _named(value, _ANCHORS) if name == "anchor" else plain(_YES_OR_NO.get(value, (value, value)))
    return f"{_named(name, ATTRIBUTES)} {said}"


def _rolled_up(text: str) -> str:
    """``ratio/recompute c01 c02``: across units, over time, and of which columns."""
    found = re.match(r"(\w+)/(\w+)\s*(.*)", text)
    if found is None:
        return text
    across, over_time, columns = found.groups()
    said = f"{_named(across, ROLLUP_NAMES)}; {_named(over_time, OVER_TIME)}"
    return f"{said} ({columns.replace(' ', ' / ')})" if columns else said


def _named(code: str, names: Mapping[str, Said]) -> str:
    return plain(names.get(code, code))
