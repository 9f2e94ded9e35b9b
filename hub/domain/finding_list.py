"""The findings of one check: at most so many, each with its place and what was found, in the end put in order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hub.domain.envelope import Reading
from hub.domain.findings import NOWHERE, Finding, Severity, Stage
from hub.domain.form import ALL_RECORDS, Address, Form
from hub.domain.number_text import Problem
from hub.domain.regime import Edition
from hub.domain.rule_findings import rule_finding
from hub.domain.rules import Failure, Tainted

MAX_FINDINGS = 5000
"""More findings than this help nobody: the rest are counted in one closing finding."""
_SHOWN = 120

_STAGES: dict[str, int] = {"structure": 0, "value": 1, "presence": 2, "rule": 3}
_SEVERITIES: tuple[Severity, ...] = ("note", "warning", "error")


class FindingList:
    """Collects findings: places are asked for only here, and only for the findings that are kept."""

    def __init__(self, edition: Edition, reading: Reading) -> None:
        self.edition = edition
        self.place = reading.place
        self.kept: list[Finding] = []
        self.more = 0
        self.gravest: tuple[Severity, Stage] = ("note", "rule")
        self.tainted = Tainted()
        for problem in reading.problems:
            if problem.address is not None and problem.severity == "error":
                self.tainted.add(problem.address)
        for address in reading.doubted:
            self.tainted.add(address)

    def add(
        self,
        stage: Stage,
        problem: Problem,
        address: Address,
        *,
        found: Any = None,
        at: Address | None = None,
        nowhere: bool = False,
    ) -> None:
        """An error of this stage. ``at``: where the reader knows the address, if its record numbers differ."""
        self.tainted.add(address)
        if self._full("error", stage):
            return
        place = NOWHERE if nowhere else self.place(at or address)
        self.kept.append(
            Finding(
                problem.code, "error", stage, problem.vi, problem.en, address, place,
                found=_shown(found if problem.read is None else problem.read), expected=problem.allowed,
            )
        )  # fmt: skip

    def add_for_form(self, stage: Stage, problem: Problem, form: Form) -> None:
        """An error of the form as a whole, which stands in no one place."""
        self.add(stage, problem, Address(form.code, ALL_RECORDS, ALL_RECORDS), nowhere=True)

    def add_failure(self, failure: Failure, place_of: Address) -> None:
        """A rule that does not hold, with both sides' figures."""
        if not self._full(failure.rule.severity, "rule"):
            self.kept.append(rule_finding(self.edition, failure, self.place(place_of)))

    def add_swing(self, swing: Finding, place_of: Address | None) -> None:
        """A figure that moved far from last period's."""
        if not self._full(swing.severity, swing.stage):
            self.kept.append(swing if place_of is None else replace(swing, place=self.place(place_of)))

    def _full(self, severity: Severity, stage: Stage) -> bool:
        if len(self.kept) < MAX_FINDINGS:
            return False
        self.more += 1
        rank = (_SEVERITIES.index(severity), -_STAGES[stage])
        if rank > (_SEVERITIES.index(self.gravest[0]), -_STAGES[self.gravest[1]]):
            self.gravest = severity, stage
        return True

    def in_order(self) -> list[Finding]:
        """By form, row, column and stage; the closing finding last."""
        if len(self.kept) > 1:
            self.kept.sort(key=self._order())
        if self.more:
            severity, stage = self.gravest
            self.kept.append(
                Finding(
                    "more_findings", severity, stage,
                    f"Còn {self.more} lỗi nữa không liệt kê. Hãy sửa các lỗi trên rồi kiểm tra lại.",
                    f"{self.more} more findings are not listed. Correct those above and check again.",
                )
            )  # fmt: skip
        return self.kept

    def _order(self) -> Any:
        forms = {form.code: index for index, form in enumerate(self.edition.forms)}
        rows = {(form.code, row.code): index for form in self.edition.forms for index, row in enumerate(form.rows)}
        columns = {
            (form.code, column.code): index for form in self.edition.forms for index, column in enumerate(form.columns)
        }
        last = 1 << 40

        def order(finding: Finding) -> tuple[int, int, int, int, str]:
            form, row, column = finding.address or Address("", "", "")
            number = int(row) if row.isascii() and row.isdigit() else rows.get((form, row), -1)
            return (
                forms.get(form, last),
                number,
                columns.get((form, column), -1),
                _STAGES.get(finding.stage, 0),
                finding.key,
            )

        return order


def _shown(raw: Any) -> str | None:
    """What was found, short and printable."""
    if raw is None:
        return None
    text = format(raw, "f") if isinstance(raw, Decimal) and abs(raw.adjusted()) < 60 else str(raw)
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:_SHOWN])
    return text + "…" if len(str(raw)) > _SHOWN else text
