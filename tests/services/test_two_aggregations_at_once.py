"""Two runs of one campaign's aggregation at the same moment: both end well, and one run's figures stand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hub.domain.access import SYSTEM
from hub.services import aggregation
from hub.store import aggregates

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
EDITION, PERIOD = "THU-01/2025-07-01", "2026-M09"


def test_of_many_aggregations_at_once_the_latest_stands_whole(opened, submit, accept):
    submit("X11")
    accept("X11")
    moments = [NOW + timedelta(seconds=number) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda now: aggregation.run(opened, SYSTEM, EDITION, PERIOD, now), moments))
    with opened.database.read() as connection:
        made = aggregates.of_campaign(connection, EDITION, PERIOD)
    assert {aggregate.run_id for aggregate in made} == {runs[-1].run_id}
    assert {aggregate.at for aggregate in made} == {moments[-1]}
