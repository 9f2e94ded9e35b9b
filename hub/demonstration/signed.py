"""One commune has its report checked and signed by different people, with certificates for show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.demonstration.accounts import CHECKER, SIGNER
from hub.demonstration.authority import sign_for_show
from hub.demonstration.campaign import REASONS, Show, is_unsent
from hub.demonstration.doors import envelope
from hub.domain.filing import FilingRow
from hub.domain.findings import needs_explanation
from hub.domain.signature import Kind
from hub.domain.workflow import SignOff
from hub.services import documents, filings, intake, signing, steps

FORM: Kind = "pdf"


@dataclass(frozen=True)
class Signed:
    """The communes of the first province have people who check and who sign; one of them uses both."""

    show: Show

    def send(self, now: datetime) -> str:
        """Entered, checked, signed and sent by three people. Repeating does nothing more."""
        row = self._chosen(now)
        if row is None:
            return "nothing left to sign"
        core, people = self.show.core, self.show.people
        author, checker, signer = people.sender(core, row.unit_id), people.actors[CHECKER], people.actors[SIGNER]
        asked = SignOff(("check", "sign"), separate=True)
        steps.choose(core, author, row.unit_id, row.regime, asked=asked, now=now)
        report = self.show.report(row)
        intake.receive(core, author, envelope(core, report, "form", "1", "draft"), now)
        left = needs_explanation(filings.open_one(core, author, row.id, now).findings)
        filings.explain(core, author, row.id, dict.fromkeys([each.key for each in left], REASONS["unusual"]), now)
        at = now + timedelta(minutes=5)
        filings.check(core, checker, row.id, revision=self.show.present(row, at).revision, now=at)
        at += timedelta(minutes=5)
        ours = documents.document(core, signer, row.id, FORM, at).content
        content = sign_for_show(core.config.var, FORM, ours, signer.name, core.orgs.get(row.unit_id).name.vi, at)
        revision = self.show.present(row, at).revision
        signing.sign(core, signer, row.id, revision=revision, content=content, now=at)
        at += timedelta(minutes=5)
        filings.send(core, signer, row.id, revision=self.show.present(row, at).revision, now=at)
        self.show.record.sent["form"] += 1
        return f"{row.unit_id} checked, signed and sent"

    def _chosen(self, now: datetime) -> FilingRow | None:
        """The first commune of the first province with nothing particular about its report."""
        home = {unit.id for unit in self.show.plan.communes[self.show.plan.provinces[0].id]}
        rows = self.show.rows(now)
        roles = self.show.roles(rows)
        plain = [row for row in rows if row.unit_id in home and roles[row.id] == "plain" and row.level == "commune"]
        return next((row for row in plain if is_unsent(row) and row.version is None), None)
