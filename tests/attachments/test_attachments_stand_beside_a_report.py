"""Attaching, taking off, holding and deciding, on both databases."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.envelope import Envelope
from hub.errors import BadRequest, Conflict, Forbidden, NotFound, Refused, TooLarge, Unavailable
from hub.services import attachments, filings, intake, narrative, quarantine, review
from hub.store import tables
from hub.store import unsaved as unsaved_store

OUTLINE = {"s1": "Tình hình ổn định."}


@pytest.fixture
def clerk(make_actor):
    return make_actor("reporter", "X11")


@pytest.fixture
def admin(make_actor):
    return make_actor("administrator", "VN")


@pytest.fixture
def row(filing_of):
    return filing_of("X11")


@pytest.fixture
def attach(opened, clerk, row, now):
    def do(content, filename="a.txt", actor=None):
        return attachments.attach(opened, actor or clerk, row.id, content=content, filename=filename, now=now)

    return do


@pytest.fixture
def now(make):
    return make.NOW


@pytest.fixture
def send(opened, row, make_actor, now):
    """``send(intent, **changes)``: a right report through the JSON door."""
    approver = make_actor("approver", "X11")

    def do(intent="draft", actor=None, when=now, **changes):
        body = {"regime": "THU-01", "unit": "X11", "period": "2026-M09", "outline": OUTLINE}
        rows = {"r02": 4, "r03": 6, "r01": 10}
        cells = {}
        for name, people in rows.items():
            new = 2 if name == "r01" else 1
            cells |= {f"{name}.c02": new, f"{name}.c03": people - new}
            cells[f"{name}.c04"] = "21.00" if name == "r01" else f"{people * 2}.50"
        content = json.dumps(body | {"forms": {"F1": {"cells": cells}}} | changes, ensure_ascii=False).encode()
        envelope = Envelope(content, "json", intent=intent, filing_id=row.id)
        return intake.receive(opened, actor or approver, envelope, when)

    return do


def stored(core) -> set[bytes]:
    with core.database.read() as connection:
        return {bytes(row.content) for row in connection.execute(select(tables.submission_content))}


def everything_stored(core) -> str:
    """All rows of all tables but the bytes that are held, as one text."""
    with core.database.read() as connection:
        return "\n".join(
            repr([value for value in row if not isinstance(value, bytes)])
            for table in tables.metadata.sorted_tables
            for row in connection.execute(select(table))
        )


def states(core, actor, row, now):
    return [each.row.state for each in attachments.of_filing(core, actor, row.id, now)]


def test_a_file_is_kept_and_comes_back_as_it_was(opened, attach, clerk, row, now):
    kept = attach("Phụ lục".encode(), "phu luc.txt")
    found, content = attachments.file(opened, clerk, row.id, kept.id, now)
    assert (found.filename, found.media_type, content.decode()) == ("phu luc.txt", "text/plain", "Phụ lục")


def test_the_same_file_twice_is_one(opened, attach, clerk, row, now):
    assert attach(b"abc").id == attach(b"abc", "other.txt").id
    assert states(opened, clerk, row, now) == ["kept"]


def test_a_file_taken_off_may_be_attached_again(opened, attach, clerk, row, now):
    kept = attach(b"abc")
    attachments.remove(opened, clerk, row.id, kept.id, now)
    attachments.remove(opened, clerk, row.id, kept.id, now)
    assert states(opened, clerk, row, now) == []
    with pytest.raises(NotFound):
        attachments.file(opened, clerk, row.id, kept.id, now)
    assert attach(b"abc").id == kept.id
    assert states(opened, clerk, row, now) == ["kept"]


def test_limits_of_size_number_and_sum_are_kept(opened, clerk, row, now):
    small = replace(
        opened, config=replace(opened.config, attachment_bytes=10, attachments_bytes=15, attachments_count=3)
    )
    one = {"filename": "a.txt", "now": now}
    with pytest.raises(TooLarge):
        attachments.attach(small, clerk, row.id, content=b"x" * 11, **one)
    attachments.attach(small, clerk, row.id, content=b"x" * 10, **one)
    with pytest.raises(Refused):
        attachments.attach(small, clerk, row.id, content=b"y" * 6, **one)
    attachments.attach(small, clerk, row.id, content=b"z", **one)
    attachments.attach(small, clerk, row.id, content=b"w", **one)
    with pytest.raises(Refused):
        attachments.attach(small, clerk, row.id, content=b"v", **one)


def test_a_program_under_an_innocent_name_is_refused(attach):
    with pytest.raises(Refused):
        attach(b"MZ\x90\x00", "bao-cao.pdf")
    with pytest.raises(BadRequest):
        attach(b"")


def test_nobody_else_attaches_and_no_other_unit_sees(opened, attach, make_actor, row, now):
    kept = attach(b"abc")
    with pytest.raises(NotFound):
        attachments.file(opened, make_actor("reporter", "X12"), row.id, kept.id, now)
    with pytest.raises(NotFound):
        attach(b"abd", actor=make_actor("reporter", "X12"))
    with pytest.raises(Forbidden):
        attach(b"abd", actor=make_actor("checker", "X11"))


def test_a_sent_report_takes_no_files_and_its_receiver_downloads_them(opened, attach, send, row, make_actor, now):
    kept = attach(b"abc")
    assert send("send").state == "submitted"
    with pytest.raises(Refused):
        attach(b"abd")
    officer = make_actor("officer", row.receiver_id)
    assert attachments.file(opened, officer, row.id, kept.id, now)[1] == b"abc"


@pytest.fixture
def returned(opened, row, make_actor):
    """``returned(at)``: its receiver sends the report back."""
    officer = make_actor("officer", row.receiver_id)

    def do(at):
        found = filings.open_one(opened, officer, row.id, at).row
        review.send_back(opened, officer, row.id, revision=found.revision, reason="Sai", now=at)
        return officer

    return do


def names(core, actor, row, now):
    return [each.row.filename for each in attachments.of_filing(core, actor, row.id, now)]


def test_what_was_sent_keeps_a_file_that_is_taken_off_after_its_return(opened, attach, send, returned, clerk, row, now):
    """Its receiver has it until the next sending goes without it; the unit sees it gone at once."""
    hour = [now + timedelta(hours=each) for each in range(8)]
    kept = attach(b"abc", "phu luc.txt")
    assert send("send", when=hour[1]).state == "submitted"
    officer = returned(hour[2])
    attachments.remove(opened, clerk, row.id, kept.id, hour[3])
    attachments.attach(opened, clerk, row.id, content=b"new", filename="moi.txt", now=hour[3])
    assert names(opened, clerk, row, hour[4]) == ["moi.txt"]
    assert names(opened, officer, row, hour[4]) == ["phu luc.txt"]
    assert attachments.file(opened, officer, row.id, kept.id, hour[4])[1] == b"abc"
    with pytest.raises(NotFound):
        attachments.file(opened, clerk, row.id, kept.id, hour[4])
    assert send("send", when=hour[5], outline={"s1": "Đã sửa."}).state == "submitted"
    assert names(opened, officer, row, hour[6]) == ["moi.txt"]
    with pytest.raises(NotFound):
        attachments.file(opened, officer, row.id, kept.id, hour[6])


def test_a_file_taken_off_and_attached_again_never_left_what_was_sent(opened, attach, send, returned, clerk, row, now):
    hour = [now + timedelta(hours=each) for each in range(5)]
    kept = attach(b"abc")
    send("send", when=hour[1])
    officer = returned(hour[2])
    attachments.remove(opened, clerk, row.id, kept.id, hour[3])
    again = attachments.attach(opened, clerk, row.id, content=b"abc", filename="b.txt", now=hour[4])
    assert again.id == kept.id
    for actor in (officer, clerk):
        assert names(opened, actor, row, hour[4]) == ["a.txt"], "the very file that was sent"


def test_a_file_taken_off_before_the_sending_is_no_part_of_it(opened, attach, send, returned, clerk, row, now):
    hour = [now + timedelta(hours=each) for each in range(6)]
    kept = attach(b"abc")
    attachments.remove(opened, clerk, row.id, kept.id, hour[1])
    send("send", when=hour[2])
    officer = returned(hour[3])
    assert names(opened, officer, row, hour[4]) == []
    attachments.attach(opened, clerk, row.id, content=b"abc", filename="a.txt", now=hour[5])
    assert (names(opened, officer, row, hour[5]), names(opened, clerk, row, hour[5])) == ([], ["a.txt"])


def test_a_marked_file_is_held_told_and_stops_the_sending(opened, attach, send, clerk, admin, row, make_actor, now):
    held = attach("Báo cáo\nTUYỆT MẬT".encode())
    assert held.state == "quarantined"
    (shown,) = attachments.of_filing(opened, clerk, row.id, now)
    assert shown.places == (("dòng 2", "line 2"),)
    with pytest.raises(NotFound):
        attachments.file(opened, clerk, row.id, held.id, now)
    assert not any("TUYỆT".encode() in content for content in stored(opened))
    receipt = send("send")
    assert (receipt.verdict, [each.code for each in receipt.findings]) == ("refused", ["attachment_held"])
    with opened.database.read() as connection:
        told = connection.execute(select(tables.notification).where(tables.notification.c.kind == "quarantined")).all()
    assert [each.account_id for each in told] == [admin.account_id]
    assert "TUYỆT" not in everything_stored(opened)


def test_a_report_with_a_held_file_is_not_sent_by_button_either(opened, attach, send, make_actor, row, now, filing_of):
    send("draft")
    attach("MẬT".encode())
    with pytest.raises(Refused, match="secrecy mark"):
        filings.send(opened, make_actor("approver", "X11"), row.id, revision=filing_of("X11").revision, now=now)


def test_taking_the_marked_file_off_lets_the_report_go(opened, attach, send, clerk, row, now):
    held = attach("MẬT".encode())
    attachments.remove(opened, clerk, row.id, held.id, now)
    assert send("send").state == "submitted"


def held_id(core, admin):
    return next(each.row.id for each in quarantine.listing(core, admin) if each.row.state == "held")


def test_a_released_file_is_as_any_other(opened, attach, send, clerk, admin, row, now):
    held = attach("MẬT".encode())
    wanted = held_id(opened, admin)
    assert quarantine.held_file(opened, admin, wanted, now)[1] == "MẬT".encode()
    quarantine.decide(opened, admin, wanted, release=True, reason="là bảng mẫu", now=now)
    quarantine.decide(opened, admin, wanted, release=True, reason="là bảng mẫu", now=now)
    with pytest.raises(Conflict):
        quarantine.decide(opened, admin, wanted, release=False, reason="x", now=now)
    assert attachments.file(opened, clerk, row.id, held.id, now)[1] == "MẬT".encode()
    assert send("send").state == "submitted"


def test_a_refused_file_is_gone_and_stays_out(opened, attach, clerk, admin, row, now):
    attach("MẬT".encode())
    wanted = held_id(opened, admin)
    quarantine.decide(opened, admin, wanted, release=False, reason="là bí mật nhà nước", now=now)
    with opened.database.read() as connection:
        assert connection.execute(select(tables.quarantine.c.content)).scalar_one() is None
    with pytest.raises(NotFound):
        quarantine.held_file(opened, admin, wanted, now)
    (shown,) = attachments.of_filing(opened, clerk, row.id, now)
    assert (shown.row.state, shown.reason) == ("refused", "là bí mật nhà nước")
    with pytest.raises(Refused):
        attach("MẬT".encode())


def test_only_an_administrator_of_the_nation_decides_and_never_on_their_own(opened, attach, admin, make_actor, now):
    attach("MẬT".encode())
    wanted = held_id(opened, admin)
    for other in (make_actor("reporter", "X11"), make_actor("central", "VN"), make_actor("administrator", "P1")):
        with pytest.raises(Forbidden):
            quarantine.decide(opened, other, wanted, release=True, reason="x", now=now)
    with pytest.raises(BadRequest):
        quarantine.decide(opened, admin, wanted, release=True, reason=" ", now=now)
    with opened.database.write() as connection:
        connection.execute(tables.quarantine.update().values(account_id=admin.account_id))
    with pytest.raises(Refused):
        quarantine.decide(opened, admin, wanted, release=True, reason="x", now=now)


def test_a_scanner_that_finds_something_refuses_and_one_that_fails_lets_nothing_in(opened, clerk, row, now):
    for command, error in (("false", Refused), ("sh -c 'exit 3'", Unavailable), ("/no/such/scanner", Unavailable)):
        core = replace(opened, config=replace(opened.config, scan_command=command))
        with pytest.raises(error):
            attachments.attach(core, clerk, row.id, content=b"abc", filename="a.txt", now=now)
    core = replace(opened, config=replace(opened.config, scan_command="true"))
    assert attachments.attach(core, clerk, row.id, content=b"abc", filename="a.txt", now=now).state == "kept"


# --- the narrative itself --------------------------------------------------------------------------------------------


def test_a_narrative_with_a_mark_makes_no_version_and_is_held_alone(opened, send, admin, row, filing_of):
    receipt = send(outline={"s1": "Nội dung X\nTỐI MẬT\nchi tiết Y"})
    assert [each.code for each in receipt.findings] == ["secrecy_mark"]
    assert filing_of("X11").version is None
    assert not any(b"chi ti" in content for content in stored(opened))
    assert "chi tiết Y" not in everything_stored(opened)
    (held,) = quarantine.listing(opened, admin)
    assert (held.row.kind, held.row.filing_id) == ("arrival", row.id)


def test_a_released_arrival_may_be_sent_again_as_it_was(opened, send, admin, now):
    send(outline={"s1": "TỐI MẬT"})
    quarantine.decide(opened, admin, held_id(opened, admin), release=True, reason="nhắc tên dấu", now=now)
    assert send(outline={"s1": "TỐI MẬT"}).verdict == "accepted"


def test_typed_words_with_a_mark_are_kept_in_no_field_while_the_rest_is(opened, clerk, row, now):
    body = b"cell.F1.r02.c02=9x&outline.s1=TUY%E1%BB%86T+M%E1%BA%ACT"
    receipt = intake.receive(opened, clerk, Envelope(body, "form", filing_id=row.id), now)
    assert [each.code for each in receipt.findings] == ["secrecy_mark"]
    with opened.database.read() as connection:
        kept = {each.name: each.text for each in unsaved_store.of_filing(connection, row.id)}
    assert kept["cell.F1.r02.c02"] == "9x"
    assert "outline.s1" not in kept


# --- Word ------------------------------------------------------------------------------------------------------------


def fill(content: bytes, text: str) -> bytes:
    from docx import Document

    document = Document(io.BytesIO(content))
    document.paragraphs[-1].text = text
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def test_a_word_file_changes_the_narrative_and_no_figure(opened, send, clerk, row, now):
    send()
    before = filings.open_one(opened, clerk, row.id, now)
    _, content = narrative.word_file(opened, clerk, row.id, now)
    filled = fill(content, "Thêm một câu.")
    later = now + timedelta(minutes=1)
    receipt = intake.receive(opened, clerk, Envelope(filled, "docx", filing_id=row.id), later)
    after = filings.open_one(opened, clerk, row.id, later)
    assert (receipt.verdict, receipt.version) == ("accepted", 2)
    assert after.values.outline == {"s1": "Tình hình ổn định.\nThêm một câu."}
    assert after.values.forms == before.values.forms
    assert after.values.forms["F1"].cells


def test_the_word_file_untouched_changes_nothing(opened, send, clerk, row, now):
    send()
    _, content = narrative.word_file(opened, clerk, row.id, now)
    assert intake.receive(opened, clerk, Envelope(content, "docx", filing_id=row.id), now).version == 1


def test_a_word_file_over_a_version_that_was_just_replaced_is_a_conflict(opened, send, clerk, row, now, monkeypatch):
    send()
    _, content = narrative.word_file(opened, clerk, row.id, now)
    real = intake.reach

    def between(point):
        if point == "after-validate":
            monkeypatch.setattr(intake, "reach", real)
            send(outline={"s1": "Người khác viết."}, when=now + timedelta(seconds=1))

    monkeypatch.setattr(intake, "reach", between)
    with pytest.raises(Conflict):
        intake.receive(opened, clerk, Envelope(fill(content, "x"), "docx", filing_id=row.id), now)


def test_a_word_file_of_another_unit_or_period_is_told(opened, make_actor, clerk, row, filing_of, now):
    other = filing_of("X12")
    _, content = narrative.word_file(opened, make_actor("reporter", "X12"), other.id, now)
    receipt = intake.receive(opened, clerk, Envelope(content, "docx", filing_id=row.id), now)
    assert [each.code for each in receipt.findings if each.stage == "identity"] == ["wrong_unit"]


def test_what_somebody_typed_into_a_cell_stays_when_a_word_file_comes(opened, send, clerk, row, now):
    send()
    with opened.database.write() as connection:
        fields = [unsaved_store.UnsavedRow("cell.F1.r02.c02", "77", 1, 1, clerk.account_id, now, "")]
        unsaved_store.put(connection, row.id, fields)
    _, content = narrative.word_file(opened, clerk, row.id, now)
    intake.receive(opened, clerk, Envelope(fill(content, "x"), "docx", filing_id=row.id), now + timedelta(minutes=1))
    with opened.database.read() as connection:
        (kept,) = unsaved_store.of_filing(connection, row.id)
    assert (kept.text, kept.base_version) == ("77", 2)


@pytest.mark.parametrize(
    ("content", "called", "kept"),
    [
        (b"MZ\nso lieu", "so lieu.exe", "so lieu.exe.txt"),
        (b"a;b\n1;2", "BANG.CSV", "BANG.CSV"),
        (b"\xff\xd8\xff\xe0anh", "anh.jpeg", "anh.jpeg"),
        (b"\xff\xd8\xff\xe0anh khac", "", "tep.jpg"),
        (b"ten dai", "x" * 300, "x" * 250 + ".txt"),
    ],
)
def test_a_files_name_ends_as_what_the_file_is(attach, content, called, kept):
    assert attach(content, called).filename == kept
