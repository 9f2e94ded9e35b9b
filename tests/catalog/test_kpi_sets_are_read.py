"""Sets of steering indicators as data: the packaged one holds, and a wrong one is told all its mistakes at once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.catalog.kpi import load_kpi_sets
from hub.catalog.load import load_catalog
from hub.catalog.roots import Root
from hub.domain.measures import measure_names

SET = """code: THU
title: {vi: Thử, en: A test}
owner: G22
legal_basis: Văn bản
fidelity: derived
valid_from: 2027-01-01
frequencies: [monthly]
levels: [province]
groups:
- {code: '1', vi: Một, en: One}
kpis:
- {code: '1.1', group: '1', vi: Chỉ số, en: An indicator, unit: '%', formula: {scale: 100},
   thresholds: {green: 90, amber: 70, source: choice}}
"""


@pytest.fixture
def load(tmp_path):
    """``load(text, elsewhere=…) -> (sets, problems)`` of one file beside the packaged regimes."""

    def do(text, name="THU", elsewhere=frozenset()):
        (tmp_path / "kpi").mkdir()
        (tmp_path / "kpi" / f"{name}.yaml").write_text(text, "utf-8")
        catalog, problems = load_catalog(), []
        found = load_kpi_sets([Root(tmp_path)], catalog.regimes, catalog.units, elsewhere, problems)
        return found, problems

    return do


def test_every_packaged_set_reads_measures_that_are_there_and_says_what_it_chose():
    catalog = load_catalog()
    assert catalog.kpi_sets
    for each in catalog.kpi_sets.values():
        assert all(key.partition("/")[0] in catalog.regimes for key in each.measures)
        assert each.note is not None, "a set says where its index comes from"
        for kpi in each.kpis:
            assert kpi.points is None or kpi.full_at is not None
            assert kpi.thresholds is None or kpi.thresholds.note is not None


def test_a_ratio_of_a_packaged_set_is_the_one_that_the_reports_hold():
    """Where a set names the reports' own share beside numerator and denominator, both are the same formula."""
    catalog = load_catalog()
    checked = 0
    for each in catalog.kpi_sets.values():
        for kpi in (kpi for kpi in each.kpis if kpi.formula.measure and kpi.formula.numerator):
            regime, _, address = kpi.formula.measure.partition("/")
            edition = catalog.regimes[regime].editions[-1]
            measure = measure_names(edition)[address]
            rollup = edition.form(measure.address.form).column(measure.address.column).rollup
            row = f"{regime}/{measure.address.form}.{measure.address.row}"
            assert (f"{row}.{rollup.numerator}", f"{row}.{rollup.denominator}") == kpi.formula.parts, kpi.code
            assert (rollup.scale, measure.decimals) == (kpi.formula.scale, kpi.decimals), kpi.code
            checked += 1
    assert checked >= 15


def test_a_set_is_read_whole(load):
    found, problems = load(SET)
    assert problems == []
    assert found["THU"].kpi("1.1").thresholds.green == Decimal(90)
    assert found["THU"].kpi("1.1").formula.sent


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("code: THU", "code: ANDERS"), "is 'ANDERS' but the file is 'THU'"),
        (("group: '1'", "group: '2'"), "there is no group '2'"),
        (("green: 90", "green: 60"), "the wrong way round"),
        (("unit: '%'", "unit: Dặm"), "there is no unit of measure 'Dặm'"),
        (("{scale: 100}", "{measure: KHONG-CO/F1.r01.c01}"), "there is no regime 'KHONG-CO'"),
        (("{scale: 100}", "{numerator: A/F1.r01.c01}"), "a numerator and a denominator"),
        (("source: choice}", "source: choice}, points: 5"), "above zero and need full_at"),
        (("valid_from: 2027-01-01", "valid_from: soon"), "valid_from"),
    ],
)
def test_what_does_not_hold_is_said_with_its_line(load, change, said):
    found, problems = load(SET.replace(*change))
    assert found == {}
    assert any(said in problem and problem.startswith("kpi/THU.yaml:") for problem in problems), problems


def test_all_mistakes_are_said_at_once(load):
    _, problems = load(SET.replace("group: '1'", "group: '2'").replace("unit: '%'", "unit: Dặm"))
    assert len(problems) == 3  # the group, the unit, and a group without an indicator


def test_a_set_over_a_regime_that_is_only_drafted_waits(load):
    text = SET.replace("{scale: 100}", "{measure: SOAN-01/F1.r01.c01}")
    assert load(text, elsewhere=frozenset({"SOAN-01"})) == ({}, [])
