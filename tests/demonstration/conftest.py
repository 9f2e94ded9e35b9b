"""A demonstration of a few units over the real regimes, run once for all tests that only look at it."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from hub.catalog.catalog import Catalog
from hub.catalog.load import load_catalog
from hub.config import load_config
from hub.demonstration.plan import Size
from hub.demonstration.show import run
from hub.services.core import Core
from hub.store.database import Database
from hub.store.migrations import upgrade

SMALL = Size(whole=0, communes=2, provinces=13, ministries=5, few=(3, 1, 2), past=1)
TINY = Size(whole=0, communes=2, provinces=3, ministries=4, few=(1, 1, 1), past=0)


@pytest.fixture(scope="session")
def real_catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="session")
def some_regimes(real_catalog: Catalog) -> Catalog:
    """A monthly, a quarterly and a half-yearly regime: enough to see every step in little time."""
    return _with_regimes(real_catalog, {"BTC-DTC-TT15", "LDTBXH-TNLD-TINH", "VPCP-TTHC06"})


def _with_regimes(whole: Catalog, codes: set[str]) -> Catalog:
    """The catalog with only some regimes, and the sets of indicators that ask no others."""
    catalog = replace(
        whole,
        regimes={code: regime for code, regime in whole.regimes.items() if code in codes},
        kpi_sets={code: each for code, each in whole.kpi_sets.items() if codes.issuperset(each.regimes)},
    )
    catalog.__dict__.update(orgs=whole.orgs, calendar=whole.calendar)
    return catalog


@pytest.fixture(scope="session")
def with_regimes():
    return _with_regimes


def open_hub(catalog: Catalog, var: Path, database: Database | None = None) -> Core:
    var.mkdir(parents=True, exist_ok=True)
    if database is None:
        database = Database(f"sqlite:///{var / 'hub.db'}")
        upgrade(database)
    return Core(load_config({}, var=var, demonstration=True), catalog, database)


def show(core: Core, size: Size):
    """(outcome, everything that was printed)."""
    page = StringIO()
    outcome = run(core, Console(file=page, width=160, markup=False, highlight=False), size)
    return outcome, page.getvalue()


@pytest.fixture(scope="session")
def make_hub():
    return open_hub


@pytest.fixture(scope="session")
def run_demonstration():
    return show


@pytest.fixture(scope="session")
def varied_catalog(real_catalog: Catalog) -> Catalog:
    """The regimes of the national overview, and the first other one of each set of frequencies."""
    overview = {item.regime for section in real_catalog.reports["overview"].sections for item in section.items}
    first: dict[tuple[str, ...], str] = {}
    for code, regime in sorted(real_catalog.regimes.items()):
        first.setdefault(regime.editions[-1].frequencies, code)
    return _with_regimes(real_catalog, overview | set(first.values()))


@pytest.fixture(scope="session")
def shown(varied_catalog, tmp_path_factory):
    """(core, outcome, page) of a demonstration of 13 provinces on SQLite."""
    core = open_hub(varied_catalog, tmp_path_factory.mktemp("shown") / "var")
    return core, *show(core, SMALL)


@pytest.fixture
def tiny() -> Size:
    return TINY


@pytest.fixture
def small() -> Size:
    return SMALL
