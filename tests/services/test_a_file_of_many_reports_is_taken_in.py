"""A file of many reports: each taken or refused by itself, once, whoever works on it and however often it dies."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hub.errors import BadRequest, Conflict, NotFound, Unavailable
from hub.services import filings, intake, uploads, worker_threads
from hub.services.receipts import receipt_from_json
from hub.store import tables

UNITS = ("X11", "X12", "X13", "X21", "X22")


@pytest.fixture
def now(filing_of):
    return filing_of("X11").opened_at


@pytest.fixture
def sender(make_actor):
    """Somebody who enters for every unit of the nation."""
    return make_actor("approver", "VN")


@pytest.fixture
def keep(opened, sender, now):
    def do(content: bytes, *, key="k", actor=None, intent="draft", filename="nhieu.json", secrecy="none"):
        return uploads.keep(
            opened, actor or sender, content, filename=filename, media_type="", intent=intent, key=key, now=now,
            secrecy=secrecy,
        )  # fmt: skip

    return do


@pytest.fixture
def many(document):
    """JSON of one report a unit; those of ``bad`` hold a figure that is none."""

    def make(units=UNITS, bad=()) -> bytes:
        reports = [
            json.loads(document(unit, **({"cells": {"r02.c02": "mười"}} if unit in bad else {}))) for unit in units
        ]
        return json.dumps({"reports": reports}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def result(opened, sender):
    """``result(upload_id) -> (upload, {unit: receipt} taken, {unit: receipt} refused)``."""

    def read(upload_id):
        found = []
        for verdict in ("taken", "refused"):
            rows = uploads.reports_of(opened, sender, upload_id, verdict, 1000)
            found.append({row.member.partition(",")[0]: receipt_from_json(row.receipt) for row in rows})
        return uploads.open_one(opened, sender, upload_id), *found

    return read


def versions_of(core):
    with core.database.read() as connection:
        filing = tables.version.c.filing_id
        return {row[0]: row[1] for row in connection.execute(select(filing, func.count()).group_by(filing))}


def test_sound_reports_go_through_and_the_others_are_refused(opened, keep, many, result, now):
    upload_id = keep(many(bad={"X12", "X21"}))
    assert uploads.work(opened, upload_id, now)
    upload, taken, refused = result(upload_id)
    assert (upload.state, upload.read_share, upload.reports, upload.taken, upload.refused) == ("done", 100, 5, 3, 2)
    assert set(taken) == {"X11", "X13", "X22"}
    assert set(refused) == {"X12", "X21"}
    assert all(receipt.findings for receipt in refused.values())
    assert len(versions_of(opened)) == 3


def test_a_double_click_is_one_upload_and_another_file_with_its_key_is_told(keep, many):
    assert keep(many()) == keep(many())
    with pytest.raises(Conflict):
        keep(many(bad={"X11"}))


def test_a_worker_that_dies_is_followed_by_one_that_takes_each_report_once(
    opened, keep, many, result, now, monkeypatch
):
    upload_id = keep(many())
    real, seen = intake._take, []

    def dying(*args):
        receipt = real(*args)
        seen.append(receipt)
        if len(seen) == 3:
            raise KeyboardInterrupt  # taken in, but never written down
        return receipt

    monkeypatch.setattr(intake, "TOGETHER", 1)
    monkeypatch.setattr(intake, "_take", dying)
    monkeypatch.setattr(uploads, "PAUSE", 60.0)
    with pytest.raises(KeyboardInterrupt):
        uploads.work(opened, upload_id, now)
    monkeypatch.setattr(intake, "_take", real)
    assert len(versions_of(opened)) == 3
    assert not uploads.work(opened, upload_id, now + timedelta(seconds=30)), "its lease has not run out"
    assert uploads.any_left(opened, now + timedelta(minutes=3))
    assert uploads.work_on_left(opened, now + timedelta(minutes=3)) == 1
    upload, taken, _ = result(upload_id)
    assert (upload.state, upload.reports, upload.taken) == ("done", 5, 5)
    assert set(taken) == set(UNITS)
    assert set(versions_of(opened).values()) == {1}
    with opened.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.submission)) == 5


def test_two_workers_at_once_take_each_report_once(opened, keep, many, result, now):
    upload_id = keep(many())
    workers = [threading.Thread(target=uploads.work, args=(opened, upload_id, now)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    upload, _taken, _ = result(upload_id)
    assert (upload.state, upload.reports, upload.taken) == ("done", 5, 5)
    assert set(versions_of(opened).values()) == {1}


def test_a_worker_that_only_slept_does_not_write_over_its_follower(opened, keep, many, result, now, monkeypatch):
    upload_id = keep(many())
    real, slept = intake._take, []

    def sleeping(*args):
        if not slept:
            slept.append(1)
            assert uploads.work(opened, upload_id, now + timedelta(hours=1)), "its lease ran out: another one goes on"
        return real(*args)

    monkeypatch.setattr(intake, "TOGETHER", 1)
    monkeypatch.setattr(intake, "_take", sleeping)
    assert not uploads.work(opened, upload_id, now)
    upload, _, _ = result(upload_id)
    assert (upload.state, upload.reports, upload.taken) == ("done", 5, 5)
    assert set(versions_of(opened).values()) == {1}


def test_trouble_that_passes_leaves_the_upload_to_the_next_worker(opened, keep, many, result, now, monkeypatch):
    upload_id = keep(many())
    real, calls = intake._take, []

    def away(*args):
        calls.append(1)
        if len(calls) == 2:
            raise Unavailable
        return real(*args)

    monkeypatch.setattr(intake, "TOGETHER", 1)
    monkeypatch.setattr(intake, "_take", away)
    assert not uploads.work(opened, upload_id, now)
    assert uploads.work(opened, upload_id, now + timedelta(seconds=1))
    assert result(upload_id)[0].taken == 5


def test_trying_out_finds_the_same_and_stores_no_version(opened, keep, many, result, now):
    upload_id = keep(many(bad={"X12"}), intent="dry_run")
    uploads.work(opened, upload_id, now)
    upload, tried, wrong = result(upload_id)
    assert (upload.taken, upload.refused) == (4, 1)
    assert versions_of(opened) == {}
    real = keep(many(bad={"X12"}), key="echt")
    uploads.work(opened, real, now)
    _, taken, refused = result(real)
    for one, other in ((tried, taken), (wrong, refused)):
        assert {u: [f.key for f in r.findings] for u, r in one.items()} == {
            u: [f.key for f in r.findings] for u, r in other.items()
        }


def test_sending_needs_the_declaration_and_sends_what_is_sound(opened, keep, many, filing_of, now):
    with pytest.raises(BadRequest):
        keep(many(), intent="send", secrecy="")
    upload_id = keep(many(), intent="send")
    uploads.work(opened, upload_id, now)
    assert filing_of("X11").state == "submitted"


def test_who_may_only_enter_cannot_send(opened, keep, many, result, make_actor, now):
    reporter = make_actor("reporter", "X11")
    upload_id = keep(many(units=("X11", "X12")), actor=reporter, intent="send")
    uploads.work(opened, upload_id, now)
    assert uploads.open_one(opened, reporter, upload_id).refused == 2
    assert versions_of(opened) == {}


@pytest.mark.parametrize("said", [b'"secrecy": "mat"', b'"secrecy" : true', b'"secrecy":"toi mat"'])
def test_of_a_file_that_declares_a_secret_nothing_is_kept(opened, keep, document, said):
    with pytest.raises(BadRequest):
        keep(b'{"reports": [{' + said + b"," + document("X11")[1:] + b"]}")
    with opened.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.submission_content)) == 0


def test_a_file_that_says_that_there_is_no_secret_is_taken(opened, keep, document, result, now):
    upload_id = keep(b'{"reports": [{"secrecy": "none",' + document("X11")[1:] + b"]}")
    uploads.work(opened, upload_id, now)
    assert result(upload_id)[0].taken == 1


def test_nobody_else_sees_an_upload(opened, keep, many, make_actor):
    upload_id = keep(many())
    with pytest.raises(NotFound):
        uploads.open_one(opened, make_actor("approver", "VN"), upload_id)


def test_a_switched_off_account_takes_in_nothing_more(opened, keep, many, sender, result, now):
    upload_id = keep(many())
    with opened.database.write() as connection:
        connection.execute(tables.account.update().values(active=False))
    uploads.work(opened, upload_id, now)
    assert result(upload_id)[0].state == "failed"
    assert versions_of(opened) == {}


def bundle_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_each_workbook_of_an_archive_is_taken_or_refused_by_its_name(opened, keep, sender, filing_of, result, now):
    workbooks = {unit: filings.template(opened, sender, filing_of(unit).id, now)[1] for unit in ("X11", "X12")}
    content = bundle_of(
        {
            "tỉnh/X11.xlsx": workbooks["X11"], "tỉnh/X12.xlsx": workbooks["X12"], "ghi chú.txt": b"xin chao",
            "trong.zip": bundle_of({"a.xlsx": b"x"}), "__MACOSX/._X11.xlsx": b"x", "~$X11.xlsx": b"x",
        }
    )  # fmt: skip
    upload_id = keep(content, filename="tep.zip")
    uploads.work(opened, upload_id, now)
    upload, taken, refused = result(upload_id)
    assert set(taken) == {"tỉnh/X11.xlsx", "tỉnh/X12.xlsx"}
    assert set(refused) == {"ghi chú.txt", "trong.zip"}
    assert upload.reports == 4


def test_a_damaged_archive_is_one_refusal_in_words(opened, keep, result, now):
    content = bytearray(bundle_of({"a.xlsx": b"x" * 3000, "b.xlsx": b"y"}))
    content[4] ^= 0xFF
    content[8] ^= 0x08
    upload_id = keep(bytes(content), filename="hong.zip")
    uploads.work(opened, upload_id, now)
    upload, taken, refused = result(upload_id)
    assert (upload.state, taken) == ("done", {})
    assert all(receipt.findings[0].message_vi for receipt in refused.values())


def test_the_lease_of_a_file_that_waited_its_turn_counts_from_when_it_is_read(opened, keep, many, now, monkeypatch):
    """Else it has run out before the work begins, and the scheduler does the same work beside it."""
    begun = []
    monkeypatch.setattr(uploads, "work", lambda core, upload_id, at: begun.append(at))
    clock = iter([100.0, 700.0])
    monkeypatch.setattr(worker_threads.time, "monotonic", lambda: next(clock, 700.0))
    worker_threads.uploaded.work(opened, keep(many()), now)
    assert begun == [now + timedelta(minutes=10)]
