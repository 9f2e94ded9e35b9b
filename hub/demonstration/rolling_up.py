"""Provinces that roll up what their communes sent: built from the accepted reports, explained, checked and sent on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hub.domain.access import SYSTEM, Actor
from hub.domain.filing import FilingRow
from hub.domain.findings import needs_explanation
from hub.services import filings, rollup_filing, rollup_view
from hub.services.campaigns import Campaign
from hub.services.rollup_parts import ROLLUP

if TYPE_CHECKING:
    from hub.demonstration.campaign import Show

ROLE = "rolled_up"
MOST = 2
"""So many provinces of a campaign; the others send a summary of their own making."""
REASON = "Một số xã chưa gửi kịp; tỉnh sẽ bổ sung khi sửa đổi (minh họa)."


def chosen(campaign: Campaign, rows: Iterable[FilingRow]) -> list[FilingRow]:
    """The last few roll-ups among a campaign's rows with several communes below them.

    None where the forms ask a province for more than sums: then somebody has to write.
    """
    if not _sums_are_all(campaign):
        return []
    rows = list(rows)
    below = Counter(row.receiver_id for row in rows if row.level == "commune")
    return [row for row in rows if row.scope == ROLLUP and below[row.unit_id] > 1][-MOST:]


def _sums_are_all(campaign: Campaign) -> bool:
    """True if nothing that the campaign's forms require is left to the province to write."""
    forms = campaign.edition.forms_for(campaign.period.frequency)
    asked = [column for form in forms if form.kind == "grid" for column in form.columns if column.required]
    written = [column for column in asked if not column.numeric or column.rollup.kind == "none"]
    return not written and not any(section.required for section in campaign.edition.outline)


@dataclass(frozen=True)
class RollingUp:
    """The provinces' side of a campaign in which they sum up their communes."""

    show: Show

    def roll_up(self, now: datetime) -> str:
        """A few provinces build their roll-up from what they accepted, and send it."""
        mine = chosen(self.show.campaign, self.show.rows(now))
        waiting = [row for row in mine if row.sent_version is None and self._has_parts(row, now)]
        for number, row in enumerate(waiting):
            self._send(row, now + timedelta(seconds=number))
        if mine:
            self.show.record.shown[ROLE] += len(mine)
        return f"{len(waiting)} rolled up and sent, {len(mine) - len(waiting)} others"

    def _has_parts(self, row: FilingRow, now: datetime) -> bool:
        seen = rollup_view.overview(self.show.core, SYSTEM, row.id, now)
        return seen is not None and bool(seen.included)

    def _send(self, row: FilingRow, now: datetime) -> None:
        core, actor = self.show.core, self.show.people.sender(self.show.core, row.unit_id)
        built = rollup_filing.build(core, actor, row.id, revision=row.revision, now=now)
        self._explain(actor, built, now)
        checked = filings.check(core, actor, row.id, revision=built.revision, now=now)
        filings.send(core, actor, row.id, revision=checked.revision, now=now)
        self.show.record.sent["roll-up"] += 1

    def _explain(self, actor: Actor, row: FilingRow, now: datetime) -> None:
        findings = filings.open_one(self.show.core, actor, row.id, now).findings
        if warnings := {each.key: REASON for each in needs_explanation(findings)}:
            filings.explain(self.show.core, actor, row.id, warnings, now)
