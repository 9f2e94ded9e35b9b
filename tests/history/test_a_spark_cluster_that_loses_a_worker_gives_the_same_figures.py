"""The same text of SQL on a real Spark cluster of two workers, one of them killed in the middle: the same figures."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hub.services import history_export, history_rollup
from hub.services.history_engines import DuckDb, Spark, engine
from hub.services.history_files import folder_of

needed = pytest.mark.skipif(
    shutil.which("java") is None, reason="NOT RUN: Spark needs Java 17 (apt-get install openjdk-17-jre-headless)"
)


@pytest.fixture
def database(sqlite_database):
    return sqlite_database


@pytest.fixture
def spark_cluster() -> ModuleType:
    """The module beside this one that starts clusters."""
    spec = importlib.util.spec_from_file_location("spark_cluster", Path(__file__).with_name("spark_cluster.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def no_driver_is_left():
    """The Java process that PySpark talks through has ended afterwards."""
    yield
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    SparkContext._gateway = SparkContext._jvm = None
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(20)


class Asking(threading.Thread):
    """The roll-up on the cluster, while the test looks on."""

    def __init__(self, folder: Path, spark: Any) -> None:
        super().__init__(daemon=True)
        self.folder, self.spark = folder, spark
        self.found: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.found = history_rollup.roll_up(self.folder, self.spark)
        except Exception as error:
            self.found = error


def is_in_the_middle(session: Any) -> bool:
    """Some tasks of a stage have ended, others have not."""
    tracker = session.sparkContext.statusTracker()
    known = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
    return any(info is not None and 0 < info.numCompletedTasks < info.numTasks for info in known)


def wait_for(what: Any) -> None:
    for _ in range(1200):
        if what():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that within a minute")


@needed
@pytest.mark.filterwarnings("ignore::FutureWarning")  # PySpark about pandas, which is not used
def test_a_killed_worker_changes_no_figure(hub_of_two_editions, in_history, spark_cluster, no_driver_is_left, tmp_path):
    """The months of a year, asked by two editions; with the rows and columns of the one in the places of the other."""
    hub = hub_of_two_editions
    history_export.export(hub, in_history.NOW)
    folder = folder_of(hub.config)
    expected = history_rollup.roll_up(folder, DuckDb())
    (tmp_path / "cluster").mkdir()
    with (
        spark_cluster.started(tmp_path / "cluster") as cluster,
        engine(cluster.address, spark_cluster.SMALL) as spark,
    ):
        assert isinstance(spark, Spark)
        session = spark._session
        executors = session.sparkContext._jsc.sc().statusTracker().getExecutorInfos
        wait_for(lambda: len(executors()) == 3)  # two, and the driver counted with them
        asking = Asking(folder, spark)
        wait_for(lambda: is_in_the_middle(session) or not asking.is_alive())
        assert asking.is_alive(), "it was over before a worker could be killed"
        cluster.kill_worker(0)
        asking.join(90)
        assert asking.found == expected
        assert len(executors()) == 2, "both workers were there to the end"
    assert len(expected) > 500
