"""The columns of a form: codes from the printed numbers, labels and groups, types, units and choices."""

from __future__ import annotations

import re
from collections import Counter

from hub.drafting.cleaning import fold, sentence_case
from hub.drafting.doubts import Doubts
from hub.drafting.grid import Table
from hub.drafting.heading import Heading, Leaf
from hub.drafting.measures import Measure, counted_measure, measure_named, own_measure
from hub.drafting.model import ColumnDraft
from hub.drafting.shape import Shape
from hub.drafting.vocabulary import says

SECTION = "muc"
"""The code of a list's column that says under which heading of the form a record stands."""


def columns_of(
    table: Table, heading: Heading, shape: Shape, captions: tuple[Measure, ...], doubts: Doubts
) -> list[ColumnDraft]:
    """The columns to fill in, in the order of the form."""
    roles = ("data",) if shape.kind != "list" else ("label", "code", "unit", "data")
    leaves = shape.leaves(heading, *roles)
    columns = [_column(index, leaf) for index, leaf in leaves if leaf.path or leaf.mark]
    for index, leaf in leaves:
        if not (leaf.path or leaf.mark):
            doubts.add("column_dropped", leaf.place, where=leaf.place or f"cột {index + 1}")
    _number(columns, heading, table, doubts)
    row_units = [row.unit for row in shape.body if row.unit and row.named] if shape.kind == "grid" else []
    for column in columns:
        _measure(column, table, heading, shape, captions, row_units, doubts)
    if shape.kind != "list":
        _count_like_their_neighbours(columns)
    if shape.sections:
        section = ColumnDraft(SECTION, "Mục", (), None, -1, "choice", choices=shape.sections, inferred=True)
        columns.insert(0, section)
        doubts.add("section_column", table.place, sections="; ".join(shape.sections))
    _say_guesses(columns, table.place, doubts)
    return columns


def _column(index: int, leaf: Leaf) -> ColumnDraft:
    groups = tuple(_shorn(label) for label in leaf.path[:-1])
    return ColumnDraft("", _shorn(leaf.label) or "…", groups, leaf, index)


def _shorn(label: str) -> str:
    """A label without footnote marks and the dots to be filled in at its end."""
    text = re.sub(r"\s*\(?\*+\)?\s*\Z", "", " ".join(label.split()))
    return sentence_case(text.strip(" :")) or label


# --- codes -----------------------------------------------------------------------------------------------------------


def _number(columns: list[ColumnDraft], heading: Heading, table: Table, doubts: Doubts) -> None:
    printed = [c.leaf.mark.number for c in columns if c.leaf and c.leaf.mark and c.leaf.mark.number is not None]
    usable = len(set(printed)) == len(printed) and len(printed) >= 0.6 * len(columns) and printed == sorted(printed)
    if printed and not usable:
        doubts.add("numbers", table.place, numbers=", ".join(map(str, printed)))
    used: set[str] = set()
    for position, column in enumerate(columns, 1):
        mark = column.leaf.mark if column.leaf else None
        if usable and mark is not None and mark.number is not None:
            column.code = f"c{mark.number:02d}"
        elif usable:
            column.code = f"c{mark.letter}" if mark is not None and mark.letter else f"cx{position:02d}"
        else:
            column.code = f"c{position:02d}"
        while column.code in used:
            column.code += "b"
        used.add(column.code)


# --- types and units -------------------------------------------------------------------------------------------------


def _measure(
    column: ColumnDraft,
    table: Table,
    heading: Heading,
    shape: Shape,
    captions: tuple[Measure, ...],
    row_units: list[str],
    doubts: Doubts,
) -> None:
    """Fills in type, decimals, unit and choices."""
    column.label, own = own_measure(column.label)
    column.required = not says("note_column", column.label)
    if not column.required:
        column.type = "text"
        return
    options = _choices(column, table, heading, shape, doubts)
    if options:
        column.type, column.choices = "choice", options
        return
    role = shape.roles[column.index] if column.index >= 0 else "data"
    if shape.kind == "list" and role in ("label", "code", "unit"):
        column.type = _stub_type(column)
        return
    for position in range(len(column.group) - 1, -1, -1):
        rest, measure = own_measure(column.group[position])
        if measure is not None and not measure.weak:
            column.group = (*column.group[:position], rest, *column.group[position + 1 :])
            own = own or measure
    if own is not None:
        _take(column, own)
    elif row_units and not _stands_apart(column):
        _by_rows(column, row_units)
    else:
        _by_words(column, table, heading, shape, captions, doubts)
    _by_look(column, table, shape)


