"""How a figure is taken and shown: medians of repeats, against a target or a rival, in one table."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure. ``ratio`` is measured ÷ target, or rival ÷ measured where there is a rival.

    ``met`` is None for a figure that has no target of its own.
    """

    what: str
    database: str
    measured: str
    target: str = ""
    ratio: str = ""
    met: bool | None = None


def at_most(what: str, database: str, milliseconds: float, target: float | None = None, note: str = "") -> Line:
    """A time, that should stay under a target."""
    shown = f"{milliseconds:.2f} ms{note}"
    if target is None:
        return Line(what, database, shown)
    return Line(what, database, shown, f"< {target:g} ms", f"{milliseconds / target:.2f}", milliseconds < target)


def at_least(what: str, database: str, value: float, unit: str, target: float) -> Line:
    """A rate or a factor, that should reach a target."""
    return Line(what, database, f"{value:.1f}{unit}", f"≥ {target:g}{unit}", f"{value / target:.2f}", value >= target)


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many values cost: seconds on the clock, and of processor time in all processes that worked on them."""

    values: int
    wall: float
    processor: float

    @property
    def rate(self) -> float:
        """Values a second."""
        return self.values / self.wall

    @property
    def micro(self) -> float:
        """Microseconds of processor time a value."""
        return self.processor / self.values * 1e6

    def __str__(self) -> str:
        return f"{self.rate:,.0f} values/s, {self.micro:.1f} µs of processor"


def cost(values: int, work: Callable[[], object], elsewhere: Callable[[], float] = lambda: 0.0) -> Cost:
    """What one call costs. ``elsewhere``: seconds of processor time that others have used so far on its behalf."""
    began, used, others = time.perf_counter(), _processor_seconds(), elsewhere()
    work()
    return Cost(values, time.perf_counter() - began, _processor_seconds() - used + elsewhere() - others)


def _processor_seconds() -> float:
    """This process and its children that have ended."""
    return sum(os.times()[:4])


def repeat(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return taken


def median(times: Sequence[float]) -> float:
    return statistics.median(times)


def table(lines: Sequence[Line]) -> Table:
    """All figures; the last two columns say how far from the target."""
    shown = Table(title="National reporting hub: measured on this machine", title_justify="left")
    for name in ("figure", "database"):
        shown.add_column(name)
    for name in ("measured (median)", "target", "measured ÷ target"):
        shown.add_column(name, justify="right")
    shown.add_column("met")
    for line in lines:
        met = "" if line.met is None else "[green]yes[/]" if line.met else "[red]NO[/]"
        shown.add_row(line.what, line.database, line.measured, line.target, line.ratio, met)
    return shown


class Stopwatch:
    """Adds up the milliseconds spent in named functions of a module while it runs."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def watching(self, module: object, *names: str) -> Iterator[Stopwatch]:
        """Within, each named function is timed; one that yields is run to its end inside the measure."""
        originals = {name: getattr(module, name) for name in names}
        try:
            for name, original in originals.items():
                setattr(module, name, self._timed(name, original))
            yield self
        finally:
            for name, original in originals.items():
                setattr(module, name, original)

    def _timed(self, name: str, original: Callable[..., object]) -> Callable[..., object]:
        def timed(*arguments: object, **named: object) -> object:
            began = time.perf_counter()
            result = original(*arguments, **named)
            if isinstance(result, Iterator):
                result = iter(list(result))
            self.spent[name] = self.spent.get(name, 0.0) + (time.perf_counter() - began) * 1e3
            return result

        return timed
