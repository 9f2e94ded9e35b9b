"""Which versions of a report somebody may see (R44): its own side all of them, everybody else those that were sent.

Sent is what was sent more often than it was withdrawn. A sending that was taken back before anybody accepted it was
none (R31): from then on its receiver sees that it was sent and withdrawn, when and why, and no longer what it held.
What was returned, replaced or reopened afterwards stays sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.domain.filing import RECEIVED, DecisionRow, FilingRow, SubmissionRow, VersionRow

WORDS_ONLY = frozenset({"docx"})
"""Doors that bring words and leave the figures as the version before had them."""
_INNER_STEPS = frozenset({"edit", "check", "sign"})
"""What a unit does with a version before it is sent."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see of one report. ``sent``: the versions; None: all of them, sent or not.

    ``until``: what was attached or explained later was not sent either; None: nothing came later.
    """

    sent: frozenset[int] | None = None
    until: datetime | None = None

    @property
    def whole(self) -> bool:
        """True on the report's own side."""
        return self.sent is None

    def holds(self, version: int | None) -> bool:
        """Whether the reader may see that version; never a version that has no number."""
        return version is not None and (self.sent is None or version in self.sent)

    def reaches(self, at: datetime, gone: datetime | None = None) -> bool:
        """Whether what the unit added to its report at a moment went with what the reader may see.

        ``gone``: when the unit took it away again. What was sent before that keeps it.
        """
        if self.sent is None:
            return gone is None
        if self.until is None:
            return bool(self.sent) and gone is None
        return bool(self.sent) and at <= self.until and (gone is None or gone > self.until)

    def shows(self, step: DecisionRow) -> bool:
        """Whether the reader may know of a step: of what the unit did to a version only once it was sent."""
        return step.event not in _INNER_STEPS or self.holds(step.version)

    def opens(self, arrival: SubmissionRow, bringers: Collection[str]) -> bool:
        """Whether the reader may have the received bytes: they brought or sent a version that the reader may see.

        ``bringers``: the ids of the arrivals that the versions in sight were made of.
        """
        if self.sent is None:
            return True
        taken = arrival.verdict == "accepted" and self.holds(arrival.version)
        return arrival.id in bringers or (taken and arrival.intent == "send" and self.reaches(arrival.received_at))


EVERYTHING = Sight()


def sent_versions(row: FilingRow, steps: Iterable[DecisionRow]) -> frozenset[int]:
    """The versions of a report that were sent and not taken back, from all its steps."""
    counted: Counter[int] = Counter()
    for step in steps:
        if step.version is not None and step.event in {"send", "withdraw"}:
            counted[step.version] += 1 if step.event == "send" else -1
    standing = {version for version, number in counted.items() if number > 0}
    return frozenset(standing | {each for each in (row.sent_version, row.accepted_version) if each is not None})


def bringers(made: Sequence[VersionRow], arrivals: Iterable[SubmissionRow], sight: Sight) -> frozenset[str]:
    """The ids of the arrivals that brought the versions in sight, from all of a report's versions and arrivals.

    Where one brought words alone, so did the arrival that its figures go back to: a figure leads to its cell (P10).
    """
    doors = {arrival.id: arrival.door for arrival in arrivals}
    by_number = {version.number: version.submission_id for version in made}
    found = set()
    for number in by_number:
        at = number if sight.holds(number) else 0
        while at in by_number:
            found.add(by_number[at])
            at = at - 1 if doors.get(by_number[at]) in WORDS_ONLY else 0
    return frozenset(found)


def sight_of_receiver(row: FilingRow, steps: Iterable[DecisionRow]) -> Sight:
    """What the receiving side sees. While it holds the report, nothing can have been added since."""
    return Sight(sent_versions(row, steps), None if row.state in RECEIVED else row.last_sent_at)


def as_sent(row: FilingRow) -> FilingRow:
    """The report as its receiver knows it: its latest version is the one that was sent last."""
    return row if row.version == row.sent_version else replace(row, version=row.sent_version)
