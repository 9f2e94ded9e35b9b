"""What reports make together, what their superior adds, and what differs: pure, beside a recomputation by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.envelope import NOT_APPLICABLE
from hub.domain.form import Address, Column, Form, Label, Rollup, Row
from hub.domain.packing import pack
from hub.domain.parts import Parts, differences, drafted, part_findings, together
from hub.domain.values import FormValues, Values

WORDS = Label("Chữ", "Words")


@pytest.fixture
def edition(make_small_edition):
    """A grid with a column of every kind, and a list."""
    grid = Form(
        "F1", WORDS, "grid",
        rows=(Row("r01", WORDS), Row("r02", WORDS)),
        columns=(
            Column("c01", WORDS, "integer", rollup=Rollup("sum")),
            Column("c02", WORDS, "decimal", 2, rollup=Rollup("last")),
            Column("c03", WORDS, "integer", rollup=Rollup("max")),
            Column("c04", WORDS, "percent", 1, rollup=Rollup("ratio", numerator="c01", denominator="c02")),
            Column("c05", WORDS, "decimal", 1, rollup=Rollup("weighted", weight="c01")),
            Column("c06", WORDS, "integer"),
            Column("c07", WORDS, "text", required=False),
        ),
    )  # fmt: skip
    records = Form(
        "F2", WORDS, "list", (Column("c01", WORDS, "text"), Column("c02", WORDS, "integer", rollup=Rollup("sum"))),
        max_records=5,
    )  # fmt: skip
    return make_small_edition(forms=(grid, records), rules=(), outline=())


def report(people: int, money: str, largest: int, mean: str) -> Values:
    cells = {
        ("r01", "c01"): Decimal(people), ("r01", "c02"): Decimal(money), ("r01", "c03"): Decimal(largest),
        ("r01", "c04"): Decimal("99.9"), ("r01", "c05"): Decimal(mean), ("r01", "c06"): Decimal(1),
    }  # fmt: skip
    return Values({"F1": FormValues(cells)})


def listed(*records: tuple[str, int]) -> Values:
    return Values({"F2": FormValues(records=[{"c01": name, "c02": Decimal(number)} for name, number in records])})


def of(edition, *reports: Values):
    return together(edition, [(pack(edition, values), values) for values in reports])


def grid(values: Values) -> dict[tuple[str, str], object]:
    return values.forms["F1"].cells


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_kind_of_figure_is_what_it_is_by_hand(edition, data):
    numbers = st.tuples(st.integers(0, 9999), st.integers(1, 99999), st.integers(-5, 500), st.integers(0, 9999))
    rows = data.draw(st.lists(numbers, min_size=1, max_size=6))
    reports = [report(a, str(Decimal(b) / 100), c, str(Decimal(d) / 10)) for a, b, c, d in rows]
    cells = grid(drafted(edition, "monthly", of(edition, *reports)))
    people, money = sum(a for a, *_ in rows), sum(Fraction(b, 100) for _, b, *_ in rows)
    assert cells["r01", "c01"] == people
    assert Fraction(cells["r01", "c02"]) == money
    assert cells["r01", "c03"] == max(c for _, _, c, _ in rows)
    assert abs(Fraction(cells["r01", "c04"]) - Fraction(people) / money) <= Fraction(1, 20)
    if people:
        mean = sum(Fraction(a * d, 10) for a, _, _, d in rows) / people
        assert abs(Fraction(cells["r01", "c05"]) - mean) <= Fraction(1, 20)
    assert ("r01", "c06") not in cells, "what is not brought together is the superior's to write"


def test_what_no_part_says_stays_as_the_superior_wrote_it(edition):
    old = Values({"F1": FormValues({("r02", "c01"): Decimal(7), ("r01", "c06"): Decimal(3), ("r01", "c07"): "Lời"})})
    cells = grid(drafted(edition, "monthly", of(edition, report(1, "1.00", 1, "1.0")), old))
    assert (cells["r02", "c01"], cells["r01", "c06"], cells["r01", "c07"]) == (7, 3, "Lời")


def test_what_came_from_a_part_that_fell_out_does_not_stay(edition):
    before = of(edition, report(1, "1.00", 1, "1.0"), Values({"F1": FormValues({("r02", "c01"): Decimal(5)})}))
    old = drafted(edition, "monthly", before)
    now = of(edition, report(1, "1.00", 1, "1.0"))
    assert ("r02", "c01") not in grid(drafted(edition, "monthly", now, old, before))


def test_an_addition_of_the_superior_s_own_survives_every_part(edition):
    before = of(edition, report(10, "1.00", 4, "1.0"))
    old = drafted(edition, "monthly", before)
    grid(old)["r01", "c01"] = Decimal(13)
    once = drafted(
        edition, "monthly", of(edition, report(10, "1.00", 4, "1.0"), report(5, "2.00", 9, "1.0")), old, before
    )
    assert (grid(once)["r01", "c01"], grid(once)["r01", "c03"]) == (18, 9)
    assert grid(once)["r01", "c04"] == Decimal("6.0"), "18 for each 3.00: of the report's own sums"
    assert differences(
        edition, once, of(edition, report(10, "1.00", 4, "1.0"), report(5, "2.00", 9, "1.0")).vector
    ) == [(edition.figures[edition.slot[Address("F1", "r01", "c01")]], 15, 18)]


def test_nil_of_all_is_nil_and_nil_of_some_is_nothing_added(edition):
    nil = Values({"F1": FormValues(nil=True)})
    assert drafted(edition, "monthly", of(edition, nil, nil)).forms["F1"].nil
    some = drafted(edition, "monthly", of(edition, nil, report(4, "1.00", 2, "1.0")))
    assert grid(some)["r01", "c01"] == 4


def test_not_applicable_to_all_is_not_applicable(edition):
    part = Values({"F1": FormValues({("r01", "c01"): NOT_APPLICABLE})})
    assert grid(drafted(edition, "monthly", of(edition, part, part)))["r01", "c01"] is NOT_APPLICABLE


def test_records_of_all_parts_and_then_the_superior_s_own(edition):
    before = of(edition, listed(("a", 1)), listed(("b", 2)))
    old = drafted(edition, "monthly", before)
    old.forms["F2"].records.append({"c01": "tỉnh", "c02": Decimal(9)})
    made = drafted(edition, "monthly", of(edition, listed(("a", 1)), listed(("b", 2), ("b", 2))), old, before)
    assert [record["c01"] for record in made.forms["F2"].records] == ["a", "b", "b", "tỉnh"]


def test_more_records_than_a_form_holds_are_left_to_the_superior_and_told(edition):
    parts = of(edition, listed(*((str(number), number) for number in range(6))))
    values = drafted(edition, "monthly", parts)
    assert "F2" not in values.forms
    told = part_findings(edition, values, Parts(parts.vector, 1, 1))
    assert {str(each.address): each.expected for each in told} == {"F2.*.c02": "15", "F2.*.#": "6"}


def test_a_figure_left_out_differs_and_a_missing_unit_is_counted(edition):
    parts = of(edition, report(10, "1.00", 4, "1.0"))
    values = drafted(edition, "monthly", parts)
    assert part_findings(edition, values, Parts(parts.vector, 1, 1)) == []
    del grid(values)["r01", "c03"]
    told = part_findings(edition, values, Parts(parts.vector, 1, 3))
    assert [(each.code, each.severity, each.key, each.found) for each in told] == [
        ("parts_missing", "warning", "parts_missing", "1"),
        ("differs_from_parts", "warning", "differs_from_parts@F1.r01.c03", None),
    ]
    assert "2" in told[0].message_vi
    assert "2" in told[0].message_en


def test_only_forms_of_the_period_are_filled(edition):
    only_yearly = replace(edition.forms[1], frequencies=("yearly",))
    yearly = replace(edition, forms=(edition.forms[0], only_yearly))
    assert "F2" not in drafted(yearly, "monthly", of(yearly, listed(("a", 1)))).forms
