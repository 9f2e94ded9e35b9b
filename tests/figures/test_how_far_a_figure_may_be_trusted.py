"""Final or provisional, and how much is missing: exact, never better than it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.confidence import every_report_answers, missing_weight, standing_of, weighing_slot
from hub.domain.form import Address
from hub.domain.packing import Packed
from hub.domain.period import Period
from hub.domain.rebasing import Rolled, own_figures
from hub.domain.rollup import Coverage, Matrix, whole

SEPTEMBER = Period.parse("2026-M09")
ALL, SOME = Coverage(2, 2, 0, (), ()), Coverage(2, 1, 0, ("X2",), ())


def standing(coverage: Coverage, **changes: object) -> str:
    facts = {"applies": True, "closed": True, "answered": True} | changes
    return standing_of(Decimal(1), coverage, **facts)  # type: ignore[arg-type]


def test_a_figure_is_final_when_all_are_accepted_and_the_last_deadline_is_over():
    assert standing(ALL) == "final"
    assert [standing(SOME), standing(ALL, closed=False), standing(ALL, answered=False)] == ["provisional"] * 3
    assert standing(Coverage(2, 3, 0, (), ())) == "provisional", "more than all is a mistake, never complete"


def test_what_is_not_asked_is_told_from_what_is_missing():
    assert standing(ALL, applies=False) == "not_applicable"
    assert standing(Coverage(0, 0, 0, (), ("X1",))) == "not_applicable"
    assert standing_of(None, ALL, applies=True, closed=True, answered=True) == "missing"


def report(edition, figures: dict[str, int], mark: int = 0) -> tuple[bytes, bytes]:
    numbers, marks = [0] * len(edition.figures), [mark] * len(edition.figures)
    for name, value in figures.items():
        place = edition.slot[Address(*name.split("."))]
        numbers[place], marks[place] = value, 1
    return b"".join(each.to_bytes(8, "little", signed=True) for each in numbers), bytes(marks)


def rolled(edition, *reports: tuple[bytes, bytes]) -> Rolled:
    matrix = Matrix.of(edition, [figures for figures, _ in reports], [marks for _, marks in reports])
    return Rolled(edition, SEPTEMBER, "P1", whole(edition, matrix), Coverage(2, len(reports), 0, (), ()), None)


def test_an_empty_report_never_makes_a_figure_complete(small_edition):
    full = report(small_edition, {"F1.r01.c01": 5})
    assert every_report_answers(rolled(small_edition, full, full))
    assert not every_report_answers(rolled(small_edition, full, report(small_edition, {})))
    assert every_report_answers(rolled(small_edition))


def test_where_no_figure_is_required_no_report_is_empty(make_small_edition, small_edition):
    forms = tuple(replace(form, required=False) for form in small_edition.forms)
    free = make_small_edition(forms=forms)
    assert every_report_answers(rolled(free, report(free, {"F1.r01.c01": 5}), report(free, {})))


def test_nothing_to_report_is_an_answer_and_not_applicable_is_none(small_edition):
    full, nil, without = (
        report(small_edition, {"F1.r01.c01": 5}),
        report(small_edition, {}, 3),
        report(small_edition, {}, 2),
    )
    assert every_report_answers(rolled(small_edition, full, nil))
    assert not every_report_answers(rolled(small_edition, full, without))


def test_a_units_own_report_tells_zero_nothing_to_report_and_not_applicable_apart(small_edition):
    said = bytearray(len(small_edition.figures))
    said[0], said[1], said[2] = 1, 2, 3
    row = own_figures(small_edition, SEPTEMBER, "X1", Packed(bytes(8 * len(said)), bytes(said)), ALL, None)
    assert list(row.vector.presence[:4]) == [1, 0, 1, 0]
    assert row.not_applicable == {1}
    assert own_figures(small_edition, SEPTEMBER, "X1", None, ALL, None).vector.presence.sum() == 0


def test_a_unit_weighs_by_what_it_adds(small_edition):
    at = {name: small_edition.slot[Address("F1", "r01", name)] for name in ("c01", "c02", "c03", "c05")}
    assert weighing_slot(small_edition, at["c02"]) == at["c02"]
    assert weighing_slot(small_edition, at["c03"]) == at["c03"], "a stock adds up over units"
    assert weighing_slot(small_edition, at["c05"]) == at["c01"], "a ratio's denominator"


@pytest.mark.parametrize(
    ("total", "held", "weight"),
    [
        (8, [1], "0.1250"),
        (3, [1], "0.3333"),
        (3, [1, 1], "0.6667"),
        (20000, [1], "0.0001"),  # 0.00005 is rounded up
        (7, [7], "1.0000"),
        (7, [0], "0.0000"),
    ],
)
def test_the_weight_of_what_is_missing_is_its_share_of_the_last_total(total, held, weight):
    assert str(missing_weight(total, held)) == weight


def test_a_weight_that_nobody_can_know_is_not_given():
    for total, held in ((None, [1]), (0, [0]), (5, []), (5, [-1, 2]), (-5, [1]), (5, [6])):
        assert missing_weight(total, held) is None


@given(st.lists(st.integers(0, 10**18), min_size=1), st.integers(0, 10**18))
def test_no_weight_is_off_by_more_than_half_of_its_last_place(held, rest):
    total = sum(held) + rest
    weight = missing_weight(total, held)
    if total == 0:
        assert weight is None
    else:
        assert abs(Fraction(weight) - Fraction(sum(held), total)) <= Fraction(1, 20_000)
