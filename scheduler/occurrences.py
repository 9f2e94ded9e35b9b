"""What is due since when. Pure: the runner asks here on every tick and claims the answer by a unique row (P12).

An occurrence is one due instant of a job; its key is that instant in UTC, to the minute. Every process that looks at
the same schedule sees the same instants, whatever moment it looks at, so a key can be claimed only once. A run that
failed is tried again under the same instant with a number: ``2027-01-25T00:00Z#2``; so is one that somebody asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
KEY = "%Y-%m-%dT%H:%MZ"
NUMBERS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""How the tries of one instant are numbered: each sign sorts after those before it."""
MOST_SEPARATE = 500
"""The most missed occurrences that a job which does not coalesce catches up in one go; the rest come on later ticks."""


class Schedule(Protocol):
    """When a job falls due."""

    def latest(self, now: datetime) -> datetime:
        """The newest due instant that is not after ``now``."""

    def following(self, moment: datetime) -> datetime:
        """The due instant after ``moment``, itself a due instant."""

    @property
    def words(self) -> tuple[str, str]:
        """How often, in Vietnamese and in English."""


@dataclass(frozen=True, slots=True)
class Every:
    """Due every so many minutes, counted from midnight UTC of 1970, so that all processes agree."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError("a schedule is at least one minute apart")

    def latest(self, now: datetime) -> datetime:
        step = self.minutes * 60
        return datetime.fromtimestamp(int(now.timestamp()) // step * step, UTC)

    def following(self, moment: datetime) -> datetime:
        return moment + timedelta(minutes=self.minutes)

    @property
    def words(self) -> tuple[str, str]:
        if self.minutes == 1:
            return "mỗi phút", "every minute"
        return f"{self.minutes} phút một lần", f"every {self.minutes} minutes"


@dataclass(frozen=True, slots=True)
class Daily:
    """Due once a day at a time of Asia/Ho_Chi_Minh, which has no summer time."""

    hour: int
    minute: int = 0

    def latest(self, now: datetime) -> datetime:
        local = now.astimezone(VIETNAM)
        today = datetime.combine(local.date(), time(self.hour, self.minute), VIETNAM)
        return (today if today <= local else today - timedelta(days=1)).astimezone(UTC)

    def following(self, moment: datetime) -> datetime:
        return moment + timedelta(days=1)

    @property
    def words(self) -> tuple[str, str]:
        at = f"{self.hour:02}:{self.minute:02}"
        return f"hằng ngày lúc {at}", f"daily at {at}"


def key_of(moment: datetime) -> str:
    """The occurrence key of a due instant, e.g. ``2027-01-25T00:00Z``."""
    return moment.astimezone(UTC).strftime(KEY)


def moment_of(key: str) -> datetime:
    """The due instant that a key names, whichever try it is. ValueError if it is not a key."""
    return datetime.strptime(key.partition("#")[0], KEY).replace(tzinfo=UTC)


def next_try(key: str, most: int = len(NUMBERS)) -> str | None:
    """The key of the next try after a failed one; None after ``most`` tries. Later tries sort after earlier ones."""
    instant, _, number = key.partition("#")
    following = NUMBERS.index(number or "1") + 1
    return f"{instant}#{NUMBERS[following]}" if following < most else None


def next_run(schedule: Schedule, last: str | None, now: datetime) -> datetime:
    """The due instant that is run next: one that nobody has claimed yet, even if it has passed, or the coming one."""
    newest = schedule.latest(now)
    return newest if due(schedule, last, now) else schedule.following(newest)


def due(schedule: Schedule, last: str | None, now: datetime, *, coalesce: bool = True) -> list[str]:
    """Keys to claim now, oldest first; ``last`` is the newest key claimed so far, by anyone.

    - Nothing claimed yet: the newest instant, so a fresh hub works at once.
    - Instants were missed: one late run under the newest key if the job coalesces, else each of them.
    - ``last`` lies ahead of ``now``: the clock went back. The newest instant that is not after ``now`` is offered;
      nothing waits for the clock. If it ran before the clock went back, its row exists and the claim is refused.
    """
    newest = schedule.latest(now)
    previous = moment_of(last) if last is not None else None
    if previous == newest:
        return []
    if previous is None or previous > newest or coalesce:
        return [key_of(newest)]
    return [key_of(moment) for moment in _between(schedule, previous, newest)]


def is_late(schedule: Schedule, key: str, now: datetime) -> bool:
    """True if a whole turn of the schedule has passed since the due instant: somebody was down or busy."""
    return now >= schedule.following(moment_of(key))


def _between(schedule: Schedule, previous: datetime, newest: datetime) -> Iterator[datetime]:
    moment = schedule.following(schedule.latest(previous))
    for _ in range(MOST_SEPARATE):
        if moment > newest:
            return
        yield moment
        moment = schedule.following(moment)
