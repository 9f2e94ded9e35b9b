"""The open hub that a command works on, and the moment at which it does."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from hub.boot import open_core
from hub.catalog.catalog import Catalog
from hub.catalog.load import load_catalog
from hub.config import load_config
from hub.errors import ConfigError
from hub.services.core import Core


def now() -> datetime:
    """The moment of the command, in UTC."""
    return datetime.now(UTC)


def catalog() -> Catalog:
    """The regimes of the settings, without a database: the packaged ones and what HUB_SCHEMAS lays over them."""
    return load_catalog(overlays=load_config().schemas)


@contextmanager
def hub(**overrides: Any) -> Iterator[Core]:
    """An open hub by the settings of the environment and ``overrides``, closed at the end."""
    config = load_config(**overrides)
    level = logging.getLevelNamesMapping().get(config.log_level.upper())
    if level is None:
        raise ConfigError(
            f"HUB_LOG_LEVEL={config.log_level}: phải là DEBUG, INFO, WARNING hoặc ERROR.",
            f"HUB_LOG_LEVEL={config.log_level}: must be DEBUG, INFO, WARNING or ERROR.",
        )
    logging.basicConfig(level=level, stream=sys.stderr, force=True)
    for chatty in ("alembic", "apscheduler", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    core = open_core(config)
    try:
        yield core
    finally:
        core.database.dispose()
