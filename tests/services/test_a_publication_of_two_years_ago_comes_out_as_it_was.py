"""A publication from 2024 comes out byte for byte in 2026: after amendments, new editions, new units, other code, and a
backup that was restored."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pysqlite3
import pytest

from hub.catalog.catalog import Catalog
from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.envelope import Envelope
from hub.domain.filing import FilingQuery
from hub.domain.form import Label
from hub.domain.org import OrgRegister, Succession
from hub.domain.regime import Regime
from hub.domain.report_definition import ReportDefinition, Section
from hub.services import aggregation, filings, intake, opening, publication, publication_proof, review, verify
from hub.services.core import Core
from hub.store import publications
from hub.store.publications import PublicationFile, PublicationRow

THEN = datetime(2024, 6, 18, 3, 0, tzinfo=UTC)
TODAY = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PERIOD, EDITION = "2024-M06", "THU-01/2023-01-01"
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))
OLD_JSON = (
    '{"created_at":"2024-02-01T09:00:00","demonstration":false,"facts":[{"label":{"en":"Edition","vi":"Ấn bản"},'
    '"text":"1"}],"issuer":{"en":"Centre","vi":"Trung tâm"},"subtitle":{"en":"January 2024","vi":"Tháng 01/2024"},'
    '"tables":[{"code":"T1","columns":["c01"],"header":[],"notes":[],"rows":[{"cells":{"c01":{"number":"12",'
    '"ref":"VN:F1.r01.c01"}},"code":"r01","label":{"en":"Total","vi":"Tổng số"},"level":0}],"title":{"en":"A grid",'
    '"vi":"Biểu lưới"},"unit":null}],"title":{"en":"A test report","vi":"Báo cáo thử"}}\n'
).encode()
"""A publication as an older release wrote it: facts in one text, figures named without their regime."""


@pytest.fixture
def small_edition(make_small_edition):
    """The edition that was in force in 2024."""
    return make_small_edition(code="2023-01-01", valid_from=date(2023, 1, 1))


@pytest.fixture
def then(core, make_actor, document):
    """(core, row, files): June 2024 published, with the reports of X11 and G01."""
    opening.open_due(core, THEN, since=date(2024, 6, 1))
    for unit, receiver in (("X11", "P1"), ("G01", "G12")):
        send(core, make_actor, receiver, document(unit, period=PERIOD), THEN)
    aggregation.run(core, SYSTEM, EDITION, PERIOD, THEN)
    row = publication.issue(core, CENTRAL, "thu", PERIOD, THEN)
    return core, row, files_of(core, row.id)


def send(core, make_actor, receiver, content, now):
    unit = make_actor("approver", "VN")
    sent = intake.receive(core, unit, Envelope(content, "json", intent="send"), now)
    officer = make_actor("officer", receiver)
    assert list(review.accept_many(core, officer, [sent.filing_id], now + timedelta(minutes=1))) == [sent.filing_id]
    return sent.filing_id


def files_of(core, publication_id):
    names = [name for name, *_ in publication.view(core, CENTRAL, publication_id, TODAY).files]
    return {name: publication.file(core, CENTRAL, publication_id, name, TODAY)[1] for name in names}


def later_catalog(core, make_small_edition) -> Catalog:
    """Two years on: a new edition of the regime and of the report, P2 merged into P1, a new commune."""
    old = core.catalog.edition(EDITION)
    ended = replace(old, valid_to=date(2025, 12, 31))
    new = make_small_edition(code="2026-01-01", valid_from=date(2026, 1, 1), title=Label("Tên mới", "A new name"))
    regime = Regime(old.regime, (ended, new))
    report = ReportDefinition(
        "thu", Label("Tên khác", "Another title"), "regime", old.regime, (Section("units", "F1"),)
    )
    units = {unit.id: unit for unit in core.orgs.units.values()}
    units["P2"] = replace(units["P2"], valid_to=date(2025, 6, 30))
    units["X19"] = replace(units["X11"], id="X19", code="X19", valid_from=date(2025, 7, 1))
    catalog = replace(core.catalog, regimes={regime.code: regime}, reports={"thu": report})
    orgs = OrgRegister(list(units.values()), (Succession("P2", "P1", date(2025, 7, 1), "merge"),))
    catalog.__dict__.update(orgs=orgs, calendar=core.catalog.calendar)
    return catalog


def restored(database, make_empty_database, tmp_path, request):
    """The database as its backup brings it back: SQLite's own backup, or pg_dump and psql."""
    new = make_empty_database()
    if database.kind == "sqlite":
        source = pysqlite3.connect(database.url.removeprefix("sqlite:///"))
        target = pysqlite3.connect(new.url.removeprefix("sqlite:///"))
        source.backup(target)
        source.close()
        target.close()
        return new
    server = request.getfixturevalue("postgres_server")
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))[-1]
    options = ["-h", str(server.folder), "-U", "hub"]
    dump = tmp_path / "hub.sql"
    name = new.url.split("@/")[1].split("?")[0]
    subprocess.run([tools / "pg_dump", *options, "-f", dump, "hub"], check=True, env=os.environ)
    subprocess.run([tools / "psql", *options, "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, name], check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return new


def test_its_files_and_its_page_are_the_very_ones_after_two_years_of_change_and_a_restored_backup(
    then, make_actor, document, make_small_edition, make_empty_database, tmp_path, request, monkeypatch
):
    core, row, files = then
    assert {name.rpartition(".")[2] for name in files} >= {"xlsx", "json", "csv"}
    shown = publication.view(core, CENTRAL, row.id, THEN).document
    officer, filing = make_actor("officer", "P1"), row_of(core, "X11")
    review.send_back(core, officer, filing.id, revision=filing.revision, reason="Sai", now=TODAY)
    send(core, make_actor, "P1", document("X11", period=PERIOD, men=77), TODAY)
    core = Core(core.config, later_catalog(core, make_small_edition), core.database)
    for writer in ("write_tables_xlsx", "write_tables_json"):
        old = getattr(publication, writer)
        monkeypatch.setattr(publication, writer, lambda document, *rest, old=old: old(document, *rest) + b" ")
    aggregation.run(core, SYSTEM, EDITION, PERIOD, TODAY)
    newer = publication.issue(core, CENTRAL, "thu", PERIOD, TODAY, "Sửa số liệu X11")
    assert newer.number == 2
    assert files_of(core, row.id) == files
    back = Core(core.config, core.catalog, restored(core.database, make_empty_database, tmp_path, request))
    assert files_of(back, row.id) == files
    view = publication.view(back, CENTRAL, row.id, TODAY)
    assert (view.document, view.row, view.newer) == (shown, row, newer)
    proof = publication_proof.prove(back, CENTRAL, row.id, TODAY)
    assert (proof.problems, proof.recomputed) == ([], proof.figures)
    assert verify.everything(back).problems == []


def row_of(core, unit):
    return filings.search(core, SYSTEM, FilingQuery(unit_id=unit, period=PERIOD), THEN).rows[0]


def test_a_publication_that_an_older_release_wrote_is_shown_and_handed_out_as_it_was(core):
    manifest = {"report": "thu", "period": "2024-M01", "regimes": {}}
    sha256 = hashlib.sha256(publications.manifest_text(manifest).encode()).hexdigest()
    row = PublicationRow("cu", "thu", "2024-M01", 1, THEN, "central", None, sha256)
    file = PublicationFile("thu_2024-M01_1.json", "application/json", hashlib.sha256(OLD_JSON).hexdigest(), OLD_JSON)
    with core.database.write() as connection:
        publications.add(connection, row, manifest, [file])
    assert publication.file(core, CENTRAL, "cu", file.name, TODAY)[1] == OLD_JSON
    view = publication.view(core, CENTRAL, "cu", TODAY)
    assert [fact[1] for fact in view.document.facts] == ["1"]
    assert view.document.tables[0].rows[0].cells[0].value == 12
    proof = publication_proof.prove(core, CENTRAL, "cu", TODAY)
    assert (proof.holds, proof.files) == (True, 1)
