"""Recognises Vietnamese typed for the old TCVN3 (.VnTime) and VNI fonts, which reads as nonsense in Unicode.

A word counts as legacy when it is no Vietnamese syllable as it stands and becomes one when read by the font's table.
So ``Céng hßa`` is seen, while ``Müller``, ``résumé`` and ``Straße`` are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

LegacyFont = Literal["TCVN3", "VNI"]

_TCVN3_CODES = (
    "µà ¸á ¶ả ·ã ¹ạ ¨ă »ằ ¾ắ ¼ẳ ½ẵ Æặ ©â Çầ Êấ Èẩ Éẫ Ëậ ®đ Ìè Ðé Îẻ Ïẽ Ñẹ ªê Òề Õế Óể Ôễ Öệ ×ì Ýí Øỉ Üĩ Þị "
    "ßò ãó áỏ âõ äọ «ô åồ èố æổ çỗ éộ ¬ơ êờ íớ ëở ìỡ îợ ïù óú ñủ òũ ôụ \xadư õừ øứ öử ÷ữ ùự úỳ ýý ûỷ üỹ þỵ "
    "§Đ ¡Ă ¢Â £Ê ¤Ô ¥Ơ ¦Ư"
)
_TCVN3 = {ord(pair[0]): pair[1] for pair in _TCVN3_CODES.split(" ")}
_SIGN_IN_WORD = re.compile("[A-Za-z][µ¸¶¨»¾¼½©ª«¬\xad]")
"""No language writes these after a letter; ``·``, ``¹`` and ``×`` do stand so in units, notes and sizes."""

_UNIT_OR_SIGN = re.compile("[^A-Za-z]|µ[A-Za-z]|[A-Za-z]{1,2}·[A-Za-z]{1,2}")
"""Signs by themselves and units such as µm and N·m, which are no words."""

_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302",
    "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306",
    "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile("([aeouyôö])([" + "".join(_VNI_MARKS) + "])")

_VNI_PAIR_ANY_CASE = re.compile(_VNI_PAIR.pattern, re.IGNORECASE)

_ONSET = r"(?:b|ch|c|đ|d|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
_RIMES = (
    "a ac ach ai ak ăk ok uk am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây e ec em "
    "en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac "
    "oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ô ôc ôi "
    "ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych "
    "uyên uyêt uynh uyt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu "
    "y yêm yên yêng yêt yêu yn ynh yt "
)
_SYLLABLE = re.compile(_ONSET + "(?:" + "|".join(sorted(_RIMES.split(), key=len, reverse=True)) + ")")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile("[A-Za-z\xa1-\xff\u0100-\u01ff\u1ea0-\u1eff\u0300-\u036f]+")


def legacy_font(text: str) -> LegacyFont | None:
    """Which legacy font the text was typed for, or None. ``text`` is NFC.

    One word is enough when it holds a sign that no language writes inside a word, or when every marked word of the
    text reads as legacy; else two are needed.
    """
    marked = [word for word in _WORD.findall(text) if not word.isascii() and not _UNIT_OR_SIGN.fullmatch(word)]
    strange = [word for word in marked if not _is_syllable(word)]
    if not strange:
        return None
    if _reads_as(strange, marked, _from_tcvn3, signs=True):
        return "TCVN3"
    if _reads_as(strange, marked, _from_vni, signs=False):
        return "VNI"
    return None


def _reads_as(strange: list[str], marked: list[str], convert: Callable[[str], str], *, signs: bool) -> bool:
    hits = [word for word in strange if _is_vietnamese(convert(word))]
    if len(hits) > 1:
        return True
    if not hits:
        return False
    if signs and _SIGN_IN_WORD.search(hits[0]):
        return True
    return len(marked) > 1 and all(_is_vietnamese(convert(word)) for word in marked)


def from_legacy(text: str, font: LegacyFont) -> str:
    """The text in Unicode NFC, read by the old font's table; small and capital letters are kept."""
    if font == "TCVN3":
        return unicodedata.normalize("NFC", text.translate(_TCVN3))
    paired = _VNI_PAIR_ANY_CASE.sub(lambda match: match[1] + _VNI_MARKS[match[2].lower()], text)
    letters = {**_VNI_LETTERS, **{old.upper(): new.upper() for old, new in _VNI_LETTERS.items()}}
    return unicodedata.normalize("NFC", "".join(letters.get(letter, letter) for letter in paired))


def _from_tcvn3(word: str) -> str:
    return word.translate(_TCVN3)


def _from_vni(word: str) -> str:
    paired = _VNI_PAIR.sub(lambda match: match[1] + _VNI_MARKS[match[2]], word.lower())
    return unicodedata.normalize("NFC", "".join(_VNI_LETTERS.get(letter, letter) for letter in paired))


def _is_vietnamese(word: str) -> bool:
    """A syllable with at least one mark: plain ASCII proves nothing."""
    return not word.isascii() and _is_syllable(word)


def is_syllable(word: str) -> bool:
    """True if the word could be one Vietnamese syllable; false for abbreviations such as UBND."""
    return _is_syllable(word)


@lru_cache(maxsize=4096)
def _is_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word.lower())
    if sum(mark in _TONES for mark in decomposed) > 1:
        return False
    toneless = unicodedata.normalize("NFC", "".join(letter for letter in decomposed if letter not in _TONES))
    return _SYLLABLE.fullmatch(toneless) is not None
