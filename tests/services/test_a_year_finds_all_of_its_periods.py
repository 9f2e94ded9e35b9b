"""A year in a list's filter stands for every period of that year, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.services import filings, opening

JANUARY = datetime(2027, 1, 20, 3, 0, tzinfo=UTC)


def test_a_year_finds_its_months_quarters_and_the_year_and_no_others(core):
    opening.open_due(core, JANUARY, since=date(2026, 9, 1))

    def periods(asked: str | None) -> set[str]:
        page = filings.search(core, SYSTEM, FilingQuery(unit_id="X11", period=asked, size=200), JANUARY)
        return {row.period for row in page.rows}

    everything = periods(None)
    assert {"2026-Y", "2026-Q4", "2026-M12", "2027-M01"} <= everything
    assert periods("2026") == {each for each in everything if each.startswith("2026-")}
    assert periods("2026-M12") == {"2026-M12"}
    assert periods("2025") == set()
