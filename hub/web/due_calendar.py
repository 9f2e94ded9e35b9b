"""The calendar of deadlines: a month of due days and holidays, the list beneath, and the same as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request

from hub.domain.filing import RECEIVED
from hub.domain.period import VIETNAM, Period, local_day
from hub.domain.working_days import YearNotKnown
from hub.errors import BadRequest
from hub.services.due_calendar import DueLine, due_lines
from hub.services.worklist import own_units
from hub.web.current import actor, core, now
from hub.web.desk import EVERY_UNIT
from hub.web.language import gettext, plain
from hub.web.listing import clean
from hub.web.rendering import regime_title, unit_name
from hub.web.security import secure_download
from hub.writers.icalendar import CalendarDay, write_icalendar

blueprint = Blueprint("due_calendar", __name__)

FIRST_YEAR, LAST_YEAR = 2000, 2199
FILE_DAYS = 400
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
WEEKDAYS: tuple[tuple[str, str], ...] = (
    ("Thứ Hai", "Monday"), ("Thứ Ba", "Tuesday"), ("Thứ Tư", "Wednesday"), ("Thứ Năm", "Thursday"),
    ("Thứ Sáu", "Friday"), ("Thứ Bảy", "Saturday"), ("Chủ nhật", "Sunday"),
)  # fmt: skip
SHORT_WEEKDAYS: tuple[tuple[str, str], ...] = (
    ("T2", "Mo"), ("T3", "Tu"), ("T4", "We"), ("T5", "Th"), ("T6", "Fr"), ("T7", "Sa"), ("CN", "Su"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the month's grid. ``working`` is None where the calendar does not reach."""

    day: date
    inside: bool
    today: bool
    working: bool | None
    lines: tuple[DueLine, ...]

    @property
    def holiday(self) -> bool:
        """A day off that is no ordinary weekend."""
        return self.working is False and self.day.weekday() < 5

    @property
    def left(self) -> int:
        """How many of its reports are still to be sent."""
        return sum(line.row is None or line.row.state not in RECEIVED for line in self.lines)


@blueprint.get("/calendar")
def show() -> str:
    """A month of the deadlines of the person's own unit, or of all units they work for."""
    first = _month(request.args.get("month"))
    last = _next(first) - timedelta(days=1)
    unit = _unit()
    lines = due_lines(core(), actor(), first, last, now(), unit_id=_only(unit))
    weeks = list(_weeks(first, last, lines))
    return render_template(
        "pages/calendar.html", first=first, weeks=weeks, unit=unit, units=own_units(actor()), EVERY_UNIT=EVERY_UNIT,
        days=[day for week in weeks for day in week if day.lines and day.inside],
        before=_named(first - timedelta(days=1)), after=_named(_next(first)), this=_named(local_day(now())),
        month=_named(first), WEEKDAYS=WEEKDAYS, SHORT_WEEKDAYS=SHORT_WEEKDAYS,
    )  # fmt: skip


@blueprint.get("/calendar.ics")
def file() -> Response:
    """The deadlines of the coming year as a file for a calendar program; opened again it adds nothing twice."""
    today = local_day(now())
    lines = due_lines(core(), actor(), today, today + timedelta(days=FILE_DAYS), now(), unit_id=_only(_unit()))
    content = write_icalendar(map(_event, lines), gettext("Hạn gửi báo cáo"), now())
    return secure_download(Response(content, content_type="text/calendar; charset=utf-8"), "han-gui-bao-cao.ics")


def _event(line: DueLine) -> CalendarDay:
    title = plain(regime_title(line.regime))
    period = plain(Period.parse(line.period).label)
    return CalendarDay(
        uid=f"{line.regime}-{line.period}-{line.unit_id}-{line.scope}@hub".lower(),
        day=line.day,
        summary=gettext("Hạn gửi: %(title)s, %(period)s", title=title, period=period),
        description=unit_name(line.unit_id),
    )


def _unit() -> str:
    """The unit asked for, one's own by default."""
    units, asked = own_units(actor()), clean(request.args.get("unit"))
    if asked == EVERY_UNIT or asked in units:
        return asked
    return actor().unit_id if actor().unit_id in units else next(iter(units), EVERY_UNIT)


def _only(unit: str) -> str | None:
    return None if unit == EVERY_UNIT else unit


def _month(text: str | None) -> date:
    """The first day of the month written ``2026-12``; of this month for nothing. BadRequest for no month."""
    if not text:
        return now().astimezone(VIETNAM).date().replace(day=1)
    found = _MONTH.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR or not 1 <= int(found[2]) <= 12:
        raise BadRequest("Tháng viết theo dạng 2026-12.", "Write the month as 2026-12.")
    return date(int(found[1]), int(found[2]), 1)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _named(day: date) -> str:
    return f"{day:%Y-%m}"


def _weeks(first: date, last: date, lines: list[DueLine]) -> Iterator[list[Day]]:
    """The weeks from Monday to Sunday that the month touches."""
    by_day: dict[date, list[DueLine]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    today, start = local_day(now()), first - timedelta(days=first.weekday())
    while start <= last:
        week = [start + timedelta(days=number) for number in range(7)]
        yield [Day(day, first <= day <= last, day == today, _working(day), tuple(by_day.get(day, ()))) for day in week]
        start += timedelta(days=7)


def _working(day: date) -> bool | None:
    try:
        return core().calendar.is_working(day)
    except YearNotKnown:
        return None
