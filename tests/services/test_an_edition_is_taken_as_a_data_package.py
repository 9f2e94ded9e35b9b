"""An issued edition as a Data Package: frictionless finds it as described, and a copy that was changed is caught."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import frictionless
import pytest

from hub.errors import NotFound
from hub.services import publication
from hub.services.pulled_editions import PulledFiles

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
NAME = "thu_2026-M09_1.zip"


@pytest.fixture
def content(published, make_actor) -> bytes:
    core, row = published
    media_type, made = publication.file(core, make_actor("central", "VN"), row.id, NAME, NOW)
    assert media_type == "application/zip"
    return made


@pytest.fixture
def folder(content: bytes, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def _problems(folder: Path) -> set[str]:
    report = frictionless.validate(str(folder / "datapackage.json"))
    return {error.type for error in report.errors} | {error.type for task in report.tasks for error in task.errors}


def test_it_passes_as_it_is_and_a_tampered_copy_is_caught(folder):
    assert _problems(folder) == set()
    tables = sorted((folder / "data").glob("*.csv"))
    described = json.loads((folder / "datapackage.json").read_text())
    assert len(described["resources"]) == 3 * len(tables)
    for path, old, new, expected in (
        (tables[0], b"\r\n1,", b"\r\n99,", "foreign-key"),
        (tables[-1], b",provisional,", b",perhaps,", "constraint-error"),
        (tables[0], b"\r\n", b"\r\n\r\n", "hash-count"),
    ):
        before = path.read_bytes()
        assert old in before
        path.write_bytes(before.replace(old, new, 1))
        assert expected in _problems(folder), expected
        path.write_bytes(before)


def test_it_holds_every_figure_of_the_edition_with_all_its_digits(content, published, make_actor):
    core, row = published
    document = publication.view(core, make_actor("central", "VN"), row.id, NOW).document
    wanted = {
        cell.ref: cell.value
        for table in document.tables for line in table.rows for cell in line.cells
        if cell.ref and isinstance(cell.value, Decimal)
    }  # fmt: skip
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in (each for each in archive.namelist() if each.startswith("data/")):
            for line in csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")):
                if line["reference"] and line["value"]:
                    found[line["reference"]] = Decimal(line["value"])
        assert archive.read("publication.json") == publication.file(
            core, make_actor("central", "VN"), row.id, "thu_2026-M09_1.json", NOW
        )[1]  # fmt: skip
    assert len(wanted) > 5
    assert found == wanted


def test_it_is_pulled_by_programs_and_the_same_bytes_ever_after(published, make_actor):
    core, row = published
    central = make_actor("central", "VN")
    first = PulledFiles().file(core, central, row.id, NAME, NOW)
    assert PulledFiles().file(core, central, row.id, NAME, NOW) == first
    assert NAME in {name for name, *_ in publication.view(core, central, row.id, NOW).files}


def test_who_may_not_read_the_edition_gets_none_and_none_is_made(published, make_actor):
    core, row = published
    with pytest.raises(NotFound):
        PulledFiles().file(core, make_actor("reporter", "X11"), row.id, NAME, NOW)
    assert NAME in publication.view(core, make_actor("central", "VN"), row.id, NOW).to_be_made
