"""What changed between two editions of a publication and why: which unit amended what, when, on whose word.

Read from both editions as they were issued, from the versions that their manifests name, and from the decisions made on
those reports until the newer edition was issued; never from present figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.domain.access import Actor
from hub.domain.contribution import Contribution, Contributions, Input, explains
from hub.domain.figure_label import figure_label
from hub.domain.filing import DecisionRow
from hub.domain.form import Address, Label
from hub.domain.org import NATION
from hub.domain.period import Period
from hub.domain.publication_change import (
    CoverageChange,
    FigureChange,
    InputChange,
    InputKind,
    SourceChange,
    coverage_changes,
    figure_changes,
    input_changes,
    source_changes,
)
from hub.domain.regime import Edition
from hub.domain.tiling import tiles
from hub.domain.visibility import Visibility, is_within
from hub.errors import BadRequest
from hub.readers.tables_json import read_tables_json
from hub.services.campaigns import window_of
from hub.services.core import Core
from hub.services.publication import NATION_NAME, readable
from hub.services.receipts import address_from_text
from hub.services.seeing import visibility_of
from hub.store import publication_inputs, publications
from hub.store.database import Connection
from hub.store.publication_inputs import InputRow
from hub.store.publications import PublicationRow

TOLD = frozenset({"withdraw", "send", "accept", "send_back", "amend", "exclude", "include", "finalise"})
"""The steps of a report that say why it counts differently."""

MOST_REPORTS = 60
"""How many reports of one figure are told one by one."""


@dataclass(frozen=True, slots=True)
class ReportChange:
    """One report that counts differently, for who may open it. ``steps``: what was decided on it in between.

    ``why``: the last of them with a reason.
    """

    kind: InputKind
    regime: str
    filing_id: str
    unit_id: str
    unit_name: Label
    period: str
    old_version: int | None
    new_version: int | None
    steps: tuple[DecisionRow, ...]
    why: DecisionRow | None


@dataclass(frozen=True, slots=True)
class Part:
    """What moved a figure: one report, or ``count`` reports of a unit together where the actor may not open them.

    ``moved`` is None where the figure is no sum of its reports.
    """

    unit_id: str
    unit_name: Label
    filing_id: str | None
    count: int
    old: Decimal | None
    new: Decimal | None
    moved: Decimal | None


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure that differs, with the reports that moved it. ``exact``: they add up to its difference exactly.

    ``made_of``: the figures that a ratio or mean is computed from, to be looked at in its stead.
    """

    change: FigureChange
    label: Label
    unit_name: Label
    rollup: str
    parts: tuple[Part, ...]
    exact: bool
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Two editions of one report and period, the older first. ``hidden``: reports that the actor may not open."""

    old: PublicationRow
    new: PublicationRow
    sources: tuple[SourceChange, ...]
    coverage: Mapping[str, tuple[CoverageChange, ...]]
    reports: tuple[ReportChange, ...]
    hidden: int
    figures: tuple[FigureLine, ...]
    total: int
    """How many figures differ in all; ``figures`` are those that were asked for."""

    @property
    def counts(self) -> dict[str, int]:
        """How many of the reports that may be opened were amended, added and are gone."""
        kinds = [report.kind for report in self.reports]
        return {kind: kinds.count(kind) for kind in ("amended", "added", "gone")}


@dataclass(slots=True)
class _Source:
    """One regime that both editions draw on alike: its changed reports and how they move its figures."""

    edition: Edition
    rows: dict[str, InputRow]
    under: dict[str, frozenset[str]]
    changes: list[InputChange]
    contributions: Contributions
    open: set[str] = field(default_factory=set)


def changes(
    core: Core, actor: Actor, publication_id: str, against: str, now: datetime, *, skip: int = 0,
    most: int | None = None, figure: str | None = None,
) -> Changes:  # fmt: skip
    """What the newer of two editions says differently. Which is named first makes no difference.

    Of the figures only ``most`` after the first ``skip``, or the one of that name.

    BadRequest unless both are editions of one report and period; NotFound for what the actor may not read.
    """
    with core.database.read() as connection:
        pair = [readable(core, connection, actor, each, now) for each in (publication_id, against)]
        (old, before), (new, after) = sorted(pair, key=lambda each: each[0].number)
        if (old.report, old.period) != (new.report, new.period):
            raise BadRequest(
                "Chỉ so sánh được hai ấn bản của cùng một báo cáo và kỳ.",
                "Only two editions of the same report and period can be compared.",
            )
        documents = [read_tables_json(_shown(connection, row)) for row in (old, new)]
        sight = visibility_of(core, actor, now)
        sources = _sources(core, connection, sight, before, after)
        opened = {each for source in sources.values() for each in source.open}
        steps = publication_inputs.steps(connection, opened)
    reports = [
        _report(core, regime, change, source.rows[change.filing_id], steps.get(change.filing_id, []), new.issued_at)
        for regime, source in sources.items()
        for change in source.changes
        if change.filing_id in source.open
    ]
    differing = figure_changes(*documents)
    asked = [each for each in differing if figure is None or str(each.ref) == figure]
    shown = asked[skip:] if most is None else asked[skip : skip + most]
    lines = [_line(core, sources.get(change.ref.regime), change) for change in shown]
    total = sum(len(source.changes) for source in sources.values())
    coverage = {code: tuple(_nation_first(coverage_changes(*both))) for code, both in _both(before, after)}
    return Changes(
        old, new, tuple(source_changes(before, after)), {code: found for code, found in coverage.items() if found},
        tuple(reports), total - len(reports), tuple(lines), len(differing),
    )  # fmt: skip


def _nation_first(found: list[CoverageChange]) -> list[CoverageChange]:
    return sorted(found, key=lambda each: (each.unit_id != NATION, each.unit_id))


def _shown(connection: Connection, row: PublicationRow) -> bytes:
    stored = publications.file(connection, row.id, publications.json_name(row))
    assert stored is not None
    return stored.content


def _both(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, tuple[Mapping[str, Any], Mapping[str, Any]]]]:
    """The regimes that both manifests draw on."""
    regimes = before["regimes"], after["regimes"]
    return [(code, (regimes[0][code], regimes[1][code])) for code in sorted(regimes[0].keys() & regimes[1].keys())]


def _sources(
    core: Core, connection: Connection, sight: Visibility, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, _Source]:
    """The regimes whose figures can be told report by report: of the same edition and period in both manifests."""
    alike = [
        (code, old, new)
        for code, (old, new) in _both(before, after)
        if all(old[name] == new[name] for name in ("edition", "period")) and old["edition"] in core.catalog.editions
    ]
    changed = {code: input_changes(old["inputs"], new["inputs"]) for code, old, new in alike}
    rows = publication_inputs.filings(connection, {each.filing_id for found in changed.values() for each in found})
    packed = publication_inputs.figures(connection, set(_versions(changed.values())))
    made = {}
    for code, _, new in alike:
        known = [each for each in changed[code] if each.filing_id in rows]
        made[code] = _source(core, connection, new, known, rows, packed)
        made[code].open = {each.filing_id for each in known if _may_open(sight, rows[each.filing_id])}
    return made


def _versions(changed: Iterable[Sequence[InputChange]]) -> Iterable[tuple[str, int]]:
    for each in (change for found in changed for change in found):
        for number in (each.old_version, each.new_version):
            if number is not None:
                yield each.filing_id, number


def _source(
    core: Core, connection: Connection, manifest: Mapping[str, Any], changed: list[InputChange],
    rows: dict[str, InputRow], packed: Mapping[tuple[str, int], publication_inputs.InputVersion],
) -> _Source:  # fmt: skip
    edition, period = core.catalog.edition(manifest["edition"]), Period.parse(manifest["period"])
    known = core.catalog.regimes[edition.regime].editions

    def figures(filing_id: str, number: int | None) -> Any:
        found = packed.get((filing_id, number)) if number is not None else None
        return found.packed if found is not None else None

    inputs = [
        Input(
            each.filing_id, Period.parse(row.period), core.catalog.edition(row.edition),
            figures(each.filing_id, each.old_version), figures(each.filing_id, each.new_version),
        )
        for each in changed
        for row in (rows[each.filing_id],)
    ]  # fmt: skip
    last_day = window_of(core, connection, edition, period).end
    its = {each.filing_id: rows[each.filing_id] for each in changed}
    under = {filing_id: _under(core, row, last_day) for filing_id, row in its.items()}
    return _Source(edition, its, under, changed, Contributions(edition, inputs, parts_of(core, edition, period), known))


def parts_of(core: Core, edition: Edition, period: Period) -> tuple[Period, ...]:
    """The periods whose reports make up a period's figures: itself where the edition asks for it, else its parts."""
    if period.frequency in edition.frequencies:
        return (period,)
    earlier = [one for one in core.catalog.regimes[edition.regime].editions if one.valid_from <= edition.valid_from]
    return tuple(part for _, part in tiles(earlier, period))


