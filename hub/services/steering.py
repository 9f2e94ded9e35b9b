"""The steering centre's morning: what came in, what is late, what moved, and what waits for a decision (R32, R33)."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from hub.domain.access import Actor
from hub.domain.org import NATION
from hub.domain.period import Period, end_of_day, local_day
from hub.domain.publish_floor import is_short
from hub.domain.punctuality import Counts, grouped, total
from hub.errors import NotFound
from hub.services import movements, punctuality
from hub.services.core import Core
from hub.services.movements import Movement
from hub.services.punctuality import readable_regimes
from hub.services.seeing import may_read_report
from hub.store import kpis, publication_holds, steering
from hub.store.database import Connection, Database
from hub.store.kpis import AlertRow
from hub.store.publication_holds import HoldRow
from hub.store.publications import PublicationRow
from hub.store.punctuality import Campaign
from hub.store.steering import Arrived, Waiting

WEEK = timedelta(days=6)
"""Today and the six days before it."""
SHOWN = 10
MOVES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class CameIn:
    """A campaign that reports came in for, and how it stands."""

    arrived: Arrived
    counts: Counts


@dataclass(frozen=True, slots=True)
class Provisional:
    """The last edition of a national report that lacks units though their deadlines have passed.

    ``accepted`` of ``obliged`` units are in it; ``accepted_now``: how many are accepted today.
    """

    row: PublicationRow
    campaign: Campaign
    accepted: int
    obliged: int
    accepted_now: int


@dataclass(frozen=True, slots=True)
class BelowFloor:
    """A campaign whose deadlines have passed with fewer reports accepted than its regime publishes from."""

    campaign: Campaign
    counts: Counts
    floor: int


@dataclass(frozen=True, slots=True)
class Fallen:
    """An indicator below its bound in a period: of which units, the nation first, and since when at the earliest."""

    kpi_set: str
    kpi: str
    period: Period
    units: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class Decisions:
    """What waits for somebody, each kind with the longest first; indicators that fell as their sets order them."""

    holds: Sequence[HoldRow]
    below_floor: Sequence[BelowFloor]
    provisional: Sequence[Provisional]
    extensions: Sequence[Waiting]
    returned: Sequence[Waiting]
    unaccepted: Sequence[tuple[Campaign, int]]
    alerts: Sequence[Fallen]

    @property
    def number(self) -> int:
        """How many lines there are."""
        first = (self.holds, self.below_floor, self.provisional, self.extensions)
        return sum(len(kind) for kind in (*first, self.returned, self.unaccepted, self.alerts))


@dataclass(frozen=True)
class Overview:
    """The whole page. ``late_regimes`` and ``late_units``: most reports overdue and not sent first."""

    at: datetime
    today: int
    week: int
    came_in: Sequence[CameIn]
    counts: Counts
    late_regimes: Sequence[tuple[str, Counts]]
    late_units: Sequence[tuple[str, Counts]]
    moves: Sequence[Movement]
    decisions: Decisions


def overview(core: Core, actor: Actor, now: datetime) -> Overview:
    """Everything of the regimes that the actor may read, at one moment. NotFound for who may read none."""
    regimes = readable_regimes(core, actor, now)
    if not regimes:
        raise NotFound
    asked = punctuality.last_year(now)
    with core.database.read() as connection:
        counted = punctuality.campaigns(core, connection, regimes, asked, now)
        late = punctuality.overdue(core, connection, regimes, asked, now)
        arrived = _arrived(connection, regimes, now)
        moves = movements.movements(core, connection, counted, MOVES_SHOWN)
        decisions = _decisions(core, connection, actor, regimes, counted, now)
    return Overview(
        now, sum(each.lately for each in arrived), sum(each.longer for each in arrived),
        [CameIn(each, counted.get(each.campaign, Counts())) for each in arrived], total(counted.values()),
        _worst(grouped((regime, counts) for (_, regime), counts in late.items())),
        _worst(grouped((unit, counts) for (unit, _), counts in late.items())), moves, decisions,
    )  # fmt: skip


def _worst(counted: Mapping[str, Counts]) -> list[tuple[str, Counts]]:
    behind = [(name, counts) for name, counts in counted.items() if counts.not_sent or counts.late]
    return sorted(behind, key=lambda each: (-each[1].not_sent, -each[1].late, each[0]))


def _arrived(connection: Connection, regimes: Collection[str], now: datetime) -> list[Arrived]:
    today = local_day(now)
    since, lately = (end_of_day(day - timedelta(days=1)) for day in (today - WEEK, today))
    return [each for each in steering.arrived(connection, since, lately) if _regime(each.campaign) in regimes]


def _regime(campaign: Campaign) -> str:
    return campaign[0].partition("/")[0]


def _decisions(
    core: Core, connection: Connection, actor: Actor, regimes: Collection[str], counted: Mapping[Campaign, Counts],
    now: datetime,
) -> Decisions:  # fmt: skip
    ours = frozenset(regimes)
    unaccepted = [
        (name, counts.waiting) for name, counts in counted.items() if counts.waiting and not counts.pending
    ]  # a campaign whose deadlines have passed and of which reports still wait for their receiver
    return Decisions(
        [hold for hold in publication_holds.listing(connection) if may_read_report(core, actor, hold.report, now)],
        _below_floor(core, counted),
        _provisional(core, connection, actor, counted, now),
        [each for each in steering.extensions_asked(connection) if _regime(each.campaign) in ours],
        [each for each in steering.returned_overdue(connection, now) if _regime(each.campaign) in ours],
        sorted(unaccepted, key=lambda each: (-each[1], each[0])),
        _fallen(kpis.alerts_going_on(connection)) if actor.has("central") or actor.has("system") else [],
    )


def _fallen(alerts: Iterable[AlertRow]) -> list[Fallen]:
    found: dict[tuple[str, str, str], list[AlertRow]] = {}
    for alert in alerts:
        found.setdefault((alert.kpi_set, alert.kpi, alert.period), []).append(alert)
    return [
        Fallen(
            kpi_set, kpi, Period.parse(period), tuple(sorted((each.unit_id for each in its), key=_nation_first)),
            min(each.at for each in its),
        )
        for (kpi_set, kpi, period), its in found.items()
    ]  # fmt: skip


def _nation_first(unit_id: str) -> tuple[bool, str]:
    return unit_id != NATION, unit_id


def _below_floor(core: Core, counted: Mapping[Campaign, Counts]) -> list[BelowFloor]:
    """Campaigns past their deadlines that are under the floor of their edition, the farthest below first."""
    found = []
    for campaign, counts in counted.items():
        own = core.catalog.edition(campaign[0]).publish_floor
        floor = core.config.publish_floor if own is None else own
        if counts.obliged and not counts.pending and is_short(counts.accepted, counts.obliged, floor):
            found.append(BelowFloor(campaign, counts, floor))
    return sorted(
        found, key=lambda each: (each.counts.accepted * 100 - each.floor * each.counts.obliged, each.campaign)
    )


# --- national reports that lack units --------------------------------------------------------------------------------

Covered = Mapping[Campaign, tuple[int, int]]
"""By campaign how many reports are in an edition, and how many were owed."""
_COVERED: WeakKeyDictionary[Database, dict[str, Covered]] = WeakKeyDictionary()
_ONE_AT_A_TIME = threading.Lock()


def _covered(core: Core, connection: Connection, rows: Sequence[PublicationRow]) -> Mapping[str, Covered]:
    """Edition → who is in it, by its manifest. An issued edition never changes (P9), so each manifest is read once."""
    with _ONE_AT_A_TIME:
        known = _COVERED.setdefault(core.database, {})
    new = {row.id for row in rows} - known.keys()
    for key, manifest in steering.manifests(connection, new).items():
        known[key] = {
            (source["edition"], source["period"]): (source["coverage"][NATION][0], source["coverage"][NATION][1])
            for source in json.loads(manifest)["regimes"].values()
            if NATION in source["coverage"]
        }
    return known


def _provisional(
    core: Core, connection: Connection, actor: Actor, counted: Mapping[Campaign, Counts], now: datetime
) -> list[Provisional]:
    """The last editions that lack units of a campaign whose deadlines have passed, most reports to add first."""
    latest = [row for row in steering.latest_editions(connection) if may_read_report(core, actor, row.report, now)]
    covered = _covered(core, connection, latest)
    found = []
    for row in latest:
        for campaign, (accepted, obliged) in covered.get(row.id, {}).items():
            counts = counted.get(campaign)
            if accepted < obliged and counts is not None and not counts.pending:
                found.append(Provisional(row, campaign, accepted, obliged, counts.accepted))
    return sorted(found, key=lambda each: (each.accepted - each.accepted_now, each.row.issued_at, each.row.id))


def newest_period(campaigns: Collection[Campaign]) -> Period | None:
    """The latest period among campaigns; None where there are none."""
    periods = [Period.parse(code) for _, code in campaigns]
    return max(periods, key=lambda period: (period.end, period.start), default=None)
