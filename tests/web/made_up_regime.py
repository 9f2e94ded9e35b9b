"""A regime that nobody ever issued, as somebody outside the hub would bring it: a folder of data, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

KEY = "VUON-THU/2026-01-01"
CODE, DAY = KEY.split("/")
UNITS = ("G01-20080801", "G02-20080801", "G03-20080801", "G08-20080801", "G11-20080801")
REGIME = f"""\
code: {CODE}
title: {{vi: Báo cáo vườn cây công sở, en: Office garden report}}
valid_from: {DAY}
report_type: periodic
content_kind: both
owner: G09
issuer: {{kind: minister, name: Bộ Nội vụ}}
receiver: {{vi: Bộ Nội vụ, en: Ministry of Home Affairs}}
methods: [paper, email]
legal_basis: {{text: "Văn bản thử, điều 1"}}
fidelity: form
frequencies: [monthly]
reporters:
- {{level: ministry, scope: own, units: [{", ".join(UNITS)}]}}
outline:
- {{code: s1, vi: Đánh giá, en: Assessment, required: true}}
process: Bộ, ngành gửi Bộ Nội vụ.
forms: [F1, F2]
"""
GRID = """\
code: F1
title: {vi: Cây trong vườn, en: Trees in the garden}
kind: grid
rows:
- {code: r01, vi: Tổng số, en: Total}
- {code: r02, vi: Cây bóng mát, en: Shade trees, of: r01}
- {code: r03, vi: Cây ăn quả, en: Fruit trees, of: r01}
columns:
- {code: c01, vi: Số cây, en: Trees, type: integer, unit: cây thử, rollup: sum/sum}
- {code: c02, vi: 'Trong đó: trồng mới', en: 'Of which: new', type: integer, unit: cây thử, of: c01, rollup: sum/sum}
- {code: c03, vi: Chi phí, en: Cost, type: money, decimals: 1, unit: đồng thử, rollup: sum/sum}
"""
LIST = """\
code: F2
title: {vi: Vườn mới, en: New gardens}
kind: list
columns:
- {code: c01, vi: Tên vườn, en: Name, type: text}
- {code: c02, vi: Diện tích, en: Area, type: decimal, decimals: 2, unit: mét thử, rollup: sum/sum}
"""
RULES = f"""\
rules:
- {{id: {CODE}-R01, form: F1, expr: c02 <= c01, severity: error, source: text, message: {{vi: Cây trồng mới nhiều hơn tổng số, en: More new trees than trees}}}}
- {{id: {CODE}-R02, form: F1, expr: r01 = r02 + r03, severity: error, source: text, message: {{vi: Tổng số phải bằng hai loại cây cộng lại, en: The total is both kinds together}}}}
"""  # noqa: E501
UNIT_LIST = """\
units:
- {code: cây thử, vi: cây, en: trees}
- {code: đồng thử, vi: đồng, en: dong}
- {code: mét thử, vi: mét vuông, en: square metres}
"""


def write_regime(root: Path, **changes: str) -> Path:
    """The draft under ``root``, with files replaced (``regime``, ``F1``, ``F2``, ``rules``); gives its folder."""
    texts = {"regime": REGIME, "F1": GRID, "F2": LIST, "rules": RULES} | changes
    home = root / "regimes" / KEY
    (home / "forms").mkdir(parents=True)
    for name, path in {"regime": "regime", "F1": "forms/F1", "F2": "forms/F2", "rules": "rules"}.items():
        (home / f"{path}.yaml").write_text(texts[name], "utf-8")
    (root / "units.yaml").write_text(UNIT_LIST, "utf-8")
    return home


def empty_base(root: Path) -> Path:
    """A hub's own data without any regime; units of the country and calendar are the packaged ones."""
    root.mkdir()
    (root / "regimes").mkdir()
    (root / "units.yaml").write_text("units: []\n", "utf-8")
    (root / "indicators.yaml").write_text("indicators: []\n", "utf-8")
    return root


# --- one report in every dress ------------------------------------------------------------------------------------


def cells_of(shade: int, fruit: int) -> dict[str, str]:
    """The grid of a right report: one new tree of each kind, 1.5 dong a tree."""
    rows = {"r01": (shade + fruit, 2), "r02": (shade, 1), "r03": (fruit, 1)}
    cells = {}
    for row, (trees, new) in rows.items():
        cells |= {
            f"{row}.c01": str(trees),
            f"{row}.c02": str(new),
            f"{row}.c03": f"{trees * 15 // 10}.{trees * 15 % 10}",
        }
    return cells


GARDEN: Mapping[str, str] = {"c01": "Vườn sau", "c02": "12.50"}
WORDS = "Cây lên tốt."


def as_form(cells: Mapping[str, str]) -> dict[str, str]:
    """The fields of the page."""
    fields = {f"cell.F1.{key}": text.replace(".", ",") for key, text in cells.items()}
    fields |= {f"rec.F2.1.{key}": text.replace(".", ",") for key, text in GARDEN.items()}
    return fields | {"outline.s1": WORDS, "action": "check", "version": "0"}


def as_json(unit: str, period: str, cells: Mapping[str, str]) -> bytes:
    body: dict[str, Any] = {
        "regime": CODE, "unit": unit, "period": period, "outline": {"s1": WORDS},
        "forms": {"F1": {"cells": dict(cells)}, "F2": {"records": [dict(GARDEN)]}},
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False).encode()


def as_xml(unit: str, period: str, cells: Mapping[str, str]) -> bytes:
    rows = "".join(
        f'<row code="{row}">' + "".join(f"<{c}>{cells[f'{row}.{c}']}</{c}>" for c in ("c01", "c02", "c03")) + "</row>"
        for row in ("r01", "r02", "r03")
    )
    record = "".join(f"<{key}>{escape(text)}</{key}>" for key, text in GARDEN.items())
    return (
        f'<report xmlns="urn:vn:hub:report:1" regime="{CODE}" unit="{unit}" period="{period}">'
        f'<form code="F1">{rows}</form><form code="F2"><record>{record}</record></form>'
        f'<outline><section code="s1">{escape(WORDS)}</section></outline></report>'
    ).encode()


def as_csv(unit: str, period: str, cells: Mapping[str, str]) -> bytes:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["regime", "unit", "period", "scope", "form", "row", "column", "value"])
    lines = [("F1", *key.split("."), value) for key, value in cells.items()]
    lines += [("F2", "1", key, value) for key, value in GARDEN.items()]
    for form, row, column, value in [*lines, ("outline", "", "s1", WORDS)]:
        out.writerow([CODE, unit, period, "own", form, row, column, value])
    return text.getvalue().encode()


def as_workbook(empty: bytes, cells: Mapping[str, str]) -> bytes:
    """The hub's own workbook, filled in by hand at the codes that it shows beside rows and columns."""
    book = openpyxl.load_workbook(io.BytesIO(empty))
    grid = {tuple(key.split(".")): float(text) for key, text in cells.items()}
    record = {("", column): text if column == "c01" else float(text) for column, text in GARDEN.items()}
    for name, figures in (("F1", grid), ("F2", record)):
        sheet = book[name]
        places = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
        for (row, column), figure in figures.items():
            head = places[f"({column})"]
            line = places[row].row if row else head.row + 2
            sheet.cell(line, head.column, figure)
    outline = book["Đề cương"]
    line = next(cell.row for cell in outline["A"] if cell.value == "s1")
    outline.cell(line, 3, WORDS)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
