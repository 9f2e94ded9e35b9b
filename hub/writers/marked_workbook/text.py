"""Texts as spreadsheet XML holds them: nothing in them is markup, an escape, or a character that XML forbids."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_000
_FORMULA = ("=", "+", "-", "@", "\t")


def xml_text(text: str) -> str:
    """Text to stand in an element; ``_x000D_`` stays those letters, for Excel reads them as an escape."""
    return escape(_ESCAPE.sub("_x005F_", _FORBIDDEN.sub("\ufffd", text[:_LONGEST])))


def looks_like_formula(text: str) -> bool:
    """True for text that a program would take for a formula if somebody typed it."""
    return text.startswith(_FORMULA)


def quoted_sheet(name: str) -> str:
    """A sheet's name as formulas and links say it."""
    return "'" + name.replace("'", "''") + "'"
