"""Places of a report as a page shows them: in words, as a link, and with the value that stands there."""

from __future__ import annotations

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Column, Label
from hub.domain.regime import Edition
from hub.domain.remark import address_of
from hub.domain.values import OUTLINE, Value, Values
from hub.web.language import plain
from hub.web.rendering import value_vi


def value_text(value: Value | None, column: Column | None) -> str:
    """The value as a page shows it: a choice by its label, a figure with its column's decimals; empty for none."""
    if column is not None and column.type == "choice":
        return next((plain(each.label) for each in column.choices if each.code == value), value_vi(value))
    return value_vi(value, column.decimals if column is not None else None)


def column_at(edition: Edition, address: Address) -> Column | None:
    """The column an address stands in; None for a count of records and for what the edition does not know."""
    form = edition.form_by_code.get(address.form)
    return next((column for column in form.columns if column.code == address.column), None) if form else None


def text_at(edition: Edition, place: str, values: Values) -> str | None:
    """What stands at a place; empty where nothing does, None for the whole report or a whole form."""
    address = address_of(place)
    if address is not None:
        return value_text(values.get(address), column_at(edition, address))
    if place.startswith(f"{OUTLINE}/"):
        return values.outline.get(place.partition("/")[2], "")
    return None


def is_changed(place: str, old: Values, new: Values) -> bool:
    """True if what stands at the place differs between two versions."""
    address = address_of(place)
    if address is not None:
        return old.get(address) != new.get(address)
    if place.startswith(f"{OUTLINE}/"):
        code = place.partition("/")[2]
        return old.outline.get(code) != new.outline.get(code)
    return old.forms.get(place) != new.forms.get(place) if place else old != new


def row_words(edition: Edition, address: Address) -> Label:
    """The row of an address in words: a grid's row, all records of a list, or one of them by its number."""
    form = edition.form_by_code[address.form]
    if address.row == ALL_RECORDS:
        return Label("Tổng các dòng", "All records")
    found = next((row.label for row in form.rows if row.code == address.row), None)
    return found or Label(f"Dòng {address.row}", f"Record {address.row}")


def column_words(edition: Edition, address: Address) -> Label:
    """The column of an address in words."""
    if address.column == RECORD_COUNT:
        return Label("số dòng", "number of records")
    column = column_at(edition, address)
    return column.label if column is not None else Label(address.column, address.column)
