"""The Data Package and the tool that its readers have: it passes as it is, and a tampered copy is caught."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import frictionless
import pytest

from hub.domain.form import Label
from hub.services import figures
from hub.writers.data_package import Package, package_of, write_data_package

AT = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
TITLE = Label("Số liệu thử", "Test figures")


@pytest.fixture(scope="module")
def series(served):
    measures = tuple(figures.measures(served.core, served.officer, AT))
    return figures.series(served.core, served.officer, figures.Ask(measures), AT)


def _zipped(package: Package) -> bytes:
    buffer = io.BytesIO()
    write_data_package(buffer, package)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def content(series, served) -> bytes:
    return _zipped(package_of(series, "so-lieu-thu", TITLE, served.core.orgs, AT))


@pytest.fixture
def folder(content: bytes, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def _problems(folder: Path) -> list[tuple[str, str]]:
    report = frictionless.validate(str(folder / "datapackage.json"))
    found = [("", error.type) for error in report.errors]
    return found + [(task.name, error.type) for task in report.tasks for error in task.errors]


def test_a_package_passes_as_it_is(folder):
    assert _problems(folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("data/thu-01-f1.csv", b"VN,2026-M09,THU-01/F1.r01.c01,44", b"VN,2026-M09,THU-01/F1.r01.c01,45", "hash-count"),
        ("data/thu-01-f1.csv", b"P1,2026-M09", b"P7,2026-M09", "foreign-key"),
        ("data/thu-01-f1.csv", b",provisional,", b",perhaps,", "constraint-error"),
        ("data/thu-01-f1.csv", b"r01.c01,44,", b"r01.c01,many,", "type-error"),
        ("codes/units.csv", b"G01,", b"VN,", "primary-key"),
    ],
)
def test_a_tampered_copy_is_caught(folder, name, old, new, expected):
    path = folder / name
    before = path.read_bytes()
    assert old in before
    path.write_bytes(before.replace(old, new, 1))
    assert expected in {kind for _, kind in _problems(folder)}


def test_a_line_left_out_is_caught(folder):
    path = folder / "data/thu-01-f1.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert {"byte-count", "hash-count"} <= {kind for _, kind in _problems(folder)}


def test_the_tables_hold_every_figure_with_all_its_digits(content, series):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = [archive.read(name).decode() for name in archive.namelist() if name.startswith("data/")]
    read = {
        (row["unit"], row["period"], row["measure"]): Decimal(row["value"]) if row["value"] else None
        for table in tables
        for row in csv.DictReader(io.StringIO(table, newline=""))
    }
    assert read == {(each.unit_id, each.period.code, each.measure.key): each.value for each in series.observations}
    assert "9382715604938269.00" in "".join(tables)


def test_the_same_figures_give_the_same_bytes(content, series, served):
    assert _zipped(package_of(series, "so-lieu-thu", TITLE, served.core.orgs, AT)) == content


def test_the_description_names_every_file_with_its_size_and_hash(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        described = json.loads(archive.read("datapackage.json"))
        for each in described["resources"]:
            held = archive.read(each["path"])
            assert (each["bytes"], each["hash"]) == (len(held), f"sha256:{hashlib.sha256(held).hexdigest()}")
        listed = {each["path"] for each in described["resources"]}
        assert set(archive.namelist()) == listed | {"datapackage.json", "README.md"}
    assert "licenses" not in described


def test_a_licence_is_named_only_where_the_owner_gave_one(series, served):
    package = replace(package_of(series, "x", TITLE, served.core.orgs, AT), licence="CC-BY-4.0")
    with zipfile.ZipFile(io.BytesIO(_zipped(package))) as archive:
        assert json.loads(archive.read("datapackage.json"))["licenses"] == [{"name": "CC-BY-4.0"}]


def test_no_name_in_a_package_can_run_as_a_formula(series, served):
    measure = replace(series.measures[0], label=Label("=HYPERLINK(1)", "+1"), unit="@x")
    observation = replace(series.observations[0], measure=measure)
    package = Package("x", TITLE, AT, served.core.orgs, {"X/F": [observation]})
    with zipfile.ZipFile(io.BytesIO(_zipped(package))) as archive:
        line = list(csv.reader(io.StringIO(archive.read("codes/measures.csv").decode())))[1]
    assert [cell for cell in line if cell[:1] in {"=", "+", "@", "-"}] == []