def _count_like_their_neighbours(columns: list[ColumnDraft]) -> None:
    """Under one group of counts, "Kiến nghị, phản ánh" or "Hướng dẫn" is a count too, not a text."""
    for column in columns:
        if column.type != "text" or not column.group or says("words_start", column.label) or not column.required:
            continue
        beside = [other for other in columns if other is not column and other.group == column.group]
        counts = [other for other in beside if other.numeric]
        if counts and len(counts) >= 0.5 * len(beside):
            column.type, column.measure, column.decimals = counts[0].type, counts[0].measure, counts[0].decimals


def _take(column: ColumnDraft, measure: Measure) -> None:
    column.type, column.decimals, column.measure = measure.type, measure.decimals, measure


def _stub_type(column: ColumnDraft) -> str:
    return "date" if says("date_start", column.label) and "tên" not in fold(column.label) else "text"


def _stands_apart(column: ColumnDraft) -> bool:
    """With a unit for each row, a column of percentages, texts or dates still has its own."""
    label = column.label
    return says("percent_in", label) or says("text_start", label) or says("date_start", label)


def _by_rows(column: ColumnDraft, units: list[str]) -> None:
    known = [measure for unit in units if (measure := measure_named(unit)) is not None]
    types = {measure.type for measure in known}
    if types == {"integer"} or not types:
        column.type = "integer"
    elif types == {"money"}:
        column.type = "money"
    else:
        column.type, column.decimals = "decimal", 2


def _by_words(
    column: ColumnDraft, table: Table, heading: Heading, shape: Shape, captions: tuple[Measure, ...], doubts: Doubts
) -> None:
    for position, label in enumerate((column.label, *reversed(column.group))):
        kind = _kind_of(label, position, shape.kind)
        if kind is not None:
            break
    else:
        kind = captions[0].type if captions else None
    if kind == "text" and shape.kind != "list" and any(says("count_start", label) for label in column.group):
        kind = "integer"
    if kind is None and shape.kind == "grid" and _rows_ask_for_words(shape):
        kind = "text"
    if kind is None:
        kind = "integer" if shape.kind != "list" or _looks_numeric(column, table, shape) else "text"
    column.type = kind
    if kind in ("integer", "decimal", "money", "percent"):
        _unit_for(column, captions, doubts)


def _kind_of(label: str, position: int, form: str) -> str | None:
    """What the words of a label say; ``position`` 0 is the column's own label, 1 the group right above."""
    grid = form != "list"
    if says("count_start", label) and not (says("money_in", label) and not _counts_things(label)):
        bare = fold(label) in ("số quyết định", "số văn bản", "số hợp đồng", "số")
        if not (bare and not grid) and not says("percent_in", label) and not says("decimal_in", label):
            return "integer" if not says("total", label) else None
    if says("percent_in", label) and not says("count_start", label):
        return "percent"
    if says("rate_in", label):
        return "decimal"
    if not grid and position == 0 and says("date_start", label):
        return "date"
    if position == 0 and says("text_start", label) and not (grid and _may_count(label)):
        return "text"
    if says("money_in", label) and not _counts_things(label):
        return "money"
    if says("decimal_in", label):
        return "decimal"
    if position == 0 and grid and says("date_start", label):
        return "date"
    return None


def _counts_things(label: str) -> bool:
    """ "Số dự án có vốn …" counts projects; "Số tiền …" does not count."""
    return counted_measure(label) is not None


def _may_count(label: str) -> bool:
    """In a grid, "Cá nhân", "Tổ chức", "Doanh nghiệp" head columns of numbers; notes and reasons do not."""
    return not re.match(r"(ghi chú|lý do|nguyên nhân|nội dung|nguồn (vốn|gốc)|tiến độ|thời gian|thời điểm|thời hạn|xuất xứ|đơn vị tính|tình hình|kiến nghị|đề xuất|địa chỉ|tên|họ|mô tả|biện pháp|giải pháp|khó khăn|nhận xét|giải trình|căn cứ|email|điện thoại|số hiệu|cơ quan (chủ trì|ban hành|thực hiện|phối hợp)|hướng dẫn|thuyết minh)", fold(label))  # fmt: skip  # noqa: E501


def _rows_ask_for_words(shape: Shape) -> bool:
    """Rows such as "Tên doanh nghiệp", "Địa chỉ": what is asked for is written, not counted."""
    named = [row.label for row in shape.body if row.named]
    return bool(named) and sum(says("words_start", label) for label in named) >= 0.5 * len(named)


def _looks_numeric(column: ColumnDraft, table: Table, shape: Shape) -> bool:
    looks = [table.at(row.row, column.leaf.first).look for row in shape.body] if column.leaf else []
    return Counter(looks).most_common(1)[0][0] in ("integer", "decimal", "percent") if looks else False


