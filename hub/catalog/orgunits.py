"""Reads the register of organisation units from ``report_schemas/orgunits``; refuses it if anything does not hold."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import cast, get_args

from hub.domain.form import Label
from hub.domain.org import NATION, OrgRegister, OrgUnit, Succession, SuccessionKind, UnitLevel
from hub.errors import SchemaError

REGISTER_EPOCH = date(2008, 8, 1)
"""First day of the register: the list of 63 provinces after Hà Tây joined Hà Nội. Not a founding date."""
COMMUNES_FROM = date(2025, 7, 1)
"""First day of every commune here: the file holds today's 3,321 communes only, without dates and with today's types."""

_MINISTRY_TYPES: frozenset[str] = frozenset({"bộ", "cơ quan ngang bộ", "cơ quan thuộc Chính phủ"})
_OTHER_HOLDER = "khác"
_PROVINCE_TYPES: frozenset[str] = frozenset({"tỉnh", "thành phố trực thuộc TW"})
_COMMUNE_TYPES = {"phường": "Ward", "xã": "Commune", "đặc khu": "Special Zone"}
_KINDS: frozenset[str] = frozenset(get_args(SuccessionKind))
_DATED = {"unit_id", "code", "name_vi", "name_en", "type", "valid_from", "valid_to", "verified"}
_COLUMNS = {
    "provinces.csv": _DATED | {"identifier"},
    "ministries.csv": _DATED,
    "communes.csv": {"code", "name_vi", "type", "province_code"},
    "province_successions.csv": {"predecessor_unit_id", "successor_unit_id", "effective_date", "kind"},
    "ministry_successions.csv": {"predecessor_unit_id", "successor_unit_id", "effective_date", "kind"},
}
_NATION_UNIT = OrgUnit(
    NATION, NATION, "", Label("Việt Nam", "Viet Nam"), "nation", "quốc gia", REGISTER_EPOCH, None, None, True
)


class _Problems(list[str]):
    """Every problem met so far, each with file and line."""

    def at(self, place: str, text: str) -> None:
        self.append(f"{place}: {text}")


def load_orgs(folder: Traversable | None = None) -> OrgRegister:
    """The register of nation, ministries, provinces and communes. SchemaError lists every problem of all five files."""
    folder = folder or files("report_schemas") / "orgunits"
    problems = _Problems()
    units: dict[str, tuple[str, OrgUnit]] = {NATION: ("", _NATION_UNIT)}
    for place, unit in _read_units(folder, problems):
        if unit.id in units:
            problems.at(place, f"unit {unit.id} is already given at {units[unit.id][0]}")
        units.setdefault(unit.id, (place, unit))
    moves = list(_read_successions(folder, problems))
    _check_validity(units, problems)
    _check_parents(units, problems)
    _check_successions(units, moves, problems)
    if problems:
        raise SchemaError(problems)
    return OrgRegister((unit for _, unit in units.values()), (move for _, move in moves))


def _read_units(folder: Traversable, problems: _Problems) -> Iterator[tuple[str, OrgUnit]]:
    for name, make in (("provinces.csv", _province), ("ministries.csv", _ministry), ("communes.csv", _commune)):
        for place, row in _rows(folder, name, problems):
            try:
                yield place, make(row)
            except ValueError as error:
                problems.at(place, str(error))


def _read_successions(folder: Traversable, problems: _Problems) -> Iterator[tuple[str, Succession]]:
    for name in ("province_successions.csv", "ministry_successions.csv"):
        for place, row in _rows(folder, name, problems):
            try:
                yield place, _succession(row)
            except ValueError as error:
                problems.at(place, str(error))


def _rows(folder: Traversable, name: str, problems: _Problems) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row of a file with its place; texts are NFC or a problem."""
    source = folder / name
    if not source.is_file():
        problems.at(name, "the file is missing")
        return
    reader = csv.DictReader(io.StringIO(source.read_text(encoding="utf-8")))
    missing = _COLUMNS[name] - set(reader.fieldnames or ())
    if missing:
        problems.at(f"{name}:1", f"columns are missing: {', '.join(sorted(missing))}")
        return
    for row in reader:
        place = f"{name}:{reader.line_num}"
        if None in row or None in row.values():
            problems.at(place, "the row does not have as many fields as the header")
        elif not unicodedata.is_normalized("NFC", row.get("name_vi", "")):
            problems.at(place, "name_vi is not in Unicode form NFC")
        else:
            yield place, row


def _province(row: dict[str, str]) -> OrgUnit:
    if row["type"] not in _PROVINCE_TYPES:
        raise ValueError(f"type {row['type']!r} is not a type of province")
    return _dated_unit(row, "province", row["identifier"])


