"""Punctuality by unit, regime and period (R31–R33): who sent on time, late or not at all, for who may know it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hub.domain.access import Actor
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import Period, end_of_day, local_day
from hub.domain.punctuality import NONE, Counts, grouped, total
from hub.domain.regime import Edition
from hub.domain.visibility import Visibility, allowed_nationally
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.receiving import owner_of
from hub.services.seeing import visibility_of
from hub.services.sending_ledger import ledger_of
from hub.store import punctuality as counting
from hub.store.database import Connection
from hub.store.punctuality import Campaign, Cell

ONE_DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports: due from the ``first`` to the ``last`` day, both included.

    ``level``: of the units that owe; ``owner``: only regimes that this unit owns today; ``frequency``: only periods so
    long; ``regimes``: only these. None or empty: all.
    """

    first: date
    last: date
    level: str | None = None
    owner: str | None = None
    frequency: str | None = None
    regimes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class PunctualityMap:
    """Counts of unit × regime. ``units`` stand right below the nation, ministries first, in order of the register;
    ``regimes``: the most overdue first. ``cells`` holds only pairs that owe something; ``owners`` to choose from."""

    asked: Asked
    units: tuple[str, ...]
    regimes: tuple[str, ...]
    cells: Mapping[tuple[str, str], Counts]
    by_unit: Mapping[str, Counts]
    by_regime: Mapping[str, Counts]
    total: Counts
    owners: tuple[str, ...] = ()

    def cell(self, unit_id: str, regime: str) -> Counts:
        """The counts of a pair; nothing where it owes nothing."""
        return self.cells.get((unit_id, regime), NONE)


@dataclass(frozen=True)
class UnitRecord:
    """How one unit sends: by regime for itself, and for the units below it together by regime and one by one."""

    own: Mapping[str, Counts]
    below: Mapping[str, Counts]
    below_by_unit: Mapping[str, Counts] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        return total(self.own.values())


