"""Tracing: from a published figure down to each unit's version, its submission, and the cell it stood in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from hub.domain.access import Actor
from hub.domain.filing import FilingRow, SubmissionRow
from hub.domain.findings import NOWHERE, Place
from hub.domain.form import ALL_RECORDS, RECORD_COUNT, Address, Label
from hub.domain.org import NATION
from hub.domain.packing import Packed, unpack
from hub.domain.period import Period
from hub.domain.recompute import recompute_totals
from hub.domain.regime import Edition
from hub.domain.rollup import Matrix, Vector, as_decimals, joined, over_time, whole
from hub.domain.series import carried_through, vector_as
from hub.domain.sight import WORDS_ONLY
from hub.domain.visibility import Visibility, is_within
from hub.errors import BadRequest
from hub.readers.tables_json import read_tables_json
from hub.services.core import Core
from hub.services.originals import UNKNOWN, Sought, Stood, places
from hub.services.publication import readable
from hub.services.receipts import address_from_text
from hub.services.seeing import visibility_of
from hub.store import filings, publications, submissions, versions
from hub.store.database import Connection
from hub.store.publications import PublicationRow
from hub.store.versions import StoredVersion
from hub.writers.tables_xlsx import figure_cells

MOST_PLACES = 500
"""How many submissions one trace opens to find the very cell; further parts still name version and submission."""


@dataclass(frozen=True, slots=True)
class TracePart:
    """One input of a figure: a unit's version, the submission that brought it, and where the value stood there.

    ``computed``: the submission left the cell blank and the hub filled it by the form's own rule.
    """

    unit_id: str
    unit_name: Label
    unit_path: str
    value: Decimal | None
    filing_id: str
    version: int
    version_sha256: str
    submission_id: str
    door: str
    filename: str
    content_sha256: str
    place: Place
    computed: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """The path of one figure. ``value`` is recomputed from all parts: it must be the published one.

    ``parts`` are those whose reports the actor may open; ``hidden`` counts the others (R44).
    """

    publication: PublicationRow
    regime: str
    edition: str
    period: str
    address: Address
    label: Label
    unit_id: str
    unit_name: Label
    value: Decimal | None
    rollup: str
    accepted: int
    obliged: int
    parts: tuple[TracePart, ...]
    hidden: int


def trace(core: Core, actor: Actor, publication_id: str, cell: str, now: datetime) -> Trace:
    """Walk a figure of a publication back.

    ``cell``: ``F1.r01.c03`` (the nation's), ``<unit>:F1.r01.c03``, ``<regime>@<unit>:F1.r01.c03``, or where the figure
    stands in the publication's workbook: ``T1!C9``.

    Everything is read from the publication's manifest and the immutable versions it names, never from present state.
    NotFound for a publication that is unknown or not for the actor, BadRequest for a cell that is not a figure of it.
    """
    with core.database.read() as connection:
        row, manifest = readable(core, connection, actor, publication_id, now)
        regime, unit_id, address = _parse(_named(connection, row, cell), manifest)
        source = manifest["regimes"][regime]
        edition = core.catalog.edition(source["edition"])
        if address not in edition.slot:
            raise _no_such(cell)
        inputs = list(_inputs(connection, source, unit_id))
        value, parts = _parts(core, connection, edition, inputs, address, visibility_of(core, actor, now))
    accepted, obliged = source["coverage"].get(unit_id, (0, 0))
    return Trace(
        row, regime, edition.key, source["period"], address, _label(edition, address), unit_id,
        _name(core, unit_id), value, edition.figures[edition.slot[address]].rollup.kind, accepted, obliged, parts,
        len(inputs) - len(parts),
    )  # fmt: skip


def _named(connection: Connection, row: PublicationRow, cell: str) -> str:
    """The reference of a figure that was named by its place in the publication's workbook; other names as they are."""
    sheet, mark, place = cell.partition("!")
    if not mark:
        return cell
    stored = publications.file(connection, row.id, publications.json_name(row))
    assert stored is not None
    try:
        return figure_cells(read_tables_json(stored.content))[f"{sheet}!{place.upper()}"]
    except KeyError:
        raise _no_such(cell) from None


def _no_such(cell: str) -> BadRequest:
    return BadRequest(f"“{cell}” không phải một số liệu của báo cáo này.", f"“{cell}” is not a figure of this report.")


def _parse(cell: str, manifest: dict[str, Any]) -> tuple[str, str, Address]:
    """Regime, unit and address of a traced cell; the only regime and the nation where it does not say."""
    regime, at, rest = cell.partition("@")
    if not at:
        rest, regime = cell, next(iter(manifest["regimes"])) if len(manifest["regimes"]) == 1 else ""
    unit_id, colon, text = rest.rpartition(":")
    try:
        address = address_from_text(text)
    except ValueError:
        raise _no_such(cell) from None
    if regime not in manifest["regimes"]:
        raise _no_such(cell)
    return regime, unit_id if colon else NATION, address


def _inputs(connection: Connection, source: dict[str, Any], unit_id: str) -> Iterator[tuple[FilingRow, int, str]]:
    """The manifest's inputs that belong to a unit, in the order of the tree."""
    rows = []
    for filing_id, number, sha256 in source["inputs"]:
        row = filings.get(connection, filing_id)
        if row is not None and (unit_id == NATION or f"/{unit_id}" in row.unit_path):
            rows.append((row, int(number), str(sha256)))
    yield from sorted(rows, key=lambda each: (each[0].unit_path, each[0].period))


def _parts(
    core: Core, connection: Connection, edition: Edition, inputs: list[tuple[FilingRow, int, str]], address: Address,
    visibility: Visibility,
) -> tuple[Decimal | None, tuple[TracePart, ...]]:  # fmt: skip
    parts: list[TracePart] = []
    packed: list[tuple[FilingRow, Packed]] = []
    sought: list[Sought] = []
    for row, number, sha256 in inputs:
        stored = versions.get(connection, row.id, number)
        packed.append((row, stored.packed))
        if not _may_open(visibility, row):
            continue
        its, at = _before(core, edition, row, address)
        arrival = _arrival_of_figures(connection, stored)
        if len(sought) < MOST_PLACES and at is not None:
            sought.append(Sought(row, its, arrival, at))
        parts.append(
            TracePart(
                row.unit_id, _name(core, row.unit_id), row.unit_path,
                unpack(its, stored.packed).get(at) if at is not None else None, row.id, number, sha256, arrival.id,
                arrival.door, arrival.filename, arrival.sha256, NOWHERE, False,
            )
        )  # fmt: skip
    if not packed:
        return None, ()
    stood = places(core, connection, sought)
    placed = (_placed(part, stood.get(part.filing_id, UNKNOWN)) for part in parts)
    return as_decimals(edition, _together(core, edition, packed)).get(address), tuple(placed)


def _arrival_of_figures(connection: Connection, stored: StoredVersion) -> SubmissionRow:
    """What brought a version's figures: a Word file brings words only and leaves the figures of the version before."""
    while True:
        arrival = submissions.get(connection, stored.row.submission_id)
        assert arrival is not None
        if arrival[0].door not in WORDS_ONLY or stored.row.number == 1:
            return arrival[0]
        stored = versions.get(connection, stored.row.filing_id, stored.row.number - 1)


def _placed(part: TracePart, stood: Stood) -> TracePart:
    return replace(part, place=stood.place, computed=stood.computed)


def _before(core: Core, edition: Edition, row: FilingRow, address: Address) -> tuple[Edition, Address | None]:
    """The edition a report was made under and where the figure stood in it; None if its series began later."""
    its = core.catalog.edition(row.edition)
    if its.key == edition.key:
        return its, address
    return its, carried_through(core.catalog.regimes[edition.regime].editions, its, edition).get(address)


def _may_open(visibility: Visibility, row: FilingRow) -> bool:
    """An accepted version may be opened by who may see the report, whatever became of the report since."""
    within = any(is_within(row.unit_path, path) for path in visibility.unit_paths)
    return visibility.national or within or row.receiver_id in visibility.receives_for


def _together(core: Core, edition: Edition, packed: Sequence[tuple[FilingRow, Packed]]) -> Vector:
    """All inputs brought together: those of one period over units, then the periods over time if there are several.

    As in aggregation, reports of an earlier edition are summed as they are and then go in where their series goes on.
    """
    known = core.catalog.regimes[edition.regime].editions
    campaigns: dict[tuple[str, str], list[Packed]] = {}
    for row, its in packed:
        campaigns.setdefault((row.period, row.edition), []).append(its)
    months: dict[Period, list[Vector]] = {}
    for (code, key), rows in campaigns.items():
        under = core.catalog.edition(key)
        matrix = Matrix.of(under, [row.figures for row in rows], [row.presence for row in rows])
        months.setdefault(Period.parse(code), []).append(vector_as(edition, under, whole(under, matrix), known))
    vectors = [joined(edition, months[month]) for month in sorted(months, key=lambda period: period.start)]
    if len(vectors) == 1 and vectors[0] is not None:
        return vectors[0]
    return over_time(edition, vectors, lambda known, wanted: recompute_totals(edition, known, wanted))


def _name(core: Core, unit_id: str) -> Label:
    unit = core.orgs.units.get(unit_id)
    return unit.name if unit is not None else Label(unit_id, unit_id)


def _label(edition: Edition, address: Address) -> Label:
    """Row and column in words."""
    form = edition.form(address.form)
    if address.column == RECORD_COUNT:
        return Label(f"{form.title.vi}: số bản ghi", f"{form.title.en}: records")
    column = form.column(address.column).label
    if address.row == ALL_RECORDS:
        return Label(f"{form.title.vi}: {column.vi}", f"{form.title.en}: {column.en}")
    row = form.row(address.row).label
    return Label(f"{row.vi}: {column.vi}", f"{row.en}: {column.en}")
