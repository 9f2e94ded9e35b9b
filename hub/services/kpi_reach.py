"""Whose steering indicators an actor may see: those of the figures that a set is made of (R38, R44)."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.kpi import KpiSet
from hub.domain.visibility import allowed_nationally
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.figure_access import Reach, reach
from hub.services.seeing import visibility_of


def reach_of_set(core: Core, actor: Actor, kpi_set: KpiSet, now: datetime) -> Reach:
    """What of a set the actor may see: of each of its regimes, else of values that were sent."""
    reaches = [reach(core, actor, regime, now) for regime in kpi_set.regimes]
    if not reaches:
        return _reach_of_sent(core, actor, now)
    if any(each.nothing for each in reaches):
        return Reach(False)
    limited = [each for each in reaches if not each.everything]
    if not limited:
        return Reach(True)
    common = frozenset.intersection(*(each.unit_ids for each in limited))
    return Reach(False, limited[0].paths, common)


def _reach_of_sent(core: Core, actor: Actor, now: datetime) -> Reach:
    if actor.scopes is not None and "read" not in actor.scopes:
        return Reach(False)
    if actor.has("system") or actor.has("central") or allowed_nationally(actor, "set_targets"):
        return Reach(True)
    paths = visibility_of(core, actor, now).unit_paths
    return Reach(False, paths, frozenset(path.rsplit("/", 1)[-1] for path in paths))


def sets(core: Core, actor: Actor, now: datetime) -> list[KpiSet]:
    """The sets that the actor may see something of, by code."""
    known = sorted(core.catalog.kpi_sets.values(), key=lambda each: each.code)
    return [each for each in known if not reach_of_set(core, actor, each, now).nothing]


def find_set(core: Core, actor: Actor, code: str, now: datetime) -> tuple[KpiSet, Reach]:
    """A set and what of it the actor may see. NotFound if that is nothing."""
    found = core.catalog.kpi_sets.get(code)
    if found is None or (its_reach := reach_of_set(core, actor, found, now)).nothing:
        raise NotFound
    return found, its_reach
