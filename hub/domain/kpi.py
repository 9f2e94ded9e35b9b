"""Sets of steering indicators (KPI): what each is made of, its value, its light, its share of full marks. Exact.

Missing, not defined (nothing to divide by) and zero are three things. Where a source gives no bounds or points, a set
may choose them and says so: ``source`` is ``text`` for what a legal text or its transcription gives, else ``choice``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from hub.domain.form import Label
from hub.domain.observation import Observation
from hub.domain.period import Period
from hub.domain.rollup import rounded

Light = Literal["green", "amber", "red", "none"]
Direction = Literal["higher", "lower"]
Given = Literal["text", "choice"]
Lack = Literal["", "missing", "undefined"]
"""Why there is no value: nothing came in, or there is nothing to divide by."""

LIGHTS: dict[Light, Label] = {
    "green": Label("đạt", "on target"),
    "amber": Label("cần chú ý", "needs attention"),
    "red": Label("không đạt", "off target"),
    "none": Label("chưa đánh giá", "not judged"),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A measure as it is; or ``numerator`` over ``denominator`` times ``scale``; with neither, values that are sent.

    All three name measures as :attr:`hub.domain.observation.Measure.key` does. A ratio may name the ``measure`` that
    the reports themselves hold of it.
    """

    measure: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    scale: Decimal = Decimal(1)

    @property
    def sent(self) -> bool:
        """True if the values come from another system (packet 13)."""
        return self.measure is None and self.numerator is None

    @property
    def parts(self) -> tuple[str, ...]:
        """The measures that a value is worked out from."""
        if self.numerator is not None and self.denominator is not None:
            return self.numerator, self.denominator
        return (self.measure,) if self.measure is not None else ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From ``green`` on a value is green, from ``amber`` on amber, beyond red; "from" by the indicator's direction."""

    green: Decimal
    amber: Decimal
    source: Given
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class BreakdownItem:
    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class KpiBreakdown:
    """How the values of an indicator may be divided further (packet 12)."""

    code: str
    label: Label
    items: tuple[BreakdownItem, ...]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One indicator. ``points``: full marks, ``full_at``: the value that earns them, where the source gives them."""

    code: str
    group: str
    label: Label
    unit: str
    decimals: int
    direction: Direction
    formula: Formula
    thresholds: Thresholds | None = None
    points: Decimal | None = None
    full_at: Decimal | None = None
    breakdowns: tuple[KpiBreakdown, ...] = ()
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class KpiGroup:
    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Alerts:
    """Who is told when a light turns to ``light``: roles at the nation, and roles on the unit that it is of."""

    light: Literal["amber", "red"]
    nation: tuple[str, ...]
    unit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KpiSet:
    """A set of indicators (packet 10). ``levels``: whose values are ranked; ``owner``: the agency whose set it is."""

    code: str
    title: Label
    owner: str
    legal_basis: str
    fidelity: str
    valid_from: date
    frequencies: tuple[str, ...]
    levels: tuple[str, ...]
    groups: tuple[KpiGroup, ...]
    kpis: tuple[Kpi, ...]
    alerts: Alerts | None
    note: Label | None = None

    def kpi(self, code: str) -> Kpi:
        """The indicator of that code; KeyError if there is none."""
        for kpi in self.kpis:
            if kpi.code == code:
                return kpi
        raise KeyError(code)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that the set reads, each once."""
        return tuple(dict.fromkeys(key for kpi in self.kpis for key in kpi.formula.parts))

    @property
    def regimes(self) -> tuple[str, ...]:
        """The regimes that the measures are of."""
        return tuple(dict.fromkeys(key.partition("/")[0] for key in self.measures))


# --- Values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KpiValue:
    """What an indicator is for one unit and period. ``share``: of full marks, 0 to 1; None where it cannot be said.

    ``complete``: every obliged report is in it; what was sent by another system always is. ``source``: who sent it,
    empty for what the hub worked out.
    """

    kpi: str
    unit_id: str
    period: Period
    value: Decimal | None
    lack: Lack
    light: Light
    target: Decimal | None = None
    share: Fraction | None = None
    accepted: int = 0
    obliged: int = 0
    provisional: bool = False
    source: str = ""
    parts: tuple[Decimal | None, ...] = ()

    @property
    def complete(self) -> bool:
        return bool(self.source) or (self.obliged > 0 and self.accepted == self.obliged)


