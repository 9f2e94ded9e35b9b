"""P2: between the reading of a report and its receipt, the disk has confirmed it (system calls, in order)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPORTS = 40 * int(os.environ.get("HUB_TEST_SCALE", "1"))
LIFE = Path(__file__).with_name("life.py")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.skipif(shutil.which("strace") is None, reason="NOT RUN: strace is not installed (P2 through the pipeline)")
def test_every_receipt_is_answered_after_its_report_is_on_the_disk(core, renew, catalog_file, tmp_path):
    renew()
    answered = confirmed = 0
    on_disk = False
    for call in _calls(core, catalog_file, tmp_path):
        if "write(1" in call and '"begin' in call:
            on_disk = False
        elif re.search(r"(fsync|fdatasync)\(\d+<[^>]*hub\.db(-wal)?>\)\s+= 0", call):
            on_disk = True
        elif "write(1" in call and '"answered' in call:
            answered += 1
            confirmed += on_disk
    assert (answered, confirmed) == (REPORTS, REPORTS)


def _calls(core, catalog_file: Path, folder: Path) -> list[str]:
    """The writes and syncs of a process that receives reports one by one."""
    task = {
        "stay": True, "do": "one_by_one", "count": REPORTS, "url": core.database.url, "var": str(core.config.var),
        "log": str(folder / "life.log"), "seed": 0, "began": 0,
    }  # fmt: skip
    core.database.dispose()
    tracer = ["strace", "-f", "-y", "-s", "16", "-e", "trace=write,fsync,fdatasync", "-o", folder / "calls"]
    done = subprocess.run(
        [*tracer, sys.executable, LIFE, catalog_file], input=json.dumps(task), capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    if "Operation not permitted" in done.stderr:
        pytest.skip("NOT RUN: tracing is not permitted here (P2 through the pipeline)")
    assert done.stdout.count("answered") == REPORTS, done.stderr
    return (folder / "calls").read_text().splitlines()
