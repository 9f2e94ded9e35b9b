"""A tiny catalogue on disk that lints clean, and a way to break it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hub.catalog.load import read_editions
from hub.catalog.lock import write_lock

REGIME = """\
code: THU-01
title: {vi: Chế độ thử, en: A regime for tests}
valid_from: 2025-07-01
report_type: periodic
content_kind: both
owner: G12
issuer: {kind: minister, name: Bộ Tài chính}
receiver: {vi: Bộ Tài chính, en: Ministry of Finance}
methods: [paper]
legal_basis: {text: Văn bản thử}
fidelity: form
frequencies: [monthly, yearly]
reporters:
- {level: commune, scope: own, receiver: province}
- {level: province, scope: rollup}
dues:
- {levels: [province], frequencies: [yearly], anchor: period_end, day: 20, ground: Văn bản thử}
outline:
- {code: s1, vi: Đánh giá, en: Assessment}
process: Xã gửi tỉnh, tỉnh gửi bộ.
forms: [F1, F2]
"""
GRID = """\
code: F1
title: {vi: Biểu lưới, en: A grid}
kind: grid
rows:
- {code: r01, vi: Tổng số, en: Total}
- {code: r02, vi: Nam, en: Men, of: r01, inferred: true}
columns:
- {code: c01, vi: Tổng, en: Total, type: integer, unit: người, rollup: sum/sum, indicator: people}
- {code: c02, vi: Mới, en: New, type: integer, unit: người, of: c01, rollup: sum/sum}
- {code: c03, vi: Tỷ lệ, en: Rate, type: percent, decimals: 1, rollup: {kind: ratio, over_time: recompute, numerator: c02, denominator: c01, scale: 100}}
- {code: c04, vi: Ghi chú, en: Note, type: text, required: false}
blocked: [r02.c03]
"""  # noqa: E501
LIST = """\
code: F2
title: {vi: Danh sách, en: A list}
kind: list
columns:
- {code: c01, vi: Tên, en: Name, type: text}
- {code: c02, vi: Loại, en: Kind, type: choice, choices: [{code: a, vi: A, en: A}, {code: b, vi: B, en: B}]}
- {code: c03, vi: Số người, en: People, type: integer, unit: người, rollup: sum/sum}
"""
RULES = """\
rules:
- {id: THU-01-R01, form: F1, expr: c02 <= c01, severity: error, source: text, message: {vi: Sai, en: Wrong}}
- {id: THU-01-R02, form: F1, expr: c03 = c02 / c01 * 100, severity: warning, source: inferred, tolerance: 0.1, computes: c03, message: {vi: Sai, en: Wrong}}
- {id: THU-01-R03, form: F1, expr: F1.r01.c01 >= sum(F2.c03), severity: note, source: hub, message: {vi: Sai, en: Wrong}}
"""  # noqa: E501
REPORT = """\
code: thu
title: {vi: Báo cáo thử, en: A test report}
kind: regime
regime: THU-01
sections:
- {form: F1, by: nation}
- {form: F1, by: units, level: province, columns: [c01], rows: [r01]}
"""
OVERVIEW = """\
code: overview
title: {vi: Tổng quan, en: Overview}
kind: overview
sections:
- title: {vi: Người, en: People}
  by: nation
  items:
  - {regime: THU-01, address: F1.r01.c01, indicator: people, vi: Số người, en: People}
  - {regime: THU-01, address: "F2.*.#", vi: Số bản ghi, en: Records}
"""
EDITION = "regimes/THU-01/2025-07-01"
TINY = {
    f"{EDITION}/regime.yaml": REGIME,
    f"{EDITION}/forms/F1.yaml": GRID,
    f"{EDITION}/forms/F2.yaml": LIST,
    f"{EDITION}/rules.yaml": RULES,
    "national/thu/report.yaml": REPORT,
    "national/overview/report.yaml": OVERVIEW,
    "units.yaml": "units:\n- {code: người, vi: người, en: persons}\n",
    "indicators.yaml": "indicators:\n- {code: people, vi: Số người, en: People, unit: người, rollup: sum/sum}\n",
}

Edit = tuple[str, str, str]
"""A file (short names: regime, F1, F2, rules, or a path), the text to replace (it must be there), and the new text."""
MakeCatalogue = Callable[..., Path]


def _path(name: str) -> str:
    short = {"regime": f"{EDITION}/regime.yaml", "rules": f"{EDITION}/rules.yaml"}
    return short.get(name) or (name if "/" in name or "." in name else f"{EDITION}/forms/{name}.yaml")


@pytest.fixture
def lock_all() -> Callable[[Path], Path]:
    """Locks every edition of a root that holds, and gives the root again."""

    def lock(root: Path) -> Path:
        (root / "editions.lock").unlink(missing_ok=True)
        write_lock(root, read_editions(root))
        return root

    return lock


@pytest.fixture
def make_catalogue(tmp_path: Path) -> MakeCatalogue:
    """Writes the tiny catalogue with the given edits and gives its folder."""

    def make(*edits: Edit) -> Path:
        texts = dict(TINY)
        for name, old, new in edits:
            path = _path(name)
            assert old in texts.setdefault(path, ""), f"{old!r} is not in {path}"
            texts[path] = texts[path].replace(old, new, 1) if old else texts[path] + new
        for path, text in texts.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return tmp_path

    return make
