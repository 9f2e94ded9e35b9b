"""What a clerk met who had never seen the hub: each page says what happened to the work and what comes next."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from docx import Document

from hub.services import filings


@pytest.fixture
def clerk(make_actor, sign_in):
    return sign_in(make_actor("reporter", "X11"))


@pytest.fixture
def address(filing_of):
    return f"/filings/{filing_of('X11').id}"


@pytest.fixture
def wrong_file(hub, clerk, address, filing_of, now):
    """The answer to a workbook with a word where a figure stands, handed in on the filing's page."""
    _, content = filings.template(hub, clerk.actor, filing_of("X11").id, now)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["F1"]["D12"] = "hai"
    buffer = io.BytesIO()
    book.save(buffer)
    return clerk.post(
        f"{address}/upload",
        {"file": (io.BytesIO(buffer.getvalue()), "bao cao.xlsx")},
        content_type="multipart/form-data",
    ).get_data(as_text=True)


@pytest.fixture
def now(app):
    return app.config["CLOCK"]()


def alert_of(html: str) -> str:
    return re.search(r'<div class="alert alert-danger">(.*?)</div>', html, re.DOTALL).group(1)


def test_a_refused_workbook_is_offered_back_marked_where_its_refusal_is_said(wrong_file):
    assert re.search(r'href="/submissions/[^"]+/marked\.xlsx"', alert_of(wrong_file))


def test_mistakes_of_a_file_do_not_stand_beside_figures_that_are_not_the_files(wrong_file):
    assert "F1!D12" in wrong_file
    assert not re.search(r'<td class="[^"]*\berror\b', wrong_file)


def test_a_page_without_figures_says_that_they_come_before_checking_and_sending(clerk, address):
    html = clerk.get(address).get_data(as_text=True)
    section = html[html.index('id="signing"') :]
    assert "lưu nháp trước" in section[: section.index("</section>")]


def test_a_draft_that_was_not_taken_says_so(clerk, address, form_of):
    cells = form_of()
    name = next(field for field in cells if field.startswith("cell."))
    html = clerk.post(address, {**cells, name: "abc", "action": "save"}).get_data(as_text=True)
    assert "Chưa lưu được bản nháp" in html


def test_a_report_that_was_accepted_is_not_asked_to_be_sent_again(submit, accept, make_actor, sign_in, filing_of):
    officer = make_actor("officer", "P1")
    submit("X11")
    row = filing_of("X11")
    browser = sign_in(officer)
    browser.post(
        f"/filings/{row.id}/decide",
        {"action": "send_back", "reason": "Sai", "version": row.sent_version, "revision": row.revision,
         "resend_due": "25/12/2026"},
    )  # fmt: skip
    clerk = sign_in(make_actor("reporter", "X11"))
    assert "gửi lại trước hết ngày" in clerk.get("/filings").get_data(as_text=True)
    submit("X11", men=5)
    accept("X11")
    assert filing_of("X11").state == "accepted"
    assert "gửi lại trước hết ngày" not in clerk.get("/filings").get_data(as_text=True)


def test_a_card_on_a_telephone_names_the_unit_of_each_figure(clerk, address):
    html = clerk.get(address).get_data(as_text=True)
    assert re.search(r'data-label="[^"]+ \([^)"]+\)"', html)


@pytest.mark.parametrize("ending", ["pdf", "xml", "docx"])
def test_a_document_is_called_by_its_report_unit_and_period(submit, clerk, filing_of, ending):
    submit("X11")
    row = filing_of("X11")
    answer = clerk.get(f"/filings/{row.id}/report.{ending}")
    assert f"filename={row.regime}_{row.unit_id}_{row.period}_v1.{ending}" in answer.headers["Content-Disposition"]


def test_the_kind_of_place_is_in_small_letters_within_a_sentence(submit, clerk, filing_of):
    submit("X11")
    word = clerk.get(f"/filings/{filing_of('X11').id}/report.docx").data
    said = "\n".join(line.text for line in Document(io.BytesIO(word)).paragraphs)
    assert "Ủy ban nhân dân xã X11 xin báo cáo" in said
