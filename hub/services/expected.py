"""How many reports a year brings: exactly for an edition in force, estimated from the catalogue for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import cast

from hub.catalog.catalogue import CatalogueEntry
from hub.domain.org import OrgRegister, UnitLevel
from hub.domain.period.cycle import CYCLES
from hub.domain.regime import YEARS_OF, Edition, Frequency, Reporter

_A_YEAR: Mapping[str, Fraction] = {
    "daily": Fraction(0),  # only while an event lasts: like what is asked for by occasion, no yearly number
    "ad_hoc": Fraction(0),
    "ten_daily": Fraction(36),
    "weekly": Fraction(52),
    "semi_monthly": Fraction(24),
    "monthly": Fraction(12),
    "quarterly": Fraction(4),
    "half_yearly": Fraction(2),
    "nine_month": Fraction(1),
    "yearly": Fraction(1),
    "school_term": Fraction(2),
    "school_year": Fraction(1),
    "three_yearly": Fraction(1, 3),
    "five_yearly": Fraction(1, 5),
}
"""Reports a year by what the catalogue says; what is not here (``multi_year``, ``unspecified``) cannot be counted."""


def filings_of_edition(edition: Edition, orgs: OrgRegister, bodies: Mapping[UnitLevel, int], day: date) -> Fraction:
    """Reports a year under an edition: obliged units of the day times the periods it asks for in the day's year.

    ``bodies``: how many units of each level stand on the day. A regime of every third or fifth year counts a third or
    a fifth; what is only called for counts nothing.
    """
    periods = sum((_periods(edition, frequency, day.year) for frequency in edition.frequencies), Fraction(0))
    return periods * sum(_obliged(reporter, orgs, bodies, day) for reporter in edition.reporters)


def _obliged(reporter: Reporter, orgs: OrgRegister, bodies: Mapping[UnitLevel, int], day: date) -> int:
    if reporter.level == "district":  # none stand since July 2025, and the register holds none
        return 0
    if reporter.units:
        return sum(orgs.get(unit_id).valid_on(day) for unit_id in reporter.units)
    return bodies[reporter.level]


def _periods(edition: Edition, frequency: Frequency, year: int) -> Fraction:
    if frequency not in CYCLES:
        return Fraction(0)
    if frequency in YEARS_OF:
        return Fraction(1, YEARS_OF[frequency])
    numbers = range(1, CYCLES[frequency].count(year) + 1)
    return Fraction(sum(edition.asks_for(frequency, number, year) for number in numbers))


def filings_of_entry(entry: CatalogueEntry, bodies: Mapping[UnitLevel, int]) -> Fraction | None:
    """An estimate from the catalogue's words; None where its reporters or its periods are not known to a number.

    Every level is taken to report in every period, with all its bodies unless the text names how many: so a regime of
    coastal provinces, or one whose communes report more often than its province, comes out too large. Where a text asks
    for half-yearly and yearly reports, the second half is taken to be in the year's; weekly reports that stand beside
    daily ones last as long as their event and count nothing.
    """
    periods = [_A_YEAR.get(frequency) for frequency in entry.frequencies]
    if not entry.levels or not periods or None in periods:
        return None
    total = sum((each for each in periods if each is not None), Fraction(0))
    if {"half_yearly", "yearly"} <= set(entry.frequencies):
        total -= 1
    if {"daily", "weekly"} <= set(entry.frequencies):
        total -= _A_YEAR["weekly"]
    counts = ((bodies[cast(UnitLevel, level)] if number is None else number) for level, number in entry.levels.items())
    return total * sum(counts)
