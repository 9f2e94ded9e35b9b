"""Messages of rules with figures in them, in both languages, at the place where the rule fails."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.domain.checks import check
from hub.domain.context import Context
from hub.domain.form import Choice, Column, Form, Label, Row
from hub.domain.rules import rule_problems
from hub.domain.values import FormValues, Values


def label(text: str) -> Label:
    return Label(text, text)


GRID = Form(
    "F1", label("Lưới"), "grid",
    (
        Column("c01", Label("Tổng", "Total"), "integer", required=False, minimum=None),
        Column("c02", Label("Phần", "Part"), "decimal", 2, required=False, minimum=None),
        Column("c03", label("Mức"), "choice", required=False, choices=(Choice("1", Label("Đạt", "Met")),)),
        Column("c04", label("Ngày"), "date", required=False),
        Column("c05", label("Tên"), "text", required=False),
    ),
    (Row("r01", Label("Cả tỉnh", "Whole province")), Row("r02", Label("Xã", "Communes"))),
)  # fmt: skip
LIST = Form(
    "F2", label("Danh sách"), "list",
    (
        Column("c21", label("Tên"), "text", required=False),
        Column("c22", label("Số"), "integer", required=False, minimum=None),
    ),
    required=False,
)  # fmt: skip


@pytest.fixture
def told(make_small_edition, make_rule, make_reading):
    """``told(expression, message in both languages, form, **forms) -> [(vi, en)]`` of the rule's findings."""

    def check_one(
        expr: str, message: str, form: str | None = "F1", *, previous: Values | None = None, **forms: object
    ) -> list[tuple[str, str]]:
        rule = make_rule(expr, form, message=label(message))
        edition = make_small_edition(forms=(GRID, LIST), rules=(rule,), swing=None)
        checked = check(edition, make_reading(**forms), Context("2026-M01", "monthly", previous=previous))
        return [(each.message_vi, each.message_en) for each in checked.findings if each.stage == "rule"]

    return check_one


def test_a_message_without_figures_has_both_sides_put_after_it(told) -> None:
    assert told("c01 = c02", "Sai", F1={"r01.c01": 1234, "r01.c02": "1200.5"}) == [
        (
            "Sai: ghi 1.234, đối chiếu 1.200,5, chênh lệch 33,5.",
            "Sai: found 1,234, against 1,200.5, difference 33.5.",
        )
    ]


def test_both_sides_and_their_difference_are_written_as_each_language_writes_them(told) -> None:
    message = "{found} khác {expected}, lệch {difference}"
    assert told("c01 = c02", message, F1={"r01.c01": 1234, "r01.c02": "1200.5"}) == [
        ("1.234 khác 1.200,5, lệch 33,5.", "1,234 khác 1,200.5, lệch 33.5.")
    ]


def test_a_row_and_a_column_are_named_by_their_labels(told) -> None:
    ((vi, en),) = told("c01 <= 5", "{row}, {column}", F1={"r02.c01": 1234})
    assert vi == "Xã, Tổng: ghi 1.234, đối chiếu 5, chênh lệch 1.229."
    assert en == "Communes, Total: found 1,234, against 5, difference 1,229."


def test_a_record_is_named_by_its_number(told) -> None:
    found = told("c22 <= 5", "Dòng {row}: {c22}", "F2", F2=[{"c22": 1}, {"c22": 1600}])
    assert [vi for vi, _ in found] == ["Dòng 2: 1.600."]


def test_figures_are_named_with_the_scope_of_the_rule(told) -> None:
    cells = {"r01.c01": 7, "r01.c02": "1.5", "r02.c01": 1000, "r02.c02": "2000.25"}
    assert told("c01 >= c02", "{c01} | {r01.c01} | {F1.r01.c02} | {sum(c02)} | {c01 * 2}.", F1=cells) == [
        ("1.000 | 7 | 1,5 | 2.001,75 | 2.000.", "1,000 | 7 | 1.5 | 2,001.75 | 2,000.")
    ]


