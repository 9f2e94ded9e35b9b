"""Punctuality counted (R31, R33): of the reports that were owed, how many came on time, late, not, or may still come.

A report is judged by its first valid sending against its unit's own deadline. What is excluded leaves the denominator
and is counted beside it (R28). A share is never capped and never rounded up: 100 % means every one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from decimal import ROUND_FLOOR, Decimal
from operator import add
from typing import Literal, NamedTuple, TypeVar

Name = TypeVar("Name", bound=Hashable)

Kind = Literal["on_time", "late", "not_sent", "pending", "correcting", "waiting", "accepted", "excluded"]
COUNTED: tuple[Kind, ...] = (
    "on_time", "late", "not_sent", "pending", "correcting", "waiting", "accepted", "excluded",
)  # fmt: skip
"""What is counted, in the order of :class:`Counts`."""


class Counts(NamedTuple):
    """Reports by how they came. The first four share none and together are all that are owed (``obliged``).

    ``correcting``: sent once and back with its unit; ``waiting``: with its receiver, not accepted yet; ``accepted``: in
    force. These are among the first two as well.
    """

    on_time: int = 0
    late: int = 0
    not_sent: int = 0
    pending: int = 0
    correcting: int = 0
    waiting: int = 0
    accepted: int = 0
    excluded: int = 0

    @property
    def obliged(self) -> int:
        return self.on_time + self.late + self.not_sent + self.pending

    @property
    def sent(self) -> int:
        return self.on_time + self.late

    @property
    def due(self) -> int:
        """Those that are judged already: they came, or their deadline has passed."""
        return self.on_time + self.late + self.not_sent

    @property
    def on_time_share(self) -> Decimal | None:
        """Per cent of those judged already that came on time, one decimal, rounded down; None where none is judged."""
        return per_cent(self.on_time, self.due)

    @property
    def worst(self) -> Literal["not_sent", "late", "pending", "on_time", "excluded", "none"]:
        """The one kind that a single mark stands for: the worst there is."""
        if self.not_sent:
            return "not_sent"
        if self.late:
            return "late"
        if self.on_time:
            return "on_time"
        if self.pending:
            return "pending"
        return "excluded" if self.excluded else "none"


NONE = Counts()


def total(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    return grouped(("", each) for each in counts).get("", NONE)


def grouped(pairs: Iterable[tuple[Name, Counts]]) -> dict[Name, Counts]:
    """Name → all counts of that name together, in order of their first."""
    sums: dict[Name, Iterable[int]] = {}
    for name, counts in pairs:
        before = sums.get(name)
        sums[name] = counts if before is None else tuple(map(add, before, counts))
    return {name: Counts(*numbers) for name, numbers in sums.items()}


def per_cent(part: int, whole: int) -> Decimal | None:
    """``part`` of ``whole`` in per cent with one decimal, rounded down, so that 99.97 is not 100; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_FLOOR)
