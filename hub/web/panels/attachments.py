"""The files beside a report, and whether this person may attach more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.services import attachments
from hub.services.attachments import Attached
from hub.services.filings import FilingView
from hub.web.current import actor, core


@dataclass(frozen=True, slots=True)
class AttachmentsPanel:
    """``size`` and ``total`` in bytes, as ``most_size`` and ``most_total`` allow them."""

    files: tuple[Attached, ...]
    may_attach: bool
    most_size: int
    most_total: int
    most_files: int

    @property
    def total(self) -> int:
        return sum(each.row.size for each in self.files if each.row.state != "refused")


def panel(view: FilingView, now: datetime) -> AttachmentsPanel | None:
    """None where there is nothing to see and nothing to attach."""
    files = tuple(attachments.of_filing(core(), actor(), view.row.id, now))
    may = attachments.may_attach(core(), actor(), view.row)
    config = core().config
    if not files and not may:
        return None
    return AttachmentsPanel(files, may, config.attachment_bytes, config.attachments_bytes, config.attachments_count)
