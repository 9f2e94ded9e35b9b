"""The measures of an edition: each of its figures as a series that can be asked for, with its name in words."""

from __future__ import annotations

from collections.abc import Mapping

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Figure, Form, Label, indicator_of
from hub.domain.observation import Measure
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition

RECORDS = Label("Số bản ghi", "Records")


@per_edition
def measures_of(edition: Edition) -> tuple[Measure, ...]:
    """One measure a figure, in the edition's packed order; worked out once for each edition."""
    return tuple(_measure(edition, figure) for figure in edition.figures)


@per_edition
def measure_names(edition: Edition) -> Mapping[str, Measure]:
    """The measures by both spellings of their name: ``F1.r01.c03`` and ``F1/r01/c03``."""
    known = measures_of(edition)
    return {str(each.address): each for each in known} | {"/".join(each.address): each for each in known}


def label_of(edition: Edition, address: Address) -> Label:
    """A figure in words: its row and its column; of a list its form instead of the row."""
    form = edition.form(address.form)
    column = RECORDS if address.column == RECORD_COUNT else form.column(address.column).label
    row = form.title if address.row == ALL_RECORDS else form.row(address.row).label
    return Label(f"{row.vi}: {column.vi}", f"{row.en or row.vi}: {column.en or column.vi}")


def _measure(edition: Edition, figure: Figure) -> Measure:
    form = edition.form(figure.address.form)
    unit, indicator = _bound(form, figure.address)
    return Measure(
        edition.regime, figure.address, label_of(edition, figure.address), figure.decimals, unit, figure.rollup.kind,
        figure.rollup.over_time, indicator,
    )  # fmt: skip


def _bound(form: Form, address: Address) -> tuple[str, str | None]:
    """Unit of measure and indicator of a figure: its row's, else its column's; a number of records has neither."""
    if address.column == RECORD_COUNT:
        return "", None
    column = form.column(address.column)
    row = form.row(address.row) if address.row != ALL_RECORDS else None
    return (row.unit if row is not None else None) or column.unit or "", indicator_of(column, row)
