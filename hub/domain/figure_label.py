"""A figure of an edition in words: its row and its column."""

from __future__ import annotations

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Label
from hub.domain.regime import Edition


def figure_label(edition: Edition, address: Address) -> Label:
    """``row: column``, of a list ``form: column`` or ``form: records``; the address where the edition lacks it."""
    if address not in edition.slot:
        return Label(str(address), str(address))
    form = edition.form(address.form)
    if address.column == RECORD_COUNT:
        return _joined(form.title, Label("số bản ghi", "records"))
    column = form.column(address.column).label
    return _joined(form.title if address.row == ALL_RECORDS else form.row(address.row).label, column)


def _joined(first: Label, second: Label) -> Label:
    return Label(f"{first.vi}: {second.vi}", f"{first.en or first.vi}: {second.en or second.vi}")
