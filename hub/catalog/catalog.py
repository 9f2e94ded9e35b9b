"""The Catalog: everything that ``report_schemas`` says, checked, in memory and immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable

from hub.catalog.calendar import load_calendar
from hub.catalog.orgunits import load_orgs
from hub.domain.form import Label, Rollup
from hub.domain.org import OrgRegister
from hub.domain.regime import Edition, Regime
from hub.domain.report_definition import ReportDefinition
from hub.domain.working_days import WorkingCalendar
from hub.errors import NotFound


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


@dataclass(frozen=True)
class Catalog:
    """Regimes, national reports, units of measure and indicators, each by code; register and calendar on demand."""

    regimes: Mapping[str, Regime]
    reports: Mapping[str, ReportDefinition]
    units: Mapping[str, Unit]
    indicators: Mapping[str, Indicator]
    root: Traversable

    @cached_property
    def editions(self) -> Mapping[str, Edition]:
        """Every edition by its key ``<regime>/<edition>``."""
        return {edition.key: edition for regime in self.regimes.values() for edition in regime.editions}

    @cached_property
    def orgs(self) -> OrgRegister:
        """The register of organisation units."""
        folder = self.root / "orgunits"
        return load_orgs(folder) if folder.is_dir() else load_orgs()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """Vietnamese working days."""
        return load_calendar()

    def edition(self, key: str) -> Edition:
        """The edition ``<regime>/<edition>``; NotFound if there is none."""
        try:
            return self.editions[key]
        except KeyError:
            raise NotFound(f"Không có chế độ báo cáo {key}.", f"There is no regime edition {key}.") from None

    def edition_for(self, regime: str, day: date) -> Edition:
        """The edition of a regime in force on a day; NotFound if the regime is unknown or not in force then."""
        found = self.regimes[regime].edition_on(day) if regime in self.regimes else None
        if found is None:
            raise NotFound(
                f"Chế độ báo cáo {regime} không có hiệu lực ngày {day:%d/%m/%Y}.",
                f"The regime {regime} is not in force on {day}.",
            )
        return found
