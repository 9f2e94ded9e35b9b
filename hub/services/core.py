"""What every use case stands on: settings, regimes and the database."""

from __future__ import annotations

from dataclasses import dataclass

from hub.catalog.catalog import Catalog
from hub.config import Config
from hub.domain.org import OrgRegister
from hub.domain.working_days import WorkingCalendar
from hub.store.database import Database


@dataclass(frozen=True, slots=True)
class Core:
    """One hub without its doors. Built by ``hub.boot.open_core``; safe to share between threads."""

    config: Config
    catalog: Catalog
    database: Database

    @property
    def orgs(self) -> OrgRegister:
        return self.catalog.orgs

    @property
    def calendar(self) -> WorkingCalendar:
        return self.catalog.calendar
