"""From accepted reports to the nation: roll-ups, a derived quarter, publications, their files, one traced figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.demonstration.accounts import CENTRAL, People
from hub.demonstration.plan import Plan
from hub.domain.access import SYSTEM
from hub.domain.tables import Document
from hub.services import aggregation, publication, tracing
from hub.services.core import Core
from hub.services.tracing import Trace
from hub.store.publications import PublicationRow

AGAIN = "Bổ sung báo cáo đến sau và báo cáo sửa đổi."
"""Why an edition of the demonstration is issued again."""


@dataclass
class Nation:
    """What central staff do in the demonstration, and what they have issued so far."""

    core: Core
    plan: Plan
    people: People
    issued: dict[tuple[str, str], PublicationRow]

    def publish(self, regime: str, period: str, now: datetime) -> str:
        """The regime's national reports of a period stand; from unchanged figures nothing new is issued."""
        reports = [report.code for report in self.core.catalog.reports.values() if report.regime == regime]
        return "; ".join(self._issue(report, period, now) for report in reports)

    def derive(self, now: datetime) -> str:
        """The quarter of each regime that reports by the month, brought together from its months, and published."""
        lines = []
        for edition, period in self.plan.derived:
            run = aggregation.run(self.core, SYSTEM, edition.key, period.code, now)
            lines.append(f"{edition.regime} {period.code} from months: {run.accepted} reports")
            lines.append(self.publish(edition.regime, period.code, now))
        return "; ".join(lines)

    def publish_overview(self, now: datetime) -> str:
        """The national overview of the demonstration's quarter."""
        return "; ".join(self._issue(report, self.plan.quarter.code, now) for report in self._overviews())

    def _overviews(self) -> list[str]:
        return [report.code for report in self.core.catalog.reports.values() if report.kind == "overview"]

    def _issue(self, report: str, period: str, now: datetime) -> str:
        central = self.people.actors[CENTRAL]
        stands = any(row.period == period for row in publication.listing(self.core, central, now, report))
        row = publication.issue(self.core, central, report, period, now, AGAIN if stands else None)
        self.issued[report, period] = row
        return f"{report} {period}, edition {row.number}"

    @property
    def overview(self) -> PublicationRow:
        """The newest edition of the national overview."""
        return self.issued[self._overviews()[0], self.plan.quarter.code]

    def write_files(self) -> Path:
        """The workbook of every edition of the demonstration's reports in ``<var>/national``; the overview's path."""
        central = self.people.actors[CENTRAL]
        folder = self.core.config.var / "national"
        folder.mkdir(parents=True, exist_ok=True)
        for report, period in self.issued:
            for row in publication.listing(self.core, central, self.overview.issued_at, report):
                if row.period == period:
                    name = workbook_name(row)
                    (folder / name).write_bytes(publication.file(self.core, central, row.id, name, row.issued_at)[1])
        return folder / workbook_name(self.overview)

    def document(self) -> Document:
        """The overview as published."""
        return publication.view(
            self.core, self.people.actors[CENTRAL], self.overview.id, self.overview.issued_at
        ).document

    def trace(self, now: datetime) -> Trace | None:
        """One figure of the overview followed down; of those it shows, the one with the fewest reports below."""
        central = self.people.actors[CENTRAL]
        view = publication.view(self.core, central, self.overview.id, self.overview.issued_at)
        counts = {code: len(source["inputs"]) for code, source in view.manifest["regimes"].items()}
        cells = [cell for table in view.document.tables for row in table.rows for cell in row.cells]
        found = [cell.ref for cell in cells if cell.ref is not None and cell.value]
        if not found:
            return None
        ref = min(found, key=lambda each: counts.get(each.partition("@")[0], 0))
        return tracing.trace(self.core, central, self.overview.id, ref, now)


def workbook_name(row: PublicationRow) -> str:
    return f"{row.report}_{row.period}_{row.number}.xlsx"
