"""``python -m benchmarks.uploads [--quick]``: files of many reports against the same reports arriving one by one.

Both do the same in the same run on new SQLite databases: one XML of every commune (12 × 10 figures each), and a ZIP of
200 workbooks. One by one, each report is a document of its own, as a machine would send it.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from sqlalchemy import insert

from benchmarks.campaign import NOW, PERIOD, SENDER, Workbooks, communes, make_edition, make_figures, open_hub
from benchmarks.measuring import Line, table
from hub.domain.envelope import Door, Envelope
from hub.domain.interchange import ReportDocument
from hub.domain.regime import Edition
from hub.services import intake, uploads
from hub.services.core import Core
from hub.store import tables
from hub.writers.xml import write_xml_many

ROWS, COLUMNS = 12, 10
ARCHIVED = 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="300 communes and 20 workbooks: shows that it runs")
    parser.add_argument("--folder", default=".", help="where the databases are made (a real disk, not memory)")
    options = parser.parse_args()
    most, archived = (300, 20) if options.quick else (None, ARCHIVED)
    with tempfile.TemporaryDirectory(prefix="hub-bench-", dir=options.folder) as folder:
        lines = _xml(Path(folder), most) + _archive(Path(folder), archived)
    Console(width=140).print(table(lines))


def _xml(folder: Path, most: int | None) -> list[Line]:
    edition = make_edition(ROWS, COLUMNS)
    figures = [make_figures(edition, seed) for seed in range(12)]

    def documents(core: Core) -> list[ReportDocument]:
        return [
            ReportDocument(edition, unit.id, PERIOD.code, "own", figures[number % len(figures)])
            for number, unit in enumerate(communes(core)[:most])
        ]

    return _compared(
        folder, "XML", edition,
        lambda core: ("xml", [write_xml_many([document]) for document in documents(core)]),
        lambda core: write_xml_many(documents(core)),
    )  # fmt: skip


def _archive(folder: Path, count: int) -> list[Line]:
    edition = make_edition(ROWS, COLUMNS)
    workbooks = Workbooks(edition, 12)

    def contents(core: Core) -> list[bytes]:
        return [workbooks.of(unit.id, number) for number, unit in enumerate(communes(core)[:count])]

    def zipped(core: Core) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for number, content in enumerate(contents(core)):
                archive.writestr(f"{number:04}.xlsx", content)
        return out.getvalue()

    return _compared(folder, "ZIP", edition, lambda core: ("xlsx", contents(core)), zipped)


def _compared(
    folder: Path, name: str, edition: Edition, single: Callable[[Core], tuple[Door, Sequence[bytes]]],
    together: Callable[[Core], bytes],
) -> list[Line]:  # fmt: skip
    """Reports a second one by one and in one file, each on a new database."""
    core = open_hub(f"sqlite:///{folder}/{name}-single.db", edition)
    door, contents = single(core)
    began = time.perf_counter()
    for number, content in enumerate(contents):
        envelope = Envelope(content, door, f"{number}", idempotency_key=f"{number}", intent="draft", via="bench")
        assert intake.receive(core, SENDER, envelope, NOW).verdict == "accepted"
    alone = len(contents) / (time.perf_counter() - began)
    core.database.dispose()
    core = open_hub(f"sqlite:///{folder}/{name}-together.db", edition)
    _add_sender(core)
    content = together(core)
    began = time.perf_counter()
    upload_id = uploads.keep(
        core, SENDER, content, filename=f"bench.{name.lower()}", media_type="", intent="draft", key="bench", now=NOW
    )
    kept = (time.perf_counter() - began) * 1e3
    assert uploads.work(core, upload_id, NOW)
    rate = len(contents) / (time.perf_counter() - began)
    assert uploads.open_one(core, SENDER, upload_id).taken == len(contents)
    core.database.dispose()
    size = len(content) / 1e6
    return [
        Line(f"{name} of {len(contents)} reports, {size:.1f} MB: reports a second", "sqlite", f"{rate:.0f}/s", "",
             f"{rate / alone:.2f} ×"),
        Line("   the same one by one", "sqlite", f"{alone:.0f}/s"),
        Line("   kept, and so acknowledged, after", "sqlite", f"{kept:.0f} ms"),
    ]  # fmt: skip


def _add_sender(core: Core) -> None:
    with core.database.write() as connection:
        connection.execute(
            insert(tables.account).values(
                id=SENDER.account_id, username="bench", name="Bench", unit_id="VN", password_hash="!",
                must_change_password=False, active=True, failures=0, created_at="2026-01-01T00:00:00.000000+00:00",
            )
        )  # fmt: skip
        grant = {"account_id": SENDER.account_id, "role": "approver", "unit_id": "VN"}
        connection.execute(insert(tables.role_grant).values(grant))


if __name__ == "__main__":
    main()
