"""A series of national figures as a document of tables: for each measure its units down and its periods across."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from hub.domain.form import Label
from hub.domain.observation import Measure, Observation, Series
from hub.domain.org import NATION
from hub.domain.period import VIETNAM, Period
from hub.domain.tables import Cell, Document, HeaderCell, Mark, Table, TableRow

UNIT = Label("Đơn vị", "Unit")
BASES = {
    "then": Label("đơn vị của kỳ đó", "the units of the time"),
    "today": Label("đơn vị hiện nay", "the units of today"),
}
_MARKS: dict[str, Mark] = {"provisional": "provisional", "missing": "missing", "not_applicable": "na"}
_REBASED = Label("Quy đổi chính xác về đơn vị hiện nay từ: {0}", "Re-based exactly to the units of today from: {0}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a document calls things: names of units, units of measure, the regime's title and legal ground."""

    unit: Callable[[str], Label]
    unit_of_measure: Callable[[str], Label]
    regime: Label
    legal_basis: str
    issuer: Label
    demonstration: bool = False


def document_of(series: Series, words: Words, made_at: datetime) -> Document:
    """The series as tables, one a measure, with what it stands on as facts."""
    found: dict[Measure, dict[tuple[str, Period], Observation]] = {}
    for each in series.observations:
        found.setdefault(each.measure, {})[each.unit_id, each.period] = each
    tables = [
        _table(series, measure, found.get(measure, {}), words, f"B{number}")
        for number, measure in enumerate(series.measures, 1)
    ]
    return Document(
        Label(f"Số liệu quốc gia: {words.regime.vi}", f"National figures: {words.regime.en or words.regime.vi}"),
        _span(series),
        list(_facts(series, words, made_at)),
        tables,
        words.demonstration,
        made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        words.issuer,
    )


def _span(series: Series) -> Label:
    if not series.periods:
        return Label("Không có kỳ nào", "No periods")
    first, last = series.periods[0].label, series.periods[-1].label
    if len(series.periods) == 1:
        return first
    return Label(f"{first.vi} – {last.vi}", f"{first.en} – {last.en}")


def _table(
    series: Series, measure: Measure, found: dict[tuple[str, Period], Observation], words: Words, code: str
) -> Table:
    its_units, its_periods = {unit for unit, _ in found}, {period for _, period in found}
    periods = [period for period in series.periods if period in its_periods]
    units = [unit for unit in series.units if unit in its_units]
    nation = len(units) > 1 and units[0] == NATION
    rows = [
        TableRow(
            unit, words.unit(unit), [_cell(found.get((unit, period)), words) for period in periods],
            1 if nation and place else 0,
        )
        for place, unit in enumerate(units)
    ]  # fmt: skip
    header = [[HeaderCell(UNIT), *(HeaderCell(period.label) for period in periods)]]
    notes = [Label(f"Mã số liệu: {measure.key}", f"Key: {measure.key}"), *series.notes]
    unit = words.unit_of_measure(measure.unit) if measure.unit else None
    across: Literal["units", "periods"] = "periods" if len(periods) > 1 else "units"
    return Table(code, measure.label, header, [period.code for period in periods], rows, notes, unit, across)


def _cell(observation: Observation | None, words: Words) -> Cell:
    """Every figure says how many units are in it; one that was brought together says from which."""
    if observation is None:
        return Cell(mark="missing")
    mark: Mark = _MARKS.get(observation.standing, "")
    return Cell(observation.value, observation.measure.decimals, note=_note(observation, words), mark=mark)


def _note(observation: Observation, words: Words) -> str | None:
    if observation.exactness != "rebased":
        return None
    return _REBASED.vi.format("; ".join(words.unit(unit).vi for unit in observation.from_units))


def _facts(series: Series, words: Words, made_at: datetime) -> Iterable[tuple[Label, str | Label]]:
    yield Label("Chế độ báo cáo", "Regime"), words.regime
    if words.legal_basis:
        yield Label("Căn cứ", "Legal basis"), words.legal_basis
    yield Label("Lập lúc (giờ Việt Nam)", "Made at (Vietnam time)"), _moment(made_at)
    known = _moment(series.known_at) if series.known_at is not None else Label("đến nay", "to date")
    yield Label("Số liệu như đã biết", "Figures as known"), known
    yield Label("Tính theo", "Counted by"), BASES[series.basis]
    yield Label("Đã tiếp nhận/phải nộp", "Accepted/obliged"), _coverage(series.observations)
    left = sum(each.standing == "provisional" for each in series.observations)
    yield Label("Số liệu tạm tính", "Provisional figures"), f"{left}/{len(series.observations)}"


def _coverage(observations: Sequence[Observation]) -> Label:
    """Of each period what the first measure's topmost unit says: n of N."""
    said: dict[Period, Observation] = {}
    for each in observations:
        said.setdefault(each.period, each)
    pairs = [
        (period, f"{each.accepted}/{each.obliged}") for period, each in sorted(said.items(), key=lambda p: p[0].end)
    ]
    vi = "; ".join(f"{period.label.vi}: {count}" for period, count in pairs)
    return Label(vi, "; ".join(f"{period.label.en}: {count}" for period, count in pairs))


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
