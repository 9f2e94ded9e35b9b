"""The workbook that a filing's page gives out: whose remarks are in it, whom to ask, and by when."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl

from hub.domain.period.dates import due_day_of
from hub.domain.sheet_layout import GUIDE_SHEET
from hub.services import contacts, filings, remarks

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


def workbook(opened, actor, filing_id):
    name, content = filings.template(opened, actor, filing_id, NOW)
    assert name.endswith(".xlsx")
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(book) -> str:
    cells = [cell for sheet in book for line in sheet for cell in line]
    said = [str(cell.value) for cell in cells if cell.value is not None]
    return "\n".join(said + [cell.comment.text for cell in cells if cell.comment is not None])


def test_remarks_come_along_only_for_whom_they_are_meant(opened, submit, make_actor, filing_of):
    submit("X11")
    filing_id = filing_of("X11").id
    inside, officer = make_actor("reporter", "X11"), make_actor("officer", "P1")
    for number, (audience, text) in enumerate((("unit", "CHI-NOI-BO"), ("both", "HAI-BEN"))):
        remarks.add(
            opened, inside, filing_id, kind="comment", audience=audience, place="F1/r02/c04", text=text,
            key=f"first-key-{number}", now=NOW,
        )  # fmt: skip
    own = texts(workbook(opened, inside, filing_id))
    assert ("CHI-NOI-BO" in own, "HAI-BEN" in own) == (True, True)
    receivers = texts(workbook(opened, officer, filing_id))
    assert ("CHI-NOI-BO" in receivers, "HAI-BEN" in receivers) == (False, True)


def test_a_settled_remark_stays_out(opened, submit, make_actor, filing_of):
    submit("X11")
    filing_id, inside = filing_of("X11").id, make_actor("reporter", "X11")
    begun = remarks.add(
        opened, inside, filing_id, kind="comment", audience="unit", place="F1", text="DA-XONG", key="first-key-1",
        now=NOW,
    )  # fmt: skip
    remarks.settle(opened, inside, filing_id, begun.id, settled=True, now=NOW)
    assert "DA-XONG" not in texts(workbook(opened, inside, filing_id))


def test_the_guide_names_the_deadline_the_receiver_and_whom_it_named(opened, make_actor, filing_of):
    filing = filing_of("X11")
    inside = make_actor("reporter", "X11")
    before = "\n".join(str(cell.value) for line in workbook(opened, inside, filing.id)[GUIDE_SHEET] for cell in line)
    assert "Hỏi ai" not in before
    contacts.keep(
        opened, make_actor("approver", filing.receiver_id), filing.receiver_id, "", name="Đầu mối báo cáo", title="",
        phone="0000 000 001", email="", now=NOW,
    )  # fmt: skip
    said = "\n".join(str(cell.value) for line in workbook(opened, inside, filing.id)[GUIDE_SHEET] for cell in line)
    assert "Đầu mối báo cáo, 0000 000 001" in said
    assert opened.orgs.get(filing.receiver_id).name.vi in said


def test_the_deadline_is_the_day_that_the_page_names(opened, make_actor, filing_of):
    filing = filing_of("X11")
    said = texts(workbook(opened, make_actor("reporter", "X11"), filing.id))
    assert f"hết ngày {due_day_of(filing.due_at):%d/%m/%Y}" in said
    assert "00:00" not in said
