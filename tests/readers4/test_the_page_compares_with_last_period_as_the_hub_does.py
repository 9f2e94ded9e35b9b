"""Against last period: the page asks about the swings that the hub asks about, and says the change exactly."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from hub.domain.form import Column, Form, Label, Row
from hub.domain.regime import Rule, Swing
from hub.domain.rule_browser import program
from hub.domain.rules import exact_text
from hub.domain.swings import swings
from hub.domain.values import FormValues, Values

pytestmark = pytest.mark.browser

FIGURES = (0, 1, 5, 19, 20, 21, 40, 60, 61, 63, 100, 300, 301, 10_000, -5, -40, -100)


def _edition(make_small_edition):
    columns = (
        Column("c01", Label("Tổng", "Total"), "integer", minimum=None),
        Column("c02", Label("Một", "One"), "decimal", 2, of="c01", minimum=None),
        Column("c03", Label("Hai", "Two"), "integer", of="c01", minimum=None),
        Column("c04", Label("Thừa", "Over"), "integer", minimum=None, required=False),
    )
    rows = (
        Row("r01", Label("Cả xã", "All")), Row("r02", Label("Nam", "Men"), of="r01"),
        *(Row(f"r{n:02}", Label(f"Thôn {n}", f"Village {n}")) for n in range(3, 12)),
    )  # fmt: skip
    rule = Rule("T-1", "F1", "c04 = c01 - c03", "error", "text", Label("Sai", "Wrong"), computes="c04")
    form = Form("F1", Label("Biểu", "A form"), "grid", columns, rows)
    return make_small_edition(forms=(form,), rules=(rule,), outline=(), swing=Swing(Decimal(3), Decimal(20)))


def _values(draw: random.Random, edition) -> dict[tuple[str, str], Decimal]:
    places = [(row.code, column.code) for row, column in edition.form("F1").cells()]
    return {place: Decimal(draw.choice(FIGURES)) for place in places if draw.random() < 0.8}


def _shown(decimals: int, value: Decimal) -> str:
    return f"{value:.{decimals}f}".replace(".", ",")


def test_the_page_asks_about_the_swings_that_the_hub_asks_about(in_page, make_small_edition) -> None:
    edition, draw = _edition(make_small_edition), random.Random(7)
    decimals = {column.code: column.decimals for column in edition.form("F1").columns}
    asked, wanted = [], []
    for _ in range(60):
        now, before = _values(draw, edition), _values(draw, edition)
        for row in edition.form("F1").rows:
            now.setdefault((row.code, "c04"), Decimal(0))
        found = swings(edition, Values({"F1": FormValues(now)}), Values({"F1": FormValues(before)}))
        wanted.append([one.message_vi for one in found])
        texts = [
            {".".join(place): _shown(decimals[place[1]], value) for place, value in each.items()}
            for each in (now, before)
        ]
        asked.append(texts)
    said = in_page(
        "({program, asked}) => asked.map(([now, before]) => HubRules.judge({...program, before: {F1: before}},"
        " {F1: {nil: false, cells: now, records: []}}).findings"
        ".filter((one) => ['swing', 'more_swings'].includes(one.code)).map((one) => one.message))",
        {"program": program(edition, "monthly"), "asked": asked},
    )
    assert sum(map(len, wanted)) > 300
    assert [sorted(each) for each in said] == [sorted(each) for each in wanted]


def test_beyond_twenty_five_the_rest_is_asked_about_together(in_page, make_small_edition) -> None:
    columns = tuple(Column(f"c{n:02}", Label(f"c{n}", f"c{n}"), "integer") for n in range(1, 41))
    form = Form("F1", Label("x", "x"), "grid", columns, (Row("r01", Label("r", "r")),))
    edition = make_small_edition(
        forms=(form,), rules=(), outline=(), swing=Swing(Decimal(3), Decimal(20))
    )  # fmt: skip
    now = {("r01", column.code): Decimal(100 * n) for n, column in enumerate(columns, 1)}
    before = {place: Decimal(5) for place in now}
    found = swings(edition, Values({"F1": FormValues(now)}), Values({"F1": FormValues(before)}))
    texts = [{".".join(place): exact_text(value) for place, value in each.items()} for each in (now, before)]
    said = in_page(
        "({program, asked: [now, before]}) => HubRules.judge({...program, before: {F1: before}},"
        " {F1: {nil: false, cells: now, records: []}}).findings.map((one) => one.message)",
        {"program": program(edition, "monthly"), "asked": texts},
    )
    assert len(found) == 26
    assert said == [one.message_vi for one in found]


def test_the_change_since_last_period_is_exact(in_page, make_small_edition) -> None:
    column = program(_edition(make_small_edition), "monthly")["forms"]["F1"]["columns"]["c02"]
    cases = [("1.200", "1.350", "+150", "+12,5"), ("0", "5", "+5", ""), ("-10", "10", "+20", "+200"),
             ("3", "2", "-1", "-33,3"), ("0,30", "0,40", "+0,1", "+33,3"), ("7", "7", "0", "")]  # fmt: skip
    said = in_page(
        "({column, asked}) => asked.map(([was, is]) => HubRules.change(was, is, column, {}))",
        {"column": column, "asked": [case[:2] for case in cases]},
    )
    assert [(one["difference"], one["percent"]) for one in said] == [case[2:] for case in cases]
    nothing = "({column}) => ['', 'abc', 'N/A'].map((text) => HubRules.change('5', text, column, {number_words: ''}))"
    assert in_page(nothing, {"column": column}) == [None, None, None]


def test_grouping_a_number_never_changes_what_it_means(in_page, make_small_edition) -> None:
    columns = tuple(Column(f"d{n}", Label("x", "x"), "decimal", n, minimum=None) for n in (0, 1, 2, 3, 6))
    form = Form("F1", Label("x", "x"), "list", columns)
    made = program(make_small_edition(forms=(form,), rules=(), outline=()), "monthly")
    texts = [
        "1234",
        "1.234",
        "1,234",
        "1234,5",
        "1234,567",
        "0,5",
        "007",
        "-1234567",
        "1 234",
        "abc",
        "N/A",
        "",
        "12,0",
    ]
    said = in_page(
        "({program, asked}) => Object.entries(program.forms.F1.columns).map(([code, column]) => asked.map((text) => ["
        "HubRules.readText(text, column, program.texts), HubRules.grouped(text, column, program.texts),"
        "HubRules.readText(HubRules.grouped(text, column, program.texts), column, program.texts)]))",
        {"program": made, "asked": texts},
    )
    for column in said:
        assert all(before == after for before, _, after in column)
    assert [shown for _, shown, _ in said[0]][:4] == ["1.234", "1.234", "1,234", "1234,5"]
    assert [shown for _, shown, _ in said[3]][:5] == ["1.234,000", "1.234", "1,234", "1.234,5", "1.234,567"]
