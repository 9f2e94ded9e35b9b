"""Samples are read with their structure checked: every problem with its file and line, and no exception."""

from __future__ import annotations

import json

import pytest

from hub.catalog.lint.whole import lint
from hub.catalog.load import load_catalog
from hub.catalog.samples import ExpectedFinding, read_samples

KEY = "THU-01/2025-07-01"
PLACE = f"regimes/{KEY}/samples"
RIGHT = {"regime": "THU-01", "unit": "X11", "period": "2026-M01", "forms": {"F1": {"cells": {"r01.c01": "12"}}}}
WRONG = """\
invalid:
- name: nhieu-hon-tong
  of: thang-1
  set: {F1.r01.c02: "13", "F2[1].c01": null, outline.s1: text}
  nil: [F3]
  findings:
  - {code: rule_failed, at: F1.r01.c02, severity: error, rule: THU-01-R01}
  - {code: required_missing, severity: error}
"""


@pytest.fixture
def samples(make_catalogue):
    """Writes sample files and reads them."""

    def make(**files):
        root = make_catalogue()
        (root / PLACE).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = root / PLACE / f"{name.replace('_', '-')}{'.yaml' if name == 'invalid' else '.json'}"
            path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), "utf-8")
        return read_samples(load_catalog(root).folders[KEY])

    return make


def test_an_edition_without_samples_has_none(make_catalogue):
    found = read_samples(load_catalog(make_catalogue()).folders[KEY])
    assert (found.valid, found.invalid, found.problems) == ((), (), ())


def test_right_and_wrong_samples_are_read_as_written(samples):
    found = samples(thang_1=RIGHT, thang_2=RIGHT | {"before": {"prev": "thang-1"}}, invalid=WRONG)
    assert found.problems == ()
    assert [(sample.name, dict(sample.before)) for sample in found.valid] == [
        ("thang-1", {}),
        ("thang-2", {"prev": "thang-1"}),
    ]
    assert found.valid[1].body == RIGHT
    wrong = found.invalid[0]
    assert (wrong.name, wrong.of, wrong.nil) == ("nhieu-hon-tong", "thang-1", ("F3",))
    assert wrong.set == {"F1.r01.c02": "13", "F2[1].c01": None, "outline.s1": "text"}
    assert wrong.findings == (
        ExpectedFinding("rule_failed", "F1.r01.c02", "error", "THU-01-R01"),
        ExpectedFinding("required_missing", "", "error", None),
    )


def test_figures_keep_their_digits(samples):
    text = '{"unit": "X11", "period": "2026-M01", "forms": {"F1": {"cells": {"r01.c01": 0.10}}}}'
    assert samples(thang_1=text).valid[0].body["forms"]["F1"]["cells"]["r01.c01"] == "0.10"


def test_samples_that_name_what_is_not_there_are_told(samples):
    found = samples(thang_1=RIGHT | {"before": {"prev": "thang-0"}}, invalid=WRONG.replace("thang-1", "quy-1"))
    assert found.problems == (
        f"{PLACE}/thang-1.json:13 before.prev: there is no sample 'thang-0'",
        f"{PLACE}/invalid.yaml:3 invalid.0.of: there is no sample 'quy-1'",
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("severity: error, rule", "severity: fatal, rule", "invalid.yaml:7 invalid.0.findings.0.severity"),
        ("  of: thang-1\n", "", "invalid.yaml:2 invalid.0.of"),
        ("nil: [F3]", "unset: [F3]", "invalid.yaml:5 invalid.0.unset"),
        ("name: nhieu", "name: Nhiều", "invalid.yaml:2 invalid.0.name"),
    ],
)
def test_a_wrong_sample_of_another_shape_is_told(samples, old, new, place):
    found = samples(thang_1=RIGHT, invalid=WRONG.replace(old, new))
    assert [problem.split(": ")[0] for problem in found.problems] == [f"{PLACE}/{place}"]
    assert found.invalid == ()


def test_a_sample_twice_or_without_a_change_is_told(samples):
    twice = WRONG + WRONG.removeprefix("invalid:\n")
    assert samples(thang_1=RIGHT, invalid=twice).problems == (
        f"{PLACE}/invalid.yaml:9 invalid.1: the sample 'nhieu-hon-tong' stands twice",
    )
    idle = WRONG.replace('set: {F1.r01.c02: "13", "F2[1].c01": null, outline.s1: text}', "set: {}").replace(
        "[F3]", "[]"
    )
    assert samples(thang_1=RIGHT, invalid=idle).problems == (f"{PLACE}/invalid.yaml:2 invalid.0: changes nothing",)


def test_a_right_sample_that_is_no_report_is_told_and_left_out(samples):
    found = samples(thang_1=RIGHT, thang_2={"unit": "X11"}, thang_3="{unit: X11, period: 2026-M01, forms: {}}")
    assert [sample.name for sample in found.valid] == ["thang-1"]
    assert [problem.split(": ")[0] for problem in found.problems] == [
        f"{PLACE}/thang-2.json:1 period",
        f"{PLACE}/thang-2.json:1 forms",
        f"{PLACE}/thang-3.json:1",
    ]


def test_lint_tells_the_problems_of_samples(samples, make_catalogue):
    problems = samples(thang_1=RIGHT, invalid=WRONG.replace("thang-1", "quy-1")).problems
    assert lint(make_catalogue()).problems == problems
