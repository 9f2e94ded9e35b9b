"""The rows of a grid: which carry figures, which only order them, what stands below what."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hub.drafting.cleaning import fold, sentence_case
from hub.drafting.doubts import Doubts
from hub.drafting.grid import Table
from hub.drafting.lines import BodyRow
from hub.drafting.measures import measure_named, own_measure
from hub.drafting.model import ColumnDraft, RowDraft
from hub.drafting.numbering import split_label
from hub.drafting.shape import Shape
from hub.drafting.vocabulary import says, without_start

_TERM = r"[(\[]?\s*(?:[IVX]{1,5}|[A-ZĐ]|\d{1,3}(?:\.\d{1,2})*[a-zđ]?|[a-zđ])\s*[)\]]?"
_FORMULA_AT_END = re.compile(
    rf"\s*[(\[]?\s*(?P<formula>(?:(?:{_TERM}\s*)?=\s*)?{_TERM}(?:\s*[+\-–]\s*(?:…|\.{{2,3}}|{_TERM}))+)\s*[)\]]?\s*\Z"
)
_RATIO_AT_END = re.compile(
    rf"\s*[(\[]\s*(?P<formula>(?:{_TERM}\s*)?=\s*{_TERM}\s*[/:]\s*{_TERM}(?:\s*[*xX×]\s*100\s*%?)?)\s*[)\]]\s*\Z"
)
_LIGHT = frozenset({"dash", "plus", "bullet"})


def rows_of(table: Table, shape: Shape, columns: list[ColumnDraft], doubts: Doubts) -> list[RowDraft]:
    """The rows in order, headings among them; ``parent`` is an index into the list. Codes are those of data rows."""
    if shape.kind == "one_row":
        return [RowDraft("r01", "Đơn vị báo cáo", -1, table.place)]
    if shape.kind != "grid":
        return []
    rows = _drafted(table, shape, columns, doubts)
    _arrange(rows)
    _dimensions_become_headings(rows, doubts)
    _rows_without_units_become_headings(rows, doubts)
    _number(rows)
    _tell_apart(rows)
    return rows


# --- from lines to rows ----------------------------------------------------------------------------------------------


def _drafted(table: Table, shape: Shape, columns: list[ColumnDraft], doubts: Doubts) -> list[RowDraft]:
    rows: list[RowDraft] = []
    figures = {column.index for column in columns}
    dropped, group = [], ""
    for line in shape.body:
        if line.group and line.group != group:
            rows.append(RowDraft("", line.group, line.row, line.place, kind="heading", marker="group"))
        group = line.group
        if line.named:
            rows += _rows_in(line, figures)
        elif line.label or line.token is not None:
            dropped.append(line)
    kept = sum(row.kind == "data" for row in rows)
    if dropped:
        doubts.add("kind_grid", dropped[0].place, rows=kept, dropped=len(dropped))
    units = {line.unit for line in shape.body if line.unit and line.named and measure_named(line.unit) is None}
    for unit in sorted(units):
        doubts.add("unit_unknown", table.place, unit=unit)
    return rows


_MARKER_THEN_DASH = re.compile(r"(?P<marker>[^:\-–+]{4,40}?)\s*:?\s*(?P<sign>[-–—+•])\s+(?P<rest>\S.*)", re.DOTALL)


def _rows_in(line: BodyRow, figures: set[int]) -> list[RowDraft]:
    """The line as a row; "Chia ra: - Nam" is the heading "Chia ra" and below it its first part."""
    match = _MARKER_THEN_DASH.fullmatch(line.label)
    if match is None or not (_only(match["marker"], "split_start") or _only(match["marker"], "of_which_start")):
        return [_row(line, figures)]
    heading = _row(replace(line, label=match["marker"].strip(), code="", formula="", unit=""), figures)
    token, rest = split_label(f"{match['sign']} {match['rest']}")
    return [heading, _row(replace(line, label=rest.strip(" :"), token=token, stt=""), figures)]


def _row(line: BodyRow, figures: set[int]) -> RowDraft:
    label, formula = line.label, line.formula
    if match := _FORMULA_AT_END.search(label):
        rest = label[: match.start()].strip(" (=:")
        if rest and ("+" in match["formula"] or "=" in match["formula"]):
            label, formula = rest, formula or match["formula"]
    elif match := _RATIO_AT_END.search(label):
        label, formula = label[: match.start()].strip(" :") or label, formula or match["formula"]
    _, own = own_measure(label)
    row = RowDraft(
        "", sentence_case(label.strip(" :") or line.label), line.row, line.place, line.token, line.code, bold=line.bold
    )
    row.indent, row.formula, row.total = line.indent, formula, line.total
    row.measure = measure_named(line.unit) or own
    closed = bool(figures) and figures <= line.crossed
    only_marker = _only(line.label, "of_which_start") or _only(line.label, "split_start")
    if line.whole or closed or only_marker:
        row.kind = "heading"
    if says("of_which_start", line.label):
        row.marker = "of_which"
    elif says("split_start", line.label) and not line.total:
        row.marker = "split"
        row.kind = "heading" if only_marker or says("dimension_start", line.label) else row.kind
    return row


def _only(label: str, key: str) -> bool:
    """True if the label is the opening words alone ("Trong đó:", "Chia ra", "Chia theo giới tính")."""
    if not says(key, label):
        return False
    rest = without_start(key, label)
    return not rest.strip(" :.") or (key == "split_start" and len(rest.split()) <= 4 and "theo" in fold(label))


# --- what stands below what ------------------------------------------------------------------------------------------


@dataclass
class _Open:
    """A row that later rows may stand below."""

    style: str
    index: int
    indent: int
    bold: bool


def _arrange(rows: list[RowDraft]) -> None:
    """Sets ``parent`` from numbers, dashes, indentation and the words "Trong đó" and "Chia ra"."""
    stack: list[_Open] = []
    for index, row in enumerate(rows):
        style = row.token.style if row.token else "total" if row.total else "plain"
        if row.marker == "group":
            stack.clear()
            style = "group"
        elif style == "total":
            _close_for_total(rows, stack, index)
        elif row.marker in ("of_which", "split"):
            _close_for_marker(rows, stack, row, style)
            style = f"marker-{style}" if row.kind == "heading" else f"of-{style}" if row.marker == "of_which" else style
        else:
            style = _close(stack, row, style)
        row.parent = stack[-1].index if stack else None
        if row.marker == "of_which" and row.kind == "data":
            row.parent = _whole_of(rows, index, row.parent)
        stack.append(_Open(style, index, row.indent, row.bold))


def _close(stack: list[_Open], row: RowDraft, style: str) -> str:
    """Ends what this row does not stand below; gives the style under which it is remembered."""
    if style == "plain":
        return _close_for_plain(stack, row)
    styles = [item.style for item in stack]
    if style in styles:
        del stack[styles.index(style) :]
    else:
        while stack and (stack[-1].style.startswith("of-") or (stack[-1].style == "total" and style not in _LIGHT)):
            stack.pop()
        if style not in _LIGHT and stack and stack[-1].style in _LIGHT:
            while stack and stack[-1].style in _LIGHT:
                stack.pop()
    return style


def _close_for_plain(stack: list[_Open], row: RowDraft) -> str:
    if stack and stack[-1].style.startswith("marker-"):
        return "below-marker"
    if any(item.style == "below-marker" for item in stack):
        position = [item.style for item in stack].index("below-marker")
        if row.indent >= stack[position].indent and not row.bold:
            del stack[position:]
            return "below-marker"
    if row.bold and stack and not any(item.bold for item in stack):
        stack.clear()
    while stack and _ends_before_plain(stack[-1], row):
        stack.pop()
    return "plain"


def _ends_before_plain(item: _Open, row: RowDraft) -> bool:
    if item.style == "plain":
        return not (row.indent > item.indent or (item.bold and not row.bold))
    if item.style == "total":
        return row.indent <= item.indent
    return item.style.startswith("of-") or item.style in _LIGHT or item.style.startswith("marker-")


def _close_for_total(rows: list[RowDraft], stack: list[_Open], index: int) -> None:
    """A total stands at the top; "Cộng" within a section, or right below its heading, stands in the section."""
    row = rows[index]
    before = rows[index - 1] if index else None
    if before is not None and before.kind == "heading":
        return
    later = any(other.total or (other.token and other.token.style in ("roman", "upper")) for other in rows[index + 1 :])
    inner = says("subtotal_start", row.label) or (fold(row.label) == "cộng" and later)
    del stack[1 if inner and stack and stack[0].style != "total" else 0 :]


def _close_for_marker(rows: list[RowDraft], stack: list[_Open], row: RowDraft, style: str) -> None:
    """ "Trong đó", "Chia ra" speak of the row above them."""
    styles = [item.style for item in stack]
    for known in (f"marker-{style}", f"of-{style}"):
        if known in styles:
            del stack[styles.index(known) :]
            styles = [item.style for item in stack]
    if row.kind == "heading":
        while stack and stack[-1].style in ("below-marker", *_LIGHT):
            if style in _LIGHT and stack[-1].style not in _LIGHT:
                break
            stack.pop()
    elif style in styles:
        del stack[styles.index(style) :]


def _whole_of(rows: list[RowDraft], index: int, parent: int | None) -> int | None:
    """The row that an "of which" row is a part of: the nearest before it, beside or above, that is not one itself."""
    for other in range(index - 1, -1, -1):
        if rows[other].kind == "data" and rows[other].marker != "of_which" and rows[other].parent == parent:
            return other
        if other == parent:
            return parent
    return parent


def children(rows: list[RowDraft], index: int | None) -> list[int]:
    return [i for i, row in enumerate(rows) if row.parent == index and i != index]


def _dimensions_become_headings(rows: list[RowDraft], doubts: Doubts) -> None:
    """ "1. Phạm vi", "Theo giới tính" with rows below them carry no figure of their own."""
    for index, row in enumerate(rows):
        if row.kind != "data" or row.total or not says("dimension_start", row.label) or row.marker == "of_which":
            continue
        below = children(rows, index)
        if len(below) >= 2 and len(row.label.split()) <= 5 and any(other.total for other in rows):
            row.kind = "heading"
            doubts.add(
                "row_dropped", row.place, label=row.label,
                reason_vi="Đọc là tên cách phân tổ, không có số liệu riêng.",
                reason_en="It names a way of dividing and has no figure of its own.",
            )  # fmt: skip


def _rows_without_units_become_headings(rows: list[RowDraft], doubts: Doubts) -> None:
    """Where rows have units of their own, one without, over rows of several units, carries no figure; so does a
    section without where all that stands below sections has."""
    lowest = [row for index, row in enumerate(rows) if row.kind == "data" and not children(rows, index)]
    all_said = len(lowest) > 1 and all(row.measure is not None for row in lowest)
    for index, row in enumerate(rows):
        below = {m.codes[0] for i in children(rows, index) if (m := rows[i].measure) is not None}
        section = all_said and row.token is not None and row.token.style in ("roman", "upper") and bool(below)
        if row.kind == "data" and row.measure is None and not row.total and (len(below) >= 2 or section):
            row.kind = "heading"
            doubts.add(
                "row_dropped",
                row.place,
                label=row.label,
                reason_vi="Không có đơn vị tính, các dòng dưới có đơn vị khác nhau.",
                reason_en="It has no unit, and the rows below have different ones.",
            )


# --- codes and labels ------------------------------------------------------------------------------------------------


def _number(rows: list[RowDraft]) -> None:
    figures = [row for row in rows if row.kind == "data"]
    codes = [_code(row.printed_code) for row in figures]
    known = [code for code in codes if code]
    printed = len(known) >= 0.6 * len(codes) and len(set(known)) == len(known)
    used = {f"r{code}" for code in known} if printed else set()
    for position, (row, code) in enumerate(zip(figures, codes, strict=True), 1):
        row.code = f"r{code}" if printed and code else f"r{position:02d}"
        while not (printed and code) and row.code in used:
            row.code += "x"
        used.add(row.code)


def _code(text: str) -> str:
    bare = re.sub(r"[.\-/ ]", "_", text.strip())
    if not re.fullmatch(r"[A-Za-z0-9_]{1,12}", bare):
        return ""
    return bare.zfill(2) if bare.isdigit() else bare


def _tell_apart(rows: list[RowDraft]) -> None:
    """Rows under a group of a label column carry its name; so do rows whose labels would else be the same."""
    labels = [fold(row.label) for row in rows if row.kind == "data"]
    for row in rows:
        if row.kind != "data" or row.parent is None:
            continue
        above = rows[row.parent]
        if above.marker == "group" or (labels.count(fold(row.label)) > 1 and not row.total):
            row.label = f"{above.label}: {row.label}"
