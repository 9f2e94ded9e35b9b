"""The units under a roll-up: who is in it, who is missing, what changed since it was built."""

from __future__ import annotations

from datetime import datetime

from hub.services import rollup_view
from hub.services.filings import FilingView
from hub.services.rollup_parts import ROLLUP
from hub.services.rollup_view import Overview
from hub.web.current import actor, core


def panel(view: FilingView, now: datetime) -> Overview | None:
    """What ``partials/filing/rollup.html`` shows; None for a report under which nobody reports."""
    return rollup_view.overview(core(), actor(), view.row.id, now) if view.row.scope == ROLLUP else None