def _may_open(sight: Visibility, row: InputRow) -> bool:
    """What counted in a publication may be opened by who may see the report, whatever became of it since (R44)."""
    within = any(is_within(row.unit_path, path) for path in sight.unit_paths)
    return sight.national or within or row.receiver_id in sight.receives_for


def _report(
    core: Core, regime: str, change: InputChange, row: InputRow, steps: Sequence[DecisionRow], until: datetime
) -> ReportChange:
    told = _between(change, steps, until)
    return ReportChange(
        change.kind, regime, row.filing_id, row.unit_id, unit_name(core, row.unit_id), row.period, change.old_version,
        change.new_version, tuple(told), next((step for step in reversed(told) if step.reason), None),
    )  # fmt: skip


def _between(change: InputChange, steps: Sequence[DecisionRow], until: datetime) -> list[DecisionRow]:
    """The steps after the older version was accepted, or all where there was none, until the newer edition."""
    accepted = [n for n, each in enumerate(steps) if each.event == "accept" and each.version == change.old_version]
    after = steps[accepted[0] + 1 :] if change.old_version is not None and accepted else steps
    return [step for step in after if step.at <= until and step.event in TOLD]


def _line(core: Core, source: _Source | None, change: FigureChange) -> FigureLine:
    place = unit_name(core, change.ref.unit_id)
    address = _address(change.ref.address)
    if source is None or address is None or address not in source.edition.slot:
        return FigureLine(change, Label(change.ref.address, change.ref.address), place, "", (), False)
    found = [each for each in source.contributions.of(address) if change.ref.unit_id in source.under[each.filing_id]]
    rollup = source.edition.figures[source.edition.slot[address]].rollup
    columns = (rollup.numerator, rollup.denominator, rollup.weight)
    made_of = tuple(
        f"{change.ref.regime}@{change.ref.unit_id}:{Address(address.form, address.row, each)}"
        for each in columns
        if each is not None
    )
    return FigureLine(
        change, figure_label(source.edition, address), place, rollup.kind, tuple(_parts(core, source, found)),
        explains(found, change.difference), made_of,
    )  # fmt: skip


