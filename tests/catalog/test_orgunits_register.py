"""The real register: its counts by day, the traps of the codes, and refusal of files that do not hold."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from hub.catalog.orgunits import load_orgs
from hub.domain.org import OrgRegister
from hub.errors import SchemaError
from hub.services import orgs

TODAY = date(2026, 11, 22)
EVE, MERGER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(scope="module")
def register() -> OrgRegister:
    return load_orgs()


@pytest.mark.parametrize(
    ("day", "provinces", "cities"),
    [
        (date(2024, 12, 31), 63, 5), (EVE, 63, 6), (MERGER, 34, 6), (date(2026, 4, 30), 34, 7),
        (date(2026, 9, 1), 34, 8), (date(2026, 9, 20), 34, 9), (TODAY, 34, 9),
    ],
)  # fmt: skip
def test_provinces_and_cities_of_a_day_are_counted_right(register, day, provinces, cities):
    types = orgs.count(register, day)["types"]["province"]
    assert types == {"tỉnh": provinces - cities, "thành phố trực thuộc TW": cities}
    assert orgs.count(register, day)["levels"]["province"] == provinces


@pytest.mark.parametrize(
    ("day", "ministries", "equal", "agencies"),
    [(date(2025, 2, 28), 18, 4, 8), (date(2025, 3, 1), 14, 3, 5), (TODAY, 14, 3, 5)],
)
def test_ministries_of_a_day_are_counted_by_type(register, day, ministries, equal, agencies):
    found = orgs.count(register, day)
    assert found["types"]["ministry"] == {
        "bộ": ministries, "cơ quan ngang bộ": equal, "cơ quan thuộc Chính phủ": agencies,
    }  # fmt: skip
    assert found["levels"]["ministry"] == ministries + equal + agencies


def test_the_seven_other_holders_of_a_code_are_no_ministries(register):
    others = {unit.code for unit in register.units.values() if unit.level == "other"}
    assert others == {"G25", "G26", "G34", "G35", "G38", "G39", "G40"}


def test_there_are_3321_communes_since_the_merger_and_none_are_known_before(register):
    found = orgs.count(register, MERGER)
    assert found["levels"]["commune"] == 3321
    assert found["types"]["commune"] == {"xã": 2599, "phường": 709, "đặc khu": 13}
    assert orgs.count(register, EVE)["levels"]["commune"] == 0


@pytest.mark.parametrize("day", [date(2024, 12, 31), EVE, MERGER, date(2026, 4, 30), TODAY])
def test_gso_codes_and_identifiers_are_unique_on_a_day(register, day):
    provinces = register.on(day, "province")
    assert len({unit.code for unit in provinces}) == len(provinces)
    assert len({unit.identifier for unit in provinces}) == len(provinces)


@pytest.mark.parametrize(
    ("name", "code", "before", "identifier", "old_code"),
    [
        ("Lào Cai", "15", "Yên Bái", "H38", "10"),
        ("Bắc Ninh", "24", "Bắc Giang", "H05", "27"),
        ("Quảng Trị", "44", "Quảng Bình", "H50", "45"),
        ("Gia Lai", "52", "Bình Định", "H21", "64"),
        ("Tây Ninh", "80", "Long An", "H53", "72"),
        ("Đồng Tháp", "82", "Tiền Giang", "H20", "87"),
        ("An Giang", "91", "Kiên Giang", "H01", "89"),
    ],
)
def test_a_gso_code_is_not_a_key(register, name, code, before, identifier, old_code):
    new = register.find(f"P:{code}", MERGER)
    assert new.name.vi == f"Tỉnh {name}"
    assert register.find(identifier, MERGER) is new
    assert register.find(f"P:{code}", EVE).name.vi == f"Tỉnh {before}"
    assert register.find(identifier, EVE) is register.find(f"P:{old_code}", EVE)
    assert register.find(identifier, EVE).name.vi == f"Tỉnh {name}"
    assert register.find(f"P:{old_code}", MERGER) is None
    assert new in register.successors(register.find(f"P:{code}", EVE).id)


def test_six_ministry_codes_name_another_body_after_the_reform(register):
    changed = {
        code
        for code in {unit.code for unit in register.on(date(2025, 2, 28), "ministry")}
        if register.find(code, date(2025, 3, 1)) not in {None, register.find(code, date(2025, 2, 28))}
    }
    assert changed == {"G06", "G09", "G10", "G12", "G17", "G21"}


def test_the_merger_had_52_merging_and_11_unchanged_provinces(register):
    moves = [m for m in register.successions if m.effective == MERGER and m.predecessor_id.startswith("P")]
    assert Counter(move.kind for move in moves) == {"merge": 52, "unchanged": 11}
    assert len({m.predecessor_id for m in moves}) == 63
    assert len({m.successor_id for m in moves}) == 34


@pytest.mark.parametrize("day", [date(2010, 1, 1), EVE])
def test_every_old_province_rebases_to_exactly_one_of_today_and_all_are_reached(register, day):
    heirs = [register.today(unit.id, TODAY) for unit in register.on(day, "province")]
    assert {len(found) for found in heirs} == {1}
    assert {found[0].id for found in heirs} == {unit.id for unit in register.on(TODAY, "province")}


def test_every_old_ministry_rebases_to_exactly_one_of_today_and_all_are_reached(register):
    heirs = [register.today(unit.id, TODAY) for unit in register.on(date(2025, 2, 28), "ministry")]
    assert {len(found) for found in heirs} == {1}
    assert {found[0].id for found in heirs} == {unit.id for unit in register.on(TODAY, "ministry")}


def test_dong_nai_is_the_same_body_as_province_and_as_city(register):
    assert register.same_body("P75-20260430") == {"P75-20250701", "P75-20260430"}


def test_a_commune_of_dong_nai_follows_its_province_into_a_city(register):
    commune = next(unit for unit in register.on(TODAY, "commune") if unit.parent_code == "75")
    assert register.path(commune.id, date(2026, 4, 29)) == f"VN/P75-20250701/{commune.id}"
    assert register.path(commune.id, date(2026, 4, 30)) == f"VN/P75-20260430/{commune.id}"


def test_every_commune_stands_in_the_tree_on_every_day_since_the_merger(register):
    for day in (MERGER, date(2026, 4, 30), TODAY):
        provinces = orgs.tree(register, day)["children"]
        assert sum(len(node["children"]) for node in provinces if node["level"] == "province") == 3321


def test_the_tree_holds_the_nation_and_what_is_below_it(register):
    root = orgs.tree(register, EVE)
    assert (root["id"], root["identifier"]) == ("VN", "")
    assert Counter(node["level"] for node in root["children"]) == {"province": 63, "ministry": 22, "other": 4}


def test_a_commune_has_a_name_in_both_languages(register):
    name = register.get("X00004-20250701").name
    assert (name.vi, name.en) == ("Phường Ba Đình", "Ba Dinh Ward")


def test_what_rests_on_memory_is_marked(register):
    assert not register.get("G24-20080801").verified
    assert register.get("G12-20250301").verified


# --- Files that do not hold ------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the real files that a test may spoil."""
    for source in (files("report_schemas") / "orgunits").iterdir():
        if source.name.endswith(".csv"):
            shutil.copyfile(str(source), tmp_path / source.name)
    return tmp_path


