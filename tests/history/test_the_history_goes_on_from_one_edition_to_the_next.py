"""A form is printed anew in May: its rows and columns moved, a unit of measure changed; the history goes on.

The same text of SQL runs on DuckDB and on SQLite; both give the figures of the hub's own roll-up to the last digit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.dataset as datasets
import pytest

from hub.domain.access import SYSTEM, Actor, Grant
from hub.domain.form import Address
from hub.domain.period import Period
from hub.domain.rollup import as_decimals
from hub.services import aggregation, figures, history_export, history_rollup
from hub.services.history_engines import DuckDb, Row, Source
from hub.services.history_files import folder_of
from hub.services.history_rollup import Wanted
from hub.store import aggregates

LONGER = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-H1", "2026-H2", "2026-Y")
OF_BOTH = ("2026-Q2", "2026-H1", "2026-Y")
CENTRAL = Actor("central", "Trung tâm", "VN", (Grant("central", "VN"),))


class Sqlite:
    """The engine of the smallest installations: the files as tables of a database in memory."""

    def run(self, sources: Mapping[str, Source], sql: str) -> list[Row]:
        with sqlite3.connect(":memory:") as connection:
            for name, source in sources.items():
                self._put(connection, name, self._table(source))
                if source.condition:
                    connection.execute(f"DELETE FROM {name} WHERE NOT ({source.condition})")
            return connection.execute(sql).fetchall()

    @staticmethod
    def _table(source: Source) -> pa.Table:
        if source.partitioned is None:
            return datasets.dataset(source.files).to_table()
        names = pa.schema([(name, pa.string()) for name in ("regime", "edition", "period")])
        layout = datasets.partitioning(names, flavor="hive")
        return datasets.dataset(str(source.partitioned), partitioning=layout).to_table()

    @staticmethod
    def _put(connection: sqlite3.Connection, name: str, table: pa.Table) -> None:
        columns = ", ".join(f'"{column}"' for column in table.column_names)
        connection.execute(f"CREATE TABLE {name} ({columns})")
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * table.num_columns)})", rows)


@pytest.fixture
def rolled(hub_of_two_editions, in_history):
    """That hub with every month, quarter and year rolled up, and its history exported."""
    core = hub_of_two_editions
    for period in (*in_history.MONTHS, *LONGER):
        aggregation.run(core, SYSTEM, edition_of(core, period).key, period, in_history.NOW)
    history_export.export(core, in_history.NOW)
    return core


def edition_of(core, period: str):
    return core.catalog.regimes["LS-01"].edition_on(Period.parse(period).end)


def totals(core, engine, wanted: Wanted | None = None):
    found = history_rollup.roll_up(folder_of(core.config), engine, wanted)
    assert all(each.edition == edition_of(core, each.period).key for each in found)
    return {(each.period, each.unit_id, each.address): (each.value, each.contributors) for each in found}


def is_divided(period: str, address) -> bool:
    """Millions of some months would have to be divided into billions: the history leaves that out, as it says."""
    return period in OF_BOTH and address.column == "c08" and address.row != "r01"


def own_totals(core, periods):
    found = {}
    with core.database.read() as connection:
        for period in periods:
            edition = edition_of(core, period)
            for each in aggregates.of_campaign(connection, edition.key, period):
                counts = dict(zip(edition.slot, each.vector.contributors.tolist(), strict=True))
                for address, value in as_decimals(edition, each.vector).items():
                    if not is_divided(period, address):
                        found[period, each.unit_id, address] = value, counts[address]
    return found


@pytest.mark.parametrize("engine", [DuckDb, Sqlite])
def test_every_period_is_that_of_the_hub_to_the_last_digit(rolled, in_history, engine):
    ours = own_totals(rolled, (*in_history.MONTHS, *LONGER))
    assert {period for period, _, _ in ours} == {*in_history.MONTHS, *LONGER}
    assert totals(rolled, engine()) == ours


def test_a_figure_stands_where_the_later_edition_has_it(rolled):
    """April's first row is the second one of the quarter, its c02 is c12, its billions are thousands of millions."""
    found = {key: value for key, (value, _) in totals(rolled, DuckDb()).items()}

    def said(period: str, row: str, column: str):
        return found.get((period, "VN", Address("F1", row, column)), 0)

    months = said("2026-M05", "r02", "c07") + said("2026-M06", "r02", "c07")
    assert said("2026-Q2", "r02", "c07") == said("2026-M04", "r01", "c07") * 1000 + months
    assert said("2026-Q2", "r03", "c12") == said("2026-M06", "r03", "c12") != 0, "a stock is that of the last month"
    assert said("2026-Q2", "r01", "c01") == said("2026-M05", "r01", "c01") + said("2026-M06", "r01", "c01"), "a new row"


@pytest.mark.parametrize("engine", [DuckDb, Sqlite])
def test_on_todays_units_they_are_those_of_the_series(rolled, in_history, engine):
    measures = figures.measures(rolled, CENTRAL, in_history.NOW)
    series = figures.series(rolled, CENTRAL, figures.Ask(tuple(measures), basis="today"), in_history.NOW)
    latest = edition_of(rolled, "2026-M12").key
    ours = {
        (each.period.code, each.unit_id, each.measure.address): each.value
        for each in series.observations
        if each.value is not None and each.edition == latest and not is_divided(each.period.code, each.measure.address)
    }
    theirs = {key: value for key, (value, _) in totals(rolled, engine(), Wanted("today")).items()}
    assert ("2026-M05", "AB") in {key[:2] for key in ours}
    assert {*OF_BOTH} <= {key[0] for key in ours}
    assert {key: theirs.get(key) for key in ours} == ours
