"""Taking away what went out and adding what came in gives the same bytes as rolling everything up again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hub.domain.form import Rollup
from hub.domain.packing import PRESENT, FigureOverflow
from hub.domain.rollup import Coverage, Matrix, whole
from hub.domain.rollup_delta import difference, exchanged, moved, needs_rows, put_together

UNITS = 6


def with_rollup(edition, column, rollup):
    """The edition with one column of the grid brought together in another way."""
    grid = edition.forms[0]
    columns = tuple(replace(each, rollup=rollup) if each.code == column else each for each in grid.columns)
    return replace(edition, forms=(replace(grid, columns=columns), *edition.forms[1:]))


@st.composite
def reports(draw, width):
    """Figures and presence of a few units: mostly of common size, some at the edge of what can be kept."""
    size = draw(st.sampled_from([1000, 2**62]))
    presence = np.array(draw(st.lists(st.integers(0, 3), min_size=UNITS * width, max_size=UNITS * width)), np.uint8)
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    figures = np.where(presence == PRESENT, chance.integers(-size, size, UNITS * width), 0)
    return Matrix(figures.reshape(UNITS, width), presence.reshape(UNITS, width))


def rows(matrix, wanted):
    wanted = sorted(wanted)
    return Matrix(matrix.figures[wanted], matrix.presence[wanted])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_delta_of_any_change_is_what_a_full_roll_up_makes(small_edition, data):
    edition = with_rollup(small_edition, "c04", Rollup("none", "none"))
    matrix = data.draw(reports(len(edition.figures)))
    units = st.sets(st.integers(0, UNITS - 1))
    before, after = data.draw(units), data.draw(units)
    gone, come = difference(sorted(before), sorted(after))
    try:
        stood = whole(edition, rows(matrix, before))
    except FigureOverflow:
        assume(False)
    try:
        wanted = whole(edition, rows(matrix, after))
    except FigureOverflow as too_large:
        if any(edition.figures[edition.slot[too_large.address]].rollup.kind == kind for kind in ("ratio", "none")):
            return  # a sum that nobody keeps
        with pytest.raises(FigureOverflow):
            moved(edition, stood, rows(matrix, gone), rows(matrix, come))
        return
    assert moved(edition, stood, rows(matrix, gone), rows(matrix, come)).packed() == wanted.packed()


def test_a_maximum_and_a_weighted_mean_are_not_followed_by_what_changed(small_edition):
    assert not needs_rows(small_edition)
    assert needs_rows(with_rollup(small_edition, "c04", Rollup("max", "max")))
    assert needs_rows(with_rollup(small_edition, "c04", Rollup("weighted", "none", weight="c01")))


def test_a_version_in_the_place_of_another_is_one_out_and_one_in():
    assert difference([("a", 1), ("b", 1)], [("a", 2), ("b", 1), ("c", 1)]) == ([("a", 1)], [("a", 2), ("c", 1)])


def test_the_nation_is_covered_as_its_parts_are():
    first, second = Coverage(3, 1, 1, ("x", "y"), ()), Coverage(2, 2, 0, (), ("z",))
    assert put_together([first, second]) == Coverage(5, 3, 1, ("x", "y"), ("z",))


def test_a_part_in_the_place_of_another_covers_the_nation_as_all_parts_together_do():
    parts = [
        Coverage(3, 1, 1, ("a1", "a2"), ()),
        Coverage(4, 1, 0, ("b1", "b2", "b3"), ("b4",)),
        Coverage(1, 1, 0, (), ()),
    ]
    nation = put_together(parts)
    for new in (
        Coverage(4, 2, 1, ("b1", "b3"), ("b4",)),
        Coverage(4, 4, 0, (), ("b4",)),
        Coverage(5, 1, 0, ("b1", "b2", "b3", "b4"), ()),
        parts[1],
    ):
        assert exchanged(nation, parts[1], new) == put_together([parts[0], new, parts[2]])


@pytest.mark.parametrize(
    "old", [Coverage(1, 1, 0, (), ()), Coverage(2, 1, 0, ("b2", "b1"), ()), Coverage(1, 0, 0, ("elsewhere",), ())]
)
def test_where_a_parts_units_stand_in_the_nation_cannot_be_told_nothing_is_guessed(old):
    nation = Coverage(8, 3, 1, ("a1", "a2", "b1", "b2"), ("b4",))
    assert exchanged(nation, old, Coverage(1, 0, 0, ("b7",), ())) is None
