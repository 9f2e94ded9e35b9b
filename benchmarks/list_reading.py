"""``python -m benchmarks.list_reading <door> <file> <rows> <bad>``: one list read and checked, and what that took.

A program of its own that loads what reading needs and nothing else, so that its memory is that of a reading.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date
from pathlib import Path
from typing import cast

from hub.domain.checks import check
from hub.domain.context import Context
from hub.domain.envelope import Door, Identity
from hub.domain.finding_list import MAX_FINDINGS
from hub.domain.form import Column, Form, Label, Rollup
from hub.domain.period import Period
from hub.domain.regime import Edition, LegalBasis, Reporter, Rule
from hub.readers.dispatch import read
from hub.readers.limits import Limits

PERIOD = Period.parse("2026-M09")
COLUMNS = 12
_BOTH = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def judge(door: Door, path: Path, rows: int, bad: bool) -> tuple[float, float]:
    """Processor milliseconds, with those of the child that tried the file, and MiB at the highest of this process.

    AssertionError unless each finding is told exactly once: so many in full, the others counted.
    """
    edition = list_edition()
    began = _processor()
    content = path.read_bytes()
    (reading,) = read(door, content, lambda _: edition, Identity(), Limits(max_bytes=len(content)))
    checked = check(edition, reading, Context(PERIOD.code, "monthly"))
    took = _processor() - began
    expected = min(rows, MAX_FINDINGS) + (rows > MAX_FINDINGS) if bad else 0
    assert len(checked.findings) == len({each.key for each in checked.findings}) == expected, checked.findings[:3]
    assert not bad or rows <= MAX_FINDINGS or str(rows - MAX_FINDINGS) in checked.findings[-1].message_vi
    assert len(checked.values.forms["F1"].records) == rows
    return took * 1e3, _highest()


def _highest() -> float:
    """MiB of this very program; what ``getrusage`` tells begins with those of the program that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _processor() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _BOTH))


def list_edition() -> Edition:
    """One list: a name, ten figures and an amount; one rule on every row."""
    columns = [Column("c01", Label("Tên", "Name"), "text")]
    columns += [
        Column(f"c{n:02}", Label(f"Cột {n}", f"Column {n}"), "integer", rollup=Rollup("sum", "sum"))
        for n in range(2, COLUMNS)
    ]
    columns.append(Column(f"c{COLUMNS}", Label("Kinh phí", "Cost"), "money", 2, rollup=Rollup("sum", "sum")))
    form = Form(code="F1", title=Label("Danh sách", "A list"), kind="list", columns=tuple(columns), max_records=20_000)
    rule = Rule("L01", "F1", "c03 <= c02", "error", "inferred", Label("Sai", "Wrong"))
    words = Label("Danh sách để đo", "A list to measure")
    return Edition(
        regime="BENCH-LIST", code="2025-07-01", title=words, valid_from=date(2025, 7, 1), valid_to=None,
        report_type="periodic", content_kind="figures", owner="G12", receiver=words, legal_basis=LegalBasis("-"),
        fidelity="form", reporters=(Reporter("commune", "own", "province"),), frequencies=("monthly",), windows={},
        dues={}, forms=(form,), rules=(rule,), sha256="b" * 64,
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(judge(cast(Door, sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "bad")))