def test_a_rule_over_rows_names_the_rows_of_the_column_at_hand(told) -> None:
    found = told("r01 >= r02", "{column}: {r02} > {r01}", F1={"r01.c01": 1, "r02.c01": 2})
    assert [vi for vi, _ in found] == ["Tổng: 2 > 1."]


def test_earlier_figures_choices_days_and_texts_are_written_for_people(told) -> None:
    previous = Values({"F1": FormValues(cells={("r01", "c01"): Decimal(4321)})})
    cells = {"r01.c01": 1, "r01.c03": "1", "r01.c04": "2026-01-31", "r01.c05": "Xã Tân"}
    found = told("c01 >= prev(c01)", "{prev(c01)}, {c03}, {c04}, {c05}, {c02}", previous=previous, F1=cells)
    assert found == [("4.321, Đạt, 31/01/2026, “Xã Tân”, (trống).", "4,321, Met, 2026-01-31, “Xã Tân”, (blank).")]


def test_days_that_differ_are_written_for_people(told) -> None:
    ((vi, en),) = told("c04 > '2026-02-01'", "Sai", F1={"r01.c04": "2026-01-31"})
    assert vi == "Sai: ghi 31/01/2026, đối chiếu 01/02/2026."
    assert en == "Sai: found 2026-01-31, against 2026-02-01."


def test_the_findings_own_figures_stay_exact(make_small_edition, make_rule, make_reading) -> None:
    rule = make_rule("c01 = c02", message=Label("{found}", "{found}"))
    edition = make_small_edition(forms=(GRID,), rules=(rule,))
    (finding,) = check(
        edition, make_reading(F1={"r01.c01": 1234, "r01.c02": "0.5"}), Context("2026-M01", "monthly")
    ).findings
    assert (finding.found, finding.expected, finding.difference) == ("1234", "0.5", "1233.5")
    assert finding.key == "R1@F1.r01.c01"


@pytest.mark.parametrize(
    ("expr", "form", "message"),
    [
        ("c01 > 0", "F1", "{c99}"),
        ("c01 > 0", "F1", "{}"),
        ("c01 > 0", "F1", "{r01}"),
        ("c01 > 0", "F1", "{c01 > 0}"),
        ("c01 > 0", "F1", "{what is this}"),
        ("r01 > r02", "F1", "{c01}"),
        ("r01.c01 > 0", "F1", "{c01}"),
        ("F1.r01.c01 > 0", None, "{c01}"),
        ("not empty(c01)", "F1", "{expected}"),
        ("c01 > 0 or c02 > 0", "F1", "{difference}"),
        ("c05 = 'a'", "F1", "{difference}"),
        ("sum(F2.c22) > 0", None, "{row}"),
        ("c22 > 0", "F2", "{prev(c22)}"),
    ],
)
def test_a_placeholder_that_is_no_figure_there_is_told_to_lint(
    make_small_edition, make_rule, expr: str, form: str | None, message: str
) -> None:
    for spoken in (Label(message, "right"), Label("right", message)):
        rules = (make_rule(expr, form, message=spoken),)
        (problem,) = rule_problems(make_small_edition(forms=(GRID, LIST), rules=rules))
        assert "of the message" in problem.message


def test_messages_that_name_only_known_things_are_right(make_small_edition, make_rule) -> None:
    message = label("{row} {column} {found} {expected} {difference} {c02} {r02.c02} {sum(F2.c22)} {prev(c02)}")
    edition = make_small_edition(forms=(GRID, LIST), rules=(make_rule("c01 = c02", message=message),))
    assert rule_problems(edition) == []


def test_a_date_found_is_no_number(make_small_edition, make_rule, make_reading) -> None:
    rule = make_rule("c04 = prev(c04)", message=label("{found}/{expected}"))
    edition = make_small_edition(forms=(GRID,), rules=(rule,))
    previous = Values({"F1": FormValues(cells={("r01", "c04"): date(2025, 12, 1)})})
    (finding,) = check(
        edition, make_reading(F1={"r01.c04": "2026-01-31"}), Context("2026-M01", "monthly", previous=previous)
    ).findings
    assert finding.message_vi == "31/01/2026/01/12/2025."
    assert finding.difference is None
