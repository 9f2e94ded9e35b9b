"""Sending in one campaign: through every door and both connectors, with mistakes that are found and corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.folder import FolderConnector
from connectors.http_pull import HttpPullConnector
from hub.demonstration import doors, planted
from hub.demonstration.campaign import REASONS, Show, is_unsent
from hub.demonstration.plan import CALL_REASON, chance
from hub.demonstration.planted import Mistake
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingRow
from hub.domain.findings import needs_explanation
from hub.domain.period import CALLED
from hub.errors import Conflict
from hub.services import collection, filings, opening, review


@dataclass(frozen=True)
class Sending:
    """The units' side of a campaign."""

    show: Show

    def open(self, now: datetime) -> str:
        """Filings for every obliged unit of the country, or for those that are called on."""
        campaign = self.show.campaign
        opened = (
            self._call(now)
            if campaign.period.frequency in CALLED
            else opening.open_campaign(self.show.core, campaign, now)
        )
        self.show.record.opened += opened
        return f"{opened} filings opened"

    def _call(self, now: datetime) -> int:
        campaign = self.show.campaign
        called = opening.call(
            self.show.core, SYSTEM, campaign.edition.key, key=f"demonstration:{campaign.edition.key}", now=now,
            window_start=campaign.window.start, window_end=campaign.window.end, reason=CALL_REASON,
            level_dues=campaign.dues, units=campaign.units, frequency=campaign.period.frequency,
        )  # fmt: skip
        if called.period != campaign.period:
            self.show.record.surprises.append(f"{self.show.name} was called as {called.period.code}")
        return 0 if called.repeated else called.filings

    def send_communes(self, now: datetime) -> str:
        """The communes send, and those that need not are excluded."""
        return self._send_level(now, {"commune"})

    def send_others(self, now: datetime) -> str:
        """Provinces and ministries send; mistakes come first and are corrected."""
        return self._send_level(now, {"province", "ministry"})

    def _send_level(self, now: datetime, levels: set[str]) -> str:
        rows = self.show.rows(now)
        roles = self.show.roles(rows)
        mine = [row for row in rows if row.level in levels]
        self._exclude([row for row in mine if roles[row.id] == "excluded"], now)
        self._plant([row for row in mine if roles[row.id] == "mistake"], now)
        unsent = [row for row in mine if is_unsent(row) and roles[row.id] not in {"excluded", "late", "never"}]
        before = sum(self.show.record.sent.values())
        self.show.record.already += sum(row.first_sent_at is not None for row in mine)
        self._send_by_connectors([row for row in unsent if _way(row) in {"folder", "http"}], now)
        for number, row in enumerate(row for row in unsent if _way(row) == "own"):
            if not self._send_special(row, roles[row.id], now + timedelta(seconds=number)):
                self.show.deliver(self.show.report(row), "1", now + timedelta(seconds=number))
        self._explain_what_files_could_not(unsent, now)
        for row in mine:
            if row.first_sent_at is not None:
                self._send_special(row, roles[row.id], now)
        self._repeat([row for row in mine if roles[row.id] in {"same_key", "same_file"}], roles, now)
        return f"{sum(self.show.record.sent.values()) - before} sent, {len(mine) - len(unsent)} others"

    def _explain_what_files_could_not(self, rows: list[FilingRow], now: datetime) -> None:
        """Files of many units in the folder may be CSV, which has no place for explanations."""
        for row in rows:
            present = self.show.present(row, now) if _way(row) in {"folder", "http"} else row
            if present.state == "draft" and present.version is not None:
                self.show.explain_and_send(present, now)

    def _send_special(self, row: FilingRow, role: str, now: datetime) -> bool:
        """What is particular about this unit's sending; True if it is sent with that. A repeat is answered alike."""
        special: dict[str, Callable[[FilingRow, datetime], bool]] = {
            "vietnamese": self._send_vietnamese, "unusual": self._send_unusual, "wrong_unit": self._send_wrong_unit,
        }  # fmt: skip
        try:
            return role in special and special[role](row, now)
        except Conflict:  # another release of the demonstration sent other bytes under the same key
            return True

    def _send_by_connectors(self, rows: list[FilingRow], now: datetime) -> None:
        folder = [row for row in rows if _way(row) == "folder"]
        pulled = [self.show.report(row) for row in rows if _way(row) == "http"]
        for parent in sorted({_parent(row) for row in folder}):
            reports = [self.show.report(row) for row in folder if _parent(row) == parent]
            name = f"{self.show.campaign.edition.regime}_{self.show.campaign.period.code}_{parent}"
            doors.drop_files(self.show.core.config.inbox, name, reports, chance(name))
        if folder:
            self._note(
                collection.collect(self.show.core, FolderConnector(self.show.core.config.inbox, quiet=0.02), now)
            )
        if pulled:
            with doors.served(pulled) as address:
                source = HttpPullConnector(address, doors.TOKEN, name="http-demonstration")
                self._note(collection.collect(self.show.core, source, now, force=True))

    def _note(self, collected: collection.Collected) -> None:
        self.show.record.sent[f"connector {collected.connector}"] += collected.accepted
        if collected.refused or collected.fault_en:
            self.show.record.surprises.append(f"{self.show.name} {collected.describe()}")

    def _plant(self, rows: list[FilingRow], now: datetime) -> None:
        """One kind of mistake a unit. It is sent again right afterwards, with everybody's."""
        for row, make in zip(rows, planted.MAKERS, strict=False):
            mistake = make(self.show.core, self.show.report(row))
            if mistake is not None:
                self._expect(mistake, row, now - timedelta(hours=1))

    def _send_wrong_unit(self, row: FilingRow, now: datetime) -> bool:
        peers = [each for each in self.show.rows(now) if each.level == row.level]
        other = peers[[each.id for each in peers].index(row.id) - 1]
        self._expect(planted.wrong_unit(self.show.core, self.show.report(row), self.show.report(other)), row, now)
        return False

    def _expect(self, mistake: Mistake, row: FilingRow, now: datetime) -> None:
        try:
            receipt = self.show.receive(mistake.envelope, row, now)
        except Conflict:  # made by another release of the demonstration under the same key: it was met then
            return
        found = any(finding.code == mistake.code for finding in receipt.findings)
        self.show.record.expected.append((mistake, found and (receipt.verdict == "refused") == mistake.refused))

    def _send_vietnamese(self, row: FilingRow, now: datetime) -> bool:
        """1.234,5 typed in the web form is read as one thousand two hundred and thirty-four and a half."""
        found = planted.vietnamese_number(self.show.report(row))
        if found is None:
            return False
        address, report = found
        envelope = doors.envelope(self.show.core, report, "form", "1")
        receipt = self.show.receive(replace(envelope, content=planted.grouped(envelope.content)), row, now)
        if receipt.state == "draft":  # far from last period's figure
            self.show.explain_and_send(row, now)
        kept = filings.version_values(self.show.core, SYSTEM, row.id, receipt.version or 0, now).get(address)
        self.show.record.shown["vietnamese"] += 1
        if kept != planted.VIETNAMESE_VALUE:
            self.show.record.surprises.append(
                f"{self.show.name} {row.unit_id}: {planted.VIETNAMESE} was read as {kept}"
            )
        return True

    def _send_unusual(self, row: FilingRow, now: datetime) -> bool:
        """A warning keeps a report from being sent until it is explained."""
        found = planted.unusual(self.show.report(row))
        if found is None:
            return False
        key, report = found
        receipt = self.show.receive(doors.envelope(self.show.core, report, "form", "1"), row, now)
        envelope = doors.envelope(self.show.core, report, "form", "1")
        warned = any(finding.key == key for finding in receipt.findings) and receipt.state in {"draft", "submitted"}
        warning = Mistake(
            "warning", "Cảnh báo phải giải trình", "A warning to explain", envelope, key.partition("@")[0]
        )
        self.show.record.expected.append((warning, warned))
        present = self.show.present(row, now)
        if present.state == "draft":
            actor = self.show.people.sender(self.show.core, row.unit_id)
            warnings = [each.key for each in needs_explanation(list(receipt.findings))]
            filings.explain(self.show.core, actor, row.id, dict.fromkeys([key, *warnings], REASONS["unusual"]), now)
            present = self.show.present(row, now)
            present = filings.check(self.show.core, actor, row.id, revision=present.revision, now=now)
            filings.send(self.show.core, actor, row.id, revision=present.revision, now=now)
            self.show.record.sent["form"] += 1
        return True

    def _repeat(self, rows: list[FilingRow], roles: dict[str, str], now: datetime) -> None:
        """The same key twice, and the same file twice without a key: nothing is counted twice."""
        for row in rows:
            report = self.show.report(row)
            envelope = doors.envelope(self.show.core, report, doors.door_for(row), "1")
            again = envelope if roles[row.id] == "same_key" else replace(envelope, idempotency_key=None)
            try:
                receipt = self.show.receive(again, row, now + timedelta(minutes=30))
            except Conflict:  # another release of the demonstration sent other bytes under the same key
                continue
            if receipt.repeat_of is None:
                self.show.record.surprises.append(f"{self.show.name} {row.unit_id}: a repeat was taken as new")
            self.show.record.shown[roles[row.id]] += 1

    def _exclude(self, rows: list[FilingRow], now: datetime) -> None:
        for row in rows:
            self.show.record.shown["excluded"] += 1
            if not row.excluded and is_unsent(row):
                officer = self.show.officer(row)
                reason = REASONS["excluded"]
                review.exclude(self.show.core, officer, row.id, revision=row.revision, reason=reason, now=now)


def _parent(row: FilingRow) -> str:
    return row.unit_path.split("/")[1]


def _way(row: FilingRow) -> str:
    """How a commune's report reaches the hub: some provinces collect files, some offer them to be pulled."""
    if row.level != "commune":
        return "own"
    turn = chance(row.edition, row.period, _parent(row)) % 8
    return "folder" if turn == 0 else "http" if turn == 1 else "own"
