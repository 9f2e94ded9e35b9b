"""A form with its values as the tables of a printed document: headings, lines, sums, and how they fit on a page.

What comes out is plain data (texts, numbers, lists) for a template; no markup is ever made of what people wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Column, Form, Row
from hub.domain.interchange import NOT_APPLICABLE_TEXT
from hub.domain.tables import shown_number
from hub.domain.values import FormValues, Value

PORTRAIT_MM, LANDSCAPE_MM = 165.0, 257.0
"""Width between the margins of A4, upright and on its side."""
SIZES: tuple[tuple[bool, float], ...] = (
    (False, 11), (False, 10), (False, 9), (True, 10), (True, 9), (True, 8), (True, 7),
)  # fmt: skip
"""How a table is tried to fit: (on its side, points), best first."""
MOST_LINES = 2_000
"""Lines of a list that are printed; all of them stand in the attached document, which is signed with the rest."""
_DIGIT_MM = 0.19
"""Width of a digit for each point of its size, with room to spare."""
_PADDING_MM = 2.4
_LONGEST_WORD, _PIECE = 22, 6
BREAK = "\u200b"
"""A zero-width space: a place where a line may be broken."""

_Shape = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """A column of the printed table: what stands above it and the texts below, and how many characters it needs."""

    label: str
    group: tuple[str, ...]
    code: str
    texts: list[str]
    sums: str
    numeric: bool
    needs: float
    wants: float


def table_of(form: Form, values: FormValues) -> dict[str, Any]:
    """The form as data for the template; ``blocks`` are the parts of a form too wide for one page."""
    begun = bool(values.cells or values.records)
    facts: dict[str, Any] = {
        "code": form.code, "title": form.title.vi, "nil": values.nil, "empty": not begun,
        "lines": number_text(len(values.records)),
        "printed": number_text(MOST_LINES) if len(values.records) > MOST_LINES else "",
    }  # fmt: skip
    if values.nil or not begun:
        return facts | {"unit": "", "landscape": False, "size": 11, "blocks": []}
    unit = _shared_unit(form)
    stub, levels = _stub(form, values)
    lines = [_line(form, values, column, number, unit) for number, column in enumerate(form.columns, 1)]
    return facts | {"unit": unit} | laid_out(stub, lines, levels, listed=form.kind == "list")


def laid_out(stub: Line, lines: Sequence[Line], levels: list[int], *, listed: bool = False) -> dict[str, Any]:
    """How the columns stand on paper: upright or not, in which size, in as many parts as fit."""
    landscape, size = _fit(stub, lines)
    room = LANDSCAPE_MM if landscape else PORTRAIT_MM
    return {
        "landscape": landscape,
        "size": size,
        "blocks": [_block(stub, part, levels, size, room, listed) for part in _parts(stub, lines, size, room)],
    }


def number_text(value: Decimal | int, decimals: int | None = None) -> str:
    """``1.234,50``: dots group thousands, the comma is the decimal mark."""
    text = shown_number(value, decimals)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def breakable(text: str) -> str:
    """The text with places to break its overlong words, so that nothing runs out of its column."""
    return " ".join(word if len(word) <= _LONGEST_WORD else _in_pieces(word) for word in text.split(" "))


def _in_pieces(word: str) -> str:
    return BREAK.join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE))


# --- columns ---------------------------------------------------------------------------------------------------------


def _shared_unit(form: Form) -> str:
    """The unit of measure that all figures of the form have; empty if they differ."""
    units = {column.unit for column in form.columns if column.numeric}
    return next(iter(units)) or "" if len(units) == 1 and not any(row.unit for row in form.rows) else ""


def _stub(form: Form, values: FormValues) -> tuple[Line, list[int]]:
    """The first column: what the rows are, or the numbers of records; and how deep each line stands."""
    if form.kind == "list":
        texts = [str(number) for number in range(1, len(values.records[:MOST_LINES]) + 1)]
        return Line("TT", (), "A", texts, "Cộng", True, 4, 4), [1] * len(texts)
    texts = [breakable(row.label.vi + (f" ({row.unit})" if row.unit else "")) for row in form.rows]
    longest = max(map(len, texts), default=8)
    label = form.row_axis.vi or "Nội dung"
    return Line(label, (), "A", texts, "", False, min(longest, 16), min(longest, 34)), _levels(form.rows)


def _levels(rows: Sequence[Row]) -> list[int]:
    """How many wholes stand above each row."""
    depth: dict[str, int] = {}
    for row in rows:
        depth[row.code] = depth.get(row.of or "", -1) + 1
    return list(depth.values())


def _line(form: Form, values: FormValues, column: Column, number: int, shared: str) -> Line:
    label = column.label.vi + (f" ({column.unit})" if column.unit and column.numeric and not shared else "")
    texts = [_text(column, value) for value in _values(form, values, column)]
    sums = _sum(column, values) if form.kind == "list" else ""
    longest = max(map(len, [*texts, sums]), default=1)
    words = max((len(word) for word in label.split()), default=1)
    group = tuple(each.vi for each in column.group)
    if column.numeric or column.type == "date":
        return Line(label, group, f"({number})", texts, sums, True, max(longest, min(words, 8), 4), max(longest, 9))
    wanted = min(max(longest, words), 28)
    return Line(label, group, f"({number})", texts, sums, False, min(wanted, 12), wanted)


def _values(form: Form, values: FormValues, column: Column) -> Iterator[Value | str | None]:
    if form.kind == "list":
        yield from (record.get(column.code) for record in values.records[:MOST_LINES])
        return
    for row in form.rows:
        blocked = (row.code, column.code) in form.blocked
        yield BLOCKED if blocked else values.cells.get((row.code, column.code))


BLOCKED = "×"
"""Stands in a cell that the form does not ask for."""


def _text(column: Column, value: Value | str | None) -> str:
    if value is None:
        return ""
    if value is NOT_APPLICABLE:
        return NOT_APPLICABLE_TEXT
    if isinstance(value, Decimal):
        return number_text(value, column.decimals)
    if isinstance(value, str):
        chosen = next((choice.label.vi for choice in column.choices if choice.code == value), value)
        return breakable(chosen)
    return f"{value:%d/%m/%Y}"


def _sum(column: Column, values: FormValues) -> str:
    """The total of a list's column, where adding up has a meaning."""
    if not column.numeric or column.rollup.kind not in {"sum", "last"}:
        return ""
    figures = [value for record in values.records if isinstance(value := record.get(column.code), Decimal)]
    return number_text(sum(figures, Decimal(0)), column.decimals) if figures else ""


