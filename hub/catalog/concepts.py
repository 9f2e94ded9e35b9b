"""What all regimes share: units of measure, national indicators, and the breakdowns of what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hub.domain.form import Choice, Label, Rollup


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; its code is the Vietnamese text that forms show.

    ``factor`` is exactly how many of the quantity's base one of it is; both are None where that cannot be said.
    """

    code: str
    label: Label
    quantity: str | None = None
    factor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A national concept that figures of several regimes may be bound to; they must agree on unit and roll-up."""

    code: str
    label: Label
    unit: str | None
    rollup: Rollup
    description: Label | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to divide what is counted, with its parts by code: ``sex`` into women and men."""

    code: str
    label: Label
    items: Mapping[str, Choice]
