"""Reports called for outside the calendar: thematic and ad hoc ones, whose window and deadlines the caller gives.

The decree leaves both to whoever issued the regime (Decree 09/2019, article 8.5c). What a call asks is settled here
before anything is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.domain.period import CALLED, YEARS, NoLegalDate, Period, Window, due_day
from hub.domain.regime import Edition, Frequency
from hub.domain.working_days import WorkingCalendar
from hub.errors import BadRequest

REASON_LENGTH = 2000
KEY_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for. ``dues`` has the last day on time of every level that reports.

    ``units`` are whom alone it asks, each with all below it; empty means every unit that the regime obliges.
    """

    edition: str
    frequency: Frequency
    window: Window
    dues: Mapping[str, date]
    units: tuple[str, ...]
    reason: str


def called_frequencies(edition: Edition) -> tuple[Frequency, ...]:
    """The frequencies of the edition whose periods are called for; empty if all of it follows the calendar."""
    return tuple(frequency for frequency in edition.frequencies if frequency in CALLED)


def settle(
    edition: Edition, window: Window, today: date, calendar: WorkingCalendar, *, reason: str,
    due: date | None = None, level_dues: Mapping[str, date] | None = None, units: Sequence[str] = (),
    frequency: str | None = None,
) -> Asked:  # fmt: skip
    """The call with every deadline known: the level's own, else ``due``, else what the edition counts from the window.

    BadRequest, saying what is wrong, if it cannot be asked like that.
    """
    wanted = _frequency(edition, frequency)
    why = " ".join(reason.split())[:REASON_LENGTH]
    if not why:
        raise BadRequest("Cần nêu lý do yêu cầu báo cáo.", "Say why the report is called for.")
    if window.end < window.start:
        raise BadRequest("Thời gian chốt số liệu kết thúc trước khi bắt đầu.", "The data window ends before it begins.")
    if not edition.in_force(window.end):
        raise BadRequest(
            f"Phiên bản {edition.key} không có hiệu lực vào ngày {window.end:%d/%m/%Y}.",
            f"The edition {edition.key} is not in force on {window.end}.",
        )
    dues = _dues(edition, wanted, window, due, level_dues or {}, calendar)
    _refuse_bad_dues(edition, window, dues, today)
    return Asked(edition.key, wanted, window, dues, tuple(sorted(set(units))), why)


def _frequency(edition: Edition, wanted: str | None) -> Frequency:
    possible = called_frequencies(edition)
    found = [frequency for frequency in possible if wanted in {None, frequency}]
    if len(found) == 1:
        return found[0]
    if not found:
        raise BadRequest(
            "Chế độ này không có báo cáo chuyên đề hay đột xuất như vậy.",
            "This regime has no thematic or ad hoc report like that.",
        )
    raise BadRequest(
        "Hãy nói rõ: báo cáo chuyên đề (thematic) hay đột xuất (ad_hoc).", "Say which: thematic or ad_hoc."
    )


def _dues(
    edition: Edition, frequency: Frequency, window: Window, due: date | None, given: Mapping[str, date],
    calendar: WorkingCalendar,
) -> dict[str, date]:  # fmt: skip
    levels = [reporter.level for reporter in edition.reporters]
    if unknown := sorted(set(given) - set(levels)):
        names = ", ".join(unknown)
        raise BadRequest(f"Cấp không phải báo cáo: {names}.", f"These levels do not report: {names}.")
    dues: dict[str, date] = {}
    for level in levels:
        day = given.get(level) or due
        dues[level] = day or _stated_due(edition, level, Period(frequency, window.end.year), window, calendar)
    return dues


def _stated_due(edition: Edition, level: str, period: Period, window: Window, calendar: WorkingCalendar) -> date:
    try:
        return due_day(edition, level, period, calendar, window.end)
    except NoLegalDate:
        raise BadRequest(
            "Chế độ báo cáo không quy định hạn gửi; hãy ấn định hạn gửi.",
            "The regime sets no deadline; give one.",
        ) from None


def _refuse_bad_dues(edition: Edition, window: Window, dues: Mapping[str, date], today: date) -> None:
    """A deadline in the past, before the window has ended, or before that of those who report to the level (R10)."""
    first = min(dues.values())
    if first < window.end:
        raise BadRequest(
            f"Hạn gửi {first:%d/%m/%Y} sớm hơn ngày cuối của thời gian chốt số liệu ({window.end:%d/%m/%Y}).",
            f"The deadline {first} is earlier than the end of the data window ({window.end}).",
        )
    if max(dues.values()).year not in YEARS:
        raise BadRequest("Hạn gửi không hợp lệ.", "The deadline is too far away.")
    if first < today:
        raise BadRequest(f"Hạn gửi {first:%d/%m/%Y} đã qua.", f"The deadline {first} has passed.")
    for reporter in edition.reporters:
        if reporter.receiver in dues and dues[reporter.receiver] < dues[reporter.level]:
            raise BadRequest(
                "Cấp tổng hợp phải có hạn gửi không sớm hơn cấp gửi cho mình.",
                "Whoever sums up cannot be due before those who report to it.",
            )
