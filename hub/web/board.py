"""The board of the regimes as a page: bars drawn by the server, and the tables behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from flask import Blueprint, render_template, request

from hub.catalog.catalogue_words import BLOCKER_NAMES, MARK_NAMES, NOT_PUBLIC, SCOPE_NAMES, STATUS_NAMES
from hub.domain.form import Label
from hub.services import board
from hub.web.current import actor, core, now
from hub.web.listing import clean
from hub.web.rendering import number_vi

blueprint = Blueprint("board", __name__)

WIDTH, LINE, BAR, END = 380, 38, 14, 30
"""The drawing's measures: whole width, height of a line and of its bar, room for the number after it."""
MORE_FREQUENCIES = {
    "daily": Label("ngày", "daily"),
    "ten_daily": Label("10 ngày", "every ten days"),
    "semi_monthly": Label("nửa tháng", "twice a month"),
    "multi_year": Label("nhiều năm", "several years"),
    "unspecified": Label("chưa rõ", "not known"),
}
"""What texts ask for and the hub's own frequencies do not name."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One coloured part of a bar."""

    status: str
    x: str
    width: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One owner's line of the drawing, at height ``y``."""

    y: int
    name: Label
    total: int
    end: str
    pieces: tuple[Piece, ...]


@blueprint.get("/board")
def show() -> str:
    chosen = {name: clean(request.args.get(name)) for name in ("owner", "status")}
    scope = clean(request.args.get("scope", "core"))
    found = board.view(core(), actor(), now(), **chosen, scope="" if scope == "all" else scope)
    everyone = board.view(core(), actor(), now())
    return render_template(
        "pages/board.html",
        board=found,
        everyone=everyone.owners,
        bars=bars(found.owners),
        measures={"width": WIDTH, "height": LINE * len(found.owners), "bar": BAR},
        chosen=chosen | {"scope": scope},
        note=NOT_PUBLIC,
        STATUS=STATUS_NAMES, SCOPES=SCOPE_NAMES, BLOCKERS=BLOCKER_NAMES, MARKS_OF_SOURCES=MARK_NAMES,
        MORE_FREQUENCIES=MORE_FREQUENCIES, percent=percent, reports=reports, number_of=whole,
    )  # fmt: skip


def bars(owners: tuple[board.OwnerLine, ...]) -> list[Bar]:
    """One bar an owner, as long as it has regimes compared with the owner that has most."""
    most = max((line.tally.total for line in owners), default=1)
    unit = Fraction(WIDTH - END, most)
    return [
        Bar(LINE * place, line.name, line.tally.total, _length(unit * line.tally.total), tuple(
            _pieces(line.tally, unit)
        ))
        for place, line in enumerate(owners)
    ]  # fmt: skip


def _pieces(tally: board.Tally, unit: Fraction) -> Iterator[Piece]:
    at = Fraction(0)
    for status in STATUS_NAMES:
        count: int = getattr(tally, status)
        if count:
            yield Piece(status, _length(at), _length(unit * count), count)
        at += unit * count


def _length(value: Fraction) -> str:
    return str(Decimal(round(value * 10)).scaleb(-1))


def percent(share: Fraction | None) -> str:
    """``12,8 %``; a dash where nothing is expected."""
    return "–" if share is None else f"{number_vi(Decimal(round(share * 1000)).scaleb(-1), 1)} %"


def reports(row: board.BoardRow) -> str:
    """Reports a year: ``~`` before an estimate, a question mark where they cannot be counted."""
    if row.filings is None:
        return "?"
    return f"{'~' if row.estimated else ''}{whole(row.filings)}"


def whole(value: Fraction) -> str:
    """A number of reports, to the whole one."""
    return number_vi(round(value))
