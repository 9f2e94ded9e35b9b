"""Campaigns: an edition in one period, by the calendar or because it was called for, with its window and deadlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from hub.domain.call import Asked
from hub.domain.period import (
    CALLED,
    CYCLIC,
    NoLegalDate,
    Period,
    Window,
    due,
    end_of_day,
    law_window,
    periods_between,
    resolve,
    window,
)
from hub.domain.regime import DayRule, Edition, Frequency
from hub.domain.working_days import YearNotKnown
from hub.errors import HubError
from hub.services.core import Core
from hub.store import calls
from hub.store.calls import CallRow
from hub.store.database import Connection


@dataclass(frozen=True, slots=True)
class Campaign:
    """One edition in one period: what the whole country owes at once.

    ``dues`` and ``units`` are those of a call; a campaign of the calendar has the edition's deadlines and asks all
    whom it obliges.
    """

    edition: Edition
    period: Period
    window: Window
    dues: Mapping[str, date] = field(default_factory=dict)
    units: tuple[str, ...] = ()

    def due_at(self, core: Core, level: str) -> datetime:
        """The first instant that is not on time for a level (R08)."""
        if self.period.frequency in CALLED:
            return end_of_day(self.dues[level])
        return due(self.edition, level, self.period, core.calendar)

    def asks(self, unit_path: str) -> bool:
        """True unless the call names other units than this one and those above it."""
        steps = unit_path.split("/")
        return not self.units or any(unit in steps for unit in self.units)


def of_call(core: Core, period: Period, asked: Asked) -> Campaign:
    """The campaign that a call is."""
    return Campaign(core.catalog.edition(asked.edition), period, asked.window, asked.dues, asked.units)


@dataclass(frozen=True, slots=True)
class Undated:
    """A frequency of an edition that cannot be opened, because a day of it cannot be told."""

    edition: str
    frequency: str
    why: HubError


def campaigns_between(core: Core, first: date, last: date, undated: list[Undated] | None = None) -> Iterator[Campaign]:
    """The campaigns of every integrated regime whose window ends between two days, both included.

    What has no legal date, or lies in a year whose holidays are not known, is left out and added to ``undated``.
    """
    for regime in core.catalog.regimes.values():
        for edition in regime.editions:
            yield from calendar_campaigns(core, edition, first, last, undated)
    yield from called_between(core, first, last)


def called_between(core: Core, first: date, last: date) -> list[Campaign]:
    """Those of them that were called for."""
    with core.database.read() as connection:
        rows = calls.ended_between(connection, first, last)
    return [of_call(core, row.period, row.asked) for row in rows if row.asked.edition in core.catalog.editions]


def calendar_campaigns(
    core: Core, edition: Edition, first: date, last: date, undated: list[Undated] | None = None
) -> Iterator[Campaign]:
    """The edition's campaigns of the calendar whose window ends between two days, both included, as above."""
    for frequency in edition.frequencies:
        try:
            yield from _of_frequency(core, edition, frequency, first, last)
        except (NoLegalDate, YearNotKnown) as why:
            if undated is not None:
                undated.append(Undated(edition.key, frequency, why))


def _of_frequency(core: Core, edition: Edition, frequency: Frequency, first: date, last: date) -> Iterator[Campaign]:
    if frequency not in CYCLIC:
        return
    ends = (edition.windows.get(frequency) or law_window(frequency)).end
    by_calendar, leeway = replace(ends, working_days=0), _leeway(ends)
    reach = leeway + timedelta(days=31 * (abs(ends.months) + 1) + abs(ends.days))  # no further from its period's days
    for period in periods_between(frequency, first - reach, last + reach):
        if not edition.in_force(period.end) or not edition.asks_for(frequency, period.index, period.year):
            continue
        if not first - leeway <= resolve(by_calendar, period, None, None) <= last + leeway:
            continue  # far from both days: not worth asking a calendar that may not reach so far
        span = window(edition, period, core.calendar)
        if first <= span.end <= last:
            yield Campaign(edition, period, span)


def _leeway(rule: DayRule) -> timedelta:
    """How many days the rule's working days can be at most, with the weekends and the longest holidays among them."""
    return timedelta(days=3 * abs(rule.working_days) + 20) if rule.working_days else timedelta(1)


def edition_of(core: Core, connection: Connection | None, regime: str, period: Period) -> Edition | None:
    """The edition that a regime's period is reported by: the called one, else the one in force at the period's end.

    Without a ``connection`` one is opened where a call must be looked up, and only there.
    """
    if period.frequency not in CALLED:
        found: Edition | None = core.catalog.edition_for(regime, period.end)
        return found
    if connection is None:
        with core.database.read() as opened:
            return edition_of(core, opened, regime, period)
    row = calls.get(connection, regime, period.code)
    return core.catalog.editions.get(row.asked.edition) if row is not None else None


def window_of(core: Core, connection: Connection, edition: Edition, period: Period) -> Window:
    """The data window of a campaign: that of the call, else the edition's, else the days of the period itself.

    The last is so for longer periods that are made of an edition's own and that it does not date.
    """
    if period.frequency in CALLED and (row := calls.get(connection, edition.regime, period.code)) is not None:
        return row.asked.window
    try:
        return window(edition, period, core.calendar)
    except NoLegalDate:
        return Window(period.start, period.end)


def calls_made(connection: Connection) -> dict[tuple[str, str], CallRow]:
    """(edition, period) → the call, of everything that was called for."""
    return {(row.asked.edition, row.period.code): row for row in calls.listing(connection)}