def readable_regimes(core: Core, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The regimes whose national picture the actor may see, in order of code: one look at the roles for all (R44)."""
    codes = tuple(sorted(core.catalog.regimes))
    if actor.has("system"):
        return codes
    if not allowed_nationally(actor, "read_national"):
        return ()
    if actor.has("central"):
        return codes
    receives = visibility_of(core, actor, now).receives_for
    return tuple(code for code in codes if _is_owned(core, core.catalog.regimes[code].editions[-1], receives, now))


def _is_owned(core: Core, edition: Edition, receives: frozenset[str], now: datetime) -> bool:
    if not receives:
        return False
    owner = owner_of(core, edition, local_day(now))
    return not receives.isdisjoint(core.orgs.same_body(owner) | {owner, NATION})


def heat(core: Core, actor: Actor, asked: Asked, now: datetime) -> PunctualityMap:
    """Unit × regime for the regimes that the actor may read. NotFound for who may read none."""
    readable = _readable(core, actor, now)
    owners = {code: owner_of(core, core.catalog.regimes[code].editions[-1], local_day(now)) for code in readable}
    wanted = [code for code in readable if asked.owner in {None, "", owners[code]}]
    with core.database.read() as connection:
        found = _by_unit_and_regime(core, connection, wanted, asked, now)
    by_unit = grouped((unit, counts) for (unit, _), counts in found.items())
    by_regime = grouped((regime, counts) for (_, regime), counts in found.items())
    return PunctualityMap(
        asked, _in_order(core, by_unit), tuple(sorted(by_regime, key=lambda code: _worst_first(by_regime[code], code))),
        found, by_unit, by_regime, total(found.values()), tuple(sorted(set(owners.values()))),
    )  # fmt: skip


def _readable(core: Core, actor: Actor, now: datetime) -> tuple[str, ...]:
    found = readable_regimes(core, actor, now)
    if not found:
        raise NotFound
    return found


def _by_unit_and_regime(
    core: Core, connection: Connection, regimes: Collection[str], asked: Asked, now: datetime
) -> dict[tuple[str, str], Counts]:
    counted = grouped(
        ((cell.top, regime), cell.at(now)) for regime, _, cell in _cells(core, connection, regimes, asked)
    )
    names = {top: _today(core, top, now) for top in {top for top, _ in counted}}
    return grouped(((names[top], regime), counts) for (top, regime), counts in counted.items())


def _cells(
    core: Core, connection: Connection, regimes: Collection[str], asked: Asked
) -> Iterator[tuple[str, Campaign, Cell]]:
    """(regime, campaign, cell) of what was asked, from the ledger."""
    wanted = set(regimes) & set(asked.regimes) if asked.regimes is not None else set(regimes)
    after, last = end_of_day(asked.first - ONE_DAY), end_of_day(asked.last)
    # A report is due at most in the year after the one that its period's code begins with.
    for campaign, cells in ledger_of(core).counted(connection, asked.first.year - 1).items():
        regime = campaign[0].partition("/")[0]
        if regime not in wanted or not _is_of(campaign, asked.frequency):
            continue
        for cell in cells:
            if after < cell.due_at <= last and asked.level in {None, "", cell.level}:
                yield regime, campaign, cell


def _is_of(campaign: Campaign, frequency: str | None) -> bool:
    return not frequency or Period.parse(campaign[1]).frequency == frequency


def _today(core: Core, unit_id: str, now: datetime) -> str:
    """A body that was renamed is counted under its name of today; one that was merged stays itself (R17)."""
    day = local_day(now)
    unit = core.orgs.units.get(unit_id)
    if unit is None or unit.valid_on(day):
        return unit_id
    return next((body for body in core.orgs.same_body(unit_id) if core.orgs.get(body).valid_on(day)), unit_id)


def _in_order(core: Core, unit_ids: Iterable[str]) -> tuple[str, ...]:
    """Ministries, then provinces, each by code; what no longer is stands after what is."""
    levels = ("ministry", "province", "other", "commune", "nation")

    def place(unit_id: str) -> tuple[int, str, str]:
        unit: OrgUnit | None = core.orgs.units.get(unit_id)
        return (levels.index(unit.level), unit.code, unit_id) if unit is not None else (len(levels), "", unit_id)

    return tuple(sorted(unit_ids, key=place))


def _worst_first(counts: Counts, name: str) -> tuple[int, int, str]:
    return -counts.not_sent, -counts.late, name


def of_regime(core: Core, actor: Actor, regime: str, asked: Asked, now: datetime) -> dict[Campaign, Counts]:
    """(edition, period) → counts, the newest period first. NotFound for who may not read the regime."""
    if regime not in _readable(core, actor, now):
        raise NotFound
    with core.database.read() as connection:
        found = campaigns(core, connection, [regime], asked, now)
    newest = sorted(found, key=lambda each: (Period.parse(each[1]).end, each), reverse=True)
    return {campaign: found[campaign] for campaign in newest}


def campaigns(core: Core, connection: Connection, regimes: Collection[str], asked: Asked, now: datetime) -> dict[
    Campaign, Counts
]:  # fmt: skip
    """(edition, period) → counts of every campaign of these regimes with something due in the days asked for."""
    return grouped((campaign, cell.at(now)) for _, campaign, cell in _cells(core, connection, regimes, asked))


def overdue(
    core: Core, connection: Connection, regimes: Collection[str], asked: Asked, now: datetime
) -> dict[tuple[str, str], Counts]:
    """(unit right below the nation, regime) → counts, as :func:`heat` has them, inside a read that goes on."""
    return _by_unit_and_regime(core, connection, regimes, asked, now)


def of_pair(
    core: Core, actor: Actor, unit_id: str, regime: str, asked: Asked, now: datetime
) -> list[tuple[Campaign, datetime, Counts]]:
    """What a cell of :func:`heat` counts: by campaign and deadline, the latest first. NotFound as there, and for a unit
    or regime that is not there."""
    if regime not in _readable(core, actor, now) or unit_id not in core.orgs.units:
        raise NotFound
    names = core.orgs.same_body(unit_id)
    with core.database.read() as connection:
        found = grouped(
            ((campaign, cell.due_at), cell.at(now))
            for _, campaign, cell in _cells(core, connection, [regime], asked)
            if cell.top in names
        )
    newest = sorted(found, key=lambda each: (each[1], each[0]), reverse=True)
    return [(campaign, due_at, found[campaign, due_at]) for campaign, due_at in newest]


def of_unit(core: Core, actor: Actor, unit_id: str, first: date, last: date, now: datetime) -> UnitRecord:
    """How a unit and those below it sent what was due in these days. NotFound for who may not see the unit (R44).

    Who reads national figures sees the regimes they may read; the unit's own people see all it owes.
    """
    shown = visible_regimes(core, actor, unit_id, now)
    paths = places_of(core, unit_id, now)
    days = end_of_day(first - ONE_DAY), end_of_day(last)
    with core.database.read() as connection:
        return UnitRecord(
            counting.by_regime(connection, paths, days, now, shown, below=False),
            counting.by_regime(connection, paths, days, now, shown, below=True),
            counting.by_unit(connection, paths, days, now, shown),
        )


def places_of(core: Core, unit_id: str, now: datetime) -> list[str]:
    """The paths under which a body's filings lie: under every name that it and the body above it had."""
    above = core.orgs.parent(unit_id, local_day(now))
    tops = [NATION]
    if above is not None and above.id != NATION:
        tops = [f"{NATION}/{body}" for body in sorted(core.orgs.same_body(above.id))]
    return [f"{top}/{body}" for top in tops for body in sorted(core.orgs.same_body(unit_id))]


def visible_regimes(core: Core, actor: Actor, unit_id: str, now: datetime) -> frozenset[str] | None:
    """The regimes of a unit that the actor may look at; None: all. NotFound for who may look at none of them."""
    if unit_id not in core.orgs.units or unit_id == NATION:
        raise NotFound
    if _is_own(core, visibility_of(core, actor, now), unit_id, now):
        return None
    return frozenset(_readable(core, actor, now))


def _is_own(core: Core, sight: Visibility, unit_id: str, now: datetime) -> bool:
    path = core.orgs.path(unit_id, local_day(now))
    return any(path == each or path.startswith(f"{each}/") for each in sight.unit_paths)


def last_year(now: datetime) -> Asked:
    """What was due in the twelve months up to today, and what is due in the next."""
    today = local_day(now)
    return Asked(today - YEAR, today + timedelta(days=31))
