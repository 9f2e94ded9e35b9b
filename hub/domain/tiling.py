"""Which reports make up a longer period, also when the regime's edition changed within it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from hub.domain.period import Period
from hub.domain.regime import Edition, Frequency

SHORTER: tuple[Frequency, ...] = ("monthly", "quarterly", "half_yearly", "school_term")
"""The periods that longer ones are made of, shortest first."""
LONGER: tuple[Frequency, ...] = ("quarterly", "half_yearly", "yearly", "school_year")
"""The longer periods that shorter ones may be brought together into."""

Tile = tuple[Edition, Period]
"""A period with the edition that its reports are made under."""


def tiles(editions: Sequence[Edition], period: Period) -> tuple[Tile, ...]:
    """The shortest periods the regime asks for that exactly fill a longer one, in order; empty if none do.

    Each is asked for by the edition in force on its last day, as when its filings are opened.
    """
    starting: dict[date, list[Tile]] = {}
    for part in _possible(period):
        edition = next((each for each in editions if each.in_force(part.end)), None)
        if edition is not None and edition.asks_for(part.frequency, part.index, part.year):
            starting.setdefault(part.start, []).append((edition, part))
    return _filled(starting, period.start, period.end) or ()


def _possible(period: Period) -> Iterator[Period]:
    """Shorter periods within it. School years are made of school terms alone, though months would fill them too."""
    for frequency in SHORTER:
        if frequency != period.frequency and (frequency == "school_term") == (period.frequency == "school_year"):
            yield from period.parts(frequency)


def _filled(starting: Mapping[date, Sequence[Tile]], first: date, last: date) -> tuple[Tile, ...] | None:
    if first > last:
        return ()
    for edition, part in starting.get(first, ()):
        rest = _filled(starting, part.end + timedelta(days=1), last)
        if rest is not None:
            return ((edition, part), *rest)
    return None
