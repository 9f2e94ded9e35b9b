"""``python -m benchmarks [--quick]``: every target of issue 2, measured on both databases, printed as one table."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pysqlite3
from rich.console import Console

from benchmarks import country_years, incremental, lists, marked_workbook, pages, pipeline, pulling, push, rollup
from benchmarks.measuring import Line, median, repeat, table
from benchmarks.postgres import new_database, private_server

Measure = Callable[[str, str], list[Line]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it runs, proves no target")
    parser.add_argument(
        "--only",
        choices=("one", "country", "rollup", "years", "incremental", "push", "pull", "lists", "marked", "pages"),
        help="one measurement",
    )
    parser.add_argument("--folder", default=".", help="where the SQLite files are made (a real disk, not memory)")
    options = parser.parse_args()
    console = Console(width=None if os.isatty(1) else 140)
    with tempfile.TemporaryDirectory(prefix="hub-bench-", dir=options.folder) as name, private_server() as server:
        folder = Path(name)
        console.print(_machine(folder))
        if server is None:
            console.print("[red]NOT MEASURED on PostgreSQL: it is not installed (apt-get install postgresql)[/]")
        lines: list[Line] = []
        for measure_name, measure in _measures(options.quick).items():
            if options.only not in (None, measure_name):
                continue
            for database, url in _databases(folder, server, measure_name):
                console.print(f"measuring: {measure_name}, {database} …", style="dim")
                lines += _apart(measure, database, url)
        if options.only in (None, "lists"):
            console.print("measuring: lists …", style="dim")
            lines += lists.of_bad_rows(options.quick)
        if options.only in (None, "marked"):
            console.print("measuring: marked …", style="dim")
            lines += _apart(lambda *_: marked_workbook.against_a_round_trip(options.quick), "none", "")
        if options.only in (None, "pages"):
            console.print("measuring: pages …", style="dim")
            lines += _apart(lambda *_: pages.of_the_demonstration(options.quick), "none", "")
    console.print(table(lines))
    if options.quick:
        console.print("Quick sizes: the figures prove no target.")


def _measures(quick: bool) -> dict[str, Measure]:
    one, country, times, months = (40, 100, 5, 1) if quick else (400, 3321, 21, 12)
    return {
        "one": lambda name, url: pipeline.one_at_a_time(name, url, one),
        "country": lambda name, url: pipeline.a_country(name, url, country),
        "rollup": lambda name, url: rollup.one_month(name, url, times, months),
        "years": lambda name, url: country_years.years(name, url, *country_years.size(quick)),
        "push": lambda name, url: push.in_bulk(name, url, 150 if quick else 3000),
        "pull": lambda name, url: pulling.an_issued_report(name, url, 2 if quick else 20),
        "incremental": lambda name, url: incremental.one_amendment(name, url, 10 if quick else 60),
    }


def _databases(folder: Path, server: Path | None, name: str) -> Sequence[tuple[str, str]]:
    found = [("SQLite", f"sqlite:///{folder / name}.db")]
    return found if server is None else [*found, ("PostgreSQL", new_database(server, name))]


def _apart(measure: Measure, database: str, url: str) -> list[Line]:
    """Each measurement in a process of its own, so that none inherits another's memory, caches or cores."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sending.send(measure(database, url)))
    process.start()
    sending.close()
    try:
        return list(receiving.recv())
    except EOFError:
        raise SystemExit(f"the measurement on {database} failed") from None
    finally:
        process.join()


def _machine(folder: Path) -> str:
    """What the figures stand on: cores, load, versions, and the price of making 4 KiB durable."""
    file = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY)

    def durable_write() -> None:
        os.pwrite(file, b"x" * 4096, 0)
        os.fdatasync(file)

    price = median(repeat(durable_write, 100))
    os.close(file)
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')} · {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} · "
        f"{platform.system()} · Python {platform.python_version()} · SQLite {pysqlite3.sqlite_version} · "
        f"write of 4 KiB + fdatasync {price:.2f} ms"
    )


if __name__ == "__main__":
    main()
