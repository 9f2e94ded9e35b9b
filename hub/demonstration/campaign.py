"""One campaign of the demonstration: opened, sent through every door, reviewed. Every step may be repeated.

What is already done is read from the filings themselves, so an interrupted demonstration goes on where it stopped and
a finished one finds everything there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from hub.demonstration import doors, planted, rolling_up
from hub.demonstration.accounts import CENTRAL, People
from hub.demonstration.doors import Report
from hub.demonstration.figures import make_values
from hub.demonstration.pace import Pace, Paces
from hub.demonstration.plan import SEED, Plan, chance
from hub.demonstration.planted import Mistake
from hub.domain.access import SYSTEM, Actor
from hub.domain.envelope import Envelope, Receipt
from hub.domain.filing import FilingRow, filing_id
from hub.domain.findings import needs_explanation
from hub.domain.period import Period
from hub.domain.swings import swings
from hub.domain.totals import fill_totals
from hub.domain.values import Values
from hub.errors import NotFound
from hub.services import aggregation, filings, intake, review
from hub.services.campaigns import Campaign
from hub.services.core import Core
from hub.services.history import asks_previous, before, looks_of
from hub.store import filings as store

_COMMUNE_ROLES = ("returned", "returned_left", "excluded", "late", "never")
_PROVINCE_ROLES = (
    "plain", "late", "mistake", "mistake", "mistake", "mistake", "mistake", "wrong_unit", "vietnamese", "unusual",
    "same_key", "same_file", "returned_alone",
)  # fmt: skip
_MINISTRY_ROLES = ("never", "excluded", "late")
"""From the last ministry back."""
REASONS = {
    "excluded": "Đơn vị không phát sinh nhiệm vụ trong kỳ (minh họa).",
    "returned": "Số liệu cần đối chiếu lại với kỳ trước (minh họa).",
    "unusual": "Số liệu tăng do nhiệm vụ đột xuất trong kỳ (minh họa).",
    "swing": "Đã kiểm tra lại, số liệu thay đổi do nhiệm vụ trong kỳ (minh họa).",
    "amended": "Phát hiện nhầm số liệu khi đối chiếu (minh họa).",
}


@dataclass
class Record:
    """What the demonstration did and met, over all campaigns."""

    sent: Counter[str] = field(default_factory=Counter)
    already: int = 0
    opened: int = 0
    expected: list[tuple[Mistake, bool]] = field(default_factory=list)
    """Each planted mistake and whether its finding came of it."""
    shown: Counter[str] = field(default_factory=Counter)
    """Planted situations that are no mistakes, such as a late report."""
    surprises: list[str] = field(default_factory=list)


@dataclass
class Show:
    """A campaign with everything its steps need."""

    core: Core
    plan: Plan
    people: People
    campaign: Campaign
    record: Record

    def __post_init__(self) -> None:
        self._paces = Paces(self.core)

    @property
    def name(self) -> str:
        return f"{self.campaign.edition.regime} {self.campaign.period.code}"

    def rows(self, now: datetime) -> list[FilingRow]:
        """The filings of the units that take part, in the order of the tree.

        Where none of the few that were chosen owes the report, the first few of all members that do.
        """
        chosen = self.plan.members_of(self.core, self.campaign.edition.regime)
        return self.rows_of(chosen) or self.rows_of(self.plan.members)[: self.plan.few[0]]

    def rows_of(self, units: Collection[str]) -> list[FilingRow]:
        """The campaign's filings of these units, in the order of the tree."""
        key, period = self.campaign.edition.key, self.campaign.period.code
        scopes = {reporter.scope for reporter in self.campaign.edition.reporters}
        ids = [filing_id(key, period, unit, scope) for unit in units for scope in scopes]
        with self.core.database.read() as connection:
            found = store.many(connection, ids, hold=False)
        return sorted(found.values(), key=lambda row: (row.unit_path, row.scope))

    def roles(self, rows: Iterable[FilingRow]) -> dict[str, str]:
        """Filing id → what happens to it; most are plain."""
        rows = list(rows)
        levels: dict[str, list[FilingRow]] = {"commune": [], "province": [], "ministry": []}
        for row in rows:
            levels.setdefault(row.level, []).append(row)
        roles = {row.id: _usual(row) for each in levels.values() for row in each}
        roles |= _dealt(levels["commune"], _COMMUNE_ROLES)
        roles |= _dealt(levels["province"], _PROVINCE_ROLES)
        roles |= {row.id: rolling_up.ROLE for row in rolling_up.chosen(self.campaign, rows)}
        if len(levels["ministry"]) > len(_MINISTRY_ROLES):
            roles |= _dealt(levels["ministry"][::-1], _MINISTRY_ROLES)
        return roles

    def report(self, row: FilingRow, attempt: int = 0) -> Report:
        """The unit's invented figures; a superior's summary is what its units sent."""
        edition, previous = self.campaign.edition, self._previous(row)
        values = make_values(
            edition, row.frequency, row.unit_id, row.period, SEED + attempt, level=row.level,
            previous=previous if "prev" in looks_of(edition).functions else None, pace=self._pace(row),
        )  # fmt: skip
        report = Report(row, edition, values)
        report = self._summary(report) if row.scope == "rollup" else report
        swung = {finding.key: REASONS["swing"] for finding in swings(edition, report.values, previous)}
        return replace(report, explanations=swung or None)

    def _pace(self, row: FilingRow) -> Pace | None:
        """Regimes with a past go on from it."""
        featured = row.regime in self.plan.featured
        return self._paces.of(row.regime, row.unit_id, Period.parse(row.period)) if featured else None

    def _previous(self, row: FilingRow) -> Values | None:
        """What the unit reported for the period before."""
        if not asks_previous(self.campaign.edition):
            return None
        with self.core.database.read() as connection:
            return before(self.core, connection, row, self.campaign.edition, Period.parse(row.period).previous())

    def _summary(self, report: Report) -> Report:
        row = report.row
        central = self.people.actors[CENTRAL]
        try:
            figures = aggregation.view(self.core, central, row.edition, row.period, row.due_at, row.unit_id).figures
        except NotFound:
            return report
        values = planted.without_totals(report)
        for address, value in figures.items():
            cells = values.forms[address.form].cells
            if (address.row, address.column) in cells and isinstance(value, Decimal):
                cells[address.row, address.column] = value
        fill_totals(report.edition, values)
        return replace(report, values=values)

    def deliver(self, report: Report, name: str, now: datetime) -> Receipt:
        """The report goes in through its unit's own door and is sent."""
        door = doors.door_for(report.row)
        receipt = self.receive(doors.envelope(self.core, report, door, name), report.row, now)
        if receipt.state == "draft" and self.explain_and_send(report.row, now):
            return receipt
        if receipt.verdict != "accepted" or receipt.state != "submitted":
            codes = sorted({finding.code for finding in receipt.findings})
            self.record.surprises.append(f"{self.name} {report.row.unit_id} {door}: {receipt.verdict} {codes}")
        return receipt

    def explain_and_send(self, row: FilingRow, now: datetime) -> bool:
        """Explain on the page what the file could not explain, then send; False where there is nothing to explain.

        CSV has no place for explanations.
        """
        view, actor = filings.open_one(self.core, SYSTEM, row.id, now), self.people.sender(self.core, row.unit_id)
        left = {each.key for each in needs_explanation(view.findings)} - set(view.explanations)
        if not left or any(each.severity == "error" for each in view.findings):
            return False
        filings.explain(self.core, actor, row.id, dict.fromkeys(left, REASONS["swing"]), now)
        present = filings.check(self.core, actor, row.id, revision=self.present(row, now).revision, now=now)
        filings.send(self.core, actor, row.id, revision=present.revision, now=now)
        self.record.sent["form"] += 1
        return True

    def receive(self, envelope: Envelope, row: FilingRow, now: datetime) -> Receipt:
        """Intake, as the unit's own account; systems that call the API come with a token."""
        machine = envelope.via == "api" and row.level == "ministry"
        actor = self.people.machine if machine else self.people.sender(self.core, row.unit_id)
        receipt = intake.receive(self.core, actor, envelope, now)
        if receipt.repeat_of is None and receipt.state == "submitted":
            self.record.sent[envelope.door] += 1
        return receipt

    def present(self, row: FilingRow, now: datetime) -> FilingRow:
        return filings.open_one(self.core, SYSTEM, row.id, now).row

    def officer(self, row: FilingRow) -> Actor:
        return self.people.receiver(self.core, row.receiver_id)

    def accept(self, rows: Iterable[FilingRow], now: datetime) -> int:
        """Their receivers accept what waits, all that is clean at once; how many were accepted."""
        by_officer: dict[str, list[FilingRow]] = {}
        for row in rows:
            if row.state == "submitted":
                by_officer.setdefault(row.receiver_id, []).append(row)
        for waiting in by_officer.values():
            officer = self.officer(waiting[0])
            said = review.accept_many(self.core, officer, [row.id for row in waiting], now)
            for number, row in enumerate((row for row in waiting if said[row.id] != "accepted"), start=1):
                at = now + timedelta(seconds=number)
                review.accept(self.core, officer, row.id, revision=row.revision, now=at)
        return sum(map(len, by_officer.values()))

    def roll_up(self, now: datetime) -> str:
        run = aggregation.run(self.core, SYSTEM, self.campaign.edition.key, self.campaign.period.code, now)
        return f"{run.accepted} of {run.obliged} rolled up"


def is_unsent(row: FilingRow) -> bool:
    """Nothing of this filing was sent yet."""
    return row.state == "draft" and row.sent_version is None and not row.excluded


def _usual(row: FilingRow) -> str:
    return "waiting" if row.level == "commune" and chance("wait", row.id) % 29 == 0 else "plain"


def _dealt(rows: list[FilingRow], roles: tuple[str, ...]) -> dict[str, str]:
    return {row.id: role for row, role in zip(rows, roles, strict=False)}
