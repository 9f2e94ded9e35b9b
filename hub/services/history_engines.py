"""Where the roll-up of the history runs: DuckDB in this process, or a Spark cluster where one machine is outgrown.

An engine knows three things: put a Parquet file in place as a table narrowed by a condition, run one text of SQL, and
let go of what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from hub.errors import ConfigError

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the history: the pattern of its files, and the SQL condition that narrows it; empty for all of it.

    ``partitioned``: the folder whose names give columns; None if they do not.
    """

    files: str
    condition: str = ""
    partitioned: Path | None = None


class Engine(Protocol):
    """What runs a text of SQL over the history."""

    def run(self, sources: Mapping[str, Source], sql: str) -> list[Row]:
        """The rows of the statement, in its order; whole numbers come as int or Decimal."""


class DuckDb:
    """DuckDB in this process. Nothing is fetched from anywhere, nothing is kept."""

    def __init__(self, memory: str = "2GB") -> None:
        self._memory = memory

    def run(self, sources: Mapping[str, Source], sql: str) -> list[Row]:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self._memory,
            "autoinstall_known_extensions": False,
        }
        with duckdb.connect(config=settings) as connection:
            for name, source in sources.items():
                connection.execute(f"CREATE VIEW {name} AS {_select(source)}")
            return connection.execute(sql).fetchall()


def _select(source: Source) -> str:
    hive = (
        "hive_partitioning = true, hive_types_autocast = false" if source.partitioned else "hive_partitioning = false"
    )
    where = f" WHERE {source.condition}" if source.condition else ""
    return f"SELECT * FROM read_parquet({_quoted(source.files)}, {hive}){where}"  # noqa: S608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Spark:
    """A Spark cluster, which reads the same files by the same paths. PySpark is asked for only here."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def run(self, sources: Mapping[str, Source], sql: str) -> list[Row]:
        for name, source in sources.items():
            reader = self._session.read
            if source.partitioned:
                reader = reader.option("basePath", str(source.partitioned))
            frame = reader.parquet(source.files)
            (frame.where(source.condition) if source.condition else frame).createOrReplaceTempView(name)
        return [tuple(row) for row in self._session.sql(sql).collect()]


SPARK_SETTINGS = {
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # a period or an edition is text, never a date
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never a wrong number
    "spark.ui.enabled": "false",
}


@contextmanager
def engine(spark: str, settings: Mapping[str, str] | None = None) -> Iterator[Engine]:
    """DuckDB, or with an address ``spark://…`` that cluster. ConfigError where PySpark is not installed."""
    if not spark:
        yield DuckDb()
        return
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ConfigError(
            "HUB_SPARK cần gói PySpark: hãy cài đặt phần mở rộng [scale].",
            "HUB_SPARK needs PySpark: install the extra [scale].",
        ) from None
    builder = SparkSession.builder.master(spark).appName("national-reporting-hub")
    for name, value in (SPARK_SETTINGS | dict(settings or {})).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield Spark(session)
    finally:
        session.stop()
