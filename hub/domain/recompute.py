"""Totals of figures already brought together, by the very rules that define them in the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hub.domain.form import ALL_RECORDS, Address
from hub.domain.regime import Edition
from hub.domain.totals import fill_totals
from hub.domain.values import FormValues, Values

ONLY_RECORD = "1"
"""A list's column totals obey its record rules as if they were one record: such rules only add and subtract."""


def recompute_totals(
    edition: Edition, known: Mapping[Address, Decimal], wanted: Sequence[Address]
) -> dict[Address, Decimal]:
    """The wanted totals that the other known figures give; those that no rule gives are absent."""
    values = Values()
    left_out = set(wanted)
    for address, value in known.items():
        if address not in left_out:
            _put(edition, values, address, value)
    fill_totals(edition, values)
    found = {address: values.get(_as_record(address)) for address in wanted}
    return {address: value for address, value in found.items() if isinstance(value, Decimal)}


def _put(edition: Edition, values: Values, address: Address, value: Decimal) -> None:
    form = values.forms.setdefault(address.form, FormValues())
    if edition.form(address.form).kind == "grid":
        form.cells[address.row, address.column] = value
        return
    if not form.records:
        form.records.append({})
    if address.column in {column.code for column in edition.form(address.form).columns}:
        form.records[0][address.column] = value


def _as_record(address: Address) -> Address:
    return Address(address.form, ONLY_RECORD, address.column) if address.row == ALL_RECORDS else address
