"""What the lines of the sheet of checks say in words: the rule's message, where it is asked, and the cell to go to."""

from __future__ import annotations

from typing import NamedTuple

from hub.domain.form import Label
from hub.domain.regime import Edition
from hub.domain.rule_excel_checks import CheckLine
from hub.domain.rule_grammar import Name
from hub.domain.rule_kinds import THIS
from hub.domain.rule_messages import BLANK, filled, placeholders
from hub.domain.sheet_layout import both, cell_name
from hub.domain.sheet_places import Book
from hub.writers.row_height import height

MESSAGE_WIDTH, PLACE_WIDTH = 80, 60
_EVERY = "mọi dòng / every record"


class LineText(NamedTuple):
    """``cell``: the cell a line leads to, of a list the first record's; empty where there is none."""

    message: str
    place: str
    cell: str
    height: float


def line_text(edition: Edition, line: CheckLine, sheets: Book) -> LineText:
    message, place = _message(edition, line, sheets), _place(edition, line)
    return LineText(message, place, _cell(line, sheets), height([(message, MESSAGE_WIDTH), (place, PLACE_WIDTH)]))


def _place(edition: Edition, line: CheckLine) -> str:
    """Where the rule is asked, in the words of the form."""
    form, row, column = line.cell.parts
    home = edition.form(form)
    where = [_EVERY] if line.row == THIS else [each.label.vi for each in home.rows if each.code == row]
    return " · ".join([form, *where, *(f"{each.label.vi} ({column})" for each in home.columns if each.code == column)])


def _cell(line: CheckLine, sheets: Book) -> str:
    form, row, column = line.cell.parts
    layout = sheets.layouts.get(form)
    if layout is None or column not in layout.column_of:
        return ""
    if row == THIS:
        return cell_name(layout.first_data_row, layout.column_of[column])
    return cell_name(layout.row_of[row], layout.column_of[column]) if row in layout.row_of else ""


def _message(edition: Edition, line: CheckLine, sheets: Book) -> str:
    """The rule's message; a sheet cannot know the figures in it, so these are named by their cells."""
    message = line.rule.message
    named = placeholders(f"{message.vi} {message.en}")
    if not named:
        return both(message)
    form, row, column = line.cell.parts
    shown = {text: Label("…", "…") for text in named}
    shown["row"] = next((each.label for each in edition.form(form).rows if each.code == row), BLANK)
    shown["column"] = next((each.label for each in edition.form(form).columns if each.code == column), BLANK)
    for text, node in line.shown.items():
        cell = _cell_of(node, row, sheets) if isinstance(node, Name) else ""
        if cell:
            shown[text] = Label(cell, cell)
    return both(filled(message, shown))


def _cell_of(name: Name, row: str, sheets: Book) -> str:
    """``[F1!D14]`` for a name asked at a row; empty where it is no one cell."""
    form, at, column = name.parts
    layout = sheets.layouts.get(form)
    line = row if at == THIS else at
    if layout is None or line not in layout.row_of or column not in layout.column_of:
        return ""
    return f"[{form}!{cell_name(layout.row_of[line], layout.column_of[column])}]"
