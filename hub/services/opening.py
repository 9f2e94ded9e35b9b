"""Opening filings: one for each obliged unit and period before the window ends; repeating changes nothing.

The calendar opens periodic reports by itself; thematic and ad hoc ones are opened by a call of their owner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from hub.domain.access import SYSTEM, Actor
from hub.domain.call import KEY_LENGTH, Asked, called_frequencies, settle
from hub.domain.org import NATION
from hub.domain.period import Period, Window, local_day
from hub.domain.regime import Edition
from hub.domain.visibility import allowed
from hub.domain.working_days import YearNotKnown
from hub.errors import BadRequest, Conflict, Forbidden
from hub.services import moves
from hub.services.campaigns import Campaign, Undated, campaigns_between, of_call
from hub.services.core import Core
from hub.services.owed import by_level, rows_of
from hub.services.receiving import owner_of
from hub.store import calls, editions, filings
from hub.store.calls import CallRow
from hub.store.database import IntegrityError, is_unique_violation

AHEAD = timedelta(days=10)
"""How long before the end of its window a filing is opened (R14: before the window ends)."""
AHEAD_OF_WEEK = timedelta(days=6)
"""The same for a week: no week's report stands open beside that of the week before from its first day on."""
BACK = timedelta(days=100)
"""How far back a hub that was down, or starts today, still opens what was owed."""
TRIES = 5
"""How often a call takes the next number, when others take it first."""


