"""What a unit reported before: the previous period and the same period last year, through renames of the unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.domain.checks import Context
from hub.domain.filing import FilingRow, filing_id
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.values import Values, from_canonical
from hub.services.core import Core
from hub.store import filings, versions
from hub.store.database import Connection

_LOOKS_BACK = re.compile(r"\b(prev|same_period_last_year|ytd)\s*\(")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A unit's values of an earlier period and the edition they were reported under."""

    edition: Edition
    values: Values


def looks_back(edition: Edition) -> bool:
    """True if any rule of the edition compares with an earlier period."""
    return any(_LOOKS_BACK.search(f"{rule.expr} {rule.when or ''}") for rule in edition.rules)


def earlier(core: Core, connection: Connection, row: FilingRow, period: Period | None) -> Earlier | None:
    """What the filing's unit reported for an earlier period: the accepted version, else the latest, else None."""
    edition = core.catalog.edition_for(row.regime, period.end) if period is not None else None
    if edition is None or period is None:
        return None
    for unit_id in sorted(core.orgs.same_body(row.unit_id) | {row.unit_id}):
        found = filings.get(connection, filing_id(edition.key, period.code, unit_id, row.scope))
        number = found.accepted_version or found.version if found is not None else None
        if found is not None and number is not None:
            document = versions.get(connection, found.id, number).document
            return Earlier(edition, from_canonical(edition, document))
    return None


def context_of(core: Core, connection: Connection, row: FilingRow, edition: Edition) -> Context:
    """What the rules of a filing may look at besides its own figures."""
    if not looks_back(edition):
        return Context(row.period, row.frequency)
    period = Period.parse(row.period)
    previous = earlier(core, connection, row, period.previous())
    last_year = earlier(core, connection, row, period.same_last_year())
    return Context(
        row.period, row.frequency, previous.values if previous else None, last_year.values if last_year else None
    )
