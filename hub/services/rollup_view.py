"""A roll-up as its page shows it: which units are in it, what changed since, and each figure part by part (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub.domain.access import Actor
from hub.domain.filing import FilingRow
from hub.domain.form import Address, Figure
from hub.domain.lineage import Lineage, Part
from hub.domain.packing import Packed, unpack
from hub.domain.parts import DIFFERS
from hub.domain.regime import Edition
from hub.domain.visibility import Visibility, allowed
from hub.errors import NotFound
from hub.services.core import Core
from hub.services.rollup_parts import EDITABLE, ROLLUP, Children, children_of, fallen
from hub.services.seeing import filing_for, sight_of, visibility_of
from hub.store import filings, rollup_sources, versions
from hub.store.database import Connection
from hub.store.rollup_sources import Source


@dataclass(frozen=True, slots=True)
class Line:
    """A unit under a roll-up. ``open``: the reader may open its report. ``change``: what became of it since the
    version was built: ``dropped``, ``replaced`` or ``added``; empty if nothing."""

    unit_id: str
    filing_id: str
    state: str
    open: bool
    version: int | None = None
    why: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a roll-up's page shows of its units: as they stand now while it may be changed, else as it was built."""

    included: tuple[Line, ...]
    missing: tuple[Line, ...]
    excluded: tuple[Line, ...]
    changed: tuple[Line, ...]
    built_version: int | None
    built_at: datetime | None
    built_included: int
    built_obliged: int
    differing: int
    may_build: bool
    by_hand: bool
    live: bool

    @property
    def obliged(self) -> int:
        return len(self.included) + len(self.missing)

    @property
    def fallen(self) -> int:
        """How many reports are in the version and not accepted any more: it cannot be sent."""
        return sum(line.change != "added" for line in self.changed)


def overview(core: Core, actor: Actor, filing_id: str, now: datetime) -> Overview | None:
    """The units under a roll-up; None for a report that is none, or under which nobody reports."""
    with core.database.read() as connection:
        row = filing_for(core, connection, actor, filing_id, now)
        if row.scope != ROLLUP:
            return None
        children = children_of(core, connection, row)
        if not children:
            return None
        source = rollup_sources.latest(connection, row.id, row.version)
        gone = {part.filing_id for part in fallen(connection, source.lineage.parts)} if source else set()
        found = versions.get(connection, row.id, row.version).findings if row.version is not None else []
        own = sight_of(core, connection, actor, row, now).whole
    live = (row.state in EDITABLE and own) or source is None
    sight = visibility_of(core, actor, now)
    rows = {each.id: each for each in (*children.standing, *children.missing, *children.excluded)}

    def line(each: FilingRow, why: str = "", change: str = "") -> Line:
        may_open = sight.may_see_filing(each)
        return Line(each.unit_id, each.id, each.state, may_open, each.accepted_version, why, change)

    lists = _as_now(children) if live or source is None else _as_built(source.lineage)
    included, missing, excluded = (tuple(line(rows[key], why) for key, why in each if key in rows) for each in lists)
    return Overview(
        included,
        missing,
        excluded,
        changed=tuple(line(rows[key], change=change) for key, change in _changes(source, children, gone)),
        built_version=source.version if source else None,
        built_at=source.at if source else None,
        built_included=len(source.lineage.parts) if source else 0,
        built_obliged=source.lineage.obliged if source else 0,
        differing=sum(finding["code"] == DIFFERS for finding in found),
        may_build=live
        and row.state in EDITABLE
        and not row.excluded
        and allowed(actor, "build_rollup", row.unit_path, row.receiver_id, core.orgs),
        by_hand=source is None and row.version is not None,
        live=live,
    )  # fmt: skip


_Lists = tuple[list[tuple[str, str]], list[tuple[str, str]], list[tuple[str, str]]]


def _as_now(children: Children) -> _Lists:
    return (
        [(row.id, "") for row in children.standing],
        [(row.id, row.state) for row in children.missing],
        [(row.id, row.excluded_reason or "") for row in children.excluded],
    )


def _as_built(lineage: Lineage) -> _Lists:
    return (
        [(part.filing_id, "") for part in lineage.parts],
        [(each.filing_id, each.why) for each in lineage.missing],
        [(each.filing_id, each.why) for each in lineage.excluded],
    )


