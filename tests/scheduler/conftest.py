"""A clock that tests move, and runners over a hub with jobs that only count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.runner import Runner


@dataclass
class MovedClock:
    now: datetime = datetime(2027, 1, 10, 12, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Log:
    """What was logged, as (event, fields)."""

    lines: list[tuple[str, dict]] = field(default_factory=list)

    def info(self, event, **fields):
        self.lines.append((event, fields))

    warning = error = info


@pytest.fixture
def clock():
    return MovedClock()


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def make_runner(core, clock, log):
    """``make_runner(*jobs, worker="w1") -> Runner`` on the moved clock."""

    def make(*jobs, worker="w1"):
        return Runner(core, worker, jobs, clock, log)

    return make
