"""What a check needs to know beside the Reading: the period, and what the unit reported before and elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.domain.regime import Edition
from hub.domain.rule_moment import Moment, OtherReport, layouts
from hub.domain.values import Values

if TYPE_CHECKING:  # NumPy comes with it, which few checks need
    from hub.domain.parts import Parts


@dataclass(frozen=True, slots=True)
class Context:
    """The period a report is for, and what its rules may look at besides it; what is not known counts as missing.

    ``previous``, ``last_year`` and ``so_far`` (this year's earlier periods in order, None where one is missing) are in
    the addresses of the report's own edition (:func:`hub.domain.series.values_as`). ``others``: what the unit reported
    for the same period under other regimes, by their codes. ``parts``: what a superior's roll-up was built from.
    """

    period: str
    frequency: str
    previous: Values | None = None
    last_year: Values | None = None
    so_far: Sequence[Values] | None = None
    others: Mapping[str, OtherReport] = field(default_factory=dict)
    parts: Parts | None = None

    def moment(self, edition: Edition, values: Values) -> Moment:
        """The report's values laid out for the rules of its edition, with all that they may look at."""
        forms = layouts(edition)
        previous = Moment(forms, self.previous) if self.previous is not None else None
        last_year = Moment(forms, self.last_year) if self.last_year is not None else None
        so_far = [Moment(forms, each) for each in self.so_far] if self.so_far is not None else None
        return Moment(forms, values, previous, last_year, so_far=so_far, others=self.others)