def _changes(source: Source | None, children: Children, gone: set[str]) -> list[tuple[str, str]]:
    """What became of the reports since a version was built, in the order of the tree."""
    if source is None:
        return []
    built = {part.filing_id for part in source.lineage.parts}
    standing = {row.id for row in children.standing}
    changes = {key: "replaced" if key in standing else "dropped" for key in gone} | dict.fromkeys(
        standing - built, "added"
    )
    order = [row.id for row in (*children.standing, *children.missing, *children.excluded)]
    return sorted(changes.items(), key=lambda each: order.index(each[0]) if each[0] in order else len(order))


# --- One figure part by part -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartValue:
    """What one unit reported of a figure; None where it reported none."""

    unit_id: str
    filing_id: str
    version: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class FigureParts:
    """A figure of a roll-up beside what its units reported. ``value`` = ``together`` + ``own`` where it adds up.

    ``hidden``: how many of the units have reports that the reader may not open (R44).
    """

    figure: Figure
    value: Decimal | None
    together: Decimal | None
    parts: tuple[PartValue, ...]
    hidden: int
    version: int
    explanation: str

    @property
    def own(self) -> Decimal | None:
        """What the unit itself added or took away; None where nothing differs."""
        if self.together is None or self.value is None or self.value == self.together:
            return None
        return self.value - self.together


def figure_parts(core: Core, actor: Actor, filing_id: str, place: Address, now: datetime) -> FigureParts:
    """What the units under a roll-up reported of one of its figures, in its latest version.

    NotFound if the report was not built from others, or has no such figure.
    """
    with core.database.read() as connection:
        row, edition, source = _built(core, connection, actor, filing_id, now)
        slot = edition.slot.get(place)
        if slot is None:
            raise NotFound
        mine = versions.get(connection, row.id, row.version or 0)
        until = sight_of(core, connection, actor, row, now).until
        explained = versions.explanations(connection, row.id, row.version or 0, until)
        sight = visibility_of(core, actor, now)
        rows = {each.id: each for each in _rows_of(connection, source.lineage.parts)}
        shown = [part for part in source.lineage.parts if _may_open(sight, rows.get(part.filing_id))]
        stored = rollup_sources.part_versions(connection, [(part.filing_id, part.version) for part in shown])
    figure = edition.figures[slot]
    made = source.lineage.vector
    return FigureParts(
        figure,
        _at(edition, mine.packed, slot),
        Decimal(int(made.figures[slot])).scaleb(-figure.decimals) if made.presence[slot] else None,
        tuple(
            PartValue(
                part.unit_id, part.filing_id, part.version,
                _at(edition, stored[part.filing_id, part.version].packed, slot),
            )
            for part in shown
        ),
        len(source.lineage.parts) - len(shown),
        source.version,
        explained.get(f"{DIFFERS}@{place}", ""),
    )  # fmt: skip


def _rows_of(connection: Connection, parts: Sequence[Part]) -> list[FilingRow]:
    found = (filings.get(connection, part.filing_id) for part in parts)
    return [row for row in found if row is not None]


def _may_open(sight: Visibility, row: FilingRow | None) -> bool:
    return row is not None and sight.may_see_filing(row)


def _at(edition: Edition, packed: Packed, slot: int) -> Decimal | None:
    return unpack(edition, packed).get(edition.figures[slot].address)


@dataclass(frozen=True, slots=True)
class BuiltFigures:
    """The figures that the units under a roll-up make together, by address, beside those of its latest version."""

    edition: Edition
    row: FilingRow
    made: dict[Address, Decimal]
    said: dict[Address, Decimal]


def built_figures(core: Core, actor: Actor, filing_id: str, now: datetime) -> BuiltFigures:
    """All figures of a built roll-up. NotFound if it was not built from others."""
    with core.database.read() as connection:
        row, edition, source = _built(core, connection, actor, filing_id, now)
        mine = versions.get(connection, row.id, row.version or 0)
    figures, presence, _ = source.lineage.vector.packed()
    return BuiltFigures(
        edition, row, unpack(edition, Packed(figures, presence)), unpack(edition, mine.packed)
    )  # fmt: skip


def _built(
    core: Core, connection: Connection, actor: Actor, filing_id: str, now: datetime
) -> tuple[FilingRow, Edition, Source]:
    row = filing_for(core, connection, actor, filing_id, now)
    source = rollup_sources.latest(connection, row.id, row.version) if row.scope == ROLLUP else None
    if source is None:
        raise NotFound(
            "Báo cáo này không được tổng hợp từ báo cáo của đơn vị cấp dưới.",
            "This report was not rolled up from reports of units below.",
        )
    return row, core.catalog.edition(row.edition), source
