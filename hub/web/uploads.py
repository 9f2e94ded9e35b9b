"""Files and forms on their way in: an Envelope of exactly the bytes that came."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import request

from hub.domain.envelope import Envelope, Intent
from hub.errors import BadRequest
from hub.readers.dispatch import door_of

FORM = "application/x-www-form-urlencoded"
ANSWERS = (b"cell.", b"rec.", b"nil.", b"outline.", b"explain.")
"""How the names of a report's own fields begin; the page's other fields are not part of the report."""


def form_envelope(filing_id: str, seen_version: int, intent: Intent = "draft") -> Envelope:
    """The posted form as an envelope: the very bytes, less the session's token and the buttons."""
    if request.mimetype != FORM:
        raise BadRequest("Biểu mẫu gửi lên không đúng dạng.", "The form was sent in an unknown shape.")
    pairs = request.get_data(cache=True).split(b"&")
    own = [pair for pair in pairs if unquote_to_bytes(pair.partition(b"=")[0]).startswith(ANSWERS)]
    return Envelope(
        content=b"&".join(own),
        door="form",
        media_type=FORM,
        intent=intent,
        filing_id=filing_id,
        seen_version=seen_version,
        via="web",
    )


def file_envelope(intent: Intent = "draft", filing_id: str | None = None) -> Envelope:
    """The uploaded file as an envelope; its kind is told by its content. BadRequest if there is none."""
    content, name, media_type = uploaded_file()
    return Envelope(
        content=content,
        door=door_of(content, name, media_type),
        filename=name,
        media_type=media_type,
        intent=intent,
        filing_id=filing_id,
        via="web",
    )


def uploaded_file() -> tuple[bytes, str, str]:
    """Content, safe name and media type of the uploaded file. BadRequest if there is none."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise BadRequest("Hãy chọn một tệp để tải lên.", "Choose a file to upload.")
    media_type = (upload.mimetype or "application/octet-stream")[:120]
    return upload.stream.read(), safe_name(upload.filename), media_type


def safe_name(name: str) -> str:
    """The file's own name to show: no folders, nothing unprintable, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:200]
