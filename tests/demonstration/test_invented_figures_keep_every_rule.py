"""Figures are invented for any edition from its rules alone, and they keep them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.catalog.load import load_catalog
from hub.demonstration.figures import CannotInvent, make_values
from hub.demonstration.relations import plans
from hub.domain.checks import Context, check
from hub.domain.form import Label
from hub.domain.regime import Rule
from hub.domain.values import canonical_document
from hub.readers.again import reading_of

PERIODS = {
    "monthly": "2026-M08",
    "quarterly": "2026-Q3",
    "half_yearly": "2026-H1",
    "nine_month": "2026-9M",
    "yearly": "2025-Y",
    "weekly": "2026-W36",
    "ten_month": "2026-10M",
    "school_term": "2025-S2",
    "school_year": "2025-SY",
    "three_yearly": "2025-3Y",
    "five_yearly": "2025-5Y",
    "thematic": "2026-T-1",
    "ad_hoc": "2026-X-1",
}
LEVELS = ("commune", "province", "ministry")
EDITIONS = [edition for regime in load_catalog().regimes.values() for edition in regime.editions]


def findings_of(edition, frequency, values):
    context = Context(PERIODS[frequency], frequency)
    return check(edition, reading_of(edition, values), context).findings


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.key)
def test_no_rule_of_any_edition_fails_for_any_of_twenty_seeds(edition):
    for frequency in edition.frequencies:
        for seed in range(20):
            values = make_values(edition, frequency, "G12", PERIODS[frequency], seed, level=LEVELS[seed % 3])
            assert [finding.key for finding in findings_of(edition, frequency, values)] == []


def test_the_same_seed_gives_the_same_report_and_another_seed_another(real_catalog):
    edition = real_catalog.edition("VPCP-TTHC06/2025-07-01")

    def document(seed: int) -> bytes:
        values = make_values(edition, "quarterly", "G12", "2026-Q3", seed)
        return canonical_document(edition, "G12", "2026-Q3", "own", values)

    assert document(1) == document(1)
    assert document(1) != document(2)


def test_a_list_has_as_many_records_as_asked_for(real_catalog):
    edition = real_catalog.edition("BCT-THUOCLA-SO/2025-07-01")
    values = make_values(edition, "half_yearly", "P01", "2026-H1", 1, records=7)
    assert {len(form.records) for form in values.forms.values()} == {7}
    assert all(form.nil for form in make_values(edition, "half_yearly", "P01", "2026-H1", 1, records=0).forms.values())


def test_larger_units_have_larger_figures(real_catalog):
    edition = real_catalog.edition("TTCP-TCD01/2021-01-01")

    def visits(level: str) -> Decimal:
        values = make_values(edition, "quarterly", "G12", "2026-Q3", 1, level=level)
        return values.forms["F1"].cells["r01", "c02"]

    assert visits("province") > 10 * visits("commune")


def test_rows_and_columns_that_both_add_up_are_drawn_together(small_edition):
    values = make_values(small_edition, "monthly", "X11", "2026-M09", 5)
    cells = values.forms["F1"].cells
    for column in ("c01", "c02", "c03", "c04"):
        assert cells["r01", column] == cells["r02", column] + cells["r03", column]
    for row in ("r01", "r02", "r03"):
        assert cells[row, "c01"] == cells[row, "c02"] + cells[row, "c03"]


def test_rules_are_read_as_totals_and_parts(small_edition):
    plan = plans(small_edition)["F1"]
    assert [(split.total, split.parts, split.exact) for split in plan.rows.splits] == [("r01", ("r02", "r03"), True)]
    assert ("c01", ("c02", "c03"), True) in [(split.total, split.parts, split.exact) for split in plan.columns.splits]


def test_rules_that_no_figures_keep_are_said_by_name(make_small_edition, small_edition):
    impossible = Rule("THU-R9", "F1", "c02 >= c01 + 1", "error", "hub", Label("Không thể", "Impossible"))
    edition = make_small_edition(rules=(*small_edition.rules, impossible))
    with pytest.raises(CannotInvent, match="THU-R9"):
        make_values(edition, "monthly", "X11", "2026-M09", 1)


def test_nothing_invented_could_be_taken_for_a_real_name(real_catalog):
    edition = real_catalog.edition("BCT-THUOCLA-SO/2025-07-01")
    values = make_values(edition, "half_yearly", "P01", "2026-H1", 3, records=3)
    texts = {
        record[column.code]
        for form in edition.forms_for("half_yearly")
        for column in form.columns
        if column.type == "text"
        for record in values.forms[form.code].records
        if column.code in record
    }
    assert texts
    assert all("minh họa" in text for text in texts)


def test_a_rate_per_thousand_is_a_few_thousandths(real_catalog):
    edition = real_catalog.edition("LDTBXH-TNLD-TINH/2016-07-01")
    for seed in range(10):
        rate = make_values(edition, "half_yearly", "P01", "2026-H1", seed).forms["F1"].cells["r01", "c09"]
        assert 0 < rate < 10


def test_optional_parts_are_sometimes_left_out(small_edition):
    with_outline = replace(small_edition, rules=())
    said = {bool(make_values(with_outline, "monthly", "X11", "2026-M09", seed).outline) for seed in range(20)}
    assert said == {True, False}
