"""Breakdowns, row indicators, continued series, other regimes: what does not exist or agree is told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog
from hub.domain.form import breakdown_of, indicator_of

KEY = "THU-01/2025-07-01"
TODAY = date(2026, 3, 1)
R = f"regimes/{KEY}/regime.yaml"
F1 = f"regimes/{KEY}/forms/F1.yaml"
RULES = f"regimes/{KEY}/rules.yaml"
SEX = """\
breakdowns:
- code: sex
  vi: Giới tính
  en: Sex
  items: [{code: female, vi: Nữ, en: Women}, {code: male, vi: Nam, en: Men}]
"""
WITH_SEX = ("breakdowns.yaml", "", SEX)
MEN = ("F1", "en: Men,", "en: Men, breakdown: {sex: male},")

CASES = {
    "a breakdown that is not there": (
        [MEN],
        [f"{F1}:6 rows.1: r02: the breakdown 'sex' is not in breakdowns.yaml"],
    ),
    "an item that the breakdown has not": (
        [WITH_SEX, ("F1", "en: Men,", "en: Men, breakdown: {sex: none},")],
        [f"{F1}:6 rows.1: r02: the breakdown 'sex' has no item 'none'"],
    ),
    "a cell that is two parts at once": (
        [WITH_SEX, MEN, ("F1", "en: New,", "en: New, breakdown: {sex: female},")],
        [f"{F1}:6 rows.1.breakdown: r02.c02 would be both 'male' and 'female' of 'sex'"],
    ),
    "a row bound to an indicator that is not there": (
        [("F1", "en: Men,", "en: Men, indicator: cows,")],
        [f"{F1}:6 rows.1: r02: the indicator 'cows' is not in indicators.yaml"],
    ),
    "a row whose figures are not those of its indicator": (
        [("F1", "vi: Tổng số, en: Total", "vi: Tổng số, en: Total, indicator: people")],
        [
            f"{F1}:5 rows.0: r01: c03: the unit None is not that of its indicator ('người')",
            f"{F1}:5 rows.0: r01: c03: its roll-up is not that of its indicator",
        ],
    ),
    "a breakdown twice": (
        [WITH_SEX, ("breakdowns.yaml", "- code: sex", "- {code: sex, vi: A, en: A, items: []}\n- code: sex")],
        ["breakdowns.yaml:2 breakdowns.0.items: Shorter than minimum length 1."],
    ),
    "an item twice": (
        [WITH_SEX, ("breakdowns.yaml", "code: male", "code: female")],
        ["breakdowns.yaml:2 breakdowns.0: the item 'female' stands twice"],
    ),
    "a unit that says what it measures but not how much": (
        [("units.yaml", "en: persons", "en: persons, quantity: persons")],
        ["units.yaml:2 units.0: quantity and factor are given together."],
    ),
    "a unit of nothing": (
        [("units.yaml", "en: persons", "en: persons, quantity: persons, factor: 0")],
        ["units.yaml:2 units.0.factor: must be greater than 0."],
    ),
    "series that continue where nothing was before": (
        [("regime", "forms: [F1, F2]", "continues: {F1.c02: F1.c01}\nforms: [F1, F2]")],
        [f"{R}:21 continues.F1.c02: there is no edition before this one"],
    ),
    "an owner that is no body of its time": (
        [("regime", "owner: G12", "owner: G04")],
        [f"{R}:6 owner: the register has no body 'G04' on 2025-07-01"],
    ),
    "a unit that reports and is not there": (
        [("regime", "{level: province, scope: rollup}", "{level: province, units: [P01-20080801, G12]}")],
        [f"{R}:15 reporters.1.units: the register has no province 'G12'"],
    ),
    "a rule that looks into a regime that is not there": (
        [("rules", "expr: F1.r01.c01 >= sum(F2.c03)", "expr: \"F1.r01.c01 = other('KHAC-01', F1.r01.c01)\"")],
        [f"{RULES}:4 rules.2: THU-01-R03: there is no regime KHAC-01"],
    ),
    "a rule that looks into its own regime from outside": (
        [("rules", "expr: F1.r01.c01 >= sum(F2.c03)", "expr: \"F1.r01.c01 = other('THU-01', F1.r01.c01)\"")],
        [f"{RULES}:4 rules.2: THU-01-R03: other() looks into another regime; name this one's cells directly"],
    ),
    "a message with a figure that is not there": (
        [("rules", "vi: Sai, en: Wrong", 'vi: "Sai {c09}", en: "Wrong {c09}"')],
        [f"{RULES}:2 rules.0: THU-01-R01: {{c09}} of the message: F1 has no row or column c09"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_a_broken_catalogue_gives_exactly_its_problems(make_catalogue, case):
    edits, expected = CASES[case]
    assert sorted(lint(make_catalogue(*edits)).problems) == sorted(expected)


def test_a_figure_has_its_rows_indicator_and_both_breakdowns(make_catalogue):
    root = make_catalogue(WITH_SEX, MEN, ("F1", "en: New,", "en: New, breakdown: {age: old},"))
    form = load_catalog(root).drafts[KEY].form("F1")
    assert breakdown_of(form.column("c02"), form.row("r02")) == (("age", "old"), ("sex", "male"))
    assert breakdown_of(form.column("c01"), form.row("r01")) == ()
    assert indicator_of(form.column("c01"), form.row("r01")) == "people"
    assert indicator_of(form.column("c02")) is None


def test_units_of_known_quantity_reach_the_edition_as_conversions(make_catalogue):
    root = make_catalogue(("units.yaml", "en: persons", "en: persons, quantity: persons, factor: 1000"))
    worth = load_catalog(root).drafts[KEY].conversions["người"]
    assert (worth.quantity, int(worth.factor)) == ("persons", 1000)


def test_a_rule_that_looks_at_a_figure_that_another_regime_has_not_is_told(make_catalogue):
    root = _another_regime(
        make_catalogue(), ("F1.r01.c01 >= sum(F2.c03)", "\"F1.r01.c01 = other('THU-01', F1.r07.c01)\"")
    )
    place = "regimes/THU-02/2025-07-01/rules.yaml:4 rules.2"
    (problem,) = lint(root).problems
    assert problem == f"{place}: THU-02-R03: THU-01 has no figure F1.r07.c01"


# --- A later edition -------------------------------------------------------------------------------------------------


def _later(root: Path, continues: str) -> Path:
    """A second edition with the same forms that says what it continues."""
    new = root / "regimes/THU-01/2026-01-01"
    shutil.copytree(root / "regimes" / KEY, new, dirs_exist_ok=True)
    text = (new / "regime.yaml").read_text("utf-8").replace("2025-07-01", "2026-01-01")
    (new / "regime.yaml").write_text(f"{text}continues: {continues}\n", "utf-8")
    return root


@pytest.mark.parametrize(
    ("continues", "problem"),
    [
        ("{F1.c02: F1.c01, F1.r02.c01: null, F2: F2}", None),
        ("{F1.c09: F1.c01}", "continues.F1.c09: THU-01/2026-01-01 has no F1.c09"),
        ("{F1.c02: F3.c01}", "continues.F1.c02: THU-01/2025-07-01 has no form F3"),
        ("{F1.c02: F1.r01}", "continues.F1.c02: F1.c02 and F1.r01 are not both a form, a column, a row or a cell"),
        ("{F1.c02: F1.c04}", "continues.F1.c02: no series can go on from F1.c04: types or units of measure differ"),
        ("{F1.c02.c03.c04: null}", "continues.F1.c02.c03.c04: must be a form, <form>.<row or column>"),
    ],
)
def test_continued_series_are_there_on_both_sides(make_catalogue, continues, problem):
    found = lint(_later(make_catalogue(), continues)).problems
    assert len(found) == (problem is not None)
    assert problem is None or problem.split(": ", 1)[1] in found[0]


# --- Warnings --------------------------------------------------------------------------------------------------------


def _another_regime(root: Path, *edits: tuple[str, str]) -> Path:
    """The same regime under the code THU-02."""
    for file in (root / "regimes" / KEY).rglob("*.yaml"):
        copy = root / "regimes/THU-02/2025-07-01" / file.relative_to(root / "regimes" / KEY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8").replace("THU-01", "THU-02")
        for old, new in edits:
            text = text.replace(old, new)
        copy.write_text(text, "utf-8")
    return root


def test_the_tiny_catalogue_gives_no_warning(make_catalogue):
    assert lint(make_catalogue(), today=TODAY).warnings == ()


def test_two_regimes_that_ask_for_the_same_are_told(make_catalogue):
    found = lint(_another_regime(make_catalogue()))
    place = "regimes/THU-02/2025-07-01/forms/F1.yaml:8 columns.0"
    assert found.warnings == (f"{place}: c01: people is asked for by THU-01 too (R13)",)
    assert found.problems == ()


@pytest.mark.parametrize("edit", [("indicator: people", "inferred: false"), ("[monthly, yearly]", "[quarterly]")])
def test_regimes_that_ask_for_something_else_or_at_other_times_are_not_told(make_catalogue, edit):
    assert lint(_another_regime(make_catalogue(), edit)).warnings == ()


def test_other_windows_of_one_owner_are_told(make_catalogue):
    window = "windows: {yearly: {start: {anchor: period_start}, end: {anchor: period_end}, ground: Văn bản}}\noutline:"
    root = _another_regime(make_catalogue(), ("outline:", window), ("indicator: people", "inferred: false"))
    place = "regimes/THU-02/2025-07-01/regime.yaml:18 windows.yearly"
    assert lint(root).warnings == (
        f"{place}: the window for yearly is not that of THU-01/2025-07-01, of the same owner (R09)",
    )


def test_deadlines_of_the_coming_years_that_do_not_hold_are_told_once(make_catalogue):
    root = make_catalogue(("regime", "anchor: period_end, day: 20", "anchor: period_start, day: 20"))
    (warning,) = lint(root, today=TODAY).warnings
    assert warning.startswith(f"{R}:17 dues: yearly: the dates of 4 periods until 2029-03-01 do not hold (R10);")
    assert "Year 2026" in warning
    assert lint(root).warnings == ()


def test_a_window_that_was_not_read_is_told_and_may_be_published(make_catalogue):
    edits = [
        ("regime", "[monthly, yearly]", "[weekly, yearly]"),
        ("regime", "process:", "unread: {window: Chưa đọc, deadline: Chưa đọc}\nprocess:"),
    ]
    found = lint(make_catalogue(*edits), today=TODAY)
    assert found.problems == ()
    assert found.warnings == (
        f"{R}:1 windows: no period can be opened for weekly: its window is not set",
        f"{R}:17 dues: no period can be opened for weekly: no deadline for commune, province",
    )


def test_a_report_asked_for_when_needed_gets_its_dates_then(make_catalogue):
    found = lint(make_catalogue(("regime", "[monthly, yearly]", "[ad_hoc, yearly]")), today=TODAY)
    assert (found.problems, found.warnings) == ((), ())


def test_figures_of_different_units_that_meet_are_told(make_catalogue):
    edits = [
        ("units.yaml", "en: persons", "en: persons, quantity: persons, factor: 1"),
        ("units.yaml", "", "- {code: nghìn người, vi: nghìn người, en: thousands, quantity: persons, factor: 1000}\n"),
        ("F1", "integer, unit: người, of: c01", "integer, unit: nghìn người, of: c01"),
    ]
    (warning,) = lint(make_catalogue(*edits)).warnings
    assert warning.startswith(f"{RULES}:2 rules.0: THU-01-R01: figures in ")


def test_only_what_is_about_some_editions_can_be_picked(make_catalogue):
    found = lint(_another_regime(make_catalogue(("F1", "of: c01", "of: c09"))))
    assert len(found.problems) == 2
    assert [len(found.about([name]).problems) for name in ("THU-01", "THU-02/2025-07-01", "THU")] == [1, 1, 0]
