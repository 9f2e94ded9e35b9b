"""The PDF and the Word file of an edition: made when first asked for, the same bytes ever after, and nobody else's."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import docx
import pypdf
import pytest

from hub.errors import NotFound
from hub.services import publication, publication_documents
from hub.services.edition_files import file_in
from hub.writers.publication_print import printed

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)


def test_what_nobody_asked_for_is_offered_and_made_once(published, make_actor, monkeypatch):
    core, row = published
    central = make_actor("central", "VN")
    before = publication.view(core, central, row.id, NOW)
    assert before.to_be_made == ["thu_2026-M09_1.pdf", "thu_2026-M09_1.docx", "thu_2026-M09_1.zip"]
    first = [publication.file(core, central, row.id, name, NOW) for name in before.to_be_made]
    for writer in ("write_publication_pdf", "write_publication_docx", "write_publication_package"):
        monkeypatch.setattr(publication_documents, writer, lambda *_: b"newer code")
    later = NOW + timedelta(days=800)
    assert [publication.file(core, central, row.id, name, later) for name in before.to_be_made] == first
    after = publication.view(core, central, row.id, later)
    assert (after.to_be_made, len(after.files)) == ([], len(before.files) + 3)


def test_the_pdf_is_archival_says_every_table_and_holds_the_edition_itself(published, make_actor):
    core, row = published
    central = make_actor("central", "VN")
    media_type, content = publication.file(core, central, row.id, "thu_2026-M09_1.pdf", NOW)
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in reader.pages)
    stored = publication.file(core, central, row.id, "thu_2026-M09_1.json", NOW)[1]
    assert media_type == "application/pdf"
    assert b"pdfaid" in content
    assert reader.attachments["publication.json"] == [stored]
    (nation, *_) = printed(publication.view(core, central, row.id, NOW).document)["tables"][1]["blocks"][0]["rows"]
    wanted = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Biểu T1", "Biểu T2", *nation]
    assert [words for words in wanted if words not in text] == []


def test_the_word_file_says_the_same_figures_as_the_edition(published, make_actor):
    core, row = published
    central = make_actor("central", "VN")
    content = publication.file(core, central, row.id, "thu_2026-M09_1.docx", NOW)[1]
    tables = docx.Document(io.BytesIO(content)).tables
    said = [text for table in tables for line in table.rows for text in (cell.text for cell in line.cells)]
    document = publication.view(core, central, row.id, NOW).document
    wanted = [text for form in printed(document)["tables"] for part in form["blocks"] for line in part["rows"]
              for text in line if text]  # fmt: skip
    assert len(wanted) > 10
    assert {text.replace("\u200b", "") for text in wanted} <= set(said)


def test_a_subscriber_and_a_reader_get_the_same_document(published, make_actor):
    core, row = published
    with core.database.read() as connection:
        sent = file_in(core, connection, row, "pdf")
    read = publication.file(core, make_actor("central", "VN"), row.id, sent.name, NOW)
    assert (sent.media_type, sent.content) == read


def test_who_may_not_read_the_edition_gets_no_document_and_none_is_made(published, make_actor):
    core, row = published
    for name in ("thu_2026-M09_1.pdf", "thu_2026-M09_1.docx", "thu_2026-M09_1.zip"):
        with pytest.raises(NotFound):
            publication.file(core, make_actor("reporter", "X11"), row.id, name, NOW)
    assert publication.view(core, make_actor("central", "VN"), row.id, NOW).to_be_made != []


def test_no_other_name_makes_a_file(published, make_actor):
    core, row = published
    with pytest.raises(NotFound):
        publication.file(core, make_actor("central", "VN"), row.id, "thu_2026-M09_2.pdf", NOW)


def test_the_sources_say_who_is_not_complete(opened, submit, accept, document, make_actor):
    """X11 has been accepted and P2's communes have not sent."""
    from hub.domain.access import SYSTEM
    from hub.services import aggregation

    submit("X11", content=document("X11"))
    accept("X11")
    aggregation.run(opened, SYSTEM, "THU-01/2025-07-01", "2026-M09", NOW)
    core = opened
    made = publication.issue(core, make_actor("central", "VN"), "thu", "2026-M09", NOW)
    facts = json.loads(publication.file(core, make_actor("central", "VN"), made.id, "thu_2026-M09_1.json", NOW)[1])
    said = {fact["label"]["en"]: fact["text"] for fact in facts["facts"]}
    lacking = said["Units not complete (accepted/obliged)"]
    assert "(0/" in lacking["vi"]
    assert "(0/" in lacking["en"]
