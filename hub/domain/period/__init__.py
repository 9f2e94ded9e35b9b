"""Periods and the legal dates that follow from them: the only place where data windows and deadlines are computed.

Dates are days in Viet Nam (Asia/Ho_Chi_Minh); instants are aware and in UTC. A deadline is kept as ``due_at``, the
first instant that is *not* on time: 24:00 of the due day in Viet Nam. So "on time" is ``instant < due_at``, with no
gap between 23:59:59 and midnight, and the day to show people is ``due_day_of(due_at)``.
"""

from hub.domain.period.chain import due_problems
from hub.domain.period.dates import (
    VIETNAM,
    NoLegalDate,
    Window,
    due,
    due_day,
    due_day_of,
    end_of_day,
    law_due,
    law_window,
    local_day,
    resolve,
    window,
)
from hub.domain.period.named import is_year, period_named
from hub.domain.period.sending import UNSENT_STATES, Allowed, Punctuality, may_send, punctuality
from hub.domain.period.value import CALLED, CYCLIC, YEARS, NotAPeriod, Period, periods_between

__all__ = [
    "CALLED",
    "CYCLIC",
    "UNSENT_STATES",
    "VIETNAM",
    "YEARS",
    "Allowed",
    "NoLegalDate",
    "NotAPeriod",
    "Period",
    "Punctuality",
    "Window",
    "due",
    "due_day",
    "due_day_of",
    "due_problems",
    "end_of_day",
    "is_year",
    "law_due",
    "law_window",
    "local_day",
    "may_send",
    "period_named",
    "periods_between",
    "punctuality",
    "resolve",
    "window",
]
