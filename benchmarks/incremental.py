"""One commune's amendment followed at once, against rolling up its whole regime-month again: the same bytes.

*Computing* is everything but the database: from what was read to the two aggregates as they are stored. *Durable* is
``rollup_incremental.follow``, from the call to the commit on disk. The rival does the same for all 3,321 communes.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import Any

import numpy as np

from benchmarks.campaign import NOW, PERIOD, make_edition, open_hub
from benchmarks.measuring import Line, Stopwatch, at_least, at_most, median, repeat
from benchmarks.rollup import COLUMNS, ROWS, put_in_force
from hub.domain.access import SYSTEM
from hub.domain.filing import FilingRow
from hub.domain.regime import Edition
from hub.services import aggregation, rollup_incremental
from hub.services.core import Core
from hub.store import aggregates, filings, versions
from hub.store.database import Connection

AT = "2026-09-15T03:00:00.000000+00:00"
VERSIONS = (
    f"INSERT INTO submission_content (sha256, content) VALUES ('{'0' * 64}', '')",
    "INSERT INTO submission (id, door, via, intent, account_id, unit_id, received_at, filename, media_type, size,"
    f" sha256, credential, verdict, receipt) VALUES ('s', 'json', '', 'send', 'a', 'u', '{AT}', '', '', 0,"
    f" '{'0' * 64}', 'c', 'accepted', '')",
    "INSERT INTO version SELECT filing_id, 1, version_sha256, figures, presence, '', '', 's', 'a', "
    f"'{AT}' FROM standing",
)


def one_amendment(name: str, url: str, times: int) -> list[Line]:
    """Medians over amendments of as many communes, each in the province that comes next; fails if the bytes differ."""
    edition = make_edition(ROWS, COLUMNS)
    core = open_hub(url, edition)
    put_in_force(core, edition)
    with core.database.write() as connection:
        for statement in VERSIONS:
            connection.exec_driver_sql(statement)
    rows = _spread(core, edition, times + 5)
    aggregation.run(core, SYSTEM, edition.key, PERIOD.code, NOW)
    gc.collect()
    gc.freeze()
    durable = _durable(core, rows)
    _same_bytes(core, edition)
    _amend(core, _spread(core, edition, times + 6)[-1], times + 6, np.random.default_rng(8))
    computing = _computing(core, edition, _spread(core, edition, times + 6)[-1], times)
    full = median(repeat(lambda: aggregation.follow_in_full(core, edition.key, PERIOD.code, NOW), max(5, times // 8)))
    again = _computing_in_full(core, edition, max(5, times // 8))
    core.database.dispose()
    return [
        at_most("one amendment followed: computing", name, computing, 1),
        at_most("one amendment followed: durable", name, durable, 5),
        at_most("   rival: the whole regime-month again, durable", name, full),
        at_least("   times faster than this rival", name, full / durable, "×", 20),
        at_most("   rival: the whole regime-month again, computing", name, again),
        at_least("   times less computing than this rival", name, again / computing, "×", 20),
    ]


def _spread(core: Core, edition: Edition, count: int) -> list[FilingRow]:
    """The filings of some communes, each of another province than the one before."""
    with core.database.read() as connection:
        rows = filings.campaign(connection, edition.key, PERIOD.code)
    own = [row for row in rows if row.scope == "own"]
    return [own[(number * 97) % len(own)] for number in range(count)]


def _durable(core: Core, rows: list[FilingRow]) -> float:
    chance, taken = np.random.default_rng(7), []
    for number, row in enumerate(rows):
        _amend(core, row, number, chance)
        taken += repeat(lambda row=row: _followed(core, row), 1)  # type: ignore[misc]
    return median(taken[5:])


def _followed(core: Core, row: FilingRow) -> None:
    assert rollup_incremental.follow(core, [row], NOW)


def _amend(core: Core, row: FilingRow, number: int, chance: np.random.Generator) -> None:
    """The filing's second version is in force, as an acceptance leaves it."""
    figures = chance.integers(-(10**12), 10**12, ROWS * COLUMNS).astype("<i8").tobytes()
    mark = "%s" if core.database.kind == "postgresql" else "?"
    values = ", ".join([mark] * 10)
    with core.database.write() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO version VALUES ({values})",
            (row.id, 2, f"{number:064x}", figures, b"\x01" * (ROWS * COLUMNS), b"", b"", "s", "a", AT),
        )
        versions.put_in_force(
            connection, edition=row.edition, period=row.period, scope=row.scope, unit_path=row.unit_path,
            filing_id=row.id, number=2,
        )  # fmt: skip


def _same_bytes(core: Core, edition: Edition) -> None:
    with core.database.read() as connection:
        kept = aggregates.of_campaign(connection, edition.key, PERIOD.code)
        made = aggregation.roll_up(core, connection, edition, PERIOD, "x", NOW)
    assert [_content(each) for each in kept] == [_content(each) for each in sorted(made, key=lambda each: each.unit_id)]


def _content(made: aggregates.Aggregate) -> tuple[Any, ...]:
    return made.unit_id, made.vector.packed(), made.coverage, aggregation.lineage_hash(made)


def _computing(core: Core, edition: Edition, row: FilingRow, times: int) -> float:
    """From what was read to the rows as they are stored."""
    place = rollup_incremental.Place(edition.key, PERIOD.code, "/".join(row.unit_path.split("/")[:2]))
    with core.database.read() as connection:
        change = rollup_incremental.look(connection, edition, place)
    assert change is not None
    assert len(change.into.figures) == 1

    def once() -> None:
        for made in rollup_incremental.brought_up_to_date(edition, change, "x", NOW):
            aggregates.stored(made)

    return median(repeat(once, 5 * times))


def _computing_in_full(core: Core, edition: Edition, times: int) -> float:
    """The same for the whole campaign: all but the two statements that read it."""
    taken = []
    for _ in range(times):
        watch = Stopwatch()
        reading = watch.watching(versions, "in_force"), watch.watching(filings, "unsettled")
        with core.database.read() as connection, reading[0], reading[1]:
            taken += repeat(partial(_all_stored, core, connection, edition), 1)
        taken[-1] -= sum(watch.spent.values())
    return median(taken)


def _all_stored(core: Core, connection: Connection, edition: Edition) -> None:
    for made in aggregation.roll_up(core, connection, edition, PERIOD, "x", NOW):
        aggregates.stored(made)
