"""Invented figures that keep every rule of an edition: the same seed always gives the same report.

Nothing here knows a regime. Along columns and rows the rules are relations of totals and parts; figures are drawn from
the totals down (:mod:`hub.demonstration.relations`). Where rows and columns both add up, a sum of products of a row
draw and a column draw keeps both, since every relation is linear. Rates are left to the form's own rules.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from hub.demonstration.pace import WHOLE, Habitual, Pace
from hub.demonstration.relations import FormPlan, Relations, Split, plans
from hub.demonstration.repair import repaired
from hub.domain.checks import Context, check
from hub.domain.findings import Finding
from hub.domain.form import Column, Form, Row
from hub.domain.per_edition import per_edition
from hub.domain.period import Period
from hub.domain.regime import Edition
from hub.domain.rule_binding import adds_up
from hub.domain.totals import fill_totals
from hub.domain.values import FormValues, Value, Values
from hub.errors import Refused
from hub.readers.again import reading_of

TRIES = 20
LEVEL_SIZE = {"commune": 1, "province": 30, "ministry": 12}
"""How much larger the figures of a level are than a commune's."""
_SIZES = (6, 15, 40, 100)
_LAYERS = 5
_RATE_BASE = 400
"""The denominators of rates per thousand are so much larger, or the rates would all be 0."""

Random = random.Random


class CannotInvent(Refused):
    """No figures were found that keep the rules: they relate figures in a way this module does not know."""


def make_values(
    edition: Edition, frequency: str, unit_id: str, period: str, seed: int, records: int | None = None,
    level: str = "province", previous: Values | None = None, pace: Pace | None = None,
) -> Values:  # fmt: skip
    """A whole report of the unit for the period: no error, and no warning where that can be had in a few tries.

    ``records``: how many records each list has; by default a few. ``previous``: the unit's report of the period before.
    ``pace``: the unit's own, so that its periods go on from each other; without one each period is drawn afresh.
    CannotInvent if every try breaks an error rule.
    """
    best: tuple[int, Values] | None = None
    problems: list[Finding] = []

    def problems_of(values: Values) -> list[Finding]:
        checked = check(edition, reading_of(edition, values), Context(period, frequency, previous))
        return [finding for finding in checked.findings if finding.severity != "note"]

    for attempt in range(TRIES):
        text = f"{seed}|{edition.key}|{unit_id}|{period}|{attempt}"
        rng = Random(text) if pace is None else Habitual(f"{pace.habit}|{attempt}", text)
        values = _Invention(edition, frequency, period, level, records, rng, pace).values()
        values, problems = repaired(edition, values, problems_of)
        if not problems:
            return values
        errors = sum(finding.severity == "error" for finding in problems)
        if not errors and (best is None or len(problems) < best[0]):
            best = len(problems), values
    if best is None:
        names = ", ".join(sorted({finding.code for finding in problems}))
        raise CannotInvent(
            f"Không tạo được số liệu minh họa cho {edition.key}: {names}.",
            f"No demonstration figures could be made for {edition.key}: {names}.",
        )
    return best[1]