def _unit_for(column: ColumnDraft, captions: tuple[Measure, ...], doubts: Doubts) -> None:
    if column.type == "percent":
        _take(column, measure_named("%") or _missing())
        return
    if says("rate_in", column.label):
        column.measure, column.decimals = measure_named("‰"), 2
        return
    counted = next((m for text in (column.label, *reversed(column.group)) if (m := counted_measure(text))), None)
    fitting = [m for m in captions if m.type == column.type]
    if counted is not None and column.type == "integer" and (not fitting or counted in captions or len(captions) != 1):
        column.measure = counted
        return
    if fitting:
        _take(column, fitting[0])
        if len(captions) > 1:
            reason = ("Phần đầu biểu nêu nhiều đơn vị tính.", "The caption names several units.")
            doubts.add(
                "unit", column.place, columns=column.code, unit=fitting[0].vi, reason_vi=reason[0], reason_en=reason[1]
            )
    elif captions and len(captions) == 1 and column.type == "decimal" and captions[0].type != "money":
        _take(column, captions[0])
    elif column.type == "decimal":
        column.decimals = 2


def _missing() -> Measure:
    return Measure(("%",), "percent", 2, "phần trăm", "per cent")


def _by_look(column: ColumnDraft, table: Table, shape: Shape) -> None:
    """A number format with decimals, percent or date in the body overrides what words left open."""
    if column.leaf is None:
        return
    cells = [table.at(row.row, column.leaf.first) for row in shape.body]
    looks = Counter(cell.look for cell in cells if cell.look)
    if not looks:
        return
    look, times = looks.most_common(1)[0]
    if times < 0.6 * len(cells):
        return
    decimals = max(cell.decimals for cell in cells if cell.look == look)
    if look == "percent" and column.numeric and column.measure is None:
        _take(column, _missing())
        column.decimals = max(decimals, 0)
    elif look == "decimal" and column.type in ("integer", "decimal", "money") and decimals:
        if column.type == "integer" and column.measure is None:
            column.type = "decimal"
        if column.type != "integer":
            column.decimals = min(decimals, 6)
    elif look == "date" and column.type == "text":
        column.type = "date"


# --- choices ---------------------------------------------------------------------------------------------------------

_OPTIONS = re.compile(r"\(\s*(?:ghi|chọn|đánh dấu)?:?\s*([^()]*[/|;][^()]*|[^()]*\bhoặc\b[^()]*)\)")


def _choices(column: ColumnDraft, table: Table, heading: Heading, shape: Shape, doubts: Doubts) -> tuple[str, ...]:
    """From the list that the cells offer, or from the options in brackets after the heading."""
    if column.leaf is not None:
        offered = Counter(
            choices for row in shape.body or () if (choices := table.at(row.row, column.leaf.first).choices)
        )
        for row in () if offered else heading.body:
            if found := table.at(row, column.leaf.first).choices:
                offered[found] += 1
        if offered:
            entries = offered.most_common(1)[0][0]
            if not all(entry.replace(".", "").isdigit() for entry in entries):
                _say_choices(column, entries, doubts, ("Ô có danh sách chọn.", "The cells offer a list."))
                return entries
    match = _OPTIONS.search(column.label)
    if match is None:
        return ()
    entries = tuple(part.strip() for part in re.split(r"\s*[/|;]\s*|\s+hoặc\s+", match[1]) if part.strip())
    if not 2 <= len(entries) <= 8 or not _are_answers(column.label, entries):
        return ()
    column.label = (column.label[: match.start()] + column.label[match.end() :]).strip() or column.label
    _say_choices(column, entries, doubts, ("Các lựa chọn in trong ngoặc.", "The options stand in brackets."))
    return entries


def _are_answers(label: str, entries: tuple[str, ...]) -> bool:
    if all(says("choice_word", entry) for entry in entries):
        return True
    measures = [measure for entry in entries if (measure := measure_named(entry)) is not None]
    figures = any(measure.type != "integer" for measure in measures) or any(e[:1].isdigit() for e in entries)
    return not figures and says("choice_heading_start", label) and all(len(entry.split()) <= 15 for entry in entries)


def _say_choices(column: ColumnDraft, entries: tuple[str, ...], doubts: Doubts, reason: tuple[str, str]) -> None:
    doubts.add("choices", column.place, column=column.label, choices="; ".join(entries), reason_vi=reason[0], reason_en=reason[1])  # fmt: skip  # noqa: E501


def _say_guesses(columns: list[ColumnDraft], place: str, doubts: Doubts) -> None:
    guessed: dict[str, list[str]] = {}
    for column in columns:
        if column.measure is None and column.required and column.type != "choice":
            guessed.setdefault(column.type, []).append(column.code)
    for kind, codes in guessed.items():
        doubts.add("type", place, columns=", ".join(codes), type=kind)
