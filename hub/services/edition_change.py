"""What a new edition does to filings in progress: none moves; each keeps the edition it was opened under (R12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.domain.access import Actor
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.seeing import may_read_regime
from hub.store import filings


@dataclass(frozen=True, slots=True)
class Touched:
    """Open periods of the older edition: how many filings stand in each state, and which edition they keep.

    ``after`` are those whose period ends on or after the new edition's first day: they would have been opened under
    the new one.
    """

    old: str
    new: str
    before: tuple[tuple[str, str, int], ...]
    after: tuple[tuple[str, str, int], ...]

    def as_json(self) -> dict[str, object]:
        return {"edition": self.old, "before": self.before, "after": self.after}

    def lines(self) -> Iterator[str]:
        """What to tell a person, one line a period and state."""
        for period, state, number in self.before:
            yield f"{period} {state}: {number} filings stay under {self.old}"
        for period, state, number in self.after:
            yield f"{period} {state}: {number} filings stay under {self.old}, though {self.new} is in force by then"
        if not self.before and not self.after:
            yield f"no filing of {self.old} is in progress"


def filings_touched(core: Core, actor: Actor, old: Edition, new: Edition, now: datetime) -> Touched:
    """The filings of the older edition that are not final yet. NotFound for who may not see the regime nationally."""
    if not may_read_regime(core, actor, old.regime, now):
        raise NotFound
    with core.database.read() as connection:
        found = [each for each in filings.states(connection, old.key) if each[1] != "finalized"]
    later = [each for each in found if Period.parse(each[0]).end >= new.valid_from]
    return Touched(old.key, new.key, tuple(each for each in found if each not in later), tuple(later))
