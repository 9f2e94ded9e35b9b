"""A national report: definition and aggregated figures in, tables out; each figure carries the name to trace it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub.domain.form import ALL_RECORDS, NUMERIC, RECORD_COUNT, Address, Column, Form, Label, Row
from hub.domain.period import VIETNAM, Period
from hub.domain.regime import Edition
from hub.domain.report_definition import Item, ReportDefinition, Section
from hub.domain.rollup import Coverage
from hub.domain.tables import Cell, Document, HeaderCell, Mark, Table, TableRow

TOTAL = Label("Tổng cộng", "Total")
RECORDS = Label("Số bản ghi", "Records")
ITEM = Label("Chỉ tiêu", "Item")
UNIT = Label("Đơn vị", "Unit")
COVERED = Label("Đã tiếp nhận / phải nộp", "Accepted / obliged")
PERIOD = Label("Kỳ", "Period")
VALUE = Label("Giá trị", "Value")
MEASURE = Label("Đơn vị tính", "Unit of measure")

FIDELITY_NOTICE: Mapping[str, Label] = {
    "enumerated": Label(
        "Biểu lập theo các chỉ tiêu liệt kê trong văn bản; chưa đối chiếu với biểu in.",
        "The form follows the items listed in the text; not yet compared with the printed form.",
    ),
    "derived": Label(
        "Biểu suy từ nội dung văn bản; chờ cơ quan chủ trì xác nhận.",
        "The form is derived from the text; awaiting confirmation by its owner.",
    ),
    "memory": Label(
        "Biểu chưa có nguồn đối chiếu; chờ cơ quan chủ trì xác nhận.",
        "The form has no source to compare with; awaiting confirmation by its owner.",
    ),
}


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """One unit's aggregated figures and who is in them."""

    unit_id: str
    name: Label
    level: str
    figures: Mapping[Address, Decimal]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class RegimeFigures:
    """One regime's figures of one period: the nation's and each unit's right below it, in the order of the tree."""

    edition: Edition
    period: Period
    nation: UnitFigures
    units: Sequence[UnitFigures]


@dataclass(frozen=True, slots=True)
class Issue:
    """What is known of the publication itself when its tables are made.

    ``replaces``: number and moment of the edition before, ``note`` why it is replaced; ``released``: on whose word it
    is issued although too few units are in it; ``link``: where it is read, empty where nobody knows.
    """

    period: Period
    number: int
    issued_at: datetime
    demonstration: bool
    manifest_sha256: str
    replaces: tuple[int, datetime] | None = None
    note: Label | None = None
    released: Label | None = None
    link: str = ""


def build_document(definition: ReportDefinition, sources: Mapping[str, RegimeFigures], issue: Issue) -> Document:
    """The publication's tables. Sections whose regime has no figures are left out and named in the facts."""
    tables: list[Table] = []
    for section in definition.sections:
        table = _table(definition, section, sources, f"T{len(tables) + 1}")
        if table is not None:
            tables.append(table)
    return Document(
        title=definition.title,
        subtitle=Label(
            f"{issue.period.label.vi}, ấn bản số {issue.number}", f"{issue.period.label.en}, edition {issue.number}"
        ),
        facts=list(_facts(definition, sources, issue)),
        tables=tables,
        demonstration=issue.demonstration,
        created_at=issue.issued_at.replace(tzinfo=None, microsecond=0),
        issuer=Label("Trung tâm thông tin, chỉ đạo điều hành", "Government information and steering centre"),
    )


def reference(regime: str, unit_id: str, address: Address) -> str:
    """The name a published figure is traced by: ``<regime>@<unit>:<address>``."""
    return f"{regime}@{unit_id}:{address}"


def _table(
    definition: ReportDefinition, section: Section, sources: Mapping[str, RegimeFigures], code: str
) -> Table | None:
    if section.items:
        return _items_table(section, sources, code)
    source = sources.get(definition.regime or "")
    if source is None or section.form is None or section.form not in source.edition.form_by_code:
        return None
    form = source.edition.form(section.form)
    if not form.applies_to(source.period.frequency) and not _has_figures(source, form):
        return None
    if section.by == "nation":
        return _nation_table(section, source, form, code)
    return _units_table(section, source, form, code)


def _has_figures(source: RegimeFigures, form: Form) -> bool:
    """A monthly form has a place in the report of a quarter that was made of its months."""
    return any(address.form == form.code for address in source.nation.figures)


def _columns(section: Section, form: Form) -> list[Column]:
    return [
        column
        for column in form.columns
        if column.type in NUMERIC and (not section.columns or column.code in section.columns)
    ]


def _rows(section: Section, form: Form) -> list[Row]:
    if form.kind == "list":
        return [Row(ALL_RECORDS, TOTAL)]
    return [row for row in form.rows if not section.rows or row.code in section.rows]


