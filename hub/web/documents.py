"""A report as documents to download: the official PDF, the XML that is signed, a plain Word file."""

from __future__ import annotations

from flask import Blueprint, Response, request

from hub.domain.signature import Kind
from hub.services import documents
from hub.store.signatures import DocumentRow
from hub.web.current import actor, core, now
from hub.web.listing import optional_number
from hub.web.security import secure_download

blueprint = Blueprint("documents", __name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/filings/<filing_id>/report.pdf")
def pdf(filing_id: str) -> Response:
    """The version (the latest, unless ``?version=``) in the layout of an official document; always the same bytes."""
    return _download(_document(filing_id, "pdf"), "pdf")


@blueprint.get("/filings/<filing_id>/report.xml")
def xml(filing_id: str) -> Response:
    return _download(_document(filing_id, "xml"), "xml")


@blueprint.get("/filings/<filing_id>/report.docx")
def docx(filing_id: str) -> Response:
    """For reading and reusing in Word; what is signed is the PDF."""
    number, content = documents.word(core(), actor(), filing_id, now(), _version())
    return secure_download(Response(content, content_type=WORD), f"{_name(filing_id, number)}.docx")


def _document(filing_id: str, kind: Kind) -> DocumentRow:
    return documents.document(core(), actor(), filing_id, kind, now(), _version())


def _version() -> int | None:
    return optional_number(request.args.get("version"))


def _download(row: DocumentRow, kind: Kind) -> Response:
    content_type = "application/pdf" if kind == "pdf" else "application/octet-stream"
    return secure_download(
        Response(row.content, content_type=content_type), f"{_name(row.filing_id, row.version)}.{kind}"
    )


def _name(filing_id: str, version: int) -> str:
    return documents.file_name(core(), actor(), filing_id, version, now())
