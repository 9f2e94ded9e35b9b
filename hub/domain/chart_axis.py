"""Where the ticks of an axis stand, how its figures are written, how figures fall into classes. Exact throughout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from hub.domain.form import Label
from hub.domain.period import Period
from hub.domain.tables import shown_number

_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_HALVES = {1: Label("6T đầu {0}", "H1 {0}"), 2: Label("6T cuối {0}", "H2 {0}")}


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from ``low`` to ``high``, both of them ticks, and the ticks between; ``decimals`` to write them with."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    decimals: int

    def part(self, value: Decimal) -> Decimal:
        """Where a value stands between ``low`` (0) and ``high`` (1); beyond them for values beyond."""
        return (value - self.low) / (self.high - self.low)


def axis_over(values: Iterable[Decimal], *, most: int = 5, decimals: int = 0, from_zero: bool = True) -> Axis:
    """The axis with round steps (1, 2 or 5 times a power of ten) that holds all values with at most ``most`` steps.

    The step is never finer than ``decimals``: whole things have whole ticks. Without values: from 0 to 1.
    """
    found = [value for value in values if value.is_finite()]
    low, high = (min(found), max(found)) if found else (Decimal(0), Decimal(1))
    if from_zero:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        high = low + Decimal(1).scaleb(-decimals)
    step = _step(high - low, most, decimals)
    while True:
        first, last = _multiple(low, step, ROUND_FLOOR), _multiple(high, step, ROUND_CEILING)
        if last - first <= most:
            break
        step = _step(step * most * Decimal("1.01"), most, decimals)
    ticks = tuple(step * count for count in range(int(first), int(last) + 1))
    return Axis(ticks[0], ticks[-1], ticks, max(0, -int(step.normalize().as_tuple().exponent)))


def _step(span: Decimal, most: int, decimals: int) -> Decimal:
    """The smallest round step of which ``most`` reach over the span."""
    least = span / most
    power = Decimal(1).scaleb(least.adjusted())
    step = next(power * factor for factor in _STEPS if power * factor >= least)
    return max(step, Decimal(1).scaleb(-decimals))


def _multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding)


def grouped(value: Decimal, decimals: int) -> str:
    """``1.234,50`` for 1234.5 with two decimals: as figures are written in Viet Nam, on pages of both languages."""
    text = shown_number(value, decimals)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = text.partition(".")
    written = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{written},{fraction}" if fraction else f"{sign}{written}"


_SHORT = ((Decimal(10) ** 9, Label("tỷ", "bn")), (Decimal(10) ** 6, Label("tr", "m")))


def shortened(value: Decimal, decimals: int) -> Label:
    """A figure in the room of a tick or a square: ``1,2 tr`` for 1,234,000; exact below a million."""
    for size, word in _SHORT:
        if abs(value) >= size:
            text = grouped(value / size, 0 if abs(value) >= 100 * size or value % size == 0 else 1)
            return Label(f"{text} {word.vi}", f"{text} {word.en}")
    text = grouped(value, decimals)
    return Label(text, text)


def classes_of(values: Sequence[Decimal], most: int) -> tuple[Decimal, ...]:
    """The upper bounds of at most ``most`` classes of about equally many values; equal values are in one class.

    A value belongs to the first class whose bound it does not exceed. Empty without values.
    """
    ordered = sorted(values)
    cuts = (ordered[-(-len(ordered) * part // most) - 1] for part in range(1, most + 1)) if ordered else ()
    return tuple(sorted(set(cuts)))


def class_of(value: Decimal, bounds: Sequence[Decimal]) -> int:
    """Which class (from 0) a value belongs to; the last one for a value above all bounds."""
    return next((place for place, bound in enumerate(bounds) if value <= bound), len(bounds) - 1)


def short_period(period: Period) -> Label:
    """A period in the room of an axis: ``1/2027``, ``Q1/2027`` and ``QI/2027``, ``2027``; else its code."""
    year, index = period.year, period.index
    match period.frequency:
        case "monthly":
            return Label(f"{index}/{year}", f"{index}/{year}")
        case "quarterly":
            return Label(f"Q{('I', 'II', 'III', 'IV')[index - 1]}/{year}", f"Q{index}/{year}")
        case "half_yearly":
            return Label(_HALVES[index].vi.format(year), _HALVES[index].en.format(year))
        case "weekly":
            return Label(f"T{index:02}/{year}", f"W{index:02}/{year}")
        case "yearly":
            return Label(str(year), str(year))
        case _:
            return Label(period.code, period.code)
