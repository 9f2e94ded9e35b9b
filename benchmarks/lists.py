"""A list of 20,000 × 12 that breaks a rule in every row, against the same list without a mistake, and frictionless.

Each reading is made in a process of its own, begun for it, so that its memory is its own: bytes → guard → Reading →
every value and every rule → findings in order. Times are of the processor: they do not depend on who else works there.
What a child of that process used (large files are tried in one) counts as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
from frictionless import checks

from benchmarks.list_reading import COLUMNS, PERIOD, list_edition
from benchmarks.measuring import Line, at_least, at_most, median
from hub.domain.envelope import Door
from hub.domain.interchange import ReportDocument
from hub.domain.values import FormValues, Values
from hub.writers.csv import write_csv
from hub.writers.workbook import write_workbook
from hub.writers.xml import write_xml_many

UNIT = "X00000-20250701"
MOST_SLOWER, MOST_MIB, LEAST_FASTER = 3.0, 150.0, 5.0
DOORS: tuple[Door, ...] = ("xlsx", "csv", "xml")


def of_bad_rows(quick: bool) -> list[Line]:
    """Of each door: clean and bad, how much slower, memory; and frictionless on the CSV."""
    rows, times = (1_000, 1) if quick else (20_000, 3)
    lines = []
    slow = 0.0
    for door in DOORS:
        clean = [_apart(door, rows, False) for _ in range(times)]
        bad = [_apart(door, rows, True) for _ in range(times)]
        took = {name: median([each[0] for each in many]) for name, many in (("no", clean), ("every", bad))}
        for name, milliseconds in took.items():
            lines.append(at_most(f"list of {rows:,} × {COLUMNS} in {door}, {name} row bad", "none", milliseconds))
        ratio = took["every"] / took["no"]
        lines.append(_bounded("   times slower with every row bad", ratio, " ×", MOST_SLOWER))
        lines.append(_bounded("   memory at its highest", max(each[1] for each in clean + bad), " MiB", MOST_MIB))
        slow = took["every"] if door == "csv" else slow
    rival = median([_rival(rows) for _ in range(times)])
    lines.append(at_most(f"frictionless, the CSV of {rows:,} bad rows as it stands", "none", rival))
    lines.append(at_least("   times faster", "none", rival / slow, " ×", LEAST_FASTER))
    return lines


def _bounded(what: str, value: float, unit: str, most: float) -> Line:
    return Line(what, "none", f"{value:.1f}{unit}", f"≤ {most:g}{unit}", f"{value / most:.2f}", value <= most)


def _apart(door: Door, rows: int, bad: bool) -> tuple[float, float]:
    """Processor milliseconds and MiB of reading and checking one file in a program of its own."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(CONTENTS[door](rows, bad))
        file.flush()
        words = [sys.executable, "-m", "benchmarks.list_reading", door, file.name, str(rows), "bad" if bad else "clean"]
        milliseconds, memory = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    return milliseconds, memory


def _values(rows: int, bad: bool) -> Values:
    records: list[dict[str, Any]] = []
    for n in range(rows):
        record: dict[str, Any] = {"c01": f"Cơ sở số {n}"}
        record |= {f"c{c:02}": Decimal(100 + (n * c) % 89) for c in range(2, COLUMNS)}
        record |= {"c02": Decimal(500), "c03": Decimal(600 if bad else 400), f"c{COLUMNS}": Decimal(n).scaleb(-2)}
        records.append(record)
    return Values({"F1": FormValues(records=records)})


def _xml(rows: int, bad: bool) -> bytes:
    return write_xml_many([ReportDocument(list_edition(), UNIT, PERIOD.code, "own", _values(rows, bad))])


def _csv(rows: int, bad: bool) -> bytes:
    return write_csv(list_edition(), UNIT, PERIOD.code, "own", _values(rows, bad))


def _xlsx(rows: int, bad: bool) -> bytes:
    return write_workbook(
        list_edition(), UNIT, "Đơn vị", PERIOD.code, "own", frequency="monthly", values=_values(rows, bad)
    )


CONTENTS: dict[Door, Callable[[int, bool], bytes]] = {"xlsx": _xlsx, "csv": _csv, "xml": _xml}


def _rival(rows: int) -> float:
    """Processor milliseconds of frictionless on the hub's own CSV, with one wrong value in each record."""
    schema = frictionless.Schema.from_descriptor(
        {"fields": [{"name": name, "type": "string", "constraints": {"required": True}} for name in _HEADER]}
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "list.csv").write_bytes(_csv(rows, True))
        table = frictionless.Resource(path="list.csv", basepath=folder, schema=schema)
        began = time.process_time()
        wrong = checks.row_constraint(formula="not (column == 'c03' and value == '600')")
        report = frictionless.validate(table, checks=[wrong], limit_errors=10 * rows)
        took = (time.process_time() - began) * 1e3
    assert report.stats["errors"] == rows, report.stats
    return took


_HEADER = ("regime", "unit", "period", "scope", "form", "row", "column", "value")
