"""A figure far from last period's is asked about once, and a total not again where its part is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.domain.checks import Context, check
from hub.domain.findings import needs_explanation
from hub.domain.regime import Swing
from hub.domain.rule_browser import program
from hub.domain.swings import MOST_SHOWN, swings, swings_between
from hub.domain.values import FormValues, Values


@pytest.mark.parametrize(
    ("before", "after", "swung"),
    [
        ("100", "301", True), ("100", "300", False), ("301", "100", True), ("300", "100", False),
        ("1", "4", False), ("5", "24", False), ("5", "25", True), ("0", "19", False), ("0", "20", True),
        ("20", "0", True), ("0", "0", False), ("-15", "15", True), ("-5", "5", False), ("-100", "-301", True),
        ("10.5", "31.49", False), ("10.5", "31.51", True), ("100", "119", False),
    ],
)  # fmt: skip
def test_far_is_more_than_three_times_and_twenty_units(before, after, swung):
    assert swings_between(Swing(), Decimal(before), Decimal(after)) is swung


def f1(**cells: str) -> Values:
    return Values({"F1": FormValues({tuple(at.split("_")): Decimal(text) for at, text in cells.items()})})


def found(edition, after, before):
    return [str(finding.address) for finding in swings(edition, after, before)]


def test_a_swing_is_a_warning_with_both_figures_that_asks_for_an_explanation(small_edition):
    (finding,) = swings(small_edition, f1(r02_c04="1234.50"), f1(r02_c04="100"))
    assert finding.key == "swing@F1.r02.c04"
    assert finding.message_vi == (
        "Nam, Kinh phí: kỳ này 1.234,50, kỳ trước 100,00. Số thay đổi nhiều; hãy kiểm tra và giải trình."
    )
    assert (finding.found, finding.expected, finding.difference) == ("1234.5", "100", "1134.5")
    assert needs_explanation([finding]) == [finding]


def test_a_total_whose_part_swings_is_not_asked_about_again(small_edition):
    before = f1(r01_c01="20", r01_c02="10", r01_c03="10", r02_c02="5", r02_c03="5", r02_c01="10")
    after = f1(r01_c01="210", r01_c02="200", r01_c03="10", r02_c02="195", r02_c03="5", r02_c01="200")
    assert found(small_edition, after, before) == ["F1.r02.c02"]


def test_a_total_is_asked_about_where_no_part_of_it_swings(small_edition):
    after, before = f1(r01_c04="100", r02_c04="50", r03_c04="50"), f1(r01_c04="10", r02_c04="45", r03_c04="45")
    assert found(small_edition, after, before) == ["F1.r01.c04"]


def test_what_is_missing_now_or_was_missing_is_no_swing(small_edition):
    assert found(small_edition, f1(r02_c04="900"), f1(r03_c04="1")) == []
    assert found(small_edition, f1(r02_c04="900"), None) == []
    assert found(small_edition, f1(r02_c04="900"), Values({"F1": FormValues(nil=True)})) == []


def test_a_list_is_asked_about_by_the_totals_of_its_columns(small_edition):
    records = lambda *areas: Values({"F2": FormValues(records=[{"c04": Decimal(area)} for area in areas])})  # noqa: E731
    assert found(small_edition, records("50", "50"), records("10")) == ["F2.*.c04"]
    assert found(small_edition, records("10", "10"), records("10")) == []


def test_an_edition_may_ask_later_or_never(make_small_edition):
    after, before = f1(r02_c04="400"), f1(r02_c04="100")
    assert found(make_small_edition(swing=None), after, before) == []
    assert found(make_small_edition(swing=Swing(Decimal(5), Decimal(20))), after, before) == []
    assert found(make_small_edition(swing=Swing(Decimal(3), Decimal(301))), after, before) == []
    assert found(make_small_edition(swing=Swing(Decimal(3), Decimal(300))), after, before) == ["F1.r02.c04"]


def test_many_swings_are_asked_about_one_by_one_up_to_twenty_five_and_the_rest_together(make_small_edition):
    from hub.domain.form import Column, Form, Label, Row

    label = Label("Số", "Number")
    rows = tuple(Row(f"r{n:02}", label) for n in range(1, 41))
    form = Form("F1", label, "grid", (Column("c01", label, "integer"),), rows)
    edition = make_small_edition(forms=(form,), rules=())
    before = Values({"F1": FormValues({(row.code, "c01"): Decimal(10) for row in rows})})
    after = Values({"F1": FormValues({(row.code, "c01"): Decimal(40 + n) for n, row in enumerate(rows)})})
    asked = swings(edition, after, before)
    assert len(asked) == MOST_SHOWN + 1
    assert [str(each.address) for each in asked[:MOST_SHOWN]] == [f"F1.r{n}.c01" for n in range(16, 41)]
    assert (asked[-1].key, asked[-1].found) == ("more_swings", "15")


def test_every_door_gets_the_same_swings_because_the_check_finds_them(small_edition):
    from hub.domain.envelope import RawForm, Reading

    readings = [
        Reading("form", "vi", forms={"F1": RawForm({("r02", "c04"): "1.234,5"})}),
        Reading("json", "canonical", forms={"F1": RawForm({("r02", "c04"): Decimal("1234.5")})}),
    ]
    context = Context("2026-M02", "monthly", previous=f1(r02_c04="10"))
    keys = [
        [each.key for each in check(small_edition, reading, context).findings if each.code == "swing"]
        for reading in readings
    ]
    assert keys == [["swing@F1.r02.c04"]] * 2


def test_a_figure_that_could_not_be_read_does_not_swing(small_edition):
    from hub.domain.envelope import RawForm, Reading

    reading = Reading("form", "vi", forms={"F1": RawForm({("r02", "c04"): "nhiều"})})
    context = Context("2026-M02", "monthly", previous=f1(r02_c04="10"))
    assert "swing" not in {each.code for each in check(small_edition, reading, context).findings}


def test_the_page_is_told_how_far_is_far(make_small_edition):
    assert program(make_small_edition(), "monthly")["swing"] == {"factor": "3", "least": "20"}
    assert program(make_small_edition(swing=None), "monthly")["swing"] is None
