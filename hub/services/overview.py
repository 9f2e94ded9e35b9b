"""The state of every campaign an actor may count: who owes, who sent, who is late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from hub.domain.access import Actor
from hub.domain.form import Label
from hub.domain.period import Period, Window, local_day
from hub.services.campaigns import calls_made
from hub.services.core import Core
from hub.services.seeing import visibility_of
from hub.store import filings
from hub.store.calls import CallRow


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """Counts of one edition and period. ``obliged`` leaves out the excluded; ``late``: sent late, or overdue unsent."""

    edition: str
    regime: str
    title: Label
    period: Period
    obliged: int = 0
    submitted: int = 0
    accepted: int = 0
    returned: int = 0
    open: int = 0
    late: int = 0
    excluded: int = 0
    called: Window | None = None
    """The data window of a report that was called for; None for a periodic one."""

    @property
    def last_day(self) -> date:
        return self.called.end if self.called is not None else self.period.end


_COLUMN = {
    "draft": "open",
    "checked": "open",
    "signed": "open",
    "submitted": "submitted",
    "accepted": "accepted",
    "aggregated": "accepted",
    "finalized": "accepted",
    "returned": "returned",
}


def campaigns(core: Core, actor: Actor, now: datetime) -> list[CampaignRow]:
    """One row a campaign: where something waits to be accepted, then the newest whose data period is over.

    Central staff and receivers count also what has not come in.
    """
    with core.database.read() as connection:
        counted = filings.counts(connection, visibility_of(core, actor, now), now)
        called = calls_made(connection)
    rows: dict[tuple[str, str], CampaignRow] = {}
    for edition_key, code, state, excluded, count, late in counted:
        row = rows.get((edition_key, code)) or _empty(core, edition_key, code, called)
        rows[edition_key, code] = _counted(row, state, excluded, count, late)
    today = local_day(now)
    newest = sorted(rows.values(), key=lambda row: (row.last_day, row.regime), reverse=True)
    return sorted(newest, key=lambda row: (not row.submitted, row.last_day >= today))


def _empty(core: Core, edition_key: str, code: str, called: dict[tuple[str, str], CallRow]) -> CampaignRow:
    edition = core.catalog.edition(edition_key)
    made = called.get((edition_key, code))
    span = made.asked.window if made is not None else None
    return CampaignRow(edition_key, edition.regime, edition.title, Period.parse(code), called=span)


def _counted(row: CampaignRow, state: str, excluded: bool, count: int, late: int) -> CampaignRow:
    if excluded:
        return replace(row, excluded=row.excluded + count)
    column = _COLUMN[state]
    return replace(row, obliged=row.obliged + count, late=row.late + late, **{column: getattr(row, column) + count})
