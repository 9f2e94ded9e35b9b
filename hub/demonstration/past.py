"""The time before the demonstration's own periods: what the provinces and ministries of the time sent, month by month.

So series reach back, also beyond the reform of the provinces and of the ministries. A platform of theirs sends all that
is on time in one file, and what is late in another; some reports are sent back first, some never come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from hub.demonstration.accounts import PLATFORM
from hub.demonstration.campaign import REASONS, Show, is_unsent
from hub.demonstration.doors import MEDIA
from hub.demonstration.plan import chance
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingRow
from hub.services import intake, opening, review
from hub.writers.json import write_json_many


@dataclass(frozen=True)
class Past:
    """One campaign of the past."""

    show: Show

    def open(self, now: datetime) -> str:
        """Every unit of the time owes its report, as in life."""
        opened = opening.open_campaign(self.show.core, self.show.campaign, now)
        self.show.record.opened += opened
        return f"{opened} filings opened"

    def send(self, now: datetime) -> str:
        """Who is on time sends."""
        return self._send(now, {"plain", "returned"})

    def late(self, now: datetime) -> str:
        """Who is late sends; some reports are sent back."""
        said = self._send(now, {"late"})
        rows = self._rows()
        for row in rows:
            self.show.record.shown["late"] += self._role(row) == "late"
            if self._role(row) == "returned":
                self.show.record.shown["returned"] += 1
                self._send_back(row, now)
        return said

    def review(self, now: datetime) -> str:
        """What was sent back comes again; all that waits is accepted and rolled up."""
        for row in self._rows():
            if row.state == "returned":
                self.show.deliver(self.show.report(row, attempt=1), "2", now - timedelta(hours=6))
        done = self.show.accept(self._rows(), now)
        return f"{done} accepted, {self.show.roll_up(now)}"

    def _send(self, now: datetime, roles: set[str]) -> str:
        mine = [row for row in self._rows() if self._role(row) in roles]
        self.show.record.already += sum(row.first_sent_at is not None for row in mine)
        unsent = [row for row in mine if is_unsent(row)]
        if unsent:
            self._send_file(unsent, now)
        return f"{len(unsent)} sent"

    def _send_file(self, rows: list[FilingRow], now: datetime) -> None:
        core, record = self.show.core, self.show.record
        first = rows[0]
        platform = self.show.people.actors[PLATFORM]
        envelope = Envelope(
            content=write_json_many([self.show.report(row).document for row in rows]), door="json",
            filename=f"{first.regime}_{first.period}.json", media_type=MEDIA["json"],
            idempotency_key=None, intent="send", via="api",
        )  # fmt: skip
        for row, receipt in zip(rows, intake.receive_many(core, platform, envelope, now), strict=True):
            if receipt.state == "draft" and self.show.explain_and_send(row, now):
                continue
            record.sent["json"] += 1
            if receipt.state != "submitted":
                codes = sorted({finding.code for finding in receipt.findings})
                record.surprises.append(f"{self.show.name} {row.unit_id} in the past: {receipt.verdict} {codes}")

    def _send_back(self, row: FilingRow, now: datetime) -> None:
        if row.state == "submitted" and row.attempt == 1:
            review.send_back(
                self.show.core, self.show.officer(row), row.id, revision=row.revision, reason=REASONS["returned"],
                resend_due=now + timedelta(days=5), now=now,
            )  # fmt: skip

    def _rows(self) -> list[FilingRow]:
        return self.show.rows_of(self._senders)

    def _role(self, row: FilingRow) -> str:
        """A few units are often late, and now and then send nothing."""
        dice, slow = chance("past", row.id) % 100, chance("slow", row.unit_id) % 8 == 0
        never, late, returned = (8, 40, 45) if slow else (1, 5, 8)
        return "never" if dice < never else "late" if dice < late else "returned" if dice < returned else "plain"

    @cached_property
    def _senders(self) -> frozenset[str]:
        """All provinces, and those of the ministries that took over from most."""
        plan = self.show.plan
        ministries = sorted(plan.ministries, key=lambda unit: (-len(plan.before.get(unit.id, ())), unit.code))
        of_communes = any(reporter.level == "commune" for reporter in self.show.campaign.edition.reporters)
        senders = (*plan.provinces, *ministries[: plan.past_ministries[0 if of_communes else 1]])
        return frozenset(each.id for unit in senders for each in (unit, *plan.before.get(unit.id, ())))
