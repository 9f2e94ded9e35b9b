"""Adding a regime touches no code: a folder outside the package is published on a page of a running hub, its filings
open, its reports come in through every door, and its national report comes out. Nothing is restarted."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.boot import open_core
from hub.catalog.keeper import keep
from hub.config import load_config
from hub.demonstration.sample_files import make_files
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingQuery
from hub.domain.period import Period
from hub.services import filings, journal, publication, verify
from hub.services.core import Core
from hub.services.regime_publishing import publish as publish_there
from scheduler.jobs import open_filings, publish, roll_up

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
AFTER = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
PERIOD = "2026-M09"


@pytest.fixture
def outside(tmp_path: Path, made_up) -> Path:
    """A folder as ``HUB_SCHEMAS`` names one, with the draft of a regime that no package knows."""
    root = tmp_path / "outside"
    made_up.write_regime(root)
    return root


@pytest.fixture
def core(database, tmp_path: Path, outside: Path, made_up) -> Core:
    """A running hub over data without any regime, and that folder laid over them."""
    config = load_config({}, var=tmp_path / "var", inbox=tmp_path / "inbox", schemas=(outside,))
    return Core(config, keep(made_up.empty_base(tmp_path / "base"), config.schemas), database)


@pytest.fixture
def published_on_the_page(sign_in, make_actor, made_up):
    """The national centre has samples made, looks at the confirmation and publishes."""
    page = f"/regimes/{made_up.KEY}"
    centre = sign_in(make_actor("central", "VN"))
    assert centre.post(f"{page}/samples").status_code == 303
    confirmation = centre.get(f"{page}/publish").get_data(as_text=True)
    seen = confirmation.partition('name="seen" value="')[2].partition('"')[0]
    answer = centre.post(f"{page}/publish", {"seen": seen})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return centre


@pytest.fixture
def send(core, app, sign_in, make_actor, token_for, made_up):
    """``send(door, unit, cells)``: the report arrives through that door as its people or machines would send it."""

    def by_people(door: str, unit: str, cells) -> None:
        filing = filing_of(core, unit)
        page, reporter = f"/filings/{filing.id}", sign_in(make_actor("reporter", unit))
        if door == "form":
            answer = reporter.post(page, made_up.as_form(cells))
        else:
            content = made_up.as_workbook(reporter.get(f"{page}/workbook.xlsx").data, cells)
            answer = reporter.post(f"{page}/upload", {"file": (io.BytesIO(content), "bieu.xlsx")})
            assert answer.status_code == 303, answer.get_data(as_text=True)
            move = {"action": "check", "revision": str(filing_of(core, unit).revision)}
            answer = reporter.post(f"{page}/move", move)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        approver = sign_in(make_actor("approver", unit))
        move = {"action": "send", "revision": str(filing_of(core, unit).revision), "secrecy": "none"}
        assert approver.post(f"{page}/move", move).status_code == 303

    def by_machine(door: str, unit: str, cells) -> None:
        write = {"json": made_up.as_json, "xml": made_up.as_xml, "csv": made_up.as_csv}[door]
        media = {"json": "application/json", "xml": "application/xml", "csv": "text/csv"}[door]
        headers = {"Authorization": f"Bearer {token_for(make_actor('approver', unit))}", "Idempotency-Key": unit}
        answer = app.test_client().post(
            "/api/v1/submissions?intent=send", data=write(unit, PERIOD, cells), content_type=media, headers=headers
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)

    return lambda door, unit, cells: (by_people if door in {"form", "xlsx"} else by_machine)(door, unit, cells)


def filing_of(core: Core, unit: str):
    found = filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=PERIOD), NOW)
    assert found.total == 1
    return found.rows[0]


def test_a_draft_outside_the_package_opens_nothing(core, hub, made_up):
    assert list(core.catalog.drafts) == [made_up.KEY]
    assert core.catalog.editions == {}
    assert filings.search(hub, SYSTEM, FilingQuery(), NOW).total == 0


def test_what_is_published_on_a_page_goes_through_every_door_to_a_national_report(
    core, published_on_the_page, send, sign_in, make_actor, made_up
):
    assert made_up.KEY in core.catalog.editions
    assert open_filings(core, NOW)[1] == "20 filings opened in 4 campaigns", "five units, from June on"

    doors = ("form", "xlsx", "xml", "json", "csv")
    for door, unit in zip(doors, made_up.UNITS, strict=True):
        send(door, unit, made_up.cells_of(4, 6))
    views = [filings.open_one(core, SYSTEM, filing_of(core, unit).id, NOW) for unit in made_up.UNITS]
    assert [view.submissions[0].door for view in views] == list(doors)
    assert [view.values for view in views] == [views[0].values] * 5, "one report, whatever the door"
    assert [view.row.state for view in views] == ["submitted"] * 5

    officer = sign_in(make_actor("officer", core.orgs.find("G09", NOW.date()).id))
    for view in views:
        move = {"action": "accept", "revision": str(view.row.revision), "version": str(view.row.version)}
        assert officer.post(f"/filings/{view.row.id}/decide", move).status_code == 303

    assert "1 campaigns rolled up" in roll_up(core, AFTER)[1]
    assert "1 reports in force" in publish(core, AFTER)[1]
    (row,) = publication.listing(core, SYSTEM, AFTER)
    assert (row.report, row.period) == (made_up.CODE, PERIOD)
    document = publication.view(core, SYSTEM, row.id, AFTER).document
    assert document.title.vi == "Báo cáo quốc gia: Báo cáo vườn cây công sở"
    assert [table.title.vi for table in document.tables][:2] == [
        "Cây trong vườn: cả nước",
        "Cây trong vườn: theo bộ, ngành",
    ]
    stem = f"{made_up.CODE}_{PERIOD}_1"
    nation, gardens = (
        publication.file(core, SYSTEM, row.id, f"{stem}_{code}.csv", AFTER)[1].decode("utf-8-sig")
        for code in ("T1", "T3")
    )
    assert "50,10,75.0" in nation, "five times ten trees, of them two new, at 1.5 each"
    assert "62.50" in gardens, "five gardens of 12.50"
    assert verify.everything(core).problems == []


def test_the_deed_is_in_the_audit_chain(core, published_on_the_page, made_up):
    deeds = {(event.action, event.object_id) for event in journal.latest(core, SYSTEM, NOW)}
    assert ("edition_publish", made_up.KEY) in deeds


def test_what_another_process_published_is_taken_in_too(core, tmp_path, outside, made_up):
    clock = [0.0]
    keeper = keep(tmp_path / "base", (outside,), lambda: clock[0])
    folder = outside / "regimes" / made_up.KEY / "samples"
    folder.mkdir()
    for name, text in make_files(keeper.current.drafts[made_up.KEY], keeper.current.orgs).items():
        (folder / name).write_text(text, "utf-8")
    publish_there(tmp_path / "base", (outside,), made_up.KEY)
    clock[0] += 0.5
    assert keeper.current.editions == {}, "the locks are looked at once a second"
    clock[0] += 0.6
    assert list(keeper.current.editions) == [made_up.KEY]
    assert Period.parse(PERIOD).end >= keeper.current.editions[made_up.KEY].valid_from


def test_a_broken_lock_leaves_what_is_in_use(core, published_on_the_page, outside, made_up, caplog):
    lock = outside / "editions.lock"
    whole = lock.read_text("utf-8")
    lock.write_text("half a li", "utf-8")
    core.look_at_locks()
    assert made_up.KEY in core.catalog.editions
    assert "editions.lock:1" in caplog.text
    lock.write_text(whole, "utf-8")
    core.look_at_locks()
    assert made_up.KEY in core.catalog.editions


def test_a_hub_that_starts_with_the_folder_in_its_settings_has_the_regime(
    core, published_on_the_page, tmp_path, outside, made_up
):
    again = open_core(load_config({"HUB_SCHEMAS": str(outside)}, var=tmp_path / "again"))
    try:
        assert again.catalog.edition_for(made_up.CODE, NOW.date()).key == made_up.KEY
        assert len(again.catalog.editions) > 1, "beside the packaged ones"
    finally:
        again.database.dispose()
