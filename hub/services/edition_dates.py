"""The next data window of an edition and its deadlines, level by level: what it will ask for, said before it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from hub.domain.form import Label
from hub.domain.period import CALLED, NoLegalDate, Period, Window, due_day, periods_between, window
from hub.domain.regime import YEARS_OF, Edition, Frequency
from hub.domain.working_days import WorkingCalendar, YearNotKnown
from hub.errors import HubError

_REACH = timedelta(days=420)
"""How far to look for the next period of a year or less."""


@dataclass(frozen=True, slots=True)
class NextDates:
    """The next period of a frequency, its data still being collected. ``why``: what keeps a day from being told."""

    frequency: Frequency
    period: Period | None = None
    window: Window | None = None
    dues: Mapping[str, date] = field(default_factory=dict)
    why: Label | None = None


def next_dates(edition: Edition, day: date, calendar: WorkingCalendar) -> list[NextDates]:
    """For each frequency the first period whose window ends on ``day`` or later, once the edition is in force."""
    return [_next(edition, frequency, max(day, edition.valid_from), calendar) for frequency in edition.frequencies]


def next_period(edition: Edition, frequency: Frequency, day: date) -> Period | None:
    """The first period asked for that ends on ``day`` or later; of a frequency that is called for, number 1."""
    return next(_periods(edition, frequency, day), None)


def _next(edition: Edition, frequency: Frequency, day: date, calendar: WorkingCalendar) -> NextDates:
    if frequency in CALLED:
        called = Label("Ấn định khi có yêu cầu báo cáo.", "Set when the report is called for.")
        return NextDates(frequency, why=called)
    try:
        for period in _periods(edition, frequency, day - timedelta(days=45)):
            span = window(edition, period, calendar)
            if span.end >= day:
                return NextDates(frequency, period, span, _dues(edition, period, calendar))
    except (NoLegalDate, YearNotKnown) as error:
        return NextDates(frequency, why=_said(error))
    return NextDates(frequency, why=Label("Không còn kỳ nào.", "No further period."))


def _dues(edition: Edition, period: Period, calendar: WorkingCalendar) -> dict[str, date]:
    levels = dict.fromkeys(reporter.level for reporter in edition.reporters)
    return {level: due_day(edition, level, period, calendar) for level in levels}


def _periods(edition: Edition, frequency: Frequency, day: date) -> Iterator[Period]:
    if frequency in CALLED:
        yield Period(frequency, day.year)
        return
    first = max(day, edition.valid_from)
    for period in periods_between(frequency, first - _REACH, first + _REACH * YEARS_OF.get(frequency, 1)):
        asked = edition.in_force(period.end) and edition.asks_for(frequency, period.index, period.year)
        if asked and period.end >= first:
            yield period


def _said(error: HubError) -> Label:
    return Label(error.message_vi, error.message_en)
