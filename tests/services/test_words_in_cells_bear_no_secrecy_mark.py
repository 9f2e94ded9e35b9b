"""R06: marks are found in the words of cells, records and explanations as in the narrative; nothing is kept of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sqlalchemy import select

from hub.domain.access import Actor, Grant
from hub.domain.envelope import Envelope, RawForm, Reading
from hub.domain.form import Choice, Column, Form, Label
from hub.domain.marked_words import marked_words, may_be_asked
from hub.domain.regime import Edition
from hub.errors import Refused
from hub.services import filings, intake, quarantine, unsaved
from hub.services.unsaved import Change
from hub.store import tables
from hub.store import unsaved as unsaved_store

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
SECRET = "chi tiết không được lộ"
STAMPED = f"TỐI MẬT\n{SECRET}"
LIST = {"F1": {"cells": {}}, "F2": {"records": [{"c01": STAMPED, "c02": "1", "c04": 1}]}}


@pytest.fixture
def reporter(make_actor):
    return make_actor("approver", "X11")


def everything_kept(hub) -> str:
    with hub.database.read() as connection:
        contents = connection.scalars(select(tables.submission_content.c.content))
        typed = connection.scalars(select(tables.unsaved_field.c.text))
        explained = connection.scalars(select(tables.explanation.c.text))
        return " ".join([bytes(each).decode() for each in contents] + [*typed, *explained])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"cells": {"r02.c06": STAMPED}}, "Biểu F1, dòng Nam, cột Ghi chú"),
        ({"cells": {"r02.c02": STAMPED}}, "Biểu F1, dòng Nam, cột Trong đó: mới"),
        ({"forms": LIST}, "Biểu F2, dòng 1, cột Tên"),
        ({"explanations": {"swing@F1/r02/c02": STAMPED}}, "phần giải trình"),
    ],
)
def test_marked_words_make_no_version_and_are_held_alone(opened, submit, reporter, document, filing_of, changes, where):
    receipt = submit("X11", reporter, content=document("X11", **changes), intent="draft")
    assert (receipt.verdict, [each.code for each in receipt.findings]) == ("refused", ["secrecy_mark"])
    assert f"“{where}”" in receipt.findings[0].message_vi
    assert filing_of("X11").version is None
    assert SECRET not in everything_kept(opened)
    with opened.database.read() as connection:
        assert SECRET in bytes(connection.scalar(select(tables.quarantine.c.content))).decode()


def test_a_mark_in_a_report_that_nobody_owes_is_held_too(opened, submit, reporter, document):
    content = document("X11", period="2031-M01", cells={"r02.c06": STAMPED})
    assert [each.code for each in submit("X11", reporter, content=content).findings] == ["secrecy_mark"]
    assert SECRET not in everything_kept(opened)


def test_one_marked_cell_in_a_file_of_many_holds_the_whole_file(opened, document):
    bodies = [json.loads(document("X11")), json.loads(document("X12", cells={"r02.c06": STAMPED}))]
    sender = Actor("a", "A", "VN", (Grant("approver", "VN"),))
    content = json.dumps({"reports": bodies}, ensure_ascii=False).encode()
    receipts = intake.receive_many(opened, sender, Envelope(content, "json", idempotency_key="k"), NOW)
    assert [each.code for receipt in receipts for each in receipt.findings] == ["secrecy_mark"]
    assert "báo cáo 2, biểu F1, dòng r02, cột c06" in receipts[0].findings[0].message_vi
    assert SECRET not in everything_kept(opened)


def test_released_words_are_taken_in_when_they_come_again(opened, submit, reporter, document, make_actor):
    content = document("X11", cells={"r02.c06": "MẬT"})
    assert submit("X11", reporter, content=content, intent="draft").verdict == "refused"
    administrator = make_actor("administrator", "VN")
    (held,) = quarantine.listing(opened, administrator)
    quarantine.decide(opened, administrator, held.row.id, release=True, reason="Tên sản phẩm", now=NOW)
    assert submit("X11", reporter, content=content, intent="draft").verdict == "accepted"


def test_what_is_typed_with_a_mark_is_kept_in_no_field(opened, reporter, filing_of):
    row = filing_of("X11")
    changes = {"cell.F1.r02.c06": Change(STAMPED), "explain.swing@F1": Change(STAMPED), "cell.F1.r02.c02": Change("4")}
    noted = unsaved.note(opened, reporter, row.id, version=0, seen=0, changes=changes, now=NOW)
    assert (noted.saved, set(noted.refused)) == (("cell.F1.r02.c02",), {"cell.F1.r02.c06", "explain.swing@F1"})
    body = f"cell.F1.r02.c02=5&cell.F1.r02.c06={quote(STAMPED)}".encode()
    receipt = intake.receive(opened, reporter, Envelope(body, "form", filing_id=row.id), NOW)
    assert [each.code for each in receipt.findings] == ["secrecy_mark"]
    with opened.database.read() as connection:
        kept = {each.name: each.text for each in unsaved_store.of_filing(connection, row.id)}
    assert kept == {"cell.F1.r02.c02": "5"}
    assert SECRET not in everything_kept(opened)


def test_an_explanation_with_a_mark_is_not_kept(opened, submit, reporter, document, filing_of):
    costly = {"r02.c04": "9000.00", "r01.c04": "9012.50"}
    warned = [each.key for each in submit("X11", reporter, content=document("X11", cells=costly)).findings]
    with pytest.raises(Refused) as refusal:
        filings.explain(opened, reporter, filing_of("X11").id, dict.fromkeys(warned, STAMPED), NOW)
    assert SECRET not in refusal.value.message_vi
    assert SECRET not in everything_kept(opened)


def test_a_column_that_asks_for_the_level_of_secrecy_takes_it_as_an_answer(small_edition: Edition):
    levels = tuple(Choice(str(n), Label(text, text)) for n, text in enumerate(("Mật", "Tối mật", "Tuyệt mật")))
    columns = (
        Column("c01", Label("Độ mật", "Level"), "choice", choices=levels),
        Column("c02", Label("Ghi chú", "Note"), "text"),
    )
    edition = replace(small_edition, forms=(Form("F9", Label("Sổ", "Register"), "list", columns=columns),))
    record = {"c01": "TỐI MẬT", "c02": "TỐI MẬT"}
    reading = Reading("json", "canonical", forms={"F9": RawForm(records=[record])})
    assert [each.column for each in marked_words(reading, edition)] == ["c02"]
    assert may_be_asked(edition, "F9", "c01")
    assert not may_be_asked(edition, "F9", "c02")


def test_ordinary_words_in_cells_are_left_alone(submit, reporter, document):
    cells = {"r02.c06": "Mật ong rừng, mật độ 5 tổ", "r03.c06": "Công tác bảo vệ bí mật nhà nước"}
    assert submit("X11", reporter, content=document("X11", cells=cells)).verdict == "accepted"
