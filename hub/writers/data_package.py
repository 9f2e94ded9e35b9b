"""Figures as a frictionless Data Package: a zip of CSV tables, their code lists and a description with every hash.

``frictionless validate datapackage.json`` finds every table as described, every code in its list, every byte in place.
The same figures give the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from hub.domain.form import Label
from hub.domain.interchange import neutralise
from hub.domain.observation import Measure, Observation, Series
from hub.domain.org import OrgRegister
from hub.domain.period import Period
from hub.writers.package_archive import PROFILE, Field, add_file, add_table, field_of, slug
from hub.writers.sdmx_data import figure_text


@dataclass(frozen=True)
class Package:
    """What a package holds. ``tables``: observations by form (``<regime>/<form>``), in any order, read once.

    ``licence``: the name of a licence where the owner of the figures has given one; without it none is claimed.
    """

    name: str
    title: Label
    made_at: datetime
    orgs: OrgRegister
    tables: Mapping[str, Iterable[Observation]]
    notes: Sequence[Label] = ()
    licence: str | None = None
    basis: str = "then"


def package_of(series: Series, name: str, title: Label, orgs: OrgRegister, made_at: datetime) -> Package:
    """A package of one series, a table a form."""
    tables: dict[str, list[Observation]] = {}
    for observation in series.observations:
        tables.setdefault(_form(observation.measure), []).append(observation)
    return Package(name, title, made_at, orgs, tables, series.notes, basis=series.basis)


def write_data_package(target: BinaryIO, package: Package) -> None:
    """The zip, written from its beginning to its end; only the code lists are kept in memory."""
    seen = _Seen()
    resources: list[dict[str, Any]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for form, observations in package.tables.items():
            name = f"data-{slug(form)}"
            lines = _noted(observations, seen)
            resources.append(_table(archive, f"data/{slug(form)}.csv", name, _data_fields(), lines))
        resources += _code_lists(archive, package.orgs, seen)
        resources.sort(key=lambda each: str(each["name"]))
        described = json.dumps(_description(package, resources), ensure_ascii=False, indent=1).encode()
        add_file(archive, "datapackage.json", [described])
        add_file(archive, "README.md", [_readme(package, resources).encode()])


def _form(measure: Measure) -> str:
    return f"{measure.regime}/{measure.address.form}"


# --- Tables ------------------------------------------------------------


@dataclass
class _Seen:
    """The codes that occurred in the tables: what the code lists need to hold."""

    units: set[str] = field(default_factory=set)
    periods: set[Period] = field(default_factory=set)
    measures: set[Measure] = field(default_factory=set)


def _data_fields() -> list[Field]:
    return [
        field_of("unit", "string", "Đơn vị", "Unit", required=True),
        field_of("period", "string", "Kỳ", "Period", required=True),
        field_of("measure", "string", "Chỉ tiêu", "Measure", required=True),
        field_of("value", "number", "Số liệu", "Figure; empty where there is none"),
        field_of(
            "standing", "string", "Tình trạng", "Standing", required=True,
            enum=["final", "provisional", "missing", "not_applicable"],
        ),
        field_of(
            "exactness", "string", "Quy đổi", "How it was brought to this unit", required=True,
            enum=["as_reported", "rebased", "inexact"],
        ),
        field_of("accepted", "integer", "Đã tiếp nhận", "Reports accepted", required=True, minimum=0),
        field_of("obliged", "integer", "Phải gửi", "Reports obliged", required=True, minimum=0),
        field_of("waiting", "integer", "Chờ tiếp nhận", "Reports sent, not yet accepted", required=True, minimum=0),
        field_of("excluded", "integer", "Không tính", "Reports left out", required=True, minimum=0),
        field_of("missing_weight", "number", "Tỷ trọng còn thiếu", "Share that the missing held last period, 0 to 1"),
        field_of("revised", "boolean", "Đã thay đổi", "Differs from what was published", required=True),
        field_of("edition", "string", "Phiên bản chế độ", "Edition of the regime", required=True),
    ]  # fmt: skip


def _noted(observations: Iterable[Observation], seen: _Seen) -> Iterator[list[str]]:
    for each in observations:
        seen.units.add(each.unit_id)
        seen.periods.add(each.period)
        seen.measures.add(each.measure)
        yield [
            each.unit_id, each.period.code, each.measure.key, "" if each.value is None else figure_text(each.value),
            each.standing, each.exactness, str(each.accepted), str(each.obliged), str(each.waiting),
            str(each.excluded), "" if each.missing_weight is None else figure_text(each.missing_weight),
            "true" if each.revised else "false", each.edition,
        ]  # fmt: skip


def _code_lists(archive: zipfile.ZipFile, orgs: OrgRegister, seen: _Seen) -> Iterator[Field]:
    yield _table(archive, "codes/units.csv", "units", _unit_fields(), _unit_lines(orgs, seen.units))
    yield _table(archive, "codes/periods.csv", "periods", _period_fields(), _period_lines(seen.periods))
    yield _table(archive, "codes/measures.csv", "measures", _measure_fields(), _measure_lines(seen.measures))


def _named_fields() -> list[Field]:
    return [
        field_of("name_vi", "string", "Tên", "Name in Vietnamese", required=True),
        field_of("name_en", "string", "Tên tiếng Anh", "Name in English"),
    ]


def _unit_fields() -> list[Field]:
    return [
        field_of("unit", "string", "Đơn vị", "Unit", required=True),
        field_of("code", "string", "Mã theo luật định", "Statutory code; text, since zeros lead it"),
        field_of("identifier", "string", "Mã định danh", "Identifier of Decision 20/2020/QĐ-TTg"),
        *_named_fields(),
        field_of("level", "string", "Cấp", "Level"),
        field_of("valid_from", "date", "Từ ngày", "First day"),
        field_of("valid_to", "date", "Đến ngày", "Last day; empty while it goes on"),
    ]


def _unit_lines(orgs: OrgRegister, ids: Iterable[str]) -> Iterator[list[str]]:
    for unit_id in sorted(ids):
        unit = orgs.units.get(unit_id)
        if unit is None:
            yield [unit_id, "", "", unit_id, "", "", "", ""]
            continue
        last = unit.valid_to.isoformat() if unit.valid_to else ""
        names = [neutralise(unit.name.vi), neutralise(unit.name.en)]
        yield [unit_id, unit.code, unit.identifier, *names, unit.level, unit.valid_from.isoformat(), last]


def _period_fields() -> list[Field]:
    return [
        field_of("period", "string", "Kỳ", "Period", required=True),
        field_of("frequency", "string", "Tần suất", "Frequency", required=True),
        *_named_fields(),
        field_of("first_day", "date", "Từ ngày", "First day", required=True),
        field_of("last_day", "date", "Đến ngày", "Last day", required=True),
    ]


def _period_lines(periods: Iterable[Period]) -> Iterator[list[str]]:
    for each in sorted(periods, key=lambda period: (period.start, period.end, period.code)):
        yield [
            each.code, each.frequency, each.label.vi, each.label.en, each.start.isoformat(), each.end.isoformat()
        ]  # fmt: skip


def _measure_fields() -> list[Field]:
    return [
        field_of("measure", "string", "Chỉ tiêu", "Measure", required=True),
        field_of("regime", "string", "Chế độ báo cáo", "Regime", required=True),
        field_of("form", "string", "Biểu", "Form", required=True),
        field_of("row", "string", "Dòng", "Row; * is all records of a list", required=True),
        field_of("column", "string", "Cột", "Column; # is the number of records", required=True),
        *_named_fields(),
        field_of("unit_of_measure", "string", "Đơn vị tính", "Unit of measure"),
        field_of("decimals", "integer", "Số chữ số thập phân", "Decimals", required=True, minimum=0),
        field_of("across_units", "string", "Cộng các đơn vị", "How units are brought together", required=True),
        field_of("over_time", "string", "Gộp theo thời gian", "How periods are brought together", required=True),
        field_of("indicator", "string", "Chỉ tiêu quốc gia", "National indicator"),
    ]


def _measure_lines(measures: Iterable[Measure]) -> Iterator[list[str]]:
    for each in sorted(measures, key=lambda measure: measure.key):
        names = [neutralise(each.label.vi), neutralise(each.label.en)]
        yield [
            each.key, each.regime, *each.address, *names, neutralise(each.unit), str(each.decimals), each.rollup,
            each.over_time, each.indicator or "",
        ]  # fmt: skip


# --- Files and their description ------------------------------------------------------------

_KEYS: Mapping[str, list[str]] = {"units": ["unit"], "periods": ["period"], "measures": ["measure"]}
_DATA_KEY = ["unit", "period", "measure"]


def _table(
    archive: zipfile.ZipFile, path: str, name: str, fields: list[Field], lines: Iterable[list[str]]
) -> dict[str, Any]:
    """Writes one CSV and gives its description, with what keys it has."""
    return add_table(archive, path, name, fields, lines, _KEYS.get(name, _DATA_KEY), {} if name in _KEYS else _KEYS)


def _description(package: Package, resources: list[dict[str, Any]]) -> dict[str, Any]:
    notes = " ".join(f"{note.vi} / {note.en}" for note in package.notes)
    described: dict[str, Any] = {
        "$schema": PROFILE, "name": slug(package.name), "title": package.title.vi,
        "description": f"{package.title.en}. {notes}".strip(), "created": package.made_at.isoformat(timespec="seconds"),
        "basis": package.basis,
    }  # fmt: skip
    if package.licence:
        described["licenses"] = [{"name": package.licence}]
    return described | {"resources": resources}


def _readme(package: Package, resources: list[dict[str, Any]]) -> str:
    """What is in the package, for people, in both languages."""
    listed = "".join(f"- `{each['path']}`\n" for each in resources)
    notes = "".join(f"- {note.vi}\n- {note.en}\n" for note in package.notes)
    return f"# {package.title.vi}\n\n## {package.title.en}\n\n{_README_VI}\n{_README_EN}\n{listed}\n{notes}"


_README_VI = """\
Mỗi tệp trong `data/` là số liệu của một biểu: mỗi dòng là một số của một đơn vị trong một kỳ, kèm tình trạng
(`final` chính thức, `provisional` sơ bộ, `missing` chưa có, `not_applicable` không áp dụng), số báo cáo đã tiếp nhận
trên số phải gửi. Danh mục mã nằm trong `codes/`. Số dùng dấu chấm thập phân và giữ đủ chữ số. Mã là chữ: đừng để bảng
tính đổi thành số. Kiểm tra tệp: `frictionless validate datapackage.json`.
"""
_README_EN = """\
Each file in `data/` holds the figures of one form: a line is one figure of one unit in one period with its standing
(`final`, `provisional`, `missing`, `not_applicable`) and how many of the obliged reports were accepted. Code lists are
in `codes/`. Figures have a decimal point and all their digits. Codes are text: do not let a spreadsheet turn them into
numbers. To check the files: `frictionless validate datapackage.json`.
"""
