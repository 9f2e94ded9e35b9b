"""A figure of one unit and one period with all that says how far it may be trusted: coverage, weight, state, basis.

What the national picture, exports, interfaces and steering indicators show of a figure is one of these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from hub.domain.form import Address, Label
from hub.domain.period import Period

Basis = Literal["then", "today"]
"""Which units a series stands on: those of the time, or those of today with what they took over."""
Standing = Literal["final", "provisional", "missing", "not_applicable"]
"""``final``: every obliged unit is accepted and the campaign is over; ``provisional``: not all are, or it goes on.

``missing``: nothing to show; ``not_applicable``: not rolled up at this level, or the unit does not owe it.
"""
Exactness = Literal["as_reported", "rebased", "inexact"]
"""``rebased``: brought exactly to other units; ``inexact``: units were split, so it stands on the units of the time."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One series that can be asked for: a figure of a regime, as its latest edition names it."""

    regime: str
    address: Address
    label: Label
    decimals: int
    unit: str
    rollup: str
    over_time: str
    indicator: str | None = None

    @property
    def key(self) -> str:
        """``<regime>/<form>/<row>/<column>``: one name everywhere (pages, exports, interfaces)."""
        return f"{self.regime}/{self.address}"


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure. ``value`` is exact and None where there is none; ``edition`` is the one it was reported under.

    ``accepted`` of ``obliged`` units are in it; ``waiting`` of the others have sent. ``missing_weight``: the share
    (0 to 1) that the missing units held in the last period that has their figures, None where that is not known.
    ``revised``: it differs from the latest published edition that shows it. ``from_units``: units of the time that it
    was brought together from, itself alone where nothing changed.
    """

    measure: Measure
    unit_id: str
    period: Period
    value: Decimal | None
    standing: Standing
    exactness: Exactness
    edition: str
    accepted: int
    obliged: int
    waiting: int = 0
    excluded: int = 0
    contributors: int = 0
    missing_weight: Decimal | None = None
    revised: bool = False
    at: datetime | None = None
    from_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Observations in order of measure, unit and period; ``units`` and ``periods`` are the axes, in order.

    ``known_at``: None for what is known now, else the moment of the past that it shows.
    """

    basis: Basis
    known_at: datetime | None
    measures: tuple[Measure, ...]
    units: tuple[str, ...]
    periods: tuple[Period, ...]
    observations: tuple[Observation, ...]
    notes: tuple[Label, ...] = field(default=())
