"""Whether the deadlines of a period hold together (R10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hub.domain.period.dates import DECREE_DUE, LAWFUL, NoLegalDate, Window, due_day, window
from hub.domain.period.value import Period
from hub.domain.regime import Edition
from hub.domain.working_days import WorkingCalendar


def due_problems(edition: Edition, period: Period, calendar: WorkingCalendar) -> list[str]:
    """What is wrong with the dates of a period, each text as "Vietnamese / English"; empty if the chain holds (R10).

    Every deadline is at least one working day after the window, and whoever sums up is due after those it sums up.
    Where a province sums up by the decree's default day, its department and the department's default deadline stand
    between it and those who send to it. YearNotKnown if the calendar does not reach that far.
    """
    try:
        data = window(edition, period, calendar)
        days: dict[str, date] = {r.level: due_day(edition, r.level, period, calendar) for r in edition.reporters}
        chain = _chain(edition, period, days, calendar)
    except NoLegalDate as missing:
        return [f"{period.label.vi}: {missing.message_vi} / {period.label.en}: {missing.message_en}"]
    earliest = calendar.add(data.end, 1)
    return [
        *_backward_window(data, period),
        *(_too_early(level, day, earliest, period) for level, day in days.items() if day < earliest),
        *(_not_after(parent, child, period) for child, parent in chain if parent[1] <= child[1]),
        *_unset_nine_months(edition, period),
    ]


_Step = tuple[str, date]
_LEVEL_NAMES: Mapping[str, tuple[str, str]] = {
    "commune": ("cấp xã", "communes"),
    "district": ("cấp huyện", "districts"),
    "department": ("sở, ngành cấp tỉnh", "provincial departments"),
    "province": ("cấp tỉnh", "provinces"),
    "ministry": ("bộ, ngành", "ministries"),
}


def _chain(
    edition: Edition, period: Period, days: Mapping[str, date], calendar: WorkingCalendar
) -> list[tuple[_Step, _Step]]:
    """Pairs of (child, parent) deadlines; a parent is due after its child."""
    owing = [reporter for reporter in edition.reporters if reporter.receiver in days]
    pairs: list[tuple[_Step, _Step]] = [((r.level, days[r.level]), (r.receiver, days[r.receiver])) for r in owing]
    children = [child for child, parent in pairs if parent[0] == "province"]
    if not children or not _follows_the_decree(edition, period):
        return pairs
    department = ("department", due_day(edition, "department", period, calendar))
    others = [pair for pair in pairs if pair[1][0] != "province"]
    return [*others, *((child, department) for child in children), (department, ("province", days["province"]))]


def _follows_the_decree(edition: Edition, period: Period) -> bool:
    """True if the edition names a deadline for departments, or leaves the province's at the decree's default.

    The default day said with a ground of its own is the text's, which then counts on no department in between.
    """
    own = edition.dues.get(("province", period.frequency))
    silent = own is None or own == DECREE_DUE
    return ("department", period.frequency) in edition.dues or (silent and period.frequency in LAWFUL)


def _backward_window(data: Window, period: Period) -> list[str]:
    if data.start <= data.end:
        return []
    return [
        f"{period.label.vi}: thời gian chốt số liệu kết thúc trước khi bắt đầu / "
        f"{period.label.en}: the data window ends before it begins"
    ]


def _too_early(level: str, day: date, earliest: date, period: Period) -> str:
    vi, en = _LEVEL_NAMES[level]
    return (
        f"{period.label.vi}: hạn gửi của {vi} là {day:%d/%m/%Y}, sớm hơn một ngày làm việc sau khi chốt số liệu "
        f"({earliest:%d/%m/%Y}) / {period.label.en}: {en} are due on {day}, earlier than one working day after the "
        f"data window ({earliest})"
    )


def _not_after(parent: _Step, child: _Step, period: Period) -> str:
    (parent_vi, parent_en), (child_vi, child_en) = _LEVEL_NAMES[parent[0]], _LEVEL_NAMES[child[0]]
    return (
        f"{period.label.vi}: hạn gửi của {parent_vi} ({parent[1]:%d/%m/%Y}) không muộn hơn hạn của {child_vi} "
        f"({child[1]:%d/%m/%Y}) / {period.label.en}: {parent_en} are due on {parent[1]}, not after {child_en}, "
        f"who are due on {child[1]}"
    )


def _unset_nine_months(edition: Edition, period: Period) -> list[str]:
    unset = [r.level for r in edition.reporters if (r.level, period.frequency) not in edition.dues]
    if period.frequency != "nine_month" or not {"province", "ministry"} & set(unset):
        return []
    return [
        f"{period.label.vi}: chế độ báo cáo chưa quy định hạn gửi kỳ 9 tháng; đang dùng ngày 25 của tháng cuối kỳ / "
        f"{period.label.en}: the regime sets no deadline for nine months; day 25 of the last month is used"
    ]
