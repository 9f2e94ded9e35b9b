"""Figures as a frictionless Data Package: a zip of CSV tables, their code lists and a description with every hash.

``frictionless validate datapackage.json`` finds every table as described, every code in its list, every byte in place.
The same figures give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from hub.domain.form import Label
from hub.domain.interchange import neutralise
from hub.domain.observation import Measure, Observation, Series
from hub.domain.org import OrgRegister
from hub.domain.period import Period
from hub.writers.sdmx_data import figure_text

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/zip"
_LINES_AT_ONCE = 1_000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same figures give the same bytes."""


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
            name = f"data-{_slug(form)}"
            lines = _noted(observations, seen)
            resources.append(_table(archive, f"data/{_slug(form)}.csv", name, _data_fields(), lines))
        resources += _code_lists(archive, package.orgs, seen)
        resources.sort(key=lambda each: str(each["name"]))
        described = json.dumps(_description(package, resources), ensure_ascii=False, indent=1).encode()
        _member(archive, "datapackage.json", [described])
        _member(archive, "README.md", [_readme(package, resources).encode()])


def _form(measure: Measure) -> str:
    return f"{measure.regime}/{measure.address.form}"


def _slug(text: str) -> str:
    """Lower-case letters, digits, dots, underscores and hyphens: what names and paths of a package may hold."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-.")


# --- Tables ------------------------------------------------------------

_Field = dict[str, Any]


@dataclass
class _Seen:
    """The codes that occurred in the tables: what the code lists need to hold."""

    units: set[str] = field(default_factory=set)
    periods: set[Period] = field(default_factory=set)
    measures: set[Measure] = field(default_factory=set)


def _field(name: str, kind: str, vi: str, en: str, *, required: bool = False, **constraints: Any) -> _Field:
    found: _Field = {"name": name, "type": kind, "title": vi, "description": en}
    held = ({"required": True} if required else {}) | constraints
    return found | {"constraints": held} if held else found


def _data_fields() -> list[_Field]:
    return [
        _field("unit", "string", "Đơn vị", "Unit", required=True),
        _field("period", "string", "Kỳ", "Period", required=True),
        _field("measure", "string", "Chỉ tiêu", "Measure", required=True),
        _field("value", "number", "Số liệu", "Figure; empty where there is none"),
        _field(
            "standing", "string", "Tình trạng", "Standing", required=True,
            enum=["final", "provisional", "missing", "not_applicable"],
        ),
        _field(
            "exactness", "string", "Quy đổi", "How it was brought to this unit", required=True,
            enum=["as_reported", "rebased", "inexact"],
        ),
        _field("accepted", "integer", "Đã tiếp nhận", "Reports accepted", required=True, minimum=0),
        _field("obliged", "integer", "Phải gửi", "Reports obliged", required=True, minimum=0),
        _field("waiting", "integer", "Chờ tiếp nhận", "Reports sent, not yet accepted", required=True, minimum=0),
        _field("excluded", "integer", "Không tính", "Reports left out", required=True, minimum=0),
        _field("missing_weight", "number", "Tỷ trọng còn thiếu", "Share that the missing held last period, 0 to 1"),
        _field("revised", "boolean", "Đã thay đổi", "Differs from what was published", required=True),
        _field("edition", "string", "Phiên bản chế độ", "Edition of the regime", required=True),
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


def _code_lists(archive: zipfile.ZipFile, orgs: OrgRegister, seen: _Seen) -> Iterator[_Field]:
    yield _table(archive, "codes/units.csv", "units", _unit_fields(), _unit_lines(orgs, seen.units))
    yield _table(archive, "codes/periods.csv", "periods", _period_fields(), _period_lines(seen.periods))
    yield _table(archive, "codes/measures.csv", "measures", _measure_fields(), _measure_lines(seen.measures))


def _named_fields() -> list[_Field]:
    return [
        _field("name_vi", "string", "Tên", "Name in Vietnamese", required=True),
        _field("name_en", "string", "Tên tiếng Anh", "Name in English"),
    ]


def _unit_fields() -> list[_Field]:
    return [
        _field("unit", "string", "Đơn vị", "Unit", required=True),
        _field("code", "string", "Mã theo luật định", "Statutory code; text, since zeros lead it"),
        _field("identifier", "string", "Mã định danh", "Identifier of Decision 20/2020/QĐ-TTg"),
        *_named_fields(),
        _field("level", "string", "Cấp", "Level"),
        _field("valid_from", "date", "Từ ngày", "First day"),
        _field("valid_to", "date", "Đến ngày", "Last day; empty while it goes on"),
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


def _period_fields() -> list[_Field]:
    return [
        _field("period", "string", "Kỳ", "Period", required=True),
        _field("frequency", "string", "Tần suất", "Frequency", required=True),
        *_named_fields(),
        _field("first_day", "date", "Từ ngày", "First day", required=True),
        _field("last_day", "date", "Đến ngày", "Last day", required=True),
    ]


def _period_lines(periods: Iterable[Period]) -> Iterator[list[str]]:
    for each in sorted(periods, key=lambda period: (period.start, period.end, period.code)):
        yield [
            each.code, each.frequency, each.label.vi, each.label.en, each.start.isoformat(), each.end.isoformat()
        ]  # fmt: skip


def _measure_fields() -> list[_Field]:
    return [
        _field("measure", "string", "Chỉ tiêu", "Measure", required=True),
        _field("regime", "string", "Chế độ báo cáo", "Regime", required=True),
        _field("form", "string", "Biểu", "Form", required=True),
        _field("row", "string", "Dòng", "Row; * is all records of a list", required=True),
        _field("column", "string", "Cột", "Column; # is the number of records", required=True),
        *_named_fields(),
        _field("unit_of_measure", "string", "Đơn vị tính", "Unit of measure"),
        _field("decimals", "integer", "Số chữ số thập phân", "Decimals", required=True, minimum=0),
        _field("across_units", "string", "Cộng các đơn vị", "How units are brought together", required=True),
        _field("over_time", "string", "Gộp theo thời gian", "How periods are brought together", required=True),
        _field("indicator", "string", "Chỉ tiêu quốc gia", "National indicator"),
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
    archive: zipfile.ZipFile, path: str, name: str, fields: list[_Field], lines: Iterable[list[str]]
) -> dict[str, Any]:
    """Writes one CSV and gives its description, with what keys it has."""
    size, sha256 = _member(archive, path, _csv([each["name"] for each in fields], lines))
    schema: dict[str, Any] = {"fields": fields, "primaryKey": _KEYS.get(name, _DATA_KEY), "missingValues": [""]}
    if name not in _KEYS:
        schema["foreignKeys"] = [
            {"fields": key, "reference": {"resource": listed, "fields": key}} for listed, key in _KEYS.items()
        ]
    return {
        "name": name, "type": "table", "path": path, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": size, "hash": f"sha256:{sha256}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True}, "schema": schema,
    }  # fmt: skip


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[bytes]:
    yield _csv_bytes([head])
    iterator = iter(lines)
    while taken := list(islice(iterator, _LINES_AT_ONCE)):
        yield _csv_bytes(taken)


def _csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode()


def _member(archive: zipfile.ZipFile, path: str, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Writes one file of the zip; its size and its hash."""
    size, digest = 0, hashlib.sha256()
    info = zipfile.ZipInfo(path, _FIRST_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            size += len(piece)
            digest.update(piece)
    return size, digest.hexdigest()


def _description(package: Package, resources: list[dict[str, Any]]) -> dict[str, Any]:
    notes = " ".join(f"{note.vi} / {note.en}" for note in package.notes)
    described: dict[str, Any] = {
        "$schema": PROFILE, "name": _slug(package.name), "title": package.title.vi,
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
