"""Which tables of a sheet are forms: layout tables become lines, pages of one table are joined again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hub.drafting.cleaning import fold
from hub.drafting.grid import Block, Line, Sheet, Table
from hub.drafting.heading import Heading, heading_of
from hub.drafting.vocabulary import says


@dataclass(frozen=True)
class Found:
    """A table that is a form, with the lines above it (down from the table before) and the lines below it."""

    table: Table
    heading: Heading
    above: tuple[Line, ...]
    below: tuple[Line, ...] = ()
    pages: int = 1


def flattened(sheet: Sheet) -> tuple[Block, ...]:
    """The sheet's blocks with every table that is no form turned into lines."""
    return tuple(new for block in sheet.blocks for new in _flat(block))


def _flat(block: Block) -> Iterator[Block]:
    if isinstance(block, Line) or is_form(block) or _is_page(block):
        yield block
        return
    for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.column)):
        for text in cell.text.split("\n"):
            if text.strip():
                yield Line(text.strip(), cell.place, cell.bold)


def is_form(table: Table) -> bool:
    """True for a table with headings over at least two columns that are to be filled in."""
    if table.height < 1 or table.width < 2 or _is_around_a_form(table):
        return False
    heading = heading_of(table)
    if heading is None or len(heading.leaves) < 2:
        return False
    if heading.numbered or _has_stub(heading):
        return True
    return table.bordered and table.height >= 2 and len(heading.leaves) >= 3


def _is_page(table: Table) -> bool:
    """A table without headings of its own may be the next page of the one before."""
    return table.bordered and table.width >= 3 and not _is_around_a_form(table) and heading_of(table) is None


def _is_around_a_form(table: Table) -> bool:
    """The block with the motto at the top, or the signatures at the bottom."""
    texts = [cell.text for cell in table.cells if cell.text]
    if any(says("motto_in", text) for text in texts) and len(texts) <= 12:
        return True
    signatures = sum(says("signature_start", text) for text in texts)
    return bool(texts) and len(texts) <= 12 and signatures >= 0.5 * len(texts)


def _has_stub(heading: Heading) -> bool:
    first = heading.leaves[:4]
    if any(says(key, leaf.label) for leaf in first for key in ("stub_number", "stub_code", "stub_unit")):
        return True
    return says("stub_label_start", heading.leaves[0].label) and len(heading.leaves) >= 2


def tables_of(blocks: tuple[Block, ...]) -> list[Found]:
    """The forms among the blocks; a table that goes on over pages, with or without its heading, is one form."""
    found: list[Found] = []
    lines: list[Line] = []
    for block in blocks:
        if isinstance(block, Line):
            lines.append(block)
            continue
        heading = heading_of(block)
        last = found[-1] if found else None
        if last is not None and _goes_on(last, block, heading, lines):
            found[-1] = _joined(last, block)
        elif heading is not None and is_form(block):
            found.append(Found(block, heading, tuple(lines)))
        else:
            continue
        lines = []
    if found:
        found[-1] = replace(found[-1], below=tuple(lines))
    return [_with_below(item, found[i + 1] if i + 1 < len(found) else None) for i, item in enumerate(found)]


def _with_below(item: Found, after: Found | None) -> Found:
    """Notes right below a table are its own, although they also stand above the next."""
    if after is None:
        return item
    notes: list[Line] = []
    for line in after.above:
        if not says("note_start", line.text) and not notes and "=" not in line.text:
            break
        notes.append(line)
    return replace(item, below=tuple(notes))


def _goes_on(last: Found, table: Table, heading: Heading | None, between: list[Line]) -> bool:
    said = [line for line in between if len(line.text) > 3]
    continued = any("tiếp theo" in fold(line.text) or fold(line.text).startswith("(tiếp") for line in said)
    if said and not continued:
        return False
    if heading is None:
        return table.width == last.table.width and not _is_around_a_form(table)
    same = [leaf.path for leaf in heading.leaves] == [leaf.path for leaf in last.heading.leaves]
    return same and table.width == last.table.width


def _joined(last: Found, table: Table) -> Found:
    height = last.table.height
    moved = tuple(replace(cell, row=cell.row + height) for cell in table.cells)
    whole = replace(last.table, cells=last.table.cells + moved)
    heading = heading_of(whole)
    return replace(last, table=whole, heading=heading or last.heading, pages=last.pages + 1)
