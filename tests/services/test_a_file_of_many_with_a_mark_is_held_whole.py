"""The reports of one file share its bytes: where one bears a secrecy mark, nothing of the file is kept in the open."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from sqlalchemy import func, select

from hub.domain.envelope import Envelope
from hub.domain.sheet_layout import OUTLINE_SHEET
from hub.errors import Conflict, Refused
from hub.readers.possible_mark import may_bear_mark
from hub.services import filings, intake, quarantine, uploads
from hub.store import tables

UNITS = ("X11", "X12", "X13")
STAMPED = "Tình hình\nTỐI MẬT\nchung"


@pytest.fixture
def now(filing_of):
    return filing_of("X11").opened_at


@pytest.fixture
def sender(make_actor):
    return make_actor("approver", "VN")


@pytest.fixture
def many(document):
    def make(text: str = STAMPED) -> bytes:
        reports = [json.loads(document(unit)) for unit in UNITS]
        reports[2]["outline"] = {"s1": text}
        return json.dumps({"reports": reports}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def upload(opened, sender, now):
    def do(content, key="k", filename="nhieu.json"):
        upload_id = uploads.keep(
            opened, sender, content, filename=filename, media_type="", intent="draft", key=key, now=now
        )
        assert uploads.work(opened, upload_id, now)
        return uploads.open_one(opened, sender, upload_id)

    return do


def kept(core) -> list[bytes]:
    with core.database.read() as connection:
        return [bytes(each) for each in connection.scalars(select(tables.submission_content.c.content))]


def held(core):
    with core.database.read() as connection:
        return connection.execute(select(tables.quarantine).where(tables.quarantine.c.state == "held")).all()


def versions(core) -> int:
    with core.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(tables.version)) or 0


def test_an_api_call_of_many_keeps_nothing_but_what_is_held(opened, sender, many, now):
    content = many()
    receipts = intake.receive_many(opened, sender, Envelope(content, "json", idempotency_key="a"), now)
    assert [(each.verdict, [finding.code for finding in each.findings]) for each in receipts] == [
        ("refused", ["secrecy_mark"])
    ]
    assert "báo cáo 3" in receipts[0].findings[0].message_vi
    assert [each.content for each in held(opened)] == [content]
    assert not any(b"chung" in each for each in kept(opened))
    assert versions(opened) == 0
    with pytest.raises(Conflict):
        intake.receive_many(opened, sender, Envelope(content, "json", idempotency_key="a"), now)


def test_an_upload_with_a_mark_is_refused_and_its_bytes_are_held_alone(opened, upload, many):
    for _ in range(2):
        with pytest.raises(Refused, match="secrecy mark"):
            upload(many())
    assert [each.content for each in held(opened)] == [many()]
    assert kept(opened) == []


def test_an_archive_with_one_marked_workbook_is_held_whole(opened, sender, upload, filing_of, now):
    members = {}
    for unit in ("X11", "X12"):
        _, content = filings.template(opened, sender, filing_of(unit).id, now)
        members[unit] = with_narrative(content, "TỐI MẬT" if unit == "X12" else "Bảo mật tốt")
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for unit, content in members.items():
            archive.writestr(f"{unit}.xlsx", content)
    with pytest.raises(Refused, match="secrecy mark"):
        upload(output.getvalue(), filename="n.zip")
    assert kept(opened) == []


def with_narrative(content: bytes, text: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[OUTLINE_SHEET]
    for row in sheet.iter_rows():
        for cell in row:
            if not cell.protection.locked and not isinstance(cell, MergedCell):
                cell.value = text
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_a_released_file_of_many_is_read_report_by_report(opened, upload, many, make_actor, now):
    with pytest.raises(Refused):
        upload(many())
    admin = make_actor("administrator", "VN")
    quarantine.decide(opened, admin, held(opened)[0].id, release=True, reason="Không phải", now=now)
    done = upload(many(), key="again")
    assert (done.state, done.taken) == ("done", 3)


def test_words_that_are_no_stamp_let_a_file_of_many_through(opened, upload, many):
    done = upload(many("Bảo mật thông tin tốt; mật độ dân số tăng."))
    assert (done.state, done.taken) == ("done", 3)


def test_a_worker_that_died_after_a_report_was_set_apart_is_followed(opened, sender, many, now, monkeypatch):
    """The receipt of what was set apart has no bytes to compare; the key is the hub's own."""
    monkeypatch.setattr(uploads, "_marks", lambda *_: [])
    real, seen = intake._take, []

    def dying(*args):
        seen.append(real(*args))
        if len(seen) == 3:
            raise KeyboardInterrupt
        return seen[-1]

    monkeypatch.setattr(intake, "TOGETHER", 1)
    monkeypatch.setattr(intake, "_take", dying)
    monkeypatch.setattr(uploads, "PAUSE", 60.0)
    upload_id = uploads.keep(opened, sender, many(), filename="n.json", media_type="", intent="draft", key="k", now=now)
    with pytest.raises(KeyboardInterrupt):
        uploads.work(opened, upload_id, now)
    monkeypatch.setattr(intake, "_take", real)
    uploads.work_on_left(opened, now + timedelta(minutes=3))
    done = uploads.open_one(opened, sender, upload_id)
    assert (done.state, done.taken, done.refused) == ("done", 2, 1)


MARKS = ["MẬT", "Tối mật", "TUYET MAT", "M Ậ T", "M\u00c2\u0323T", "MA\u0323\u0302T", "do mat: mat", 'Độ mật: "Mật"']


@pytest.mark.parametrize("text", MARKS)
@pytest.mark.parametrize("before", ["", "Một dòng\n"])
def test_the_quick_look_lets_no_mark_by(text, before):
    said = before + text
    quoted = said.replace('"', '""')
    for content in (
        json.dumps({"reports": [{"outline": {"s1": said}}]}),
        json.dumps({"reports": [{"outline": {"s1": said}}]}, ensure_ascii=False),
        f"<reports><section code='s1'>{said}</section></reports>",
        f"<reports><section code='s1'><![CDATA[{said}]]></section></reports>",
        "<reports><section>" + said.encode("ascii", "xmlcharrefreplace").decode() + "</section></reports>",
        f'unit,value\nX11,"{quoted}"\n',
    ):
        assert may_bear_mark(content.encode()), content
    assert may_bear_mark(f"<r>{said}</r>".encode("utf-16"))


def test_the_quick_look_spares_what_only_uses_the_words():
    assert not may_bear_mark('{"outline": {"s1": "Bảo mật tốt, mật độ tăng."}, "cells": {"r02.c02": "4"}}'.encode())
