"""Figures that moved far away from last period's: the unit is asked to explain them before it sends.

A figure swings if it is more than ``factor`` times last period's or less than that part of it, or changed its sign,
and if it moved by at least ``least`` of its unit, so that 1 → 4 is none. A total whose part swings is not asked about
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from hub.domain.cell_reading import people_number
from hub.domain.findings import Finding
from hub.domain.form import ALL_RECORDS, Address, Column, Form, Label
from hub.domain.per_edition import per_edition
from hub.domain.regime import Edition, Swing
from hub.domain.rule_kinds import THIS
from hub.domain.rule_numbers import exact_text
from hub.domain.tables import shown_number
from hub.domain.totals import computed
from hub.domain.values import FormValues, Values

SWING, MORE = "swing", "more_swings"
SWING_CODES = frozenset({SWING, MORE})
MOST_SHOWN = 25
"""A report with more swings than this is asked about the rest of them together."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of this period and last period's."""

    address: Address
    before: Decimal
    after: Decimal

    @property
    def share(self) -> Decimal:
        """How many times the greater is the smaller; without end from or to zero."""
        small, great = sorted((abs(self.before), abs(self.after)))
        return great / small if small else Decimal("Infinity")


def swings(edition: Edition, values: Values, previous: Values | None) -> list[Finding]:
    """One warning for each figure that swings, in the form's order; past ``MOST_SHOWN`` the farthest, and one for all.

    Both values must be there as figures. Nothing where the edition does not ask or nothing is known of last period.
    """
    if edition.swing is None or previous is None:
        return []
    found = list(_moved(edition, edition.swing, values, previous))
    if len(found) <= MOST_SHOWN:
        return [_finding(edition, moved) for moved in found]
    farthest = set(sorted(found, key=lambda moved: moved.share, reverse=True)[:MOST_SHOWN])
    shown = [_finding(edition, moved) for moved in found if moved in farthest]
    return [*shown, _rest(len(found) - MOST_SHOWN)]


def swings_between(swing: Swing, before: Decimal, after: Decimal) -> bool:
    """Whether a figure moved so far that it is asked about."""
    if abs(after - before) < swing.least:
        return False
    if before < 0 < after or after < 0 < before:
        return True
    small, great = sorted((abs(before), abs(after)))
    return great > swing.factor * small


def _moved(edition: Edition, swing: Swing, values: Values, previous: Values) -> Iterator[Moved]:
    """The figures that swing, less the totals of which a part does."""
    for form in edition.forms:
        now, before = values.forms.get(form.code), previous.forms.get(form.code)
        if now is None or before is None:
            continue
        moved = dict(_of_form(form, swing, now, before))
        parts = _parts(edition).get(form.code, {})
        yield from (each for place, each in moved.items() if not any(part in moved for part in parts.get(place, ())))


def moved_between(edition: Edition, now: Mapping[Address, Decimal], before: Mapping[Address, Decimal]) -> list[Moved]:
    """The figures, rolled up or not, that swing between two periods, less the totals of which a part does.

    The farthest first. Nothing where the edition does not ask about swings.
    """
    if edition.swing is None:
        return []
    found = {
        address: Moved(address, before[address], value)
        for address, value in now.items()
        if address in before and swings_between(edition.swing, before[address], value)
    }
    parts = _parts(edition)
    kept = [
        moved
        for address, moved in found.items()
        if not any(
            Address(address.form, *part) in found
            for part in parts.get(address.form, {}).get((address.row, address.column), ())
        )
    ]
    return sorted(kept, key=lambda moved: (-moved.share, str(moved.address)))


Place = tuple[str, str]


def _of_form(form: Form, swing: Swing, now: FormValues, before: FormValues) -> Iterator[tuple[Place, Moved]]:
    numeric = {column.code for column in form.columns if column.numeric}
    after, earlier = _figures(form, now, numeric), _figures(form, before, numeric)
    for place, value in after.items():
        was = earlier.get(place)
        if was is not None and swings_between(swing, was, value):
            yield place, Moved(Address(form.code, *place), was, value)


