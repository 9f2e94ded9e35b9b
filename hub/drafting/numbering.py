"""Printed numbers of columns and rows: "(1)", "3=4+5", "A", "MS" over columns; "I", "1.1", "a)", "-" before rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from hub.drafting.cleaning import fold

_NUMBER = re.compile(r"[(\[]?(?:c|cột )?\s*-?(\d{1,3})[)\]]?\*?\.?")
_LETTER = re.compile(r"[(\[]?([A-ZĐa-z])[)\]]?")
_FORMULA_CHARS = r"[\d\s()\[\]{}+\-–*/:;.,…%=≤≥<>xX×÷cCột→]"
_WITH_FORMULA = re.compile(r"\(?\s*[(\[]?\s*(?:[cC]|[cC]ột\s*)?(\d{1,3})[)\]]?\s*\(?\s*([=≤≥<>].*)", re.DOTALL)
_ALL_FORMULA = re.compile(rf"{_FORMULA_CHARS}+\Z")
_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a cell of the numbering row says: a column's number or letter, and the formula printed with it."""

    number: int | None = None
    letter: str = ""
    formula: str = ""


def mark_of(text: str) -> Mark | None:
    """The mark that the text is, or None if it is something else. ``MS`` and ``Mã số`` are marks without a number.

    ``-1`` is 1: what a spreadsheet makes of a typed "(1)".
    """
    text = " ".join(text.split())
    if match := _NUMBER.fullmatch(text.lower()):
        return Mark(int(match[1]))
    if match := _LETTER.fullmatch(text):
        return Mark(letter=match[1].upper())
    if fold(text).strip("()") in ("ms", "mã số", "cột", "số cột", "stt cột"):
        return Mark()
    match = _WITH_FORMULA.fullmatch(text)
    if match and _ALL_FORMULA.match(match[2]):
        return Mark(int(match[1]), formula=_bare(match[2], text))
    if text[:1] in "=≤≥" and len(text) > 1 and _ALL_FORMULA.match(text) and any(c.isdigit() for c in text):
        return Mark(formula=text)
    return None


def _bare(formula: str, whole: str) -> str:
    """The formula without the bracket that closes one opened before the number."""
    extra = formula.count(")") - formula.count("(")
    while extra > 0 and formula.rstrip().endswith(")"):
        formula, extra = formula.rstrip()[:-1], extra - 1
    return formula.strip()


def is_numbering(texts: list[str]) -> bool:
    """True for the texts of a row that numbers the columns: marks only, numbers rising one by one."""
    filled = [text for text in texts if text.strip()]
    marks = [mark_of(text) for text in filled]
    known = [mark for mark in marks if mark is not None]
    numbers = [mark.number for mark in known if mark.number is not None]
    if len(numbers) < 2:
        letters = [mark.letter for mark in known if mark.letter]
        return len(numbers) == 1 and len(letters) >= 1 and letters[0] == "A" and len(known) == len(filled)
    if len(known) < len(filled) - max(1, len(filled) // 8) or len(filled) < 0.5 * len(texts):
        return False
    steps = sum(after - before in (1,) for before, after in pairwise(numbers))
    return steps >= 0.6 * (len(numbers) - 1)


@dataclass(frozen=True, slots=True)
class Token:
    """A row's printed number: how it is written (``style``) and its value."""

    style: str
    text: str


_TOKENS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("decimal", re.compile(r"\(?(\d{1,2}(?:\.\d{1,2}){1,4})[.)]?")),
    ("arabic", re.compile(r"\(?(\d{1,3})[.)/]?")),
    ("roman", re.compile(rf"\(?({_ROMAN.pattern})[.)/]?")),
    ("upper", re.compile(r"\(?([A-ZĐ])[.)/]?")),
    ("lower", re.compile(r"\(?([a-zđ]\d?)[.)/]?")),
    (
        "mixed",
        re.compile(
            r"\(?((?:[IVX]+|[A-ZĐ])\.\d{1,2}(?:\.\d{1,2})*|\d{1,2}(?:\.\d{1,2})*\.?[a-zđ]|[a-zđ]\.\d{1,2})[.)]?"
        ),
    ),
    ("dash", re.compile(r"([-–—])")),
    ("plus", re.compile(r"(\+)")),
    ("bullet", re.compile(r"([•*●▪◦·o])")),
)
_IN_LABEL = re.compile(
    rf"(?:\(?(?P<mark>{_ROMAN.pattern}|\d{{1,2}}(?:\.\d{{1,2}})+|\d{{1,2}}|[A-ZĐ]|[a-zđ])(?:[.)](?=\s|[^\W\d])|/|\s*:|(?<=\.\d)(?=\s+[^\W\d])|(?<=\.\d\d)(?=\s+[^\W\d]))\s*"
    r"|(?P<sign>[-–—+*•●▪])\s*)(?P<rest>\S.*)\Z",
    re.DOTALL,
)


def token_of(text: str) -> Token | None:
    """The row number that the text is, or None."""
    text = text.strip()
    for style, pattern in _TOKENS:
        if match := pattern.fullmatch(text):
            if style == "decimal" and match[1].endswith(".0"):
                return Token("arabic", match[1][:-2])
            return Token(f"decimal{match[1].count('.')}" if style == "decimal" else style, match[1])
    return None


def split_label(text: str) -> tuple[Token | None, str]:
    """A label that begins with its own number or dash, taken apart; (None, text) for any other."""
    match = _IN_LABEL.match(text)
    if match is None:
        return None, text
    token = token_of(match["mark"] or match["sign"])
    return (token, match["rest"].strip()) if token is not None else (None, text)
