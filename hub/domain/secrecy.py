"""Secrecy marks in text: is a line the stamp of a state secret (MẬT, TỐI MẬT, TUYỆT MẬT), or does it only use the word?

A stamp stands by itself: alone on its line (or in its cell), between brackets, beside a mark of urgency, or after
"Độ mật:". "Bảo mật", "mật ong", "mật độ" and a sentence about secret documents are no stamps. What is found is told by
its place, never by its text (R06); whoever decides on it is a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hub.domain.findings import Finding
from hub.domain.form import Address

MARKED = "secrecy_mark"
"""The code of the finding that a report's own words bear a mark: its bytes go to the quarantine and nowhere else."""

_LETTERS = re.compile(r"[mM]\s*(?:[ậẬ]|[aAâÂạẠ][\u0300-\u036f]*)\s*[tT]")
"""Without these letters in this order there is no mark: most cells of a list are passed over at once."""
_SEPARATORS = re.compile(r"\t|\s{2,}|[|;]|\s[-–—+/]\s")
_EDGES = " \t\u00a0.,:;!*#=_~-–—+/\\|()[]{}<>«»“”\"'’‘•·■□▪►"
_WORDS = re.compile(r"\s+")
_LEVEL = re.compile(
    r"(?<!\w)(?:mức\s+)?(?:độ|dấu\s+độ|dấu\s+chỉ\s+độ)\s+mật\s*[:：=–-]+\s*[(\[\"“*]*\s*(?:tuyệt\s+mật|tối\s+mật|mật)(?!\w)",
    re.IGNORECASE,
)
_PLAIN_LEVEL = re.compile(
    r"(?<!\w)(?:muc\s+)?do\s+mat\s*[:：=–-]+\s*[(\[\"“*]*\s*(?:tuyet\s+mat|toi\s+mat|mat)(?!\w)", re.IGNORECASE
)
_INSIDE = re.compile(r"(?<!ĐỘ )(?<!DẤU )(?<!BÍ )(?<!\w)(?:TUYỆT MẬT|TỐI MẬT)(?!\w)")
_MARKS = frozenset({"MẬT", "TỐI MẬT", "TUYỆT MẬT"})
_ANY_CASE = frozenset({"TỐI MẬT", "TUYỆT MẬT"})
_PLAIN = frozenset({"TUYET MAT", "TOI MAT"})
_SPACED = frozenset({"MẬT", "TỐIMẬT", "TUYỆTMẬT", "TUYETMAT", "TOIMAT"})
_BESIDE = re.compile(
    r"^(?:(?:TÀI LIỆU|VĂN BẢN|CÔNG VĂN|HỒ SƠ|BÁO CÁO|ĐỘ|DẤU)\s+)?(TUYỆT MẬT|TỐI MẬT|MẬT)"
    r"(?:\s+(?:KHẨN|THƯỢNG KHẨN|HỎA TỐC|HOẢ TỐC|HỎA TỐC HẸN GIỜ))?$"
)
_URGENT_FIRST = re.compile(r"^(?:KHẨN|THƯỢNG KHẨN|HỎA TỐC|HOẢ TỐC)\s+(?:TUYỆT MẬT|TỐI MẬT|MẬT)$")
_MOST_WORDS_OF_A_HEADING = 14


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands, in both languages (``trang 3`` / ``page 3``)."""

    text: str
    place_vi: str = ""
    place_en: str = ""


def is_mark(text: str) -> bool:
    """True if one line (or one cell) of text is, or holds, a stamp of secrecy. Any Unicode form; never raises."""
    line = unicodedata.normalize("NFC", text).strip()
    if not line or "m" not in line.casefold():
        return False
    spoken = _WORDS.sub(" ", line)  # long runs of white space would be tried in every way
    if _LEVEL.search(spoken) or _PLAIN_LEVEL.search(spoken):
        return True
    if any(_is_stamp(part) for part in [line, *_SEPARATORS.split(line)]):
        return True
    return _in_capitals(line)


def has_mark(text: str) -> bool:
    """True if any line of a text is a mark."""
    if _LETTERS.search(text) is None:
        return False
    return any(is_mark(line) for line in text.splitlines())


def may_have_mark(texts: Iterable[str]) -> bool:
    """False only if none of the texts has a mark: one look at all of them together."""
    return _LETTERS.search("\n".join(texts)) is not None


def marked_places(lines: Iterable[Line], most: int = 20) -> Iterator[tuple[str, str]]:
    """Where marks stand, each place once, at most ``most`` of them; two lines that make one stamp count as one.

    A stamp may be set in two lines (TUYỆT over MẬT), so each line is also looked at together with the one before it.
    """
    told: set[tuple[str, str]] = set()
    before = Line("")
    for line in lines:
        place = line.place_vi, line.place_en
        together = place == (before.place_vi, before.place_en) and _in_two_lines(before.text, line.text)
        if place not in told and (together or has_mark(line.text)):
            told.add(place)
            yield place
            if len(told) == most:
                return
        before = line if line.text.strip() else before


def _in_two_lines(first: str, second: str) -> bool:
    upper = unicodedata.normalize("NFC", f"{first.strip(_EDGES)} {second.strip(_EDGES)}")
    return upper in _MARKS


def _is_stamp(part: str) -> bool:
    """Whether the whole of a part of a line is a mark, perhaps with the kind of document or its urgency."""
    core = _WORDS.sub(" ", part.strip(_EDGES))
    if not core or len(core) > 60:
        return False
    letters = core.split(" ")
    if len(letters) > 1 and all(len(letter) == 1 for letter in letters):
        return "".join(letters).upper() in _SPACED
    if core in _MARKS or core in _PLAIN or core.upper() in _ANY_CASE:
        return True
    if core.capitalize() == core == "Mật" and part.strip() != core:
        return part.strip()[0] in "([{«“\"'*"
    upper = core == core.upper()
    folded = core.replace(" - ", " ").replace(" – ", " ").replace("-", " ").replace(",", "")
    folded = _WORDS.sub(" ", folded)
    return upper and (_BESIDE.match(folded) is not None or _URGENT_FIRST.match(folded) is not None)


def _in_capitals(line: str) -> bool:
    """A stamp set beside other words of a heading: extracted text often runs them together on one line."""
    words = _WORDS.sub(" ", line)
    return words == words.upper() and len(words.split(" ")) <= _MOST_WORDS_OF_A_HEADING and bool(_INSIDE.search(words))


def mark_finding(where_vi: str, where_en: str, address: Address | None = None) -> Finding:
    """What the sender is told: where the mark stands and what the law says, never the text."""
    return Finding(
        MARKED, "error", "value",
        f"Có dấu hiệu mật ở “{where_vi}”. Theo Luật Bảo vệ bí mật nhà nước, tài liệu mật không được đưa lên hệ thống "
        "này. Nội dung chưa được nhận và được giữ riêng để người quản trị quyết định. Nếu không phải bí mật nhà nước, "
        "hãy viết lại cho khác dấu mật hoặc hỏi người quản trị.",
        f"“{where_en}” bears a secrecy mark. By the Law on Protection of State Secrets, secret documents may not be "
        "put on this hub. The content was not taken in and is held apart for an administrator to decide. If it is no "
        "state secret, reword what looks like a mark or ask the administrator.",
        address=address,
    )  # fmt: skip
