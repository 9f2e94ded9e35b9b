"""The sets of the OData feed: one a form with all its figures, and the units, periods and measures they speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from hub.api.odata_filter import allowed_texts, bound
from hub.api.odata_query import Query
from hub.api.sdmx_query import basis_of, known_at_of
from hub.domain.access import Actor
from hub.domain.flow import Flow, place_of
from hub.domain.form import Label
from hub.domain.observation import Measure, Observation
from hub.domain.org import OrgRegister, OrgUnit
from hub.domain.period import Period
from hub.domain.sdmx_time import FREQUENCIES
from hub.services import figures, flows
from hub.services.core import Core
from hub.services.flows import Cut
from hub.writers.odata import EntitySet, Property

T = TypeVar("T")
Rows = Callable[[Query[Any]], Callable[[str | None], Iterator[Any]]]
"""The rows that a query needs, as a function of the key to begin at."""


@dataclass(frozen=True)
class Source:
    """A set with where its rows come from."""

    entity_set: EntitySet[Any]
    rows: Rows


def sources(core: Core, actor: Actor, now: datetime) -> list[Source]:
    """Every set there is for this reader: the lists first, then the forms by regime."""
    known = flows.flows(core, actor, now)
    return [*_lists(core, actor, known, now), *(_of_flow(core, actor, each, now) for each in known)]


def source(core: Core, actor: Actor, name: str, now: datetime) -> Source:
    """The set of that name. NotFound for what there is not and for what is not the reader's."""
    if name in _LISTS:
        found = _lists(core, actor, flows.flows(core, actor, now), now)
        return next(each for each in found if each.entity_set.name == name)
    return _of_flow(core, actor, flows.flow(core, actor, name, now), now)


# --- Figures ------------------------------------------------------------

_LEAST_AT_ONCE = 500
"""Figures to read together for a page, however small it is."""


def _of_flow(core: Core, actor: Actor, flow: Flow, now: datetime) -> Source:
    def rows(query: Query[Observation]) -> Callable[[str | None], Iterator[Observation]]:
        cut, at_once = _cut(query), max(query.size, _LEAST_AT_ONCE)

        def begin(key: str | None) -> Iterator[Observation]:
            if key is None:
                return flows.observations(core, actor, flow, cut, now, at_once)
            unit, period, row, column = _split(key)
            after = replace(cut, after=(Period.parse(period).frequency, unit, (row, column)))
            return flows.observations(core, actor, flow, after, now, at_once)

        return begin

    return Source(_figure_set(core.orgs, flow), rows)


def _cut(query: Query[Observation]) -> Cut:
    """What of the flow need be read for a filter: never less than what fits it."""
    tree = query.tree
    cut = Cut(within=query.own.get("within"), basis=basis_of(query.own), known_at=known_at_of(query.own))
    if tree is None:
        return cut
    return replace(
        cut,
        frequencies=allowed_texts(tree, "frequency"),
        units=allowed_texts(tree, "unit"),
        items=allowed_texts(tree, "row"),
        columns=allowed_texts(tree, "column"),
        from_day=bound(tree, "period_start", lower=True),
        to_day=bound(tree, "period_end", lower=False),
    )


def _split(key: str) -> tuple[str, str, str, str]:
    """(unit, period, row, column) of a figure's key; ValueError if it is none."""
    unit, period, row, column = key.split(".")
    return unit, period, row, column


def _key(observation: Observation) -> str:
    row, column = place_of(observation.measure)
    return f"{observation.unit_id}.{observation.period.code}.{row}.{column}"


def _figure_set(orgs: OrgRegister, flow: Flow) -> EntitySet[Observation]:
    frequencies = {frequency: number for number, frequency in enumerate(FREQUENCIES)}
    order = {measure: number for number, measure in enumerate(flow.ordered)}

    def place(unit: str, period: Period, measure: Measure) -> tuple[Any, ...]:
        unit_place, time_place = flows.unit_place(orgs, unit), flows.time_place(period)
        return frequencies[period.frequency], unit_place, order[measure], time_place

    def place_of_key(key: str) -> tuple[Any, ...]:
        unit, period, row, column = _split(key)
        return place(unit, Period.parse(period), flow.measures[row, column])

    columns = (
        _text("id", "Khóa", "Key", _key), *_unit_columns(orgs), *_period_columns(), *_form_columns(flow),
        *_figure_columns(),
    )  # fmt: skip
    return EntitySet(
        flow.table, flow.title, columns, "id", lambda each: place(each.unit_id, each.period, each.measure), place_of_key
    )


