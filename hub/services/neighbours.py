"""A received report beside last period's figures and beside the other units of its campaign that the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.filing import SEEN_BY_RECEIVER, FilingRow
from hub.domain.findings import Finding
from hub.domain.form import Address, Figure
from hub.domain.neighbours import Growths, Neighbourhood, Said, Spread, growths, neighbourhood, reasons
from hub.domain.packing import FigureOverflow, pack, unpack
from hub.domain.regime import Edition
from hub.domain.remark import place_of
from hub.domain.values import Value, Values
from hub.domain.visibility import Visibility
from hub.services.core import Core
from hub.services.filings import FilingView
from hub.services.seeing import visibility_of
from hub.store import neighbours
from hub.store.database import Connection

DOTS = 60
"""At most so many neighbours are drawn of a figure."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure under review. ``reasons``: why it stands out; ``findings`` with the reporter's explanations beside.

    ``own`` is None where nothing was reported; a cell that is no figure of the edition has no ``spread``.
    """

    address: Address
    place: str
    decimals: int
    own: Value | None
    before: Value | None
    spread: Spread | None
    reasons: tuple[Said, ...]
    findings: tuple[tuple[Finding, str], ...]

    @property
    def notable(self) -> bool:
        return bool(self.reasons or self.findings)


@dataclass(frozen=True, slots=True)
class Review:
    """All figures of a report in the order of its forms. ``units``: how many other units stand beside it."""

    cells: tuple[Cell, ...]
    units: int


def reviews(core: Core, actor: Actor, row: FilingRow, now: datetime) -> bool:
    """True for who looks at a received report from the receiver's side."""
    sees = visibility_of(core, actor, now)
    return (
        row.state in SEEN_BY_RECEIVER
        and row.sent_version is not None
        and (sees.national or row.receiver_id in sees.receives_for)
    )


def review_of(core: Core, actor: Actor, view: FilingView, now: datetime) -> Review:
    """The latest version of a report the actor has opened, figure by figure, beside those of its neighbours."""
    sees = visibility_of(core, actor, now)
    with core.database.read() as connection:
        beside, changes = _beside(connection, sees, view)
    own, before = _figures(view.edition, view.values), _figures(view.edition, view.previous)
    found = _findings_by_address(view)
    asked = {form.code for form in view.forms}
    cells = [
        _cell(figure, slot, own, before, beside, changes, found.pop(figure.address, ()))
        for slot, figure in enumerate(view.edition.figures)
        if figure.address.form in asked
    ]
    cells += [_other_cell(view, address, findings) for address, findings in found.items() if address.form in asked]
    order = {form.code: index for index, form in enumerate(view.edition.forms)}
    return Review(tuple(sorted(cells, key=lambda cell: order[cell.address.form])), beside.units)


def _beside(connection: Connection, sees: Visibility, view: FilingView) -> tuple[Neighbourhood, Growths]:
    """The neighbours of this period, accepted or sent, and how they changed since the last where both are in force."""
    row = view.row
    now = [*neighbours.standing_beside(connection, sees, row, row.period)]
    now += neighbours.sent_beside(connection, sees, row)
    last = view.period.previous()
    earlier = {each[0]: each for each in neighbours.standing_beside(connection, sees, row, last.code)} if last else {}
    both = [(each[1:], earlier[each[0]][1:]) for each in now if each[0] in earlier]
    return (
        neighbourhood(view.edition, [each[1] for each in now], [each[2] for each in now]),
        growths(view.edition, [each[0] for each in both], [each[1] for each in both]),
    )


def _figures(edition: Edition, values: Values | None) -> Mapping[Address, Decimal]:
    """The figures by address, list totals and record counts among them; nothing where there was no report."""
    if values is None:
        return {}
    try:
        return unpack(edition, pack(edition, values))
    except FigureOverflow:  # last period's, carried into other units of measure
        return {}


def _cell(
    figure: Figure, slot: int, own: Mapping[Address, Decimal], before: Mapping[Address, Decimal],
    beside: Neighbourhood, changes: Growths, findings: Sequence[tuple[Finding, str]],
) -> Cell:  # fmt: skip
    address, decimals = figure.address, figure.decimals
    its, last = own.get(address), before.get(address)
    spread = beside.spread(slot, its, dots=DOTS)
    why = reasons(its, decimals, last, spread) if its is not None else []
    if not why and its is not None and (grown := changes.reason(slot, its, last)):
        why = [grown]
    return Cell(address, place_of(address), decimals, its, last, spread, tuple(why), tuple(findings))


def _other_cell(view: FilingView, address: Address, findings: Sequence[tuple[Finding, str]]) -> Cell:
    """A cell of which something was found though it is no packed figure: a text, or one record of a list."""
    form = view.edition.form_by_code[address.form]
    decimals = next((column.decimals for column in form.columns if column.code == address.column), 0)
    before = view.previous.get(address) if view.previous is not None and form.kind == "grid" else None
    return Cell(
        address, place_of(address), decimals, view.values.get(address), before, None, (), tuple(findings)
    )  # fmt: skip


def _findings_by_address(view: FilingView) -> dict[Address, tuple[tuple[Finding, str], ...]]:
    """What was found of each place of a form, with what the reporter explained; notes are left out."""
    found: dict[Address, tuple[tuple[Finding, str], ...]] = {}
    for finding in view.findings:
        if finding.address is not None and finding.severity != "note" and finding.address.form != "outline":
            told = (finding, view.explanations.get(finding.key, ""))
            found[finding.address] = (*found.get(finding.address, ()), told)
    return found
