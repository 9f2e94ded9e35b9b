"""Draft English for labels, from ``glossary.yaml``; what it cannot say stays Vietnamese and is listed."""

from __future__ import annotations

import re

from hub.drafting.cleaning import fold
from hub.drafting.vocabulary import data


def english(text: str) -> tuple[str, bool]:
    """(a draft, whether the glossary covered all of it). Never empty for a text that is not."""
    plain = text.strip()
    if not any(letter.isalpha() for letter in plain):
        return plain, True
    whole = _exact(plain)
    if whole is not None:
        return whole, True
    pieces = re.split(r"(\s*[:;(>)–]\s*|\s+-\s+)", plain)
    if len(pieces) > 1:
        made = [_piece(piece) for piece in pieces]
        if all(piece is not None for piece in made):
            return "".join(piece or "" for piece in made), True
    after = _before(plain)
    return (after, True) if after is not None else (plain, False)


def _exact(text: str) -> str | None:
    found = data("glossary.yaml")["exact"].get(fold(text).strip(" .:"))
    return str(found) if found is not None else None


def _piece(text: str) -> str | None:
    if not any(letter.isalpha() for letter in text):
        return text
    return _exact(text) or _before(text)


def _before(text: str) -> str | None:
    folded = fold(text)
    for words, pattern in data("glossary.yaml")["before"].items():
        if folded.startswith(words + " ") or folded.startswith(words + ":"):
            rest = text.strip()[len(words) :].strip(" :")
            made = _exact(rest) or (_before(rest) if len(rest) < len(text) and rest else None)
            return str(pattern).format(made[:1].lower() + made[1:]) if made else None
    return None