def _mark(figures: UnitFigures, value: Decimal | None, rolled: bool) -> Mark:
    if not rolled:
        return "na"
    if value is None:
        return "missing"
    return "" if figures.coverage.complete else "provisional"


def _cell(source: RegimeFigures, figures: UnitFigures, address: Address) -> Cell:
    """A figure with its mark and reference; blank where the form has no such cell."""
    slot = source.edition.slot.get(address)
    if slot is None:
        return Cell(mark="na")
    figure = source.edition.figures[slot]
    value = figures.figures.get(address)
    mark = _mark(figures, value, figure.rollup.kind != "none")
    ref = reference(source.edition.regime, figures.unit_id, address) if value is not None else None
    return Cell(value, figure.decimals, ref, mark=mark)


def _nation_table(section: Section, source: RegimeFigures, form: Form, code: str) -> Table:
    columns = _columns(section, form)
    rows = []
    for row in _rows(section, form):
        cells = [_cell(source, source.nation, Address(form.code, row.code, column.code)) for column in columns]
        if form.kind == "list":
            cells.insert(0, _cell(source, source.nation, Address(form.code, ALL_RECORDS, RECORD_COUNT)))
        rows.append(TableRow(row.code, row.label, cells, _depth(form, row)))
    labels = [column.label for column in columns]
    codes = [column.code for column in columns]
    if form.kind == "list":
        labels.insert(0, RECORDS)
        codes.insert(0, RECORD_COUNT)
    stub = form.row_axis if form.row_axis.vi else ITEM
    return Table(
        code, section.title or form.title, _two_line_header(stub, labels, codes), codes, rows,
        _notes(source), _one_unit(columns),
    )  # fmt: skip


def _two_line_header(stub: Label, labels: Sequence[Label], codes: Sequence[str]) -> list[list[HeaderCell]]:
    first = [HeaderCell(stub, 1, 2), *(HeaderCell(label) for label in labels)]
    return [first, [HeaderCell(Label(f"({code})", f"({code})")) for code in codes]]


def _depth(form: Form, row: Row) -> int:
    """How deep a row stands under the rows it is a part of."""
    parents = {each.code: each.of for each in form.rows}
    depth, above = 0, row.of
    while above is not None and depth < len(form.rows):
        depth, above = depth + 1, parents.get(above)
    return depth


def _units_table(section: Section, source: RegimeFigures, form: Form, code: str) -> Table:
    columns, rows = _columns(section, form), _rows(section, form)
    addresses = [Address(form.code, row.code, column.code) for row in rows for column in columns]
    chosen = [unit for unit in source.units if section.level is None or unit.level == section.level]
    lines = [_unit_line(source, source.nation, addresses, 0)]
    lines += [_unit_line(source, unit, addresses, 1) for unit in chosen]
    codes = ["n/N", *(f"{address.row}.{address.column}" for address in addresses)]
    header = _units_header(rows, columns, form.kind == "list" or len(rows) == 1)
    return Table(code, section.title or form.title, header, codes, lines, _notes(source), _one_unit(columns))


def _units_header(rows: Sequence[Row], columns: Sequence[Column], flat: bool) -> list[list[HeaderCell]]:
    columns_once = [HeaderCell(column.label) for column in columns]
    if flat:
        return [[HeaderCell(UNIT), HeaderCell(COVERED), *columns_once]]
    top = [HeaderCell(UNIT, 1, 2), HeaderCell(COVERED, 1, 2), *(HeaderCell(row.label, len(columns)) for row in rows)]
    return [top, columns_once * len(rows)]


def _unit_line(source: RegimeFigures, unit: UnitFigures, addresses: Sequence[Address], level: int) -> TableRow:
    covered = Cell(f"{unit.coverage.accepted}/{unit.coverage.obliged}")
    return TableRow(unit.unit_id, unit.name, [covered, *(_cell(source, unit, each) for each in addresses)], level)


def _items_table(section: Section, sources: Mapping[str, RegimeFigures], code: str) -> Table | None:
    lines = [line for item in section.items if (line := _item_line(item, sources)) is not None]
    if not lines:
        return None
    header = [[HeaderCell(label) for label in (ITEM, VALUE, MEASURE, PERIOD, COVERED)]]
    return Table(
        code, section.title or Label("Tổng quan", "Overview"), header, ["value", "unit", "period", "n/N"], lines
    )