def _figures(form: Form, said: FormValues, numeric: Iterable[str]) -> Mapping[Place, Decimal]:
    """The figures of a grid's cells, or the totals of a list's columns."""
    if form.kind == "grid":
        asked = set(numeric)
        return {place: value for place, value in said.cells.items() if place[1] in asked and isinstance(value, Decimal)}
    return {
        (ALL_RECORDS, column): sum(figures, Decimal(0))
        for column in numeric
        if (figures := [value for record in said.records if isinstance(value := record.get(column), Decimal)])
    }


@per_edition
def _parts(edition: Edition) -> Mapping[str, Mapping[Place, tuple[Place, ...]]]:
    """By form: the cells that each total is made of, as its rule, its rows and its columns say."""
    found: dict[str, dict[Place, tuple[Place, ...]]] = {}
    rules = _parts_by_rule(edition)
    for form in edition.forms:
        rows = {row.code: tuple(part.code for part in form.rows if part.of == row.code) for row in form.rows}
        columns = {one.code: tuple(part.code for part in form.columns if part.of == one.code) for one in form.columns}
        places: Iterable[Place] = ((row.code, column.code) for row, column in form.cells())
        if form.kind == "list":
            places = ((ALL_RECORDS, column.code) for column in form.columns)
        found[form.code] = {
            (row, column): (
                *((part, column) for part in rows.get(row, ())),
                *((row, part) for part in columns[column]),
                *rules.get((form.code, row, column), ()),
            )
            for row, column in places
        }
    return found


def _parts_by_rule(edition: Edition) -> dict[tuple[str, str, str], tuple[Place, ...]]:
    """What the rule that computes a cell takes from its own form."""
    parts: dict[tuple[str, str, str], tuple[Place, ...]] = {}
    for cell in computed(edition):
        form, row, column = cell.target
        at = ALL_RECORDS if row == THIS else row
        names = [name.parts for formula in cell.formulas for name in formula.needed]
        parts[form, at, column] = tuple(
            place
            for its_form, its_row, its_column in names
            if its_form == form
            for place in _spread(edition.form(form), at if its_row == THIS else its_row, its_column)
            if place != (at, column)
        )
    return parts


def _spread(form: Form, row: str, column: str) -> Iterator[Place]:
    """The cells that a name in a rule stands for: one, or a whole row or column of a grid."""
    if form.kind == "list" or ALL_RECORDS not in (row, column):
        yield row, column
        return
    for each, other in form.cells():
        if row in (ALL_RECORDS, each.code) and column in (ALL_RECORDS, other.code):
            yield each.code, other.code


# --- what is said ----------------------------------------------------------------------------------------------------


def _finding(edition: Edition, moved: Moved) -> Finding:
    form = edition.form(moved.address.form)
    column = next(each for each in form.columns if each.code == moved.address.column)
    (now_vi, now_en), (before_vi, before_en) = (
        people_number(shown_number(value, column.decimals)) for value in (moved.after, moved.before)
    )
    where = _where(form, moved.address, column)
    return Finding(
        SWING, "warning", "rule",
        f"{where.vi}: kỳ này {now_vi}, kỳ trước {before_vi}. Số thay đổi nhiều; hãy kiểm tra và giải trình.",
        f"{where.en}: {now_en} now, {before_en} last period. This is a large change; check it and explain.",
        moved.address,
        found=exact_text(moved.after),
        expected=exact_text(moved.before),
        difference=exact_text(moved.after - moved.before),
    )  # fmt: skip


def _where(form: Form, address: Address, column: Column) -> Label:
    row = next((row.label for row in form.rows if row.code == address.row), None)
    if row is None:
        return Label(f"{column.label.vi}, cộng cả danh sách", f"{column.label.en}, whole list")
    return Label(f"{row.vi}, {column.label.vi}", f"{row.en}, {column.label.en}")


def _rest(number: int) -> Finding:
    return Finding(
        MORE, "warning", "rule",
        f"Còn {number} số khác cũng thay đổi nhiều so với kỳ trước. Hãy kiểm tra lại cả biểu và giải trình chung.",
        f"{number} more figures moved far from last period's. Look the whole report over and explain them together.",
        found=str(number),
    )  # fmt: skip
