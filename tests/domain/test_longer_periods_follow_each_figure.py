"""Longer periods, all figures at once, are what they are figure by figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.packing import PRESENT, FigureOverflow
from hub.domain.rollup import LIMIT, Vector, over_time

KINDS = ("sum", "first", "last", "max", "none")


def _edition(make_small_edition):
    columns = tuple(
        Column(f"c{n:02}", Label("C", "C"), "integer", required=False, rollup=Rollup("sum", kind))
        for n, kind in enumerate(KINDS, 1)
    )
    form = Form("F1", Label("F", "F"), "grid", rows=(Row("r01", Label("R", "R")),), columns=columns)
    return make_small_edition(forms=(form,), rules=(), outline=())


def _figure_by_figure(parts, index):
    looked_at = {"first": parts[:1], "last": parts[-1:], "none": []}.get(KINDS[index], parts)
    chosen = [part for part in looked_at if part is not None and part.presence[index] == PRESENT]
    values = [int(part.figures[index]) for part in chosen]
    if not values:
        return 0, 0, 0
    value = max(values) if KINDS[index] == "max" else sum(values)
    return value, 1, sum(int(part.contributors[index]) for part in chosen)


cells = st.tuples(st.integers(-LIMIT // 4, LIMIT // 4), st.integers(0, 1), st.integers(0, 5000))
months = st.none() | st.lists(cells, min_size=len(KINDS), max_size=len(KINDS))


@given(given_parts=st.lists(months, max_size=4))
def test_all_figures_at_once_are_what_each_is_by_itself(make_small_edition, given_parts):
    edition = _edition(make_small_edition)
    parts = []
    for part in given_parts:
        if part is None:
            parts.append(None)
            continue
        figures, presence, counts = (np.array(column) for column in zip(*part, strict=True))
        there = presence.astype(np.uint8)
        parts.append(Vector(figures * there, there, (counts * there).astype(np.int32)))
    made = over_time(edition, parts)
    found = [
        (int(value), int(seen), int(count))
        for value, seen, count in zip(made.figures, made.presence, made.contributors, strict=True)
    ]
    assert found == [_figure_by_figure(parts, index) for index in range(len(KINDS))]


def test_a_sum_over_time_beyond_64_bits_is_an_error_naming_the_figure(make_small_edition):
    edition = _edition(make_small_edition)
    ones = np.ones(len(KINDS), np.uint8)
    largest = Vector(np.full(len(KINDS), LIMIT), ones, ones.astype(np.int32))
    with pytest.raises(FigureOverflow) as caught:
        over_time(edition, [largest, largest])
    assert str(caught.value.address).endswith("c01")
