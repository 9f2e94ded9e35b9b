"""Transactions, durability and the traps of the SQLite driver (P2, P3, P8; promises.md section 3, traps 1 and 2)."""

from __future__ import annotations

import threading

import pysqlite3
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from hub.errors import ConfigError, Unavailable
from hub.store import database as module
from hub.store import tables
from hub.store.database import Database, insert_into, is_unique_violation, library_is_safe

EDITION = {"key": "A/1", "regime": "A", "code": "1", "sha256": "0", "first_used_at": "x"}


def _add(database: Database, key: str) -> None:
    with database.write() as connection:
        connection.execute(insert(tables.edition).values(EDITION | {"key": key}))


def _count(connection) -> int:
    return len(connection.execute(select(tables.edition.c.key)).all())


def test_two_reads_of_one_transaction_see_one_moment(database: Database) -> None:
    with database.read() as connection:
        before = _count(connection)
        _add(database, "A/1")
        assert _count(connection) == before
    with database.read() as connection:
        assert _count(connection) == before + 1


def test_a_glance_sees_what_was_committed_and_leaves_no_transaction_behind(database: Database) -> None:
    with database.glance() as connection:
        before = _count(connection)
    _add(database, "A/1")
    with database.glance() as connection:
        assert _count(connection) == before + 1
        _add(database, "A/2")
        if database.kind == "postgresql":
            assert _count(connection) == before + 2, "each statement sees its own moment"
    with database.read() as connection:
        seen = _count(connection)
        _add(database, "A/3")
        assert _count(connection) == seen, "a transaction that comes after still sees one moment"


def test_a_reading_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(insert(tables.edition).values(EDITION))
    with database.read() as connection:
        assert _count(connection) == 0


def test_an_error_inside_a_writing_transaction_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute(insert(tables.edition).values(EDITION))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert _count(connection) == 0


def test_reading_then_writing_never_fails_because_another_wrote_between(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        assert _count(connection) == 0
        other = pysqlite3.connect(sqlite_database.url.removeprefix("sqlite:///"), timeout=0)
        with pytest.raises(pysqlite3.OperationalError):
            other.execute("INSERT INTO edition VALUES ('B/1', 'B', '1', '0', 'x')")
        other.close()
        connection.execute(insert(tables.edition).values(EDITION))


def test_foreign_keys_are_enforced_on_every_connection(database: Database) -> None:
    for _ in range(3):
        with pytest.raises(IntegrityError) as caught, database.write() as connection:
            connection.execute(insert(tables.role_grant).values(account_id="none", role="central", unit_id="VN"))
        assert not is_unique_violation(caught.value)


def test_a_repeated_key_is_told_apart_from_other_violations(database: Database) -> None:
    _add(database, "A/1")
    with pytest.raises(IntegrityError) as caught:
        _add(database, "A/1")
    assert is_unique_violation(caught.value)


def test_a_conflict_may_be_ignored_on_both_databases(database: Database) -> None:
    for expected in (1, 0):
        with database.write() as connection:
            statement = insert_into(connection, tables.edition).values(EDITION).on_conflict_do_nothing()
            assert connection.execute(statement).rowcount == expected


def test_a_replacing_insert_cannot_slip_past_the_append_only_trigger(sqlite_database: Database) -> None:
    columns = ", ".join(tables.event.c.keys())
    values = ", ".join(["1", *(["'x'"] * (len(tables.event.c) - 1))])
    with sqlite_database.write() as connection:
        connection.exec_driver_sql(f"INSERT INTO event ({columns}) VALUES ({values})")
    with pytest.raises(IntegrityError), sqlite_database.write() as connection:
        connection.exec_driver_sql(f"INSERT OR REPLACE INTO event ({columns}) VALUES ({values})")


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    _add(database, "A/1")

    def count_up() -> None:
        for _ in range(25):
            with database.write() as connection:
                query = select(tables.edition.c.sha256).where(tables.edition.c.key == "A/1").with_for_update()
                seen = int(connection.execute(query).scalar_one())
                connection.execute(tables.edition.update().values(sha256=str(seen + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(select(tables.edition.c.sha256)).scalar_one() == "100"


def test_a_database_locked_by_another_process_is_unavailable_not_a_fault(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    hasty = Database(sqlite_database.url)
    other = pysqlite3.connect(sqlite_database.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable), hasty.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    _add(hasty, "A/1")
    hasty.dispose()


def test_a_database_that_is_away_is_unavailable_not_a_fault(tmp_path) -> None:
    for url in (f"sqlite:///{tmp_path}/none/hub.db", f"postgresql://hub@/hub?host={tmp_path}"):
        with pytest.raises(Unavailable), Database(url).read():
            pass


@pytest.mark.postgres
def test_a_pool_of_dead_connections_recovers(postgres_database: Database, postgres_server) -> None:
    _add(postgres_database, "A/1")
    postgres_server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hub' AND pid <> pg_backend_pid()"
    )
    with postgres_database.read() as connection:
        assert _count(connection) == 1


@pytest.mark.postgres
def test_a_lock_held_too_long_on_postgresql_is_unavailable(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 1)
    hasty = Database(postgres_database.url)
    _add(postgres_database, "A/1")
    with postgres_database.write() as holder:
        holder.execute(tables.edition.update().values(code="2"))
        with pytest.raises(Unavailable), hasty.write() as connection:
            connection.execute(tables.edition.update().values(code="3"))
    hasty.dispose()


def test_a_mistake_in_a_statement_is_not_dressed_up_as_being_busy(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def test_every_pooled_connection_writes_through_to_the_disk(sqlite_database: Database) -> None:
    for open_one in (sqlite_database.read, sqlite_database.write, sqlite_database.read):
        with open_one() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    sqlite_database.check_durability()


@pytest.mark.postgres
@pytest.mark.parametrize("setting", ["synchronous_commit", "fsync", "full_page_writes"])
def test_the_start_is_refused_when_postgresql_may_lose_what_it_acknowledged(
    setting: str, postgres_database: Database, postgres_server
) -> None:
    postgres_database.check_durability()
    postgres_server.run(f"ALTER SYSTEM SET {setting} = off")
    postgres_server.run("SELECT pg_reload_conf()")
    try:
        with pytest.raises(ConfigError, match=setting):
            _retry_until_refused(Database(postgres_database.url))
    finally:
        postgres_server.run(f"ALTER SYSTEM RESET {setting}")
        postgres_server.run("SELECT pg_reload_conf()")


def _retry_until_refused(database: Database) -> None:
    """The server takes a moment to read its settings again."""
    for _ in range(200):
        database.check_durability()
        database.dispose()
        threading.Event().wait(0.02)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_the_sqlite_library_is_known_to_be_safe_or_not(version: tuple[int, ...], safe: bool) -> None:
    assert library_is_safe(version) is safe


@pytest.mark.parametrize(("version", "journal"), [((3, 40, 1), "delete"), ((3, 50, 7), "wal"), ((3, 53, 4), "wal")])
def test_an_unsafe_library_does_without_the_write_ahead_log(tmp_path, version: tuple[int, ...], journal: str) -> None:
    database = Database(f"sqlite:///{tmp_path}/hub.db", sqlite_version=version)
    with database.write() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == journal
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
    database.dispose()


def test_the_library_in_use_is_a_safe_one() -> None:
    assert library_is_safe(pysqlite3.sqlite_version_info)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://u@h/d"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        Database(url)
