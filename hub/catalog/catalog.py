"""The Catalog: everything that ``report_schemas`` says, checked and immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable

from hub.catalog.calendar import load_calendar
from hub.catalog.catalogue import CatalogueEntry, read_catalogue
from hub.catalog.concepts import Breakdown, Indicator, Unit
from hub.catalog.drafts import Drafts
from hub.catalog.orgunits import load_orgs
from hub.catalog.roots import EditionFolder
from hub.catalog.tiles import load_tiles
from hub.domain.kpi import KpiSet
from hub.domain.org import OrgRegister
from hub.domain.regime import Edition, Regime
from hub.domain.report_definition import ReportDefinition
from hub.domain.tile_grid import TileGrid
from hub.domain.working_days import WorkingCalendar
from hub.errors import NotFound


@dataclass(frozen=True)
class Catalog:
    """What is in force: regimes with their locked editions, national reports, units of measure, indicators and
    breakdowns by code.

    ``drafts`` are the editions that are not in force: readable and lintable, never opened for filing. Register and
    calendar are read on demand. Nothing changes after loading, so threads may share one.
    """

    regimes: Mapping[str, Regime]
    reports: Mapping[str, ReportDefinition]
    units: Mapping[str, Unit]
    indicators: Mapping[str, Indicator]
    root: Traversable
    overlays: tuple[Traversable, ...] = ()
    drafts: Drafts = field(default_factory=Drafts)
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)
    folders: Mapping[str, EditionFolder] = field(default_factory=dict)
    """Where each edition lies, in force or draft, by its key."""
    kpi_sets: Mapping[str, KpiSet] = field(default_factory=dict)
    """The sets of steering indicators, by code."""

    @property
    def roots(self) -> tuple[Traversable, ...]:
        """The folders that the data were read from: the base, then its overlays."""
        return (self.root, *self.overlays)

    def draft_problems(self, key: str) -> tuple[str, ...]:
        """What is wrong with the draft of that key, each with file and line; NotFound if there is no such draft."""
        if key not in self.drafts:
            raise NotFound(f"Không có bản thảo {key}.", f"There is no draft {key}.")
        return self.drafts.problems(key)

    @cached_property
    def editions(self) -> Mapping[str, Edition]:
        """Every edition in force, by its key ``<regime>/<edition>``."""
        return {edition.key: edition for regime in self.regimes.values() for edition in regime.editions}

    @cached_property
    def catalogue(self) -> Mapping[str, CatalogueEntry]:
        """Every known regime by its code, integrated or not; empty where no folder has a catalogue."""
        return read_catalogue(self.roots)

    @cached_property
    def orgs(self) -> OrgRegister:
        """The register of organisation units."""
        folder = self.root / "orgunits"
        return load_orgs(folder) if folder.is_dir() else load_orgs()

    @cached_property
    def tiles(self) -> tuple[TileGrid, ...]:
        """Where provinces stand on a tile map, one grid for each set of provinces."""
        folder = self.root / "orgunits"
        return load_tiles(folder) if (folder / "tiles.csv").is_file() else load_tiles()

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """Vietnamese working days."""
        return load_calendar()

    def edition(self, key: str) -> Edition:
        """The edition in force ``<regime>/<edition>``; NotFound if there is none, or only a draft."""
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
