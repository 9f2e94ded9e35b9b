"""A real standalone Spark cluster on this machine, from PySpark's own jars: a master, two workers, all on loopback."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

JARS = Path(pyspark.__file__).parent / "jars"
OPEN = (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util",
    "java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.security.action",
    "sun.util.calendar",
)  # fmt: skip
"""What Spark asks of Java 17, as its own launcher does."""
SMALL = {
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.driver.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.files.maxPartitionBytes": "64k",  # a task a file: there is a middle to stop in
    "spark.sql.files.openCostInBytes": "64k",
    "spark.executor.heartbeatInterval": "2s",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}


@dataclass
class Cluster:
    """``address`` is what HUB_SPARK would say."""

    address: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_worker(self, number: int) -> None:
        """A worker and the executors it started are gone at once, as if their machine were switched off."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)
        self.workers[number].wait(10)


@contextmanager
def started(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A running cluster; every process of it has ended afterwards, whatever happened."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        master = _start(folder, "master", "org.apache.spark.deploy.master.Master", "--port", "0", "--webui-port", "0")
        processes.append(master)
        address = _said(folder / "master.log", r"Starting Spark master at (spark://\S+)")
        cluster = Cluster(address, folder)
        for number in range(workers):
            name = f"worker-{number}"
            worker = _start(
                folder, name, "org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "600m",
                "--webui-port", "0", "--work-dir", str(folder / name), address,
            )  # fmt: skip
            processes.append(worker)
            cluster.workers.append(worker)
        for number in range(workers):
            _said(folder / f"worker-{number}.log", r"(Successfully registered with master)")
        yield cluster
    finally:
        for process in reversed(processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


def _start(folder: Path, name: str, main: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_HOME": str(JARS.parent), "SPARK_SCALA_VERSION": "2.13",
    }  # fmt: skip
    opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPEN]
    command = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", *opened, "-cp", f"{JARS}/*", main, "--host", "127.0.0.1"]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*command, *arguments], stdout=log, stderr=log, env=environment, cwd=folder, start_new_session=True,
            preexec_fn=_end_with_parent,
        )  # fmt: skip


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _said(log: Path, pattern: str) -> str:
    """What a process says in its log; waits up to a minute for it."""
    for _ in range(600):
        found = re.search(pattern, log.read_text("utf-8", "replace"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"{log.name}: {log.read_text('utf-8', 'replace')[-2000:]}")
