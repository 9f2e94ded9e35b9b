"""A workbook with planted errors is refused, comes back marked, is corrected in place and taken in."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest

from hub.domain.envelope import Envelope
from hub.domain.sheet_layout import FINDINGS_SHEET
from hub.errors import NotFound
from hub.readers.limits import Limits
from hub.services import filings, intake, marked, marked_apart
from hub.services.marked_apart import mark_apart
from hub.writers.marked_workbook import Head, Unmarkable

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RIGHT = {
    ("F1", "D12"): 2, ("F1", "E12"): 8, ("F1", "F12"): 21, ("F1", "D13"): 1, ("F1", "E13"): 3, ("F1", "F13"): 8.5,
    ("F1", "D14"): 1, ("F1", "E14"): 5, ("F1", "F14"): 12.5, ("F1", "G12"): 20, ("F1", "H12"): "đủ",
    ("F2", "B13"): "Trại giống", ("F2", "C13"): "1 - Một", ("F2", "D13"): date(2026, 9, 1), ("F2", "E13"): 1.25,
    ("F2", "B14"): "Vườn ươm", ("F2", "C14"): "2 - Hai", ("F2", "D14"): date(2026, 9, 2), ("F2", "E14"): 3,
    ("Đề cương", "C10"): "Ổn định.",
}  # fmt: skip
PLANTED = {
    ("F1", "D12"): "hai", ("F1", "E12"): 8.25, ("F1", "F13"): "1.2.3", ("F1", "D14"): None, ("F1", "E14"): None,
    ("F1", "G12"): "#DIV/0!", ("F1", "H12"): True, ("F2", "C13"): "9", ("F2", "D13"): "31/02/2026",
    ("F2", "E13"): "một", ("F2", "B14"): None, ("F2", "E14"): True,
}  # fmt: skip
"""Twelve errors: text for numbers, too many decimals, two readings, missing, an Excel error, truth, no such choice or
day."""


def filled(content: bytes, *changes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cells in changes:
        for (sheet, cell), value in cells.items():
            book[sheet][cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def reporter(make_actor, opened):
    return make_actor("approver", "X11")


@pytest.fixture
def template(opened, filing_of, reporter) -> bytes:
    return filings.template(opened, reporter, filing_of("X11").id, NOW)[1]


@pytest.fixture
def upload(opened, reporter):
    """``upload(content, …) -> Receipt`` of the file, sent by commune X11."""

    def send(content: bytes, intent="send", **more):
        envelope = Envelope(content, "xlsx", "bao cao.xlsx", XLSX, intent=intent)
        return intake.receive(opened, reporter, replace(envelope, **more), NOW)

    return send


@pytest.fixture
def given_back(opened, reporter):
    """``given_back(receipt) -> bytes``."""
    return lambda receipt: marked.marked(opened, reporter, receipt.submission_id, NOW)[1]


def table(book) -> dict[tuple[str, str], str]:
    """(sheet, cell) → where the line's link leads."""
    rows = book[FINDINGS_SHEET].iter_rows(max_col=11)
    return {
        (line[2].value, line[3].value): line[3].hyperlink.location
        for line in rows
        if line[3].hyperlink is not None and str(line[0].value).isdigit()
    }


def test_twelve_planted_errors_are_all_found_coloured_noted_and_linked(template, upload, given_back):
    receipt = upload(filled(template, RIGHT, PLANTED))
    assert receipt.verdict == "refused"
    book = openpyxl.load_workbook(io.BytesIO(given_back(receipt)))
    links = table(book)
    for sheet, cell in PLANTED:
        assert links[sheet, cell] == f"'{sheet}'!{cell}"
        assert book[sheet][cell].fill.patternType in {"lightUp", "lightGray"}
        assert book[sheet][cell].comment.text.startswith("Hệ thống báo cáo:")
    assert set(links) <= set(PLANTED) | {("F1", "C12"), ("F1", "C14")}  # totals of what could not be read


def test_corrected_in_the_marked_workbook_itself_it_is_taken_in_without_a_word(template, upload, given_back, opened):
    refused = upload(filled(template, RIGHT, PLANTED))
    receipt = upload(filled(given_back(refused), RIGHT))
    assert receipt.verdict == "accepted"
    assert receipt.state == "submitted"
    assert [finding.code for finding in receipt.findings] == []
    after = openpyxl.load_workbook(io.BytesIO(given_back(receipt)))
    before = openpyxl.load_workbook(io.BytesIO(template))
    for sheet, cell in PLANTED:
        assert after[sheet][cell].comment is None
        assert repr(after[sheet][cell].fill) == repr(before[sheet][cell].fill)


