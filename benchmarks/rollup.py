"""One regime-month of all communes rolled up from the database, against the same sums in SQL over one row a cell.

Two rivals: one row a cell as one would store it, a year of months keyed by campaign, filing and cell; and the same
table with an index made for this very question, the best that SQL can be given. Both are warm and do less (no nation,
contributors, coverage or lineage); ours begins with a fresh connection.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import psycopg
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
RIVAL_TABLE = (
    "CREATE TABLE cell (campaign INTEGER NOT NULL, filing_id TEXT NOT NULL, address TEXT NOT NULL,"
    " province TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (campaign, filing_id, address))"
)
RIVAL_INDEX = "CREATE INDEX cell_covers ON cell (campaign, province, address, value)"
RIVAL = "SELECT province, address, sum(value) FROM cell WHERE campaign = 1 GROUP BY province, address"

Sums = dict[tuple[str, str], int]
Cell = tuple[str, str, str, int]


def one_month(name: str, url: str, times: int, months: int) -> list[Line]:
    """Roll-up of every commune's figures; all ways give the same sums to the last digit, or this fails.

    What is timed ends with the exact vectors, contributors, coverage and lineage of 34 provinces and the nation.
    """
    edition = make_edition(ROWS, COLUMNS)
    core = open_hub(url, edition)
    figures = put_in_force(core, edition)
    gc.collect()
    gc.freeze()  # what was needed to set up is no part of a hub
    target = 30 if core.database.kind == "postgresql" else 10
    ours = _sums(edition, _once(core, edition))
    fresh, warm = _fresh(core, edition, times), median(repeat(lambda: _once(core, edition), times))
    _load_rival(core, edition, figures, months)
    plain = _rival(core, ours, max(3, times // 4))
    _change(core, RIVAL_INDEX)
    covered = _rival(core, ours, max(3, times // 4))
    core.database.dispose()
    return [
        at_most(
            f"roll-up of {len(figures):,} communes × {ROWS * COLUMNS} cells, fresh connection", name, fresh, target
        ),
        at_most("   the same on a warm connection", name, warm),
        at_most("   rival: SQL GROUP BY over one row a cell", name, plain),
        at_least("   times faster than this rival", name, plain / fresh, "×", 10),
        at_most("   rival: the same, with an index made for it", name, covered),
        at_least("   times faster than this rival", name, covered / fresh, "×", 10),
    ]


def _once(core: Core, edition: Edition) -> list[Aggregate]:
    with core.database.read() as connection:
        return aggregation.roll_up(core, connection, edition, PERIOD, "run", NOW)


def _fresh(core: Core, edition: Edition, times: int) -> float:
    """Median on connections opened for it, with nothing of the data in their memory."""
    taken = []
    others = Database(core.database.url)
    with others.read() as connection:  # a hub is never alone: closing the last connection would clear up the log
        connection.exec_driver_sql("SELECT count(*) FROM event").fetchall()
        for _ in range(times):
            core.database.dispose()
            taken += repeat(lambda: _once(core, edition), 1)
    others.dispose()
    return median(taken)


def _rival(core: Core, ours: Sums, times: int) -> float:
    """Median of the rival's query, the first run not counted."""
    _settle(core)
    with core.database.read() as connection:
        theirs = {(province, address): int(total) for province, address, total in connection.exec_driver_sql(RIVAL)}
        taken = repeat(lambda: connection.exec_driver_sql(RIVAL).fetchall(), times)
    assert ours == theirs, "the two ways differ"
    return median(taken)


def _sums(edition: Edition, made: list[Aggregate]) -> Sums:
    return {
        (aggregate.unit_id, str(figure.address)): int(value)
        for aggregate in made
        if aggregate.unit_id != NATION
        for figure, value in zip(edition.figures, aggregate.vector.figures, strict=True)
    }


def put_in_force(core: Core, edition: Edition) -> dict[str, np.ndarray]:
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


def _load_rival(core: Core, edition: Edition, figures: dict[str, np.ndarray], months: int) -> None:
    """One row a cell, loaded as fast as each database can, month after month, each in the order of the key."""
    cells = sorted(_cells(edition, figures))
    rows = ((month, *cell) for month in range(1, months + 1) for cell in cells)
    with core.database.write() as connection:
        connection.exec_driver_sql(RIVAL_TABLE)
        raw = connection.connection.driver_connection
        assert raw is not None
        if core.database.kind == "sqlite":
            raw.executemany("INSERT INTO cell VALUES (?, ?, ?, ?, ?)", rows)
            return
        with raw.cursor() as cursor, cursor.copy("COPY cell FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _cells(edition: Edition, figures: dict[str, np.ndarray]) -> Iterator[Cell]:
    addresses = [str(figure.address) for figure in edition.figures]
    for path, vector in figures.items():
        _, province, unit = path.split("/")
        filing = filing_id(edition.key, PERIOD.code, unit, "own")
        for address, value in zip(addresses, vector.tolist(), strict=True):
            yield filing, address, province, value


def _change(core: Core, statement: str) -> None:
    with core.database.write() as connection:
        connection.exec_driver_sql(statement)


def _settle(core: Core) -> None:
    """Statistics and visibility up to date, so that no query pays for the loading before it."""
    if core.database.kind == "sqlite":
        _change(core, "ANALYZE")
        return
    with psycopg.connect(core.database.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
