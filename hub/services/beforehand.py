"""What intake would ask the database of each report, asked for many reports at once."""

from __future__ import annotations

from collections.abc import Collection

from hub.domain.access import Actor
from hub.services.core import Core
from hub.services.history import looked_at
from hub.store import attachments, events, filings, submissions, unit_steps, unsaved
from hub.store.at_once import AtOnce, write_waiting
from hub.store.database import Connection


def know(connection: Connection, at_once: AtOnce, core: Core, named: Collection[str]) -> None:
    """The filings that a group names, and those of earlier periods that their checks ask for first."""
    at_once.rows = filings.many(connection, named, hold=False)
    wanted = set(named)
    for row in at_once.rows.values():
        wanted |= looked_at(core, row, core.catalog.edition(row.edition))
    at_once.rows |= filings.many(connection, wanted - set(named), hold=False)
    at_once.without = {"filing": wanted - at_once.rows.keys()}


def hold(
    connection: Connection, at_once: AtOnce, core: Core, actor: Actor, filing_ids: Collection[str],
    keys: Collection[str], sha256: str,
) -> None:  # fmt: skip
    """The filings are held against other writers, and it is known which of them have nothing beside their figures."""
    at_once.rows = filings.many(connection, filing_ids, hold=True)
    bodies = {body for row in at_once.rows.values() for body in core.orgs.same_body(row.unit_id) | {row.unit_id}}
    asking = {line.unit_id for line in unit_steps.listing(connection, bodies)}
    used = submissions.used_keys(connection, actor.account_id, keys)
    at_once.without = {
        "key": {(actor.account_id, key) for key in keys if key not in used},
        "unsaved": set(filing_ids) - unsaved.filings_with(connection, filing_ids),
        "attachments": set(filing_ids) - attachments.filings_with(connection, filing_ids),
        "unit_steps": bodies - asking,
    }
    if submissions.has_content(connection, sha256):
        at_once.done.add(("content", sha256))


def write(connection: Connection, at_once: AtOnce) -> None:
    """All that the reports gathered is in the open transaction, their audit lines at the very end."""
    write_waiting(connection)
    events.append_many(connection, at_once.events)
