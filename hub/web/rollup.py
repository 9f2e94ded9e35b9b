"""A superior's roll-up: building it from the accepted reports, and seeing which units make up a figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Column, Form, Label, Row
from hub.domain.regime import Edition
from hub.errors import HubError, NotFound
from hub.services import filings, rollup_filing, rollup_view
from hub.services.rollup_view import BuiltFigures
from hub.web.current import actor, core, now
from hub.web.entry import refused_page
from hub.web.listing import whole_number

blueprint = Blueprint("rollup", __name__)

RECORDS = Label("Số bản ghi", "Records")
SUMS = Label("Cộng cả biểu", "All records together")


@blueprint.post("/filings/<filing_id>/rollup")
def build(filing_id: str) -> AnyResponse:
    """The accepted reports become the next version; a second click shows what the first one made."""
    try:
        revision = whole_number(request.form.get("revision"))
        rollup_filing.build(core(), actor(), filing_id, revision=revision, now=now())
    except HubError as error:
        return refused_page(filing_id, error)
    return redirect(url_for("entry.filing", filing_id=filing_id, done="rollup"), 303)


@blueprint.get("/filings/<filing_id>/parts")
def parts(filing_id: str) -> str:
    """All figures of a built roll-up; with ``place`` (``F1/r01/c03``) one of them, unit by unit."""
    built = rollup_view.built_figures(core(), actor(), filing_id, now())
    view = filings.open_one(core(), actor(), filing_id, now())
    place = request.args.get("place", "")
    if not place:
        return render_template("pages/rollup_figures.html", view=view, tables=list(_tables(built)))
    address = _address(place)
    seen = rollup_view.figure_parts(core(), actor(), filing_id, address, now())
    return render_template("pages/rollup_parts.html", view=view, seen=seen, label=_label(built.edition, address))


def _address(place: str) -> Address:
    names = place.split("/")
    if len(names) != 3:
        raise NotFound
    return Address(*names)


def _label(edition: Edition, address: Address) -> tuple[str, str]:
    """Form, row and column in words, in both languages."""
    form = edition.form(address.form)
    column = RECORDS if address.column == RECORD_COUNT else form.column(address.column).label
    row = SUMS if address.row == ALL_RECORDS else form.row(address.row).label
    return f"{form.code}. {row.vi}: {column.vi}", f"{form.code}. {row.en or row.vi}: {column.en or column.vi}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the roll-up: what stands in it, and whether that is not what the units make together."""

    place: str
    value: Decimal | None
    decimals: int
    differs: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A form's figures: one line a row of a grid, one line of sums for a list; None where there is no figure."""

    form: Form
    heads: tuple[Label, ...]
    lines: tuple[tuple[Label, tuple[Cell | None, ...]], ...]


def _tables(built: BuiltFigures) -> Iterator[Table]:
    for form in built.edition.forms_for(built.row.frequency):
        columns = [column for column in form.columns if column.numeric]
        heads = [column.label for column in columns]
        if form.kind == "list":
            cells = [_cell(built, Address(form.code, ALL_RECORDS, column.code)) for column in columns]
            cells.append(_cell(built, Address(form.code, ALL_RECORDS, RECORD_COUNT)))
            yield Table(form, (*heads, RECORDS), ((SUMS, tuple(cells)),))
        elif columns:
            yield Table(form, tuple(heads), tuple(_line(built, form, row, columns) for row in form.rows))


def _line(built: BuiltFigures, form: Form, row: Row, columns: list[Column]) -> tuple[Label, tuple[Cell | None, ...]]:
    return row.label, tuple(_cell(built, Address(form.code, row.code, column.code)) for column in columns)


def _cell(built: BuiltFigures, address: Address) -> Cell | None:
    slot = built.edition.slot.get(address)
    if slot is None:
        return None
    said, made = built.said.get(address), built.made.get(address)
    differs = made is not None and said != made
    return Cell("/".join(address), said, built.edition.figures[slot].decimals, differs)
