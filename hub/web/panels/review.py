"""A received report before its receiver: each figure beside last period's and beside the neighbours' spread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from flask import request, url_for

from hub.domain.comparison import percent
from hub.domain.findings import Finding
from hub.domain.form import Form, Label
from hub.domain.neighbours import Said, Spread
from hub.domain.remark import element_of
from hub.services import neighbours
from hub.services.filings import FilingView
from hub.services.neighbours import Cell, Review
from hub.web.current import actor, core
from hub.web.panels.remarks import thread_views
from hub.web.places import column_at, column_words, row_words, value_text
from hub.web.rendering import number_vi

MOST_LINES = 200
"""More figures than this on one page are read form by form, and the rest in the workbook."""
WIDTH, EDGE = 200, 6
"""Of a drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Strip:
    """The neighbours' figures as dots on a line: positions along it, and the dots as one SVG path."""

    dots: str
    left: int
    right: int
    median: int
    own: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. Texts are ready to show; ``strip`` is None where no neighbour reported it."""

    place: str
    element: str
    row: Label
    column: Label
    unit: str
    own: str
    before: str
    change: str
    percent: str
    low: str
    q1: str
    median: str
    q3: str
    high: str
    spread: Spread | None
    strip: Strip | None
    reasons: tuple[Said, ...]
    findings: tuple[tuple[Finding, str], ...]
    threads: int
    notable: bool


@dataclass(frozen=True, slots=True)
class FormLines:
    form: Form
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ReviewPanel:
    """``notable``: how many figures deserve a look; ``all``: all of one form are shown; ``left_out``: not shown."""

    forms: tuple[FormLines, ...]
    units: int
    notable: int
    total: int
    all: bool
    left_out: int
    may_return: bool
    only_notable_url: str
    all_urls: tuple[tuple[Form, str, bool], ...]


def panel(view: FilingView, now: datetime) -> ReviewPanel | None:
    if not neighbours.reviews(core(), actor(), view.row, now):
        return None
    review = neighbours.review_of(core(), actor(), view, now)
    said = {each.place for each in thread_views(view, now) if each.open}
    everything = request.args.get("review") == "all"
    chosen = _chosen(view, review, said, everything)
    return ReviewPanel(
        forms=_by_form(view, chosen[:MOST_LINES], said),
        units=review.units,
        notable=sum(_notable(cell, said) for cell in review.cells),
        total=len(review.cells),
        all=everything,
        left_out=max(0, len(chosen) - MOST_LINES),
        may_return="send_back" in view.moves,
        only_notable_url=_address(view),
        all_urls=tuple(
            (form, _address(view, review="all", form=form.code), everything and form.code == _form_of(view))
            for form in view.forms
        ),
    )


def _chosen(view: FilingView, review: Review, said: set[str], everything: bool) -> list[Cell]:
    if not everything:
        return [cell for cell in review.cells if _notable(cell, said)]
    return [cell for cell in review.cells if cell.address.form == _form_of(view)]


def _form_of(view: FilingView) -> str:
    codes = [form.code for form in view.forms]
    asked = request.args.get("form", "")
    return asked if asked in codes else codes[0] if codes else ""


def _address(view: FilingView, **asked: str) -> str:
    """The page with this choice, at the review."""
    path = url_for("entry.filing", filing_id=view.row.id)
    return f"{path}{'?' if asked else ''}{urlencode(asked)}#review"


def _notable(cell: Cell, said: set[str]) -> bool:
    return cell.notable or ("/" in cell.place and cell.place in said)


def _by_form(view: FilingView, cells: list[Cell], said: set[str]) -> tuple[FormLines, ...]:
    return tuple(
        FormLines(form, lines)
        for form in view.forms
        if (lines := tuple(_line(view, cell, said) for cell in cells if cell.address.form == form.code))
    )


def _line(view: FilingView, cell: Cell, said: set[str]) -> Line:
    column, spread = column_at(view.edition, cell.address), cell.spread
    form = view.edition.form_by_code[cell.address.form]
    unit = next((row.unit for row in form.rows if row.code == cell.address.row), None)
    part = percent(cell.before, cell.own)
    return Line(
        place=cell.place,
        element=element_of(cell.place),
        row=row_words(view.edition, cell.address),
        column=column_words(view.edition, cell.address),
        unit=unit or (column.unit if column is not None else None) or "",
        own=value_text(cell.own, column),
        before=value_text(cell.before, column),
        change=_change(cell),
        percent=f"{signed(part, 1)} %" if part is not None and part else "",
        **_texts(spread, cell.decimals),
        spread=spread,
        strip=_strip(spread, cell.own) if spread is not None else None,
        reasons=cell.reasons,
        findings=cell.findings,
        threads=int(cell.place in said),
        notable=_notable(cell, said),
    )


def _change(cell: Cell) -> str:
    if not isinstance(cell.own, Decimal) or not isinstance(cell.before, Decimal):
        return ""
    return signed(cell.own - cell.before, cell.decimals)


def signed(value: Decimal, decimals: int) -> str:
    """A difference with its sign: ``+1.234``, ``−5,0``, ``0``."""
    return ("+" if value > 0 else "") + number_vi(value, decimals)


def _texts(spread: Spread | None, decimals: int) -> dict[str, str]:
    """All five, exactly; quartiles have more decimals where they lie between two figures."""
    names = ("low", "q1", "median", "q3", "high")
    if spread is None:
        return dict.fromkeys(names, "")
    return {name: _shortest(getattr(spread, name), decimals) for name in names}


def _shortest(value: Decimal, decimals: int) -> str:
    """With as many decimals as it has beyond the declared ones: two at most."""
    shown = next(places for places in range(decimals, decimals + 3) if round(value, places) == value)
    return number_vi(value, shown)


def _strip(spread: Spread, own: object) -> Strip:
    its = own if isinstance(own, Decimal) else None
    ends = [spread.low, spread.high, *([its] if its is not None else [])]
    low, width = min(ends), max(ends) - min(ends)

    def at(value: Decimal) -> int:
        return EDGE + (int((value - low) * (WIDTH - 2 * EDGE) / width) if width else (WIDTH - 2 * EDGE) // 2)

    places = sorted({at(value) for value in spread.dots})
    return Strip(
        dots="".join(f"M{place} 12h.01" for place in places),
        left=at(spread.q1),
        right=at(spread.q3),
        median=at(spread.median),
        own=at(its) if its is not None else None,
    )
