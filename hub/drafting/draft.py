"""A form's bytes → a drafted edition: the one function that the command and the page call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.drafting.circles import break_circles
from hub.drafting.columns import columns_of
from hub.drafting.doubts import Doubts, Uncertain
from hub.drafting.edition import Parts, form_data, regime_data, rules_data, units_data
from hub.drafting.grid import Block, Line, Source, Table
from hub.drafting.heading import Heading
from hub.drafting.heading_rules import heading_rules
from hub.drafting.model import FormDraft
from hub.drafting.opening import open_form
from hub.drafting.outline import outline_of
from hub.drafting.printed_rules import printed_rules
from hub.drafting.rollups import set_rollups
from hub.drafting.row_rules import parts_of_sums, row_rules, stand_below
from hub.drafting.rows import rows_of
from hub.drafting.shape import Shape, shape_of
from hub.drafting.tables import Found, flattened, tables_of
from hub.drafting.title_block import TitleBlock, read_title_block
from hub.errors import BadRequest


@dataclass(frozen=True)
class Hints:
    """What the person knows and the form may not say. ``known_units``: codes of ``units.yaml``; None: the packaged."""

    owner: str = ""
    basis: str = ""
    code: str = ""
    valid_from: date | None = None
    frequencies: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    known_units: Mapping[str, object] | None = None


@dataclass(frozen=True)
class DraftedEdition:
    """The draft as its files will say it: ``regime`` (regime.yaml), ``forms`` (one mapping each), ``rules`` (a list).

    ``units``: units of measure that the catalogue does not have. ``uncertain``: all that a person should look at.
    """

    regime: dict[str, Any]
    forms: tuple[dict[str, Any], ...]
    rules: tuple[dict[str, Any], ...]
    outline: tuple[dict[str, Any], ...]
    uncertain: tuple[Uncertain, ...]
    units: tuple[dict[str, Any], ...] = field(default=())

    @property
    def key(self) -> str:
        return f"{self.regime['code']}/{self.regime['valid_from']}"


def draft_form(content: bytes, filename: str, hints: Hints) -> DraftedEdition:
    """The edition that the form asks for, as far as it can be read. BadRequest or TooLarge for what is no form."""
    return draft_source(open_form(content, filename), hints)


def draft_source(source: Source, hints: Hints) -> DraftedEdition:
    """The same, from a file that was already read into sheets of lines and tables."""
    doubts = Doubts()
    for kind, place, facts in source.remarks:
        doubts.add(kind, place, **facts)
    blocks = [flattened(sheet) for sheet in source.sheets]
    found = [(sheet.name, item) for sheet, some in zip(source.sheets, blocks, strict=True) for item in tables_of(some)]
    titles = _title_blocks([item for _, item in found])
    _prefer_own_headings([name for name, _ in found], titles)
    several = len(hints.frequencies or _frequencies(titles)) > 1
    forms: list[FormDraft] = []
    for (_, item), title in zip(found, titles, strict=True):
        form = _draft(f"F{len(forms) + 1}", item, title, several, doubts)
        if form is not None:
            forms.append(form)
    for sheet, some in zip(source.sheets, blocks, strict=True):
        if some and not any(name == sheet.name for name, _ in found) and len(source.sheets) > 1:
            doubts.add("sheet_without_form", sheet.name)
    outline = _outline(blocks, found, doubts)
    if not forms and not outline:
        raise BadRequest(
            "Không thấy biểu mẫu trong tệp: không có bảng nào có đầu cột, cũng không có đề cương báo cáo. "
            "Nếu biểu là ảnh chụp hay bản quét thì cần tệp Excel, Word gốc.",
            "No form was found in the file: no table has headings, and there is no outline of a report. "
            "A picture or a scan cannot be read: give the original Excel or Word file.",
        )
    lines = [block for some in blocks for block in some if isinstance(block, Line)]
    leading = titles[0] if titles else read_title_block(lines[:40])
    return _assembled(forms, titles, leading, outline, hints, doubts)


def _title_blocks(found: Sequence[Found]) -> list[TitleBlock]:
    """Each table's title block; what only the first says (basis, period, receiver) is not repeated."""
    return [read_title_block([*item.above, *_captions(item)]) for item in found]


def _prefer_own_headings(sheets: Sequence[str], titles: Sequence[TitleBlock]) -> None:
    """Where the tables of one sheet have numbered headings of their own, the first too is called by its own."""
    for index in range(len(titles) - 1):
        first = index == 0 or sheets[index] != sheets[index - 1]
        if first and sheets[index] == sheets[index + 1] and titles[index].section and titles[index + 1].section:
            titles[index].whole, titles[index].title = titles[index].title, titles[index].section


def _captions(item: Found) -> list[Line]:
    return [Line(text, item.table.place, bold=True) for text in item.heading.captions]


def _frequencies(titles: Sequence[TitleBlock]) -> list[str]:
    return list(dict.fromkeys(name for title in titles for name in title.frequencies))


# --- one form --------------------------------------------------------------------------------------------------------


