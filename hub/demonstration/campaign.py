"""One campaign of the demonstration: opened, sent through every door, reviewed. Every step may be repeated.

What is already done is read from the filings themselves, so an interrupted demonstration goes on where it stopped and
a finished one finds everything there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.folder import FolderConnector
from connectors.http_pull import HttpPullConnector
from hub.demonstration import doors, planted
from hub.demonstration.accounts import CENTRAL, People
from hub.demonstration.doors import Report
from hub.demonstration.figures import make_values
from hub.demonstration.plan import SEED, Plan, chance
from hub.demonstration.planted import Mistake
from hub.domain.access import SYSTEM, Actor
from hub.domain.envelope import Envelope, Receipt
from hub.domain.filing import FilingQuery, FilingRow
from hub.domain.totals import fill_totals
from hub.errors import Conflict, NotFound
from hub.services import aggregation, collection, filings, intake, opening, review
from hub.services.core import Core
from hub.services.opening import Campaign

EVERYTHING = 1_000_000
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

    @property
    def name(self) -> str:
        return f"{self.campaign.edition.regime} {self.campaign.period.code}"

    # --- rows and roles

    def rows(self, now: datetime) -> list[FilingRow]:
        """The filings of the units that take part, in the order of the tree."""
        query = FilingQuery(edition=self.campaign.edition.key, period=self.campaign.period.code, size=EVERYTHING)
        found = filings.search(self.core, SYSTEM, query, now).rows
        return sorted((row for row in found if row.unit_id in self.plan.members), key=lambda row: row.unit_path)

    def roles(self, rows: Iterable[FilingRow]) -> dict[str, str]:
        """Filing id → what happens to it; most are plain."""
        levels: dict[str, list[FilingRow]] = {"commune": [], "province": [], "ministry": []}
        for row in rows:
            levels.setdefault(row.level, []).append(row)
        roles = {row.id: _usual(row) for each in levels.values() for row in each}
        roles |= _dealt(levels["commune"], _COMMUNE_ROLES)
        roles |= _dealt(levels["province"], _PROVINCE_ROLES)
        if len(levels["ministry"]) > len(_MINISTRY_ROLES):
            roles |= _dealt(levels["ministry"][::-1], _MINISTRY_ROLES)
        return roles

    def report(self, row: FilingRow, attempt: int = 0) -> Report:
        """The unit's invented figures; a superior's summary is what its units sent."""
        edition = self.campaign.edition
        values = make_values(edition, row.frequency, row.unit_id, row.period, SEED + attempt, level=row.level)
        report = Report(row, edition, values)
        return self._summary(report) if row.scope == "rollup" else report

    def _summary(self, report: Report) -> Report:
        row = report.row
        central = self.people.actors[CENTRAL]
        try:
            figures = aggregation.view(self.core, central, row.edition, row.period, row.unit_id).figures
        except NotFound:
            return report
        values = planted.without_totals(report)
        for address, value in figures.items():
            cells = values.forms[address.form].cells
            if (address.row, address.column) in cells and isinstance(value, Decimal):
                cells[address.row, address.column] = value
        fill_totals(report.edition, values)
        return replace(report, values=values)

    # --- opening and sending

    def open(self, now: datetime) -> str:
        """Filings for every obliged unit of the country."""
        opened = opening.open_campaign(self.core, self.campaign, now)
        self.record.opened += opened
        return f"{opened} filings opened"

    def send_communes(self, now: datetime) -> str:
        """The communes send, and those that need not are excluded."""
        return self._send_level(now, {"commune"})

    def send_others(self, now: datetime) -> str:
        """Provinces and ministries send; mistakes come first and are corrected."""
        return self._send_level(now, {"province", "ministry"})

    def _send_level(self, now: datetime, levels: set[str]) -> str:
        rows = self.rows(now)
        roles = self.roles(rows)
        mine = [row for row in rows if row.level in levels]
        self._exclude([row for row in mine if roles[row.id] == "excluded"], now)
        self._plant([row for row in mine if roles[row.id] == "mistake"], now)
        unsent = [row for row in mine if is_unsent(row) and roles[row.id] not in {"excluded", "late", "never"}]
        before = sum(self.record.sent.values())
        self.record.already += sum(row.first_sent_at is not None for row in mine)
        self._send_by_connectors([row for row in unsent if _way(row) in {"folder", "http"}], now)
        for number, row in enumerate(row for row in unsent if _way(row) == "own"):
            self._send_one(row, roles[row.id], now + timedelta(seconds=number))
        self._repeat([row for row in mine if roles[row.id] in {"same_key", "same_file"}], roles, now)
        return f"{sum(self.record.sent.values()) - before} sent, {len(mine) - len(unsent)} others"

    def _send_one(self, row: FilingRow, role: str, now: datetime) -> None:
        special: dict[str, Callable[[FilingRow, datetime], bool]] = {
            "vietnamese": self._send_vietnamese, "unusual": self._send_unusual, "wrong_unit": self._send_wrong_unit,
        }  # fmt: skip
        if role in special and special[role](row, now):
            return
        self.deliver(self.report(row), "1", now)

    def deliver(self, report: Report, name: str, now: datetime) -> Receipt:
        """The report goes in through its unit's own door and is sent."""
        door = doors.door_for(report.row)
        receipt = self.receive(doors.envelope(self.core, report, door, name), report.row, now)
        if receipt.verdict != "accepted" or receipt.state != "submitted":
            codes = sorted({finding.code for finding in receipt.findings})
            self.record.surprises.append(f"{self.name} {report.row.unit_id} {door}: {receipt.verdict} {codes}")
        return receipt

    def receive(self, envelope: Envelope, row: FilingRow, now: datetime) -> Receipt:
        """Intake, as the unit's own account; systems that call the API come with a token."""
        machine = envelope.via == "api" and row.level == "ministry"
        actor = self.people.machine if machine else self.people.sender(self.core, row.unit_id)
        receipt = intake.receive(self.core, actor, envelope, now)
        if receipt.repeat_of is None and receipt.state == "submitted":
            self.record.sent[envelope.door] += 1
        return receipt

    # --- through the connectors

    def _send_by_connectors(self, rows: list[FilingRow], now: datetime) -> None:
        folder = [row for row in rows if _way(row) == "folder"]
        pulled = [self.report(row) for row in rows if _way(row) == "http"]
        for parent in sorted({_parent(row) for row in folder}):
            reports = [self.report(row) for row in folder if _parent(row) == parent]
            name = f"{self.campaign.edition.regime}_{self.campaign.period.code}_{parent}"
            doors.drop_files(self.core.config.inbox, name, reports, chance(name))
        if folder:
            self._note(collection.collect(self.core, FolderConnector(self.core.config.inbox, quiet=0.02), now))
        if pulled:
            with doors.served(pulled) as address:
                connector = HttpPullConnector(address, doors.TOKEN, name="http-demonstration")
                self._note(collection.collect(self.core, connector, now, force=True))

    def _note(self, collected: collection.Collected) -> None:
        self.record.sent[f"connector {collected.connector}"] += collected.accepted
        if collected.refused or collected.fault_en:
            self.record.surprises.append(f"{self.name} {collected.describe()}")

    # --- planted mistakes

    def _plant(self, rows: list[FilingRow], now: datetime) -> None:
        """One kind of mistake a unit. It is sent again right afterwards, with everybody's."""
        for row, make in zip(rows, planted.MAKERS, strict=False):
            mistake = make(self.core, self.report(row))
            if mistake is not None:
                self._expect(mistake, row, now - timedelta(hours=1))

    def _send_wrong_unit(self, row: FilingRow, now: datetime) -> bool:
        other = next(each for each in self.rows(now) if each.level == row.level and each.id != row.id)
        self._expect(planted.wrong_unit(self.core, self.report(row), self.report(other)), row, now)
        return False

    def _expect(self, mistake: Mistake, row: FilingRow, now: datetime) -> None:
        try:
            receipt = self.receive(mistake.envelope, row, now)
        except Conflict:  # made by another release of the demonstration under the same key: it was met then
            return
        found = any(finding.code == mistake.code for finding in receipt.findings)
        self.record.expected.append((mistake, found and (receipt.verdict == "refused") == mistake.refused))

    def _send_vietnamese(self, row: FilingRow, now: datetime) -> bool:
        """1.234,5 typed in the web form is read as one thousand two hundred and thirty-four and a half."""
        found = planted.vietnamese_number(self.report(row))
        if found is None:
            return False
        address, report = found
        envelope = doors.envelope(self.core, report, "form", "1")
        receipt = self.receive(replace(envelope, content=planted.grouped(envelope.content)), row, now)
        kept = filings.version_values(self.core, SYSTEM, row.id, receipt.version or 0, now).get(address)
        if kept != planted.VIETNAMESE_VALUE:
            self.record.surprises.append(f"{self.name} {row.unit_id}: {planted.VIETNAMESE} was read as {kept}")
        return True

    def _send_unusual(self, row: FilingRow, now: datetime) -> bool:
        """A warning keeps a report from being sent until it is explained."""
        found = planted.unusual(self.report(row))
        if found is None:
            return False
        key, report = found
        receipt = self.receive(doors.envelope(self.core, report, "form", "1"), row, now)
        envelope = doors.envelope(self.core, report, "form", "1")
        warned = any(finding.key == key for finding in receipt.findings) and receipt.state in {"draft", "submitted"}
        warning = Mistake(
            "warning", "Cảnh báo phải giải trình", "A warning to explain", envelope, key.partition("@")[0]
        )
        self.record.expected.append((warning, warned))
        present = self._present(row, now)
        if present.state == "draft":
            actor = self.people.sender(self.core, row.unit_id)
            filings.explain(self.core, actor, row.id, {key: REASONS["unusual"]}, now)
            present = self._present(row, now)
            present = filings.check(self.core, actor, row.id, revision=present.revision, now=now)
            filings.send(self.core, actor, row.id, revision=present.revision, now=now)
            self.record.sent["form"] += 1
        return True

    def _repeat(self, rows: list[FilingRow], roles: dict[str, str], now: datetime) -> None:
        """The same key twice, and the same file twice without a key: nothing is counted twice."""
        for row in rows:
            report = self.report(row)
            envelope = doors.envelope(self.core, report, doors.door_for(row), "1")
            again = envelope if roles[row.id] == "same_key" else replace(envelope, idempotency_key=None)
            receipt = self.receive(again, row, now + timedelta(minutes=30))
            if receipt.repeat_of is None:
                self.record.surprises.append(f"{self.name} {row.unit_id}: a repeat was taken as new")
            self.record.shown[roles[row.id]] += 1

    # --- the receivers

    def accept_communes(self, now: datetime) -> str:
        """Provinces accept what their communes sent; where they must sum it up, it is rolled up."""
        done = self._accept(now, {"commune"})
        if any(reporter.scope == "rollup" for reporter in self.campaign.edition.reporters):
            self.roll_up(now)
        return f"{done} accepted"

    def late(self, now: datetime) -> str:
        """What comes too late is taken and marked; some reports are sent back."""
        rows = self.rows(now)
        roles = self.roles(rows)
        for row in rows:
            if roles[row.id] == "late":
                self.record.shown["late"] += 1
                if is_unsent(row):
                    self.deliver(self.report(row), "1", now)
            elif roles[row.id] in {"returned", "returned_left", "returned_alone"}:
                self._send_back(row, now + timedelta(minutes=5))
        return f"{sum(role == 'late' for role in roles.values())} late"

    def _send_back(self, row: FilingRow, now: datetime) -> None:
        self.record.shown["returned"] += 1
        if row.state == "submitted" and row.attempt == 1:
            review.send_back(
                self.core, self._officer(row), row.id, revision=row.revision, reason=REASONS["returned"],
                resend_due=now + timedelta(days=5), now=now,
            )  # fmt: skip

    def review(self, now: datetime) -> str:
        """Returned reports come again, corrected, and all that waits is accepted."""
        rows = self.rows(now)
        roles = self.roles(rows)
        for row in rows:
            if row.state == "returned" and roles[row.id] in {"returned", "returned_alone"}:
                self.deliver(self.report(row, attempt=1), "2", now - timedelta(hours=6))
        return f"{self._accept(now, {'commune', 'province', 'ministry'})} accepted"

    def _accept(self, now: datetime, levels: set[str]) -> int:
        rows = self.rows(now)
        roles = self.roles(rows)
        left = {"waiting"} | ({"returned", "returned_left"} if levels == {"commune"} else set())
        waiting = [r for r in rows if r.level in levels and r.state == "submitted" and roles[r.id] not in left]
        for number, row in enumerate(waiting):
            at = now + timedelta(seconds=number)
            review.accept(self.core, self._officer(row), row.id, revision=row.revision, now=at)
        return len(waiting)

    def _officer(self, row: FilingRow) -> Actor:
        return self.people.receiver(self.core, row.receiver_id)

    def _exclude(self, rows: list[FilingRow], now: datetime) -> None:
        for row in rows:
            self.record.shown["excluded"] += 1
            if not row.excluded and is_unsent(row):
                officer = self._officer(row)
                reason = REASONS["excluded"]
                review.exclude(self.core, officer, row.id, revision=row.revision, reason=reason, now=now)

    def roll_up(self, now: datetime) -> str:
        run = aggregation.run(self.core, SYSTEM, self.campaign.edition.key, self.campaign.period.code, now)
        return f"{run.accepted} of {run.obliged} rolled up"

    # --- an amendment after all was final

    def amend(self, now: datetime) -> str:
        """The first province's final report is amended with a reason, sent again and accepted."""
        row = next((row for row in self.rows(now) if row.level == "province"), None)
        if row is None:
            return "nothing to amend"
        sender = self.people.sender(self.core, row.unit_id)
        before = filings.open_one(self.core, SYSTEM, row.id, now).decisions
        if any(decision.event == "amend" for decision in before):
            self.record.shown["amended"] += 1
        elif row.state in {"accepted", "aggregated"}:
            row = review.finalise(self.core, self._officer(row), row.id, revision=row.revision, now=now)
        if row.state == "finalized":
            at = now + timedelta(hours=1)
            filings.amend(self.core, sender, row.id, revision=row.revision, reason=REASONS["amended"], now=at)
            self.record.shown["amended"] += 1
        self._resend_amended(row, now + timedelta(hours=2))
        return "1 amended"

    def _resend_amended(self, row: FilingRow, now: datetime) -> None:
        row = self._present(row, now)
        if row.state == "draft":
            self.deliver(self.report(row, attempt=2), "3", now)
            row = self._present(row, now)
        if row.state == "submitted":
            at = now + timedelta(hours=1)
            review.accept(self.core, self._officer(row), row.id, revision=row.revision, now=at)

    def _present(self, row: FilingRow, now: datetime) -> FilingRow:
        return filings.open_one(self.core, SYSTEM, row.id, now).row


def is_unsent(row: FilingRow) -> bool:
    """Nothing of this filing was sent yet."""
    return row.state == "draft" and row.sent_version is None and not row.excluded


def _usual(row: FilingRow) -> str:
    return "waiting" if row.level == "commune" and chance("wait", row.id) % 29 == 0 else "plain"


def _dealt(rows: list[FilingRow], roles: tuple[str, ...]) -> dict[str, str]:
    return {row.id: role for row, role in zip(rows, roles, strict=False)}


def _parent(row: FilingRow) -> str:
    return row.unit_path.split("/")[1]


def _way(row: FilingRow) -> str:
    """How a commune's report reaches the hub: some provinces collect files, some offer them to be pulled."""
    if row.level != "commune":
        return "own"
    turn = chance(row.edition, row.period, _parent(row)) % 8
    return "folder" if turn == 0 else "http" if turn == 1 else "own"
