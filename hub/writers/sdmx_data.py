"""Observations as SDMX writes them, whatever the format: dimension values, attribute values, exact figures as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from hub.domain.flow import Flow, place_of
from hub.domain.observation import Basis, Observation
from hub.domain.org import OrgRegister
from hub.domain.sdmx_time import FREQUENCIES, call_number, time_period
from hub.writers.sdmx_structure import (
    BASES,
    EXACTNESSES,
    MEASURE,
    OBSERVED,
    STATUSES,
    TIME,
    DataStructure,
    structure_of,
    unit_code,
)

DETAILS = ("full", "dataonly", "serieskeysonly", "nodata")
"""What of the data a client wants: all, no attributes, only the keys of the series, or the series without figures."""


@dataclass(frozen=True)
class DataMessage:
    """What a data message holds. ``observations`` come series by series: one frequency, unit, item and column after
    another, each in order of time; they may come one by one from a long reading.
    """

    flow: Flow
    orgs: OrgRegister
    basis: Basis
    prepared: datetime
    observations: Iterable[Observation]
    detail: str = "full"

    @property
    def structure(self) -> DataStructure:
        return structure_of(self.flow)

    @property
    def with_attributes(self) -> bool:
        return self.detail in {"full", "nodata"}

    @property
    def with_figures(self) -> bool:
        return self.detail in {"full", "dataonly"}


SeriesKey = tuple[tuple[str, str], ...]
"""(dimension, value) of all dimensions but time, in the structure's order."""


def figure_text(value: Decimal) -> str:
    """All digits of a figure, without an exponent and never as minus zero."""
    text = format(value, "f")
    return text.removeprefix("-") if not value else text


def series_key(flow: Flow, observation: Observation) -> SeriesKey:
    """The key of the series that an observation belongs to."""
    item, column = place_of(observation.measure)
    period = observation.period
    key = (
        ("FREQ", FREQUENCIES[period.frequency].id),
        ("REF_AREA", observation.unit_id),
        ("ITEM", item),
        ("MEASURE", column),
    )
    return (*key, ("CALL_NO", call_number(period))) if flow.called else key


def series_attributes(orgs: OrgRegister, observation: Observation) -> dict[str, str]:
    """What holds for a whole series."""
    unit = orgs.units.get(observation.unit_id)
    measure = observation.measure
    found = {"UNIT_MEASURE": unit_code(measure.unit), "DECIMALS": str(measure.decimals)}
    return {"AREA_CODE": unit.code} | found if unit is not None else found


def own_values(observation: Observation, *, attributes: bool) -> dict[str, str]:
    """TIME_PERIOD, OBS_VALUE where there is a figure, and what is said of this one figure."""
    found = {TIME.id: time_period(observation.period)}
    if observation.value is not None:
        found[MEASURE.id] = figure_text(observation.value)
    return found | own_attributes(observation) if attributes else found


def own_attributes(observation: Observation) -> dict[str, str]:
    """What is said of one figure."""
    found = {
        "OBS_STATUS": STATUSES[observation.standing].id,
        "ACCEPTED": str(observation.accepted),
        "OBLIGED": str(observation.obliged),
        "WAITING": str(observation.waiting),
        "EDITION": observation.edition,
        "EXACTNESS": EXACTNESSES[observation.exactness].id,
        "REVISED": "true" if observation.revised else "false",
    }
    if observation.missing_weight is not None:
        found["MISSING_WEIGHT"] = figure_text(observation.missing_weight)
    return found


def dataset_attributes(basis: Basis) -> Mapping[str, str]:
    """What holds for everything in the message."""
    return {"BASIS": BASES[basis].id}


def by_series(message: DataMessage) -> Iterator[tuple[SeriesKey, Observation, Iterable[Observation]]]:
    """Each series with its first observation (for what holds for the series) and all its observations."""
    grouped = groupby(message.observations, key=lambda each: series_key(message.flow, each))
    for key, its in grouped:
        first = next(its)
        yield key, first, _again(first, its)


def _again(first: Observation, rest: Iterable[Observation]) -> Iterator[Observation]:
    yield first
    yield from rest


def observed_ids(structure: DataStructure) -> tuple[str, ...]:
    """The attributes of single figures."""
    return tuple(each.id for each in structure.attributes if each.of == OBSERVED)
