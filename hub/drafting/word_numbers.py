"""The numbers that a word processor writes by itself before paragraphs: "I.", "1.1", "a)", "-"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn


class Numbers:
    """Counts automatic numbers through a document, in reading order."""

    def __init__(self, document: Any) -> None:
        self.counters: dict[tuple[str, int], int] = defaultdict(int)
        self.levels = dict(_levels(document))
        self.styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}

    def next_of(self, paragraph: Any) -> str:
        """The number of this paragraph as it is printed, or nothing."""
        number, level = self._place(paragraph)
        if number is None or (number, level) not in self.levels:
            return ""
        kind, pattern, start = self.levels[number, level]
        key = (number, level)
        self.counters[key] = self.counters[key] + 1 if key in self.counters else start
        for other in [k for k in self.counters if k[0] == number and k[1] > level]:
            del self.counters[other]
        if kind == "bullet":
            return "-"
        if kind == "none":
            return ""
        return re.sub(r"%(\d)", lambda match: self._written(number, int(match[1]) - 1), pattern)

    def _written(self, number: str, level: int) -> str:
        kind, _, start = self.levels.get((number, level), ("decimal", "", 1))
        return _written(self.counters.get((number, level), start), kind)

    def _place(self, paragraph: Any) -> tuple[str | None, int]:
        properties = paragraph.find(qn("w:pPr"))
        found = properties.find(qn("w:numPr")) if properties is not None else None
        if found is None and properties is not None:
            style = properties.find(qn("w:pStyle"))
            found = self._of_style(style.get(qn("w:val"))) if style is not None else None
        if found is None:
            return None, 0
        number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
        code = number.get(qn("w:val")) if number is not None else None
        return (None if code == "0" else code), int(level.get(qn("w:val")) or 0) if level is not None else 0

    def _of_style(self, name: str | None) -> Any:
        for _ in range(10):
            style = self.styles.get(name)
            if style is None:
                return None
            found = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is not None:
                return found
            based = style.find(qn("w:basedOn"))
            name = based.get(qn("w:val")) if based is not None else None
        return None

    def heading_level(self, style: str | None) -> int:
        """1 for "Heading 1" and "Title", and so on; 0 for any other style."""
        if style is None:
            return 0
        element = self.styles.get(style)
        name = element.find(qn("w:name")) if element is not None else None
        text = (name.get(qn("w:val")) if name is not None else style).lower()
        match = re.match(r"(?:heading|tiêu đề) ?(\d)", text)
        return int(match[1]) if match else 1 if text == "title" else 0


def _levels(document: Any) -> Iterator[tuple[tuple[str, int], tuple[str, str, int]]]:
    """(number list, level) → (kind, pattern such as "%1.", first number)."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return
    abstract = {item.get(qn("w:abstractNumId")): item for item in root.iter(qn("w:abstractNum"))}
    for number in root.iter(qn("w:num")):
        link = number.find(qn("w:abstractNumId"))
        item = abstract.get(link.get(qn("w:val"))) if link is not None else None
        for level in item.iter(qn("w:lvl")) if item is not None else ():
            yield (number.get(qn("w:numId")), int(level.get(qn("w:ilvl")) or 0)), _level(level)


def _level(level: Any) -> tuple[str, str, int]:
    def value(tag: str, default: str) -> str:
        found = level.find(qn(tag))
        return (found.get(qn("w:val")) or default) if found is not None else default

    start = value("w:start", "1")
    return value("w:numFmt", "decimal"), value("w:lvlText", "%1."), int(start) if start.isdigit() else 1


def _written(number: int, kind: str) -> str:
    if kind in ("upperRoman", "lowerRoman"):
        text = _roman(number)
        return text if kind == "upperRoman" else text.lower()
    if kind in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26)
        return letter if kind == "upperLetter" else letter.lower()
    if kind == "decimalZero":
        return f"{number:02d}"
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            text, number = text + sign, number - value
    return text
