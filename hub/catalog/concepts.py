"""What all regimes share: units of measure and national indicators."""

from __future__ import annotations

from dataclasses import dataclass

from hub.domain.form import Label, Rollup


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; its code is the Vietnamese text that forms show."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Indicator:
    """A national concept that columns of several regimes may be bound to; they must agree on unit and roll-up."""

    code: str
    label: Label
    unit: str | None
    rollup: Rollup