@dataclass(frozen=True, slots=True)
class Opened:
    """How many filings were new, in all and by (edition, period); and what could not be opened for want of a date."""

    total: int
    by_campaign: dict[tuple[str, str], int]
    undated: tuple[Undated, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A call and what it opened. ``repeated``: it had been made before with the same key, and nothing was done now."""

    edition: Edition
    period: Period
    asked: Asked
    by_level: Mapping[str, int]
    repeated: bool = False

    @property
    def filings(self) -> int:
        return sum(self.by_level.values())


def open_due(core: Core, now: datetime, *, since: date | None = None) -> Opened:
    """Open every filing whose window ends within the coming days and none twice (R14, R15).

    ``since``: only campaigns whose window ends on or after that day; by default some months back.
    """
    today = local_day(now)
    counts: dict[tuple[str, str], int] = {}
    undated: list[Undated] = []
    for campaign in campaigns_between(core, since or today - BACK, today + AHEAD, undated):
        if campaign.period.frequency == "weekly" and campaign.window.end > today + AHEAD_OF_WEEK:
            continue
        try:
            opened = open_campaign(core, campaign, now)
        except YearNotKnown as why:  # a deadline beyond the calendar holds up its own campaign alone
            undated.append(Undated(campaign.edition.key, campaign.period.frequency, why))
            continue
        if opened:
            counts[campaign.edition.key, campaign.period.code] = opened
    return Opened(sum(counts.values()), counts, tuple(undated))


def open_campaign(core: Core, campaign: Campaign, now: datetime) -> int:
    """Open the filings of one campaign in one transaction; how many were new. Nothing is locked if none is missing."""
    expected = sum(by_level(core, campaign).values())
    with core.database.read() as connection:
        if filings.count_campaign(connection, campaign.edition.key, campaign.period.code) == expected:
            return 0
    rows = list(rows_of(core, campaign, now))
    with core.database.write() as connection:
        editions.pin(connection, campaign.edition, now)
        opened = filings.open_many(connection, rows)
        if opened:
            name = f"{campaign.edition.key} {campaign.period.code}"
            moves.tell(connection, SYSTEM, "open", "campaign", name, now, {"filings": opened})
    return opened


# --- Calls -----------------------------------------------------------------------------------------------------------


def may_call(core: Core, actor: Actor, edition: Edition, now: datetime) -> bool:
    """True for officers of the ministry that owns the regime today, and for the national centre."""
    return allowed(actor, "call", NATION, owner_of(core, edition, local_day(now)), core.orgs)


def callable_editions(core: Core, actor: Actor, now: datetime) -> list[Edition]:
    """The editions in force with thematic or ad hoc reports that the actor may call for, by title."""
    found = [
        edition
        for regime in core.catalog.regimes.values()
        for edition in regime.editions
        if edition.in_force(local_day(now)) and called_frequencies(edition) and may_call(core, actor, edition, now)
    ]
    return sorted(found, key=lambda edition: edition.title.vi)


class Terms(TypedDict):
    """What a caller may say of a call: see :func:`call`."""

    window_start: date
    window_end: date
    reason: str
    due_day: NotRequired[date | None]
    level_dues: NotRequired[Mapping[str, date] | None]
    units: NotRequired[Sequence[str]]
    frequency: NotRequired[str | None]


def plan_call(core: Core, actor: Actor, edition_key: str, *, now: datetime, **terms: Unpack[Terms]) -> Called:
    """What :func:`call` would open now, under the number that is free now; nothing is kept. Forbidden, BadRequest."""
    edition = _callable(core, actor, edition_key, now)
    asked = _settled(core, edition, terms, local_day(now))
    with core.database.read() as connection:
        period = calls.next_period(connection, edition.regime, asked)
    return Called(edition, period, asked, _asked_of(core, period, asked))


def call(core: Core, actor: Actor, edition_key: str, *, key: str, now: datetime, **terms: Unpack[Terms]) -> Called:
    """Every obliged unit owes the regime's next numbered period, with this window and these deadlines.

    ``due_day`` is the last day on time for every level that ``level_dues`` does not name; without it the edition's own
    rule counts it from the end of the window. ``units`` limits the call to those and all below them; ``frequency``
    (``thematic`` or ``ad_hoc``) is needed where the edition has both. The same key again gives the same period and
    opens nothing; Conflict if it was used for another call. Forbidden for whoever is neither an officer of the owner
    nor the national centre; BadRequest for dates that do not hold together or if nobody is asked.
    """
    edition = _callable(core, actor, edition_key, now)
    if not 0 < len(key) <= KEY_LENGTH or not key.isprintable():
        raise BadRequest("Thiếu mã chống yêu cầu trùng.", "The call needs a key of its own.")
    for _ in range(TRIES):
        with core.database.read() as connection:
            known = calls.with_key(connection, edition.regime, key)
        # A repeat is no later call: its deadlines are judged on the day of the first.
        asked = _settled(core, edition, terms, local_day(known.called_at if known else now))
        if known is not None:
            return _repeated(core, edition, known, asked)
        try:
            return _open_call(core, actor, edition, asked, key, now)
        except IntegrityError as error:
            if not is_unique_violation(error):
                raise
    raise Conflict


def _callable(core: Core, actor: Actor, edition_key: str, now: datetime) -> Edition:
    edition = core.catalog.edition(edition_key)
    if not may_call(core, actor, edition, now):
        raise Forbidden
    return edition


def _settled(core: Core, edition: Edition, terms: Terms, today: date) -> Asked:
    units = terms.get("units", ())
    if unknown := [unit for unit in units if unit not in core.orgs.units]:
        raise BadRequest(f"Không có đơn vị “{unknown[0][:40]}”.", f"There is no unit “{unknown[0][:40]}”.")
    asked = settle(
        edition, Window(terms["window_start"], terms["window_end"]), today, core.calendar, reason=terms["reason"],
        due=terms.get("due_day"), level_dues=terms.get("level_dues"), units=units, frequency=terms.get("frequency"),
    )  # fmt: skip
    if not any(_asked_of(core, Period(asked.frequency, asked.window.end.year), asked).values()):
        raise BadRequest("Không đơn vị nào phải gửi báo cáo này.", "No unit is asked for this report.")
    return asked


def _asked_of(core: Core, period: Period, asked: Asked) -> dict[str, int]:
    return by_level(core, of_call(core, period, asked))


def _repeated(core: Core, edition: Edition, known: CallRow, asked: Asked) -> Called:
    if known.asked != asked:
        raise Conflict(
            "Mã chống yêu cầu trùng này đã dùng cho một yêu cầu khác.", "This key was already used for another call."
        )
    return Called(edition, known.period, asked, _asked_of(core, known.period, asked), repeated=True)


def _open_call(core: Core, actor: Actor, edition: Edition, asked: Asked, key: str, now: datetime) -> Called:
    """The call, its filings and its audit line in one transaction. IntegrityError if its number or key was taken."""
    with core.database.write() as connection:
        period = calls.next_period(connection, edition.regime, asked)
        campaign = of_call(core, period, asked)
        editions.pin(connection, edition, now)
        calls.add(connection, CallRow(edition.regime, period, key, asked, actor.account_id, now))
        opened = filings.open_many(connection, rows_of(core, campaign, now))
        detail = {
            "filings": opened, "reason": asked.reason, "units": list(asked.units),
            "window": [asked.window.start.isoformat(), asked.window.end.isoformat()],
            "dues": {level: day.isoformat() for level, day in asked.dues.items()},
        }  # fmt: skip
        moves.tell(connection, actor, "call", "campaign", f"{edition.key} {period.code}", now, detail)
    return Called(edition, period, asked, by_level(core, campaign))


def listing(core: Core, actor: Actor, now: datetime) -> list[CallRow]:
    """The calls of the regimes that the actor may call for, newest first."""
    with core.database.read() as connection:
        rows = calls.listing(connection)
    known = core.catalog.editions
    return [row for row in rows if row.asked.edition in known and may_call(core, actor, known[row.asked.edition], now)]
