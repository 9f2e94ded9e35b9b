"""What every use case stands on: settings, regimes and the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

from hub.catalog.catalog import Catalog
from hub.catalog.keeper import CatalogKeeper
from hub.config import Config
from hub.domain.org import OrgRegister
from hub.domain.working_days import WorkingCalendar
from hub.store.database import Database


class _CurrentCatalog:
    """The field ``Core.catalog``: set to a Catalog or to its keeper, it always gives the Catalog in use now."""

    @overload
    def __get__(self, core: None, owner: Any = None) -> _CurrentCatalog: ...
    @overload
    def __get__(self, core: object, owner: Any = None) -> Catalog: ...
    def __get__(self, core: object | None, owner: Any = None) -> Catalog | _CurrentCatalog:
        if core is None:
            raise AttributeError("catalog")  # so the field has no default
        held = core.__dict__["catalog"]
        return held.current if isinstance(held, CatalogKeeper) else held

    def __set__(self, core: object, value: Catalog | CatalogKeeper) -> None:
        core.__dict__["catalog"] = value


@dataclass(frozen=True)
class Core:
    """One hub without its doors. Built by ``hub.boot.open_core``; safe to share between threads.

    ``catalog`` may be given as a keeper: then what is brought into force meanwhile is there at the next look.
    """

    config: Config
    catalog: _CurrentCatalog = _CurrentCatalog()
    database: Database  # type: ignore[misc]  # the field before it has no default, see __get__

    @property
    def orgs(self) -> OrgRegister:
        return self.catalog.orgs

    @property
    def calendar(self) -> WorkingCalendar:
        return self.catalog.calendar

    def look_at_locks(self) -> None:
        """Take in at once what was brought into force; otherwise it is seen within a second."""
        held = self.__dict__["catalog"]
        if isinstance(held, CatalogKeeper):
            held.look()