def _text(name: str, vi: str, en: str, get: Callable[[Any], str]) -> Property[Any]:
    return Property(name, "Edm.String", Label(vi, en), get, False)


def _whole(name: str, vi: str, en: str, get: Callable[[Any], int]) -> Property[Any]:
    return Property(name, "Edm.Int32", Label(vi, en), get, False)


def _unit_columns(orgs: OrgRegister) -> tuple[Property[Observation], ...]:
    def of(read: Callable[[OrgUnit], str]) -> Callable[[Observation], str]:
        return lambda each: read(its) if (its := orgs.units.get(each.unit_id)) is not None else ""

    return (
        _text("unit", "Đơn vị", "Unit", lambda each: each.unit_id),
        _text("unit_code", "Mã đơn vị", "Statutory code of the unit", of(lambda its: its.code)),
        _text("unit_name_vi", "Tên đơn vị", "Unit in Vietnamese", of(lambda its: its.name.vi)),
        _text("unit_name_en", "Tên đơn vị tiếng Anh", "Unit in English", of(lambda its: its.name.en)),
        _text("unit_level", "Cấp", "Level of the unit", of(lambda its: its.level)),
        _text("unit_above", "Trực thuộc", "Unit above", of(lambda its: _above(orgs, its))),
    )


def _above(orgs: OrgRegister, unit: OrgUnit) -> str:
    """The unit it belongs or last belonged to; empty for the nation."""
    found = orgs.parent(unit.id, unit.valid_to or unit.valid_from)
    return found.id if found is not None else ""


def _period_columns() -> tuple[Property[Observation], ...]:
    return (
        _text("period", "Kỳ", "Period", lambda each: each.period.code),
        _text("frequency", "Tần suất", "Frequency", lambda each: each.period.frequency),
        Property("period_start", "Edm.Date", Label("Từ ngày", "First day"), lambda each: each.period.start, False),
        Property("period_end", "Edm.Date", Label("Đến ngày", "Last day"), lambda each: each.period.end, False),
    )


def _form_columns(flow: Flow) -> tuple[Property[Observation], ...]:
    rows = {part.code: part.label for part in flow.items}
    columns = {part.code: part.label for part in flow.columns}

    def row(each: Observation) -> str:
        return place_of(each.measure)[0]

    def column(each: Observation) -> str:
        return place_of(each.measure)[1]

    return (
        _text("row", "Dòng", "Row", row),
        _text("row_name_vi", "Tên dòng", "Row in Vietnamese", lambda each: rows[row(each)].vi),
        _text("row_name_en", "Tên dòng tiếng Anh", "Row in English", lambda each: rows[row(each)].en),
        _text("column", "Cột", "Column", column),
        _text("column_name_vi", "Tên cột", "Column in Vietnamese", lambda each: columns[column(each)].vi),
        _text("column_name_en", "Tên cột tiếng Anh", "Column in English", lambda each: columns[column(each)].en),
    )


def _figure_columns() -> tuple[Property[Observation], ...]:
    weight, revised = Label("Tỷ trọng còn thiếu", "Share of the missing"), Label("Đã thay đổi", "Revised")
    return (
        Property("value", "Edm.Decimal", Label("Số liệu", "Figure"), lambda each: each.value),
        _text("unit_of_measure", "Đơn vị tính", "Unit of measure", lambda each: each.measure.unit),
        _whole("decimals", "Số chữ số thập phân", "Decimals", lambda each: each.measure.decimals),
        _text("standing", "Tình trạng", "Standing", lambda each: each.standing),
        _text("exactness", "Quy đổi", "How it was brought to this unit", lambda each: each.exactness),
        _whole("accepted", "Đã tiếp nhận", "Reports accepted", lambda each: each.accepted),
        _whole("obliged", "Phải gửi", "Reports obliged", lambda each: each.obliged),
        _whole("waiting", "Chờ tiếp nhận", "Reports sent, not yet accepted", lambda each: each.waiting),
        _whole("excluded", "Không tính", "Reports left out", lambda each: each.excluded),
        Property("missing_weight", "Edm.Decimal", weight, lambda each: each.missing_weight),
        Property("revised", "Edm.Boolean", revised, lambda each: each.revised, False),
        _text("edition", "Phiên bản chế độ", "Edition of the regime", lambda each: each.edition),
        Property("at", "Edm.DateTimeOffset", Label("Tổng hợp lúc", "Rolled up at"), lambda each: each.at),
    )


