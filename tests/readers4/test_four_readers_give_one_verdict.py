"""One rule, four readers: server, batch, workbook and page say the same of every sample of every edition in force."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hub.domain.form import Address
from hub.domain.rule_batch import backtest
from hub.domain.rule_browser import program
from hub.domain.rule_excel_checks import FAILS
from hub.domain.rule_kinds import THIS
from hub.domain.rules import compile_rules
from hub.domain.totals import totals_by_rules
from hub.writers import workbook, workbook_plan
from hub.writers.workbook_plan import WorkbookPlan


def _beside(name: str) -> ModuleType:
    """A module of this folder; test folders are no packages."""
    spec = importlib.util.spec_from_file_location(f"readers4_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


planted, libreoffice, packing = _beside("planted_cases"), _beside("office"), _beside("packing")


@pytest.fixture(scope="module")
def cases() -> list[Any]:
    return [case for case in planted.every_case() if case.structure_is_right]


def test_samples_break_most_rules_of_every_edition(cases) -> None:
    broken: dict[str, set[str]] = {}
    for case in cases:
        broken.setdefault(case.edition.key, set()).update(code for code, _ in case.failing())
    unbroken = dict.fromkeys(broken, 0)
    for case in cases:
        unbroken[case.edition.key] = len({rule.id for rule in case.edition.rules} - broken[case.edition.key])
    rules = sum(len(case.edition.rules) for case in {case.edition.key: case for case in cases}.values())
    assert len(broken) >= 12
    assert sum(unbroken.values()) <= rules // 10, unbroken


def test_a_history_is_judged_as_each_report_was(cases) -> None:
    differences = []
    for case in cases:
        if case.makes_a_version:
            moment = case.context.moment(case.edition, case.checked.values)
            rules = compile_rules(case.edition)
            batch = {(failure.rule.id, str(failure.address)) for _, failure in backtest(rules, [(0, moment)])}
            if batch != case.failing():
                differences.append((case.title, batch ^ case.failing()))
    assert differences == []


# --- the page --------------------------------------------------------------------------------------------------------

JUDGE = """({programs, cases}) => cases.map(({program, typed}) => {
  const {findings, totals} = HubRules.judge(programs[program], typed);
  return {findings: findings.map(({stage, code, form, row, column, message, severity, beta}) =>
    [stage, code, form, row, column, message, severity, beta || false]), totals};
})"""


def _address(form: str, row: str, column: str) -> str:
    return str(Address(form, row, column))


@pytest.mark.browser
def test_the_page_says_what_the_server_will_say(cases, in_page) -> None:
    programs: dict[str, Any] = {}
    asked = []
    for number, case in enumerate(cases):
        key = f"{case.edition.key} {case.period.frequency}" + (f" {number}" if case.before is not None else "")
        if key not in programs:
            programs[key] = program(case.edition, case.period.frequency, case.context)
        asked.append({"program": key, "typed": case.typed()})
    said = in_page(JUDGE, {"programs": programs, "cases": asked})
    differences = []
    for case, page in zip(cases, said, strict=True):
        wanted = {
            ("presence" if one.code == "cell_missing" else one.stage, one.code, str(one.address),
             one.message_vi if one.stage != "presence" else "Chưa điền", one.severity, one.beta)
            for one in case.checked.findings if one.code not in ("form_missing", "section_missing")
            and not (one.address and one.address.form == "outline")
        }  # fmt: skip
        found = {
            (s, code, _address(f, r, c), text, severity, beta)
            for s, code, f, r, c, text, severity, beta in page["findings"]
        }
        if found != wanted:
            differences.append((case.title, sorted(wanted - found), sorted(found - wanted)))
    assert differences == []


@pytest.mark.browser
def test_the_page_fills_the_totals_that_the_server_fills(cases, in_page) -> None:
    asked = [case for case in cases if case.makes_a_version]
    programs = {case.edition.key: program(case.edition, case.period.frequency, case.context) for case in asked}
    bodies = []
    for case in asked:
        made = program(case.edition, case.period.frequency, case.context)
        bodies.append({"program": made, "typed": _without_totals(case)})
    said = in_page("cases => cases.map(({program, typed}) => HubRules.judge(program, typed).totals)", bodies[:200])
    assert programs
    for case, totals in zip(asked, said, strict=False):
        filled = totals_by_rules(case.edition, case.checked.values)
        for one in totals:
            value = filled.get(Address(one["form"], one["row"], one["column"]))
            shown = one["text"].replace(".", "").replace(",", ".")
            assert shown == ("" if value is None else str(value)), (case.title, one)


def _without_totals(case) -> dict[str, Any]:
    typed = case.typed()
    for cell in compile_rules(case.edition).totals:
        form, row, column = cell.target
        if form in typed:
            typed[form]["cells"].pop(f"{row}.{column}", None)
            for _, record in typed[form]["records"] if row == THIS else ():
                record.pop(column, None)
    return typed


# --- the workbook ----------------------------------------------------------------------------------------------------


def test_the_workbook_says_what_the_server_will_say(cases, tmp_path, monkeypatch) -> None:
    office = libreoffice.office()
    if office is None:
        pytest.skip("WORKBOOKS NOT RECALCULATED: soffice (LibreOffice) is not installed")
    monkeypatch.setattr(workbook_plan, "BLANK_RECORDS", 30)  # shorter lists are computed sooner
    plans: list[WorkbookPlan] = []
    monkeypatch.setattr(workbook, "plan_of", lambda *said: plans.append(workbook_plan.plan_of(*said)) or plans[-1])
    computed = libreoffice.recalculated(office, _in_packs(cases, plans), tmp_path)
    rows = iter([row for pack in computed for row in pack])
    differences = []
    for case, plan in zip(cases, plans, strict=True):
        found, wanted = _said(plan, list(islice(rows, len(plan.lines)))), _wanted(case)
        if found != wanted:
            differences.append((case.title, sorted(wanted - found), sorted(found - wanted)))
    assert differences == []
    assert next(rows, None) is None


def _in_packs(cases: list[Any], plans: list[WorkbookPlan]) -> Iterator[bytes]:
    """The cases' workbooks, ten in one: a file takes as long to open as ten take to compute."""
    for start in range(0, len(cases), 10):
        workbooks = [_workbook(case) for case in cases[start : start + 10]]
        made = plans[start:]
        lines = [len(plan.lines) for plan in made]
        yield packing.packed(list(zip(workbooks, lines, strict=True)), [p.sheets.checks.first_line_row for p in made])


