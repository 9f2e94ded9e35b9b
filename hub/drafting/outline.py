"""The narrative of a form: the largest headings of a report template that are followed by text, not by a table."""

from __future__ import annotations

import re
from collections import Counter

from hub.drafting.cleaning import fold, is_capitals, sentence_case
from hub.drafting.grid import Block, Line
from hub.drafting.numbering import Token, split_label
from hub.drafting.vocabulary import says

LONGEST = 300


def outline_of(blocks: tuple[Block, ...], tables: set[int]) -> list[tuple[str, str]]:
    """(title, place) of each section; ``tables``: ids of the tables that became forms."""
    headings = [(i, *found) for i, block in enumerate(blocks) if (found := _heading(block)) is not None]
    style = _top_style([token.style for _, token, _ in headings])
    if style is None:
        return []
    top = [(i, rest) for i, token, rest in headings if token.style == style]
    sections: list[tuple[str, str]] = []
    for position, (index, title) in enumerate(top):
        end = top[position + 1][0] if position + 1 < len(top) else len(blocks)
        if not _holds_only_tables(blocks[index + 1 : end], tables):
            place = blocks[index].place
            sections.append((title, place))
    return sections


def _heading(block: Block) -> tuple[Token, str] | None:
    if not isinstance(block, Line) or len(block.text) > LONGEST:
        return None
    part = re.match(r"(?i)phần\s+(?:thứ\s+)?([IVX]+|\d+|nhất|hai|ba|tư|bốn|năm|sáu)\b[\s.:–-]*(.+)", block.text)
    if part:
        return Token("part", part[1]), _title(part[2])
    token, rest = split_label(block.text)
    if token is None or token.style not in ("roman", "arabic", "upper") or says("note_start", block.text):
        return None
    return (token, _title(rest)) if len(fold(rest)) > 3 else None


def _title(text: str) -> str:
    plain = re.sub(r"\s*\([^()]*\)?\s*[.:;…]*\Z", "", text) if len(text) > 120 else text
    plain = plain.split(":")[0] if ":" in plain and len(plain.split(":")[0]) > 8 else plain
    plain = plain.strip(" .:;…")
    return sentence_case(plain) if is_capitals(plain) else plain


def _top_style(styles: list[str]) -> str | None:
    times = Counter(styles)
    for style, least in (("part", 2), ("roman", 2), ("upper", 2), ("arabic", 2)):
        if times[style] >= least:
            return style
    return "roman" if times["roman"] else None


def _holds_only_tables(blocks: tuple[Block, ...], tables: set[int]) -> bool:
    """True if all there is below the heading are tables that became forms, their captions and headings."""
    if not any(id(block) in tables for block in blocks):
        return False
    words = [block for block in blocks if isinstance(block, Line) and not _about_a_table(block)]
    return not words


def _about_a_table(line: Line) -> bool:
    text = line.text
    if says("signature_start", text) or says("note_start", text) or says("motto_in", text) or says("title_start", text):
        return True
    return _heading(line) is not None or len(text) < 12 or fold(text).startswith(_ABOUT_A_TABLE)


_ABOUT_A_TABLE = ("đơn vị", "đvt", "biểu", "mẫu", "bảng", "phụ lục", "(", "ngày", "kỳ", "tm.", "…")
