"""The register of units on a hand-built tree: days, codes, successions."""

from __future__ import annotations

from datetime import date

import pytest

from hub.domain.form import Label
from hub.domain.org import OrgRegister, OrgUnit, Succession

EPOCH = date(2008, 8, 1)
MERGER = date(2025, 7, 1)
RETYPED = date(2026, 9, 20)


def _unit(unit_id, code, level, first=EPOCH, last=None, parent="VN", identifier="", kind="tỉnh"):
    return OrgUnit(unit_id, code, identifier, Label(unit_id, unit_id), level, kind, first, last, parent, True)


@pytest.fixture
def register() -> OrgRegister:
    eve = date(2025, 6, 30)
    units = [
        _unit("VN", "VN", "nation", parent=None),
        _unit("P24-OLD", "24", "province", last=eve, identifier="H02"),
        _unit("P27-OLD", "27", "province", last=eve, identifier="H05"),
        _unit("P24-NEW", "24", "province", MERGER, date(2026, 9, 19), identifier="H05"),
        _unit("P24-CITY", "24", "province", RETYPED, identifier="H05"),
        _unit("X07210-20250701", "07210", "commune", MERGER, parent="24"),
        _unit("X00024-20250701", "00024", "commune", MERGER, parent="24"),
        _unit("G07", "G07", "ministry", last=date(2025, 2, 28), identifier="G07"),
        _unit("G09-OLD", "G09", "ministry", last=date(2025, 2, 28), identifier="G09"),
        _unit("G09-NEW", "G09", "ministry", date(2025, 3, 1), identifier="G09"),
        _unit("G03", "G03", "ministry", identifier="G03"),
        _unit("G35", "G35", "other", identifier="G35"),
    ]
    moves = [
        Succession("P24-OLD", "P24-NEW", MERGER, "merge"),
        Succession("P27-OLD", "P24-NEW", MERGER, "merge"),
        Succession("P24-NEW", "P24-CITY", RETYPED, "rename"),
        Succession("G07", "G09-NEW", date(2025, 3, 1), "merge"),
        Succession("G09-OLD", "G09-NEW", date(2025, 3, 1), "merge"),
        Succession("G07", "G03", date(2025, 3, 1), "function_transfer"),
        Succession("G03", "G03", date(2025, 3, 1), "unchanged"),
    ]
    return OrgRegister(units, moves)


def _ids(units) -> list[str]:
    return [unit.id for unit in units]


def test_a_unit_is_valid_on_its_first_and_its_last_day_and_not_a_day_beyond(register):
    assert _ids(register.on(date(2025, 6, 30), "province")) == ["P24-OLD", "P27-OLD"]
    assert _ids(register.on(date(2025, 7, 1), "province")) == ["P24-NEW"]
    assert _ids(register.on(date(2026, 9, 19), "province")) == ["P24-NEW"]
    assert _ids(register.on(date(2026, 9, 20), "province")) == ["P24-CITY"]
    assert register.on(date(2008, 7, 31)) == ()


def test_units_of_a_day_come_by_level_and_code(register):
    assert _ids(register.on(MERGER)) == [
        "VN", "G03", "G09-NEW", "P24-NEW", "X00024-20250701", "X07210-20250701", "G35",
    ]  # fmt: skip


def test_other_holders_of_a_code_are_not_counted_as_ministries(register):
    assert register.level_counts(MERGER) == {"nation": 1, "ministry": 2, "province": 1, "commune": 2, "other": 1}


def test_a_commune_belongs_to_its_province_as_it_was_on_the_day(register):
    commune = "X07210-20250701"
    assert register.parent(commune, date(2026, 9, 19)).id == "P24-NEW"
    assert register.parent(commune, date(2026, 9, 20)).id == "P24-CITY"


def test_a_commune_is_never_put_under_the_province_that_had_the_code_before_it_began(register):
    assert register.parent("X07210-20250701", date(2025, 6, 30)).id == "P24-NEW"


def test_everything_but_the_nation_has_a_parent(register):
    assert register.parent("VN", MERGER) is None
    assert register.parent("G03", MERGER).id == "VN"
    assert register.parent("G35", MERGER).id == "VN"
    assert register.parent("P27-OLD", date(2027, 1, 1)).id == "VN"


