"""The unit that is somebody's own: where they begin who read no national figures."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.org import NATION
from hub.domain.period import local_day
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.seeing import visibility_of


def own_unit(core: Core, actor: Actor, now: datetime) -> str:
    """The unit whose page somebody sees who reads no national figures. NotFound for who has none."""
    seen = {path.rsplit("/", 1)[-1] for path in visibility_of(core, actor, now).unit_paths}
    for unit_id in (actor.unit_id, *(grant.unit_id for grant in actor.grants)):
        if unit_id in core.orgs.units and unit_id != NATION and seen & core.orgs.same_body(unit_id):
            today = core.orgs.today(unit_id, local_day(now))
            return today[0].id if len(today) == 1 and today[0].id in core.orgs.same_body(unit_id) else unit_id
    raise NotFound
