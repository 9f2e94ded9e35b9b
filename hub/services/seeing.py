"""What an actor may see, and the filing it asks for if it may."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.period import local_day
from hub.domain.visibility import Visibility, visible
from hub.errors import NotFound
from hub.services.core import Core
from hub.store import filings
from hub.store.database import Connection


def visibility_of(core: Core, actor: Actor, now: datetime) -> Visibility:
    """The paths and receivers an actor may see, on the tree of units of the day."""
    return visible(actor, core.orgs, local_day(now))


def filing_for(core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime) -> FilingRow:
    """The filing, if it exists and the actor may see it; NotFound in both other cases, alike."""
    row = filings.get(connection, filing_id)
    if row is None or not visibility_of(core, actor, now).may_see(row.unit_path, row.receiver_id, row.state):
        raise NotFound
    return row
