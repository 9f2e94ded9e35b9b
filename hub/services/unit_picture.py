"""A province, ministry or commune as the steering centre sees it: what it owes, how it sends, its figures and rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.observation import Measure, Observation
from hub.domain.org import NATION, OrgUnit
from hub.domain.period import Period, local_day
from hub.domain.punctuality import Counts
from hub.services import figures, punctuality
from hub.services.core import Core
from hub.services.figure_access import edition_now
from hub.services.figure_asking import Level
from hub.services.figures import Ask
from hub.services.punctuality import UnitRecord
from hub.services.regime_picture import key_measures

MOST_FIGURES = 12
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """One key figure of the unit. ``rank`` of ``among`` units of its level by size; None where peers are not shown."""

    observation: Observation
    rank: int | None
    among: int


@dataclass(frozen=True)
class UnitPicture:
    """``before``/``after``: whom it took over from and who took over from it. ``regimes``: by regime how it sends."""

    unit: OrgUnit
    above: OrgUnit | None
    before: tuple[OrgUnit, ...]
    after: tuple[OrgUnit, ...]
    record: UnitRecord
    figures: Sequence[UnitFigure]

    @property
    def regimes(self) -> list[tuple[str, Counts]]:
        """The regimes it owes reports of itself, those overdue first."""
        return _worst(self.record.own)

    @property
    def below(self) -> list[tuple[str, Counts]]:
        """The units below it, those with most overdue first."""
        return _worst(self.record.below_by_unit)


def _worst(counted: Mapping[str, Counts]) -> list[tuple[str, Counts]]:
    return sorted(counted.items(), key=lambda each: (-each[1].not_sent, -each[1].late, each[0]))


def picture(core: Core, actor: Actor, unit_id: str, now: datetime) -> UnitPicture:
    """The unit with what the actor may see of it. NotFound for an unknown unit, the nation, and whom they may not see.

    What counts is what was due in the last twelve months, or is due in the next one.
    """
    asked = punctuality.last_year(now)
    record = punctuality.of_unit(core, actor, unit_id, asked.first, asked.last, now)
    unit = core.orgs.get(unit_id)
    above = core.orgs.parent(unit_id, local_day(now))
    return UnitPicture(
        unit, above if above is not None and above.id != NATION else None, core.orgs.predecessors(unit_id),
        core.orgs.successors(unit_id), record, _figures(core, actor, unit, above, record, now),
    )  # fmt: skip


def _figures(
    core: Core, actor: Actor, unit: OrgUnit, above: OrgUnit | None, record: UnitRecord, now: datetime
) -> list[UnitFigure]:
    """One key figure of each regime that the unit or those below it report to, in its latest period."""
    measures = _measures(core, actor, _most_sent(record), now)
    if not measures:
        return []
    level: Level = "ministry" if unit.level == "other" else unit.level
    within = above.id if level == "commune" and above is not None else None
    names = core.orgs.same_body(unit.id)
    mine = _latest(core, actor, Ask(measures, _since(now), units=tuple(names), basis="today"), now)
    periods = frozenset(each.period for each in mine.values())
    ask = Ask(tuple(mine), level=level, within=within, basis="today", periods=periods, plain=True)
    peers: dict[tuple[Measure, Period], list[Decimal]] = {}
    for each in figures.series(core, actor, ask, now).observations:
        if each.value is not None:
            peers.setdefault((each.measure, each.period), []).append(each.value)
    return [_ranked(mine[each], peers.get((each, mine[each].period), [])) for each in measures if each in mine]


def _since(now: datetime) -> Period:
    return Period("yearly", local_day(now).year - 1)


def _latest(core: Core, actor: Actor, ask: Ask, now: datetime) -> dict[Measure, Observation]:
    """The unit's latest figure of each measure, of the periods that its reports are for."""
    found: dict[Measure, Observation] = {}
    for each in figures.series(core, actor, ask, now).observations:
        asked = each.period.frequency in edition_now(core, each.measure.regime, now).frequencies
        held = found.get(each.measure)
        if each.value is not None and asked and (held is None or _time(each) >= _time(held)):
            found[each.measure] = each
    return found


def _time(each: Observation) -> tuple[date, date]:
    return each.period.end, each.period.start


def _measures(core: Core, actor: Actor, regimes: Iterable[str], now: datetime) -> tuple[Measure, ...]:
    """One measure a regime, in their order, those bound to a national indicator first."""
    by_regime: dict[str, list[Measure]] = {}
    for each in figures.measures(core, actor, now):
        by_regime.setdefault(each.regime, []).append(each)
    chosen = [one for regime in regimes for one in key_measures(by_regime.get(regime, []), 1)]
    return tuple(sorted(chosen, key=lambda each: each.indicator is None)[:MOST_FIGURES])


def _most_sent(record: UnitRecord) -> list[str]:
    """The regimes that the unit and those below it report to, those they sent most of first."""
    sent = {
        regime: tuple(-counted[regime].sent if regime in counted else 0 for counted in (record.own, record.below))
        for regime in {*record.own, *record.below}
    }
    return sorted(sent, key=lambda regime: (sent[regime], regime))


def _ranked(mine: Observation, peers: Sequence[Decimal]) -> UnitFigure:
    """The figure and its place among all that have one of the same period."""
    greater = sum(value > mine.value for value in peers) if mine.value is not None else 0
    return UnitFigure(mine, greater + 1 if len(peers) > 1 else None, len(peers))