class _Invention:
    """One report in the making."""

    def __init__(
        self, edition: Edition, frequency: str, period: str, level: str, records: int | None, rng: Random,
        pace: Pace | None,
    ) -> None:  # fmt: skip
        self.edition, self.frequency, self.rng, self.pace = edition, frequency, rng, pace
        self.period = Period.parse(period)
        self.level, self.records = level, records

    def values(self) -> Values:
        values = Values()
        for form in self.edition.forms_for(self.frequency):
            values.forms[form.code] = self._form(form)
        fill_totals(self.edition, values)
        for section in self.edition.outline:
            if section.required or self.rng.random() < 0.6:
                text = f"Nội dung minh họa của mục “{section.title.vi}”, {self.period.label.vi}."
                values.outline[section.code] = text
        return values

    def _form(self, form: Form) -> FormValues:
        plan = plans(self.edition)[form.code]
        if form.kind == "grid":
            return FormValues(cells=self._grid(plan))
        few = 2 if self.level == "commune" else 5
        count = self.records if self.records is not None else self.rng.randint(0 if self.rng.random() < 0.2 else 1, few)
        return FormValues(records=[self._record(plan, number) for number in range(1, count + 1)], nil=not count)

    def _record(self, plan: FormPlan, number: int) -> dict[str, Value]:
        record: dict[str, Value] = {}
        drawn = draw(plan.columns, self.rng, self._sizes(plan, 1), self._kept(plan))
        for column in plan.form.columns:
            if column.code in drawn:
                record[column.code] = figure(plan, column, drawn[column.code])
            elif (value := self._words(column, None, number)) is not None and column.code not in plan.computed:
                record[column.code] = value
        return record

    def _grid(self, plan: FormPlan) -> dict[tuple[str, str], Value]:
        columns = {column.code: column for column in plan.form.columns}
        cells: dict[tuple[str, str], Value] = {}
        for row, drawn in self._rows(plan):
            for code, scaled in drawn.items():
                cells[row.code, code] = figure(plan, columns[code], scaled)
            for column in plan.form.columns:
                value = self._words(column, row, 0) if not column.numeric else None
                if value is not None:
                    cells[row.code, column.code] = value
        return {key: value for key, value in cells.items() if key not in plan.form.blocked}

    def _rows(self, plan: FormPlan) -> Iterable[tuple[Row, dict[str, int]]]:
        """Each row's scaled figures; rows that add up to others are drawn together."""
        rows = plan.form.rows
        if not plan.rows.splits:
            return [(row, draw(plan.columns, self.rng, self._sizes(plan, len(rows)), self._kept(plan))) for row in rows]
        total: dict[str, dict[str, int]] = {row.code: {} for row in rows}
        free = {column.code for column in plan.form.columns if not adds_up(column)}
        for _ in range(_LAYERS):
            across = draw(plan.columns, self.rng, self._sizes(plan, 8 * _LAYERS), self._kept(plan))
            down = draw(plan.rows, self.rng, lambda code: self.rng.randint(4, 12))
            for row in rows:
                cells = total[row.code]
                for code, size in across.items():
                    cells[code] = size if code in free else cells.get(code, 0) + size * down[row.code]
        return [(row, total[row.code]) for row in rows]

    def _sizes(self, plan: FormPlan, shared_by: int) -> Callable[[str], int]:
        """How large a figure that nothing bounds becomes, in units of its last decimal."""
        usual = _sizes(self.edition) if self.pace is None else _lasting_sizes(self.edition)

        def size(code: str) -> int:
            if plan.form.column(code).type == "percent":
                return self.rng.randint(60, 98) * int(10 ** plan.decimals[code])
            times = WHOLE if self.pace is None else self.pace.times(plan.form.column(code))
            most = usual[plan.form.code, code] * LEVEL_SIZE.get(self.level, 10) * times // WHOLE // shared_by + 2
            return self.rng.randint(most // 2 if self.pace is None else most * 9 // 10, most)

        return size

    def _kept(self, plan: FormPlan) -> Callable[[Split], float] | None:
        """What a unit with a pace leaves over of a total: the parts of a plan grow with the year."""
        pace = self.pace
        if pace is None:
            return None
        rates = {(rate.rollup.denominator, rate.rollup.numerator) for rate in plan.form.columns}
        columns = {column.code: column for column in plan.form.columns}

        def kept(split: Split) -> float:
            part = columns[split.parts[0]]
            return pace.kept(part, self.rng, of_rate=(split.total, part.code) in rates)

        return kept

    def _words(self, column: Column, row: Row | None, number: int) -> Value | None:
        """A text, choice or date; a free percentage; None to leave an optional one out."""
        if not column.required and self.rng.random() < 0.7:
            return None
        if column.type == "choice":
            return self.rng.choice(column.choices).code if column.choices else None
        if column.type == "date":
            days = (self.period.end - self.period.start).days
            return self.period.start + timedelta(days=self.rng.randint(0, days))
        if column.numeric:
            return None
        return text_for(column, row, number)[: column.max_length]


def text_for(column: Column, row: Row | None, number: int) -> str:
    """Words that nobody takes for real ones: “Doanh nghiệp minh họa 12”."""
    label = column.label.vi
    if row is not None:
        return row.unit or "đơn vị minh họa" if label.casefold() == "đơn vị tính" else "Số liệu minh họa"
    for mark in (",", "(", " –", ":"):
        label = label.partition(mark)[0]
    label = label.strip().removeprefix("Tên ")
    return f"{label[:1].upper()}{label[1:60]} minh họa {number}"


def figure(plan: FormPlan, column: Column, scaled: int) -> Decimal:
    """A drawn figure as its column writes it."""
    drawn = Decimal(scaled).scaleb(-plan.decimals[column.code])
    return within(column, drawn).quantize(Decimal(1).scaleb(-column.decimals))


def within(column: Column, drawn: Decimal) -> Decimal:
    """The figure itself if the column's bounds allow it, else one between them that varies with it."""
    low, high = column.minimum, column.maximum
    if (low is None or drawn >= low) and (high is None or drawn <= high):
        return drawn
    if low is not None and high is not None:
        return low + (drawn % (high - low + 1)).to_integral_value(ROUND_FLOOR)
    return low if low is not None and drawn < low else high if high is not None else drawn


@per_edition
def _sizes(edition: Edition) -> dict[tuple[str, str], int]:
    """A commune's usual figure in each drawn column, in units of its last decimal; the same in every period."""
    return _sizes_by(edition, edition.key)


@per_edition
def _lasting_sizes(edition: Edition) -> dict[tuple[str, str], int]:
    """The same, also from one edition to the next."""
    return _sizes_by(edition, edition.regime)


def _sizes_by(edition: Edition, name: str) -> dict[tuple[str, str], int]:
    return {
        (plan.form.code, column.code): _size(name, plan, column) * 10 ** plan.decimals[column.code]
        for plan in plans(edition).values()
        for column in plan.form.columns
        if column.code in plan.decimals
    }


def _size(name: str, plan: FormPlan, column: Column) -> int:
    digit = zlib.crc32(f"{name}|{plan.form.code}|{column.code}".encode()) % len(_SIZES)
    size = _SIZES[digit] * (60 if column.type == "money" else 1)
    return size * _RATE_BASE if column.code in plan.rate_bases else size


def draw(
    relations: Relations, rng: Random, size: Callable[[str], int], kept: Callable[[Split], float] | None = None
) -> dict[str, int]:
    """One figure for every column (or row), totals first, each part within what its totals have left.

    ``kept``: what share of a total its parts leave over, where they need not make it up; by default up to a half.
    """
    spending = [_Spending(split, rng, kept) for split in relations.splits]
    drawn: dict[str, int] = {}
    for step in relations.steps:
        bounds = [(spending[number], index) for number, index in step.bounds]
        value = drawn[step.code] = _part(bounds, rng) if bounds else size(step.code)
        for number, index in step.bounds:
            spending[number].take(index, value)
        for number in relations.totals.get(step.code, ()):
            spending[number].left = int(value * relations.splits[number].factor)
    return drawn


class _Spending:
    """One total while it is handed out: what is left of it, and the weights of the parts still waiting."""

    def __init__(self, split: Split, rng: Random, keep: Callable[[Split], float] | None) -> None:
        self.exact = split.exact
        self.weights = [rng.random() + 0.05 for _ in split.parts]
        self.waiting = len(split.parts)
        self.left = 0
        kept = 0.0 if split.exact else keep(split) if keep is not None else rng.uniform(0.02, 0.45)
        self.open_weight = sum(self.weights) / (1 - kept)

    def share(self, index: int, rng: Random) -> int:
        """What the part may have: exactly the rest for the last part of an exact total."""
        if self.is_last:
            return self.left
        return min(self.left, int(self.left * self.weights[index] / self.open_weight + rng.random()))

    @property
    def is_last(self) -> bool:
        return self.exact and self.waiting == 1

    def take(self, index: int, value: int) -> None:
        self.left -= value
        self.open_weight -= self.weights[index]
        self.waiting -= 1


def _part(bounds: list[tuple[_Spending, int]], rng: Random) -> int:
    forced = [spending.left for spending, _ in bounds if spending.is_last]
    return forced[0] if forced else min(spending.share(index, rng) for spending, index in bounds)
