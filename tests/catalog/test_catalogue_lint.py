"""Every check of meaning: one broken word gives exactly the problems it should, each with its file and line."""

from __future__ import annotations

import pytest

from hub.catalog.lint.whole import lint

R = "regimes/THU-01/2025-07-01/regime.yaml"
F1 = "regimes/THU-01/2025-07-01/forms/F1.yaml"
F2 = "regimes/THU-01/2025-07-01/forms/F2.yaml"
RULES = "regimes/THU-01/2025-07-01/rules.yaml"
THU = "national/thu/report.yaml"
OVERVIEW = "national/overview/report.yaml"

YEARLY = "{levels: [province], frequencies: [yearly], anchor: period_end"

CASES = {
    # names and parts
    "a column twice": (
        [("F2", "code: c02", "code: c01")],
        [f"{F2}:6 columns.1: the code 'c01' stands twice"],
    ),
    "a row twice": (
        [("F1", "code: r02", "code: r01")],
        [
            f"{F1}:6 rows.1: the code 'r01' stands twice",
            f"{F1}:6 rows.1.of: r01 is a part of itself",
            f"{F1}:12 blocked: there is no cell r02.c03",
        ],
    ),
    "a part of nothing": (
        [("F1", "of: c01", "of: c09")],
        [f"{F1}:9 columns.1.of: c02 is of 'c09', which does not exist"],
    ),
    "parts that go round": (
        [("F1", "rollup: sum/sum, indicator: people", "of: c02, rollup: sum/sum, indicator: people")],
        [f"{F1}:8 columns.0.of: c01 is a part of itself", f"{F1}:9 columns.1.of: c02 is a part of itself"],
    ),
    "a blocked cell that is not there": (
        [("F1", "r02.c03", "r03.c03")],
        [f"{F1}:12 blocked: there is no cell r03.c03"],
    ),
    "a grid without rows": (
        [("F2", "kind: list", "kind: grid")],
        [
            f"{F2}:3 kind: a grid has rows and a list has none",
            f"{OVERVIEW}:9 sections.0.items.1: there is no figure 'F2.*.#' in THU-01/2025-07-01",
        ],
    ),
    "a choice without choices": (
        [("F2", "type: text", "type: choice")],
        [f"{F2}:5 columns.0: c01: a choice has choices, and nothing else has"],
    ),
    "a choice twice": (
        [("F2", "code: b", "code: a")],
        [f"{F2}:6 columns.1: c02: the choice 'a' stands twice"],
    ),
    # units, indicators, roll-up
    "an unknown unit of measure": (
        [("F2", "unit: người", "unit: bò")],
        [f"{F2}:7 columns.2: c03: the unit 'bò' is not in units.yaml"],
    ),
    "an unknown indicator": (
        [("F1", "indicator: people", "indicator: cows"), (OVERVIEW, "indicator: people, ", "")],
        [f"{F1}:8 columns.0: c01: the indicator 'cows' is not in indicators.yaml"],
    ),
    "a roll-up that is not the indicator's": (
        [("indicators.yaml", "sum/sum", "sum/last")],
        [f"{F1}:8 columns.0: c01: its roll-up is not that of its indicator"],
    ),
    "an indicator of another unit": (
        [("indicators.yaml", "unit: người, ", "")],
        [f"{F1}:8 columns.0: c01: the unit 'người' is not that of its indicator (None)"],
    ),
    "a ratio of what is not there": (
        [("F1", "numerator: c02", "numerator: c09")],
        [f"{F1}:10 columns.2: c03: its numerator 'c09' is not another numeric column of the form"],
    ),
    "a ratio over text": (
        [("F1", "denominator: c01", "denominator: c04")],
        [f"{F1}:10 columns.2: c03: its denominator 'c04' is not another numeric column of the form"],
    ),
    "a weighted mean without a weight": (
        [("F1", "kind: ratio, over_time: recompute, numerator: c02, denominator: c01, scale: 100", "kind: weighted")],
        [f"{F1}:10 columns.2: c03: a weighted names its weight"],
    ),
    "text that is added up": (
        [("F2", "type: text", "type: text, rollup: sum/sum")],
        [f"{F2}:5 columns.0: c01: a text has no decimals, unit or roll-up"],
    ),
    # rules
    "a rule on a form that is not there": (
        [("rules", "form: F1, expr: c02", "form: F9, expr: c02")],
        [f"{RULES}:2 rules.0: THU-01-R01: there is no form F9"],
    ),
    "a rule that computes what is not on its left": (
        [("rules", "computes: c03", "computes: c02")],
        [f"{RULES}:3 rules.1: THU-01-R02: the rule does not say what c02 equals"],
    ),
    "a rule that names no cell": (
        [("rules", "expr: c02 <= c01", "expr: c02 <= c08")],
        [f"{RULES}:2 rules.0: THU-01-R01: F1 has no row or column c08"],
    ),
    "a rule that cannot be read": (
        [("rules", "expr: c02 <= c01", "expr: c02 <= (c01")],
        [f"{RULES}:2 rules.0: THU-01-R01: ')' is missing"],
    ),
    "two rules that compute the same": (
        [("rules", "expr: c02 <= c01, ", "expr: c03 = c02, computes: c03, ")],
        [f"{RULES}:3 rules.1: THU-01-R02: c03 is already computed by another rule"],
    ),
    "a rule twice": (
        [("rules", "THU-01-R03", "THU-01-R01")],
        [f"{RULES}:4 rules.2: the code 'THU-01-R01' stands twice"],
    ),
    "a rule id of another regime": (
        [("rules", "THU-01-R03", "XYZ-R03")],
        [f"{RULES}:4 rules.2: the rule id 'XYZ-R03' does not begin with the regime's code"],
    ),
    # what the law asks of a regime
    "a periodic regime that does not say enough": (
        [
            ("regime", "title: {vi: Chế độ thử, en: A regime for tests}\n", ""),
            ("regime", "content_kind: both\n", ""),
            ("regime", "methods: [paper]\n", ""),
            ("regime", "receiver: {vi: Bộ Tài chính, en: Ministry of Finance}\n", ""),
            ("regime", "outline:\n- {code: s1, vi: Đánh giá, en: Assessment}\n", ""),
            ("regime", "process: Xã gửi tỉnh, tỉnh gửi bộ.\n", ""),
            ("regime", "legal_basis: {text: Văn bản thử}\n", ""),
        ],
        [
            f"{R}:1: does not say its title (R02)",
            f"{R}:1: does not say its content kind (R02)",
            f"{R}:1: does not say its receiver (R02)",
            f"{R}:1: does not say its methods (R02)",
            f"{R}:1: does not say its outline (R02)",
            f"{R}:1: does not say its process (R02)",
            f"{R}:1: has no legal basis (R02)",
        ],
    ),
    "an item that is unread and yet filled": (
        [("regime", "process:", "unread: {outline: Chưa đọc}\nprocess:")],
        [f"{R}:20 unread.outline: is said to be unread but is filled"],
    ),
    "a periodic regime of an agency that may not issue it": (
        [("regime", "kind: minister", "kind: government_agency")],
        [f"{R}:7 issuer.kind: government_agency may not issue a periodic regime (R03)"],
    ),
    "data asked for without forms": (
        [("regime", "forms: [F1, F2]\n", "forms: []\n")],
        [
            "regimes/THU-01/2025-07-01/forms/F1.yaml:1: is not listed under forms in regime.yaml",
            "regimes/THU-01/2025-07-01/forms/F2.yaml:1: is not listed under forms in regime.yaml",
        ],
    ),
    "a report sent to a level that does not report": (
        [("regime", "- {level: province, scope: rollup}\n", ""), ("regime", "levels: [province]", "levels: [commune]")],
        [
            f"{R}:14 reporters.0.receiver: sends to the province level, which does not report",
            f"{THU}:7 sections.1.level: the level province does not report",
        ],
    ),
    # windows and deadlines
    "a deadline that departs from the decree without a ground": (
        [("regime", ", ground: Văn bản thử", "")],
        [f"{R}:17 dues.0: the deadline for province, yearly departs from the decree without a legal ground (R08)"],
    ),
    "a window that departs from the decree without a ground": (
        [("regime", "dues:", "windows:\n  monthly: {start: {anchor: period_start}, end: {anchor: period_end}}\ndues:")],
        [f"{R}:17 windows.monthly: departs from the decree without a legal ground (R08)"],
    ),
    "a frequency for which the decree has no dates": (
        [("regime", "[monthly, yearly]", "[monthly, yearly, weekly]")],
        [
            f"{R}:17 dues: no deadline for commune, weekly, and the decree has none (R08)",
            f"{R}:17 dues: no deadline for province, weekly, and the decree has none (R08)",
            f"{R}:1 windows: no window for weekly, and the decree has none (R08)",
        ],
    ),
    "a deadline of nobody": (
        [("regime", "levels: [province]", "levels: [ministry]")],
        [f"{R}:17 dues.0: the level ministry does not report"],
    ),
    "a deadline of no period": (
        [("regime", "frequencies: [yearly], anchor", "frequencies: [quarterly], anchor")],
        [f"{R}:17 dues.0: quarterly is not one of the regime's frequencies"],
    ),
    "a deadline twice": (
        [("regime", "outline:", f"- {YEARLY}, day: 25}}\noutline:")],
        [
            f"{R}:17 dues.0: the deadline for province, yearly is given 2 times",
            f"{R}:18 dues.1: the deadline for province, yearly is given 2 times",
        ],
    ),
    "a form for a frequency that the regime has not": (
        [("F2", "kind: list", "kind: list\nfrequencies: [quarterly]")],
        [f"{F2}:4 frequencies: quarterly is not one of the regime's frequencies"],
    ),
    # places and files
    "a folder of another day": (
        [("regime", "valid_from: 2025-07-01", "valid_from: 2025-07-02"), (THU, "regime: THU-01", "regime: THU-02")],
        [
            f"{R}:3 valid_from: is 2025-07-02 but the folder is '2025-07-01'",
            f"{THU}:4 regime: there is no regime 'THU-02'",
        ],
    ),
    "a last day before the first": (
        [("regime", "report_type", "valid_to: 2025-06-30\nreport_type")],
        [f"{R}:4 valid_to: 2025-06-30 is before the first day"],
    ),
    # national reports
    "a report of a form, column, row and level that are not there": (
        [
            (THU, "form: F1, by: nation", "form: F7, by: nation"),
            (THU, "level: province, columns: [c01], rows: [r01]", "level: ministry, columns: [c04], rows: [r09]"),
        ],
        [
            f"{THU}:6 sections.0.form: there is no form 'F7' in THU-01/2025-07-01",
            f"{THU}:7 sections.1.columns: there is no numeric column 'c04'",
            f"{THU}:7 sections.1.rows: there is no row 'r09'",
            f"{THU}:7 sections.1.level: the level ministry does not report",
        ],
    ),
    "an overview of a figure that is not there": (
        [(OVERVIEW, "F1.r01.c01", "F1.r02.c03")],
        [f"{OVERVIEW}:8 sections.0.items.0: there is no figure 'F1.r02.c03' in THU-01/2025-07-01"],
    ),
    "an overview that names another indicator": (
        [(OVERVIEW, "F1.r01.c01", "F1.r01.c02")],
        [f"{OVERVIEW}:8 sections.0.items.0: F1.r01.c02 is bound to None, not 'people'"],
    ),
    # text
    "a key twice": (
        [("F2", "kind: list", "kind: list\nkind: list")],
        [
            f"{F2}:4: the key 'kind' stands twice",
        ],
    ),
    "text in decomposed letters": (
        [("units.yaml", "en: persons", "en: pe\u0301")],
        ["units.yaml:2: text is not in Unicode form NFC"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_a_broken_catalogue_gives_exactly_its_problems(make_catalogue, case):
    edits, expected = CASES[case]
    assert sorted(lint(make_catalogue(*edits)).problems) == sorted(expected)


def test_problems_of_all_kinds_come_at_once(make_catalogue):
    kinds = ["a blocked cell that is not there", "an unknown unit of measure", "a rule twice", "a deadline of nobody"]
    found = lint(make_catalogue(*(edit for kind in kinds for edit in CASES[kind][0])))
    assert sorted(found.problems) == sorted(problem for kind in kinds for problem in CASES[kind][1])


def test_editions_in_force_on_the_same_day_are_refused(make_catalogue):
    root = make_catalogue(("regime", "report_type", "valid_to: 2026-01-01\nreport_type"))
    later = root / "regimes/THU-01/2026-01-01"
    for file in (root / "regimes/THU-01/2025-07-01").rglob("*.yaml"):
        copy = later / file.relative_to(root / "regimes/THU-01/2025-07-01")
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8").replace("valid_from: 2025-07-01", "valid_from: 2026-01-01")
        copy.write_text(text.replace("valid_to: 2026-01-01\n", ""), "utf-8")
    assert list(lint(root).problems) == [f"{R}:4 valid_to: 2026-01-01 overlaps the edition 2026-01-01"]


def test_a_file_that_is_not_yaml_says_where(make_catalogue):
    root = make_catalogue()
    (root / R).write_text("code: [unclosed\ntitle: x\n", "utf-8")
    (root / F2).write_bytes(b"\xff\xfe")
    problems = lint(root).problems
    assert any(problem.startswith(f"{R}:2: is not YAML") for problem in problems)
    assert f"{F2}:1: is not UTF-8 text" in problems
