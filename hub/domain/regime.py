"""Regimes and their editions: who reports, how often, by when, on which forms, to whom, by which law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal

from hub.domain.form import Address, Figure, Form, Label, figures_of
from hub.domain.reminder_calendar import ReminderCalendar
from hub.domain.units import Conversion

ReportType = Literal["periodic", "thematic", "ad_hoc"]
ContentKind = Literal["narrative", "data", "both"]
Fidelity = Literal["form", "enumerated", "derived", "memory"]
Level = Literal["commune", "district", "province", "ministry"]
"""Who owes a report. Districts owe only under editions that ended on 30 June 2025, before they were abolished."""
Scope = Literal["own", "rollup"]
Frequency = Literal[
    "weekly", "monthly", "quarterly", "half_yearly", "nine_month", "ten_month", "yearly", "school_term", "school_year",
    "three_yearly", "five_yearly", "thematic", "ad_hoc",
]  # fmt: skip
YEARS_OF: Mapping[str, int] = {"three_yearly": 3, "five_yearly": 5}
"""The frequencies whose periods last several years: how many."""
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class DayRule:
    """A day counted from an anchor of the period (``period_start``, ``period_end``, ``window_end``).

    ``months`` moves the anchor's month first; ``day`` (1-31, 31 meaning the last) then replaces its day; ``days`` and
    ``working_days`` are added last. ``before`` means strictly before that day ("trước ngày …"): one calendar day
    earlier.
    ``ground`` is the legal text the rule comes from, needed where it departs from the decree's default (R08).
    """

    anchor: Literal["period_start", "period_end", "window_end"]
    months: int = 0
    day: int | None = None
    days: int = 0
    working_days: int = 0
    before: bool = False
    ground: str = ""


@dataclass(frozen=True, slots=True)
class WindowRule:
    """The data cut-off window (thời gian chốt số liệu), both ends inclusive."""

    start: DayRule
    end: DayRule


@dataclass(frozen=True, slots=True)
class Reporter:
    """A level that owes the report.

    ``scope`` *own*: first-hand figures, summed nationally; *rollup*: a superior's summary.
    """

    level: Level
    scope: Scope = "own"
    receiver: Literal["district", "province", "owner"] = "owner"
    office: Label | None = None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A check as written in data: an expression, what it concerns, and what to say when it fails.

    ``computes`` names the column or row whose total this rule defines. ``source`` is ``text`` when the form prints it.
    """

    id: str
    form: str | None
    expr: str
    severity: Severity
    source: Literal["text", "inferred", "hub"]
    message: Label
    when: str | None = None
    tolerance: Decimal = Decimal(0)
    computes: str | None = None
    beta: bool = False


@dataclass(frozen=True, slots=True)
class Swing:
    """How far a figure may move away from last period's before its unit is asked why.

    By more than ``factor`` times up or down, or across zero, and by at least ``least`` of the column's own unit.
    """

    factor: Decimal = Decimal(3)
    least: Decimal = Decimal(20)


@dataclass(frozen=True, slots=True)
class OutlineSection:
    code: str
    title: Label
    required: bool = False
    max_length: int = 20_000


@dataclass(frozen=True, slots=True)
class LegalBasis:
    text: str
    url: str = ""
    superseded_by: str = ""


@dataclass(frozen=True)
class Edition:
    """One text of a regime, immutable once in force (R12). ``sha256`` covers all the rest."""

    regime: str
    code: str
    title: Label
    valid_from: date
    valid_to: date | None
    report_type: ReportType
    content_kind: ContentKind
    owner: str
    receiver: Label
    legal_basis: LegalBasis
    fidelity: Fidelity
    reporters: tuple[Reporter, ...]
    frequencies: tuple[Frequency, ...]
    windows: Mapping[str, WindowRule]
    dues: Mapping[tuple[str, str], DayRule]
    forms: tuple[Form, ...]
    rules: tuple[Rule, ...] = ()
    outline: tuple[OutlineSection, ...] = ()
    sign_off: tuple[Literal["check", "sign"], ...] = ("check",)
    holiday_roll: Literal["none", "next_working_day"] = "none"
    late_days: int | None = None
    notes: str = ""
    sha256: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Where a frequency does not ask for each of its periods: e.g. ``{"half_yearly": (1,)}``, the first half only."""
    first_years: Mapping[str, int] = field(default_factory=dict)
    """The year of the first code of a cycle of several years: ``{"three_yearly": 2018}`` asks for 2018, 2021, …"""

    conversions: Mapping[str, Conversion] = field(default_factory=dict)
    """By unit of measure: what it measures and how much of it, for ``convert()`` and for series across editions."""
    continues: Mapping[str, str | None] = field(default_factory=dict)
    """Which series of the edition before goes on here under another address (:mod:`hub.domain.series`)."""
    reminders: ReminderCalendar = field(default_factory=ReminderCalendar)
    """When units are reminded of what they owe (R32)."""
    swing: Swing | None = Swing()
    """When a figure's distance from last period's is asked about; None: never."""
    publish_floor: int | None = None
    """Of a hundred obliged units how many must be accepted before its figures are published; None: as the hub says."""

    @property
    def key(self) -> str:
        """``<regime>/<edition>``: how rows and files name an edition."""
        return f"{self.regime}/{self.code}"

    @property
    def awaits_confirmation(self) -> bool:
        """True where the printed forms were not seen, so that their owner has yet to confirm them."""
        return self.fidelity in {"derived", "memory"}

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The packed order of this edition's figures."""
        return figures_of(self.forms)

    @cached_property
    def slot(self) -> Mapping[Address, int]:
        """Address of a figure → its place in the packed vector."""
        return {figure.address: index for index, figure in enumerate(self.figures)}

    @cached_property
    def form_by_code(self) -> Mapping[str, Form]:
        return {form.code: form for form in self.forms}

    def form(self, code: str) -> Form:
        """The form of that code; KeyError if there is none."""
        return self.form_by_code[code]

    def forms_for(self, frequency: str) -> tuple[Form, ...]:
        """The forms that a period of this frequency asks for."""
        return tuple(form for form in self.forms if form.applies_to(frequency))

    def asks_for(self, frequency: str, number: int = 1, year: int | None = None) -> bool:
        """True if a report is owed for a year's ``number``-th period of this frequency (month 1-12, quarter 1-4, …).

        Of the periods of several years only those of the cycle that ``first_years`` begins, and none before it; by
        default five years end in a year divisible by 5, three years two years after the edition's first. ``year`` is
        needed for them alone: without it any may be asked for.
        """
        if frequency not in self.frequencies or number not in self.parts.get(frequency, (number,)):
            return False
        length = YEARS_OF.get(frequency)
        if length is None or year is None:
            return True
        first = self.first_years.get(frequency)
        if first is None:
            first = 0 if frequency == "five_yearly" else self.valid_from.year + 2
        return year >= first and (year - first) % length == 0

    def reporter(self, level: str) -> Reporter:
        """The reporter entry of a level; KeyError if that level owes nothing."""
        for reporter in self.reporters:
            if reporter.level == level:
                return reporter
        raise KeyError(level)

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Regime:
    """A legal duty to report, with its editions in order of their first day."""

    code: str
    editions: tuple[Edition, ...]

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a day, or None."""
        for edition in self.editions:
            if edition.in_force(day):
                return edition
        return None
