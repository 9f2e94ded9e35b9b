"""Migrations: one transaction, no drift, the same schema on both databases, never backwards (P23)."""

from __future__ import annotations

import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, Integer, LargeBinary, delete, insert, inspect, text, update
from sqlalchemy.exc import IntegrityError

from hub.errors import ConfigError
from hub.store import migrations, tables
from hub.store.database import Database

APPEND_ONLY = ("event", "version", "submission_content", "publication_file")


def _kind_of(type_: object) -> str:
    if isinstance(type_, LargeBinary):
        return "bytes"
    return "integer" if isinstance(type_, Integer) else str(type_).split(" COLLATE")[0].upper()


def _schema(database: Database) -> dict[str, object]:
    found = {}
    with database.read() as connection:
        inspector = inspect(connection)
        for table in sorted(inspector.get_table_names()):
            keys = inspector.get_foreign_keys(table)
            found[table] = {
                "columns": [(c["name"], _kind_of(c["type"]), c["nullable"]) for c in inspector.get_columns(table)],
                "key": inspector.get_pk_constraint(table)["constrained_columns"],
                "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(table)),
                "indexes": sorted(
                    (i["name"], i["column_names"]) for i in inspector.get_indexes(table) if not i["unique"]
                ),
                "foreign": sorted((k["constrained_columns"], k["referred_table"]) for k in keys),
            }
    return found


@pytest.mark.postgres
def test_both_databases_end_with_the_same_schema(sqlite_database: Database, postgres_database: Database) -> None:
    assert _schema(sqlite_database) == _schema(postgres_database)
    assert set(tables.metadata.tables) < set(_schema(sqlite_database))


def test_the_migrations_and_the_tables_in_code_agree(database: Database) -> None:
    with database.read() as connection, warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    before = _schema(database)
    migrations.upgrade(database)
    assert _schema(database) == before


def test_a_database_newer_than_the_code_is_refused_untouched(make_empty_database) -> None:
    database = make_empty_database(migrated=True)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = _schema(database)
    with pytest.raises(ConfigError, match="newer release"):
        migrations.upgrade(database)
    assert _schema(database) == before


def test_a_migration_that_fails_half_way_leaves_nothing_and_runs_again(
    make_empty_database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_empty_database()
    with monkeypatch.context() as patch:
        patch.setattr(migrations.command, "upgrade", _upgrade_then_fail(migrations.command.upgrade))
        with pytest.raises(RuntimeError):
            migrations.upgrade(database)
    assert _schema(database) == {}
    migrations.upgrade(database)
    assert set(tables.metadata.tables) < set(_schema(database))


def _upgrade_then_fail(upgrade):
    def failing(*arguments: object) -> None:
        upgrade(*arguments)
        raise RuntimeError("killed")

    return failing


def test_what_was_received_and_published_is_neither_changed_nor_deleted(database: Database) -> None:
    with database.write() as connection:
        for table in tables.metadata.sorted_tables:
            connection.execute(insert(table).values({column.name: _any(column.type) for column in table.c}))
    for name in APPEND_ONLY:
        table = tables.metadata.tables[name]
        column = next(iter(table.c))
        for statement in (update(table).values({column: column}), delete(table)):
            with pytest.raises(IntegrityError, match="append-only"), database.write() as connection:
                connection.execute(statement)


@pytest.mark.postgres
@pytest.mark.parametrize("name", APPEND_ONLY)
def test_append_only_tables_are_not_emptied_in_one_stroke_either(name: str, postgres_database: Database) -> None:
    with pytest.raises(IntegrityError, match="append-only"), postgres_database.write() as connection:
        connection.execute(text(f"TRUNCATE {name} CASCADE"))


def _any(type_: object) -> object:
    """One value a type, so that every foreign key of one row a table holds."""
    if isinstance(type_, Boolean):
        return True
    return 1 if isinstance(type_, Integer) else b"x" if isinstance(type_, LargeBinary) else "x"
