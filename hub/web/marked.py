"""The workbook that a reporter sent, given back with its findings marked in it."""

from __future__ import annotations

from flask import Blueprint, Response

from hub.services import marked
from hub.web.current import actor, core, now
from hub.web.security import secure_download

blueprint = Blueprint("marked", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/submissions/<submission_id>/marked.xlsx")
def download(submission_id: str) -> Response:
    """What was received with its wrong cells coloured, commented and listed; NotFound for whoever may not see it."""
    name, content = marked.marked(core(), actor(), submission_id, now())
    return secure_download(Response(content, content_type=XLSX), name)