def test_the_same_bytes_come_back_every_time(template, upload, given_back):
    receipt = upload(filled(template, RIGHT, PLANTED))
    assert given_back(receipt) == given_back(receipt)


def test_the_head_says_which_report_whose_and_when_it_was_checked(template, upload, given_back):
    sheet = openpyxl.load_workbook(io.BytesIO(given_back(upload(filled(template, RIGHT, PLANTED)))))[FINDINGS_SHEET]
    head = " ".join(str(cell.value) for cell in sheet["A"][:8] if cell.value)
    for text in ("Chế độ thử", "Xã X11", "2026-M09", "10:00 15/09/2026", "CHƯA NHẬN"):
        assert text in head


def test_a_warning_is_explained_in_the_workbook_and_that_sends_it(template, upload, given_back):
    costly = RIGHT | {("F1", "F12"): 90_000, ("F1", "F13"): 30_000, ("F1", "F14"): 60_000}
    first = upload(filled(template, costly))
    assert first.state == "draft"
    book = openpyxl.load_workbook(io.BytesIO(given_back(first)))
    places = [cell.hyperlink.location for cell in book[FINDINGS_SHEET]["K"] if cell.hyperlink]
    assert len(places) == sum(finding.severity == "warning" for finding in first.findings) > 0
    explained = {("Giải trình", place.partition("!")[2]): "Do mua sắm tập trung." for place in places}
    second = upload(filled(given_back(first), explained))
    assert second.state == "submitted"


def test_a_finding_that_does_not_say_where_it_stood_is_marked_where_the_template_has_it(
    template, upload, given_back, small_edition
):
    receipt = upload(filled(template, RIGHT, PLANTED))
    bare = [replace(finding, place=type(finding.place)()) for finding in receipt.findings]
    placed = [marked._item(small_edition, finding, {}) for finding in bare if finding.address.form == "F1"]
    assert {(item.sheet, item.cell) for item in placed} >= {cell for cell in PLANTED if cell[0] == "F1"}


def test_a_file_that_cannot_be_opened_safely_is_answered_with_the_findings_alone(upload, given_back):
    receipt = upload(b"PK\x03\x04" + bytes(200))
    book = openpyxl.load_workbook(io.BytesIO(given_back(receipt)))
    assert book.sheetnames == [FINDINGS_SHEET]
    assert any("không mở được an toàn" in str(cell.value) for cell in book[FINDINGS_SHEET]["A"])


def test_what_came_through_another_door_is_answered_with_the_findings_alone(opened, submit, reporter):
    receipt = submit("X11", reporter, b'{"regime": "THU-01"}')
    name, content = marked.marked(opened, reporter, receipt.submission_id, NOW)
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == [FINDINGS_SHEET]
    assert name.endswith(".xlsx")


def test_nobody_else_gets_it(opened, template, upload, make_actor):
    receipt = upload(filled(template, RIGHT, PLANTED))
    for role, unit in (("approver", "X12"), ("officer", "P2"), ("reporter", "G01")):
        with pytest.raises(NotFound):
            marked.marked(opened, make_actor(role, unit), receipt.submission_id, NOW)
    with pytest.raises(NotFound):
        marked.marked(opened, make_actor("approver", "X11"), "no-such-submission", NOW)


def test_the_file_keeps_its_name_with_one_ending_however_many_rounds(opened, template, upload, reporter):
    names = []
    name = "Báo cáo tháng 9.xlsx"
    for number in (1, 2):
        content = filled(template, RIGHT, PLANTED, {("F1", "H13"): f"lần {number}"})
        receipt = upload(content, filename=name)
        name, _ = marked.marked(opened, reporter, receipt.submission_id, NOW)
        names.append(name)
    assert names == ["Báo cáo tháng 9_ket-qua-kiem-tra.xlsx"] * 2


def test_a_large_workbook_is_marked_in_a_child_process_with_the_same_result(template, upload, monkeypatch, given_back):
    receipt = upload(filled(template, RIGHT, PLANTED))
    expected = given_back(receipt)
    asked = []

    def apart(content, head, items, limits):
        asked.append(len(items))
        return mark_apart(content, head, items, limits)

    monkeypatch.setattr(marked, "mark_apart", apart)
    monkeypatch.setattr(marked, "Limits", lambda **most: Limits(direct_unpacked=1000, **most))
    assert given_back(receipt) == expected
    assert asked == [len(receipt.findings)]


def test_what_the_child_cannot_bear_is_answered_with_the_findings_alone(template):
    with pytest.raises(Unmarkable, match="too large"):
        mark_apart(template, Head(marked._NO_WORKBOOK), [], Limits(parse_memory_mb=8))
    assert marked_apart.answer_in_child(b'{"items": [], "limits": {}, "head": {}}\nno zip').startswith(b"unmarkable")
