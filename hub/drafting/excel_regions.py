"""Finds the tables on a worksheet: by their borders where there are any, else by their headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hub.drafting.grid import Block, Cell, Line, Table
from hub.drafting.numbering import is_numbering
from hub.drafting.vocabulary import says

Places = set[tuple[int, int]]


def blocks_of(name: str, cells: list[Cell], bordered: Places) -> Iterator[Block]:
    """The sheet in reading order: its tables, and every other filled cell as lines."""
    filled = [cell for cell in cells if cell.text or cell.formula]
    regions = _bordered_regions(filled, bordered) or _plain_regions(filled)
    done: set[Region] = set()
    rows = sorted({cell.row for cell in filled} | {region[0] for region in regions})
    for row in rows:
        here = [region for region in regions if region[0] <= row <= region[1]]
        for region in here:
            if region not in done:
                done.add(region)
                yield _table(name, cells, region, bordered)
        for cell in sorted((c for c in filled if c.row == row), key=lambda c: c.column):
            if not any(_inside(cell, region) for region in here):
                yield from _lines(cell)


def _lines(cell: Cell) -> Iterator[Line]:
    for text in cell.text.split("\n"):
        if text.strip():
            yield Line(text.strip(), cell.place, cell.bold)


Region = tuple[int, int, int, int]
"""First row, last row, first column, last column."""


def _inside(cell: Cell, region: Region) -> bool:
    return region[0] <= cell.row <= region[1] and region[2] <= cell.column <= region[3]


def _table(name: str, cells: list[Cell], region: Region, bordered: Places) -> Table:
    top, bottom, left, right = region
    inside = [
        replace(
            cell,
            row=cell.row - top,
            column=cell.column - left,
            rows=min(cell.rows, bottom - cell.row + 1),
            columns=min(cell.columns, right - cell.column + 1),
        )
        for cell in cells
        if _inside(cell, region)
    ]
    return Table(tuple(inside), f"{name}", top, left, bool(bordered))


def _bordered_regions(filled: list[Cell], bordered: Places) -> list[Region]:
    """Runs of rows with at least two bordered cells side by side, two rows or more, that hold text."""
    columns: dict[int, set[int]] = {}
    for row, column in bordered:
        columns.setdefault(row, set()).add(column)
    for cell in filled:
        if (cell.row, cell.column) in bordered:
            for row in range(cell.row, cell.row + cell.rows):
                columns.setdefault(row, set()).update(range(cell.column, cell.column + cell.columns))
    rows = sorted(row for row, found in columns.items() if len(found) >= 2)
    regions = []
    for run in _runs(rows):
        used = set().union(*(columns[row] for row in run))
        for left, right in _column_runs(used, run, columns):
            region = (run[0], run[-1], left, right)
            texts = [cell for cell in filled if _inside(cell, region)]
            if len(texts) >= 2 and right > left:
                regions.append(_with_heading_above(region, filled, columns))
    return sorted(regions)


def _with_heading_above(region: Region, filled: list[Cell], columns: dict[int, set[int]]) -> Region:
    """Takes in heading rows without borders that stand right above a bordered body."""
    top, bottom, left, right = region
    first = [cell for cell in filled if cell.row == top and left <= cell.column <= right]
    if bottom - top >= 1 and (any(_names_a_stub(cell) for cell in first) or not is_numbering([c.line for c in first])):
        return region
    while top > 0:
        above = [c for c in filled if c.row == top - 1 and left <= c.column <= right]
        if len(above) < 2 or (top - 1) in columns:
            break
        top -= 1
    return (top, bottom, left, right)


def _runs(rows: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for row in rows:
        if run and row != run[-1] + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _column_runs(used: set[int], run: list[int], columns: dict[int, set[int]]) -> Iterator[tuple[int, int]]:
    """Tables that stand side by side are parted by a column without borders in every row."""
    ordered = sorted(used)
    start = before = ordered[0]
    for column in ordered[1:]:
        if column - before > 1:
            yield start, before
            start = column
        before = column
    yield start, before


# --- sheets without borders ------------------------------------------------------------------------------------------


def _names_a_stub(cell: Cell) -> bool:
    return any(says(key, cell.text) for key in ("stub_number", "stub_code", "stub_unit")) and len(cell.text) > 1


def _plain_regions(filled: list[Cell]) -> list[Region]:
    """Tables known by a heading row (STT, Mã số, …) or a numbering row; each ends before a signature or a note."""
    rows: dict[int, list[Cell]] = {}
    for cell in filled:
        rows.setdefault(cell.row, []).append(cell)
    starts = [row for row in sorted(rows) if len(rows[row]) >= 2 and _begins(rows, row)]
    regions: list[Region] = []
    for index, row in enumerate(starts):
        if regions and row <= regions[-1][1]:
            continue
        top = _first_heading_row(rows, row, regions[-1][1] if regions else -1)
        bottom = _last_row(rows, row, starts[index + 1] if index + 1 < len(starts) else None)
        inside = [cell for r in range(top, bottom + 1) for cell in rows.get(r, ())]
        left = min(cell.column for cell in inside)
        regions.append((top, bottom, left, max(cell.column + cell.columns - 1 for cell in inside)))
    return regions


def _begins(rows: dict[int, list[Cell]], row: int) -> bool:
    cells = sorted(rows[row], key=lambda cell: cell.column)
    if any(_names_a_stub(cell) for cell in cells[:3]):
        return True
    return is_numbering([cell.line for cell in cells]) and row - 1 in rows


def _first_heading_row(rows: dict[int, list[Cell]], row: int, floor: int) -> int:
    """From a numbering row up to the first of the heading rows."""
    if any(_names_a_stub(cell) for cell in rows[row]):
        return row
    top = row
    while top - 1 > floor and len(rows.get(top - 1, ())) >= 2:
        top -= 1
    return top


def _last_row(rows: dict[int, list[Cell]], row: int, stop: int | None) -> int:
    last, empty = row, 0
    for current in range(row + 1, (stop if stop is not None and stop - row > 8 else max(rows) + 1)):
        cells = rows.get(current, [])
        if not cells:
            empty += 1
            if empty > 3:
                break
            continue
        first = min(cells, key=lambda cell: cell.column)
        if says("signature_start", first.text) or says("note_start", first.text):
            break
        if empty and len(cells) == 1 and current > row + 4 and says("title_start", first.text):
            break
        last, empty = current, 0
    return last