def _item_line(item: Item, sources: Mapping[str, RegimeFigures]) -> TableRow | None:
    source = sources.get(item.regime)
    if source is None or item.address not in source.edition.slot:
        return None
    column = item.address.column
    unit = None if column == RECORD_COUNT else source.edition.form(item.address.form).column(column).unit
    coverage = source.nation.coverage
    cells = [
        _cell(source, source.nation, item.address),
        Cell(unit or ""),
        Cell(source.period.label.vi),
        Cell(f"{coverage.accepted}/{coverage.obliged}"),
    ]
    return TableRow(str(item.address), item.label, cells)


def _one_unit(columns: Sequence[Column]) -> Label | None:
    """The unit of measure, where all columns share one."""
    units = {column.unit for column in columns if column.unit}
    if len(units) != 1:
        return None
    unit = units.pop()
    return Label(unit, unit)


def _notes(source: RegimeFigures) -> list[Label]:
    notice = FIDELITY_NOTICE.get(source.edition.fidelity)
    return [notice] if notice is not None else []


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"


def _facts(
    definition: ReportDefinition, sources: Mapping[str, RegimeFigures], issue: Issue
) -> list[tuple[Label, str | Label]]:
    facts: list[tuple[Label, str | Label]] = [
        (Label("Ban hành lúc (giờ Việt Nam)", "Issued at (Vietnam time)"), _moment(issue.issued_at)),
        (Label("Ấn bản", "Edition"), str(issue.number)),
        *_about_revision(issue),
    ]
    for _, source in sorted(sources.items()):
        facts += [_source_fact(source), *_lacking(source)]
    missing = sorted(_wanted(definition) - set(sources))
    if missing:
        facts.append((Label("Chưa có số liệu", "No figures yet"), ", ".join(missing)))
    facts.append((Label("Mã băm bản kê đầu vào", "Hash of the manifest of inputs"), issue.manifest_sha256))
    if issue.link:
        facts.append((Label("Xem và truy nguồn tại", "Read and traced at"), issue.link))
    return facts


def _about_revision(issue: Issue) -> Iterator[tuple[Label, str | Label]]:
    """Which edition this one replaces and why, and who let it go under its floor; nothing where none of it is so."""
    if issue.replaces is not None:
        number, issued_at = issue.replaces
        moment = _moment(issued_at)
        replaced = Label(f"số {number}, ban hành lúc {moment}", f"number {number}, issued at {moment}")
        yield Label("Thay ấn bản", "Replaces edition"), replaced
    if issue.note is not None:
        again = issue.replaces is not None
        yield Label("Lý do ban hành lại", "Why it was issued again") if again else Label("Ghi chú", "Note"), issue.note
    if issue.released is not None:
        yield Label("Cho phép ban hành dưới ngưỡng", "Issued under its floor"), issue.released


def _source_fact(source: RegimeFigures) -> tuple[Label, Label]:
    """Which report the figures come from: its legal ground, its period, and how many units they hold."""
    edition, covered, period = source.edition, source.nation.coverage, source.period.label
    count, ground = f"{covered.accepted}/{covered.obliged}", edition.legal_basis.text
    vi, en = ("chính thức", "final") if covered.complete else ("tạm tính", "provisional")
    left_out = len(covered.excluded)
    return (
        Label(f"Nguồn: {edition.title.vi}", f"Source: {edition.title.en or edition.title.vi}"),
        Label(
            f"{ground}; {period.vi}; {count} đơn vị ({vi}); {left_out} đơn vị loại trừ",
            f"{ground}; {period.en}; units: {count} ({en}); excluded: {left_out}",
        ),
    )


MOST_NAMED = 20
"""Units of which it is said that they lack something; of more of them, how many more there are."""


def _lacking(source: RegimeFigures) -> Iterator[tuple[Label, Label]]:
    """Which units right below the nation are not in the figures whole; nothing where all are."""
    lacking = [unit for unit in source.units if not unit.coverage.complete]
    if not lacking:
        return
    named = lacking[:MOST_NAMED]
    counts = [f"{unit.coverage.accepted}/{unit.coverage.obliged}" for unit in named]
    vi = "; ".join(f"{unit.name.vi} ({count})" for unit, count in zip(named, counts, strict=True))
    en = "; ".join(f"{unit.name.en or unit.name.vi} ({count})" for unit, count in zip(named, counts, strict=True))
    more = len(lacking) - len(named)
    said = Label(f"{vi}; và {more} đơn vị khác", f"{en}; and {more} more") if more else Label(vi, en)
    yield Label("Đơn vị chưa đủ (đã tiếp nhận/phải nộp)", "Units not complete (accepted/obliged)"), said


def _wanted(definition: ReportDefinition) -> set[str]:
    named = {item.regime for section in definition.sections for item in section.items}
    return named | ({definition.regime} if definition.regime else set())


def wanted_regimes(definition: ReportDefinition) -> frozenset[str]:
    """The regimes a report draws on."""
    return frozenset(_wanted(definition))
