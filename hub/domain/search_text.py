"""Finding a name by what people type in a hurry: without capitals, with or without tone marks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """The text without capitals and doubled spaces, composed (NFC)."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=20_000)
def unmarked(text: str) -> str:
    """The folded text without tone marks and without the strokes and hooks of letters: ``Báo cáo`` → ``bao cao``."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", folded(text)) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def found_in(wanted: str, *texts: str) -> bool:
    """True if a text holds ``wanted``. What was typed with marks is looked for with them, else without.

    Nothing wanted is found everywhere.
    """
    plain = folded(wanted)
    marked = plain != unmarked(wanted)
    return any(plain in folded(text) if marked else plain in unmarked(text) for text in texts)
