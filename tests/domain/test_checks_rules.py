"""Rules and totals within a check: one finding a failure, with its figures; blank totals are computed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.checks import Context, check
from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.findings import Place, needs_explanation, stops_sending, stops_version
from hub.domain.form import Address, Column, Form, Label
from hub.domain.rules import RuleSyntaxError
from hub.domain.totals import fill_totals
from hub.domain.values import FormValues, Values

MONTH = Context("2026-M01", "monthly")


def test_a_total_that_does_not_agree_is_one_finding_with_its_figures(small_edition, make_reading, full_grid) -> None:
    full_grid["r02.c01"], full_grid["r03.c01"] = 1012, -982
    full_grid |= {"r03.c01": 18, "r01.c01": 1030, "r01.c03": 1020, "r01.c02": 10}
    (finding,) = check(small_edition, make_reading(F1=full_grid | {"r02.c03": 8}), MONTH).findings[:1]
    assert (finding.code, finding.severity, finding.stage) == ("THU-R2", "error", "rule")
    assert str(finding.address) == "F1.r01.c03"
    assert finding.place == Place(field="F1.r01.c03")
    assert (finding.found, finding.expected, finding.difference) == ("1020", "20", "1000")
    assert "ghi 1.020, đối chiếu 20, chênh lệch 1.000" in finding.message_vi
    assert "found 1,020, against 20, difference 1,000" in finding.message_en


def test_one_wrong_total_is_one_finding(small_edition, make_reading, full_grid) -> None:
    checked = check(small_edition, make_reading(F1=full_grid | {"r02.c04": 121}), MONTH)
    assert [(f.code, str(f.address)) for f in checked.findings] == [("THU-R2", "F1.r01.c04")]
    assert not stops_version(checked.findings)
    assert stops_sending(checked.findings)


def test_an_unreadable_input_silences_the_rules_that_need_it(small_edition, make_reading, full_grid) -> None:
    checked = check(small_edition, make_reading(F1=full_grid | {"r02.c02": "nhiều"}), MONTH)
    assert [f.code for f in checked.findings] == ["number_unreadable"]


def test_a_warning_asks_for_an_explanation_and_does_not_stop_sending(small_edition, make_reading, full_grid) -> None:
    full_grid |= {"r01.c04": 60_000, "r02.c04": 30_000, "r03.c04": 30_000}
    checked = check(small_edition, make_reading(F1=full_grid), MONTH)
    assert [(f.code, str(f.address)) for f in needs_explanation(checked.findings)] == [
        ("THU-R3", "F1.r01.c04"),
        ("THU-R3", "F1.r02.c04"),
        ("THU-R3", "F1.r03.c04"),
    ]
    assert not stops_sending(checked.findings)


def test_a_beta_rule_only_tells(make_small_edition, make_rule, make_reading, full_grid) -> None:
    rule = make_rule("c04 <= c01", severity="warning", beta=True)
    checked = check(make_small_edition(rules=(rule,)), make_reading(F1=full_grid), MONTH)
    assert len(checked.findings) == 3
    assert needs_explanation(checked.findings) == []


def test_a_rule_looks_back_to_the_last_period(make_small_edition, make_rule, make_reading, full_grid) -> None:
    edition = make_small_edition(rules=(make_rule("c03 = prev(c01)", severity="warning"),))
    previous = Values({"F1": FormValues(cells={("r01", "c01"): Decimal(20), ("r02", "c01"): Decimal(9)})})
    checked = check(edition, make_reading(F1=full_grid), Context("2026-M01", "monthly", previous=previous))
    assert [(str(f.address), f.found, f.expected) for f in checked.findings] == [("F1.r02.c03", "8", "9")]


def test_a_failing_rule_without_two_sides_shows_the_first_value(
    make_small_edition, make_rule, make_reading, full_grid
) -> None:
    edition = make_small_edition(rules=(make_rule("c01 = 0 or c06 != ''"),))
    notes = {"r01.c06": "có", "r02.c06": "có"}
    (finding,) = check(edition, make_reading(F1=full_grid | notes), MONTH).findings
    assert (str(finding.address), finding.found, finding.expected) == ("F1.r03.c01", "18", None)


def test_a_rule_across_forms_sees_a_nil_form_as_zero(make_small_edition, make_rule, make_reading, full_grid) -> None:
    edition = make_small_edition(rules=(make_rule("F1.r01.c04 = sum(F2.c04)", None),))
    (finding,) = check(edition, make_reading(F1=full_grid, F2=None), MONTH).findings
    assert (finding.found, finding.expected, finding.difference) == ("300", "0", "300")


# --- totals


def test_a_blank_total_is_computed_and_a_given_one_must_agree(small_edition, make_reading, full_grid) -> None:
    for row in ("r01", "r02", "r03"):
        del full_grid[f"{row}.c01"]
    checked = check(small_edition, make_reading(F1=full_grid), MONTH)
    assert checked.findings == []
    assert [checked.values.forms["F1"].cells[row, "c01"] for row in ("r01", "r02", "r03")] == [30, 12, 18]
    full_grid["r01.c01"] = 29
    codes = {f.code for f in check(small_edition, make_reading(F1=full_grid), MONTH).findings}
    assert codes == {"THU-R1", "THU-R2"}


def test_a_total_typed_as_blank_space_is_blank(small_edition, make_reading, full_grid) -> None:
    checked = check(small_edition, make_reading(F1=full_grid | {"r01.c01": "  "}), MONTH)
    assert checked.findings == []
    assert checked.values.forms["F1"].cells["r01", "c01"] == 30


def test_an_unreadable_total_is_not_replaced_by_a_computed_one(small_edition, make_reading, full_grid) -> None:
    checked = check(small_edition, make_reading(F1=full_grid | {"r01.c01": "ba mươi"}), MONTH)
    assert [f.code for f in checked.findings] == ["number_unreadable"]
    assert ("r01", "c01") not in checked.values.forms["F1"].cells


def test_a_total_of_unreadable_parts_is_neither_computed_nor_called_missing(
    small_edition, make_reading, full_grid
) -> None:
    del full_grid["r01.c01"]
    checked = check(small_edition, make_reading(F1=full_grid | {"r01.c02": "x"}), MONTH)
    assert [(f.code, str(f.address)) for f in checked.findings] == [("number_unreadable", "F1.r01.c02")]


def test_a_total_whose_parts_are_all_missing_is_told_by_its_parts(small_edition, make_reading, full_grid) -> None:
    for column in ("c01", "c02", "c03"):
        del full_grid[f"r02.{column}"]
    found = check(small_edition, make_reading(F1=full_grid), MONTH).findings
    assert [(f.code, str(f.address)) for f in found] == [("cell_missing", "F1.r02.c02"), ("cell_missing", "F1.r02.c03")]


def test_a_total_computed_without_a_missing_part_does_not_fail_further_totals(
    small_edition, make_reading, full_grid
) -> None:
    del full_grid["r02.c01"]
    del full_grid["r02.c03"]
    checked = check(small_edition, make_reading(F1=full_grid), MONTH)
    assert checked.values.forms["F1"].cells["r02", "c01"] == 4
    assert [(f.code, str(f.address)) for f in checked.findings] == [("cell_missing", "F1.r02.c03")]


def test_totals_of_totals_are_computed_in_the_order_they_need(
    make_small_edition, make_grid, make_rule, make_reading
) -> None:
    rules = (
        make_rule("c01 = c02 + c03", id="A", computes="c01"),
        make_rule("r01 = r02 + r03", id="B", computes="r01"),
        make_rule("c03 = c04 + c05", id="C", computes="c03"),
    )
    edition = make_small_edition(forms=(make_grid(3, 5),), rules=rules, outline=())
    given = {"r02.c02": 1, "r02.c04": 2, "r02.c05": 3, "r03.c02": 10, "r03.c04": 20, "r03.c05": 30}
    checked = check(edition, make_reading(F1=given), MONTH)
    assert checked.findings == []
    cells = checked.values.forms["F1"].cells
    assert [int(cells["r01", f"c0{n}"]) for n in range(1, 6)] == [66, 11, 55, 22, 33]


def test_totals_that_need_each_other_are_refused(make_small_edition, make_grid, make_rule, make_reading) -> None:
    rules = (
        make_rule("c01 = c02 + c03", id="A", computes="c01"),
        make_rule("c02 = c01 - c03", id="B", computes="c02"),
    )
    edition = make_small_edition(forms=(make_grid(1, 3),), rules=rules, outline=())
    with pytest.raises(RuleSyntaxError, match="computed from itself"):
        check(edition, make_reading(F1={"r01.c03": 1}), MONTH)


def test_a_share_is_computed_rounded_and_a_share_of_nothing_does_not_apply(
    make_small_edition, make_rule, make_reading, full_grid
) -> None:
    edition = make_small_edition(rules=(make_rule("c05 = c02 / c01 * 100", computes="c05"),))
    full_grid |= {"r03.c01": 0, "r03.c02": 0, "r03.c03": 0}
    cells = check(edition, make_reading(F1=full_grid), MONTH).values.forms["F1"].cells
    assert str(cells["r01", "c05"]) == "33.3"
    assert cells["r03", "c05"] is NOT_APPLICABLE


def test_a_computed_total_must_keep_its_columns_bounds(make_small_edition, make_rule, make_reading, full_grid) -> None:
    edition = make_small_edition(rules=(make_rule("c03 = c01 - c02", computes="c03"),))
    del full_grid["r01.c03"]
    (finding,) = check(edition, make_reading(F1=full_grid | {"r01.c02": 31}), MONTH).findings
    assert (finding.code, str(finding.address), finding.found) == ("below_minimum", "F1.r01.c03", "-1")


def test_a_computed_total_too_large_to_keep_is_told(make_small_edition, make_grid, make_rule, make_reading) -> None:
    edition = make_small_edition(
        forms=(make_grid(1, 3),), rules=(make_rule("c01 = c02 + c03", computes="c01"),), outline=()
    )
    (finding,) = check(edition, make_reading(F1={"r01.c02": 10**18 - 1, "r01.c03": 1}), MONTH).findings
    assert (finding.code, str(finding.address)) == ("number_too_large", "F1.r01.c01")


def test_totals_of_records_are_computed_record_by_record(make_small_edition, make_rule, make_reading) -> None:
    columns = tuple(Column(f"c0{n}", Label("c", "c"), "integer") for n in (1, 2, 3))
    form = Form("F2", Label("L", "L"), "list", columns)
    edition = make_small_edition(forms=(form,), rules=(make_rule("c01 = c02 + c03", "F2", computes="c01"),), outline=())
    given = [{"c02": 1, "c03": 2}, {}, {"c01": 9, "c02": 4, "c03": 4}]
    checked = check(edition, make_reading(F2=given), MONTH)
    assert [record["c01"] for record in checked.values.forms["F2"].records] == [3, 9]
    (finding,) = checked.findings
    assert (str(finding.address), finding.place) == ("F2[2].c01", Place(field="F2[3].c01"))


def test_totals_depending_on_a_choice_follow_it(make_small_edition, make_rule, make_reading) -> None:
    figures = [Column(f"c0{n}", Label("c", "c"), "integer") for n in (1, 2, 3)]
    columns = (Column("c00", Label("Loại", "Kind"), "text"), *figures)
    form = Form("F2", Label("L", "L"), "list", columns)
    rules = (
        make_rule("c01 = c02 + c03", "F2", id="A", when="c00 = 'cộng'", computes="c01"),
        make_rule("c01 = c02 - c03", "F2", id="B", when="c00 = 'trừ'", computes="c01"),
    )
    edition = make_small_edition(forms=(form,), rules=rules, outline=())
    given = [{"c00": "Cộng", "c02": 5, "c03": 2}, {"c00": "trừ", "c02": 5, "c03": 2}]
    checked = check(edition, make_reading(F2=given), MONTH)
    assert [record["c01"] for record in checked.values.forms["F2"].records] == [7, 3]
    assert checked.findings == []


def test_filling_by_itself_leaves_touched_nil_and_unsaid_forms_alone(small_edition) -> None:
    values = Values({"F1": FormValues(cells={("r01", "c02"): Decimal(1), ("r02", "c02"): Decimal(2)})})
    fill_totals(small_edition, values, {Address("F1", "r02", "c01")})
    assert values.forms["F1"].cells["r01", "c01"] == 1
    assert ("r02", "c01") not in values.forms["F1"].cells
    nil = Values({"F1": FormValues(nil=True)})
    fill_totals(small_edition, nil, frozenset())
    assert nil.forms["F1"].cells == {}
    nothing = Values()
    fill_totals(small_edition, nothing, frozenset())
    assert nothing.forms == {}
