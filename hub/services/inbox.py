"""The receiving officer's morning: which campaigns ask for something, and one campaign unit by unit (R32, R33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.extending import Extension
from hub.domain.filing import RECEIVED, FilingRow
from hub.domain.org import OrgUnit
from hub.domain.period import Period, due_day_of, local_day
from hub.domain.regime import Edition
from hub.domain.search_text import found_in
from hub.errors import NotFound
from hub.services import contacts
from hub.services.core import Core
from hub.services.extensions import first_deadline
from hub.services.seeing import sees, visibility_of
from hub.store import extensions, filings, inbox, owing
from hub.store.contacts import Contact
from hub.store.database import Connection
from hub.store.inbox import LastReminder, Waits

PAGE_SIZE = 50
MOST_AT_ONCE = 200
"""Reports accepted in one go, and on one page of the clean ones."""
TABS = (
    "waiting", "clean", "asked", "overdue", "not_yet", "on_time", "late", "returned", "accepted", "excluded", "all",
)  # fmt: skip
ORDERS = tuple(inbox.ORDERS)


@dataclass(frozen=True, slots=True)
class InboxQuery:
    """One campaign, narrowed. ``text`` matches the names of units; ``within``: the path of a province."""

    edition: str
    period: str
    tab: str = "waiting"
    text: str = ""
    within: str = ""
    order: str = "unit"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's report. ``late_days``: days after the deadline that it was first sent, or is not sent yet.

    ``warnings`` are those of what was sent, ``unexplained`` those of them without an explanation; None: nothing was
    sent. ``first_due``: the deadline before it was extended.
    """

    row: FilingRow
    late_days: int = 0
    warnings: int | None = None
    unexplained: int = 0
    errors: int = 0
    contact: Contact | None = None
    reminded: LastReminder | None = None
    asked: Extension | None = None
    first_due: datetime | None = None

    @property
    def clean(self) -> bool:
        return self.row.state == "submitted" and self.warnings == 0 and self.errors == 0

    @property
    def on_time_by_extension(self) -> bool:
        """Sent after the law's deadline and before the extended one."""
        sent = self.row.first_sent_at
        return sent is not None and self.first_due is not None and self.first_due <= sent < self.row.due_at


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """``counts``: by tab, as narrowed; ``owed``: how many still lie with their units; ``provinces``: path → province,
    where there are several to choose from."""

    edition: Edition
    period: Period
    lines: tuple[Line, ...]
    total: int
    page: int
    size: int
    counts: Mapping[str, int]
    owed: int
    provinces: Mapping[str, OrgUnit] = field(default_factory=dict)


def campaigns(core: Core, actor: Actor, now: datetime) -> list[Waits]:
    """The campaigns with something unfinished that is owed to the actor: where something waits for them first (what
    came in, requests, answers), then what is overdue, the newest deadline first."""
    receivers = visibility_of(core, actor, now).receives_for
    if not receivers:
        return []
    with core.database.read() as connection:
        found = inbox.waits(connection, receivers, now)
    newest = sorted(found, key=lambda each: (each.due_last, each.edition), reverse=True)
    return sorted(newest, key=lambda each: (not (each.waiting + each.asked + each.answered), not each.overdue))


def campaign(core: Core, actor: Actor, query: InboxQuery, now: datetime) -> CampaignPage:
    """One page of a campaign's reports that are owed to the actor. NotFound where none is."""
    edition, period = _known(core, query)
    with core.database.read() as connection:
        asked = _asked(core, connection, actor, query, now)
        provinces = _provinces(core, inbox.paths(connection, _whole(asked)))
        counts = inbox.counts(connection, asked, now)
        owed = inbox.count_owing(connection, asked)
        size = MOST_AT_ONCE if query.tab == "clean" else PAGE_SIZE
        if query.tab == "clean":
            lines = _clean(core, connection, asked, edition, query, now)
            total, lines = len(lines), lines[:MOST_AT_ONCE]
            lines = _told(core, connection, edition, [line.row for line in lines], now)
        else:
            total = counts[query.tab]
            rows = inbox.rows(
                connection, asked, query.tab, query.order, now, limit=size, offset=(query.page - 1) * size
            )  # fmt: skip
            lines = _told(core, connection, edition, rows, now)
    return CampaignPage(
        edition, period, tuple(lines), total, 1 if query.tab == "clean" else query.page, size, counts, owed,
        provinces if len(provinces) > 1 else {},
    )  # fmt: skip


