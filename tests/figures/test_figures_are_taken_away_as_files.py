"""National figures as files: the same in every format, within everybody's rights, long ones in the background."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import insert, update

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.export_request import FORMATS, ExportRequest, request_of
from hub.errors import BadRequest, Conflict, NotFound, Refused
from hub.services import aggregation, exports, figures
from hub.store import exports as store
from hub.store import tables

NOW = datetime(2026, 12, 15, 3, 0, tzinfo=UTC)
EDITION = "THU-01/2025-07-01"
KEYS = ("THU-01/F1.r02.c02", "THU-01/F1.r02.c04")
ASKED = ExportRequest("THU-01", KEYS)


@pytest.fixture
def filled(core, send, accept):
    """September of X11 and G01, October of X11 alone."""
    for month, units in ((9, ("X11", "G01")), (10, ("X11",))):
        for unit in units:
            send(unit, month)
            accept(unit, month)
        aggregation.run(core, SYSTEM, EDITION, f"2026-M{month:02}", NOW)
    return core


@pytest.fixture
def reader(core):
    """Somebody at the centre, with an account."""
    with core.database.write() as connection:
        connection.execute(
            insert(tables.account).values(
                id="doc", username="doc", name="Người đọc", unit_id="VN", password_hash="!", active=True,
                must_change_password=False, failures=0, created_at="2026-01-01T00:00:00.000000+00:00",
            )
        )  # fmt: skip
        connection.execute(insert(tables.role_grant).values(account_id="doc", role="central", unit_id="VN"))
    return Actor("doc", "Người đọc", "VN", (Grant("central", "VN"),))


def truth(core, actor):
    """(measure, unit, period) → figure, as the service of figures says."""
    measures = tuple(figures.measure(core, actor, key, NOW) for key in KEYS)
    found = figures.series(core, actor, figures.Ask(measures), NOW).observations
    return {(each.measure.key, each.unit_id, each.period.code): each.value for each in found}


def test_a_request_is_kept_as_one_text_and_read_back(filled):
    asked = ExportRequest("THU-01", KEYS, "csv", "commune", "P1", "2026-M09", "", "monthly", "today", NOW)
    assert request_of(asked.text()) == asked


def test_csv_json_and_the_package_hold_every_figure_to_the_last_digit(filled, central):
    wanted = truth(filled, central)
    assert len([value for value in wanted.values() if value is not None]) >= 10
    text = exports.file(filled, central, ASKED.in_format("csv"), NOW).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    found = json.loads(exports.file(filled, central, ASKED.in_format("json"), NOW).content)["observations"]
    for rows in (lines, found):
        said = {
            (f"{row['regime']}/{row['form']}.{row['row']}.{row['column']}", row["unit"], row["period"]):
            Decimal(row["value"]) if row["value"] else None
            for row in rows
        }  # fmt: skip
        assert said == wanted
    package = zipfile.ZipFile(io.BytesIO(exports.file(filled, central, ASKED.in_format("package"), NOW).content))
    assert "datapackage.json" in package.namelist()


def test_the_workbook_has_a_table_a_measure_with_lines_over_time(filled, central):
    made = exports.file(filled, central, ASKED, NOW)
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    assert made.name == "THU-01_2026-M09_2026-M10.xlsx"
    assert book.sheetnames == ["B1", "B2", "Biểu đồ", "Nguồn số liệu", "DL B1", "DL B2"]
    said = {
        (key, line[0], period): line[place]
        for key, sheet in zip(KEYS, ("DL B1", "DL B2"), strict=True)
        for line in list(book[sheet].values)[1:]
        for place, period in ((4, "2026-M09"), (5, "2026-M10"))
    }
    wanted = {name: value for name, value in truth(filled, central).items() if value is not None}
    assert {name: Decimal(repr(value)) for name, value in said.items() if value is not None} == wanted
    parts = zipfile.ZipFile(io.BytesIO(made.content))
    charts = [parts.read(name) for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2
    assert all(b"<c:lineChart>" in chart for chart in charts)


def test_a_pdf_is_made_of_few_figures_and_refused_for_many(filled, central, monkeypatch):
    assert exports.file(filled, central, ASKED.in_format("pdf"), NOW).content.startswith(b"%PDF-")
    monkeypatch.setattr(exports, "MOST_PRINTED", 1)
    with pytest.raises(Refused):
        exports.file(filled, central, ASKED.in_format("pdf"), NOW)


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "pdf"])
def test_the_same_figures_at_the_same_moment_are_the_same_bytes(filled, central, format):
    first, second = (exports.file(filled, central, ASKED.in_format(format), NOW).content for _ in range(2))
    assert first == second


def test_nobody_takes_away_what_they_may_not_see(filled, make_actor):
    own = make_actor("reporter", "X11")
    seen = json.loads(exports.file(filled, own, ASKED.in_format("json"), NOW).content)["observations"]
    assert {each["unit"] for each in seen} <= {"X11"}
    with pytest.raises(NotFound):
        exports.file(filled, make_actor("administrator", "VN"), ASKED, NOW)


@pytest.mark.parametrize(
    "changes",
    [{"measures": ()}, {"format": "exe"}, {"level": "village"}, {"level": "commune"}, {"first": "hôm qua"}],
)
def test_what_is_no_request_is_refused_in_words(filled, central, changes):
    with pytest.raises(BadRequest):
        exports.size(filled, central, replace(ASKED, **changes), NOW)


def test_a_long_export_is_made_in_the_background_and_told_of(filled, reader, monkeypatch):
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    with pytest.raises(Refused):
        exports.file(filled, reader, ASKED, NOW)
    job_id = exports.order(filled, reader, ASKED, "k", NOW)
    assert exports.any_left(filled, NOW)
    assert exports.work_on_left(filled, NOW) == (1, 0)
    job = exports.open_one(filled, reader, job_id)
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 20_000)
    assert exports.made(filled, reader, job_id, NOW).content == exports.file(filled, reader, ASKED, NOW).content
    with filled.database.read() as connection:
        told = connection.execute(tables.notification.select().where(tables.notification.c.kind == "export")).all()
    assert [(row.account_id, row.path) for row in told] == [("doc", f"/data/exports/{job_id}")]


def test_a_double_click_is_one_export_and_a_key_serves_one_request(filled, reader):
    assert exports.order(filled, reader, ASKED, "k", NOW) == exports.order(filled, reader, ASKED, "k", NOW)
    with pytest.raises(Conflict):
        exports.order(filled, reader, ASKED.in_format("csv"), "k", NOW)
    assert len(exports.mine(filled, reader)) == 1


def test_a_file_is_gone_after_a_week_and_what_was_asked_stays(filled, reader):
    job_id = exports.order(filled, reader, ASKED, "k", NOW)
    exports.work(filled, job_id, NOW)
    later = NOW + timedelta(days=7, minutes=1)
    with pytest.raises(NotFound):
        exports.made(filled, reader, job_id, later)
    assert exports.work_on_left(filled, later) == (0, 1)
    assert exports.open_one(filled, reader, job_id).state == "expired"
    with filled.database.read() as connection:
        assert store.content(connection, job_id) is None


def test_an_export_is_nobody_elses(filled, reader, central):
    job_id = exports.order(filled, reader, ASKED, "k", NOW)
    with pytest.raises(NotFound):
        exports.open_one(filled, central, job_id)


def test_a_right_that_was_taken_away_meanwhile_is_not_used(filled, reader):
    job_id = exports.order(filled, reader, ASKED, "k", NOW)
    with filled.database.write() as connection:
        connection.execute(update(tables.account).where(tables.account.c.id == "doc").values(active=False))
    exports.work(filled, job_id, NOW)
    job = exports.open_one(filled, reader, job_id)
    assert (job.state, bool(job.problem_vi), bool(job.problem_en)) == ("failed", True, True)


def test_one_worker_at_a_time_and_a_dead_ones_work_is_begun_anew(filled, reader):
    job_id = exports.order(filled, reader, ASKED, "k", NOW)
    with filled.database.write() as connection:
        assert store.claim(connection, job_id, "dead", NOW, NOW + exports.LEASE)
    assert not exports.work(filled, job_id, NOW + timedelta(minutes=1))
    assert exports.work(filled, job_id, NOW + timedelta(minutes=6))
    with filled.database.write() as connection:
        assert not store.renew(connection, job_id, "dead", done=1)
    assert exports.open_one(filled, reader, job_id).tries == 2


def test_what_ends_every_worker_is_given_up(filled, reader):
    job_id, at = exports.order(filled, reader, ASKED, "k", NOW), NOW
    for name in ("a", "b", "c"):
        with filled.database.write() as connection:
            assert store.claim(connection, job_id, name, at, at + exports.LEASE)
        at += timedelta(minutes=6)
    assert exports.work(filled, job_id, at)
    assert exports.open_one(filled, reader, job_id).state == "failed"


def test_series_of_other_axes_are_joined_whole(filled, central):
    parts = [
        figures.series(filled, central, figures.Ask((figures.measure(filled, central, key, NOW),)), NOW) for key in KEYS
    ]
    whole = figures.series(
        filled, central, figures.Ask(tuple(figures.measure(filled, central, key, NOW) for key in KEYS)), NOW
    )
    assert exports.joined(parts) == whole
