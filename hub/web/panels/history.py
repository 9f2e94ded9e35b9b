"""Who did what: the names behind a report's versions and arrivals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.services.filings import FilingView
from hub.services.names import names_of
from hub.web.current import core


@dataclass(frozen=True, slots=True)
class HistoryPanel:
    """Account id → name."""

    names: Mapping[str, str]

    def name(self, account_id: str) -> str:
        return self.names.get(account_id, account_id)


def panel(view: FilingView, now: datetime) -> HistoryPanel:
    arrivals = {each.account_id for each in view.submissions}
    return HistoryPanel(names_of(core(), arrivals | {each.account_id for each in view.versions}))
