"""A private PostgreSQL server in a temporary folder, reached through its socket only."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url


def binaries() -> Path | None:
    """The folder of the newest installed server's programs; None if PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def private_server() -> Iterator[Path | None]:
    """The folder of a running server's socket, its settings those of a fresh install; None if it is not installed."""
    programs = binaries()
    if programs is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="hub-bench-pg-") as name:
        folder = Path(name)
        process = _start(programs, folder)
        try:
            yield folder
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def new_database(folder: Path, name: str) -> str:
    """The URL of a new, empty database on the server; waits until the server is up."""
    for attempt in range(200):
        try:
            with psycopg.connect(f"host={folder} user=hub dbname=postgres", autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
                connection.execute(f'CREATE DATABASE "{name}"')
            return f"postgresql+psycopg://hub@/{name}?host={folder}"
        except psycopg.OperationalError:
            if attempt == 199:
                raise
            time.sleep(0.05)
    raise AssertionError


def beside(url: str, suffix: str) -> str:
    """The URL of a new, empty database on the same server."""
    parsed = make_url(url)
    return new_database(Path(str(parsed.query["host"])), f"{parsed.database}_{suffix}")


def processor_seconds(url: str) -> float:
    """What the server of a database has used so far, all its processes together; 0 for a database without a server."""
    if not url.startswith("postgresql"):
        return 0.0
    server = int((Path(str(make_url(url).query["host"])) / "data" / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for process in Path("/proc").iterdir():
        try:
            said = (process / "stat").read_text().rpartition(")")[2].split() if process.name.isdigit() else []
        except OSError:  # it has just ended, and its parent counts it
            continue
        if said and int(process.name) == server:
            ticks += sum(map(int, said[11:15]))
        elif said and int(said[1]) == server:
            ticks += sum(map(int, said[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _start(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    owner: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    folder.chmod(0o755)
    with (folder / "server.log").open("wb") as log:
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "hub", "-A", "trust", "-E", "UTF8", "--no-sync",
             "--locale=C.UTF-8"],
            check=True, stdout=log, stderr=log, cwd="/", **owner,
        )  # fmt: skip
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses="],
            stdout=log, stderr=log, cwd="/", preexec_fn=_end_with_parent, **owner,
        )  # fmt: skip


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG
