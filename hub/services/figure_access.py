"""Whose aggregated figures an actor may see: the whole country's of a regime, or those of their own unit (R38, R44)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.org import NATION
from hub.domain.period import local_day
from hub.domain.rebasing import forerunners
from hub.domain.regime import Edition
from hub.domain.visibility import is_within
from hub.services.core import Core
from hub.services.seeing import may_read_regime, visibility_of

_OWING_BELOW = {
    "nation": frozenset({"ministry", "province", "district", "commune"}),
    "province": frozenset({"province", "district", "commune"}),
    "ministry": frozenset({"ministry"}),
    "other": frozenset({"ministry"}),
    "commune": frozenset({"commune"}),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """``everything``: all units' figures. ``paths``: the subtrees that are the actor's own; ``unit_ids``: their tops
    with all whom they took over from, whose records they inherited."""

    everything: bool
    paths: tuple[str, ...] = ()
    unit_ids: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        return not self.everything and not self.unit_ids

    def holds(self, unit_ids: Iterable[str]) -> bool:
        """True if figures made of these units' are open to the actor."""
        return self.everything or self.unit_ids.issuperset(unit_ids)

    def holds_path(self, unit_path: str) -> bool:
        """True if the figures of a unit further down are."""
        return self.everything or any(is_within(unit_path, path) for path in self.paths)


NOTHING = Reach(False)


def reach(core: Core, actor: Actor, regime: str, now: datetime) -> Reach:
    """What of a regime's figures the actor may see."""
    if actor.scopes is not None and "read" not in actor.scopes:
        return NOTHING
    if may_read_regime(core, actor, regime, now):
        return Reach(True)
    paths = visibility_of(core, actor, now).unit_paths
    tops = [path.rsplit("/", 1)[-1] for path in paths]
    own = [top for top in tops if _owes(core, edition_now(core, regime, now), top)]
    if NATION in own:
        return Reach(True)
    return Reach(False, paths, frozenset(unit for top in own for unit in forerunners(core.orgs, top)))


def edition_now(core: Core, regime: str, now: datetime) -> Edition:
    """The latest edition that has begun: in its words a regime's figures are spoken of. KeyError for no such regime."""
    editions: tuple[Edition, ...] = core.catalog.regimes[regime].editions
    today = local_day(now)
    begun = [edition for edition in editions if edition.valid_from <= today]
    return begun[-1] if begun else editions[0]


def _owes(core: Core, edition: Edition, unit_id: str) -> bool:
    unit = core.orgs.units.get(unit_id)
    levels = _OWING_BELOW[unit.level] if unit is not None else frozenset()
    return any(reporter.level in levels for reporter in edition.reporters)