def _workbook(case) -> bytes:
    content = workbook.write_workbook(
        case.edition, "H26", "Tỉnh Thử", case.period.code, "own",
        frequency=case.period.frequency, values=case.given, context=case.context,
    )  # fmt: skip
    return case.typed_over(content)


def _said(plan: WorkbookPlan, rows: list[list[str]]) -> set[tuple[str, str, str]]:
    """(rule, cell, 1) for a place; (rule, column, (how many, the first)) for the records of a list."""
    found: set[tuple[str, str, str]] = set()
    for line, (state, count, first) in zip(plan.lines, rows, strict=True):
        assert line.state is not None or line.count is not None, f"{line.rule.id} is too long for Excel"
        form, at, column = line.cell.parts
        if state == FAILS and line.row == THIS:
            found.add((line.rule.id, f"{form}.{column}", f"{count} {first}"))
        elif state == FAILS:
            found.add((line.rule.id, _address(form, at, column), "1"))
    return found


def _wanted(case) -> set[tuple[str, str, str]]:
    wanted: set[tuple[str, str, str]] = set()
    records: dict[tuple[str, str], list[int]] = {}
    for one in case.rule_findings():
        form, row, column = one.address
        if row.isdigit():
            records.setdefault((one.code, f"{form}.{column}"), []).append(int(row))
        else:
            wanted.add((one.code, str(one.address), "1"))
    return wanted | {(code, at, f"{len(numbers)} {min(numbers)}") for (code, at), numbers in records.items()}
