"""SDMX-CSV 2.0: one line an observation, all its dimensions and attributes beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from hub.domain.observation import Observation
from hub.writers.sdmx_data import (
    DataMessage,
    dataset_attributes,
    own_values,
    series_attributes,
    series_key,
)
from hub.writers.sdmx_structure import AGENCY, MEASURE, TIME, VERSION

DATA_TYPE = "application/vnd.sdmx.data+csv;version=2.0.0"
_LINES_AT_ONCE = 500
_HEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION")


def write_data(message: DataMessage) -> Iterator[bytes]:
    """UTF-8 without a mark, RFC 4180. A figure that is missing is an empty field; its status says why.

    All values are codes, figures or dates: none can begin a formula. Without figures one line a series is written.
    """
    columns = _columns(message)
    lead = ("dataflow", f"{AGENCY}:{message.flow.id}({VERSION})", "I")
    yield _lines([(*_HEAD, *columns)])
    lines = ((*lead, *(values.get(name, "") for name in columns)) for values in _values(message))
    while taken := list(islice(lines, _LINES_AT_ONCE)):
        yield _lines(taken)


def _columns(message: DataMessage) -> tuple[str, ...]:
    structure = message.structure
    dimensions = (*(each.id for each in structure.dimensions), TIME.id, MEASURE.id)
    return (*dimensions, *(each.id for each in structure.attributes)) if message.with_attributes else dimensions


def _values(message: DataMessage) -> Iterator[dict[str, str]]:
    before = None
    for observation in message.observations:
        key = series_key(message.flow, observation)
        if not message.with_figures and key == before:
            continue
        before = key
        yield dict(key) | _beside(message, observation)


def _beside(message: DataMessage, observation: Observation) -> dict[str, str]:
    found = own_values(observation, attributes=message.with_attributes) if message.with_figures else {}
    if message.with_attributes:
        found |= {**dataset_attributes(message.basis), **series_attributes(message.orgs, observation)}
    return found


def _lines(lines: list[tuple[str, ...]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode()
