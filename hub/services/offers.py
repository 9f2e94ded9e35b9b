"""What a unit already reported elsewhere for the same period: offered where a form asks for the same figure (R13).

A figure is offered, never filled in: the reporter decides, and the value is shown with where it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from hub.domain.access import Actor
from hub.domain.filing import FilingRow, State, filing_id
from hub.domain.form import Address, Label
from hub.domain.number_text import INT64_MAX
from hub.domain.packing import unpack
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.shared_figures import Concept, SharedFigure, shared_figures
from hub.domain.units import factor_between
from hub.services.core import Core
from hub.services.filings import FilingView
from hub.services.seeing import counting_version
from hub.store import filings, versions
from hub.store.database import Connection


@dataclass(frozen=True, slots=True)
class Offer:
    """A value for one cell, in that cell's unit, and where it was given.

    ``given`` and ``unit``: the figure as it stands there. ``window_start`` and ``window_end``: the days it covers;
    ``same_window`` is False where the form at hand covers others, so that the two may rightly differ.
    """

    value: Decimal
    given: Decimal
    unit: str | None
    address: Address
    regime: str
    title: Label
    period: str
    filing_id: str
    state: State
    version: int
    window_start: date
    window_end: date
    same_window: bool


def offers(core: Core, actor: Actor, view: FilingView, now: datetime) -> dict[Address, tuple[Offer, ...]]:
    """By cell of the form: what the unit itself reported for the same figure and period under other regimes.

    Only for who may edit the filing, and only from reports and versions the actor may see. The accepted version counts,
    else the latest. A figure that does not fit the cell exactly in its unit and decimals is not offered.
    """
    if "edit" not in view.moves:
        return {}
    wanted = _asked_here(view)
    others = list(_others(core, view, wanted))
    found: dict[Address, list[Offer]] = {}
    if not others:
        return {}
    with core.database.read() as connection:
        for edition in others:
            for address, offer in _of_edition(core, connection, actor, view, edition, wanted, now):
                found.setdefault(address, []).append(offer)
    return {address: tuple(each) for address, each in found.items()}


def _asked_here(view: FilingView) -> Mapping[Concept, SharedFigure]:
    """The concepts that cells of this filing's forms ask for; the total of a list is not typed, so it is no cell."""
    codes = {form.code for form in view.forms if form.kind == "grid"}
    asked = shared_figures(view.edition, view.row.frequency)
    return {concept: figure for concept, figure in asked.items() if figure.address.form in codes}


def _others(core: Core, view: FilingView, wanted: Mapping[Concept, SharedFigure]) -> Iterator[Edition]:
    """The editions of other regimes, in force at the period's end, that ask the unit for one of the same concepts."""
    if not wanted:
        return
    end = Period.parse(view.row.period).end
    for code, regime in sorted(core.catalog.regimes.items()):
        edition = regime.edition_on(end) if code != view.row.regime else None
        if edition is None or not _asks_alike(edition, view.row):
            continue
        if shared_figures(edition, view.row.frequency).keys() & wanted.keys():
            yield edition


def _asks_alike(edition: Edition, row: FilingRow) -> bool:
    """In the same periods, and first-hand figures for first-hand figures only, summaries for summaries."""
    if row.frequency not in edition.frequencies:
        return False
    return any(reporter.level == row.level and reporter.scope == row.scope for reporter in edition.reporters)


def _of_edition(
    core: Core,
    connection: Connection,
    actor: Actor,
    view: FilingView,
    edition: Edition,
    wanted: Mapping[Concept, SharedFigure],
    now: datetime,
) -> Iterator[tuple[Address, Offer]]:
    row = _filing_of(core, connection, view.row, edition)
    number = counting_version(core, actor, row, now) if row is not None else None
    if row is None or number is None:
        return
    figures = unpack(edition, versions.get(connection, row.id, number).packed)
    for concept, there in shared_figures(edition, view.row.frequency).items():
        here, given = wanted.get(concept), figures.get(there.address)
        value = _converted(edition, given, there, here) if here is not None and given is not None else None
        if here is not None and given is not None and value is not None:
            yield here.address, _offer(view, edition, row, number, there, given, value)


def _filing_of(core: Core, connection: Connection, here: FilingRow, edition: Edition) -> FilingRow | None:
    """The same unit's filing under another edition, under any name the unit had."""
    for unit_id in sorted(core.orgs.same_body(here.unit_id) | {here.unit_id}):
        found = filings.get(connection, filing_id(edition.key, here.period, unit_id, here.scope))
        if found is not None:
            return found
    return None


def _converted(edition: Edition, given: Decimal, there: SharedFigure, here: SharedFigure) -> Decimal | None:
    """The figure in the cell's unit and with its decimals; None where that is not exact or the units do not convert."""
    factor = factor_between(edition.conversions, there.unit, here.unit)
    if factor is None:
        return None
    scaled = Fraction(given) * factor * 10**here.decimals
    if scaled.denominator != 1 or abs(scaled) > INT64_MAX:
        return None
    return Decimal(scaled.numerator).scaleb(-here.decimals)


def _offer(
    view: FilingView, edition: Edition, row: FilingRow, number: int, there: SharedFigure, given: Decimal, value: Decimal
) -> Offer:
    return Offer(
        value=value,
        given=given,
        unit=there.unit,
        address=there.address,
        regime=edition.regime,
        title=edition.title,
        period=row.period,
        filing_id=row.id,
        state=row.state,
        version=number,
        window_start=row.window_start,
        window_end=row.window_end,
        same_window=(row.window_start, row.window_end) == (view.row.window_start, view.row.window_end),
    )
