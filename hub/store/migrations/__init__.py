"""The schema's history: ``upgrade`` brings a database to the newest step and refuses one that is newer still (P23)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from hub.errors import ConfigError
from hub.store.database import Database

_MIGRATION_LOCK = 0x6875625F6D6967  # "hub_mig"


def upgrade(database: Database) -> None:
    """The database has the schema of this code, whole or not at all: one transaction, one process at a time.

    ConfigError, and nothing is touched, when the database has a step that this code does not know.
    """
    config = _config()
    script = ScriptDirectory.from_config(config)
    with database.read() as connection:
        if _current(connection, script) == script.get_current_head():
            return
    with database.write() as connection:
        if database.kind == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        if _current(connection, script) != script.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection, script: ScriptDirectory) -> str | None:
    """The step the database stands at, None when it is empty. ConfigError for an unknown one."""
    step = MigrationContext.configure(connection).get_current_revision()
    if step is not None and step not in {known.revision for known in script.walk_revisions()}:
        raise ConfigError(
            "Cơ sở dữ liệu đã được nâng cấp bởi phiên bản mới hơn. Hãy dùng phần mềm mới hơn, không chạy bản này.",
            "A newer release has already upgraded this database. Run that release, not this one.",
        )
    return step
