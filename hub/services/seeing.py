"""What an actor may see, and the filing it asks for if it may."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.filing import DecisionRow, FilingRow
from hub.domain.on_behalf import entering
from hub.domain.org import NATION
from hub.domain.period import local_day
from hub.domain.report import wanted_regimes
from hub.domain.sight import EVERYTHING, Sight, as_sent, sight_of_receiver
from hub.domain.visibility import Visibility, allowed_nationally, visible
from hub.errors import NotFound
from hub.services import on_behalf
from hub.services.core import Core
from hub.services.receiving import owner_of
from hub.store import decisions, filings
from hub.store.database import Connection


def visibility_of(core: Core, actor: Actor, now: datetime) -> Visibility:
    """The paths and receivers an actor may see, on the tree of units of the day."""
    return visible(actor, core.orgs, local_day(now))


def filing_for(core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime) -> FilingRow:
    """The filing, if it exists and the actor may see it; NotFound in both other cases, alike.

    Its ``version`` is the latest one that the actor may see (R44): on the receiving side the one that was sent last.
    """
    row = filings.get(connection, filing_id)
    if row is None or not sees(core, connection, actor, row, now):
        raise NotFound
    if row.version == row.sent_version or _is_own(core, actor, row, now):
        return row
    return row if on_behalf.is_entering(core, connection, actor, row) else as_sent(row)


def sees(core: Core, connection: Connection, actor: Actor, row: FilingRow, now: datetime) -> bool:
    """True for who may see the filing: by their roles (R44), or because they enter it for its unit (R19)."""
    if visibility_of(core, actor, now).may_see_filing(row):
        return True
    return on_behalf.is_entering(core, connection, actor, row)


def sight_of(core: Core, connection: Connection, actor: Actor, row: FilingRow, now: datetime) -> Sight:
    """Which versions of a filing that the actor may see are open to them (R44); who enters it for its unit sees all."""
    if _is_own(core, actor, row, now):
        return EVERYTHING
    return sight_by(core, actor, row, decisions.of_filing(connection, row.id), now)


def sight_by(core: Core, actor: Actor, row: FilingRow, steps: Sequence[DecisionRow], now: datetime) -> Sight:
    """``sight_of`` for who has all the filing's steps at hand."""
    if _is_own(core, actor, row, now):
        return EVERYTHING
    for_unit = core.config.enter_for and on_behalf.may_begin(core, actor, row) and entering(steps, actor.account_id)
    return EVERYTHING if for_unit else sight_of_receiver(row, steps)


def version_for(
    core: Core, connection: Connection, actor: Actor, filing_id: str, number: int | None, now: datetime
) -> tuple[FilingRow, int]:
    """The filing and one of its versions, the latest one unless a number is given.

    NotFound if the actor may not see the filing, if there is no such version, and if it is not theirs to see, alike.
    """
    row = filing_for(core, connection, actor, filing_id, now)
    wanted = number if number is not None else row.version
    if wanted is None or not sight_of(core, connection, actor, row, now).holds(wanted):
        raise NotFound
    return row, wanted


def counting_version(core: Core, actor: Actor, row: FilingRow, now: datetime) -> int | None:
    """The version of a filing that counts for a reader: the accepted one, else the latest that they may see; or none.

    Without asking who enters it for its unit: whoever does sees other reports of that unit as a receiver.
    """
    sight = visibility_of(core, actor, now)
    if not sight.may_see_filing(row):
        return None
    return row.accepted_version or (row.version if sight.is_own_side(row.unit_path) else row.sent_version)


def _is_own(core: Core, actor: Actor, row: FilingRow, now: datetime) -> bool:
    return visibility_of(core, actor, now).is_own_side(row.unit_path)


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