def everything(core: Core, actor: Actor, query: InboxQuery, now: datetime) -> tuple[Edition, Period, Sequence[Line]]:
    """All reports of a tab, as :func:`campaign` shows them page by page."""
    edition, period = _known(core, query)
    with core.database.read() as connection:
        asked = _asked(core, connection, actor, query, now)
        if query.tab == "clean":
            rows = [line.row for line in _clean(core, connection, asked, edition, query, now)]
        else:
            rows = inbox.rows(connection, asked, query.tab, query.order, now)
        return edition, period, _told(core, connection, edition, rows, now)


def units_of(core: Core, actor: Actor, filing_ids: Sequence[str], now: datetime) -> dict[str, str]:
    """Filing → its unit, of those that the actor may see."""
    with core.database.read() as connection:
        rows = [filings.get(connection, filing_id) for filing_id in filing_ids]
        return {row.id: row.unit_id for row in rows if row is not None and sees(core, connection, actor, row, now)}


def _known(core: Core, query: InboxQuery) -> tuple[Edition, Period]:
    return core.catalog.edition(query.edition), Period.parse(query.period)


def _asked(core: Core, connection: Connection, actor: Actor, query: InboxQuery, now: datetime) -> inbox.Asked:
    receivers = tuple(sorted(visibility_of(core, actor, now).receives_for))
    asked = inbox.Asked(query.edition, query.period, receivers, query.within, _named(core, query.text))
    if not receivers or not inbox.counts(connection, _whole(asked), now)["all"]:
        raise NotFound
    return asked


def _whole(asked: inbox.Asked) -> inbox.Asked:
    return inbox.Asked(asked.edition, asked.period, asked.receivers)


def _named(core: Core, text: str) -> tuple[str, ...] | None:
    """The units whose names hold the text; None if nothing was asked. Never folded in SQL (P31)."""
    if not text.strip():
        return None
    return tuple(unit.id for unit in core.orgs.units.values() if found_in(text, unit.id, unit.name.vi, unit.name.en))


def _provinces(core: Core, paths: Sequence[str]) -> dict[str, OrgUnit]:
    found: dict[str, OrgUnit] = {}
    for path in paths:
        parts = path.split("/")
        unit = core.orgs.units.get(parts[1]) if len(parts) > 1 else None
        if unit is not None and unit.level == "province":
            found.setdefault("/".join(parts[:2]), unit)
    return dict(sorted(found.items(), key=lambda each: each[1].name.vi))


def _clean(
    core: Core, connection: Connection, asked: inbox.Asked, edition: Edition, query: InboxQuery, now: datetime
) -> list[Line]:
    rows = inbox.rows(connection, asked, "waiting", query.order, now)
    judged = _judged(connection, [row.id for row in rows])
    return [Line(row, warnings=0) for row in rows if judged.get(row.id, (0, 0, 0))[:2] == (0, 0)]


def _judged(connection: Connection, filing_ids: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Filing → (errors, warnings, warnings without an explanation) of its latest version."""
    explained = owing.explained(connection, filing_ids)
    judged = {}
    for key, findings in owing.findings(connection, filing_ids).items():
        warned = [each for each in findings if each["severity"] == "warning"]
        bare = sum(each["key"] not in explained.get(key, ()) for each in warned if not each.get("beta"))
        judged[key] = sum(each["severity"] == "error" for each in findings), len(warned), bare
    return judged


def _told(core: Core, connection: Connection, edition: Edition, rows: Sequence[FilingRow], now: datetime) -> list[Line]:
    """The rows with all that the page says of them: one query a fact, whatever their number."""
    ids = [row.id for row in rows]
    judged = _judged(connection, [row.id for row in rows if row.state in RECEIVED])
    reminded = inbox.last_reminders(connection, ids)
    known = contacts.of_units(core, connection, {row.unit_id for row in rows}, edition.regime)
    more_time = extensions.of_filings(connection, ids)
    lines = []
    for row in rows:
        told = more_time.get(row.id, [])
        errors, warnings, bare = judged.get(row.id, (0, 0, 0))
        lines.append(
            Line(
                row, _late_days(row, now), warnings if row.state in RECEIVED else None, bare, errors,
                known.get(row.unit_id), reminded.get(row.id),
                next((each for each in told if each.state == "asked"), None), first_deadline(row, told),
            )
        )  # fmt: skip
    return lines


def _late_days(row: FilingRow, now: datetime) -> int:
    """Whole days from the last day on to the day of the first sending, or to today."""
    until = row.first_sent_at or now
    return max(0, (local_day(until) - due_day_of(row.due_at)).days) if until >= row.due_at else 0
