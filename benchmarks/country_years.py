"""Years of the whole country rolled up from the database: 3,321 communes × 100 cells × 12 months × 20 regimes.

79.7 million values to 34 provinces and the nation, by month, quarter and year. What is timed is figures alone (exact
sums, presence, how many units): the rivals make no coverage and no lineage. Rivals in the same run: GROUP BY over one
row a cell in the same database, DuckDB over the exported history in long Parquet, and only reading the bytes.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import psycopg
from sqlalchemy import insert, text

from benchmarks.campaign import NOW, communes, make_edition, open_hub
from benchmarks.measuring import Line, at_least, at_most, median, repeat
from hub.config import load_config
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.domain.regime import Edition, Regime
from hub.services import history_export, unit_sums
from hub.services.core import Core
from hub.services.history_files import FIGURES, folder_of
from hub.services.unit_sums import Sums
from hub.store import packed_columns, tables
from hub.store.standing_rows import Campaign

ROWS, COLUMNS = 20, 5
RIVAL_TABLE = (
    "CREATE TABLE cell (regime INTEGER NOT NULL, month INTEGER NOT NULL, province INTEGER NOT NULL,"
    " unit INTEGER NOT NULL, address INTEGER NOT NULL, value BIGINT NOT NULL)"
)
RIVAL = (
    "SELECT regime, month, province, address, sum(value), count(value) FROM cell"
    " GROUP BY regime, month, province, address"
)
LONG = "SELECT regime, period, unit, cell, sum(value), count(value) FROM {} GROUP BY regime, period, unit, cell"
LONGER = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-Y")

Totals = dict[tuple[str, str, str], list[int]]
"""(regime, period, unit) → the sum of each cell."""


@dataclass(frozen=True)
class Country:
    """A hub with years of reports in force, and the figures as they were put there."""

    core: Core
    editions: tuple[Edition, ...]
    periods: tuple[str, ...]
    paths: tuple[str, ...]

    @property
    def values(self) -> int:
        return len(self.editions) * len(self.periods) * len(self.paths) * ROWS * COLUMNS


def country(url: str, regimes: int, months: int, units: int) -> Country:
    """Everything accepted: each campaign's standing versions, loaded as fast as the database can."""
    first = make_edition(ROWS, COLUMNS)
    core = open_hub(url, first)
    editions = tuple(replace(first, regime=f"{first.regime}-{n:02}") for n in range(regimes))
    core.catalog.__dict__["regimes"] = {each.regime: Regime(each.regime, (each,)) for each in editions}
    periods = tuple(f"2026-M{month:02}" for month in range(1, months + 1))
    paths = tuple(sorted(core.orgs.path(unit.id, NOW.date()) for unit in communes(core)[:units]))
    made = Country(core, editions, periods, paths)
    _open(made, first)
    _put_in_force(made)
    return made


def figures_of(made: Country, number: int) -> np.ndarray:
    """The figures of the campaign of that number, one row a unit: the same every time."""
    return np.random.default_rng(number).integers(-(10**12), 10**12, (len(made.paths), ROWS * COLUMNS), dtype="<i8")


def _campaigns(made: Country) -> Iterator[tuple[int, Edition, str]]:
    number = 0
    for edition in made.editions:
        for period in made.periods:
            yield number, edition, period
            number += 1


def _open(made: Country, first: Edition) -> None:
    """The filings of every campaign, as those of the one that was opened."""
    columns = [column.name for column in tables.filing.columns]
    with made.core.database.write() as connection:
        connection.execute(
            insert(tables.edition),
            [
                {"key": e.key, "regime": e.regime, "code": e.code, "sha256": e.sha256, "first_used_at": ""}
                for e in made.editions
            ],
        )
        for number, edition, period in _campaigns(made):
            other = {
                "id": f"substr(id, 1, 30) || '-{number:04}'",
                "edition": f"'{edition.key}'",
                "regime": f"'{edition.regime}'",
                "period": f"'{period}'",
                "state": "'aggregated'",
                "version": "1",
                "accepted_version": "1",
            }
            taken = ", ".join(other.get(name, name) for name in columns)
            connection.execute(
                text(f"INSERT INTO filing ({', '.join(columns)}) SELECT {taken} FROM filing WHERE edition = :e"),
                {"e": first.key},
            )