def _ministry(row: dict[str, str]) -> OrgUnit:
    if row["type"] in _MINISTRY_TYPES:
        return _dated_unit(row, "ministry", row["code"])
    if row["type"].startswith(_OTHER_HOLDER):
        return _dated_unit(row, "other", row["code"])
    raise ValueError(f"type {row['type']!r} is not a type of ministry or agency")


def _dated_unit(row: dict[str, str], level: UnitLevel, identifier: str) -> OrgUnit:
    first, last = _day(row["valid_from"]), _day(row["valid_to"]) if row["valid_to"] else None
    if last is not None and last < first:
        raise ValueError(f"valid_to {last} is before valid_from {first}")
    if not row["unit_id"] or not row["code"] or not row["name_vi"]:
        raise ValueError("unit_id, code and name_vi must be filled")
    name = Label(row["name_vi"], row["name_en"])
    verified = row["verified"] == "yes"
    return OrgUnit(row["unit_id"], row["code"], identifier, name, level, row["type"], first, last, NATION, verified)


def _commune(row: dict[str, str]) -> OrgUnit:
    code, kind = row["code"], row["type"]
    if kind not in _COMMUNE_TYPES:
        raise ValueError(f"type {kind!r} is not a type of commune")
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise ValueError(f"code {code!r} is not five digits")
    name = Label(row["name_vi"], _english(row["name_vi"], kind))
    first = COMMUNES_FROM
    return OrgUnit(f"X{code}-{first:%Y%m%d}", code, "", name, "commune", kind, first, None, row["province_code"], True)


def _english(name: str, kind: str) -> str:
    """``Phường Ba Đình`` → ``Ba Dinh Ward``, as the file's province names are written in English."""
    bare = name[len(kind) + 1 :] if name.lower().startswith(kind + " ") else name
    folded = unicodedata.normalize("NFD", bare.replace("Đ", "D").replace("đ", "d")).encode("ascii", "ignore").decode()
    return f"{folded} {_COMMUNE_TYPES[kind]}"


def _succession(row: dict[str, str]) -> Succession:
    if row["kind"] not in _KINDS:
        raise ValueError(f"kind {row['kind']!r} is not a kind of succession")
    kind = cast(SuccessionKind, row["kind"])
    return Succession(row["predecessor_unit_id"], row["successor_unit_id"], _day(row["effective_date"]), kind)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO date") from None


def _check_validity(units: dict[str, tuple[str, OrgUnit]], problems: _Problems) -> None:
    """On any day a code names one unit of its level, and an identifier names one unit."""
    owners: defaultdict[str, list[tuple[str, OrgUnit]]] = defaultdict(list)
    for place, unit in units.values():
        owners[f"{unit.level} code {unit.code}"].append((place, unit))
        if unit.identifier:
            owners[f"identifier {unit.identifier}"].append((place, unit))
    for what, owned in owners.items():
        if len(owned) == 1:
            continue
        owned.sort(key=lambda entry: entry[1].valid_from)
        for (_, earlier), (place, later) in pairwise(owned):
            if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
                problems.at(place, f"{what} belongs to {earlier.id} and {later.id} on {later.valid_from}")


def _check_parents(units: dict[str, tuple[str, OrgUnit]], problems: _Problems) -> None:
    """Every commune lies in a province that exists on the commune's first day."""
    provinces = {unit.code for _, unit in units.values() if unit.level == "province" and unit.valid_on(COMMUNES_FROM)}
    for place, unit in units.values():
        if unit.level == "commune" and unit.parent_code not in provinces:
            problems.at(place, f"no province has the code {unit.parent_code} on {COMMUNES_FROM}")


def _check_successions(
    units: dict[str, tuple[str, OrgUnit]], moves: list[tuple[str, Succession]], problems: _Problems
) -> None:
    """Both ends are known and meet in time, and whoever ended has a successor."""
    followed: set[str] = set()
    for place, move in moves:
        unknown = [end for end in (move.predecessor_id, move.successor_id) if end not in units]
        for end in unknown:
            problems.at(place, f"unit {end} is not in the register")
        if not unknown and not units[move.successor_id][1].valid_on(move.effective):
            problems.at(place, f"the successor {move.successor_id} is not valid on {move.effective}")
        if move.kind != "function_transfer" and move.predecessor_id != move.successor_id:
            followed.add(move.predecessor_id)
            if not unknown and units[move.predecessor_id][1].valid_on(move.effective):
                problems.at(place, f"the predecessor {move.predecessor_id} still goes on at {move.effective}")
    for place, unit in units.values():
        if unit.valid_to is not None and unit.id not in followed:
            problems.at(place, f"unit {unit.id} ended on {unit.valid_to} without a successor")
