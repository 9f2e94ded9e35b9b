"""Where figures stood in the bytes that were received: each original is read once, however many reports it brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from hub.domain.envelope import Door, Identity, Reading
from hub.domain.filing import FilingRow, SubmissionRow
from hub.domain.findings import NOWHERE, Place
from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address
from hub.domain.regime import Edition
from hub.readers.dispatch import read
from hub.readers.limits import Limits
from hub.services.core import Core
from hub.store import submissions
from hub.store.database import Connection


@dataclass(frozen=True, slots=True)
class Sought:
    """One value to find again: the report, the edition it was made under, its arrival, and where in the form."""

    row: FilingRow
    edition: Edition
    arrival: SubmissionRow
    address: Address


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a value stood; ``computed``: the cell was blank there and the hub filled it by the form's own rule."""

    place: Place = NOWHERE
    computed: bool = False


UNKNOWN = Stood()


def places(core: Core, connection: Connection, sought: Sequence[Sought]) -> Mapping[str, Stood]:
    """Filing id → where its value stood, by reading the received bytes again; no entry where they do not say."""
    originals: dict[tuple[str, str, Address], list[Sought]] = defaultdict(list)
    for each in sought:
        originals[each.arrival.sha256, each.edition.key, each.address].append(each)
    found: dict[str, Stood] = {}
    for together in originals.values():
        for filing_id, stood in _in_one_original(core, connection, together):
            found.setdefault(filing_id, stood)
    return found


def _in_one_original(core: Core, connection: Connection, together: list[Sought]) -> Iterator[tuple[str, Stood]]:
    """One reading finds all reports that the original names; one that names none is read again for each."""
    content = submissions.content(connection, together[0].arrival.sha256)
    waiting = {each.row.id: each for each in together}
    while waiting:
        first = next(iter(waiting.values()))
        for reading in _readings(core, content, first):
            for each in [each for each in waiting.values() if _is_of(core, reading, each.row)]:
                del waiting[each.row.id]
                yield each.row.id, _stood(reading, each.address)
            if not waiting:
                return
        waiting.pop(first.row.id, None)


def _readings(core: Core, content: bytes, each: Sought) -> Iterator[Reading]:
    limits = Limits(max_bytes=core.config.max_upload_bytes)
    return read(cast(Door, each.arrival.door), content, lambda _: each.edition, _identity(each.row), limits)


def _identity(row: FilingRow) -> Identity:
    return Identity(row.regime, row.edition.partition("/")[2], row.unit_id, row.period, row.scope)


def _is_of(core: Core, reading: Reading, row: FilingRow) -> bool:
    """Whether a document speaks of this report; what it leaves unsaid fits any."""
    said = reading.identity
    if said.period not in {None, row.period} or said.scope not in {None, row.scope}:
        return False
    unit = core.orgs.find(said.unit or row.unit_id, row.window_end)
    return unit is not None and (unit.id == row.unit_id or unit.id in core.orgs.same_body(row.unit_id))


def _stood(reading: Reading, address: Address) -> Stood:
    form = reading.forms.get(address.form)
    if form is None:
        return Stood(NOWHERE, computed=True)
    if address.row != ALL_RECORDS:
        return Stood(reading.place(address), (address.row, address.column) not in form.cells)
    if not form.records:
        return UNKNOWN
    column = address.column if address.column != RECORD_COUNT else next(iter(form.records[0]), "")
    return Stood(reading.place(Address(address.form, "1", column)))
