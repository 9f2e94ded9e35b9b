"""One regime-month of all communes rolled up from the database, against the same sums in SQL over one row a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from sqlalchemy import insert

from benchmarks.campaign import NOW, PERIOD, communes, make_edition, open_hub
from benchmarks.measuring import Line, at_least, at_most, median, repeat
from hub.domain.filing import filing_id
from hub.domain.org import NATION
from hub.domain.regime import Edition
from hub.services import aggregation
from hub.services.core import Core
from hub.store import tables
from hub.store.aggregates import Aggregate
from hub.store.database import Database

ROWS, COLUMNS = 20, 5
RIVAL = "SELECT province, cell, sum(value) FROM rival GROUP BY province, cell"

Sums = dict[tuple[str, int], int]


def one_month(name: str, url: str, times: int) -> list[Line]:
    """Roll-up on a fresh connection each time, the rival on a warm one; both give the same figures to the last digit.

    What is timed ends with the exact vectors, coverage and lineage of 34 provinces and the nation in memory.
    """
    edition = make_edition(ROWS, COLUMNS)
    core = open_hub(url, edition)
    figures = _put_in_force(core, edition)
    _load_rival(core, figures)
    target = 30 if core.database.kind == "postgresql" else 10
    mine = median(repeat(lambda: _cold(core, edition), times))
    with core.database.read() as connection:
        warm = median(repeat(lambda: aggregation.roll_up(core, connection, edition, PERIOD, "run", NOW), times))
        rival = median(repeat(lambda: connection.exec_driver_sql(RIVAL).fetchall(), max(3, times // 4)))
        theirs = {(province, int(cell)): int(total) for province, cell, total in connection.exec_driver_sql(RIVAL)}
    assert _sums(_cold(core, edition)) == theirs, "the two ways differ"
    core.database.dispose()
    what = f"roll-up of {len(figures):,} communes × {ROWS * COLUMNS} cells"
    return [
        at_most(f"{what}, fresh connection", name, mine, target),
        at_most("   the same on a warm connection", name, warm),
        at_most("   rival: SQL GROUP BY over one row a cell, warm", name, rival),
        at_least("   times faster than the rival, fresh connection", name, rival / mine, "×", 10),
    ]


def _cold(core: Core, edition: Edition) -> list[Aggregate]:
    """A roll-up as a newly started hub does it: connect, read, sum, close."""
    database = Database(core.database.url)
    try:
        with database.read() as connection:
            return aggregation.roll_up(core, connection, edition, PERIOD, "run", NOW)
    finally:
        database.dispose()


def _sums(made: list[Aggregate]) -> Sums:
    return {
        (aggregate.unit_id, cell): int(value)
        for aggregate in made
        if aggregate.unit_id != NATION
        for cell, value in enumerate(aggregate.vector.figures)
    }


def _put_in_force(core: Core, edition: Edition) -> dict[str, np.ndarray]:
    """Figures of every commune as accepted versions leave them: unit path → vector."""
    chance = np.random.default_rng(20260915)
    lines: list[dict[str, object]] = []
    figures: dict[str, np.ndarray] = {}
    for unit in communes(core):
        path = core.orgs.path(unit.id, NOW.date())
        figures[path] = chance.integers(-(10**12), 10**12, ROWS * COLUMNS)
        lines.append(
            {
                "edition": edition.key, "period": PERIOD.code, "scope": "own", "unit_path": path,
                "filing_id": filing_id(edition.key, PERIOD.code, unit.id, "own"), "version": 1,
                "version_sha256": f"{len(lines):064x}", "figures": figures[path].astype("<i8").tobytes(),
                "presence": b"\x01" * (ROWS * COLUMNS),
            }
        )  # fmt: skip
    chance.shuffle(lines)  # reports are accepted in any order
    with core.database.write() as connection:
        connection.execute(insert(tables.standing), lines)
        connection.exec_driver_sql("UPDATE filing SET state = 'accepted', version = 1, accepted_version = 1")
    return figures


def _load_rival(core: Core, figures: dict[str, np.ndarray]) -> None:
    """One row a cell, sorted and with a covering index: the best that SQL can be given."""
    rows = _rival_rows(figures)
    with core.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE rival (province TEXT NOT NULL, cell INTEGER NOT NULL, unit TEXT NOT NULL,"
            " value BIGINT NOT NULL)"
        )
        raw = connection.connection.driver_connection
        load: Callable[[Iterator[tuple[str, int, str, int]]], None]
        load = _copy(raw) if core.database.kind == "postgresql" else _insert(raw)
        load(rows)
        connection.exec_driver_sql("CREATE INDEX rival_covers ON rival (province, cell, value)")
    _settle(core)


def _rival_rows(figures: dict[str, np.ndarray]) -> Iterator[tuple[str, int, str, int]]:
    for path in sorted(figures):
        _, province, unit = path.split("/")
        for cell, value in enumerate(figures[path].tolist()):
            yield province, cell, unit, value


def _copy(raw: object) -> Callable[[Iterator[tuple[str, int, str, int]]], None]:
    def load(rows: Iterator[tuple[str, int, str, int]]) -> None:
        with raw.cursor() as cursor, cursor.copy("COPY rival FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)

    return load


def _insert(raw: object) -> Callable[[Iterator[tuple[str, int, str, int]]], None]:
    def load(rows: Iterator[tuple[str, int, str, int]]) -> None:
        raw.executemany("INSERT INTO rival VALUES (?, ?, ?, ?)", rows)  # type: ignore[attr-defined]

    return load


def _settle(core: Core) -> None:
    """Statistics and visibility up to date, so that neither side pays for the loading."""
    if core.database.kind == "sqlite":
        with core.database.write() as connection:
            connection.exec_driver_sql("ANALYZE")
        return
    import psycopg

    with psycopg.connect(core.database.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
