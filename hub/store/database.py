"""The only ways to a connection: ``Database.read()`` and ``Database.write()``, one explicit transaction each.

SQLite through pysqlite3 (it brings a current library), WAL, every commit on disk before the caller goes on (P2).
PostgreSQL through psycopg 3: reads see one moment (REPEATABLE READ, P8), writes lock the rows they change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
import pysqlite3
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Table,
    any_,
    bindparam,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hub.errors import ConfigError, Unavailable

__all__ = [
    "Connection",
    "Database",
    "IntegrityError",
    "insert_into",
    "is_unique_violation",
    "library_is_safe",
    "one_of",
]

Kind = Literal["sqlite", "postgresql"]

WAIT_SECONDS = 5
"""Longest wait for a lock or a free connection before the caller is told to come back."""
MAPPED_BYTES = 1 << 28
"""How much of a SQLite file readers see in memory as it is, without a copy of each page: roll-ups read a lot of it."""
WRITER_KILOBYTES = 16_000
"""Kilobytes of pages that the one writing connection to a SQLite file keeps: what it reads to write is read often."""
STATEMENT_SECONDS = 30
"""Longest single statement on PostgreSQL."""

_BUSY_CODES = frozenset({5, 6, 9, 10, 13, 14, 15})
"""SQLite's BUSY, LOCKED, INTERRUPT, IOERR, FULL, CANTOPEN and PROTOCOL: trouble that passes; the rest are bugs."""


def library_is_safe(version: tuple[int, ...]) -> bool:
    """False where resetting the log can corrupt the file (P3): 3.7.0 to 3.51.2, save 3.44.6+ and 3.50.7+."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return True
    branch, patch = version[:2], version[2]
    return (branch == (3, 44) and patch >= 6) or (branch == (3, 50) and patch >= 7)


def is_unique_violation(error: IntegrityError) -> bool:
    """True when a row with the same key is already there (not a foreign key, a null or a trigger)."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return bool(state == "23505")
    return str(error.orig).startswith("UNIQUE constraint failed")


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The database's own INSERT, with ``on_conflict_do_nothing`` and ``on_conflict_do_update`` on both."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def one_of(connection: Connection, column: Column[Any], values: Collection[str]) -> ColumnElement[bool]:
    """That the column holds one of many values: on PostgreSQL one text and one plan, however many there are."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))
    return column.in_(values)


class Database:
    """One database of either kind. Safe to share between threads; make a new one after a fork."""

    def __init__(self, url: str, *, sqlite_version: tuple[int, ...] = pysqlite3.sqlite_version_info) -> None:
        """Nothing is opened yet. ``sqlite_version`` is for tests of P3. ConfigError for another kind of database."""
        parsed = make_url(url)
        self.url = url
        backend = parsed.get_backend_name()
        if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
            self.kind: Kind = "sqlite"
            journal = "WAL" if library_is_safe(sqlite_version) else "DELETE"
            self._reader = _sqlite_engine(url, journal, writes=False)
            self._writer = _sqlite_engine(url, journal, writes=True)
            self._glancer = self._reader
        elif backend == "postgresql":
            self.kind = "postgresql"
            engine = _postgresql_engine(parsed.set(drivername="postgresql+psycopg").render_as_string(False))
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writer = engine.execution_options(isolation_level="READ COMMITTED", **_COUNTED)
            self._glancer = engine.execution_options(isolation_level="AUTOCOMMIT")
        else:
            raise ConfigError(
                "Chỉ dùng được SQLite (một tệp) hoặc PostgreSQL.",
                "Only SQLite (in a file) and PostgreSQL can be used.",
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One moment for all that is read inside (P8); writing is refused. Unavailable when no answer can be had."""
        with _translated(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """For one SELECT alone, which sees one moment by itself: on PostgreSQL without the trips of a transaction."""
        with _translated(), self._glancer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Commits at the end, on disk before this returns (P2); rolls back on any error.

        On SQLite the only writer from the first statement; on PostgreSQL lock what you change. Unavailable when the
        wait was too long or the database is away; IntegrityError comes through as it is.
        """
        with _translated(), self._writer.connect() as connection, connection.begin():
            yield connection

    def check_durability(self) -> None:
        """ConfigError unless an acknowledged write survives a power cut (P2)."""
        with self.read() as connection:
            if self.kind == "sqlite":
                wrong = [] if connection.scalar(text("PRAGMA synchronous")) == 2 else ["synchronous"]
            else:
                wrong = [name for name in _DURABLE if connection.scalar(text(f"SHOW {name}")) == "off"]
        if wrong:
            names = ", ".join(wrong)
            raise ConfigError(
                f"Cơ sở dữ liệu có thể mất dữ liệu đã nhận: hãy bật {names}.",
                f"The database may lose what it acknowledged: switch on {names}.",
            )

    def dispose(self) -> None:
        """Every idle connection is closed."""
        self._reader.dispose()
        self._writer.dispose()


BINARY_RESULTS = {"binary_results": True}
"""Option of a statement that reads many packed figures: PostgreSQL need not spell them out in hexadecimal."""
_QUICK_COMPRESSION = """SELECT set_config(name, 'lz4', false) FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"""
"""What arrives is kept as it came, megabytes of it: packing it the old way costs the server more than storing it."""
_COUNTED = {"preserve_rowcount": True}
"""Every statement tells how many rows it touched, INSERTs too: compare-and-set and claims depend on it."""
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def _sqlite_engine(url: str, journal: str, *, writes: bool) -> Engine:
    """Writers of one process stand in the pool's queue for its single connection; that beats SQLite's sleeping wait."""
    pool = (
        {"pool_size": 1, "max_overflow": 0} if writes else {"pool_size": 5, "max_overflow": 20, "pool_use_lifo": True}
    )
    engine = create_engine(
        url,
        module=pysqlite3,
        connect_args={"isolation_level": None, "timeout": WAIT_SECONDS, "check_same_thread": False},
        pool_timeout=WAIT_SECONDS,
        execution_options=_COUNTED,
        **pool,
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in (
            f"journal_mode={journal}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            f"query_only={'OFF' if writes else 'ON'}",
            f"mmap_size={0 if writes else MAPPED_BYTES}",
            f"cache_size={-WRITER_KILOBYTES if writes else -2_000}",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: str) -> Engine:
    limits = {
        "statement_timeout": STATEMENT_SECONDS * 1000,
        "lock_timeout": WAIT_SECONDS * 1000,
        "idle_in_transaction_session_timeout": 2 * STATEMENT_SECONDS * 1000,
    }
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_use_lifo=True,
        pool_size=5,
        max_overflow=10,
        pool_timeout=WAIT_SECONDS,
        connect_args={
            "connect_timeout": WAIT_SECONDS,
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.execute(_QUICK_COMPRESSION)
        connection.commit()

    @event.listens_for(engine, "before_cursor_execute")
    def choose_form(_connection: Connection, cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
        if context is not None and "binary_results" in context.execution_options:
            cursor.format = psycopg.pq.Format.BINARY

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    """Trouble that passes becomes Unavailable; bugs stay what they are."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable from error
    except DBAPIError as error:
        if _passes(error):
            raise Unavailable from error
        raise


def _passes(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF in _BUSY_CODES