def _address(text: str) -> Address | None:
    try:
        return address_from_text(text)
    except ValueError:
        return None


def _under(core: Core, row: InputRow, last_day: date) -> frozenset[str]:
    """In whose figures a report stands: the nation's, and the unit's right below it, by its names until that day."""
    above = _above(row)
    heirs = core.orgs.today(above, last_day) if above in core.orgs.units else ()
    return frozenset({NATION, above, *(unit.id for unit in heirs if len(heirs) == 1)})


def _above(row: InputRow) -> str:
    """The unit right below the nation that a report stands under."""
    return row.unit_path.split("/", 2)[1]


def _parts(core: Core, source: _Source, found: Sequence[Contribution]) -> list[Part]:
    """The reports that may be opened, the largest move first; then the others, unit by unit below the nation.

    Of more than a page has room for, all are told unit by unit.
    """
    shown, hidden = [], dict[str, list[Contribution]]()
    for each in found:
        row = source.rows[each.filing_id]
        if each.filing_id in source.open and len(found) <= MOST_REPORTS:
            name = unit_name(core, row.unit_id)
            shown.append(Part(row.unit_id, name, row.filing_id, 1, each.old, each.new, each.moved))
        else:
            hidden.setdefault(_above(row), []).append(each)
    shown.sort(key=lambda part: -abs(part.moved or Decimal(0)))
    return shown + [
        Part(unit, unit_name(core, unit), None, len(some), None, None, _together(some)) for unit, some in hidden.items()
    ]


def _together(some: Sequence[Contribution]) -> Decimal | None:
    moved = [each.moved for each in some if each.moved is not None]
    return sum(moved, Decimal(0)) if len(moved) == len(some) else None


def unit_name(core: Core, unit_id: str) -> Label:
    """The unit's name as publications say it; its id where the register does not know it."""
    if unit_id == NATION:
        return NATION_NAME
    unit = core.orgs.units.get(unit_id)
    return unit.name if unit is not None else Label(unit_id, unit_id)
