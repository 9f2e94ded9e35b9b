"""Formulas in the notes below a table: "Ghi chú: Cột (4) = Cột (5) + Cột (6); Mã số 10 = Mã số 11 + Mã số 12"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NAME = r"[(\[]?\s*\d{1,3}\s*[)\]]?"
_WORD = r"(?:cột(?:\s+số)?|cộc|dòng(?:\s+số)?|mã\s+số|mã|chỉ\s+tiêu|hàng|c)"
_TERM = rf"(?:(?:các\s+)?{_WORD}\s*)?{_NAME}"
_FORMULA = re.compile(
    rf"(?P<word>(?<!\w){_WORD})?\s*(?P<formula>{_NAME}\s*(?:=|≤|≥|<=|>=)\s*"
    rf"(?:[(\[]\s*)*{_TERM}(?:\s*[)\]])*(?:\s*(?:[+\-–*/:xX×=]|…|\.{{2,3}}|→)\s*(?:[(\[]\s*)*(?:{_TERM}|…|\.{{2,3}}|100\s*%?)(?:\s*[)\]])*)*)"
    r"(?P<more>\s*[xX×*]\s*100\s*%?)?(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NoteFormula:
    """``formula`` as printed; ``of_rows``: the words say that it is about rows; ``place`` of the note."""

    formula: str
    of_rows: bool
    place: str


def note_formulas(lines: Iterable[tuple[str, str]]) -> Iterator[NoteFormula]:
    """Every formula in the notes (text, place), in order. Without a word, numbers are those of columns."""
    for text, place in lines:
        text = _in_signs(text)
        of_rows = False
        for match in _FORMULA.finditer(text):
            word = (match["word"] or "").lower()
            if word:
                of_rows = word.startswith(("dòng", "mã", "chỉ", "hàng"))
            elif not re.search(r"(?i)cột|dòng|mã số|ghi chú|công thức|trong đó", text):
                continue
            yield NoteFormula(f"{match['formula']}{match['more'] or ''}".strip(), of_rows, place)


_SPOKEN = (
    (
        rf"tổng\s+(?:của\s+)?(?:các\s+)?cột\s+(?:từ\s+)?(?:cột\s+)?({_NAME})\s+đến\s+(?:cột\s+)?({_NAME})",
        r"\1 + … + \2",
    ),
    (r"(?<=[\d)\]])\s+bằng\s+(?=cột|dòng|mã|\d|[(\[]|tổng)", " = "),
    (r"(?<=[\d)\]])\s+cộng(?:\s+với)?\s+(?=cột|dòng|mã|\d|[(\[])", " + "),
    (r"(?<=[\d)\]])\s+trừ(?:\s+đi)?\s+(?=cột|dòng|mã|\d|[(\[])", " - "),
    (r"(?<=[\d)\]])\s+chia(?:\s+cho)?\s+(?=cột|dòng|mã|\d|[(\[])", " / "),
)


def _in_signs(text: str) -> str:
    """ "Cột 4 bằng cột 5 cộng cột 6" with signs for words."""
    for pattern, sign in _SPOKEN:
        text = re.sub(pattern, sign, text, flags=re.IGNORECASE)
    return text
