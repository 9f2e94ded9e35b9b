"""Text as people typed it → text as it is meant: Unicode NFC, plain spaces, no letter-spacing, old fonts read."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from hub.domain.legacy_fonts import LegacyFont, from_legacy, is_syllable

_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_DASHES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2212": "-", "\uff0d": "-", "\uf02d": "-", "\uf0b7": "-"}
)
_LETTER = "[^\\W\\d_]"
_SPACED = re.compile(rf"(?<!\w)(?:{_LETTER}[ ]){{2,}}{_LETTER}(?!\w)")
_LEADERS = re.compile(r"[.…_]{4,}|…{2,}")
_OLD_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE = re.compile("(?<!q)(" + "|".join(_OLD_TONES) + r")(?![a-zà-ỹ])")


def clean(text: str, font: LegacyFont | None = None, *, capitals: bool = False) -> str:
    """The text, readable: NFC, one space between words, line breaks kept, nothing invisible, no dotted leaders.

    ``font``: the old font it was typed for; ``capitals``: that font shows small letters as capitals (.VnTimeH).
    """
    if font is not None:
        text = from_legacy(text, font)
        if capitals:
            text = text.upper()
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n"))
    text = _INVISIBLE.sub("", text.translate(_DASHES))
    lines = (_SPACES.sub(" ", _joined(line)).strip() for line in text.split("\n"))
    return _LEADERS.sub("…", "\n".join(line for line in lines if line))


def _joined(line: str) -> str:
    """``B I Ể U   S Ố`` → ``BIỂU SỐ``: words spaced out stay apart where more than one space stands between them."""
    line = line.replace("\u00a0", " ")
    return " ".join(_SPACED.sub(_closed_up, part) for part in re.split(" {2,}", line))


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """For comparing only: lower case, one line, one way of placing tones (``hoà`` = ``hòa``), dashes alike."""
    text = " ".join(text.lower().split()).replace("–", "-").replace("—", "-")
    text = _TONE.sub(lambda match: _OLD_TONES[match[1]], text)
    return text.replace("tỉ lệ", "tỷ lệ")


def _closed_up(match: re.Match[str]) -> str:
    return match[0].replace(" ", "") if match[0].isupper() else match[0]


def is_capitals(text: str) -> bool:
    """True for a line written in capitals (a few small words such as "số", "và" in brackets do not matter)."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 4 and sum(letter.isupper() for letter in letters) >= 0.8 * len(letters)


def sentence_case(text: str) -> str:
    """A title in capitals as a sentence; abbreviations (UBND), Roman numerals and words with digits stay."""
    if not is_capitals(text):
        return text
    words = [word if _is_acronym(word) else word.lower() for word in text.split(" ")]
    plain = " ".join(words)
    return plain[:1].upper() + plain[1:]


def _is_acronym(word: str) -> bool:
    letters = "".join(letter for letter in word.lower() if letter.isalpha())
    if not letters or "-" in word or "/" in word:
        return bool(letters) and any(letter.isdigit() for letter in word)
    return re.fullmatch("[ivx]+", letters) is not None or not is_syllable(letters)
