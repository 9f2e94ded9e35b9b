"""What each column of a table is for, what each line of its body says, and whether the form is a grid or a list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.drafting.cleaning import fold
from hub.drafting.grid import Cell, Table
from hub.drafting.heading import Heading, Leaf
from hub.drafting.lines import BodyRow
from hub.drafting.measures import measure_named
from hub.drafting.numbering import split_label, token_of
from hub.drafting.shape_kind import kind_of
from hub.drafting.vocabulary import says

CROSSES = frozenset({"x", "×", "✕", "✗", "xx", "xxx", "///", "-x-"})


@dataclass(frozen=True)
class Shape:
    """``roles``: one for each leaf: number, code, unit, label or data. ``kind``: grid, list or one_row."""

    roles: tuple[str, ...]
    body: tuple[BodyRow, ...]
    kind: str
    sections: tuple[str, ...] = ()
    dropped: int = 0

    def leaves(self, heading: Heading, *roles: str) -> list[tuple[int, Leaf]]:
        return [
            (i, leaf) for i, (leaf, role) in enumerate(zip(heading.leaves, self.roles, strict=True)) if role in roles
        ]


def shape_of(table: Table, heading: Heading) -> Shape:
    """The table understood as columns with roles and lines."""
    roles = _roles(table, heading)
    body = _body(table, heading, roles)
    kind, sections, dropped = kind_of(table, heading, roles, body)
    return Shape(tuple(roles), tuple(body), kind, sections, dropped)


# --- columns ---------------------------------------------------------------------------------------------------------


def _roles(table: Table, heading: Heading) -> list[str]:
    roles: list[str] = []
    lettered = any(leaf.mark and leaf.mark.number == 1 for leaf in heading.leaves) and any(
        leaf.mark and leaf.mark.letter for leaf in heading.leaves
    )
    for index, leaf in enumerate(heading.leaves):
        roles.append(_role(table, heading, index, leaf, roles, lettered=lettered))
    return _without_doubtful_labels(table, heading, roles)


def _role(table: Table, heading: Heading, index: int, leaf: Leaf, before: list[str], *, lettered: bool) -> str:
    label, started = leaf.label, "data" in before
    if says("stub_number", label) and index <= 1 and "number" not in before:
        return "number"
    if index == 0 and not label and _mostly_numbers(table, heading, leaf):
        return "number"
    if says("stub_unit", label):
        return "unit" if any(text and fold(text) not in CROSSES for text in _texts(table, heading, leaf)) else "data"
    if says("stub_code", label) and not started:
        return "code"
    if started or says("note_column", label):
        return "data"
    if lettered:
        stub = leaf.mark is None or bool(leaf.mark.letter) or leaf.mark.number is None
        return "label" if stub else "data"
    if fold(label) == "đơn vị" and _mostly_units(table, heading, leaf):
        return "unit"
    share = _share_of_text(table, heading, leaf)
    if share >= 0.5:
        return "label"
    if "label" not in before and len(leaf.path) <= 2 and (says("stub_label_start", label) or (not label and share > 0)):
        return "label"
    return "data"


def _without_doubtful_labels(table: Table, heading: Heading, roles: list[str]) -> list[str]:
    """A second label column counts only where it holds texts."""
    labels = [i for i, role in enumerate(roles) if role == "label"]
    for index in labels[1:]:
        leaf = heading.leaves[index]
        lettered = leaf.mark is not None and leaf.mark.letter
        if _share_of_text(table, heading, leaf) == 0 and not lettered:
            roles[index] = "data"
    return roles


def _texts(table: Table, heading: Heading, leaf: Leaf) -> list[str]:
    return [table.at(row, leaf.first).line for row in heading.body]


def _share_of_text(table: Table, heading: Heading, leaf: Leaf) -> float:
    """The share of lines with any text at all whose cell here has letters; cells over many columns do not count."""
    found = lines = 0
    for row in heading.body:
        if not table.texts(row):
            continue
        lines += 1
        cell = table.at(row, leaf.first)
        own = cell.column >= leaf.first and cell.columns <= leaf.last - leaf.first + 2
        text = cell.line
        if own and any(letter.isalpha() for letter in text) and fold(text) not in CROSSES and len(text) > 1:
            found += not says("placeholder", text) or bool(split_label(text)[0])
    return found / lines if lines else 0.0


def _mostly_numbers(table: Table, heading: Heading, leaf: Leaf) -> bool:
    texts = [text for text in _texts(table, heading, leaf) if text]
    return bool(texts) and sum(token_of(text) is not None for text in texts) >= 0.7 * len(texts)


def _mostly_units(table: Table, heading: Heading, leaf: Leaf) -> bool:
    texts = [text for text in _texts(table, heading, leaf) if text]
    return bool(texts) and sum(measure_named(text) is not None for text in texts) >= 0.6 * len(texts)


# --- lines -----------------------------------------------------------------------------------------------------------


def _body(table: Table, heading: Heading, roles: list[str]) -> list[BodyRow]:
    rows: list[BodyRow] = []
    for row in heading.body:
        filled = [cell for cell in table.row(row) if cell.line]
        if filled and _ends_the_table(filled, table):
            break
        rows.append(_line(table, heading, roles, row))
    while rows and not rows[-1].label and rows[-1].token is None and not table.texts(rows[-1].row):
        rows.pop()
    _inherit_groups(rows)
    return rows


def _ends_the_table(filled: list[Cell], table: Table) -> bool:
    first = filled[0]
    if (
        len(filled) == 1
        and says("note_start", first.line)
        and (first.columns > 1 or says("note_sure_start", first.line))
    ):
        return True
    if len(filled) == 1:
        return says("signature_sure_start", first.line)
    return len(filled) <= 3 and all(says("signature_start", cell.line) for cell in filled)


def _line(table: Table, heading: Heading, roles: list[str], row: int) -> BodyRow:
    found = BodyRow(row)
    labels: list[Cell] = []
    figures = [leaf for leaf, role in zip(heading.leaves, roles, strict=True) if role == "data"]
    for leaf, role in zip(heading.leaves, roles, strict=True):
        cell = table.at(row, leaf.first)
        if role == "number" and cell.line:
            _read_number(found, cell.line)
            if found.token is None or cell.columns > leaf.last - leaf.first + 1:
                labels.append(cell)
        elif role == "label" and cell.line and not any(cell is other for other in labels):
            labels.append(cell)
        elif role == "code":
            _read_code(found, cell.line if cell.column >= leaf.first else "")
        elif role == "unit":
            found.unit = cell.line if cell.column >= leaf.first else ""
    found.place = (labels[-1] if labels else table.at(row, 0)).place
    _name(found, labels)
    for index, (leaf, role) in enumerate(zip(heading.leaves, roles, strict=True)):
        cell = table.at(row, leaf.first)
        if role == "data" and ((cell.filled and not cell.line) or fold(cell.line) in CROSSES):
            found.crossed.add(index)
    if labels and figures:
        reach = labels[-1].column + labels[-1].columns - 1
        found.whole = reach >= figures[-1].first if len(figures) > 1 else reach >= figures[0].first
    return found


def _read_number(found: BodyRow, text: str) -> None:
    """The number cell: "3", "I." or with its formula, "3=1+2"."""
    match = re.fullmatch(r"\(?\s*([\w.]+?)\s*\)?\s*(=[\s\w.+\-()…]+)", text)
    if match and token_of(match[1]):
        text, found.formula = match[1], match[2]
    found.token = token_of(text)
    found.stt = found.token.text if found.token else ""
    found.numbered = found.token is not None


def _read_code(found: BodyRow, text: str) -> None:
    match = re.fullmatch(r"[(\[]?\s*(\w+)\s*[)\]]?\s*(=[\s\w.+\-()\[\]…]+)", text)
    if match:
        text, found.formula = match[1], match[2]
    found.code = text.strip("()[] .")


def _name(found: BodyRow, labels: list[Cell]) -> None:
    if not labels:
        return
    last = labels[-1]
    found.bold, found.indent = last.bold, last.indent
    text = last.line
    token, rest = split_label(text)
    if token is not None and (found.token is None or token.style in ("dash", "plus", "bullet") or token == found.token):
        found.token, text = token, rest
        found.stt = found.stt or token.text
    found.label = text.strip(" :") if not text.endswith("…") else text
    groups = [cell.line for cell in labels[:-1] if token_of(cell.line) is None and not says("placeholder", cell.line)]
    found.group = groups[-1] if groups else ""


def _inherit_groups(rows: list[BodyRow]) -> None:
    """Where the first of two label columns is left empty below its text, the text goes on."""
    with_groups = sum(bool(row.group) for row in rows)
    if not with_groups:
        return
    last = ""
    for row in rows:
        if row.total:
            last = ""
        elif row.group:
            last = row.group
        elif last and row.label and row.token is None and not row.whole:
            row.group = last
