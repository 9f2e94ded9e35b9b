"""The figures of the national picture: series of any measures, units and periods, read in bulk.

The source is what was rolled up and stored: the figures of the nation, of every unit right below it, and of single
communes from their reports in force. All figures are given as the regime's latest edition names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from hub.domain.access import Actor
from hub.domain.form import Label
from hub.domain.measures import measure_names, measures_of
from hub.domain.observation import Measure, Observation, Series
from hub.domain.org import OrgRegister
from hub.domain.period import Period
from hub.errors import NotFound
from hub.services.commune_figures import commune_rows
from hub.services.core import Core
from hub.services.figure_access import Reach, edition_now, reach
from hub.services.figure_asking import Ask, Chosen, in_time
from hub.services.figure_sources import Found, Source, by_period, stored
from hub.services.figures_then import figures_then
from hub.services.observing import Observing
from hub.services.published_figures import published_by
from hub.store import figure_rows
from hub.store.database import Connection

__all__ = ["Ask", "in_time", "measure", "measures", "periods", "series"]


def measures(core: Core, actor: Actor, now: datetime, regime: str | None = None) -> list[Measure]:
    """The measures whose figures the actor may see, all or one regime's, by regime and in the order of its forms.

    Who may not see the country's figures sees those of their own unit: the measures of the regimes it reports to.
    """
    names = sorted(core.catalog.regimes) if regime is None else [regime]
    seen = [name for name in names if name in core.catalog.regimes and not reach(core, actor, name, now).nothing]
    return [each for name in seen for each in measures_of(edition_now(core, name, now))]


def measure(core: Core, actor: Actor, key: str, now: datetime) -> Measure:
    """The measure of a name as :attr:`Measure.key` writes it, or with a stroke between all parts. NotFound."""
    regime, _, name = key.partition("/")
    if regime not in core.catalog.regimes or reach(core, actor, regime, now).nothing:
        raise NotFound
    found = measure_names(edition_now(core, regime, now)).get(name)
    if found is None:
        raise NotFound
    return found


def periods(core: Core, actor: Actor, regime: str, now: datetime) -> list[Period]:
    """The periods of a regime that have figures, newest first. NotFound if none of its figures is for the actor."""
    if regime not in core.catalog.regimes or reach(core, actor, regime, now).nothing:
        raise NotFound
    with core.database.read() as connection:
        named = figure_rows.campaigns(connection, [each.key for each in core.catalog.regimes[regime].editions])
    return sorted({Period.parse(code) for _, code in named}, key=in_time, reverse=True)


def series(core: Core, actor: Actor, ask: Ask, now: datetime) -> Series:
    """The figures that were asked for, with all that says how far each may be trusted.

    One observation for each measure, unit and period that something was rolled up for. The number of statements does
    not grow with measures, units or periods. NotFound for measures that are not for the actor; BadRequest for communes
    without their province.
    """
    reaches = {regime: reach(core, actor, regime, now) for regime in sorted({each.regime for each in ask.measures})}
    if any(each.nothing for each in reaches.values()):
        raise NotFound
    with core.database.read() as connection:
        found = _found(core, connection, ask, reaches)
        rows = [row for row in found.rows if ask.holds_period(row.period) and not row.own]
        published = published_by(core, connection, [] if ask.plain else rows, reaches, ask.known_at or now)
    shown: list[Observation] = []
    for regime in reaches:
        source = Source(
            regime, edition_now(core, regime, now), core.catalog.regimes[regime].editions,
            tuple(each for each in ask.measures if each.regime == regime), by_period(found.rows, regime),
            found.closings, found.reports, published, found.gaps,
        )  # fmt: skip
        shown += Observing(core, source, ask, now).all()
    return _in_order(core.orgs, ask, shown)


def _found(core: Core, connection: Connection, ask: Ask, reaches: Mapping[str, Reach]) -> Found:
    """The rows that the series are made of and that may be seen."""
    if ask.level == "commune":
        return commune_rows(core, connection, ask, reaches, ask.known_at)
    unit_ids = Chosen(core.orgs, ask).needed(reaches.values())
    if ask.known_at is None:
        found = stored(core, connection, ask, reaches, unit_ids)
    else:
        found = figures_then(core, connection, ask, reaches, unit_ids, ask.known_at)
    return replace(found, rows=[row for row in found.rows if reaches[row.edition.regime].holds([row.unit_id])])


# --- in order --------------------------------------------------------------------------------------------------------

T = TypeVar("T")
_LEVELS = ("nation", "ministry", "other", "province", "commune")
_INEXACT = Label(
    "Một số đơn vị đã chia tách, chuyển giao nhiệm vụ hoặc chưa có căn cứ quy đổi: số liệu giữ theo đơn vị của kỳ đó.",
    "Some units were split, gave functions away or cannot be re-based: their figures stand on the units of the time.",
)


def _in_order(orgs: OrgRegister, ask: Ask, found: Sequence[Observation]) -> Series:
    """Observations as a series: by measure as it was asked for, by unit and by period."""
    units = _places(sorted({each.unit_id for each in found}, key=_in_register(orgs)))
    axis = _places(sorted({each.period for each in found}, key=in_time))
    asked = _places((each.regime, each.address) for each in ask.measures)
    rows = sorted(
        found,
        key=lambda each: (asked[each.measure.regime, each.measure.address], units[each.unit_id], axis[each.period]),
    )
    notes = (_INEXACT,) if any(each.exactness == "inexact" for each in found) else ()
    return Series(ask.basis, ask.known_at, ask.measures, tuple(units), tuple(axis), tuple(rows), notes)


def _places(values: Iterable[T]) -> dict[T, int]:
    return {value: place for place, value in enumerate(values)}


def _in_register(orgs: OrgRegister) -> Callable[[str], tuple[int, str, date, str]]:
    """The nation, then ministries, then provinces, each by code and first day; what is not known comes last."""

    def order(unit_id: str) -> tuple[int, str, date, str]:
        unit = orgs.units.get(unit_id)
        if unit is None:
            return len(_LEVELS), "", date.max, unit_id
        return _LEVELS.index(unit.level), unit.code, unit.valid_from, unit_id

    return order
