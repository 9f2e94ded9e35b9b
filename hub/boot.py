"""From settings to a working hub without doors: shared by web, command line and scheduler."""

from __future__ import annotations

from dataclasses import replace

from hub.catalog.keeper import CatalogKeeper
from hub.catalog.load import load_catalog, packaged
from hub.config import Config
from hub.services.core import Core
from hub.store.database import Database
from hub.store.migrations import upgrade

DEMONSTRATION_MARK = "demonstration-accounts.txt"
"""The file by which a folder is known to hold a demonstration: all that is shown or issued from it says so."""


DEMONSTRATION_FLOOR = 5
"""Per cent: a demonstration sends for few communes, and yet holds a report back."""


def of_a_demonstration(config: Config) -> Config:
    """Marked as such; with a floor for national reports and a folder for deliveries where the settings name none."""
    return replace(
        config,
        demonstration=True,
        publish_floor=config.publish_floor or DEMONSTRATION_FLOOR,
        deliver_folder=config.deliver_folder or str(config.var / "delivered"),
    )


def open_core(config: Config) -> Core:
    """Regimes are loaded and followed, the schema is current and the database keeps what it acknowledges.

    SchemaError for regimes that do not hold; ConfigError for a database that may lose data (P2) or is newer than the
    code (P23); Unavailable when the database does not answer.
    """
    if config.demonstration or (config.var / DEMONSTRATION_MARK).exists():
        config = of_a_demonstration(config)
    catalog = CatalogKeeper(lambda: load_catalog(overlays=config.schemas), (packaged(), *config.schemas))
    if not config.database:
        config.var.mkdir(parents=True, exist_ok=True)
    database = Database(config.database_url)
    database.check_durability()
    upgrade(database)
    return Core(config, catalog, database)