# --- Lists ------------------------------------------------------------


def _lists(core: Core, actor: Actor, known: Sequence[Flow], now: datetime) -> list[Source]:
    """Units, periods and measures, each in the order of its key."""
    regimes = sorted({flow.regime for flow in known})

    def periods() -> set[Period]:
        return {period for regime in regimes for period in figures.periods(core, actor, regime, now)}

    tables = {measure: flow.table for flow in known for measure in flow.ordered}
    return [
        _listed("Measures", Label("Chỉ tiêu", "Measures"), _measure_columns(tables),
                lambda: [each for flow in known for each in flow.ordered]),
        _listed("Periods", Label("Kỳ", "Periods"), _listed_period_columns(), periods),
        _listed("Units", Label("Đơn vị", "Units"), _listed_unit_columns(core.orgs), core.orgs.units.values),
    ]  # fmt: skip


_LISTS = frozenset({"Measures", "Periods", "Units"})


def _listed(
    name: str, label: Label, columns: tuple[Property[T], ...], items: Callable[[], Iterable[T]]
) -> Source:  # fmt: skip
    key = columns[0]

    def place(item: T) -> tuple[Any, ...]:
        return (key.get(item),)

    def rows(_query: Query[T]) -> Callable[[str | None], Iterator[T]]:
        return lambda _key: iter(sorted(items(), key=place))

    return Source(EntitySet(name, label, columns, key.name, place, lambda text: (text,)), rows)


def _measure_columns(tables: Mapping[Measure, str]) -> tuple[Property[Measure], ...]:
    return (
        _text("measure", "Chỉ tiêu", "Measure", lambda each: each.key),
        _text("table", "Bảng số liệu", "Set that holds its figures", tables.__getitem__),
        _text("regime", "Chế độ báo cáo", "Regime", lambda each: each.regime),
        _text("form", "Biểu", "Form", lambda each: each.address.form),
        _text("row", "Dòng", "Row", lambda each: place_of(each)[0]),
        _text("column", "Cột", "Column", lambda each: place_of(each)[1]),
        _text("name_vi", "Tên", "Name in Vietnamese", lambda each: each.label.vi),
        _text("name_en", "Tên tiếng Anh", "Name in English", lambda each: each.label.en),
        _text("unit_of_measure", "Đơn vị tính", "Unit of measure", lambda each: each.unit),
        _whole("decimals", "Số chữ số thập phân", "Decimals", lambda each: each.decimals),
        _text("across_units", "Cộng các đơn vị", "How units are brought together", lambda each: each.rollup),
        _text("over_time", "Gộp theo thời gian", "How periods are brought together", lambda each: each.over_time),
        _text("indicator", "Chỉ tiêu quốc gia", "National indicator", lambda each: each.indicator or ""),
    )  # fmt: skip


def _listed_period_columns() -> tuple[Property[Period], ...]:
    return (
        _text("period", "Kỳ", "Period", lambda each: each.code),
        _text("frequency", "Tần suất", "Frequency", lambda each: each.frequency),
        _text("name_vi", "Tên", "Name in Vietnamese", lambda each: each.label.vi),
        _text("name_en", "Tên tiếng Anh", "Name in English", lambda each: each.label.en),
        Property("first_day", "Edm.Date", Label("Từ ngày", "First day"), lambda each: each.start, False),
        Property("last_day", "Edm.Date", Label("Đến ngày", "Last day"), lambda each: each.end, False),
    )


def _listed_unit_columns(orgs: OrgRegister) -> tuple[Property[OrgUnit], ...]:
    return (
        _text("unit", "Đơn vị", "Unit", lambda each: each.id),
        _text("code", "Mã theo luật định", "Statutory code", lambda each: each.code),
        _text("identifier", "Mã định danh", "Identifier", lambda each: each.identifier),
        _text("name_vi", "Tên", "Name in Vietnamese", lambda each: each.name.vi),
        _text("name_en", "Tên tiếng Anh", "Name in English", lambda each: each.name.en),
        _text("level", "Cấp", "Level", lambda each: each.level),
        _text("above", "Trực thuộc", "Unit above", lambda each: _above(orgs, each)),
        Property("valid_from", "Edm.Date", Label("Từ ngày", "First day"), lambda each: each.valid_from, False),
        Property("valid_to", "Edm.Date", Label("Đến ngày", "Last day"), lambda each: each.valid_to),
    )