def _problems(folder: Path) -> list[str]:
    with pytest.raises(SchemaError) as refusal:
        load_orgs(folder)
    return refusal.value.problems


def _add(folder: Path, name: str, line: str) -> None:
    with (folder / name).open("a", encoding="utf-8", newline="") as stream:
        stream.write(line + "\r\n")


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("communes.csv", "00004,Phường Ba Đình,phường,01", "already given"),
        ("communes.csv", "99999,Xã Mới,xã,02", "no province has the code 02"),
        ("communes.csv", "9999,Xã Mới,xã,01", "not five digits"),
        ("communes.csv", "99999,Xã Mới,làng,01", "not a type of commune"),
        ("communes.csv", "99999,Xa\u0303 Mới,xã,01", "not in Unicode form NFC"),
        ("communes.csv", "99999,Xã Mới", "as many fields"),
        ("provinces.csv", "P01-X,01,H99,,Tỉnh Mới,New,tỉnh,2020-01-01,,s,yes,,", "province code 01 belongs to"),
        ("provinces.csv", "P98-X,98,H26,,Tỉnh Mới,New,tỉnh,2020-01-01,,s,yes,,", "identifier H26 belongs to"),
        ("provinces.csv", "P98-X,98,H98,,Tỉnh Mới,New,tỉnh,2020-02-30,,s,yes,,", "not an ISO date"),
        ("provinces.csv", "P98-X,98,H98,,Tỉnh Mới,New,tỉnh,2020-02-02,2020-02-01,s,yes,,", "is before valid_from"),
        ("provinces.csv", "P98-X,98,H98,,Tỉnh Mới,New,tỉnh,2020-02-02,2021-02-01,s,yes,,", "without a successor"),
        ("ministries.csv", "G98-X,G98,,Bộ Mới,New,phòng,2020-01-01,,s,yes,,", "not a type of ministry"),
        ("province_successions.csv", "01,99,2025-07-01,merge,P01-20080801,P99-X,a,b,s,yes,", "P99-X is not in"),
        ("province_successions.csv", "01,02,2025-07-01,eat,P02-20080801,P08-20250701,a,b,s,yes,", "not a kind"),
        ("province_successions.csv", "01,08,2025-07-01,merge,P01-20080801,P08-20250701,a,b,s,yes,", "still goes on"),
        ("province_successions.csv", "02,08,2025-06-30,merge,P02-20080801,P08-20250701,a,b,s,yes,", "is not valid on"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_file_and_line(folder, name, line, said):
    _add(folder, name, line)
    found = [problem for problem in _problems(folder) if said in problem]
    assert found
    assert found[0].startswith(f"{name}:")


def test_all_problems_of_all_files_are_told_at_once(folder):
    _add(folder, "communes.csv", "00004,Phường Ba Đình,phường,01")
    _add(folder, "ministries.csv", "G98-X,G98,,Bộ Mới,New,phòng,2020-01-01,,s,yes,,")
    (folder / "province_successions.csv").unlink()
    told = "\n".join(_problems(folder))
    assert "communes.csv:" in told
    assert "ministries.csv:" in told
    assert "province_successions.csv: the file is missing" in told


def test_a_missing_column_is_named(folder):
    (folder / "communes.csv").write_text("code,name_vi,type\n", encoding="utf-8")
    assert "communes.csv:1: columns are missing: province_code" in _problems(folder)
