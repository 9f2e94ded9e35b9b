"""Workbooks as a second program computes them: LibreOffice opens many at once and computes every formula anew."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,"
_FIRST_SHEET, _EVERY_SHEET = "0", "-1"
_AT_ONCE = 2
_FILES = 30
"""Files of one run: LibreOffice silently leaves out what comes after some 247."""

Rows = list[list[str]]


def office() -> str | None:
    """The program, or None where it is not installed."""
    return shutil.which("soffice")


def recalculated(program: str, workbooks: Iterable[bytes], folder: Path, sheet: str | None = None) -> list[Rows]:
    """A sheet of each workbook, by default the first, every formula computed by LibreOffice: rows from A1 on, as shown.

    Two programs work at once on what has been written so far, each with a profile of its own.
    """
    given, saved = folder / "in", folder / "out"
    given.mkdir()
    names: list[str] = []
    waiting: list[Path] = []
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        if len(running) >= _AT_ONCE:
            _finish(running[-_AT_ONCE])
        profile = folder / f"profile{len(running) % _AT_ONCE}"
        running.append(_begun(program, profile, waiting.copy(), saved, _FIRST_SHEET if sheet is None else _EVERY_SHEET))
        waiting.clear()

    for number, content in enumerate(workbooks):
        names.append(f"{number:05d}")
        waiting.append(given / f"{names[-1]}.xlsx")
        waiting[-1].write_bytes(content)
        if len(waiting) == _FILES:
            begin()
    if waiting:
        begin()
    for process in running:
        _finish(process)
    return [list(_rows(saved / (f"{name}.csv" if sheet is None else f"{name}-{sheet}.csv"))) for name in names]


def _finish(process: subprocess.Popen[bytes]) -> None:
    _, trouble = process.communicate(timeout=900)
    assert process.returncode == 0, (trouble or b"").decode(errors="replace")[-500:]


def _begun(program: str, profile: Path, files: list[Path], saved: Path, which: str) -> subprocess.Popen[bytes]:
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(_ALWAYS)
    command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", _CSV + which]
    return subprocess.Popen(
        [*command, "--outdir", str(saved), *map(str, files)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)
