"""Windows and deadlines: stated where the decree has none, and grounded where they depart from it (R08, R10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from hub.catalog.draft import Draft
from hub.domain.period import NoLegalDate, due_problems, law_due, law_window, periods_between
from hub.domain.regime import DayRule, Edition, WindowRule
from hub.domain.working_days import WorkingCalendar

_WHEN_CALLED = frozenset({"thematic", "ad_hoc"})
"""Whoever asks for such a report gives its window and deadlines then."""


def date_problems(draft: Draft) -> Iterator[str]:
    """Every window and deadline that is missing, given twice, of nobody, or without its legal ground."""
    edition = draft.edition
    for frequency in edition.frequencies:
        yield from _lint_window(draft, frequency)
        for level in {reporter.level: None for reporter in edition.reporters}:
            if not _due_is_known(draft, level, frequency) and "deadline" not in draft.data["unread"]:
                yield draft.regime.problem(
                    ["dues"], f"no deadline for {level}, {frequency}, and the decree has none (R08)"
                )
    seen: Counter[tuple[str, str]] = Counter(pair for due in draft.data["dues"] for pair in due)
    for position, due in enumerate(draft.data["dues"]):
        for (level, frequency), rule in due.items():
            yield from _lint_due(draft, position, level, frequency, rule, seen[level, frequency])


def _lint_due(draft: Draft, position: int, level: str, frequency: str, rule: DayRule, times: int) -> Iterator[str]:
    here = ("dues", position)
    pair = f"{level}, {frequency}"
    if times > 1:
        yield draft.regime.problem(here, f"the deadline for {pair} is given {times} times")
    if all(reporter.level != level for reporter in draft.edition.reporters):
        yield draft.regime.problem(here, f"the level {level} does not report")
    if frequency not in draft.edition.frequencies:
        yield draft.regime.problem(here, f"{frequency} is not one of the regime's frequencies")
    if not rule.ground and replace(rule, ground="") != _law_due(level, frequency):
        yield draft.regime.problem(
            here, f"the deadline for {pair} departs from the decree without a legal ground (R08)"
        )


def _lint_window(draft: Draft, frequency: str) -> Iterator[str]:
    rule = draft.edition.windows.get(frequency)
    if rule is None:
        if not _window_is_known(draft, frequency) and "window" not in draft.data["unread"]:
            yield draft.regime.problem(["windows"], f"no window for {frequency}, and the decree has none (R08)")
        return
    if _without_grounds(rule) != _law_window(frequency) and not (rule.start.ground and rule.end.ground):
        yield draft.regime.problem(["windows", frequency], "departs from the decree without a legal ground (R08)")
    if "window_end" in (rule.start.anchor, rule.end.anchor):
        yield draft.regime.problem(["windows", frequency], "a window cannot be counted from its own end")


def window_in_force(edition: Edition, frequency: str) -> WindowRule | None:
    """The window that counts, without its legal grounds: the edition's own, else the decree's; None if neither is."""
    rule = edition.windows.get(frequency)
    return _law_window(frequency) if rule is None else _without_grounds(rule)


def _without_grounds(rule: WindowRule) -> WindowRule:
    return WindowRule(replace(rule.start, ground=""), replace(rule.end, ground=""))


def _due_is_known(draft: Draft, level: str, frequency: str) -> bool:
    called = frequency in _WHEN_CALLED
    return called or (level, frequency) in draft.edition.dues or _law_due(level, frequency) is not None


def _window_is_known(draft: Draft, frequency: str) -> bool:
    called = frequency in _WHEN_CALLED
    return called or frequency in draft.edition.windows or _law_window(frequency) is not None


def _law_due(level: str, frequency: str) -> DayRule | None:
    try:
        return law_due(level, frequency)
    except NoLegalDate:
        return None


def _law_window(frequency: str) -> WindowRule | None:
    try:
        return law_window(frequency)
    except NoLegalDate:
        return None


# --- Warnings --------------------------------------------------------------------------------------------------------

YEARS_AHEAD = 3
"""How far ahead deadlines are asked."""


def unset_date_warnings(draft: Draft) -> Iterator[str]:
    """Frequencies whose window or deadline was not read: no report can be asked for until they are set."""
    edition = draft.edition
    for frequency in edition.frequencies:
        if not _window_is_known(draft, frequency):
            yield draft.regime.problem(["windows"], f"no period can be opened for {frequency}: its window is not set")
        unset = [r.level for r in edition.reporters if not _due_is_known(draft, r.level, frequency)]
        if unset:
            text = f"no period can be opened for {frequency}: no deadline for {', '.join(dict.fromkeys(unset))}"
            yield draft.regime.problem(["dues"], text)


def chain_warnings(draft: Draft, valid_to: date | None, today: date, calendar: WorkingCalendar) -> Iterator[str]:
    """R10 over the coming three years: one warning a frequency, with how many of its periods and the first of them."""
    edition = draft.edition
    last = min(today.replace(year=today.year + YEARS_AHEAD, day=1), valid_to or date.max)
    for frequency in edition.frequencies:
        if not _dates_are_known(draft, frequency):
            continue
        found: list[str] = []
        for period in periods_between(frequency, max(edition.valid_from, today), last):
            if edition.asks_for(frequency, period.index, period.year):
                found += due_problems(edition, period, calendar)[:1]
        if found:
            text = (
                f"{frequency}: the dates of {len(found)} periods until {last} do not hold (R10); the first: {found[0]}"
            )
            yield draft.regime.problem(["dues"], text)


def _dates_are_known(draft: Draft, frequency: str) -> bool:
    return _window_is_known(draft, frequency) and all(
        _due_is_known(draft, r.level, frequency) for r in draft.edition.reporters
    )
