"""Requests are counted where all processes count; while that is away, each process counts for itself."""

from __future__ import annotations

import pytest
from limits import RateLimitItemPerMinute

from hub.web import rate_storage
from hub.web.rate_storage import Counters, ProcessStorage

TWICE = RateLimitItemPerMinute(2)


class SharedStorage(ProcessStorage):
    """A storage at another address, which a test takes away."""

    STORAGE_SCHEME = ["sharedfortests"]  # noqa: RUF012  # as the library declares it
    away = False

    @property
    def base_exceptions(self) -> type[Exception]:
        return ConnectionError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        if type(self).away:
            raise ConnectionError
        return super().incr(key, expiry, amount)


@pytest.fixture
def away(monkeypatch):
    return lambda value: monkeypatch.setattr(SharedStorage, "away", value)


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(rate_storage.time, "monotonic", lambda: now[0])
    return now


def test_a_third_request_of_two_is_one_too_many_and_the_standing_says_so():
    counters = Counters("memory://")
    assert [counters.hit(TWICE, "a") for _ in range(3)] == [True, True, False]
    assert counters.standing(TWICE, "a")[1] == 0
    assert counters.hit(TWICE, "b"), "others are counted apart"


def test_a_storage_that_is_away_stops_nobody_and_opens_no_door(away, clock):
    counters = Counters("sharedfortests://")
    away(True)
    assert [counters.hit(TWICE, "a") for _ in range(3)] == [True, True, False], "this process counts for itself"
    assert not counters.test(TWICE, "a")


def test_a_storage_that_is_back_counts_again_after_some_seconds(away, clock):
    counters = Counters("sharedfortests://")
    counters.hit(TWICE, "a")
    away(True)
    counters.hit(TWICE, "a")
    away(False)
    assert counters.standing(TWICE, "a")[1] == 1, "left alone for a while"
    clock[0] += rate_storage.AWAY
    assert counters.standing(TWICE, "a")[1] == 1
    assert [counters.hit(TWICE, "a") for _ in range(2)] == [True, False], "what it had counted still counts"
