"""Reviewing in one campaign: accepting, sending back, what comes too late, an amendment after all was final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.demonstration.campaign import REASONS, Show, is_unsent
from hub.demonstration.talking import answer_points, points_of
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingRow
from hub.services import filings, review


@dataclass(frozen=True)
class Reviewing:
    """The receivers' side of a campaign."""

    show: Show

    def accept_communes(self, now: datetime) -> str:
        """Provinces accept what their communes sent; where they must sum it up, it is rolled up."""
        done = self._accept(now, {"commune"})
        if any(reporter.scope == "rollup" for reporter in self.show.campaign.edition.reporters):
            self.show.roll_up(now)
        return f"{done} accepted"

    def late(self, now: datetime) -> str:
        """What comes too late is taken and marked; some reports are sent back."""
        rows = self.show.rows(now)
        roles = self.show.roles(rows)
        for row in rows:
            if roles[row.id] == "late":
                self.show.record.shown["late"] += 1
                if is_unsent(row):
                    self.show.deliver(self.show.report(row), "1", now)
            elif roles[row.id] in {"returned", "returned_left", "returned_alone"}:
                self._send_back(row, now + timedelta(minutes=5))
        return f"{sum(role == 'late' for role in roles.values())} late"

    def _send_back(self, row: FilingRow, now: datetime) -> None:
        self.show.record.shown["returned"] += 1
        if row.state == "submitted" and row.attempt == 1:
            review.send_back(
                self.show.core, self.show.officer(row), row.id, revision=row.revision, reason=REASONS["returned"],
                resend_due=now + timedelta(days=5), points=points_of(self.show.campaign.edition, row), now=now,
            )  # fmt: skip

    def review(self, now: datetime) -> str:
        """Returned reports come again, corrected, and all that waits is accepted."""
        rows = self.show.rows(now)
        roles = self.show.roles(rows)
        for row in rows:
            if row.state == "returned" and roles[row.id] in {"returned", "returned_alone"}:
                sender = self.show.people.sender(self.show.core, row.unit_id)
                answer_points(self.show.core, sender, row, now - timedelta(hours=7))
                self.show.deliver(self.show.report(row, attempt=1), "2", now - timedelta(hours=6))
        return f"{self._accept(now, {'commune', 'province', 'ministry'})} accepted"

    def _accept(self, now: datetime, levels: set[str]) -> int:
        rows = self.show.rows(now)
        roles = self.show.roles(rows)
        left = {"waiting"} | ({"returned", "returned_left"} if levels == {"commune"} else set())
        return self.show.accept([r for r in rows if r.level in levels and roles[r.id] not in left], now)

    def amend(self, now: datetime) -> str:
        """The first province's final report is amended with a reason, sent again and accepted."""
        row = next((row for row in self.show.rows(now) if row.level == "province"), None)
        if row is None:
            return "nothing to amend"
        sender = self.show.people.sender(self.show.core, row.unit_id)
        before = filings.open_one(self.show.core, SYSTEM, row.id, now).decisions
        if any(decision.event == "amend" for decision in before):
            self.show.record.shown["amended"] += 1
        elif row.state in {"accepted", "aggregated"}:
            row = review.finalise(self.show.core, self.show.officer(row), row.id, revision=row.revision, now=now)
        if row.state == "finalized":
            at = now + timedelta(hours=1)
            filings.amend(self.show.core, sender, row.id, revision=row.revision, reason=REASONS["amended"], now=at)
            self.show.record.shown["amended"] += 1
        self._resend_amended(row, now + timedelta(hours=2))
        return "1 amended"

    def _resend_amended(self, row: FilingRow, now: datetime) -> None:
        row = self.show.present(row, now)
        if row.state == "draft":
            self.show.deliver(self.show.report(row, attempt=2), "3", now)
            row = self.show.present(row, now)
        if row.state == "submitted":
            at = now + timedelta(hours=1)
            review.accept(self.show.core, self.show.officer(row), row.id, revision=row.revision, now=at)
