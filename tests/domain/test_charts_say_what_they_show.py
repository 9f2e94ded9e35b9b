"""Ticks, classes, the table behind a chart and its sentence: exact, and nothing that is only to be seen."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.chart import (
    MISSING,
    Band,
    Bar,
    Bars,
    Bullet,
    Caption,
    Heat,
    HeatCell,
    HeatColumn,
    HeatRow,
    Line,
    Mark,
    Part,
    Quantity,
    Reference,
    Stack,
    Stacked,
    Track,
)
from hub.domain.chart_axis import axis_over, class_of, classes_of, grouped, short_period, shortened
from hub.domain.chart_table import description_of, table_of
from hub.domain.form import Label
from hub.domain.org import OrgUnit
from hub.domain.period import Period
from hub.domain.tile_grid import TileGrid, TilePlace, grid_on, tile_map

D = Decimal
CAPTION = Caption(Label("Hồ sơ", "Files"))
FILES, SHARE = Quantity(Label("hồ sơ", "files")), Quantity(Label("%", "%"), 1)
FIGURES = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


def name(text):
    return Label(text, text)


@pytest.mark.parametrize(
    ("values", "decimals", "ticks"),
    [
        ([D(3), D(97)], 0, [D(0), D(20), D(40), D(60), D(80), D(100)]),
        ([D(1), D(2)], 0, [D(0), D(1), D(2)]),
        ([D("0.01"), D("0.04")], 2, [D("0.00"), D("0.01"), D("0.02"), D("0.03"), D("0.04")]),
        ([D(-12), D(30)], 0, [D(-20), D(-10), D(0), D(10), D(20), D(30)]),
        ([D(0)], 0, [D(0), D(1)]),
        ([], 0, [D(0), D(1)]),
    ],
)
def test_ticks_stand_at_round_numbers(values, decimals, ticks):
    assert list(axis_over(values, decimals=decimals).ticks) == ticks


@given(st.lists(FIGURES, min_size=1, max_size=20), st.booleans())
def test_an_axis_holds_every_value_between_evenly_spaced_ticks(values, from_zero):
    axis = axis_over(values, most=5, decimals=2, from_zero=from_zero)
    assert axis.low <= min(values)
    assert max(values) <= axis.high
    steps = {after - before for before, after in zip(axis.ticks, axis.ticks[1:], strict=False)}
    assert len(steps) == 1
    assert 2 <= len(axis.ticks) <= 6
    assert str(steps.pop().normalize().as_tuple().digits) in {"(1,)", "(2,)", "(5,)"}
    assert all(0 <= axis.part(value) <= 1 for value in values)


def test_a_place_on_the_axis_is_exact():
    axis = axis_over([D(0), D(80)])
    assert Fraction(axis.part(D(20))) == Fraction(1, 4)


def test_figures_are_written_as_in_viet_nam():
    assert grouped(D("1234567.5"), 2) == "1.234.567,50"
    assert grouped(D("-0.4"), 0) == "0"
    assert grouped(D(-1200), 0) == "-1.200"


def test_a_figure_in_little_room_is_exact_below_a_million():
    assert shortened(D(999_999), 0).vi == "999.999"
    assert shortened(D(1_250_000), 0) == Label("1,2 tr", "1,2 m")
    assert shortened(D(3_000_000_000), 0) == Label("3 tỷ", "3 bn")


@given(st.lists(FIGURES, max_size=70), st.integers(1, 6))
def test_classes_hold_every_value_and_keep_equal_values_together(values, most):
    bounds = classes_of(values, most)
    assert len(bounds) <= most
    places = {value: class_of(value, bounds) for value in values}
    assert all(value <= bounds[place] for value, place in places.items())
    assert set(places.values()) == set(range(len(bounds)))


def test_names_of_periods_are_short_on_an_axis():
    said = {code: short_period(Period.parse(code)).vi for code in ("2027-M01", "2027-Q2", "2027-H1", "2027-Y")}
    assert said == {"2027-M01": "1/2027", "2027-Q2": "QII/2027", "2027-H1": "6T đầu 2027", "2027-Y": "2027"}


def texts(chart):
    return [[cell.text.vi for cell in row] for row in table_of(chart).rows]


def test_the_table_behind_lines_has_a_column_for_each_and_says_what_is_missing():
    tracks = (Track(name("Hà Nội"), (Mark(D(1200), href="/a"), MISSING)), Track(name("Huế"), (MISSING, Mark(D(7)))))
    chart = Line(CAPTION, FILES, (name("1"), name("2")), tracks, (Reference(name("Mục tiêu"), D(900)),))
    assert [head.vi for head in table_of(chart).head] == ["Kỳ", "Hà Nội (hồ sơ)", "Huế (hồ sơ)", "Mục tiêu (hồ sơ)"]
    assert texts(chart) == [["1", "1.200", "chưa có", "900"], ["2", "chưa có", "7", "900"]]
    assert table_of(chart).rows[0][1].href == "/a"


def test_a_zero_is_a_figure_and_no_figure_is_none():
    chart = Bars(CAPTION, FILES, (Bar(name("A"), Mark(D(0))), Bar(name("B"), MISSING)))
    assert texts(chart) == [["A", "0"], ["B", "chưa có"]]
    assert description_of(chart).vi == "Thấp nhất 0 hồ sơ (A), cao nhất 0 hồ sơ (A). Chưa có số liệu: 1."


def test_a_provisional_and_judged_figure_says_so_in_the_table():
    mark = Mark(D("81.5"), provisional=True, tone="half", note=Label("58/63 đơn vị", "58 of 63 units"))
    cell = table_of(Bars(CAPTION, SHARE, (Bar(name("A"), mark),))).rows[0][1]
    assert cell.text.vi == "81,5"
    assert cell.note == Label("tạm tính; cần chú ý; 58/63 đơn vị", "provisional; needs attention; 58 of 63 units")


def test_parts_cells_and_bands_are_all_in_their_tables():
    stacked = Stacked(CAPTION, FILES, (Part(name("a")), Part(name("b"))), (Stack(name("X"), (Mark(D(1)), Mark(D(2)))),))
    assert texts(stacked) == [["X", "1", "2"]]
    cells = (HeatCell("✓", name("đúng hạn"), "good"), None)
    heat = Heat(CAPTION, (HeatColumn(name("R1")), HeatColumn(name("R2"))), (HeatRow(name("X"), cells),))
    assert texts(heat) == [["X", "đúng hạn", ""]]
    bullet = Bullet(CAPTION, SHARE, Mark(D(72)), D(80), (Band(D(100), name("tốt"), "good"),))
    assert texts(bullet) == [["Hồ sơ", "72,0"], ["Mục tiêu", "80,0"], ["tốt", "đến 100,0"]]
    assert description_of(bullet).en == "72,0 %; target 80,0 %."


def province(unit_id):
    return OrgUnit(unit_id, "1", "", name(unit_id), "province", "tỉnh", date(2008, 8, 1), None, "VN", True)


def test_a_map_places_units_by_the_grid_of_the_day_and_leaves_what_has_no_figure_missing():
    grids = (
        TileGrid(date(2025, 7, 1), {"B": TilePlace(1, 0, "B")}, ()),
        TileGrid(
            date(2008, 8, 1), {"A": TilePlace(0, 0, "A"), "B": TilePlace(0, 1, "B")}, (("B", TilePlace(3, 1, "I")),)
        ),
    )
    grid = grid_on(grids, date(2025, 6, 30))
    made = tile_map(CAPTION, FILES, grid, [province("A"), province("B"), province("C")], {"B": Mark(D(5))})
    assert [(tile.x, tile.y, tile.mark.value) for tile in made.tiles] == [(0, 0, None), (0, 1, D(5))]
    assert [(island.x, island.of) for island in made.islands] == [(3, 1)]
    assert grid_on(grids, date(2026, 1, 1)).first_day == date(2025, 7, 1)
