"""What the hub remembers of its own work is kept for a set time and then taken away; the audit log stays (R40)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.services.core import Core
from hub.store.database import Connection
from hub.store.pruning import forget_letters, forget_runs

AT_ONCE = 300
"""How many rows one transaction takes away: others may write in between."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many records were taken away."""

    runs: int
    letters: int


def prune(core: Core, now: datetime) -> Pruned:
    """No run that ended and no letter that was sent is older than the settings keep it; doing so twice is as once.

    The newest run of each job stays, whatever its age, and so do letters that wait or were given up.
    """
    config = core.config
    return Pruned(
        _all(core, forget_runs, now - timedelta(days=config.keep_runs_days)),
        _all(core, forget_letters, now - timedelta(days=config.keep_letters_days)),
    )


def _all(core: Core, forget: Callable[[Connection, datetime, int], int], before: datetime) -> int:
    gone = 0
    while True:
        with core.database.write() as connection:
            taken = forget(connection, before, AT_ONCE)
        gone += taken
        if taken < AT_ONCE:
            return gone
