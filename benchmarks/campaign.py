"""A made-up campaign of the real 3,321 communes: one edition, its filings opened, and workbooks as they would come in.

The forms are synthetic, of the sizes that the targets name; units, periods, deadlines and every step are the real ones.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files

from hub.catalog.catalog import Catalog
from hub.config import load_config
from hub.domain.access import Actor, Grant
from hub.domain.form import Column, Form, Label, Rollup, Row
from hub.domain.org import OrgUnit
from hub.domain.period import Period
from hub.domain.regime import Edition, LegalBasis, Regime, Reporter, Rule
from hub.domain.values import FormValues, Values
from hub.services import opening
from hub.services.core import Core
from hub.store.database import Database
from hub.store.migrations import upgrade
from hub.writers.workbook import write_workbook

NOW = datetime(2026, 9, 15, 3, 0, tzinfo=UTC)
PERIOD = Period.parse("2026-M09")
SENDER = Actor("bench-sender", "Sender", "VN", (Grant("approver", "VN"),))
_PLACEHOLDER = "X00000-20250701"


def make_edition(rows: int, columns: int) -> Edition:
    """An edition of one grid. With 60 × 15: ten rules on every row and ten on every column, two of them totals."""
    form = Form(
        code="F1",
        title=_label("Biểu đo"),
        kind="grid",
        rows=tuple(Row(_row(n), _label(f"Dòng {n}")) for n in range(1, rows + 1)),
        columns=tuple(
            Column(_column(n), _label(f"Cột {n}"), "integer", rollup=Rollup("sum", "sum"))
            for n in range(1, columns + 1)
        ),
    )
    return Edition(
        regime=f"BENCH-{rows}X{columns}", code="2025-07-01", title=_label("Chế độ để đo"),
        valid_from=date(2025, 7, 1), valid_to=None, report_type="periodic", content_kind="figures", owner="G12",
        receiver=_label("Nơi nhận"), legal_basis=LegalBasis("-"), fidelity="form",
        reporters=(Reporter("commune", "own", "province"),), frequencies=("monthly",), windows={}, dues={},
        forms=(form,), rules=tuple(_rules(rows, columns)), sha256="b" * 64,
    )  # fmt: skip


def _label(text: str) -> Label:
    return Label(text, text)


def _row(number: int) -> str:
    return f"r{number:02}"


def _column(number: int) -> str:
    return f"c{number:02}"


def _rules(rows: int, columns: int) -> list[Rule]:
    if rows < 20 or columns < 12:
        return []
    across = ["c01 = c02 + c03 + c04"] + [f"{_column(n)} <= c01" for n in range(2, 11)]
    down = ["r01 = r02 + r03 + r04 + r05"] + [f"{_row(n)} <= r01" for n in range(2, 6)]
    down += [f"{_row(n)} + {_row(n + 1)} >= 0" for n in range(6, 11)]
    computes = {"c01 = c02 + c03 + c04": "c01", "r01 = r02 + r03 + r04 + r05": "r01"}
    return [
        Rule(f"B{n:02}", "F1", expr, "error", "inferred", _label("Sai"), computes=computes.get(expr))
        for n, expr in enumerate(across + down, 1)
    ]


def make_figures(edition: Edition, seed: int) -> Values:
    """Right figures of a unit: every cell filled, every rule kept."""
    chance = random.Random(seed)
    form = edition.forms[0]
    cells: dict[tuple[str, str], Decimal] = {}
    ruled = bool(edition.rules)
    for row in form.rows:
        leaf = [chance.randint(100, 999) for _ in form.columns]
        for column, value in zip(form.columns, leaf, strict=True):
            cells[row.code, column.code] = Decimal(value)
    if ruled:
        _make_totals(form, cells)
    return Values({"F1": FormValues(cells=dict(cells))})


def _make_totals(form: Form, cells: dict[tuple[str, str], Decimal]) -> None:
    for column in form.columns:
        cells["r01", column.code] = sum((cells[_row(n), column.code] for n in range(2, 6)), Decimal(0))
    for row in form.rows:
        cells[row.code, "c01"] = sum((cells[row.code, _column(n)] for n in range(2, 5)), Decimal(0))
        for column in form.columns[4:10]:
            cells[row.code, column.code] = min(cells[row.code, column.code], cells[row.code, "c01"])
    for column in form.columns[4:10]:
        cells["r01", column.code] = sum((cells[_row(n), column.code] for n in range(2, 6)), Decimal(0))


def open_hub(url: str, edition: Edition) -> Core:
    """A hub over a new database with this month's filings of every commune open."""
    core = core_over(url, edition)
    upgrade(core.database)
    opening.open_due(core, NOW, since=date(2026, 9, 1))
    return core


def core_over(url: str, edition: Edition) -> Core:
    """A hub over a database, whatever is in it."""
    regime = Regime(edition.regime, (edition,))
    return Core(load_config({}), Catalog({regime.code: regime}, {}, {}, {}, files("report_schemas")), Database(url))


def communes(core: Core) -> Sequence[OrgUnit]:
    """Today's communes, by code."""
    return core.orgs.on(NOW.date(), "commune")


class Workbooks:
    """Workbooks of many units: some are written in full, the rest are these under each unit's own identity."""

    def __init__(self, edition: Edition, different: int) -> None:
        self._written = [_parts(edition, seed) for seed in range(different)]

    def of(self, unit_id: str, number: int = 0) -> bytes:
        """The workbook of one unit, as it would be uploaded."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for info, content, named in self._written[number % len(self._written)]:
                archive.writestr(info, content.replace(_PLACEHOLDER.encode(), unit_id.encode()) if named else content)
        return buffer.getvalue()


def _parts(edition: Edition, seed: int) -> list[tuple[str, bytes, bool]]:
    content = write_workbook(
        edition, _PLACEHOLDER, "Đơn vị", PERIOD.code, "own", frequency="monthly", values=make_figures(edition, seed)
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    return [(name, part, re.search(_PLACEHOLDER.encode(), part) is not None) for name, part in parts]
