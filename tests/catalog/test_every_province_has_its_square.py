"""The tile map: one square for each province of every day, of the 63 before July 2025 and of the 34 since."""

from datetime import date

import pytest

from hub.catalog.orgunits import load_orgs
from hub.catalog.tiles import load_tiles
from hub.domain.tile_grid import grid_on
from hub.errors import SchemaError

DAYS = [
    (date(2008, 8, 1), 63), (date(2025, 1, 1), 63), (date(2025, 6, 30), 63), (date(2025, 7, 1), 34),
    (date(2026, 5, 1), 34), (date(2026, 9, 1), 34), (date(2026, 11, 22), 34),
]  # fmt: skip


@pytest.fixture(scope="module")
def orgs():
    return load_orgs()


@pytest.fixture(scope="module")
def grids():
    return load_tiles()


@pytest.mark.parametrize(("day", "provinces"), DAYS)
def test_every_province_of_a_day_has_one_square_of_its_own(orgs, grids, day, provinces):
    units = [unit.id for unit in orgs.on(day, "province")]
    places = grid_on(grids, day).places
    squares = {places[unit_id][:2] for unit_id in units}
    assert len(units) == len(squares) == provinces


@pytest.mark.parametrize("day", [day for day, _ in DAYS])
def test_hoang_sa_and_truong_sa_stand_east_of_all_squares_with_the_province_they_belong_to(orgs, grids, day):
    grid = grid_on(grids, day)
    islands = {place.short: (unit_id, place) for unit_id, place in grid.islands}
    owners = {short: orgs.get(unit_id).name.vi for short, (unit_id, _) in islands.items()}
    assert owners == {"Hoàng Sa": "Thành phố Đà Nẵng", "Trường Sa": "Tỉnh Khánh Hòa"}
    assert all(place.x > max(square.x for square in grid.places.values()) for _, place in islands.values())


def test_neighbours_lie_as_they_do_on_the_ground(orgs, grids):
    for grid in grids:
        at = {square.short: square for square in grid.places.values()}
        assert at["Cao Bằng"].y < at["Hà Nội"].y < at["Huế"].y < at["TP.HCM"].y < at["Cà Mau"].y
        assert at["Điện Biên"].x < at["Hà Nội"].x < at["Quảng Ninh"].x
        assert at["An Giang"].x < at["TP.HCM"].x < at["Khánh Hòa"].x


def test_every_square_names_a_unit_of_the_register(orgs, grids):
    assert {unit_id for grid in grids for unit_id in grid.places} <= set(orgs.units)


def test_every_wrong_line_is_named_at_once(tmp_path):
    lines = [
        "grid_from,unit_id,x,y,short,part",
        "2025-07-01,A,0,0,A,",
        "2025-07-01,A,1,0,A,",
        "x,B,0,1,B,",
        "2025-07-01,C,1,1,C,lake",
    ]
    (tmp_path / "tiles.csv").write_text("\n".join(lines), "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_tiles(tmp_path)
    assert [problem.split(":")[1] for problem in caught.value.problems] == ["3", "4", "5"]
