"""The heading of a table: how many rows it has, its leaf columns, the groups above each, and the printed numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hub.drafting.captions import caption_units
from hub.drafting.cleaning import fold
from hub.drafting.grid import Cell, Table
from hub.drafting.measures import measure_named
from hub.drafting.numbering import Mark, is_numbering, mark_of, split_label
from hub.drafting.title_block import stands_above
from hub.drafting.vocabulary import says

MOST_HEADING_ROWS = 12
LEAST_UNITS, LONGEST_UNIT = 2, 30


@dataclass(frozen=True, slots=True)
class Leaf:
    """One column as it is filled in: sheet columns ``first`` to ``last``, the labels from the top down, its mark."""

    first: int
    last: int
    path: tuple[str, ...]
    mark: Mark | None = None
    place: str = ""
    unit: str = ""
    """The unit in the heading's row of units, as printed."""

    @property
    def label(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True)
class Heading:
    """``captions``: texts over the whole width above the heading; ``body``: the rows below it, repeats left out."""

    leaves: tuple[Leaf, ...]
    captions: tuple[str, ...]
    body: tuple[int, ...]
    numbered: bool


def heading_of(table: Table) -> Heading | None:
    """The table's heading, or None if it has none."""
    top, captions = _captions(table)
    units = units_row(table, top)
    if units is not None:
        found = heading_of(table.rows_of(row for row in range(table.height) if row != units))
        return _with_units(found, table, units) if found is not None else None
    numbers = _numbering_row(table, top)
    height = numbers if numbers is not None else top + _plain_height(table, top)
    if height <= top:
        return None
    end = height if numbers is None else _end_of_numbers(table, numbers)
    leaves = _leaves(table, top, height, range(numbers, end) if numbers is not None else range(0))
    if numbers is None:
        leaves = _inline_marks(leaves)
    repeated = {table.texts(row) for row in range(top, end) if len(table.texts(row)) >= 2}
    body = tuple(row for row in range(end, table.height) if table.texts(row) not in repeated)
    return Heading(leaves, captions, body, any(leaf.mark and leaf.mark.number is not None for leaf in leaves))


def _end_of_numbers(table: Table, numbers: int) -> int:
    """The row below the numbering row and the rows of formulas that go with it."""
    end = numbers + 1
    while end < table.height and _is_formula_row(table, end):
        end += 1
    return end


# --- a row of units --------------------------------------------------------------------------------------------------


def units_row(table: Table, top: int) -> int | None:
    """The row of the heading that gives each column its unit ("Đơn vị tính | | người | ha"), or None."""
    for row in range(top + 1, min(top + MOST_HEADING_ROWS, table.height)):
        own = [cell for cell in table.row(row) if cell.line and cell.row == row]
        if is_numbering([cell.line for cell in own]) and row + 1 < table.height:
            own_below = [cell for cell in table.row(row + 1) if cell.line and cell.row == row + 1]
            return row + 1 if _says_units(own_below) else None
        if _says_units(own) and (_is_named(own) or not _parts_a_group(table, row, own)):
            return row
    return None


def _is_named(cells: list[Cell]) -> bool:
    return bool(cells) and says("stub_unit", cells[0].line.strip(" :."))


def _says_units(cells: list[Cell]) -> bool:
    """All texts are units; where the first cell says that they are, some may be new ones."""
    named = _is_named(cells)
    texts = [cell.line for cell in (cells[1:] if named else cells) if fold(cell.line) not in ("x", "-", "…")]
    known = [unit for text in texts if (unit := measure_named(text)) is not None and (named or not unit.weak)]
    if named:
        return len(known) >= max(1, 0.5 * len(texts)) and all(len(text) <= LONGEST_UNIT for text in texts)
    return len(known) >= LEAST_UNITS and len(known) == len(texts)


def _parts_a_group(table: Table, row: int, cells: list[Cell]) -> bool:
    """True if units stand side by side below one heading: there they tell its columns apart."""
    above = [table.at(row - 1, cell.column) for cell in cells]
    return any(cell.columns > 1 for cell in above) or any(not cell.line for cell in above)


def _with_units(heading: Heading, table: Table, units: int) -> Heading:
    """The heading of the table without its row of units, put back: units on the leaves, rows as they were."""
    leaves = tuple(replace(leaf, unit=_unit_below(table, units, leaf)) for leaf in heading.leaves)
    return replace(heading, leaves=leaves, body=tuple(row if row < units else row + 1 for row in heading.body))