# --- fitting ---------------------------------------------------------------------------------------------------------


def _width(line: Line, size: float) -> float:
    return line.needs * _DIGIT_MM * size + _PADDING_MM


def _fit(stub: Line, lines: Sequence[Line]) -> tuple[bool, float]:
    """The first of ``SIZES`` at which the whole table fits; else the last but one, in parts."""
    for landscape, size in SIZES:
        room = LANDSCAPE_MM if landscape else PORTRAIT_MM
        if sum(_width(line, size) for line in (stub, *lines)) <= room:
            return landscape, size
    return True, 8


def _parts(stub: Line, lines: Sequence[Line], size: float, room: float) -> Iterator[list[Line]]:
    part: list[Line] = []
    used = first = _width(stub, size)
    for line in lines:
        if part and used + _width(line, size) > room:
            yield part
            part, used = [], first
        part.append(line)
        used += _width(line, size)
    if part:
        yield part


def _block(
    stub: Line, lines: list[Line], levels: list[int], size: float, room: float, listed: bool
) -> dict[str, Any]:  # fmt: skip
    columns = [stub, *lines]
    sums = [line.sums for line in columns] if listed and any(line.sums for line in lines) else []
    return {
        "columns": f"{lines[0].code}–{lines[-1].code}" if len(lines) > 1 else lines[0].code,
        "widths": _widths(columns, size, room),
        "numeric": [line.numeric for line in columns],
        "codes": [line.code for line in columns],
        "head": _head(stub, lines),
        "levels": levels,
        "rows": [list(texts) for texts in zip(*(line.texts for line in columns), strict=True)],
        "sums": sums,
    }


def _widths(columns: Sequence[Line], size: float, room: float) -> list[float]:
    """Each column gets what it needs; what is left over goes to those that want more, then to all alike."""
    widths = [_width(line, size) for line in columns]
    wishes = [max(line.wants - line.needs, 0) * _DIGIT_MM * size for line in columns]
    left, wished = room - sum(widths), sum(wishes)
    share = min(left / wished, 1) if wished else 0
    widths = [width + wish * share for width, wish in zip(widths, wishes, strict=True)]
    spare = max(room - sum(widths), 0) / sum(widths)
    return [round(width * (1 + spare), 2) for width in widths]


# --- headings --------------------------------------------------------------------------------------------------------


def _head(stub: Line, lines: Sequence[Line]) -> list[_Shape]:
    """The lines of the table's head, from the top: cells with the columns and lines that each covers."""
    depth = max((len(line.group) for line in lines), default=0)
    head: list[_Shape] = [[] for _ in range(depth + 1)]
    head[0].append(_cell(stub.label, 1, depth + 1))
    for level in range(depth + 1):
        at = 0
        while at < len(lines):
            line = lines[at]
            if len(line.group) > level:
                width = _same(lines[at:], level)
                head[level].append(_cell(line.group[level], width, 1))
                at += width
                continue
            if len(line.group) == level:
                head[level].append(_cell(line.label, 1, depth + 1 - level))
            at += 1
    return head


def _same(lines: Sequence[Line], level: int) -> int:
    """How many columns from the first on stand under the same words down to this level."""
    wanted = lines[0].group[: level + 1]
    width = 1
    while width < len(lines) and lines[width].group[: level + 1] == wanted:
        width += 1
    return width


def _cell(text: str, columns: int, rows: int) -> dict[str, Any]:
    return {"text": breakable(text), "columns": columns, "rows": rows}
