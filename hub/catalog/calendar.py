"""The working calendar of Viet Nam: the ``holidays`` library, corrected by the data in ``report_schemas/calendar``."""

from __future__ import annotations

import csv
import io
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from hub.domain.working_days import WorkingCalendar
from hub.errors import SchemaError

KNOWN_YEARS = range(2019, 2041)
_HEADER = ["date", "kind", "ground"]


@lru_cache(maxsize=1)
def load_calendar() -> WorkingCalendar:
    """The working calendar for 2019-2040. SchemaError lists every bad row of the overrides."""
    return make_calendar(files("report_schemas") / "calendar" / "overrides.csv")


def make_calendar(overrides: Traversable) -> WorkingCalendar:
    """The library's calendar with the overrides of one file applied on top."""
    kinds = read_overrides(overrides)
    holidays, worked = _library_days()
    closed = {day for day, kind in kinds.items() if kind == "holiday"}
    opened = {day for day, kind in kinds.items() if kind == "working"}
    return WorkingCalendar(
        holidays=frozenset((holidays | closed) - opened),
        extra_working=frozenset((worked | opened) - closed),
        known_years=KNOWN_YEARS,
    )


def read_overrides(source: Traversable) -> dict[date, str]:
    """Day → ``holiday`` or ``working``. SchemaError if a row has a bad date or kind, no ground, or repeats a day."""
    days: dict[date, str] = {}
    problems: list[str] = []
    reader = csv.DictReader(io.StringIO(source.read_text(encoding="utf-8")))
    if reader.fieldnames != _HEADER:
        raise SchemaError([f"{source.name}:1: the header must be {','.join(_HEADER)}"])
    for row in reader:
        place = f"{source.name}:{reader.line_num}"
        try:
            day = date.fromisoformat(row["date"] or "")
        except ValueError:
            problems.append(f"{place}: date {row['date']!r} is not an ISO date")
            continue
        problems += [f"{place}: {problem}" for problem in _row_problems(row, repeated=day in days)]
        days[day] = row["kind"]
    if problems:
        raise SchemaError(problems)
    return days


def _row_problems(row: dict[str, str], repeated: bool) -> list[str]:
    problems = []
    if row["kind"] not in {"holiday", "working"}:
        problems.append(f"kind {row['kind']!r} is neither holiday nor working")
    if not (row["ground"] or "").strip():
        problems.append("the ground is missing")
    if repeated:
        problems.append(f"{row['date']} is given twice")
    return problems


def _library_days() -> tuple[set[date], set[date]]:
    # Imported here: the library takes a tenth of a second, and only those who count working days need it.
    import holidays

    # A year more at each end, because a swap may reach over New Year.
    calendar = holidays.country_holidays("VN", years=range(KNOWN_YEARS.start - 1, KNOWN_YEARS.stop + 1))
    return set(calendar), set(calendar.weekend_workdays)