def _unit_below(table: Table, units: int, leaf: Leaf) -> str:
    cell = table.at(units, leaf.first)
    text = cell.line.strip(" ()[]")
    return "" if cell.row < units or says("stub_unit", text) or fold(text) in ("x", "-", "…") else text


def _captions(table: Table) -> tuple[int, tuple[str, ...]]:
    """Rows at the top that hold one text over the whole width are captions, not headings."""
    captions = []
    top = 0
    while top < table.height - 1:
        filled = [cell for cell in table.row(top) if cell.line]
        wide = len(filled) == 1 and (filled[0].columns >= 0.8 * table.width or len(table.row(top)) >= table.width > 1)
        above = bool(filled) and all(all(map(stands_above, cell.text.split("\n"))) for cell in filled)
        if filled and not wide and not above:
            break
        if filled and not above and not _reads_like_a_caption(table, top, filled[0]):
            break
        captions += [line for cell in filled for line in cell.text.split("\n")]
        top += 1
    return top, tuple(captions)


def _reads_like_a_caption(table: Table, row: int, cell: Cell) -> bool:
    """A title, a numbered heading or a unit; a short word over all columns that splits below is a group of columns."""
    text = cell.line
    if says("title_start", text) or split_label(text)[0] is not None or caption_units(text)[0] or len(text) > 60:
        return True
    below = [other for other in table.row(row + 1) if other.line]
    if cell.columns < 0.8 * table.width:
        return cell.column > 0 or len(text) > 12
    return len(below) < 2 or any(says("stub_number", other.line) for other in below[:1])


def _numbering_row(table: Table, top: int) -> int | None:
    for row in range(top + 1, min(top + MOST_HEADING_ROWS, table.height)):
        texts = [cell.line for cell in table.row(row) if cell.row == row or not cell.line]
        if is_numbering(texts) and not _looks_like_body(table, row, top):
            return row
    return None


def _looks_like_body(table: Table, row: int, top: int) -> bool:
    """A row "1 | 2 | 3" under a heading row that was already numbered, or after rows with labels, is data."""
    first = table.row(row)[0]
    return row > top + 1 and mark_of(first.line) is None and bool(first.line) and first.line[0].islower()


def _is_formula_row(table: Table, row: int) -> bool:
    texts = [cell.line for cell in table.row(row)]
    filled = [text for text in texts if text]
    marks = [mark_of(text) for text in filled]
    plain = all(mark is not None and (mark.formula or not mark.letter) for mark in marks)
    return plain and any("=" in text for text in filled)


# --- a heading without printed numbers -------------------------------------------------------------------------------


def _plain_height(table: Table, top: int) -> int:
    """Rows of the heading where no row of numbers ends it: its spans say how deep it goes."""
    if not _is_heading_row(table, top):
        return 0
    height = max(cell.rows for cell in table.row(top))
    if height >= table.height - top and table.height - top > 1:
        height = max((cell.rows for cell in table.row(top) if cell.rows < table.height - top), default=1)
    while height < min(MOST_HEADING_ROWS, table.height - top - 1):
        last = top + height - 1
        reach = max((cell.row + cell.rows - top for cell in table.row(last)), default=height)
        if reach > height:
            height = min(reach, table.height - top - 1)
        elif (_has_groups(table, last) and _continues(table, last + 1)) or _fills_the_gaps(table, top, last + 1):
            height += 1
        else:
            break
    return height


def _is_heading_row(table: Table, row: int) -> bool:
    filled = [cell for cell in table.row(row) if cell.line]
    return len(filled) >= 2 and sum(any(letter.isalpha() or letter == "%" for letter in c.line) for c in filled) >= 2


def _has_groups(table: Table, row: int) -> bool:
    return any(
        1 < cell.columns < table.width and cell.row + cell.rows - 1 == row and cell.line for cell in table.row(row)
    )


def _continues(table: Table, row: int) -> bool:
    """True if the row below a group holds its parts: texts that are not figures."""
    cells = [cell for cell in table.row(row) if cell.line and cell.row == row]
    return len(cells) >= 1 and not any(cell.columns >= 0.9 * table.width for cell in cells)


def _fills_the_gaps(table: Table, top: int, row: int) -> bool:
    """Headings drawn without merging: the next row is empty under the first columns and has texts under the others."""
    cells = table.row(row)
    above = table.row(row - 1)
    if len(cells) < 3 or cells[0].line or table.at(row, 0).row < row:
        return False
    filled = [cell for cell in cells if cell.line and cell.row == row]
    gaps = any(not cell.line for cell in above) and any(cell.line for cell in above)
    texts = [cell for cell in filled if any(letter.isalpha() for letter in cell.line)]
    only_texts = len(texts) >= 2 and len(texts) == len(filled) and all(cell.column > 0 for cell in filled)
    return gaps and only_texts and row - top < 5


