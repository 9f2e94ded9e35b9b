"""What a unit owes, on one page: every report by urgency, with what is missing and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from hub.domain.access import Actor
from hub.domain.filing import RECEIVED, FilingRow
from hub.domain.period import due_day_of, local_day
from hub.domain.search_text import found_in
from hub.domain.visibility import visible
from hub.domain.working_days import WorkingCalendar, YearNotKnown
from hub.services import steps, unsaved
from hub.services.core import Core
from hub.store import filings, owing, unit_steps
from hub.store import unsaved as typing
from hub.store.database import Connection
from hub.store.owing import LastReturn

Urgency = Literal["returned", "overdue", "today", "soon", "coming", "sent"]
Waits = Literal["entry", "mend", "check", "sign", "send", "receiver"]
URGENCIES: tuple[Urgency, ...] = ("returned", "overdue", "today", "soon", "coming", "sent")
WAITS: tuple[Waits, ...] = ("entry", "mend", "check", "sign", "send", "receiver")
UNIT_ROLES = frozenset({"reporter", "checker", "signer", "approver"})
SOON = 5
"""Working days within which a deadline is near."""
MOST_SHOWN = 60
"""Reports of one urgency on the page; the rest are counted."""
_SENT_FOR = timedelta(days=31)
_BEFORE = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Typed:
    """Fields that stand in no version yet, and who typed them."""

    fields: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """One report. ``days_left``: working days after today up to the due day, None where the calendar does not reach.

    ``missing`` and ``errors`` stop it from being sent, ``warnings`` are not explained yet, ``points`` of its return
    are not answered. ``previous``: the same report of the period before.
    """

    row: FilingRow
    urgency: Urgency
    waits: Waits
    days_left: int | None = None
    missing: int = 0
    errors: int = 0
    warnings: int = 0
    points: int = 0
    returned: LastReturn | None = None
    typed: Typed | None = None
    open_with: tuple[str, ...] = ()
    previous: str | None = None
    past: bool = False
    """Its last day is over."""


@dataclass(frozen=True, slots=True)
class WorkQuery:
    """``text`` matches titles and codes, with or without marks; ``unit_id`` and ``urgency`` narrow to one."""

    text: str = ""
    unit_id: str | None = None
    urgency: Urgency | None = None
    waits: Waits | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The reports of one urgency, the most urgent first. ``total`` counts also those that are not on the page."""

    urgency: Urgency
    items: tuple[Owed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """``counts``: by urgency, of everything owed whatever was searched for. ``units``: those one works for."""

    groups: tuple[Group, ...]
    counts: Mapping[Urgency, int]
    units: tuple[str, ...] = ()


def own_units(actor: Actor) -> tuple[str, ...]:
    """The units that the actor reports for."""
    return tuple(sorted({grant.unit_id for grant in actor.grants if grant.role in UNIT_ROLES}))


def own_paths(core: Core, actor: Actor, unit_id: str, now: datetime) -> tuple[str, ...]:
    """Where one of the actor's units stands and stood in the tree; nothing for a unit that is not the actor's."""
    grants = tuple(grant for grant in actor.grants if grant.role in UNIT_ROLES and grant.unit_id == unit_id)
    return visible(replace(actor, grants=grants), core.orgs, local_day(now)).unit_paths


def worklist(core: Core, actor: Actor, query: WorkQuery, now: datetime) -> Worklist:
    """Everything that the actor's own units owe, by urgency, and what they sent of late."""
    units = own_units(actor)
    paths = [path for unit in units if query.unit_id in (None, unit) for path in own_paths(core, actor, unit, now)]
    if not paths:
        return Worklist((), dict.fromkeys(URGENCIES, 0), units)
    with core.database.read() as connection:
        rows = [row for row in filings.of_units(connection, paths, now - _SENT_FOR) if not row.excluded]
        sorted_rows = _by_urgency(core, rows, now)
        counts: dict[Urgency, int] = {urgency: len(sorted_rows[urgency]) for urgency in URGENCIES}
        wanted = {
            urgency: [row for row in sorted_rows[urgency] if _asked(core, row, query)]
            for urgency in URGENCIES
            if query.urgency in (None, urgency)
        }
        groups = _Facts.read(core, connection, actor, paths, wanted, query, now).groups(wanted)
    return Worklist(groups, counts, units)


def _asked(core: Core, row: FilingRow, query: WorkQuery) -> bool:
    regime = core.catalog.regimes.get(row.regime)
    title = regime.editions[-1].title if regime is not None else None
    return found_in(query.text, row.regime, row.period, *((title.vi, title.en) if title is not None else ()))


# --- how urgent ------------------------------------------------------------------------------------------------------


def last_day(row: FilingRow) -> date:
    """The day by which the report is wanted: that of sending again where it was sent back."""
    return due_day_of(row.resend_due if row.state == "returned" and row.resend_due else row.due_at)


def _by_urgency(core: Core, rows: Iterable[FilingRow], now: datetime) -> dict[Urgency, list[FilingRow]]:
    near = _nth_working_day(core.calendar, local_day(now), SOON)
    found: dict[Urgency, list[FilingRow]] = {urgency: [] for urgency in URGENCIES}
    for row in rows:
        found[_urgency(row, local_day(now), near, now)].append(row)
    for urgency, listed in found.items():
        latest_first = urgency in {"overdue", "sent"}
        listed.sort(key=lambda row: (row.regime, row.period, row.unit_path, row.scope))
        listed.sort(key=last_day, reverse=latest_first)
    return found


def _urgency(row: FilingRow, today: date, near: date, now: datetime) -> Urgency:
    if row.state in RECEIVED:
        return "sent"
    if row.state == "returned":
        return "returned"
    if row.due_at <= now and row.first_sent_at is None:
        return "overdue"
    if row.due_at > now and last_day(row) == today:
        return "today"
    return "soon" if row.due_at > now and last_day(row) <= near else "coming"


def _nth_working_day(calendar: WorkingCalendar, day: date, number: int) -> date:
    """The ``number``-th working day after ``day``; a week later where the calendar does not reach."""
    try:
        return calendar.add(day, number)
    except YearNotKnown:
        return day + timedelta(days=7)


def working_days_until(calendar: WorkingCalendar, today: date, days: Iterable[date]) -> dict[date, int | None]:
    """For each day the working days after today up to it; None where the calendar does not reach."""
    found: dict[date, int | None] = {}
    at, passed = today, 0
    for day in sorted(set(days)):
        try:
            while at < day:
                at += timedelta(days=1)
                passed += calendar.is_working(at)
        except YearNotKnown:
            at, found[day] = date.max, None
            continue
        found[day] = passed if at < date.max or day == date.max else None
    return found


# --- what is known of each -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Facts:
    """What the page says of its reports, read in one query a fact."""

    core: Core
    actor: Actor
    query: WorkQuery
    lines: Sequence[unit_steps.UnitSteps]
    findings: Mapping[str, Sequence[Mapping[str, object]]]
    explained: Mapping[str, set[str]]
    points: Mapping[str, int]
    returns: Mapping[str, LastReturn]
    open_with: Mapping[str, Mapping[str, str]]
    days_left: Mapping[date, int | None]
    today: date
    typed: Mapping[str, Typed] = field(default_factory=dict)
    before: Mapping[Series, Sequence[tuple[date, str]]] = field(default_factory=dict)

    @classmethod
    def read(
        cls, core: Core, connection: Connection, actor: Actor, paths: Sequence[str],
        wanted: Mapping[Urgency, Sequence[FilingRow]], query: WorkQuery, now: datetime,
    ) -> _Facts:  # fmt: skip
        most = MOST_SHOWN if query.waits is None else 10 * MOST_SHOWN
        shown = [row for rows in wanted.values() for row in rows[:most]]
        to_do = [row for row in shown if row.state not in RECEIVED]
        begun = [row.id for row in to_do if row.version is not None]
        back = [row.id for row in to_do if row.state == "returned"]
        bodies = {body for path in paths for body in _bodies(core, path.rsplit("/", 1)[-1])}
        return cls(
            core, actor, query,
            lines=unit_steps.listing(connection, bodies),
            findings=owing.findings(connection, begun),
            explained=owing.explained(connection, begun),
            points=owing.unanswered_points(connection, back),
            returns=owing.last_returns(connection, back),
            open_with=owing.open_with(connection, [row.id for row in to_do], now - unsaved.HERE),
            days_left=working_days_until(core.calendar, local_day(now), map(last_day, to_do)),
            today=local_day(now),
            typed=_typed(core, connection, to_do),
            before=_before(core, connection, paths, now),
        )  # fmt: skip

    def groups(self, wanted: Mapping[Urgency, Sequence[FilingRow]]) -> tuple[Group, ...]:
        made = []
        for urgency, rows in wanted.items():
            if self.query.waits is None:
                items, total = [self.owed(row, urgency) for row in rows[:MOST_SHOWN]], len(rows)
            else:
                matching = [each for row in rows if (each := self.owed(row, urgency)).waits == self.query.waits]
                items, total = matching[:MOST_SHOWN], len(matching)
            if items:
                made.append(Group(urgency, tuple(items), total))
        return tuple(made)

    def owed(self, row: FilingRow, urgency: Urgency) -> Owed:
        missing, errors, warnings = self._counts(row)
        others = [name for key, name in self.open_with.get(row.id, {}).items() if key != self.actor.account_id]
        return Owed(
            row, urgency, self._waits(row, missing + errors + warnings), self.days_left.get(last_day(row)),
            missing, errors, warnings, self.points.get(row.id, 0), self.returns.get(row.id), self.typed.get(row.id),
            tuple(others), self._previous(row), last_day(row) < self.today,
        )  # fmt: skip

    def _counts(self, row: FilingRow) -> tuple[int, int, int]:
        """Cells still missing, other errors, and warnings that nobody explained."""
        missing = errors = warnings = 0
        known = self.explained.get(row.id, set())
        for finding in self.findings.get(row.id, ()):
            if finding["severity"] == "error":
                missing, errors = (missing + 1, errors) if finding["stage"] == "presence" else (missing, errors + 1)
            elif finding["severity"] == "warning" and not finding.get("beta"):
                warnings += finding["key"] not in known
        return missing, errors, warnings

    def _waits(self, row: FilingRow, wrong: int) -> Waits:
        if row.state in RECEIVED:
            return "receiver"
        if row.version is None:
            return "entry"
        if wrong or row.state == "returned":
            return "mend"
        bodies = _bodies(self.core, row.unit_id)
        lines = [line for line in self.lines if line.unit_id in bodies]
        asked = steps.asked_by(lines, row.regime, self.core.catalog.edition(row.edition)).steps
        if row.state == "draft" and "check" in asked:
            return "check"
        return "sign" if row.state in {"draft", "checked"} and "sign" in asked else "send"

    def _previous(self, row: FilingRow) -> str | None:
        earlier = self.before.get(_series(self.core, row.unit_id, row.regime, row.frequency, row.scope), ())
        return next((key for end, key in reversed(earlier) if end < row.window_end and key != row.id), None)


def _typed(core: Core, connection: Connection, rows: Sequence[FilingRow]) -> dict[str, Typed]:
    """Filing → what was typed and stands in no version; what a version says by now is left out."""
    touched = set(owing.typed(connection, [row.id for row in rows]))
    found = {}
    for row in rows:
        if row.id not in touched:
            continue
        own = unsaved.text_of_version(connection, core.catalog.edition(row.edition), row.id, row.version)
        left = [each for each in typing.of_filing(connection, row.id) if not own.holds(each.name, each.text)]
        if left:
            found[row.id] = Typed(len(left), tuple(sorted({each.by for each in left if each.by})))
    return found


Series = tuple[str, str, str, str]
"""(unit, regime, frequency, scope): what comes period after period."""


def _before(
    core: Core, connection: Connection, paths: Sequence[str], now: datetime
) -> dict[Series, list[tuple[date, str]]]:
    """Last day and id of each period's filing, in order."""
    found: dict[Series, list[tuple[date, str]]] = {}
    for key, unit, regime, frequency, scope, end in filings.periods_of(connection, paths, local_day(now) - _BEFORE):
        found.setdefault(_series(core, unit, regime, frequency, scope), []).append((end, key))
    return found


def _series(core: Core, unit_id: str, regime: str, frequency: str, scope: str) -> Series:
    return min(_bodies(core, unit_id)), regime, frequency, scope


def _bodies(core: Core, unit_id: str) -> frozenset[str]:
    """The unit under every name it had."""
    return core.orgs.same_body(unit_id) | {unit_id} if unit_id in core.orgs.units else frozenset({unit_id})
