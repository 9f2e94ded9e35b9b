"""Beside the files of a filing: the workbook that came last and was refused, to be had back with its mistakes."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from hub.domain.filing import SubmissionRow
from hub.services.filings import FilingView

MARKED = "marked.download"


def panel(view: FilingView, now: datetime) -> SubmissionRow | None:
    """The last arrival if it is a refused workbook that its sender may still put right; else None."""
    last = view.submissions[0] if view.submissions else None
    if last is None or last.door != "xlsx" or last.verdict != "refused" or "edit" not in view.moves:
        return None
    return last if MARKED in current_app.view_functions else None