def _draft(code: str, found: Found, title: TitleBlock, several: bool, doubts: Doubts) -> FormDraft | None:
    """The form of one table; None, and said so, if no column is to be filled in."""
    table, heading = found.table, found.heading
    form = FormDraft(code, table, heading, place=table.place, number=title.number)
    form.captions = tuple(title.measures)
    form.title = title.title or title.section
    shape = shape_of(table, heading)
    form.notes = (*((line.text, line.place) for line in found.below), *_notes_inside(table, heading, shape))
    form.kind = "list" if shape.kind == "list" else "grid"
    form.columns = columns_of(table, heading, shape, form.captions, doubts)
    if not form.columns:
        reason = ("Không có cột nào để ghi số liệu.", "It has no column to fill in.")
        doubts.add("not_a_form", form.place, reason_vi=reason[0], reason_en=reason[1])
        return None
    form.rows = rows_of(table, shape, form.columns, doubts)
    if form.kind == "grid" and not form.data_rows:
        form.kind, form.rows = "list", []
    form.row_axis = _axis(heading, shape)
    _say_shape(form, found, heading, shape, title, doubts)
    form.rules = printed_rules(form, doubts)
    form.rules += heading_rules(form, doubts)
    if form.kind == "grid" and len(form.data_rows) > 1:
        form.rules += row_rules(form, doubts)
    break_circles(form, doubts)
    parts_of_sums(form.columns, form.rules)
    parts_of_sums(form.data_rows, form.rules)
    stand_below(form.rows)
    form.blocked = _blocked(form, shape, doubts)
    set_rollups(form, several, doubts)
    return form


def _notes_inside(table: Table, heading: Heading, shape: Shape) -> list[tuple[str, str]]:
    """What stands in the table's grid below its last line: notes that were typed within its borders."""
    last = max((line.row for line in shape.body), default=-1)
    cells = [cell for row in heading.body if row > last for cell in table.row(row) if cell.row == row]
    return [(cell.line, cell.place) for cell in cells if cell.line]


def _axis(heading: Heading, shape: Shape) -> str:
    labels = [leaf.label for _, leaf in shape.leaves(heading, "label")]
    if shape.kind == "one_row":
        return "Đơn vị báo cáo"
    return labels[0] if labels and labels[0] else "Chỉ tiêu" if shape.kind == "grid" else "Bản ghi"


def _say_shape(form: FormDraft, found: Found, heading: Any, shape: Shape, title: TitleBlock, doubts: Doubts) -> None:
    if shape.kind == "list":
        doubts.add("kind_list", form.place, axis=form.row_axis)
    if shape.kind == "one_row":
        label = next((leaf.label for _, leaf in shape.leaves(heading, "label", "number")), "")
        doubts.add("kind_one_row", form.place, heading=label)
    if found.pages > 1:
        vi, en = "Cùng đầu bảng hoặc cùng số cột.", "The same headings or as many columns."
        doubts.add("continued", form.place, form=form.code, reason_vi=vi, reason_en=en)
    if not heading.numbered and len({len(leaf.path) for leaf in heading.leaves}) > 1:
        doubts.add("heading_guessed", form.place, rows=max(len(leaf.path) for leaf in heading.leaves))
    if not title.title_sure:
        doubts.add("title", title.place or form.place, title=form.title or "…")
    if title.unknown_unit:
        doubts.add("unit_unknown", form.place, unit=title.unknown_unit)


def _blocked(form: FormDraft, shape: Shape, doubts: Doubts) -> list[str]:
    """Crossed or greyed cells of rows with figures; none if most of the table is coloured."""
    by_row = {line.row: line.crossed for line in shape.body}
    cells = [
        f"{row.code}.{column.code}"
        for row in form.data_rows
        for column in form.columns
        if column.index in by_row.get(row.row, ())
    ]
    if form.kind != "grid" or not cells or len(cells) > 0.7 * len(form.data_rows) * len(form.columns):
        return []
    doubts.add("blocked", form.place, count=len(cells))
    return cells


# --- the edition -----------------------------------------------------------------------------------------------------


def _outline(
    blocks: Sequence[tuple[Block, ...]], found: Sequence[tuple[str, Found]], doubts: Doubts
) -> list[tuple[str, str]]:
    tables = {id(block) for some in blocks for block in some if isinstance(block, Table)}
    sections = [section for some in blocks for section in outline_of(some, tables)]
    if sections:
        doubts.add("outline", sections[0][1], count=len(sections))
    return sections


def _assembled(
    forms: list[FormDraft],
    titles: list[TitleBlock],
    leading: TitleBlock,
    outline: list[tuple[str, str]],
    hints: Hints,
    doubts: Doubts,
) -> DraftedEdition:
    parts = Parts(forms, titles, leading, outline, hints, doubts)
    known = parts.known_units()
    regime = regime_data(parts)
    drafted = tuple(form_data(form, known, doubts) for form in forms)
    rules = rules_data(regime["code"], forms)
    units = tuple(units_data(forms, known, doubts))
    return DraftedEdition(
        regime,
        drafted,
        tuple(rules),
        tuple(regime.get("outline", ())),
        doubts.all,
        units,
    )
