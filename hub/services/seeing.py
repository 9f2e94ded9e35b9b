"""What an actor may see, and the filing it asks for if it may."""

from __future__ import annotations

from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.org import NATION
from hub.domain.period import local_day
from hub.domain.report import wanted_regimes
from hub.domain.visibility import Visibility, allowed_nationally, visible
from hub.errors import NotFound
from hub.services import on_behalf
from hub.services.core import Core
from hub.services.receiving import owner_of
from hub.store import filings
from hub.store.database import Connection


def visibility_of(core: Core, actor: Actor, now: datetime) -> Visibility:
    """The paths and receivers an actor may see, on the tree of units of the day."""
    return visible(actor, core.orgs, local_day(now))


def filing_for(core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime) -> FilingRow:
    """The filing, if it exists and the actor may see it; NotFound in both other cases, alike."""
    row = filings.get(connection, filing_id)
    if row is None or not sees(core, connection, actor, row, now):
        raise NotFound
    return row


def sees(core: Core, connection: Connection, actor: Actor, row: FilingRow, now: datetime) -> bool:
    """True for who may see the filing: by their roles (R44), or because they enter it for its unit (R19)."""
    if visibility_of(core, actor, now).may_see(row.unit_path, row.receiver_id, row.state):
        return True
    return on_behalf.is_entering(core, connection, actor, row)


def may_read_regime(core: Core, actor: Actor, regime: str, now: datetime) -> bool:
    """True for who may see a regime's national figures: central staff, and officers of the ministry that owns it (R44).

    They show every unit's figures, so no other unit sees them before they are made public (R38).
    """
    if actor.has("system"):
        return True
    if not allowed_nationally(actor, "read_national"):
        return False
    if actor.has("central"):
        return True
    owner = owner_of(core, core.catalog.regimes[regime].editions[-1], local_day(now))
    return bool(visibility_of(core, actor, now).receives_for & (core.orgs.same_body(owner) | {owner, NATION}))


def may_read_report(core: Core, actor: Actor, report: str, now: datetime) -> bool:
    """True if every regime that the national report draws on may be read; a report no longer defined is central's."""
    definition = core.catalog.reports.get(report)
    if definition is None:
        return actor.has("central") or actor.has("system")
    return all(may_read_regime(core, actor, regime, now) for regime in wanted_regimes(definition))
