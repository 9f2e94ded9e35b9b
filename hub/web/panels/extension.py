"""The deadline of a report and who may move it; who enters it for its unit; how the unit was reminded of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.domain.extending import Extension, deadline
from hub.domain.filing import VersionRow
from hub.domain.on_behalf import STATES, Stretch, entered, entering, stretches
from hub.domain.period import UNSENT_STATES
from hub.domain.visibility import allowed
from hub.services import extensions, on_behalf, reminding
from hub.services.contacts import Contact, of_unit
from hub.services.filings import FilingView
from hub.services.names import names_of
from hub.web.current import actor, core


@dataclass(frozen=True, slots=True)
class ExtensionPanel:
    """``first_due``: the deadline before any extension moved it. ``may_*``: what this reader may do now."""

    made: tuple[Extension, ...]
    first_due: datetime | None
    by_extension: bool
    deadline: datetime | None
    may_ask: bool
    may_answer: bool
    may_enter: bool
    entering: bool
    stretches: tuple[Stretch, ...]
    units: Mapping[str, str]
    names: Mapping[str, str]
    reminders: Sequence[tuple[datetime, str, str]]
    contact: Contact | None
    view: FilingView

    @property
    def waiting(self) -> Extension | None:
        return next((each for each in self.made if each.state == "asked"), None)

    def name(self, account_id: str | None) -> str:
        return self.names.get(account_id or "", account_id or "")

    def entered(self, version: VersionRow) -> Stretch | None:
        """In which stretch a version was entered for the unit; None if the unit made it."""
        return entered(self.view.decisions, version.account_id, version.created_at)

    @property
    def shown(self) -> bool:
        return bool(self.made or self.stretches or self.reminders or self.may_ask or self.may_answer or self.may_enter)


def panel(view: FilingView, now: datetime) -> ExtensionPanel:
    row, who, hub = view.row, actor(), core()
    made = extensions.of_filing(hub, who, row.id, now)
    spans = stretches(view.decisions)
    own = entering(view.decisions, who.account_id)
    extendable = row.state in UNSENT_STATES and not row.excluded and row.accepted_version is None
    receiver = allowed(who, "extend", row.unit_path, row.receiver_id, hub.orgs)
    first = extensions.first_deadline(row, made)
    sent = row.first_sent_at
    return ExtensionPanel(
        tuple(made), first, sent is not None and first is not None and first <= sent < row.due_at, deadline(row),
        extendable and allowed(who, "ask_extension", row.unit_path, row.receiver_id, hub.orgs), extendable and receiver,
        hub.config.enter_for and not own and row.state in STATES and not row.excluded
        and on_behalf.may_begin(hub, who, row),
        own, spans, on_behalf.units_of(hub, [each.account_id for each in spans]),
        names_of(hub, {each for one in made for each in (one.asked_by, one.decided_by) if each}),
        reminding.of_filing(hub, who, row.id, now), of_unit(hub, row.unit_id, row.regime) if receiver else None, view,
    )  # fmt: skip
