"""The map of punctuality as a file: counts by unit, by regime, and of every pair that owes something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from hub.domain.form import Label
from hub.domain.punctuality import Counts
from hub.domain.tables import Cell, Document, HeaderCell, Table, TableRow
from hub.services.core import Core
from hub.services.export_files import ISSUER, unit_name
from hub.services.punctuality import PunctualityMap
from hub.writers.tables_csv import write_table_csv
from hub.writers.tables_xlsx import write_tables_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COUNTS: tuple[tuple[str, Label], ...] = (
    ("obliged", Label("Phải gửi", "Owed")),
    ("on_time", Label("Đúng hạn", "On time")),
    ("late", Label("Gửi muộn", "Late")),
    ("not_sent", Label("Quá hạn, chưa gửi", "Overdue")),
    ("pending", Label("Chưa đến hạn", "Not yet due")),
    ("correcting", Label("Đang chỉnh sửa", "Under correction")),
    ("waiting", Label("Chờ tiếp nhận", "Waiting to be accepted")),
    ("accepted", Label("Đã tiếp nhận", "Accepted")),
    ("excluded", Label("Được loại trừ", "Excluded")),
)
_SHARE = Label("Tỷ lệ đúng hạn trên số đã đến hạn (%)", "On time of what is due (%)")
_REGIME, _UNIT = Label("Chế độ báo cáo", "Regime"), Label("Đơn vị", "Unit")


def punctuality_file(core: Core, view: PunctualityMap, as_csv: bool, now: datetime) -> tuple[str, str, bytes]:
    """(name, media type, content): a workbook of three tables, or the table of all pairs as CSV."""
    name = f"dung-han_{view.asked.first:%Y%m%d}_{view.asked.last:%Y%m%d}"
    name += "_demonstration" if core.config.demonstration else ""
    if as_csv:
        return f"{name}.csv", "text/csv; charset=utf-8", write_table_csv(_pairs(core, view))
    return f"{name}.xlsx", XLSX, write_tables_xlsx(_document(core, view, now))


def _document(core: Core, view: PunctualityMap, now: datetime) -> Document:
    first, last = f"{view.asked.first:%d/%m/%Y}", f"{view.asked.last:%d/%m/%Y}"
    rule = Label(
        "Tính theo lần gửi hợp lệ đầu tiên so với hạn của chính đơn vị; không tính báo cáo được loại trừ.",
        "By the first valid sending against the unit's own deadline; excluded reports are not counted.",
    )
    return Document(
        Label("Gửi báo cáo đúng hạn", "Punctuality of reports"),
        Label(f"Đến hạn từ {first} đến {last}", f"Due from {first} to {last}"),
        [(Label("Cách tính", "How it is counted"), rule)],
        [_by_unit(core, view), _by_regime(core, view), _pairs(core, view)],
        core.config.demonstration,
        now.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        ISSUER,
    )


def _by_unit(core: Core, view: PunctualityMap) -> Table:
    lines = [("", Label("Tổng cộng", "Total"), view.total)]
    lines += [(unit, unit_name(core, unit), view.by_unit[unit]) for unit in view.units]
    return _table("D1", Label("Đúng hạn theo đơn vị", "Punctuality by unit"), _UNIT, lines)


def _by_regime(core: Core, view: PunctualityMap) -> Table:
    lines = [("", Label("Tổng cộng", "Total"), view.total)]
    lines += [(code, _title(core, code), view.by_regime[code]) for code in view.regimes]
    return _table("D2", Label("Đúng hạn theo chế độ", "Punctuality by regime"), _REGIME, lines)


def _table(code: str, title: Label, stub: Label, lines: Sequence[tuple[str, Label, Counts]]) -> Table:
    rows = [TableRow(key, label, _cells(counts), 1 if place else 0) for place, (key, label, counts) in enumerate(lines)]
    return Table(code, title, [[HeaderCell(stub), *_heads()]], [name for name, _ in _named()], rows)


def _pairs(core: Core, view: PunctualityMap) -> Table:
    """Every pair of unit and regime that owes something, in the order of the map."""
    rows = [
        TableRow(
            unit, unit_name(core, unit), [Cell(code), Cell(_title(core, code).vi), *_cells(view.cells[unit, code])], 0
        )
        for unit in view.units
        for code in view.regimes
        if (unit, code) in view.cells
    ]
    heads = [HeaderCell(_UNIT), HeaderCell(Label("Mã chế độ", "Code")), HeaderCell(_REGIME), *_heads()]
    codes = ["regime", "title", *(name for name, _ in _named())]
    return Table("D3", Label("Đúng hạn theo đơn vị và chế độ", "Punctuality by unit and regime"), [heads], codes, rows)


def _named() -> Iterable[tuple[str, Label]]:
    return (*_COUNTS, ("on_time_share", _SHARE))


def _heads() -> list[HeaderCell]:
    return [HeaderCell(label) for _, label in _named()]


def _cells(counts: Counts) -> list[Cell]:

    share = counts.on_time_share
    return [
        *(Cell(int(getattr(counts, name)), 0) for name, _ in _COUNTS),
        Cell(share, 1) if share is not None else Cell(mark="na"),
    ]


def _title(core: Core, regime: str) -> Label:
    known = core.catalog.regimes.get(regime)
    return known.editions[-1].title if known is not None else Label(regime, regime)