def test_a_path_leads_from_the_nation_down(register):
    assert register.path("X07210-20250701", date(2026, 10, 1)) == "VN/P24-CITY/X07210-20250701"
    assert register.path("P27-OLD", date(2026, 10, 1)) == "VN/P27-OLD"
    assert register.path("VN", date(2026, 10, 1)) == "VN"


def test_children_are_those_valid_on_the_day(register):
    assert _ids(register.children("P24-CITY", RETYPED)) == ["X00024-20250701", "X07210-20250701"]
    assert _ids(register.children("VN", date(2025, 2, 28))) == ["G03", "G07", "G09-OLD", "P24-OLD", "P27-OLD", "G35"]
    assert register.children("X07210-20250701", MERGER) == ()


def test_a_province_that_is_not_valid_on_the_day_has_no_children(register):
    assert register.children("P24-OLD", MERGER) == ()
    assert register.children("P24-CITY", MERGER) == ()


@pytest.mark.parametrize(
    ("text", "day", "found"),
    [
        ("P24-OLD", date(2027, 1, 1), "P24-OLD"),
        ("VN", MERGER, "VN"),
        ("H05", date(2025, 6, 30), "P27-OLD"),
        ("H05", MERGER, "P24-NEW"),
        ("h05", RETYPED, "P24-CITY"),
        (" H05 ", RETYPED, "P24-CITY"),
        ("000.00.00.H05", RETYPED, "P24-CITY"),
        ("000.00.01.H05", RETYPED, None),
        ("G09", date(2025, 2, 28), "G09-OLD"),
        ("G09", date(2025, 3, 1), "G09-NEW"),
        ("H02", MERGER, None),
        ("P:24", date(2025, 6, 30), "P24-OLD"),
        ("P:24", MERGER, "P24-NEW"),
        ("X:00024", MERGER, "X00024-20250701"),
        ("P:00024", MERGER, None),
        ("X:24", MERGER, None),
        ("24", MERGER, None),
        ("00024", MERGER, None),
        ("P:٢٤", MERGER, None),
        ("", MERGER, None),
    ],
)
def test_a_unit_is_found_by_id_or_by_a_code_of_that_day_and_never_by_a_bare_number(register, text, day, found):
    unit = register.find(text, day)
    assert (unit.id if unit else None) == found


def test_a_function_transfer_moves_no_unit(register):
    assert _ids(register.successors("G07")) == ["G09-NEW"]
    assert register.predecessors("G03") == ()
    assert _ids(register.today("G07", MERGER)) == ["G09-NEW"]


def test_today_follows_a_merger_and_then_a_renaming(register):
    assert _ids(register.today("P27-OLD", date(2025, 6, 30))) == ["P27-OLD"]
    assert _ids(register.today("P27-OLD", MERGER)) == ["P24-NEW"]
    assert _ids(register.today("P27-OLD", RETYPED)) == ["P24-CITY"]


def test_a_unit_that_has_not_begun_stands_for_nobody(register):
    assert register.today("P24-CITY", MERGER) == ()


def test_predecessors_are_all_those_that_were_merged(register):
    assert _ids(register.predecessors("P24-NEW")) == ["P24-OLD", "P27-OLD"]


def test_a_renamed_body_stays_the_same_and_a_merged_one_does_not(register):
    assert register.same_body("P24-NEW") == register.same_body("P24-CITY") == {"P24-NEW", "P24-CITY"}
    assert register.same_body("P24-OLD") == {"P24-OLD"}
    assert register.same_body("G03") == {"G03"}


@pytest.mark.parametrize("question", ["get", "successors", "predecessors", "same_body"])
def test_an_unknown_id_is_a_key_error(register, question):
    with pytest.raises(KeyError):
        getattr(register, question)("P99")


def test_a_circle_of_successions_ends():
    units = [_unit("A", "1", "province", last=EPOCH), _unit("B", "2", "province", last=EPOCH)]
    moves = [Succession("A", "B", MERGER, "merge"), Succession("B", "A", MERGER, "merge")]
    assert OrgRegister(units, moves).today("A", MERGER) == ()


def test_the_register_cannot_be_changed(register):
    with pytest.raises(TypeError):
        register.units["P99"] = register.get("VN")