# --- leaf columns ----------------------------------------------------------------------------------------------------


def _leaves(table: Table, top: int, height: int, numbers: range) -> tuple[Leaf, ...]:
    leaves: list[Leaf] = []
    identity: list[tuple[int, ...]] = []
    for column in range(table.width):
        bottom = table.at(height - 1, column)
        marks = [table.at(row, column) for row in numbers]
        same = (id(bottom) if bottom.columns > 1 else column, *(id(c) if c.columns > 1 else column for c in marks))
        if identity and same == identity[-1]:
            leaves[-1] = replace(leaves[-1], last=column)
            continue
        if marks and len(identity) and same[1] == identity[-1][1] and not _splits(table, height, column):
            leaves[-1] = replace(leaves[-1], last=column)
            continue
        identity.append(same)
        path = _path(table, top, height, column)
        leaves.append(Leaf(column, column, path, _mark(marks), (marks[0] if marks else bottom).place or bottom.place))
    return tuple(leaf for leaf in leaves if leaf.path or leaf.mark or _has_body(table, leaf, height))


def _splits(table: Table, height: int, column: int) -> bool:
    """Under one number two headings: two columns only if the headings differ."""
    return table.at(height - 1, column) is not table.at(height - 1, column - 1)


def _mark(cells: list[Cell]) -> Mark | None:
    """The mark of a column; a formula may stand in a row of its own below the number."""
    found: Mark | None = None
    for cell in cells:
        mark = mark_of(cell.line)
        if mark is None:
            continue
        found = mark if found is None else replace(found, formula=found.formula or mark.formula)
    return found


def _path(table: Table, top: int, height: int, column: int) -> tuple[str, ...]:
    labels: list[str] = []
    seen: list[Cell] = []
    for row in range(top, height):
        cell = table.at(row, column)
        if not cell.line:
            cell = _group_to_the_left(table, row, height, column) or cell
        if cell.line and not any(cell is other for other in seen):
            seen.append(cell)
            if not labels or fold(labels[-1]) != fold(cell.line):
                labels.append(cell.line)
    return tuple(labels)


def _group_to_the_left(table: Table, row: int, height: int, column: int) -> Cell | None:
    """A group that was not merged: its name stands over its first part, the cells beside it are empty."""
    below = any(table.at(r, column).line and table.at(r, column).row > row for r in range(row + 1, height))
    if not below or table.at(row, column).columns > 1:
        return None
    for other in range(column - 1, -1, -1):
        cell = table.at(row, other)
        if cell.line:
            has_parts = any(table.at(r, other).line and table.at(r, other).row > row for r in range(row + 1, height))
            return cell if has_parts and cell.rows == 1 and other > 0 else None
        if cell.row != row or cell.columns > 1:
            return None
    return None


def _has_body(table: Table, leaf: Leaf, height: int) -> bool:
    return any(table.at(row, leaf.first).line for row in range(height, table.height))


_AT_END = re.compile(
    r"^(?P<label>.*?\D)[\s(\[]*(?P<mark>\(\s*\d{1,3}\s*\)|\[\s*\d{1,3}\s*\]|\(?\d{1,3}\)?\s*\(?\s*=[\d\s()+\-–*/:xX×.…%cột]+)[\s)\]]*$"
)


def _inline_marks(leaves: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    """Numbers printed inside the headings ("Tổng số (3=4+5)"), where most columns have them; else footnotes stay."""
    found = [_AT_END.match(leaf.label) for leaf in leaves]
    numbers = [mark.number for match in found if match and (mark := mark_of(match["mark"])) and mark.number]
    rising = numbers == sorted(set(numbers))
    if len(numbers) < 2 or not rising or len(numbers) < 0.5 * len(leaves):
        return tuple(_with_formula_only(leaf, match) for leaf, match in zip(leaves, found, strict=True))
    return tuple(_with_mark(leaf, match) for leaf, match in zip(leaves, found, strict=True))


def _with_mark(leaf: Leaf, match: re.Match[str] | None) -> Leaf:
    if match is None:
        return leaf
    return replace(leaf, path=(*leaf.path[:-1], match["label"].strip(" (\n")), mark=mark_of(match["mark"]))


def _with_formula_only(leaf: Leaf, match: re.Match[str] | None) -> Leaf:
    return _with_mark(leaf, match) if match is not None and "=" in match["mark"] else leaf