def _put_in_force(made: Country) -> None:
    presence = b"\x01" * (ROWS * COLUMNS)
    for number, edition, period in _campaigns(made):
        with made.core.database.write() as connection:
            ids = dict(
                connection.execute(
                    text("SELECT unit_path, id FROM filing WHERE edition = :e AND period = :p"),
                    {"e": edition.key, "p": period},
                ).all()
            )
            figures = figures_of(made, number)
            rows = [
                (edition.key, period, "own", path, ids[path], 1, f"{index:064x}", figures[index].tobytes(), presence)
                for index, path in enumerate(made.paths)
            ]
            raw = connection.connection.driver_connection
            if made.core.database.kind == "sqlite":
                raw.executemany("INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
                continue
            with raw.cursor() as cursor, cursor.copy("COPY standing FROM STDIN (FORMAT binary)") as copy:
                copy.set_types(["varchar"] * 5 + ["int4", "varchar", "bytea", "bytea"])
                for row in rows:
                    copy.write_row(row)


# --- ours ------------------------------------------------------------------------------------------------------------


def rolled_up(made: Country) -> dict[tuple[str, str], Sums]:
    """Every month, quarter and year of every regime, each province and the nation."""
    names = [(edition.key, period) for _, edition, period in _campaigns(made)]
    found: dict[Campaign, Sums] = unit_sums.of_campaigns(made.core, names)
    for edition in made.editions if len(made.periods) == 12 else ():
        found |= {(edition.key, code): unit_sums.of_period(edition, Period.parse(code), found) for code in LONGER}
    return found


def only_read(made: Country) -> int:
    """The same bytes brought from the database by the same statements, two at a time, and nothing done with them."""
    names = [(edition.key, period) for _, edition, period in _campaigns(made)]

    def one(name: Campaign) -> int:
        with made.core.database.read() as connection:
            return sum(len(piece.figures) for piece in packed_columns.read(connection, *name, "own"))

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, names))


# --- rivals ----------------------------------------------------------------------------------------------------------


