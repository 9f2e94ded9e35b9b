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

SMALL = Size(whole=0, communes=2, provinces=13, ministries=5, few=(3, 1, 2))
TINY = Size(whole=0, communes=2, provinces=3, ministries=4, few=(1, 1, 1))


@pytest.fixture(scope="session")
def real_catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="session")
def some_regimes(real_catalog: Catalog) -> Catalog:
    """A monthly, a quarterly and a half-yearly regime: enough to see every step in little time."""
    kept = {code: real_catalog.regimes[code] for code in ("BTC-DTC-TT15", "LDTBXH-TNLD-TINH", "VPCP-TTHC06")}
    catalog = replace(real_catalog, regimes=kept)
    catalog.__dict__.update(orgs=real_catalog.orgs, calendar=real_catalog.calendar)
    return catalog


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
def shown(real_catalog, tmp_path_factory):
    """(core, outcome, page) of a demonstration of 13 provinces on SQLite."""
    core = open_hub(real_catalog, tmp_path_factory.mktemp("shown") / "var")
    return core, *show(core, SMALL)


@pytest.fixture
def tiny() -> Size:
    return TINY


@pytest.fixture
def small() -> Size:
    return SMALL
