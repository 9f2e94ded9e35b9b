"""Filings: what one unit owes for one edition and period, and where it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["draft", "checked", "signed", "submitted", "accepted", "returned", "aggregated", "finalized"]

RECEIVED: frozenset[str] = frozenset({"submitted", "accepted", "aggregated", "finalized"})
"""States in which the receiver has the report."""
SEEN_BY_RECEIVER: frozenset[str] = RECEIVED | {"returned"}
"""States in which the receiver sees it (R44): what was sent, also while it is back with the unit untouched."""
STANDING: frozenset[str] = frozenset({"accepted", "aggregated", "finalized"})
"""States in which the sent version counts in roll-ups (R27)."""


def filing_id(edition_key: str, period: str, unit_id: str, scope: str) -> str:
    """The id of a filing, the same however often it is opened: campaign part, then unit part (R15)."""
    campaign = hashlib.sha256(f"{edition_key}|{period}".encode()).hexdigest()[:10]
    unit = hashlib.sha256(f"{unit_id}|{scope}".encode()).hexdigest()[:14]
    return f"{campaign}-{unit}"


@dataclass(frozen=True, slots=True)
class FilingRow:
    """A filing as stored. ``revision`` grows with every change; a change names the revision it saw."""

    id: str
    edition: str
    regime: str
    unit_id: str
    unit_path: str
    level: str
    period: str
    frequency: str
    scope: str
    receiver_id: str
    window_start: date
    window_end: date
    due_at: datetime
    closes_at: datetime | None
    state: State
    revision: int
    attempt: int
    version: int | None
    sent_version: int | None
    accepted_version: int | None
    first_sent_at: datetime | None
    last_sent_at: datetime | None
    resend_due: datetime | None
    excluded: bool
    excluded_reason: str | None
    opened_at: datetime
    changed_at: datetime

    @property
    def was_sent(self) -> bool:
        """Whether a version of it was sent and not taken back, whatever its unit does with it since."""
        return self.state in SEEN_BY_RECEIVER or self.sent_version is not None

    @property
    def version_was_sent(self) -> bool:
        """Whether its receiver has the latest version: what belongs to it stays as it was sent."""
        return self.version is not None and self.version in {self.sent_version, self.accepted_version}

    @property
    def closing(self) -> datetime | None:
        """When sending closes, if an extension or the time given for sending again says so: the later of the two."""
        given = [instant for instant in (self.closes_at, self.resend_due) if instant is not None]
        return max(given, default=None)


@dataclass(frozen=True, slots=True)
class FilingQuery:
    """What a list of filings is narrowed to. ``period``: its code, or a year for all of that year's. ``text`` matches
    names; ``owed`` keeps what is still to do; ``overdue`` what was never sent though its deadline has passed.

    ``paths``: only of these units and all below them; ``level``: of units of that level; due after ``due_after`` and
    not later than ``due_until``.
    """

    regime: str | None = None
    edition: str | None = None
    period: str | None = None
    state: str | None = None
    unit_id: str | None = None
    receiver_id: str | None = None
    scope: str | None = None
    owed: bool = False
    overdue: bool = False
    text: str = ""
    page: int = 1
    size: int = 50
    paths: tuple[str, ...] = ()
    level: str | None = None
    due_after: datetime | None = None
    due_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FilingPage:
    rows: tuple[FilingRow, ...]
    total: int
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One arrival, without its bytes."""

    id: str
    filing_id: str | None
    door: str
    via: str
    intent: str
    account_id: str
    unit_id: str
    received_at: datetime
    filename: str
    media_type: str
    size: int
    sha256: str
    verdict: str
    version: int | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version without its document."""

    filing_id: str
    number: int
    sha256: str
    submission_id: str
    account_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One step of a filing: who moved it from where to where, on which version, and why."""

    id: str
    filing_id: str
    version: int | None
    event: str
    from_state: str
    to_state: str
    account_id: str
    account_name: str
    reason: str | None
    resend_due: datetime | None
    at: datetime