def load_rival(made: Country) -> None:
    """One row a cell, narrow and without any index to keep: the smallest table that SQL can be given."""
    with made.core.database.write() as connection:
        connection.exec_driver_sql(RIVAL_TABLE)
        if made.core.database.kind == "sqlite":
            raw = connection.connection.driver_connection
            for chunk in _rival_rows(made):
                rows = zip(*(column.tolist() for column in chunk), strict=True)
                raw.executemany("INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?)", rows)
            return
    with (
        _alone(made) as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY cell FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
        for chunk in _rival_rows(made):
            copy.write(_binary(chunk))
        copy.write(b"\xff\xff")


def _alone(made: Country) -> psycopg.Connection:
    """A connection without the hub's limits of time."""
    return psycopg.connect(made.core.database.url.replace("+psycopg", ""), autocommit=True)


def _rival_rows(made: Country) -> Iterator[tuple[np.ndarray, ...]]:
    provinces = provinces_of(made)
    of_unit = np.array([provinces.index(path.split("/")[1]) for path in made.paths])
    units, width = len(made.paths), ROWS * COLUMNS
    for number, _, _ in _campaigns(made):
        regime, month = divmod(number, len(made.periods))
        yield (
            np.full(units * width, regime), np.full(units * width, month), np.repeat(of_unit, width),
            np.repeat(np.arange(units), width), np.tile(np.arange(width), units), figures_of(made, number).ravel(),
        )  # fmt: skip


def provinces_of(made: Country) -> list[str]:
    return sorted({path.split("/")[1] for path in made.paths})


def _binary(columns: tuple[np.ndarray, ...]) -> bytes:
    """Rows of five 4-byte and one 8-byte integer as COPY reads them."""
    names = [f"v{place}" for place in range(len(columns))]
    sizes = [4] * 5 + [8]
    fields = [("count", ">i2")]
    for name, size in zip(names, sizes, strict=True):
        fields += [(f"n{name}", ">i4"), (name, f">i{size}")]
    rows = np.zeros(len(columns[0]), dtype=fields)
    rows["count"] = len(columns)
    for name, size, column in zip(names, sizes, columns, strict=True):
        rows[f"n{name}"], rows[name] = size, column
    return rows.tobytes()


def ask_rival(made: Country) -> list[tuple[int, ...]]:
    """Its groups. PostgreSQL as a careful administrator sets it: enough memory to hash in, parallel workers."""
    if made.core.database.kind == "sqlite":
        with made.core.database.read() as connection:
            return connection.exec_driver_sql(RIVAL).fetchall()  # type: ignore[return-value]
    with _alone(made) as connection:
        for setting in ("work_mem = '512MB'", "max_parallel_workers_per_gather = 2", "jit = off"):
            connection.execute(f"SET {setting}")
        return connection.execute(RIVAL).fetchall()


def _settle(made: Country) -> None:
    if made.core.database.kind == "sqlite":
        return
    with _alone(made) as connection:
        connection.execute("VACUUM ANALYZE cell")
        connection.execute("VACUUM ANALYZE standing")


def ask_duckdb(made: Country) -> list[tuple[object, ...]]:
    """The months from the history in long Parquet; quarters and years are little beside them."""
    files = f"read_parquet('{folder_of(made.core.config)}/{FIGURES}/*/*/*/*.parquet', hive_partitioning = true)"
    with duckdb.connect() as connection:
        return connection.execute(LONG.format(files)).fetchall()


# --- all of it -------------------------------------------------------------------------------------------------------


def size(quick: bool) -> tuple[int, int, int, int]:
    """Regimes, months, communes and repeats; ``HUB_BENCH_REGIMES`` takes fewer than twenty where time is short."""
    return (2, 12, 100, 3) if quick else (int(os.environ.get("HUB_BENCH_REGIMES", "20")), 12, 3321, 5)


def years(name: str, url: str, regimes: int, months: int, units: int, times: int) -> list[Line]:
    """Ours against each rival; every sum of every way is equal, or this fails."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-history-") as folder:
        return _years(name, country(url, regimes, months, units), times, Path(folder))


def _years(name: str, made: Country, times: int, folder: Path) -> list[Line]:
    made.core.__dict__["config"] = load_config({}, var=folder)
    load_rival(made)
    _settle(made)
    ours = _ours(made, rolled_up(made))
    assert ours == _theirs(made, ask_rival(made)), "the database's own sums differ"
    began = time.perf_counter()
    history_export.export(made.core, NOW)
    exported = (time.perf_counter() - began) * 1e3
    assert ours == _of_duckdb(made, ask_duckdb(made)), "DuckDB's sums differ"
    mine, read, sql, long = [], [], [], []
    for _ in range(times):  # in turns, so that all meet the same neighbours
        mine += repeat(lambda: rolled_up(made), 1)
        read += repeat(lambda: only_read(made), 1)
        long += repeat(lambda: ask_duckdb(made), 1)
    for _ in range(max(1, times // 3)):
        sql += repeat(lambda: ask_rival(made), 1)
    made.core.database.dispose()
    return _lines(name, made, median(mine), median(read), median(sql), median(long), exported)


def _lines(
    name: str, made: Country, mine: float, read: float, sql: float, long: float, exported: float
) -> list[Line]:  # fmt: skip
    return [
        at_most(f"roll-up of {made.values:,} values to province, nation, quarter, year", name, mine),
        at_most("   only reading the bytes", name, read),
        at_least("   reading ÷ roll-up (half or more: within twice of reading)", name, read / mine, "×", 0.5),
        at_most("   rival: SQL GROUP BY over one row a cell, provinces and months only", name, sql),
        at_least("   times faster than this rival", name, sql / mine, "×", 25 if name == "SQLite" else 4),
        at_most("   rival: DuckDB over long Parquet, provinces and months only", name, long),
        at_least("   times faster than this rival", name, long / mine, "×", 1),
        at_most("   export of that history, all of it", name, exported),
    ]


def _ours(made: Country, found: dict[tuple[str, str], Sums]) -> Totals:
    regimes = {edition.key: edition.regime for edition in made.editions}
    return {
        (regimes[key], period, unit): vector.figures.tolist()
        for (key, period), sums in found.items()
        for unit, vector in sums.items()
        if unit != NATION and period in made.periods
    }


def _theirs(made: Country, rows: list[tuple[int, ...]]) -> Totals:
    provinces = provinces_of(made)
    named = (
        (made.editions[regime].regime, made.periods[month], provinces[province], address, int(total))
        for regime, month, province, address, total, _ in rows
    )
    return _gathered(named)


def _of_duckdb(made: Country, rows: list[tuple[object, ...]]) -> Totals:
    return _gathered((str(r), str(p), str(u), int(c), int(total)) for r, p, u, c, total, _ in rows)  # type: ignore[call-overload]


def _gathered(rows: Iterable[tuple[str, str, str, int, int]]) -> Totals:
    found: Totals = {}
    for regime, period, unit, cell, total in rows:
        found.setdefault((regime, period, unit), [0] * (ROWS * COLUMNS))[cell] = total
    return found
