"""Periods as people write them: ``tháng 11/2026``, ``11/2026``, ``quý III năm 2026``, with or without marks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hub.domain.period.cycle import CYCLES
from hub.domain.period.value import YEARS, NotAPeriod, Period
from hub.domain.regime import Frequency
from hub.domain.search_text import unmarked

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = r"(?:\s*[/.,–-]\s*|\s+)(?:(?:nam|of)\s+)?(?P<year>\d{4})"


def _index(text: str) -> int:
    return _ROMAN.get(text) or int(text)


_WORDS: Mapping[Frequency, str] = {
    "monthly": r"(?:(?:thang|t|month|m)\.?\s*)?(?P<index>\d{1,2})",
    "quarterly": r"(?:quy|q|quarter)\.?\s*(?P<index>[1-4]|i{1,3}|iv)",
    "weekly": r"(?:tuan|week|w)\.?\s*(?P<index>\d{1,2})",
    "half_yearly": r"6\s*thang\s*(?P<half>dau|cuoi)",
    "nine_month": r"9\s*thang(?:\s*dau)?",
    "ten_month": r"10\s*thang(?:\s*dau)?",
    "yearly": r"ca\s+nam",
}
_SHORT = {frequency: re.compile(rf"(?:{words}){_YEAR}", re.ASCII) for frequency, words in _WORDS.items()}
_HALVES: Mapping[str, int] = {"dau": 1, "cuoi": 2}
_BARE_YEAR = re.compile(r"\d{4}", re.ASCII)
_ANY_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_DATES = re.compile(r"\s*\(.*\)$")


def is_year(text: str) -> bool:
    """Whether a text is a year alone, which stands for every period of that year."""
    return _BARE_YEAR.fullmatch(text) is not None and int(text) in YEARS


def period_named(text: str) -> Period | None:
    """The period of a code, of a name as the pages show it in either language, or of a short way to write it."""
    asked = unmarked(text)
    try:
        return Period.parse(asked.upper())
    except NotAPeriod:
        return _short(asked) or _by_label(asked)


def _short(asked: str) -> Period | None:
    for frequency, pattern in _SHORT.items():
        found = pattern.fullmatch(asked)
        if found is None:
            continue
        said = found.groupdict()
        index = _HALVES[said["half"]] if said.get("half") else _index(said.get("index") or "1")
        try:
            return Period(frequency, int(said["year"]), index)
        except NotAPeriod:
            return None
    return None


def _by_label(asked: str) -> Period | None:
    """The period whose own name it is; the dates that a week's name carries may be left out."""
    years = {int(year) for year in _ANY_YEAR.findall(asked)[:2]} & set(YEARS)
    for year in sorted(years):
        for frequency, cycle in CYCLES.items():
            for index in range(1, cycle.count(year) + 1):
                period = Period(frequency, year, index)
                for name in (unmarked(period.label.vi), unmarked(period.label.en)):
                    if asked in {name, _DATES.sub("", name)}:
                        return period
    return None
