"""Rules that nobody wrote, over reports that nobody sent: server, page and workbook still say the same."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hub.domain.checks import Checked, check
from hub.domain.envelope import RawForm, Reading
from hub.domain.form import Address
from hub.domain.regime import Edition
from hub.domain.rule_browser import program
from hub.domain.rule_excel_checks import FAILS
from hub.domain.rule_kinds import THIS
from hub.domain.sheet_layout import CHECK_SHEET, CheckLayout
from hub.domain.totals import totals_by_rules
from hub.writers import workbook_plan
from hub.writers.workbook import write_workbook
from hub.writers.workbook_plan import plan_of


def _beside(name: str) -> ModuleType:
    """A module of this folder; test folders are no packages."""
    spec = importlib.util.spec_from_file_location(f"readers4_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


made, planted, libreoffice = _beside("random_rules"), _beside("planted_cases"), _beside("office")

EDITIONS, RULES, REPORTS = 6, 40, 25


def _reading(typed: dict[str, Any]) -> Reading:
    """As the door of the web form reads it: blank fields are nothing."""
    forms = {}
    for code, said in typed.items():
        cells = {tuple(key.split(".")): text for key, text in said["cells"].items() if text}
        records = [{key: text for key, text in record.items() if text} for _, record in said["records"]]
        forms[code] = RawForm(cells=cells, records=records, nil=said["nil"])
    return Reading("form", "vi", forms=forms)


@pytest.fixture
def judged(make_small_edition) -> list[tuple[Edition, Any, Checked]]:
    """(edition, report, what the server finds) of every random report."""
    found = []
    for seed in range(EDITIONS):
        maker = made.Maker(make_small_edition(swing=None), seed)
        edition = maker.edition(RULES)
        for _ in range(REPORTS):
            report = maker.report()
            found.append((edition, report, check(edition, _reading(report.typed), report.context)))
    return found


def _failing(checked: Checked) -> set[tuple[str, str]]:
    return {(one.code, str(one.address)) for one in checked.findings if one.stage == "rule"}


def test_random_rules_are_both_kept_and_broken(judged) -> None:
    failing = [code for _, _, checked in judged for code, _ in _failing(checked)]
    assert len(failing) > 1000
    assert (
        len({(edition.sha256, code) for (edition, _, checked) in judged for code, _ in _failing(checked)}) > RULES // 2
    )


@pytest.mark.browser
def test_the_page_judges_random_rules_as_the_server_does(judged, in_page) -> None:
    cases = [
        {"program": program(edition, "monthly", report.context), "typed": report.typed} for edition, report, _ in judged
    ]
    said = in_page("cases => cases.map(({program, typed}) => HubRules.judge(program, typed).findings)", cases)
    differences = []
    for (edition, _, checked), findings in zip(judged, said, strict=True):
        wanted = {
            (one.code, str(one.address), one.message_vi if one.stage == "rule" else "")
            for one in checked.findings if one.stage in ("rule", "value") or one.code == "cell_missing"
        }  # fmt: skip
        found = {
            (one["code"], str(Address(one["form"], one["row"], one["column"])),
             one["message"] if one["stage"] == "rule" else "")
            for one in findings
        }  # fmt: skip
        if found != wanted:
            rules = {rule.id: rule for rule in edition.rules}
            differences.append([(*one, rules.get(one[0])) for one in sorted(found ^ wanted)])
    assert differences == []


def test_the_workbook_judges_random_rules_as_the_server_does(judged, tmp_path, monkeypatch) -> None:
    office = libreoffice.office()
    if office is None:
        pytest.skip("WORKBOOKS NOT RECALCULATED: soffice (LibreOffice) is not installed")
    monkeypatch.setattr(workbook_plan, "BLANK_RECORDS", 10)
    asked = judged[::3]
    cases = [_Case(edition, report, checked) for edition, report, checked in asked]
    sheets = libreoffice.recalculated(office, (case.workbook() for case in cases), tmp_path, CHECK_SHEET)
    differences = []
    for case, rows in zip(cases, sheets, strict=True):
        found, wanted = case.said(rows), case.wanted()
        if found != wanted:
            rules = {rule.id: rule for rule in case.edition.rules}
            differences.append([(*one, one in found, rules[one[0]]) for one in sorted(found ^ wanted)])
    assert differences == []


class _Case(planted.Case):  # type: ignore[misc, name-defined]
    """A random report put into a workbook."""

    def __init__(self, edition: Edition, report: Any, checked: Checked) -> None:
        super().__init__(edition, "random", {"period": "2027-M03"})
        self.report = report
        self.__dict__.update(reading=_reading(report.typed), checked=checked)

    @property
    def context(self) -> Any:
        return self.report.context

    def workbook(self) -> bytes:
        content = write_workbook(
            self.edition, "H26", "Tỉnh Thử", "2027-M03", "own", frequency="monthly", values=self.given,
            context=self.context,
        )  # fmt: skip
        return self.typed_over(content)

    def said(self, rows: list[list[str]]) -> set[tuple[str, str, str]]:
        by_rules = totals_by_rules(self.edition, self.given)
        plan = plan_of(self.edition, self.edition.forms, self.given, by_rules, {}, self.context)
        first = CheckLayout(self.edition.forms).first_line_row
        found: set[tuple[str, str, str]] = set()
        for line, row in zip(plan.lines, rows[first:], strict=False):
            form, at, column = line.cell.parts
            if row[CheckLayout.STATE] == FAILS and line.row == THIS:
                found.add((line.rule.id, f"{form}.{column}", f"{row[CheckLayout.COUNT]} {row[CheckLayout.FIRST]}"))
            elif row[CheckLayout.STATE] == FAILS:
                found.add((line.rule.id, str(Address(form, at, column)), "1"))
        return found

    def wanted(self) -> set[tuple[str, str, str]]:
        places: dict[tuple[str, str], list[int]] = {}
        wanted: set[tuple[str, str, str]] = set()
        for one in self.rule_findings():
            form, row, column = one.address
            if row.isdigit():
                places.setdefault((one.code, f"{form}.{column}"), []).append(int(row))
            else:
                wanted.add((one.code, str(one.address), "1"))
        return wanted | {(code, at, f"{len(rows)} {min(rows)}") for (code, at), rows in places.items()}
