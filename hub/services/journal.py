"""The audit chain as an administrator reads it: its latest lines, and whether it holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hub.domain.access import Actor
from hub.domain.org import NATION
from hub.errors import Forbidden
from hub.services import audit
from hub.services.accounts import manages
from hub.services.core import Core
from hub.store import tables
from hub.store.events import ChainProblem, Event


def latest(core: Core, actor: Actor, now: datetime, *, before: int | None = None, most: int = 100) -> list[Event]:
    """The newest events first, those below number ``before`` if given. Forbidden unless a national administrator."""
    _may_read(core, actor, now)
    query = select(tables.event).order_by(tables.event.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(tables.event.c.number < before)
    with core.database.read() as connection:
        return [Event(**row._mapping) for row in connection.execute(query)]


def problems(core: Core, actor: Actor, now: datetime) -> list[ChainProblem]:
    """Where the chain does not hold, against its own hashes and the checkpoints; empty if all is well."""
    _may_read(core, actor, now)
    return audit.verify(core)


def _may_read(core: Core, actor: Actor, now: datetime) -> None:
    if not manages(core, actor, NATION, now):
        raise Forbidden
