"""More time for one filing: which deadline an extension moves, and which ends it may have (R31).

The law's deadline is the unit's deadline; an extension granted by the receiver makes its end that deadline. A report
that was never sent is judged by it (on time until then); one that was sent back keeps how its first sending was judged
and gets more time to be sent again. The deadline that was moved is kept and shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hub.domain.filing import FilingRow
from hub.domain.period import UNSENT_STATES, due_day_of
from hub.errors import BadRequest, Refused

State = Literal["asked", "granted", "refused"]
LONGEST = timedelta(days=366)
REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension as stored. ``due_before``: the deadline that a granted one moved."""

    id: str
    filing_id: str
    state: State
    until: datetime
    due_before: datetime | None
    asked_reason: str
    asked_by: str | None
    asked_at: datetime | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None


def deadline(row: FilingRow) -> datetime | None:
    """The deadline that the report has now; None for one sent back without a day to send it again."""
    return row.due_at if row.first_sent_at is None else row.resend_due


def check(row: FilingRow, until: datetime, now: datetime) -> None:
    """Refused unless the report lies with its unit; BadRequest unless the end is after now and after the deadline."""
    if row.excluded:
        raise Refused("Đơn vị được loại trừ khỏi kỳ này.", "The unit is excluded from this period.")
    if row.state not in UNSENT_STATES or row.accepted_version is not None:
        raise Refused(
            "Báo cáo đã được gửi hoặc tiếp nhận, không gia hạn được.",
            "The report has been sent or accepted: there is nothing to extend.",
        )
    due = deadline(row)
    if until <= now or (due is not None and until <= due):
        after = max(now, due) if due is not None else now
        raise BadRequest(
            f"Ngày gia hạn phải sau ngày {due_day_of(after):%d/%m/%Y}.",
            f"The new deadline must be later than {due_day_of(after):%d/%m/%Y}.",
        )
    if until > max(now, row.due_at) + LONGEST:
        raise BadRequest("Không gia hạn quá một năm.", "No extension lasts longer than a year.")


def moved(row: FilingRow, until: datetime) -> dict[str, datetime]:
    """The columns of the filing that a granted extension changes. Sending never closes before its end."""
    values = {"due_at" if row.first_sent_at is None else "resend_due": until}
    if row.closes_at is not None and row.closes_at < until:
        values["closes_at"] = until
    return values