@dataclass(frozen=True, slots=True)
class Sent:
    """A value that another system sent: as such, or as what is divided by what."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""


def valued(
    kpi: Kpi, unit_id: str, period: Period, parts: Sequence[Observation | None], target: Decimal | None
) -> KpiValue:
    """The indicator's value from the observations of its measures, in the formula's order; None: there is none."""
    figures = tuple(part.value if part is not None else None for part in parts)
    value, lack = _worked_out(kpi, figures)
    known = [part for part in parts if part is not None]
    first = known[0] if known else None
    return KpiValue(
        kpi.code, unit_id, period, value, lack, light_of(kpi, value, target), target, share_of(kpi, value),
        min((part.accepted for part in known), default=0), first.obliged if first is not None else 0,
        value is not None and any(part.standing != "final" for part in known), "", figures,
    )  # fmt: skip


def valued_as_sent(kpi: Kpi, unit_id: str, period: Period, sent: Sent, target: Decimal | None) -> KpiValue:
    """The indicator's value as another system sent it, brought to the indicator's decimals."""
    if sent.numerator is not None and sent.denominator is not None:
        value, lack = quotient(sent.numerator, sent.denominator, kpi.formula.scale, kpi.decimals)
    else:
        value, lack = (_brought_to(sent.value, kpi.decimals), "") if sent.value is not None else (None, "missing")
    return KpiValue(
        kpi.code, unit_id, period, value, lack, light_of(kpi, value, target), target, share_of(kpi, value),
        source=sent.source, parts=(sent.numerator, sent.denominator) if sent.numerator is not None else (),
    )  # fmt: skip


def _worked_out(kpi: Kpi, figures: Sequence[Decimal | None]) -> tuple[Decimal | None, Lack]:
    if not figures or any(figure is None for figure in figures):
        return None, "missing"
    known = [figure for figure in figures if figure is not None]
    if kpi.formula.numerator is None:
        return _brought_to(known[0], kpi.decimals), ""
    return quotient(known[0], known[1], kpi.formula.scale, kpi.decimals)


def quotient(numerator: Decimal, denominator: Decimal, scale: Decimal, decimals: int) -> tuple[Decimal | None, Lack]:
    """``numerator / denominator * scale`` rounded half away from zero (R29); undefined over zero."""
    if denominator == 0:
        return None, "undefined"
    above, below = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    times, parts = scale.as_integer_ratio()
    top, bottom = above[0] * below[1] * times, above[1] * below[0] * parts
    return Decimal(rounded(top * 10**decimals, bottom)).scaleb(-decimals), ""


def _brought_to(value: Decimal, decimals: int) -> Decimal:
    return _rounded(Fraction(value), decimals)


def _rounded(exact: Fraction, decimals: int) -> Decimal:
    return Decimal(rounded(exact.numerator * 10**decimals, exact.denominator)).scaleb(-decimals)


def light_of(kpi: Kpi, value: Decimal | None, target: Decimal | None = None) -> Light:
    """The light of a value. A target that was set takes the place of the green bound; amber never lies beyond green."""
    if value is None or kpi.thresholds is None:
        return "none"
    green = target if target is not None else kpi.thresholds.green
    up = kpi.direction == "higher"
    amber = min(kpi.thresholds.amber, green) if up else max(kpi.thresholds.amber, green)
    if value >= green if up else value <= green:
        return "green"
    return "amber" if (value >= amber if up else value <= amber) else "red"


def share_of(kpi: Kpi, value: Decimal | None) -> Fraction | None:
    """What share of full marks a value earns: full from ``full_at`` on, in proportion below; of higher-is-better only.

    "At least 80%: full marks, else value × most / 80%": so the transcription of the first set's formulas says it.
    """
    if value is None or kpi.direction != "higher" or not kpi.full_at:
        return None
    return min(Fraction(1), max(Fraction(0), Fraction(value) / Fraction(kpi.full_at)))


@dataclass(frozen=True, slots=True)
class Index:
    """Of 100: what a unit earns of the full marks of those indicators that have a value; how many of how many have."""

    value: Decimal | None
    counted: int
    of: int


def index_of(kpis: Iterable[Kpi], values: Mapping[str, KpiValue], decimals: int = 2) -> Index:
    """The index over some indicators. What has no value is left out of both sides and counted: it is no zero.

    Indicators without points of the source weigh one each.
    """
    judged = [kpi for kpi in kpis if kpi.full_at and kpi.direction == "higher"]
    earned, possible, counted = Fraction(0), Fraction(0), 0
    for kpi in judged:
        found = values.get(kpi.code)
        if found is None or found.share is None:
            continue
        weight = Fraction(kpi.points) if kpi.points is not None else Fraction(1)
        earned, possible, counted = earned + found.share * weight, possible + weight, counted + 1
    return Index(_rounded(earned / possible * 100, decimals) if possible else None, counted, len(judged))


# --- Targets ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """A target: for one unit or (``unit_id`` empty) all, for a period, all periods of a year, or (empty) always."""

    kpi: str
    unit_id: str
    period: str
    value: Decimal


def target_for(targets: Iterable[Target], kpi: str, unit_id: str, period: Period) -> Decimal | None:
    """The target that holds: the unit's own before that of all, the period's before its year's before "always"."""
    ranks = {period.code: 2, f"{period.year:04}-Y": 1, "": 0}
    fitting = [
        ((bool(one.unit_id), ranks[one.period]), one.value)
        for one in targets
        if one.kpi == kpi and one.unit_id in ("", unit_id) and one.period in ranks
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
