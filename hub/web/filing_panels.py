"""What stands on a filing's page beside its forms: each panel is made by the module that knows its noun.

A panel is ``(view, now) -> what its partial needs``; its template is ``partials/filing/<name>.html`` and finds it under
``panels.<name>``. None means that there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hub.services.filings import FilingView
from hub.web.panels import attachments, extension, files, history, remarks, returned, review, rollup, signing, steps

Panel = Callable[[FilingView, datetime], Any]

PANELS: Mapping[str, Panel] = {
    "history": history.panel,
    "remarks": remarks.panel,
    "returned": returned.panel,
    "review": review.panel,
    "rollup": rollup.panel,
    "files": files.panel,
    "attachments": attachments.panel,
    "signing": signing.panel,
    "steps": steps.panel,
    "extension": extension.panel,
}
"""Name → what makes it, from the modules of ``hub.web.panels``."""


def panels_of(view: FilingView, now: datetime) -> dict[str, Any]:
    """Every panel of a filing's page, by name."""
    return {name: make(view, now) for name, make in PANELS.items()}
